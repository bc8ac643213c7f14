// Everybody can use it: axe on every page in every theme, narrow screens, few messages.
import { expect, test } from "@playwright/test";
import { expectAccessible, violations } from "../support/axe";
import { started } from "../support/page";
import { button, openLab, scrub } from "./lab";

const labs = ["sharding", "locks", "batching", "pipeline", "concurrency"].map((lab) => `#/lab/${lab}`);
const routes = ["#/", "#/about", "#/lab/balancing?at=5s..9s:slow:3:4x", ...labs, "#/lab/nowhere", "#/lab/balancing?servers=NaN", "#/embed/balancing?show=stage,controls,figures,charts,time"];

for (const route of routes) {
  test(`axe finds nothing on ${route}`, async ({ page }) => {
    test.setTimeout(60_000);
    await page.goto(route);
    await started(page);
    if (/lab.(?!nowhere)/.test(route)) await scrub(page, 0.3);
    await expectAccessible(page, [1280, 360]);
  });
}

test("the theme that was chosen here, or is asked for in the address, is there from the start", async ({ page }) => {
  const themes = ["light", "dark", "projector"];
  for (const theme of themes) {
    await page.goto(`#/embed/balancing?theme=${theme}`);
    await page.reload();
    await started(page);
    await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
  }
  await page.goto("#/about");
  for (const theme of themes) {
    await page.getByRole("combobox", { name: "Theme" }).selectOption(theme);
    await page.reload();
    await started(page);
    await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
    await expect(page.getByRole("combobox", { name: "Theme" })).toHaveValue(theme);
  }
});

test("axe finds nothing in the dialogs", async ({ page }) => {
  await openLab(page);
  for (const name of ["Keys", "Embed", "Share"]) {
    await button(page, name).click();
    await expect(page.getByRole("dialog")).toBeVisible();
    expect(await violations(page, { part: "dialog" }), name).toEqual([]);
    await page.keyboard.press("Escape");
  }
});

test("the lab fits 320 pixels, and every target is 24 pixels or more", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await openLab(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  const small = await page.locator("button, select, input, summary, .link-button").evaluateAll((elements) =>
    elements
      .filter((element) => element.checkVisibility())
      .map((element) => ({ box: element.getBoundingClientRect(), text: element.outerHTML.slice(0, 120) }))
      .filter(({ box }) => box.width > 0 && (box.height < 23.5 || box.width < 23.5))
      .map(({ box, text }) => `${box.width}×${box.height} ${text}`),
  );
  expect(small).toEqual([]);
});

test("a run that goes on says little: at most a message every four seconds", async ({ page }) => {
  await openLab(page, "balancing?at=1s:kill:0&at=2s:kill:1&at=3s:kill:2&at=4s:revive:0&at=5s:revive:1");
  await page.evaluate(() => {
    const times: number[] = [];
    Object.assign(window, { times });
    new MutationObserver(() => times.push(performance.now())).observe(document.getElementById("announcer")!, { childList: true, characterData: true, subtree: true });
  });
  await page.getByRole("combobox", { name: "Speed" }).selectOption("1");
  await button(page, "Play").click();
  // Seven moments in five seconds: which of them are told depends on when; that two are, and what they are about, does not.
  const announcer = page.locator("#announcer");
  await expect(announcer).toContainText(/s\d/, { timeout: 15_000 });
  const first = await announcer.innerText();
  await expect(announcer).not.toHaveText(first, { timeout: 15_000 });
  await expect(announcer).toContainText(/s\d/);
  const times = await page.evaluate(() => (window as unknown as { times: number[] }).times);
  const gaps = times.slice(1).map((time, index) => time - times[index]);
  expect(times.length).toBeGreaterThan(1);
  // One text may be replaced in two mutations; between two messages lie four seconds.
  expect(gaps.filter((gap) => gap > 5 && gap < 3_900)).toEqual([]);
});

test("with reduced motion nothing plays by itself", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto("#/embed/balancing?autoplay=1");
  await started(page);
  await expect(button(page, "Play")).toBeVisible();
});

test("the way past the header leads to the content and leaves the address alone", async ({ page }) => {
  await openLab(page, "balancing?seed=8");
  const address = page.url();
  await page.getByRole("link", { name: "Skip to content" }).press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
  expect(page.url()).toBe(address);
});
