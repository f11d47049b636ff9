import { hash, verify } from "@node-rs/argon2";
import { Refusal } from "../errors.ts";

/**
 * Argon2id (the library's default) with OWASP's minimum: 19 MiB, 2 iterations, 1 degree of parallelism.
 * https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
 */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** NIST SP 800-63B: at least 8; the upper bound only keeps strangers from making us hash megabytes. */
const PASSWORD_LENGTH = { min: 8, max: 256 };

/** Hashes a new password; rejects with Refusal `weak_password` when it is too short, too long or the person's own name. */
export async function hashPassword(password: string, owner: { email?: string; name?: string } = {}): Promise<string> {
  const { min, max } = PASSWORD_LENGTH;
  if (password.length < min || password.length > max)
    throw new Refusal("weak_password", `A password has ${min} to ${max} characters. Several words make a good one.`);
  const guesses = [owner.email, owner.email?.split("@")[0], owner.name].map((guess) => guess?.toLowerCase());
  if (guesses.includes(password.toLowerCase()) || new Set(password).size < 3)
    throw new Refusal(
      "weak_password",
      "This password is easily guessed. Choose another: several words make a good one.",
    );
  return hash(normal(password), PARAMETERS);
}

/** Whether this is the password; takes as long when there is no hash to compare with, so that nobody learns who exists. */
export async function passwordMatches(stored: string | undefined, password: string): Promise<boolean> {
  const matches = await verify(stored ?? (await decoy()), normal(password));
  return matches && stored !== undefined;
}

let nobodysHash: Promise<string> | undefined;

function decoy(): Promise<string> {
  nobodysHash ??= hash(crypto.randomUUID(), PARAMETERS);
  return nobodysHash;
}

/** The same password typed on another keyboard. */
function normal(password: string): string {
  return password.normalize("NFKC");
}
