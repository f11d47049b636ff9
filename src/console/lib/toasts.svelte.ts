import { Problem } from "./api.ts";
import { named, t } from "./i18n.svelte.ts";

/** Long enough to read a line twice; faults stay until they are dismissed. */
const SHOWN_FOR = 5_000;
const AT_MOST = 4;

/** A line that appears over the page. */
export interface Toast {
  id: number;
  kind: "done" | "fault";
  text: string;
}

let last = 0;
let shown = $state<Toast[]>([]);

/** What is shown now. */
export const toasts = {
  get shown(): Toast[] {
    return shown;
  },
};

/** Says that something worked; goes away by itself. */
export function done(text: string): void {
  const id = add("done", text);
  setTimeout(() => dismiss(id), SHOWN_FOR);
}

/** Says what went wrong and stays. */
export function fault(problem: unknown): void {
  complain(explain(problem));
}

/** The same for a fault that has its words already. */
export function complain(text: string): void {
  add("fault", text);
}

/** Takes a line away. */
export function dismiss(id: number): void {
  shown = shown.filter((toast) => toast.id !== id);
}

/** A fault in the agent's words. */
export function explain(problem: unknown): string {
  if (!(problem instanceof Problem)) return t("error.generic", { message: String(problem) });
  const message = problem.message || t("error.unknown");
  return named(`error.${problem.code}`, { message }) ?? t("error.generic", { message });
}

function add(kind: Toast["kind"], text: string): number {
  last += 1;
  // The same fault twice is one fault.
  shown = [...shown.filter((toast) => toast.text !== text), { id: last, kind, text }].slice(-AT_MOST);
  return last;
}
