// Play, pause, step, scrub: what a person does with time.
import { expect, test } from "@playwright/test";
import { complaints } from "../support/page";
import { button, clock, figures, openLab, scrub, settled } from "./lab";

test("it plays, stops where it is told to, and stands", async ({ page }) => {
  const seen = complaints(page);
  await openLab(page);
  expect(await clock(page)).toBe(0);
  await page.getByRole("combobox", { name: "Speed" }).selectOption("1");
  await button(page, "Play").click();
  await expect.poll(() => clock(page)).toBeGreaterThan(1);
  await button(page, "Pause").click();
  const stopped = await clock(page);
  await settled(page);
  expect(await clock(page)).toBeCloseTo(stopped, 1);
  expect(seen).toEqual([]);
});

test("going back shows the same figures as before", async ({ page }) => {
  await openLab(page, "balancing?seed=3");
  await scrub(page, 0.4);
  const there = await figures(page);
  expect(there.join()).toMatch(/n\s[\d,]+/);
  await scrub(page, 0.9);
  expect(await figures(page)).not.toEqual(there);
  await scrub(page, 0.4);
  expect(await figures(page)).toEqual(there);
});

test("a step is told, on the screen and to a screen reader, and can be taken back", async ({ page }) => {
  await openLab(page, "balancing?seed=3");
  await scrub(page, 0.2);
  const before = await clock(page);
  await button(page, "Next request").click();
  await expect(page.locator(".story")).toContainText("request");
  await expect(page.locator("#announcer")).toContainText("request");
  const told = await page.locator(".story").innerText();
  const after = await clock(page);
  expect(after).toBeGreaterThan(before);
  await button(page, "Step").click();
  await expect(page.locator(".story")).not.toHaveText(told);
  await button(page, "Step back").click();
  await expect.poll(() => clock(page)).toBe(after);
});

test("the next moment is the fault that was planned", async ({ page }) => {
  await openLab(page, "balancing?at=20s:slow:3:4x");
  await scrub(page, 0.3);
  await button(page, "Next moment").click();
  // At the fault itself, and not after the first event that meets it.
  await expect.poll(() => clock(page)).toBe(20);
  await expect(page.locator(".story")).toContainText("20.0000 s: s3 slows to 1/4");
});

test("the next moment of a full house is the first request that is turned away", async ({ page }) => {
  await openLab(page, "balancing?rate=2000/s&queue=2&policy=random");
  await button(page, "Next moment").click();
  await expect(page.locator(".story")).toContainText("first request turned away");
  expect(await clock(page)).toBeGreaterThan(0);
  expect(await clock(page)).toBeLessThan(2);
});

test("everything goes by keys, only inside the lab, and never while typing", async ({ page }) => {
  await openLab(page);
  const keys = page.keyboard;
  await keys.press("Space");
  await expect(button(page, "Pause")).toBeVisible();
  await keys.press("k");
  await expect(button(page, "Play")).toBeVisible();
  await keys.press("End");
  await expect.poll(() => clock(page)).toBe(60);
  await keys.press("Home");
  await expect.poll(() => clock(page)).toBe(0);
  await keys.press("Shift+ArrowRight");
  await expect(page.locator(".story strong")).toBeVisible();
  await keys.press("]");
  await expect(page.getByRole("combobox", { name: "Speed" })).toHaveValue("0.5");
  await keys.press("2");
  await expect(button(page, "Focus lane B")).toHaveAttribute("aria-pressed", "true");

  await keys.press("?");
  const help = page.getByRole("dialog", { name: "Keys" });
  await expect(help).toBeVisible();
  await keys.press("Escape");
  await expect(help).toBeHidden();

  const seed = page.getByRole("textbox", { name: "Seed" });
  await seed.focus();
  await keys.press("k");
  await expect(button(page, "Play")).toBeVisible();
  await expect(seed).toHaveValue(/k/);
  await keys.press("Escape");
  await keys.press("k");
  await expect(button(page, "Play")).toBeVisible();
});
