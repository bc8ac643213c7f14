// Run it out: beside what is shown, on every core; it can be cancelled, and what is wrong with a wish is said.
import { readFileSync } from "node:fs";
import { expect, test, type Page } from "@playwright/test";
import { violations } from "../support/axe";
import { complaints } from "../support/page";
import { button, clock, figures, openLab, scrub, settled } from "../lab/lab";

async function openTab(page: Page, scenario: string) {
  await openLab(page, scenario);
  await page.getByRole("tab", { name: "Run it out" }).click();
  await expect(panel(page)).toBeVisible();
}

const panel = (page: Page) => page.getByRole("tabpanel", { name: "Run it out" });
const go = (page: Page) => button(page, "Run it out").click();
const told = (page: Page) => page.locator(".run-out-results > p").first();
const cells = (page: Page, table: string, row: string | RegExp) =>
  panel(page).getByRole("table", { name: table }).getByRole("row", { name: row }).getByRole("cell").allInnerTexts();

test("a run to its end gives the figures that the lab shows at its end, and leaves the lab where it is", async ({ page }) => {
  const seen = complaints(page);
  await openTab(page, "balancing?policy=random,two-choices&seed=11");
  await scrub(page, 0.25);
  const before = await clock(page);
  await panel(page).getByRole("combobox", { name: "How far" }).selectOption("end");
  await go(page);
  await expect(told(page)).toContainText(/requests, .* events in .* workers?: .* events a second/);
  expect(await clock(page)).toBe(before);
  const p99 = await cells(page, "Figures of the run", /^p99 /);
  await scrub(page, 1);
  await settled(page);
  const shown = await figures(page);
  for (const lane of [0, 1]) expect(shown[lane].replace(/\s+/g, " ")).toContain(p99[lane].replace(/\s+/g, " "));
  expect(seen).toEqual([]);
});

test("a million requests are run out, and can be opened as an experiment", async ({ page }) => {
  await openTab(page, "balancing?policy=random,two-choices&rate=2000/s&servers=64&slots=1&service=25ms");
  await go(page);
  await expect(told(page)).toContainText("events a second", { timeout: 25_000 });
  const arrivals = (await cells(page, "Figures of the run", /^Arrivals/)).map((text) => Number(text.replace(/\D/g, "")));
  // The duration is scaled by what was seen; a Poisson count of a million varies by a thousand, the warm-up is left out.
  for (const count of arrivals) expect(Math.abs(count - 1_000_000)).toBeLessThan(40_000);
  await expect(panel(page).getByRole("link", { name: /Open this run of/ })).toHaveAttribute("href", /duration=/);
});

test("many seeds give a mean with its interval, and say how lucky this seed is", async ({ page }) => {
  await openTab(page, "balancing?policy=random,two-choices&duration=10s&warm-up=2s&seed=7");
  await button(page, "Many seeds").click();
  await panel(page).getByRole("textbox", { name: "Seeds" }).fill("40");
  await go(page);
  await expect(panel(page).getByText(/In lane A the p99 of seed 7, .*, is at the \d+(st|nd|rd|th) percentile of 40 other seeds\./)).toBeVisible({ timeout: 20_000 });
  const row = await cells(page, "Over 40 seeds; the mean with its 95 % confidence interval (Student's t)", /^A p99/);
  expect(row[1]).toMatch(/^± /);
  expect(row[4]).toMatch(/^\d+(st|nd|rd|th)$/);
  await expect(panel(page).getByRole("img", { name: /p99 over 40 seeds/ })).toBeVisible();
  // Another measure needs no other run.
  await panel(page).getByRole("combobox", { name: "Measure" }).selectOption("goodput");
  await expect(panel(page).getByText(/In lane B the Goodput of seed 7/)).toBeVisible();
});

