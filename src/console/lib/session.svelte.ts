import { get, onSignedOut, Problem, post, remove } from "./api.ts";
import type { AgentView, SessionView } from "./types.ts";

type State =
  | { phase: "loading" }
  | { phase: "failed"; problem: Problem }
  | { phase: "out"; expired: boolean }
  | { phase: "in"; session: SessionView };

let current = $state<State>({ phase: "loading" });
onSignedOut(leave);

/** Who is signed in. */
export const session = {
  get state(): State {
    return current;
  },
};

/** Asks the server who we are: at the start, and whenever the socket is refused. */
export async function checkSession(): Promise<void> {
  try {
    current = { phase: "in", session: await get<SessionView>("/session") };
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status === 401) leave();
    else if (current.phase !== "in") current = { phase: "failed", problem };
  }
}

/** Signs in by password; rejects with Problem 401 or 429 when refused. */
export async function signIn(email: string, password: string): Promise<void> {
  await post("/session", { email, password });
  await checkSession();
}

/** Ends the session here even when the server cannot be told: its cookie then dies by age. */
export async function signOut(): Promise<void> {
  await remove("/session").catch(() => {});
  current = { phase: "out", expired: false };
}

/** The agent who is signed in; only for what is drawn inside the desk. */
export function me(): AgentView {
  if (current.phase !== "in") throw new Error("nobody is signed in");
  return current.session.agent;
}

/** What the server says of us over the socket. */
export function learnMe(agent: Partial<AgentView>): void {
  if (current.phase === "in") Object.assign(current.session.agent, agent);
}

/** The server says that the session has ended; it may say so several times, and the first tells whether there was one. */
function leave(): void {
  if (current.phase !== "out") current = { phase: "out", expired: current.phase === "in" };
}
