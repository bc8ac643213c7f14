// How lucky the seed is, beside the seed: asked, computed, answered in the words of the tab; cancelled; out of date.
import { expect, test, type Page } from "@playwright/test";
import { violations } from "../support/axe";
import { complaints } from "../support/page";
import { button, openLab } from "../lab/lab";

const controls = (page: Page) => page.getByRole("region", { name: "Controls" });
const ask = (page: Page) => controls(page).getByRole("button", { name: "How lucky is this seed?" });
const cancel = (page: Page) => controls(page).getByRole("button", { name: "Cancel the comparison" });
const answers = (page: Page) => controls(page).getByRole("listitem").filter({ hasText: "percentile" });
const seed = (page: Page) => controls(page).getByRole("textbox", { name: "Seed", exact: true });
const SHORT = "balancing?policy=random,two-choices&duration=6s&warm-up=1s&seed=7";
const LONG = "balancing?rate=2000/s&servers=64&duration=600s";

test("by the keyboard alone: asked beside the seed, said once, and all of it is in the tab", async ({ page }) => {
  const seen = complaints(page);
  await openLab(page, SHORT);
  await page.evaluate(() => {
    const said: string[] = [];
    Object.assign(window, { said });
    const announcer = document.querySelector("#announcer")!;
    new MutationObserver(() => said.push(announcer.textContent!)).observe(announcer, { childList: true, characterData: true, subtree: true });
  });
  await controls(page).getByRole("button", { name: "Another seed" }).focus();
  await page.keyboard.press("Tab");
  await expect(ask(page)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(answers(page)).toHaveCount(2, { timeout: 20_000 });
  await expect(answers(page).nth(0)).toContainText(/^In lane A the p99 of seed 7, .*, is at the \d+(st|nd|rd|th) percentile of 30 other seeds\.$/);
  await expect(answers(page).nth(1)).toContainText("In lane B the p99 of seed 7");
  const said = await page.evaluate(() => (window as unknown as { said: string[] }).said);
  expect(said.filter((text) => text.includes("percentile"))).toHaveLength(1);
  // The focus stayed; the same button now leads to the tab, which says the same of the same run.
  const all = controls(page).getByRole("button", { name: "All figures of the comparison" });
  await expect(all).toBeFocused();
  const words = await answers(page).allInnerTexts();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("tab", { name: "Run it out" })).toBeFocused();
  await expect(page.getByRole("tab", { name: "Run it out" })).toBeInViewport();
  const panel = page.getByRole("tabpanel", { name: "Run it out" });
  expect(await panel.locator(".run-out-luck li").allInnerTexts()).toEqual(words);
  await expect(panel.getByRole("textbox", { name: "Seeds" })).toHaveValue("30");
  expect(seen).toEqual([]);
});

test("an answer is of the seed that it was asked for, and comes back with it", async ({ page }) => {
  await openLab(page, SHORT);
  await ask(page).click();
  await expect(answers(page)).toHaveCount(2, { timeout: 20_000 });
  await seed(page).fill("8");
  await seed(page).press("Enter");
  await expect(answers(page)).toHaveCount(0);
  await expect(ask(page)).toBeEnabled();
  await button(page, "Undo").click();
  await expect(answers(page).first()).toContainText("of seed 7");
  // The tab's measure is the one that is told.
  await page.getByRole("tab", { name: "Run it out" }).click();
  await page.getByRole("combobox", { name: "Measure" }).selectOption("goodput");
  await expect(answers(page).first()).toContainText("In lane A the Goodput of seed 7");
});

test("while it computes it says so, can be cancelled, and what is changed meanwhile is told apart", async ({ page }) => {
  await openLab(page, LONG);
  await ask(page).click();
  await expect(controls(page).getByRole("progressbar", { name: "Progress" })).toBeVisible();
  await expect(controls(page).getByText("Running the same experiment with other seeds:")).toBeVisible();
  await expect(cancel(page)).toBeFocused();
  await seed(page).fill("8");
  await seed(page).press("Enter");
  await expect(controls(page).getByText("Of the experiment before the change:")).toBeVisible();
  await cancel(page).click();
  await expect(controls(page).getByRole("progressbar")).toBeHidden();
  await expect(answers(page)).toHaveCount(0);
  await expect(ask(page)).toBeEnabled();
});

test("it waits for what else is being run out, and says what was wrong with a wish", async ({ page }) => {
  await openLab(page, LONG);
  await page.getByRole("tab", { name: "Run it out" }).click();
  await button(page, "A sweep").click();
  await button(page, "Run it out").click();
  await expect(ask(page)).toBeDisabled();
  await expect(controls(page).getByText("Possible when what is being run out is done or cancelled.")).toBeVisible();
  await button(page, "Cancel").click();
  await expect(ask(page)).toBeEnabled();
  await button(page, "Many seeds").click();
  await page.getByRole("textbox", { name: "Seeds" }).fill("many");
  await ask(page).click();
  await expect(controls(page).getByText("Seeds “many” must be a whole number between 2 and 1000.")).toBeVisible();
});

test("it fits a phone and is accessible in each of its states", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await openLab(page, SHORT);
  const looked = async (state: string) => {
    expect(await violations(page, { part: ".bench-controls" }), state).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), state).toBeLessThanOrEqual(360);
  };
  await looked("not asked");
  await ask(page).click();
  await expect(answers(page)).toHaveCount(2, { timeout: 20_000 });
  await looked("answered");
  await openLab(page, LONG);
  await ask(page).click();
  await expect(cancel(page)).toBeVisible();
  await looked("underway");
});
