import type { historyEn } from "./history.en.ts";

/** Dutch. */
export const historyNl: Record<keyof typeof historyEn, string> = {
  "verdict.fits": "past",
  "verdict.offline": "niet aangemeld",
  "verdict.unavailable": "afwezig",
  "verdict.full": "vol",
  "verdict.other tier": "ander niveau",
  "verdict.other language": "spreekt de taal niet",
  "reason.the queue has no agents": "de wachtrij heeft geen medewerkers",
  "reason.everybody who fits is full": "iedereen die past, zit vol",
  "reason.nobody who is available speaks the language": "niemand die beschikbaar is, spreekt de taal",
  "reason.nobody is available": "niemand is beschikbaar",
  "reason.nobody is online": "niemand is aangemeld",
  "reason.nobody of this tier is in the queue": "niemand van dit niveau in de wachtrij",
  "reason.the agent has gone": "de medewerker is weg",
  "reason.written by us": "door ons geschreven",
  "reason.an agent wrote first": "een medewerker schreef eerst",
  "reason.the contact has opted out": "het contact wil er geen",
  "reason.older than acknowledgeWithin": "het bericht is te lang geleden",
  "reason.the address has had its acknowledgements for this hour": "het adres kreeg er dit uur al genoeg",
};
