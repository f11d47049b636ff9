import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { Refusal } from "../errors.ts";
import type { Store } from "../store.ts";
import type { Agent } from "../types.ts";
import { passwordMatches } from "./passwords.ts";

/** One address tries one account: enough for a person who has forgotten which password it was. */
const TRIES_BY_ADDRESS_AND_ACCOUNT = { points: 10, duration: 15 * 60 };
/** One address tries many accounts: an office behind one address still gets in. */
const TRIES_BY_ADDRESS = { points: 50, duration: 15 * 60 };
/** Many addresses try one account: high, since it locks its owner out as well. */
const TRIES_BY_ACCOUNT = { points: 100, duration: 60 * 60 };

/** Too many failed sign-ins. `retryAfter` is in seconds. */
class Throttled extends Refusal {
  readonly retryAfter: number;

  constructor(retryAfter: number) {
    const minutes = Math.ceil(retryAfter / 60);
    super(
      "too_many_attempts",
      `Too many failed attempts to sign in. Try again in ${minutes} minute${minutes === 1 ? "" : "s"}.`,
      429,
    );
    this.retryAfter = retryAfter;
  }
}

/** Resolves to the agent whose e-mail address and password these are; rejects with Refusal `wrong_credentials` or Throttled. */
export type SignIn = (input: { email: string; password: string; address: string }) => Promise<Agent>;

/** Counts failures in this process: a restart forgives them, and each web process counts for itself. */
export function createSignIn(store: Store): SignIn {
  const byBoth = new RateLimiterMemory(TRIES_BY_ADDRESS_AND_ACCOUNT);
  const byAddress = new RateLimiterMemory(TRIES_BY_ADDRESS);
  const byAccount = new RateLimiterMemory(TRIES_BY_ACCOUNT);

  return async ({ email, password, address }) => {
    const account = emailAddress(email);
    const network = networkOf(address);
    const both = `${network} ${account}`;
    // Counted before the password is tried, so that a hundred attempts at once are a hundred attempts.
    await count(byAddress, network);
    await count(byBoth, both);
    await count(byAccount, account);

    const agent = await store.agents.findOne({ email: account, disabled: { $ne: true } });
    if (!(await passwordMatches(agent?.passwordHash, password)) || !agent)
      throw new Refusal("wrong_credentials", "This e-mail address and password do not belong together.", 401);
    await Promise.all([byBoth.delete(both), byAddress.reward(network), byAccount.reward(account)]);
    return agent;
  };
}

/** An e-mail address as it is stored and looked up. */
export function emailAddress(typed: string): string {
  return typed.trim().toLowerCase();
}

/** Who has one IPv6 address has a /64 of them. */
function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.split("::");
  const groups = head.split(":").filter(Boolean);
  const missing = tail === undefined ? 0 : 8 - groups.length - tail.split(":").filter(Boolean).length;
  return [...groups, ...Array<string>(Math.max(missing, 0)).fill("0")].slice(0, 4).join(":");
}

async function count(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (fault) {
    if (fault instanceof RateLimiterRes) throw new Throttled(Math.ceil(fault.msBeforeNext / 1000));
    throw fault;
  }
}
