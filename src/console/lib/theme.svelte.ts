import { preference } from "./storage.ts";

/** What can be chosen. */
export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const stored = preference("theme");
let current = $state<Theme>(THEMES.find((theme) => theme === stored.read()) ?? "system");
apply();

/** Light, dark, or as the system says. */
export const theme = {
  get current(): Theme {
    return current;
  },
  set current(chosen: Theme) {
    current = chosen;
    stored.write(chosen);
    apply();
  },
};

function apply(): void {
  if (current === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = current;
}
