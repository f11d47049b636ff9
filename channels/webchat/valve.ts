import type { Socket } from "../../adapters/socketio.ts";
import type { CustomerMessage } from "../../src/types.ts";

/** A reader who lets this much pile up is gone, or means harm; it comes back and catches up by seq. */
const MOST_WAITING_BYTES = 1024 * 1024;
/** What a message weighs beside its text. */
const ENVELOPE_BYTES = 500;

/** Bounds what waits for one slow reader: `pass` before each emit, which disconnects and says no when too much waits. */
export function createValve(socket: Socket): { pass(bytes: number): boolean } {
  let waiting = 0;
  socket.conn.on("drain", () => {
    waiting = 0;
  });
  return {
    pass(bytes) {
      waiting += bytes;
      // Discarding: a close that waits for the reader would wait for ever.
      if (waiting > MOST_WAITING_BYTES) socket.conn.close(true);
      return waiting <= MOST_WAITING_BYTES;
    },
  };
}

/** About how many bytes a message takes on the wire; nearer is not worth writing it twice. */
export function weight(message: CustomerMessage): number {
  return ENVELOPE_BYTES + 2 * message.text.length;
}
