const PREFIX = "firstline.";

/** One setting kept in this browser; a browser that forbids storage only forgets it. */
export function preference(name: string): { read(): string | null; write(value: string | null): void } {
  const key = PREFIX + name;
  return {
    read: () => attempt(() => localStorage.getItem(key)),
    write: (value) => {
      attempt(() => (value === null ? localStorage.removeItem(key) : localStorage.setItem(key, value)));
    },
  };
}

/** All that is kept under a prefix, by the rest of its name; what cannot be read is left out. */
export function storedUnder<Value>(prefix: string): Map<string, Value> {
  const found = new Map<string, Value>();
  attempt(() => {
    for (let index = 0; index < localStorage.length; index++) {
      const key = localStorage.key(index) ?? "";
      if (!key.startsWith(PREFIX + prefix)) continue;
      const value = attempt(() => JSON.parse(localStorage.getItem(key) ?? "null") as Value | null);
      if (value !== null) found.set(key.slice((PREFIX + prefix).length), value);
    }
  });
  return found;
}

/** Calls back when another tab changes what is kept under this prefix. */
export function onStored(prefix: string, listener: (name: string, value: string | null) => void): () => void {
  const heard = (event: StorageEvent): void => {
    if (event.key?.startsWith(PREFIX + prefix)) listener(event.key.slice((PREFIX + prefix).length), event.newValue);
  };
  window.addEventListener("storage", heard);
  return () => window.removeEventListener("storage", heard);
}

function attempt<Value>(action: () => Value): Value | null {
  try {
    return action();
  } catch {
    return null;
  }
}
