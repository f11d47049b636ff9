import type { errorsEn } from "./errors.en.ts";

/** French. */
export const errorsFr: Record<keyof typeof errorsEn, string> = {
  "error.taken": "Quelqu’un d’autre a été plus rapide.",
  "error.full": "L’agent n’a plus de place. Résolvez ou libérez d’abord un ticket.",
  "error.closed": "Ce ticket est résolu ou fermé. Rouvrez-le d’abord.",
  "error.another_open": "Un autre ticket de cette conversation est ouvert : répondez-y.",
  "error.busy": "D’autres changent ce ticket en même temps. Réessayez.",
  "error.not_found": "Cela n’existe pas ou plus.",
  "error.not_stored": "Cela n’a pas pu être enregistré. Rien n’est perdu : réessayez.",
  "error.unavailable": "La base de données ne répond pas. Rien n’a été changé : réessayez.",
  "error.internal": "Une erreur de notre côté. Réessayez.",
  "error.rate_limited": "C’était trop en une minute. Attendez un peu.",
  "error.forbidden": "Réservé aux administrateurs.",
  "error.unknown_agent": "Cet agent n’existe pas.",
  "error.unknown_queue": "Cette file n’existe pas.",
  "error.unknown_file": "Un de ces fichiers n’existe plus ou a déjà été envoyé. Joignez-le de nouveau.",
  "error.file_too_large": "Ce fichier est trop grand.",
  "error.file_empty": "Ce fichier est vide.",
  "error.too_long": "Le message est trop long.",
  "error.weak_password": "Ce mot de passe se devine ou est trop court. Plusieurs mots en font un bon.",
  "error.link_used": "Ce lien a déjà servi ou a expiré. Demandez-en un autre à un administrateur.",
  "error.email_taken": "Cette adresse e-mail est celle d’un autre agent.",
  "error.last_admin": "C’est le dernier administrateur. Nommez-en d’abord un autre.",
  "error.name_taken": "Une clé porte déjà ce nom. Révoquez-la d’abord, ou choisissez un autre nom.",
  "error.disabled": "Cet agent est désactivé. Activez-le d’abord.",
};
