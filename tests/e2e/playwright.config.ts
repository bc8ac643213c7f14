// Journeys through the built page. `cargo xtask e2e` serves dist/ as different hosts would, sets the addresses, and
// runs this; see CONTRIBUTING.md.
import { defineConfig, devices } from "@playwright/test";
import { browser, plain } from "./support/hosts";

export default defineConfig({
  testDir: ".",
  testMatch: "*/**/*.spec.ts",
  outputDir: "../../target/e2e",
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  // A journey that passes only the second time has found something.
  retries: 0,
  // Journeys wait now and then: three keep two cores busy.
  workers: 3,
  timeout: 30_000,
  // The first paint of the program on a busy machine with two cores.
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    ...devices["Desktop Chrome"],
    baseURL: plain,
    // It fetches every file of the build once more, for each journey. Those about it ask for it.
    serviceWorkers: "block",
    launchOptions: browser,
    // A trace is recorded in every journey and kept of those that fail: a quarter more work. To look at a failure, run
    // that journey again with `--trace retain-on-failure`.
    trace: "off",
    screenshot: "only-on-failure",
  },
});
