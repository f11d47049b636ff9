/** What the browser remembers for one inbox. Pages without storage (private windows) simply forget. */
export interface Memory {
  get<T>(key: string): T | undefined;
  set(key: string, value: unknown): void;
  remove(key: string): void;
  /** The keys that start so. */
  keys(prefix: string): string[];
}

export function createMemory(inbox: string, where: () => Storage = () => window.localStorage): Memory {
  const own = `firstline:${inbox}:`;
  const attempt = <T>(act: (storage: Storage) => T, otherwise: T): T => {
    try {
      return act(where());
    } catch {
      return otherwise;
    }
  };
  return {
    get: <T>(key: string) =>
      attempt((storage) => JSON.parse(storage.getItem(own + key) ?? "null") ?? undefined, undefined) as T | undefined,
    set: (key, value) => attempt((storage) => storage.setItem(own + key, JSON.stringify(value)), undefined),
    remove: (key) => attempt((storage) => storage.removeItem(own + key), undefined),
    keys: (prefix) =>
      attempt((storage) => Object.keys(storage), [])
        .filter((key) => key.startsWith(own + prefix))
        .map((key) => key.slice(own.length)),
  };
}
