/** `node --import` this to run a program of the tests, as it is written, in a process of its own. */
import { register } from "node:module";

register("../../src/launch/typescript.mjs", import.meta.url);
