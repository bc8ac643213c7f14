// The charts: numbers as a table, switches, the read-out by keyboard, files.
import { expect, test, type Page } from "@playwright/test";
import { complaints, started } from "../support/page";

/** Opens a short run and plays it to its end. */
async function finished(page: Page): Promise<void> {
  await page.goto("#/lab/balancing?v=1&duration=6s&warm-up=1s&servers=4&rate=100/s&seed=7");
  await started(page);
  // A place to be in the lab; then the key for the end of the run.
  await page.getByRole("group", { name: /^Lane A,/ }).getByRole("button", { name: "Server s0" }).focus();
  await page.keyboard.press("Escape");
  await page.getByRole("region", { name: /lab$/ }).press("End");
  await expect(page.getByRole("slider", { name: "Read-out of latency" })).toHaveAttribute("aria-valuenow", /^(5\.9\d*|6)$/);
}

test("every chart has its numbers as a table, whose measures and lanes are switched off and on", async ({ page }) => {
  const seen = complaints(page);
  await finished(page);
  for (const title of ["Latency", "Goodput", "In flight", "Load by server", "Distribution of latency"]) {
    const chart = page.getByRole("region", { name: title, exact: true });
    await chart.getByText("Show as table").click();
    const table = chart.getByRole("table", { name: title });
    await expect(table.getByRole("row").nth(3)).toContainText(/\d/);
    const rows = await table.getByRole("row").count();
    expect(rows).toBeGreaterThan(3);
    expect(rows).toBeLessThanOrEqual(61);
  }

  const chart = page.getByRole("region", { name: "Latency", exact: true });
  const heads = chart.getByRole("columnheader");
  await expect(heads).toHaveText(["Time", "A p50", "B p50", "A p99", "B p99", "Samples"]);

  const p50 = chart.getByRole("button", { name: "p50" });
  await p50.click();
  await expect(p50).toHaveAttribute("aria-pressed", "false");
  await expect(heads).toHaveText(["Time", "A p99", "B p99", "Samples"]);

  const lane = page.getByRole("button", { name: /^B / }).first();
  await lane.click();
  await expect(lane).toHaveAttribute("aria-pressed", "false");
  await expect(heads).toHaveText(["Time", "A p99", "Samples"]);
  await lane.click();
  await expect(heads).toHaveText(["Time", "A p99", "B p99", "Samples"]);
  expect(seen).toEqual([]);
});

test("the read-out says values with units and samples, and a figure is handed out as a picture and as numbers", async ({ page }) => {
  await finished(page);
  const readOut = page.getByRole("slider", { name: "Read-out of latency" });
  await readOut.focus();
  await page.keyboard.press("End");
  const end = await readOut.getAttribute("aria-valuetext");
  expect(end).toMatch(/^at \d+\.\d\d s: A p50 [\d.]+ m?s of \d+ samples, /);
  await page.keyboard.press("ArrowLeft");
  await expect(readOut).not.toHaveAttribute("aria-valuetext", end ?? "");

  for (const [button, name, content] of [
    ["Latency as SVG", "headroom-latency.svg", /^<svg xmlns=.*A p99/s],
    ["Goodput as CSV", "headroom-goodput.csv", /^line,ghost,x \(s\),y \(1\/s\),samples\r\nA goodput,false,0\.0/],
  ] as const) {
    const coming = page.waitForEvent("download");
    await page.getByRole("button", { name: button, exact: true }).click();
    const file = await coming;
    expect(file.suggestedFilename()).toBe(name);
    const chunks: Buffer[] = [];
    for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toMatch(content);
  }
});
