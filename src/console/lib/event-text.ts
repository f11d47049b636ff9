import { directory, queueName } from "./directory.svelte.ts";
import { moment } from "./format.ts";
import { named, t } from "./i18n.svelte.ts";
import type { EventView } from "./types.ts";

const REASON_IN_TEXT = new Set(["not_acknowledged", "queued", "unreadable", "delivery_failed"]);

/** What happened, as a sentence. */
export function eventText({ kind, actor, data }: EventView): string {
  const values = {
    who: actor.name || (actor.kind === "customer" ? t("contact.visitor") : t("event.somebody")),
    agent: who(data.agent),
    to: data.agent ? who(data.agent) : queueName(String(data.queue ?? "")),
    reason: reasonText(data.reason),
    ticket: String(data.ticket ?? data.number ?? ""),
    kind,
  };
  const key = `event.${kind === "assigned" && actor.kind === "agent" ? "given" : kind}`;
  return named(key, values) ?? t("event.other", values);
}

/** Why it happened, line by line: what the gateway weighed, or the reason that was given. */
export function eventReasons({ kind, data }: EventView): string[] {
  const given = REASON_IN_TEXT.has(kind) ? "" : reasonText(data.reason);
  const reasons = Array.isArray(data.reasons) ? data.reasons.map(String) : [];
  const candidates = Array.isArray(data.candidates) ? data.candidates.map(candidateText) : [];
  const promised =
    typeof data.expectedBy === "string" ? [t("message.expectedBy", { time: moment(data.expectedBy) })] : [];
  return [given, ...reasons, ...candidates, ...promised].filter((line) => line !== "");
}

function candidateText(candidate: unknown): string {
  if (typeof candidate !== "object" || candidate === null) return who(candidate);
  const { name, load, capacity, verdict } = candidate as Record<string, unknown>;
  const words = named(`verdict.${verdict}`) ?? String(verdict ?? "");
  const room = load === undefined ? "" : ` (${t("handOver.load", { load: Number(load), capacity: Number(capacity) })})`;
  return `${name ?? who(candidate)}: ${words}${room}`;
}

/** Reasons come as English sentences from the gateway; those that we know are said in the agent's language. */
function reasonText(reason: unknown): string {
  if (typeof reason !== "string") return "";
  return named(`reason.${reason}`) ?? reason;
}

function who(person: unknown): string {
  if (typeof person === "string") return directory.agents.find((agent) => agent.id === person)?.name ?? person;
  if (typeof person === "object" && person !== null && "name" in person) return String(person.name);
  return "";
}
