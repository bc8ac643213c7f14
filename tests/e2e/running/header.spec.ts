// The header and the first page: every lab is one click away, also before the program is there, also by keys.
import { expect, test, type Page } from "@playwright/test";
import { violations } from "../support/axe";
import { started } from "../support/page";

const nav = (page: Page) => page.getByRole("navigation", { name: "Main" });
const menu = (page: Page) => nav(page).getByText("Labs", { exact: true });

test("the menu lists every lab that the first page has, and marks the one that is open", async ({ page }) => {
  await page.goto("#/");
  await started(page);
  const cards = await page.locator(".lab-card h3 a").allInnerTexts();
  await menu(page).click();
  await expect(nav(page).getByRole("listitem").getByRole("link")).toHaveText(cards);
  await nav(page).getByRole("link", { name: "Lock contention" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Lock contention");
  await expect(nav(page).getByRole("link", { name: "Lock contention" })).toBeHidden();
  await menu(page).click();
  await expect(nav(page).getByRole("link", { name: "Lock contention" })).toHaveAttribute("aria-current", "page");
});

test("the menu opens and closes by keys and gives the focus back", async ({ page }) => {
  await page.goto("#/");
  await started(page);
  await menu(page).focus();
  await page.keyboard.press("Enter");
  const first = nav(page).getByRole("link", { name: "Load balancing" });
  await expect(first).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(first).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(first).toBeHidden();
  await expect(menu(page)).toBeFocused();
  // Who goes on with the tabulator, or clicks elsewhere, leaves it behind.
  await page.keyboard.press("Enter");
  await nav(page).getByRole("link", { name: "About" }).focus();
  await expect(first).toBeHidden();
  await menu(page).click();
  await expect(first).toBeVisible();
  await page.getByRole("heading", { name: "How it works" }).click();
  await expect(first).toBeHidden();
});

test("the menu works while the program has not come", async ({ page }) => {
  await page.route("**/headroom-page-*.wasm", () => undefined);
  await page.goto("");
  await menu(page).click();
  await nav(page).getByRole("link", { name: "Sharding" }).click();
  await expect(page).toHaveURL(/#\/lab\/sharding$/);
});

test("on a phone the menu fits, and every entry can be hit", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto("#/lab/balancing");
  await started(page);
  await menu(page).click();
  for (const link of await nav(page).getByRole("listitem").getByRole("link").all()) {
    const box = await link.boundingBox();
    expect(box!.x).toBeGreaterThanOrEqual(0);
    expect(box!.x + box!.width).toBeLessThanOrEqual(320);
    expect(box!.height).toBeGreaterThanOrEqual(24);
  }
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  expect(await violations(page, { part: "header" })).toEqual([]);
});

test("the map of the first page leads to every lab and says what is still to come", async ({ page }) => {
  await page.goto("#/");
  await started(page);
  const map = page.getByRole("region", { name: "The way of a request" });
  const there = await map.getByRole("link").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  const labs = await page.locator(".lab-card h3 a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  expect([...there].sort()).toEqual([...labs].sort());
  await expect(map).toContainText("Still to come: worker pools");
});
