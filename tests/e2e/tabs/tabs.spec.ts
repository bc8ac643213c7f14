// The tabs below an experiment: they can be reached, each shows what it promises, and figures follow the run.
import { expect, test, type Page } from "@playwright/test";
import { violations } from "../support/axe";
import { complaints } from "../support/page";
import { openLab, scrub } from "../lab/lab";

const names = ["Introduction", "Try this", "Run it out", "Code", "Theory", "Numbers", "What this models, and what it does not"];

async function open(page: Page, scenario: string): Promise<void> {
  await openLab(page, scenario);
  await expect(page.getByRole("tab", { name: "Introduction" })).toHaveAttribute("aria-selected", "true");
}

async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole("tab", { name }).click();
  await expect(page.getByRole("tabpanel", { name })).toBeVisible();
}

test("tabs are chosen with the arrow keys, and only the chosen one is in the order of tabbing", async ({ page }) => {
  await open(page, "balancing");
  await page.getByRole("tab", { name: "Introduction" }).focus();
  for (const name of [...names.slice(1), names[0]]) {
    await page.keyboard.press("ArrowRight");
    await expect(page.getByRole("tab", { name })).toBeFocused();
    await expect(page.getByRole("tabpanel", { name })).toBeVisible();
  }
  await page.keyboard.press("End");
  await expect(page.getByRole("tab", { name: names[6] })).toBeFocused();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Home");
  await expect(page.getByRole("tab", { name: "Introduction" })).toBeFocused();
  await expect(page.getByRole("tab", { selected: false })).toHaveCount(6);
  for (const tab of await page.getByRole("tab", { selected: false }).all()) {
    await expect(tab).toHaveAttribute("tabindex", "-1");
  }
});

test("the introduction loads a scenario, and undo brings the one before back", async ({ page }) => {
  await open(page, "balancing?seed=42");
  await page.getByRole("button", { name: /^Load random, two choices/ }).click();
  await expect(page).toHaveURL(/servers=64/);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page).toHaveURL(/seed=42/);
});

test("the code is that of the lane in focus, and a step marks the lines that decided", async ({ page }) => {
  await open(page, "balancing?policy=random,two-choices");
  await choose(page, "Code");
  await page.getByRole("tabpanel").getByRole("group", { name: "Lane" }).getByRole("button", { name: /Two random choices/ }).click();
  const listing = page.getByRole("region", { name: "Source code of Two random choices" });
  await expect(listing).toContainText("impl Balancer for TwoChoices");
  await expect(page.getByText("The power of two choices")).toBeVisible();
  // An arrival takes the network's delay to the balancer: some steps decide nothing.
  for (let step = 0; step < 12 && (await listing.locator(".marked").count()) === 0; step++) {
    await page.getByRole("button", { name: "Step", exact: true }).click();
    await page.waitForTimeout(150);
  }
  const marked = listing.locator(".marked").first();
  await expect(marked).toContainText("because!");
  // The listing scrolls by itself; the page stays where the person left it.
  await listing.scrollIntoViewIfNeeded();
  await expect(marked).toBeInViewport();
  await expect(page.getByText(/line \d+: sampled \d+ \(\d+ in flight\) and/)).toBeVisible();
});

test("an exhibit is called one", async ({ page }) => {
  await open(page, "balancing?policy=seed-weighted,random");
  await choose(page, "Code");
  await expect(page.getByText("Exhibit: faulty on purpose")).toBeVisible();
  await page.getByRole("tabpanel").getByRole("group", { name: "Lane" }).getByRole("button", { name: /Random/ }).click();
  await expect(page.getByText("Exhibit: faulty on purpose")).toBeHidden();
});

