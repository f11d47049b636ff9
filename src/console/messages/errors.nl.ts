import type { errorsEn } from "./errors.en.ts";

/** Dutch. */
export const errorsNl: Record<keyof typeof errorsEn, string> = {
  "error.taken": "Iemand anders was sneller.",
  "error.full": "De medewerker heeft geen plaats meer. Los eerst een ticket op of geef er een terug.",
  "error.closed": "Dit ticket is opgelost of gesloten. Heropen het eerst.",
  "error.another_open": "Een ander ticket van dit gesprek is open: antwoord daar.",
  "error.busy": "Anderen wijzigen dit ticket tegelijk. Probeer het opnieuw.",
  "error.not_found": "Dat bestaat niet of niet meer.",
  "error.not_stored": "Dat kon niet worden bewaard. Er is niets verloren: probeer het opnieuw.",
  "error.unavailable": "De database antwoordt niet. Er is niets gewijzigd: probeer het opnieuw.",
  "error.internal": "Een fout aan onze kant. Probeer het opnieuw.",
  "error.rate_limited": "Dat was te veel in een minuut. Wacht even.",
  "error.forbidden": "Alleen voor beheerders.",
  "error.unknown_agent": "Deze medewerker bestaat niet.",
  "error.unknown_queue": "Deze wachtrij bestaat niet.",
  "error.unknown_file": "Een van deze bestanden bestaat niet meer of is al verzonden. Voeg het opnieuw bij.",
  "error.file_too_large": "Dit bestand is te groot.",
  "error.file_empty": "Dit bestand is leeg.",
  "error.too_long": "Het bericht is te lang.",
  "error.weak_password": "Dit wachtwoord is te raden of te kort. Enkele woorden vormen een goed wachtwoord.",
  "error.link_used": "Deze link is gebruikt of verlopen. Vraag een beheerder om een nieuwe.",
  "error.email_taken": "Dit e-mailadres is van een andere medewerker.",
  "error.last_admin": "Dit is de laatste beheerder. Maak eerst iemand anders beheerder.",
  "error.name_taken": "Er is al een sleutel met deze naam. Trek die eerst in, of kies een andere naam.",
  "error.disabled": "Deze medewerker is uitgeschakeld. Schakel hem eerst in.",
};
