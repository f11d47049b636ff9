import type { StatusFilter, ViewName } from "./types.ts";

const BASE = "/agent";
const VIEWS: ViewName[] = ["waiting", "mine", "queues", "all"];
const FILTERS: StatusFilter[] = ["unsolved", "resolved", "closed"];

/** The pages there are. */
export type Route =
  | { page: "desk"; view: ViewName; status: StatusFilter; find: string; number: number | null; details: boolean }
  | { page: "welcome"; token: string }
  | { page: "admin"; section: "agents" | "keys" };

let current = $state<Route>(parse(location));
window.addEventListener("popstate", () => {
  current = parse(location);
});

/** Where the agent is: the address bar is the truth, so that Back, reload and a copied link work. */
export const route = {
  get current(): Route {
    return current;
  },
};

/** Goes to an address of ours; `replace` leaves no step to come back to. */
export function go(href: string, replace = false): void {
  if (href === location.pathname + location.search) return;
  history[replace ? "replaceState" : "pushState"](null, "", href);
  current = parse(location);
}

/** For every link of ours: an ordinary click stays in the page, any other one is the browser's. */
export function follow(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return;
  const link = (event.currentTarget as HTMLElement).closest("a");
  if (!link) return;
  event.preventDefault();
  go(link.getAttribute("href") ?? BASE);
}

/** What the desk shows: a list, a ticket of it, its details. */
export interface DeskPlace {
  view: ViewName;
  status?: StatusFilter;
  find?: string;
  number?: number | null;
  /** The details beside the conversation, where the screen has no room to show both. */
  details?: boolean;
}

/** The address of a place on the desk. */
export function deskHref(to: DeskPlace): string {
  const query = new URLSearchParams();
  if (to.status && to.status !== "unsolved") query.set("status", to.status);
  if (to.find) query.set("find", to.find);
  if (to.details) query.set("details", "1");
  const search = query.size > 0 ? `?${query}` : "";
  return `${BASE}/${to.view}${to.number ? `/${to.number}` : ""}${search}`;
}

/** The address of an administrators' page. */
export const adminHref = (section: "agents" | "keys"): string => `${BASE}/admin/${section}`;

function parse({ pathname, search }: Location): Route {
  const [first = "", second = ""] = pathname.slice(BASE.length).split("/").filter(Boolean);
  if (first === "welcome" && second) return { page: "welcome", token: decodeURIComponent(second) };
  if (first === "admin") return { page: "admin", section: second === "keys" ? "keys" : "agents" };
  const query = new URLSearchParams(search);
  const fallback = first === "tickets" ? "all" : "mine";
  return {
    page: "desk",
    view: VIEWS.find((view) => view === first) ?? fallback,
    status: FILTERS.find((filter) => filter === query.get("status")) ?? "unsolved",
    find: query.get("find") ?? "",
    number: /^\d+$/.test(second) ? Number(second) : null,
    details: query.has("details"),
  };
}
