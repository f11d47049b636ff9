/** Keys of one read: a longer list takes MongoDB longer to plan than it saves. */
const AT_MOST = 100;

/**
 * Reads together what is asked for while a read is under way, without a timer: one alone waits for nothing, and a burst costs few
 * queries. Everybody gets the answer for all keys of their read, made after they asked, and takes what is theirs.
 */
export function together<Key, T>(read: (keys: Key[]) => Promise<T>): (key: Key) => Promise<T> {
  let underWay: Promise<unknown> = Promise.resolve();
  let next: { keys: Key[]; answer: Promise<T> } | undefined;

  function open(): { keys: Key[]; answer: Promise<T> } {
    const keys: Key[] = [];
    const answer = underWay.then(() => {
      if (next === opened) next = undefined;
      return read(keys);
    });
    underWay = answer.catch(() => undefined);
    const opened = { keys, answer };
    return opened;
  }

  return (key) => {
    if (!next || next.keys.length >= AT_MOST) next = open();
    next.keys.push(key);
    return next.answer;
  };
}
