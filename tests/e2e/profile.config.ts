// What runs at first: `cargo xtask profile`. The programs of this build note which of their functions run.
import { defineConfig } from "@playwright/test";
import { browser, plain } from "./support/hosts";

export default defineConfig({
  testDir: ".",
  testMatch: "profile.ts",
  outputDir: "../../target/e2e",
  workers: 1,
  timeout: 180_000,
  reporter: [["list"]],
  use: { baseURL: plain, launchOptions: browser, serviceWorkers: "block" },
});
