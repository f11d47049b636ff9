/** `node --import` this to run a program of the tests as it is written; child processes that Node forks inherit it. */
import { register } from "node:module";

register("./typescript-hooks.mjs", import.meta.url);
