const SPIN_EVERY_MS = 100;
const SPINNER = "|/-\\";

/** Does one step of the launch and shows, on `out`, that it goes on and how long it took. */
export async function step(out, title, work) {
  const from = performance.now();
  const seconds = () => ((performance.now() - from) / 1000).toFixed(1);
  const stop = out.isTTY ? spin(out, title, seconds) : line(out, `${title} ...`);
  try {
    const result = await work();
    stop();
    out.write(`${title}: done in ${seconds()} s\n`);
    return result;
  } catch (fault) {
    stop();
    out.write(`${title}: failed after ${seconds()} s\n`);
    throw fault;
  }
}

/** A fault that a person can act on: its words are shown, without a stack. */
export class LaunchFault extends Error {}

/** Runs a launcher to its end; a LaunchFault is said, and the exit code is honest. */
export async function launch(work) {
  try {
    await work();
  } catch (fault) {
    console.error(fault instanceof LaunchFault ? fault.message : fault);
    process.exit(1);
  }
}

function line(out, text) {
  out.write(`${text}\n`);
  return () => undefined;
}

function spin(out, title, seconds) {
  let turn = 0;
  const clear = () => out.write("\r\u001b[2K");
  const timer = setInterval(() => {
    clear();
    out.write(`${SPINNER[turn++ % SPINNER.length]} ${title} ... ${seconds()} s`);
  }, SPIN_EVERY_MS);
  return () => {
    clearInterval(timer);
    clear();
  };
}
