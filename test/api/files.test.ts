import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { makeAgent } from "../support/core.ts";
import { type ApiDesk, LARGEST_FILE, openApiDesk } from "./desk.ts";

let desk: ApiDesk;

beforeAll(async () => {
  desk = await openApiDesk();
});
afterAll(() => desk.close());

function form(content: string | Uint8Array<ArrayBuffer>, name = "note.txt", field = "file"): FormData {
  const made = new FormData();
  made.append(field, new Blob([content]), name);
  return made;
}

type Uploaded = { id: string; name: string; type: string; size: number; code: string };
const upload = (body: FormData | string, headers?: Record<string, string>, as = desk.agent) =>
  desk.call<Uploaded>("POST", "/files", { as, body, ...(headers && { headers }) });

test("a file is uploaded, named by a reply, and read by every agent, as something to save", async () => {
  const { status, body } = await upload(form("Habari", "../ré\u202Esumé.txt"));
  expect([status, body]).toEqual([201, { id: expect.any(String), name: "résumé.txt", type: "text/plain", size: 6 }]);
  const other = await makeAgent(desk.store);
  expect((await desk.call("GET", `/files/${body.id}`, { as: other })).status).toBe(404);
  expect((await desk.call("GET", `/files/${body.id}`, { as: desk.agent })).status).toBe(200);

  const { number } = await desk.writes();
  const reply = await desk.call("POST", `/tickets/${number}/replies`, {
    as: desk.agent,
    body: { text: "", files: [body.id] },
  });
  expect([reply.status, reply.body.files]).toEqual([201, [body]]);
  const read = await desk.call<string>("GET", `/files/${body.id}`, { as: other });
  expect([read.status, read.body]).toEqual([200, "Habari"]);
  expect(Object.fromEntries(read.headers)).toMatchObject({
    "content-type": "text/plain; charset=utf-8",
    "content-length": "6",
    "content-disposition": "attachment; filename=\"r?sum?.txt\"; filename*=UTF-8''r%C3%A9sum%C3%A9.txt",
    "x-content-type-options": "nosniff",
    "content-security-policy": expect.stringContaining("sandbox"),
  });
});

test("a file is given to one reply, and another agent's to none", async () => {
  const { number } = await desk.writes();
  const { body } = await upload(form("mine"));
  const other = await makeAgent(desk.store);
  const reply = (as: typeof other) =>
    desk.call("POST", `/tickets/${number}/replies`, { as, body: { text: "See here", files: [body.id] } });
  expect((await reply(other)).body.code).toBe("unknown_file");
  expect((await reply(desk.agent)).status).toBe(201);
  expect((await reply(desk.agent)).body.code).toBe("unknown_file");
});

test("the same upload under one Idempotency-Key is one file", async () => {
  const key = { "idempotency-key": "upload-1" };
  const answers = [await upload(form("same"), key), await upload(form("same"), key)];
  expect(answers.map(({ status }) => status)).toEqual([201, 201]);
  expect(answers[0]?.body.id).toBe(answers[1]?.body.id);
  expect((await upload(form("other"), key)).status).toBe(422);
});

test("what is too large, empty, no form, or more than a file is refused, and nothing of it is kept", async () => {
  const count = () => desk.store.db.collection("files.files").countDocuments();
  const before = [await count(), await desk.store.db.collection("files.chunks").countDocuments()];
  const two = form("one");
  two.append("file", new Blob(["two"]), "two.txt");
  const fields = form("one");
  fields.append("ticket", "1");
  const cases: [FormData | string, number, Record<string, string>?][] = [
    [form(new Uint8Array(LARGEST_FILE + 1)), 413],
    [form(new Uint8Array(LARGEST_FILE * 20)), 413],
    [form(""), 400],
    [form("x", "x.txt", "other"), 400],
    [new FormData(), 400],
    ['{"file":"x"}', 415],
    ["--x\r\nbroken", 400, { "content-type": "multipart/form-data; boundary=x" }],
    ["nothing", 415, { "content-type": "multipart/form-data" }],
  ];
  for (const [body, status, headers] of cases) expect((await upload(body, headers)).status).toBe(status);
  expect([await count(), await desk.store.db.collection("files.chunks").countDocuments()]).toEqual(before);
  for (const body of [two, fields]) expect((await upload(body)).status).toBe(400);
});
