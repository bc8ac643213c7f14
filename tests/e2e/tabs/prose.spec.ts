// What only people read of a lab is fetched: when the lab runs, and again when it could not be had.
import { expect, test } from "@playwright/test";
import { openLab } from "../lab/lab";

const prose = "**/content/labs-balancing-*.json";

test("what a policy is and what a parameter means stand beside them once the lab runs, fetched once", async ({ page }) => {
  let fetched = 0;
  page.on("request", (request) => (fetched += /labs-balancing-/.test(request.url()) ? 1 : 0));
  await openLab(page, "balancing?policy=round-robin,random");
  await expect(page.getByText("Every server in turn, whatever became of the last request.")).toBeVisible();
  const rate = page.getByRole("textbox", { name: "Arrival rate" });
  await expect(rate).toHaveAccessibleDescription("Mean rate at which requests arrive, in total.");
  await rate.focus();
  await expect(page.getByText("Mean rate at which requests arrive, in total.")).toBeVisible();
  await page.getByRole("tab", { name: "What this models" }).click();
  await expect(page.getByText("Packets, TCP windows and congestion", { exact: false })).toBeVisible();
  expect(fetched).toBe(1);
});

test("the lab runs without its texts, says that they did not load, and a tab asks for them again", async ({ page }) => {
  await page.route(prose, (route) => route.abort());
  await openLab(page);
  await page.getByRole("tab", { name: "Try this" }).click();
  await expect(page.getByRole("tabpanel").getByText("This text did not load.", { exact: false })).toBeVisible();
  await page.getByRole("button", { name: "Step", exact: true }).click();
  await expect(page.locator(".clock strong")).not.toHaveText("0.00 s");
  await page.unroute(prose);
  await page.getByRole("tab", { name: "Numbers" }).click();
  await expect(page.getByRole("row", { name: /p99 / }).first()).toContainText("99 % did not exceed");
  await page.getByRole("tab", { name: "Try this" }).click();
  await expect(page.getByRole("button", { name: "Load: Two random choices" })).toBeVisible();
});

test("a summary that did not load says so in its lane, and comes when somebody tries again", async ({ page }) => {
  await page.route(prose, (route) => route.abort());
  await openLab(page, "balancing?policy=round-robin,random");
  const lane = (letter: string) => page.getByRole("region", { name: new RegExp(`^Lane ${letter}, `) });
  for (const letter of ["A", "B"]) await expect(lane(letter).getByText("This text did not load.")).toBeVisible();
  // Still refused: it stays said, and can be tried again.
  await lane("B").getByRole("button", { name: "Try again" }).click();
  await expect(page.locator("#announcer")).toContainText("Asking for the text again.");
  await expect(lane("B").getByRole("button", { name: "Try again" })).toBeVisible();
  // Another text that comes would bring it by itself.
  await page.waitForLoadState("networkidle");
  await page.unroute(prose);
  await lane("B").getByRole("button", { name: "Try again" }).press("Enter");
  // One press is for all that is missing.
  await expect(lane("A").getByText("Every server in turn, whatever became of the last request.")).toBeVisible();
  for (const letter of ["A", "B"]) await expect(lane(letter).getByText("This text did not load.")).toBeHidden();
  await expect(page.getByRole("textbox", { name: "Arrival rate" })).toHaveAccessibleDescription("Mean rate at which requests arrive, in total.");
});

test("a summary that did not load comes by itself when the browser is online again, or another text has come", async ({ page, context }) => {
  await page.route(prose, (route) => route.abort());
  await openLab(page, "balancing?policy=round-robin");
  const said = page.getByRole("region", { name: /^Lane A, / }).getByText("This text did not load.");
  await expect(said).toBeVisible();
  await page.unroute(prose);
  await page.getByRole("tab", { name: "Code" }).click();
  await expect(said).toBeHidden();
  await page.route(prose, (route) => route.abort());
  await page.reload();
  await expect(said).toBeVisible();
  await page.unroute(prose);
  await context.setOffline(true);
  await context.setOffline(false);
  await expect(said).toBeHidden();
});
