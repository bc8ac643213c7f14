// Experiments at the edge: nothing blanks, nothing complains in the console, and it is said what happens.
import { expect, test, type Page } from "@playwright/test";
import { complaints, started } from "../support/page";
import { button, clock, lab, openLab, scrub } from "../lab/lab";

/** Every lane has its picture, its words and its figures. */
async function nothingIsBlank(page: Page) {
  for (const lane of await page.locator(".lane").all()) {
    await expect(lane.locator("svg.stage-picture")).toContainText("clients");
    await expect(lane.locator(".stage-summary")).toHaveText(/At \d+\.\d\d seconds: \d+ servers/);
    await expect(lane.locator(".figures")).toContainText("p99");
  }
  for (const part of await page.locator(".lanes, .charts-area").all()) await expect(part).not.toContainText(/NaN|Infinity|undefined/);
}

for (const [name, text, said, figures] of [
  ["no server at all", "balancing?servers=0", /first request given up/, /all were lost/],
  ["no traffic", "balancing?rate=0", /Paused/, /no request came/],
  ["every server dead", "balancing?servers=2&at=1s:kill:0&at=1s:kill:1", /mattered: /, /all were lost/],
  ["no room to wait", "balancing?queue=0&rate=600/s", /first request lost to a full queue|first request turned away/, /n [\d,]+/],
  ["more work than the servers can do", "balancing?rate=2000/s", /mattered/, /n [\d,]+/],
  ["ten minutes", "balancing?duration=600s", /Paused|mattered/, /n [\d,]{5,}/],
  ["four lanes of everything", "balancing?policy=random,ip-hash,seed-weighted,peak-ewma&retries=5&timeout=50ms&rate=900/s", /mattered/, /p99/],
] as [string, string, RegExp, RegExp][]) {
  test(`${name}: it is said what happens`, async ({ page }) => {
    const seen = complaints(page);
    await openLab(page, text);
    await nothingIsBlank(page);
    await scrub(page, 0.5);
    await expect(page.locator(".story")).toContainText(said);
    await expect(page.locator(".figures").first()).toContainText(figures);
    await nothingIsBlank(page);
    await button(page, "Step").click();
    await expect(page.locator(".story")).toContainText(/\S/);
    await page.getByRole("combobox", { name: "Speed" }).selectOption("1000");
    const before = await clock(page);
    await button(page, "Play").click();
    await expect.poll(() => clock(page), { timeout: 20_000 }).toBeGreaterThan(before);
    await nothingIsBlank(page);
    expect(seen).toEqual([]);
  });
}

test("ten thousand servers: it says how far it has computed, and shows them all", async ({ page }) => {
  const seen = complaints(page);
  await openLab(page, "balancing?servers=10000&rate=2000/s&duration=10s&warm-up=1s&policy=two-choices");
  await page.getByRole("slider", { name: "Time", exact: true }).fill("5000");
  await expect(page.locator(".stage-summary")).toContainText("10000 servers, 0 of 40000 slots busy");
  await expect(page.locator(".figures").first()).toContainText(/n [\d,]+/, { timeout: 25_000 });
  await expect(page.locator(".stage-summary")).toContainText(/10000 servers, [1-9]\d* of 40000 slots busy/);
  await nothingIsBlank(page);
  expect(seen).toEqual([]);
});

test("garbage in every field is answered with a sentence, and changes nothing", async ({ page }) => {
  test.setTimeout(90_000);
  const seen = complaints(page);
  await openLab(page);
  await page.locator("details.control-group").evaluateAll((groups: HTMLDetailsElement[]) => groups.forEach((group) => (group.open = true)));
  for (const more of await page.getByRole("button", { name: /^\d+ more$/ }).all()) await more.click();
  const before = await page.evaluate(() => location.hash);
  const fields = page.getByRole("region", { name: "Controls" }).locator("input.field:visible");
  expect(await fields.count()).toBeGreaterThan(15);
  for (const field of await fields.all()) {
    const name = (await field.getAttribute("id")) ?? "";
    for (const text of ["<img src=x>", "-1e999", "NaN"]) {
      await field.fill(text);
      await field.press("Tab");
    }
    // The sentence stands below the field that it is about.
    const group = field.locator("xpath=ancestor::*[contains(@class,'control-list') or contains(@class,'control ') or @class='control'][last()]");
    await expect(group.locator(".control-refused").filter({ hasText: /\S/ }).first(), name).toBeVisible();
  }
  expect(await page.evaluate(() => location.hash)).toBe(before);
  await expect(lab(page).locator("img")).toHaveCount(0);
  await nothingIsBlank(page);
  expect(seen).toEqual([]);
});

test("a frame without size runs everything that it is told, and is whole when it is shown", async ({ page }) => {
  const seen = complaints(page);
  await page.setViewportSize({ width: 1, height: 1 });
  await page.goto("#/embed/balancing?show=stage,figures,charts,controls,time&t=30s");
  await started(page);
  await page.setViewportSize({ width: 900, height: 800 });
  await expect.poll(() => clock(page)).toBe(30);
  await nothingIsBlank(page);
  const picture = await page.locator("svg.stage-picture").first().boundingBox();
  expect(picture!.width).toBeGreaterThan(300);
  const chart = await page.locator("svg.chart-svg").first().boundingBox();
  expect(chart!.width).toBeGreaterThan(150);
  expect(seen).toEqual([]);
});
