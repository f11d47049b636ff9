import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Correspondent } from "./account.ts";
import { customer } from "./customer.ts";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";

const CUSTOMERS = 4;
const HOUSES = 2;
/** A page of history holds 128 KB: some write so long that theirs takes several. */
const LONG = 9_000;
const GAP_MS = [30, 400] as const;
const RESEND_MS = 300;
const COURIER_ANSWER_MS = 10_000;

/** Who writes in a round: of each channel some, one line a channel. */
export function everybody(world: World): Correspondent[] {
  return [
    ...Array.from({ length: CUSTOMERS }, () => atWebchat(() => world.web.url)),
    ...Array.from({ length: HOUSES }, () => byCourier(world)),
  ];
}

/** Somebody at the web chat. */
function atWebchat(url: () => string): Correspondent {
  const browser = customer(url);
  return {
    ...browser,
    conversation: () => `website/${browser.visitor()}`,
    seen: () => browser.shown().map(({ id }) => id),
    fidget: (kind) => (kind % 2 === 0 ? browser.drop() : browser.reload()),
  };
}

/** Somebody who sends letters, each again and again until it is taken, one at a time. */
function byCourier(world: World): Correspondent {
  const house = randomUUID();
  const line: { id: string; text: string }[] = [];
  const notes = { written: [] as string[], accepted: new Map<string, string>(), waits: [] as number[] };
  const refusals: string[] = [];
  const refusedAfter: number[] = [];
  let closed = false;
  let busy = false;

  async function post(): Promise<void> {
    busy = true;
    for (let letter = line[0]; letter && !closed; letter = line[0]) {
      const from = performance.now();
      const status = await fetch(`${world.web.url}/channels/courier/courier`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ ...letter, house }),
        signal: AbortSignal.timeout(COURIER_ANSWER_MS),
      }).then(
        (response) => response.status,
        () => 0,
      );
      if (status === 204) {
        notes.waits.push(performance.now() - from);
        notes.accepted.set(letter.text, `courier/${letter.id}`);
        line.shift();
      } else {
        refusals.push(String(status));
        // Without an answer there was nobody to refuse it.
        if (status !== 0) refusedAfter.push(performance.now() - from);
        await pause(RESEND_MS);
      }
    }
    busy = false;
  }

  return {
    ...notes,
    refusals,
    refusedAfter,
    wrongs: [],
    conversation: () => `courier/${house}`,
    write(text) {
      notes.written.push(text);
      line.push({ id: randomUUID(), text });
      if (!busy) void post();
    },
    pending: () => line.length,
    reached: (id) => world.journal().filter((left) => left.id === id).length,
    close() {
      closed = true;
    },
  };
}

/** Lets somebody write, and fidget, until they are told to stop. */
export async function writes(person: Correspondent, random: Random, until: () => boolean): Promise<void> {
  const length = random.chance(0.2) ? LONG : 0;
  const [least, most] = GAP_MS;
  while (!until()) {
    person.write(`question ${randomUUID()}${".".repeat(random.below(length + 1))}`);
    await pause(least + random.below(most - least));
    if (random.chance(0.04)) person.fidget?.(random.below(1_000));
  }
}
