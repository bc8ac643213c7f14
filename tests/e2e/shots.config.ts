// Pictures of routes: `cargo xtask shots '#/' '#/lab/balancing'`.
import { defineConfig } from "@playwright/test";
import { browser, plain } from "./support/hosts";

export default defineConfig({
  testDir: ".",
  testMatch: "shots.ts",
  outputDir: "../../target/e2e",
  workers: 2,
  reporter: [["list"]],
  use: { baseURL: plain, launchOptions: browser },
});