test("a sweep draws a curve for each lane with theory over it, and hands it out", async ({ page }) => {
  await openTab(page, "balancing?policy=random,two-choices&servers=4&slots=1&service=10ms&rate=200/s&duration=20s&warm-up=4s");
  await button(page, "A sweep").click();
  await expect(panel(page).getByRole("combobox", { name: "Parameter" })).toHaveValue("rate");
  await panel(page).getByRole("textbox", { name: "From" }).fill("40/s");
  await panel(page).getByRole("textbox", { name: "To" }).fill("360");
  await panel(page).getByRole("textbox", { name: "Points" }).fill("9");
  await panel(page).getByRole("combobox", { name: "Measure" }).selectOption("mean");
  await go(page);
  const name = "Mean latency against arrival rate";
  await expect(panel(page).getByRole("img", { name: new RegExp(name) })).toBeVisible({ timeout: 20_000 });
  await expect(told(page)).toContainText("events a second", { timeout: 20_000 });
  const table = panel(page).getByRole("table", { name });
  await expect(table.getByRole("rowheader")).toHaveText(["40/s", "80/s", "120/s", "160/s", "200/s", "240/s", "280/s", "320/s", "360/s"]);
  await expect(table.getByRole("columnheader", { name: "A theory" })).toBeVisible();
  // Random over four M/M/1 queues at 200/s: 10 ms / (1 - 0.5), and two network hops on top. Within sampling error.
  const at200 = await cells(page, name, /^200\/s/);
  const [measured, theory] = at200.map((text) => Number.parseFloat(text));
  expect(Math.abs(measured / theory - 1)).toBeLessThan(0.15);
  const save = async (label: string) => {
    const [download] = await Promise.all([page.waitForEvent("download"), panel(page).getByRole("button", { name: label }).click()]);
    return readFileSync(await download.path(), "utf8");
  };
  // Three seeds at every point: their mean with its interval, in the table, in the drawing and in the file.
  await expect(table).toContainText("the mean of 3 seeds ± its 95 % confidence interval");
  expect(at200[0]).toMatch(/^[\d.]+\sms ± [\d.]+\s(ms|µs)$/);
  await expect(panel(page).locator(".run-out-interval")).toHaveCount(2);
  const csv = (await save("All figures as CSV")).trim().split("\r\n");
  expect(csv).toHaveLength(1 + 9 * 2);
  expect(csv[0]).toMatch(/^Arrival rate,lane,policy,seeds,p50 \(s\),± 95 % of p50 \(s\),.*theory: mean$/);
  const heads = csv[0].split(",");
  const line = csv.find((line) => line.startsWith("200/s,A,random,3,"))!.split(",");
  const of = (head: string) => Number(line[heads.indexOf(head)]) * 1000;
  expect(line).toHaveLength(heads.length);
  // The table has three digits of what the file has whole.
  expect(Math.abs(of("Mean latency (s)") / measured - 1)).toBeLessThan(0.01);
  expect(of("± 95 % of Mean latency (s)")).toBeGreaterThan(0);
  expect(await save("Drawing as SVG")).toMatch(/^<svg xmlns=.*chart-lane-b/s);
  // One seed says nothing of the next: the same curve without intervals.
  await panel(page).getByRole("combobox", { name: "Seeds per point" }).selectOption("1");
  await go(page);
  await expect(panel(page).locator(".run-out-interval")).toHaveCount(0);
  await expect(told(page)).toContainText("events a second", { timeout: 20_000 });
  expect((await cells(page, name, /^200\/s/))[0]).toMatch(/^[\d.]+\sms$/);
  expect(await save("All figures as CSV")).toMatch(/^Arrival rate,lane,policy,p50 \(s\),p90/);
});

test("cancelling stops at once, keeps what is done, and the next one starts", async ({ page }) => {
  await openTab(page, "balancing?rate=2000/s&servers=64&duration=600s");
  await button(page, "Many seeds").click();
  await panel(page).getByRole("textbox", { name: "Seeds" }).fill("500");
  await go(page);
  await expect(panel(page).getByRole("progressbar", { name: "Progress" })).toBeVisible();
  await button(page, "Cancel").click();
  await expect(told(page)).toContainText("Cancelled after");
  await expect(panel(page).getByRole("progressbar")).toBeHidden();
  await button(page, "This run").click();
  await panel(page).getByRole("combobox", { name: "How far" }).selectOption("end");
  await go(page);
  await expect(told(page)).not.toContainText("Cancelled", { timeout: 25_000 });
  await expect(told(page)).toContainText("events a second");
});

test("leaving the lab ends its workers", async ({ page }) => {
  await openTab(page, "balancing?rate=2000/s&servers=64&duration=600s");
  await button(page, "Many seeds").click();
  await panel(page).getByRole("textbox", { name: "Seeds" }).fill("500");
  await go(page);
  await expect(panel(page).getByRole("progressbar")).toBeVisible();
  expect(page.workers().length).toBeGreaterThan(1);
  await page.goto("#/about");
  await expect.poll(() => page.workers().length).toBe(0);
});

