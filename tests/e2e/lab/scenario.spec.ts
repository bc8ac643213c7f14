// The scenario: what is set, broken, undone and shared is what the link says.
import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { complaints, started } from "../support/page";
import { button, clock, figures, lab, openLab, scrub } from "./lab";

test("a fault in the past makes another future, and undo brings the old one back", async ({ page }) => {
  await openLab(page, "balancing?seed=3");
  await scrub(page, 0.5);
  const before = await figures(page);
  await scrub(page, 0.25);
  await button(page, "Add a fault").click();
  const form = page.getByRole("form", { name: "Add a fault" });
  await form.getByRole("combobox", { name: "What" }).selectOption("slow");
  await form.getByRole("combobox", { name: "Where" }).selectOption({ label: "s3" });
  await form.getByRole("textbox", { name: "How much" }).fill("8");
  await form.getByRole("button", { name: "Add" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "s3 slows down, 8×" })).toBeVisible();
  expect(await clock(page)).toBeCloseTo(15, 2);
  await scrub(page, 0.5);
  expect(await figures(page)).not.toEqual(before);
  await button(page, "Undo").click();
  await scrub(page, 0.5);
  expect(await figures(page)).toEqual(before);
});

test("a shared link gives the same figures elsewhere", async ({ page, browser }) => {
  await openLab(page, "balancing?policy=random,two-choices&rate=280/s&seed=11&at=10s..20s:slow:3:4x");
  await scrub(page, 0.5);
  const slider = page.getByRole("slider", { name: "Arrival rate" });
  await slider.focus();
  await slider.press("ArrowLeft");
  await scrub(page, 0.75);
  const here = await figures(page);
  await button(page, "Share").click();
  const link = await page.getByRole("textbox", { name: "Link" }).inputValue();
  expect(link).toMatch(/at=30[.\d]*s:set:rate:270\/s/);
  const other = await browser.newPage();
  await other.goto(link);
  await started(other);
  await scrub(other, 0.75);
  expect(await figures(other)).toEqual(here);
  await other.close();
});

test("the address follows what is set, and what is exported can be opened again", async ({ page }) => {
  await openLab(page);
  const servers = page.getByRole("textbox", { name: "Servers" });
  await servers.fill("5");
  await servers.press("Enter");
  await expect(page).toHaveURL(/servers=5/);
  await scrub(page, 0.5);
  const here = await figures(page);
  await button(page, "Share").click();
  const download = page.waitForEvent("download");
  await button(page, "Save as a file").click();
  const json = readFileSync(await (await download).path(), "utf8");
  const saved = JSON.parse(json);
  expect(saved.scenario).toContain("servers=5");
  expect(saved.lanes).toHaveLength(2);
  expect(saved.lanes[0].figures.samples).toBeGreaterThan(1_000);
  await page.keyboard.press("Escape");

  await page.goto("#/lab/balancing?seed=99");
  await expect(page.getByRole("textbox", { name: "Seed" })).toHaveValue("99");
  await button(page, "Share").click();
  await page.getByText("Open another one").click();
  await page.getByLabel("A link, the text of a scenario, or exported JSON").fill(json);
  await button(page, "Open").click();
  await expect(page.getByRole("textbox", { name: "Servers" })).toHaveValue("5");
  await scrub(page, 0.5);
  expect(await figures(page)).toEqual(here);
});

test("what cannot be used of a link is named, with what is used instead", async ({ page }) => {
  const seen = complaints(page);
  await openLab(page, "balancing?servers=NaN&chairs=4&engine=0&seed=3&seed=4");
  const notices = page.getByRole("region", { name: "About this link" });
  for (const sentence of ["servers “NaN” must be a whole number", "8 is used", "chairs “4”", "another engine", "stands there twice"]) {
    await expect(notices).toContainText(sentence);
  }
  await notices.getByRole("button", { name: "Dismiss these notices" }).click();
  await expect(notices).toBeHidden();
  await scrub(page, 0.3);
  expect((await figures(page)).join()).toMatch(/n\s[\d,]+/);
  expect(seen).toEqual([]);
});

test("a lab that does not exist is named, and those that do are offered", async ({ page }) => {
  await page.goto("#/lab/nowhere");
  await started(page);
  await expect(page.getByRole("main")).toContainText("“nowhere”");
  await page.getByRole("main").getByRole("link", { name: "Load balancing" }).click();
  await expect(lab(page)).toBeVisible();
});

test("a refused value says why and changes nothing", async ({ page }) => {
  await openLab(page);
  const rate = page.getByRole("textbox", { name: "Arrival rate" });
  await rate.fill("many");
  await rate.press("Enter");
  const controls = page.getByRole("region", { name: "Controls" });
  await expect(controls.getByText("Arrival rate “many” must be a number between 0/s and 200000/s.")).toBeVisible();
  await expect(rate).toHaveAttribute("aria-invalid", "true");
  await rate.fill("300");
  await rate.press("Enter");
  await expect(rate).toHaveValue("300/s");
  await expect(controls.getByText("Arrival rate “many”")).toBeHidden();
});

test("lanes come, go and change their policy", async ({ page }) => {
  await openLab(page);
  await button(page, "Add lane").click();
  const third = page.getByRole("region", { name: /^Lane C/ });
  await expect(third).toBeVisible();
  await page.getByRole("combobox", { name: "Policy of lane C" }).selectOption("least-loaded");
  await expect(page).toHaveURL(/policy=round-robin,two-choices,least-loaded/);
  await scrub(page, 0.5);
  expect(await figures(page)).toHaveLength(3);
  await button(page, "Remove lane A").click();
  await expect(third).toBeHidden();
  await expect(page).toHaveURL(/policy=two-choices,least-loaded/);
});

test("a run that goes on keeps going when a new one is needed", async ({ page }) => {
  await openLab(page);
  await page.getByRole("combobox", { name: "Speed" }).selectOption("2");
  await button(page, "Play").click();
  await expect.poll(() => clock(page)).toBeGreaterThan(2);
  const slots = page.getByRole("textbox", { name: "Slots each" });
  await slots.fill("8");
  await slots.press("Enter");
  await expect.poll(() => clock(page)).toBeLessThan(2);
  await expect(button(page, "Pause")).toBeVisible();
  await expect.poll(() => clock(page)).toBeGreaterThan(2);
});
