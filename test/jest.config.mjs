/** Real stores, real processes, ES modules: run with NODE_OPTIONS=--experimental-vm-modules, after a build. */
export default {
  rootDir: "..",
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  testEnvironment: "<rootDir>/test/support/environment.mjs",
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "\\.ts$": [
      "@swc/jest",
      {
        jsc: { target: "es2023", parser: { syntax: "typescript" }, transform: { verbatimModuleSyntax: true } },
        sourceMaps: "inline",
      },
    ],
  },
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/data/"],
  globalSetup: "<rootDir>/test/support/global-setup.mjs",
  globalTeardown: "<rootDir>/test/support/global-teardown.mjs",
  reporters: ["default", "<rootDir>/test/support/reporter.mjs"],
  // One for each core of a small machine: every worker runs gateways of its own beside it.
  maxWorkers: 2,
  // A loaded machine is slow, not broken: tests wait for conditions, so that only a real hang comes near this.
  testTimeout: 60_000,
  watchman: false,
};