test("another tab does not stop it", async ({ page }) => {
  await openTab(page, "balancing?duration=20s");
  await button(page, "Many seeds").click();
  await go(page);
  await page.getByRole("tab", { name: "Introduction" }).click();
  await page.getByRole("tab", { name: "Run it out" }).click();
  await expect(panel(page).getByText(/percentile of 30 other seeds/).first()).toBeVisible({ timeout: 20_000 });
});

test("a wish that cannot be is answered with a sentence, and stays in its field", async ({ page }) => {
  await openTab(page, "balancing");
  for (const [what, field, text, sentence] of [
    ["Many seeds", "Seeds", "0", "Seeds “0” must be a whole number between 2 and 1000."],
    ["Many seeds", "Seeds", "<b>", "Seeds “<b>” must be a whole number"],
    ["A sweep", "Points", "1e9", "Points “1e9” must be a whole number between 2 and 100."],
    ["A sweep", "From", "fast", "From “fast” must be a number"],
    ["A sweep", "To", "-5", "To “-5” must lie between"],
    ["A sweep", "To", "1", "“To” must be more than “From”."],
  ]) {
    await button(page, what).click();
    const input = panel(page).getByRole("textbox", { name: field });
    const before = await input.inputValue();
    await input.fill(text);
    await go(page);
    await expect(panel(page).getByText(sentence)).toBeVisible();
    await expect(page.locator("#announcer")).toContainText(sentence);
    await expect(input).toHaveValue(text);
    await input.fill(before);
  }
});

test("what never comes to a million says so", async ({ page }) => {
  await openTab(page, "balancing?rate=0");
  await go(page);
  await expect(panel(page).getByText("No request arrives in this experiment, however long it runs.")).toBeVisible();
});

test("figures of an experiment that was changed since are called that", async ({ page }) => {
  await openTab(page, "balancing?duration=5s&warm-up=1s");
  await panel(page).getByRole("combobox", { name: "How far" }).selectOption("end");
  await go(page);
  await expect(told(page)).toContainText("events a second");
  await expect(panel(page).getByText("The experiment was changed since")).toBeHidden();
  await page.getByRole("textbox", { name: "Seed", exact: true }).fill("99");
  await page.getByRole("textbox", { name: "Seed", exact: true }).press("Enter");
  await expect(panel(page).getByText("The experiment was changed since")).toBeVisible();
});

for (const lab of ["sharding", "locks", "batching", "pipeline", "concurrency"]) {
  test(`the ${lab} lab can be swept and replicated`, async ({ page }) => {
    const seen = complaints(page);
    await page.goto(`#/lab/${lab}?duration=6s&warm-up=1s`);
    await page.getByRole("tab", { name: "Run it out" }).click();
    await button(page, "A sweep").click();
    await panel(page).getByRole("textbox", { name: "Points" }).fill("4");
    await go(page);
    await expect(told(page)).toContainText("events a second", { timeout: 20_000 });
    await expect(panel(page).getByRole("img", { name: /against/ })).toBeVisible();
    await button(page, "Many seeds").click();
    await panel(page).getByRole("textbox", { name: "Seeds" }).fill("4");
    await go(page);
    await expect(panel(page).getByText(/percentile of 4 other seeds/).first()).toBeVisible({ timeout: 20_000 });
    expect(seen).toEqual([]);
  });
}

test("results are accessible and fit, wide and narrow", async ({ page }) => {
  test.setTimeout(60_000);
  await openTab(page, "balancing?duration=6s&warm-up=1s&servers=4&rate=100/s");
  for (const [what, field] of [["Many seeds", "Seeds"], ["A sweep", "Points"]]) {
    await button(page, what).click();
    await panel(page).getByRole("textbox", { name: field }).fill("6");
    await go(page);
    await expect(told(page)).toContainText("events a second", { timeout: 20_000 });
    for (const size of [{ width: 1280, height: 800 }, { width: 320, height: 640 }]) {
      await page.setViewportSize(size);
      expect(await violations(page, { part: ".tabs" }), `${what}, ${size.width} wide`).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(size.width);
    }
  }
});
