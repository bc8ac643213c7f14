// The pages that Firefox opens in `cargo xtask test firefox`, here in Chromium: two engines, the same checks.
import { readdirSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { plain, testPage } from "../support/hosts";

const folder = new URL("../pages/reports/", import.meta.url);

for (const name of readdirSync(folder).filter((file) => file.endsWith(".html"))) {
  test(`the report ${name} is good`, async ({ page }) => {
    test.setTimeout(120_000);
    await page.goto(testPage(plain, `reports/${name}`));
    const output = page.getByRole("status");
    await expect(output).toBeAttached({ timeout: 110_000 });
    const { passed, failed } = JSON.parse((await output.textContent()) ?? "{}");
    expect(failed).toEqual([]);
    expect(passed.length).toBeGreaterThan(0);
  });
}
