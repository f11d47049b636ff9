/** The gateway as it is built, with one channel more. */
import { channels } from "../../../dist/channels/index.js";
import { courier } from "./courier.mjs";

channels.push(courier);
await import("../../../dist/src/main.js");
