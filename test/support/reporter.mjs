/** Ends the run with `N passed, N failed` alone on the last line, for people and programs that read only that. */
export default class Totals {
  onRunComplete(_contexts, results) {
    // A file that cannot be loaded, or that leaks, has failed though none of its tests did.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    // After Jest's own summary and the teardown, which come later than this hook.
    process.once("exit", () => process.stdout.write(`${results.numPassedTests} passed, ${failed} failed\n`));
  }
}
