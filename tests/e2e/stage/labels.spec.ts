// What stands round the moving picture: a legend of what can move in this lab and no more; names that are whole.
import { expect, test, type Page } from "@playwright/test";
import { scrub } from "../lab/lab";
import { started } from "../support/page";

const REQUESTS = ["request without a server yet", "request"];
const MOVING = {
  balancing: [...REQUESTS, "retry", "answer", "failure", "refusal"],
  sharding: [...REQUESTS, "answer", "failure", "refusal", "key on the move"],
  locks: [],
  batching: [...REQUESTS, "retry", "answer", "failure", "refusal"],
  pipeline: [...REQUESTS, "answer", "refusal"],
  concurrency: [...REQUESTS, "retry", "answer", "refusal"],
};

/** Texts of the first lane's picture that reach over its edges. */
const cut = (page: Page) =>
  page
    .locator("svg.stage-picture")
    .first()
    .evaluate((picture) => {
      const room = picture.getBoundingClientRect();
      const outside = (text: Element) => {
        const box = text.getBoundingClientRect();
        // Half a pixel is rounding.
        return box.width > 0 && (box.left < room.left - 0.5 || box.right > room.right + 0.5 || box.top < room.top - 0.5 || box.bottom > room.bottom + 0.5);
      };
      return [...picture.querySelectorAll("text")].filter(outside).map((text) => text.textContent);
    });

for (const [lab, moving] of Object.entries(MOVING))
  test(`the ${lab} lab tells what moves in it, and no name of a policy is cut, wide or narrow`, async ({ page }) => {
    for (const size of [{ width: 1280, height: 800 }, { width: 360, height: 740 }]) {
      await page.setViewportSize(size);
      await page.goto(`#/lab/${lab}`);
      await started(page);
      const policy = page.getByRole("combobox", { name: "Policy of lane A" });
      await expect(policy).toBeVisible();
      await expect(page.getByRole("list", { name: "What moves" })).toHaveCount(moving.length ? 1 : 0);
      expect(await page.getByRole("list", { name: "What moves" }).getByRole("listitem").allInnerTexts()).toEqual(moving);
      const options = await policy.getByRole("option").evaluateAll((all) => all.map((option) => ({ value: (option as HTMLOptionElement).value, label: option.textContent! })));
      for (const { value, label } of options) {
        await policy.selectOption(value);
        await expect(page.getByRole("region", { name: `Lane A, ${label}`, exact: true })).toBeVisible();
        expect(await cut(page), `${label}, ${size.width} wide`).toEqual([]);
      }
    }
    // Words that come while it runs, and notes, on the narrowest screen.
    await page.setViewportSize({ width: 320, height: 740 });
    await page.goto(`#/lab/${lab}?seed=2`);
    await expect(page.getByRole("combobox", { name: "Policy of lane A" })).toBeVisible();
    await scrub(page, 0.5);
    expect(await cut(page), "320 wide, in the middle of the run").toEqual([]);
  });

test("a column of balancers that fills its strip has no name below, cut or not; the lane's head has it whole", async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto("#/lab/balancing?policy=seed-weighted,random&servers=4&balancers=3");
  await started(page);
  const policy = page.getByRole("combobox", { name: "Policy of lane A" });
  await expect(policy).toBeVisible();
  expect(await cut(page)).toEqual([]);
  const below = page.locator("svg.stage-picture").first().locator("text.stage-note", { hasText: /weighted|remainder/ });
  await expect(below).toHaveCount(0);
  // As wide as its longest name wants to be: the arrow takes the rest.
  expect(await policy.evaluate((select) => select.scrollWidth <= select.clientWidth && select.clientWidth > 300)).toBe(true);
  // One balancer leaves room for two lines of it.
  await page.goto("#/lab/balancing?policy=seed-weighted,random&servers=4");
  await expect(below).toHaveText(["Seed: weighted round", "robin by remainder"]);
  expect(await cut(page)).toEqual([]);
});
