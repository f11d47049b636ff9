/** What a good engineer writes first: each message is durable, and queued, before it is acknowledged. Nothing more. */
import { createServer } from "node:http";
import { Queue } from "bullmq";
import { MongoClient } from "mongodb";
import { Server } from "socket.io";

const [mongodbUrl = "", redisUrl = ""] = process.argv.slice(2);
const client = await new MongoClient(mongodbUrl, { writeConcern: { w: "majority", j: true } }).connect();
const messages = client.db().collection("messages");
const { hostname: host, port } = new URL(redisUrl);
const queue = new Queue("messages", { connection: { host, port: Number(port) }, prefix: client.db().databaseName });
await queue.waitUntilReady();

const server = createServer();
const io = new Server(server, { transports: ["websocket"], perMessageDeflate: false, httpCompression: false });
io.on("connection", (socket) => {
  socket.on("message", async ({ clientId, text }, ack) => {
    const id = `${socket.id}/${clientId}`;
    const receivedAt = new Date();
    await messages.insertOne({ _id: id as never, visitor: socket.id, text, receivedAt });
    await queue.add("m", { id }, { removeOnComplete: true });
    ack({ ok: true, id, receivedAt });
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  console.log(JSON.stringify({ msg: "listening", port: typeof address === "object" ? address?.port : 0 }));
});
process.on("SIGTERM", () => process.exit());
