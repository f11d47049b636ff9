import { expect, test } from "@jest/globals";
import { together } from "../src/together.ts";

/** A read that ends when it is told to. */
function reads() {
  const made: { keys: string[]; end(answer: string): void; fail(): void }[] = [];
  const read = (keys: string[]) =>
    new Promise<string>((resolve, reject) => {
      made.push({ keys, end: resolve, fail: () => reject(new Error("the store is away")) });
    });
  return { made, ask: together(read) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("asks at once for one, and for all that came meanwhile together", async () => {
  const { made, ask } = reads();
  const first = ask("a");
  await turn();
  const others = [ask("b"), ask("c")];
  await turn();
  expect(made.map(({ keys }) => keys)).toEqual([["a"]]);
  made[0]?.end("one");
  expect(await first).toBe("one");
  await turn();
  expect(made.map(({ keys }) => keys)).toEqual([["a"], ["b", "c"]]);
  made[1]?.end("two");
  expect(await Promise.all(others)).toEqual(["two", "two"]);
});

test("a read that failed fails for who asked, and not for who asks next", async () => {
  const { made, ask } = reads();
  const first = ask("a");
  await turn();
  const second = ask("b");
  made[0]?.fail();
  await expect(first).rejects.toThrow("the store is away");
  await turn();
  made[1]?.end("there");
  expect(await second).toBe("there");
});

test("more than one read takes is read in several, none of them left out", async () => {
  const { made, ask } = reads();
  const keys = Array.from({ length: 250 }, (_, index) => String(index));
  const answers = Promise.all(keys.map(ask));
  for (let read = 0; read < 3; read++) {
    await turn();
    made[read]?.end("read");
  }
  await answers;
  expect(made.flatMap(({ keys }) => keys)).toEqual(keys);
});
