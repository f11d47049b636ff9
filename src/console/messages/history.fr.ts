import type { historyEn } from "./history.en.ts";

/** French. */
export const historyFr: Record<keyof typeof historyEn, string> = {
  "verdict.fits": "convient",
  "verdict.offline": "non connecté",
  "verdict.unavailable": "absent",
  "verdict.full": "complet",
  "verdict.other tier": "autre niveau",
  "verdict.other language": "ne parle pas la langue",
  "reason.the queue has no agents": "la file n’a pas d’agent",
  "reason.everybody who fits is full": "tous ceux qui conviennent sont complets",
  "reason.nobody who is available speaks the language": "aucun agent disponible ne parle la langue",
  "reason.nobody is available": "personne n’est disponible",
  "reason.nobody is online": "personne n’est connecté",
  "reason.nobody of this tier is in the queue": "personne de ce niveau dans la file",
  "reason.the agent has gone": "l’agent est parti",
  "reason.written by us": "écrit par nous",
  "reason.an agent wrote first": "un agent a écrit en premier",
  "reason.the contact has opted out": "le contact s’y est opposé",
  "reason.older than acknowledgeWithin": "le message date de trop longtemps",
  "reason.the address has had its acknowledgements for this hour": "l’adresse en a eu assez cette heure",
};
