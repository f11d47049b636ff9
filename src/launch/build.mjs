/** `npm run build`: builds all of dist/, whether or not it is up to date. */
import "./node-version.mjs";
import { rebuild } from "./prepare.mjs";
import { launch } from "./tell.mjs";

await launch(() => rebuild({ out: process.stdout }));
