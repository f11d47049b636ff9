import type { Agent, Ticket } from "../types.ts";

/** An agent of the ticket's queue, as the router sees them now. */
export interface Candidate {
  agent: Pick<Agent, "_id" | "name" | "tier" | "languages" | "capacity" | "available" | "assignedAt">;
  online: boolean;
  load: number;
}

/** Why an agent is or is not offered the ticket: kept with the decision. */
export type Verdict = "fits" | "offline" | "unavailable" | "full" | "other tier" | "other language";

export interface Choice {
  /** Best first; the second is tried when the first has filled up meanwhile. */
  fitting: Candidate[];
  verdicts: { agent: string; name: string; load: number; capacity: number; verdict: Verdict }[];
  /** In words, for the ticket's history, when nobody fits. */
  reason?: string;
}

/**
 * Ranks the agents of a queue for a ticket: among those available, with room and the language, the one with the fewest open
 * tickets, then the one who has waited longest. Pure. A language that no agent of the queue speaks at all excludes nobody.
 */
export function choose(ticket: Pick<Ticket, "language" | "tier">, candidates: Candidate[]): Choice {
  const spoken = candidates.some(({ agent }) => speaks(agent, ticket.language));
  const judged = candidates.map((candidate) => ({ candidate, verdict: judge(ticket, candidate, spoken) }));
  const fitting = judged
    .filter(({ verdict }) => verdict === "fits")
    .map(({ candidate }) => candidate)
    .sort((one, other) => one.load - other.load || one.agent.assignedAt.getTime() - other.agent.assignedAt.getTime());
  return {
    fitting,
    verdicts: judged.map(({ candidate: { agent, load }, verdict }) => ({
      agent: agent._id,
      name: agent.name,
      load,
      capacity: agent.capacity,
      verdict,
    })),
    ...(fitting.length === 0 && { reason: reasonOf(judged.map(({ verdict }) => verdict)) }),
  };
}

function judge(
  ticket: Pick<Ticket, "language" | "tier">,
  { agent, online, load }: Candidate,
  spoken: boolean,
): Verdict {
  if (agent.tier !== ticket.tier) return "other tier";
  if (!online) return "offline";
  if (!agent.available) return "unavailable";
  if (spoken && !speaks(agent, ticket.language)) return "other language";
  return load < agent.capacity ? "fits" : "full";
}

/** An agent without languages speaks whatever comes. */
function speaks(agent: Pick<Agent, "languages">, language: string): boolean {
  return agent.languages.length === 0 || agent.languages.includes(language);
}

/** What would have to change first, named from near to far. */
function reasonOf(verdicts: Verdict[]): string {
  if (verdicts.length === 0) return "the queue has no agents";
  if (verdicts.includes("full")) return "everybody who fits is full";
  if (verdicts.includes("other language")) return "nobody who is available speaks the language";
  if (verdicts.includes("unavailable")) return "nobody is available";
  if (verdicts.includes("offline")) return "nobody is online";
  return "nobody of this tier is in the queue";
}