test("theory stands beside what is measured, and agrees at the end of a run", async ({ page }) => {
  await open(page, "balancing?policy=random&service=10ms&rate=2560/s&duration=60s");
  await choose(page, "Theory");
  const form = page.locator(".form").first();
  await expect(form.getByRole("heading")).toHaveText("M/M/c at each server");
  await expect(form.locator("math").first()).toBeVisible();
  await expect(form.getByRole("row", { name: /Mean latency/ })).toContainText("not yet enough samples");
  await scrub(page, 1);
  await expect(form.getByRole("row", { name: /Mean latency/ })).toContainText("✓ agrees");
  await expect(page.locator(".form", { hasText: "Little's law" })).toContainText("✓ agrees");
});

test("an assumption that does not hold is named", async ({ page }) => {
  await open(page, "balancing?policy=random&shape=waves");
  await choose(page, "Theory");
  const form = page.locator(".form").first();
  await expect(form).toContainText("not judged: an assumption does not hold");
  await expect(form).toContainText("Not here: Arrivals are “poisson”, their shape is “waves”.");
});

test("the table has every lane, every request is accounted for, and the files hold the same figures", async ({ page }) => {
  await open(page, "balancing?policy=random,round-robin&duration=20s");
  await choose(page, "Numbers");
  await scrub(page, 1);
  const table = page.getByRole("table", { name: "Figures of all lanes up to the playhead" });
  await expect(table.getByRole("columnheader", { name: "A Random" })).toBeVisible();
  await expect(table.getByRole("columnheader", { name: "B Round robin" })).toBeVisible();
  const accounted = table.getByRole("row", { name: /All accounted for/ });
  await expect(accounted.getByRole("cell", { name: "yes" })).toHaveCount(2);
  const measured = table.getByRole("row", { name: /Latencies measured/ }).getByRole("cell").first();
  // The table follows twice a second.
  await expect(async () => expect(Number((await measured.innerText()).replace(/,/g, ""))).toBeGreaterThan(1_000)).toPass();
  const samples = (await measured.innerText()).replace(/,/g, "");
  const saved = async (name: string): Promise<string> => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
    const stream = await download.createReadStream();
    const parts: Buffer[] = [];
    for await (const part of stream) parts.push(part as Buffer);
    return Buffer.concat(parts).toString();
  };
  const json = JSON.parse(await saved("Save as JSON"));
  expect(String(json.lanes[0].figures.samples)).toBe(samples);
  expect(json.scenario).toContain("round-robin");
  expect(await saved("Save as CSV")).toContain(`samples,requests,${samples},`);
});

test("a task ticks itself on the learner's own run, and not on the one that was loaded", async ({ page }) => {
  await open(page, "balancing");
  await choose(page, "Try this");
  const show = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: "Two random choices", exact: true }) });
  await show.getByRole("button", { name: "Load: Two random choices" }).click();
  await scrub(page, 1);
  await expect(show.locator(".standing")).toContainText("change something");
  await expect(show.getByRole("img", { name: "Not done yet" })).toBeVisible();
  // More choices: nearly least loaded.
  await page.getByRole("textbox", { name: /Choices/ }).first().fill("12");
  await page.getByRole("textbox", { name: /Choices/ }).first().press("Enter");
  await scrub(page, 1);
  await expect(show.getByRole("img", { name: "Done", exact: true })).toBeVisible();
});

test("every tab is accessible, light and dark as the system is, and complains of nothing", async ({ page }) => {
  test.setTimeout(60_000);
  const seen = complaints(page);
  await open(page, "balancing?policy=seed-weighted,random&servers=4&slots=1&rate=20/s");
  for (const name of names) {
    await choose(page, name);
    await expect(page.getByText("Loading …")).toHaveCount(0);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await violations(page, { part: ".tabs" }), `${name}, ${colorScheme}`).toEqual([]);
    }
  }
  expect(seen).toEqual([]);
});

test("no tab is wider than a screen of 320 pixels", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await open(page, "balancing");
  for (const name of names) {
    await choose(page, name);
    await expect(page.getByText("Loading …")).toHaveCount(0);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width, name).toBeLessThanOrEqual(320);
  }
});
