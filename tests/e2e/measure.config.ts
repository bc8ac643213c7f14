// Measurements of the page: `cargo xtask measure`. One after the other, on a machine that does nothing else.
import { defineConfig } from "@playwright/test";
import { browser, plain } from "./support/hosts";

export default defineConfig({
  testDir: ".",
  testMatch: "measure.ts",
  outputDir: "../../target/e2e",
  workers: 1,
  timeout: 180_000,
  reporter: [["list"]],
  use: { baseURL: plain, launchOptions: browser, serviceWorkers: "block", viewport: { width: 1280, height: 800 } },
});
