// Batching, pipelining, adaptive concurrency: the charts that these labs declare, and the ways of single requests.
import { expect, test, type Page } from "@playwright/test";
import { expectAccessible } from "../support/axe";
import { complaints, started } from "../support/page";

/** Opens a run and goes to its end. */
async function finished(page: Page, route: string, end: RegExp): Promise<void> {
  await page.goto(route);
  await started(page);
  await page.getByRole("region", { name: /lab$/ }).press("End");
  await expect(page.getByRole("slider", { name: "Read-out of latency", exact: true })).toHaveAttribute("aria-valuenow", end);
}

const CONCURRENCY = "#/lab/concurrency?policy=fixed,gradient2&rate=600/s&seed=24&duration=8s&warm-up=1s&at=4s:capacity:0:2x";
const PIPELINE = "#/lab/pipeline?policy=backpressure,drop-new&rate=150/s&seed=3&duration=6s&warm-up=1s";
const EIGHT = /^(7\.9\d*|8)$/;
const SIX = /^(5\.9\d*|6)$/;

test("a pipeline shows the ways of single requests, says them as a table and row by row, and as they were then", async ({ page }) => {
  const seen = complaints(page);
  await finished(page, PIPELINE, SIX);
  const ways = page.getByRole("region", { name: "Ways of single requests", exact: true });
  await expect(ways).toContainText(/Most waiting is for s1 \(\d+ %\)/);
  await ways.getByText("Show as table").click();
  const table = ways.getByRole("table", { name: "Ways of single requests" });
  await expect(table.getByRole("columnheader")).toHaveText(["Request", "clients", "s0", "s1", "s2", "In all"]);
  await expect(table.getByRole("row")).toHaveCount(25);
  await expect(table.getByRole("row").nth(1)).toContainText(/served [\d.]+ m?s/);

  // The other lane turns requests away.
  await ways.getByRole("button", { name: "Lane B" }).click();
  await expect(table).toContainText("turned away");

  const readOut = page.getByRole("slider", { name: "Read-out of ways of single requests" });
  await readOut.focus();
  await page.keyboard.press("ArrowDown");
  const first = (await readOut.getAttribute("aria-valuetext")) ?? "";
  expect(first).toMatch(/^request \d+ at \d+\.\d+ s: /);
  await page.keyboard.press("ArrowDown");
  await expect(readOut).not.toHaveAttribute("aria-valuetext", first);

  // Whoever goes back in time sees them as they were then.
  await ways.getByRole("button", { name: "Lane A" }).click();
  const last = ways.getByRole("rowheader").last();
  const late = Number(await last.textContent());
  await page.getByRole("slider", { name: /^Playhead|^Time/ }).first().press("PageDown");
  await expect.poll(async () => Number(await last.textContent())).toBeLessThan(late);
  await expect(ways.getByRole("row")).toHaveCount(25);
  expect(seen).toEqual([]);
});

test("the limit is drawn with the true knee, and can be switched off", async ({ page }) => {
  const seen = complaints(page);
  await finished(page, CONCURRENCY, EIGHT);
  const chart = page.getByRole("region", { name: "Limit and true knee", exact: true });
  await chart.getByText("Show as table").click();
  const heads = chart.getByRole("columnheader");
  await expect(heads).toHaveText(["Time", "knee", "A limit", "B limit", "A used", "B used"]);
  // The capacity was halved in the middle, so the knee was as well.
  const knee = async (row: ReturnType<typeof chart.getByRole>) => Number(await row.getByRole("cell").first().textContent());
  const rows = chart.getByRole("row");
  const [before, after] = [await knee(rows.nth(10)), await knee(rows.last())];
  expect(after / before).toBeGreaterThan(0.4);
  expect(after / before).toBeLessThan(0.6);

  const limit = chart.getByRole("button", { name: "limit", exact: true });
  await limit.click();
  await expect(limit).toHaveAttribute("aria-pressed", "false");
  await expect(heads).toHaveText(["Time", "knee", "A used", "B used"]);
  await limit.click();
  await expect(heads).toHaveText(["Time", "knee", "A limit", "B limit", "A used", "B used"]);
  expect(seen).toEqual([]);
});

test("latency against in flight is handed out as numbers and as a picture", async ({ page }) => {
  await finished(page, CONCURRENCY, EIGHT);
  for (const [button, name, content] of [
    ["Latency against in flight as CSV", "headroom-latency-against-in-flight.csv", /^line,ghost,x \(requests\),y \(s\),samples\r\n(.+\r\n)*A,false,\d/],
    ["Latency against in flight as SVG", "headroom-latency-against-in-flight.svg", /^<svg xmlns=.*chart-points chart-lane-b/s],
  ] as const) {
    const coming = page.waitForEvent("download");
    await page.getByRole("button", { name: button, exact: true }).click();
    const file = await coming;
    expect(file.suggestedFilename()).toBe(name);
    const chunks: Buffer[] = [];
    for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toMatch(content);
  }
  const chart = page.getByRole("region", { name: "Latency against in flight", exact: true });
  await chart.getByText("Show as table").click();
  await expect(chart.getByRole("columnheader")).toHaveText(["In flight", "A", "Windows", "B", "Windows"]);
});

test("the batcher is crashed and the receiver slowed, each by its own button", async ({ page }) => {
  await page.goto("#/lab/batching?policy=size-or-linger&rate=900/s&seed=7&duration=8s");
  await started(page);
  const lane = page.getByRole("group", { name: /^Lane A,/ });
  await lane.getByRole("button", { name: /^Receiver/ }).click();
  const receiver = page.getByRole("dialog", { name: /^Receiver, lane A/ });
  await expect(receiver.getByRole("button", { name: /Slow the receiver/ })).toBeVisible();
  await expect(receiver.getByRole("button", { name: /Crash/ })).toHaveCount(0);
  await page.keyboard.press("Escape");
  await lane.getByRole("button", { name: /^Batcher/ }).click();
  const batcher = page.getByRole("dialog", { name: /^Batcher, lane A/ });
  await expect(batcher.getByRole("button", { name: /Slow/ })).toHaveCount(0);
  await batcher.getByRole("button", { name: /Crash the batcher/ }).click();
  await expect(batcher.getByRole("status")).toContainText("the batcher crashes");
  await expect(batcher.getByRole("button", { name: /Restart the batcher/ })).toBeVisible();
});

test("an embed can show the ways alone", async ({ page }) => {
  await page.goto("#/embed/pipeline?show=ways,time&t=4s&rate=90/s&duration=6s");
  await started(page);
  await expect(page.getByRole("region", { name: "Ways of single requests", exact: true })).toBeVisible();
  await expect(page.getByRole("region", { name: "Latency", exact: true })).toHaveCount(0);
});

for (const [lab, route, end] of [["pipeline", PIPELINE, SIX], ["concurrency", CONCURRENCY, EIGHT]] as const) {
  test(`axe finds nothing on a ${lab} that has run`, async ({ page }) => {
    await finished(page, route, end);
    await expectAccessible(page, [1280]);
  });
}
