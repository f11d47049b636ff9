import { preference } from "./storage.ts";

const stored = preference("shortcuts");
let enabled = $state(stored.read() !== "off");
let help = $state(false);

/** Whether single keys do something outside text fields; some people's tools need those keys for themselves. */
export const shortcuts = {
  get enabled(): boolean {
    return enabled;
  },
  set enabled(on: boolean) {
    enabled = on;
    stored.write(on ? null : "off");
  },
  /** Whether the list of them is shown. */
  get help(): boolean {
    return help;
  },
  set help(open: boolean) {
    help = open;
  },
};

/** Calls the command of a pressed key, unless somebody is typing or a dialog or menu is open. */
export function onShortcut(event: KeyboardEvent, commands: Record<string, () => void>): void {
  if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return;
  const command = commands[event.key];
  if (!command || (!enabled && event.key !== "Escape")) return;
  if (event.key !== "Escape" && isTyping(event.target)) return;
  if (document.querySelector("[role=dialog], [role=alertdialog], [role=menu], [role=listbox]")) return;
  event.preventDefault();
  command();
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
}
