/**
 * What the server refuses, by its code. Its own sentence is English and says the most (who, how many): it stays where
 * English is read, and the others say the same in general.
 */
export const errorsEn = {
  "error.taken": "Somebody else was faster: {message}",
  "error.full": "{message}",
  "error.closed": "{message}",
  "error.another_open": "{message}",
  "error.busy": "{message}",
  "error.not_found": "{message}",
  "error.not_stored": "{message}",
  "error.unavailable": "{message}",
  "error.internal": "{message}",
  "error.rate_limited": "{message}",
  "error.forbidden": "{message}",
  "error.unknown_agent": "{message}",
  "error.unknown_queue": "{message}",
  "error.unknown_file": "{message}",
  "error.file_too_large": "{message}",
  "error.file_empty": "{message}",
  "error.too_long": "{message}",
  "error.weak_password": "{message}",
  "error.link_used": "{message}",
  "error.email_taken": "{message}",
  "error.last_admin": "{message}",
  "error.name_taken": "{message}",
  "error.disabled": "{message}",
} as const;
