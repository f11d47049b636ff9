import { createHash, randomBytes } from "node:crypto";

/** 256 bits: nobody guesses one, so a plain hash of it may be stored. */
const TOKEN_BYTES = 32;
const ID_BYTES = 12;

/** A secret that is handed out once; store its `digest` only. */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString("base64url");
}

/** What is stored of a token. Not for passwords, which are guessable. */
export function digest(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** An id that is safe as a field name and as a part of another id. With a seed, always the same one. */
export function newId(seed?: string): string {
  return seed === undefined ? randomBytes(ID_BYTES).toString("hex") : digest(seed).slice(0, ID_BYTES * 2);
}
