// Who has which keys, as the stage of the sharding lab shows it: there from the start, another when a shard has died.
import { expect, test, type Page } from "@playwright/test";
import { violations } from "../support/axe";
import { complaints, started } from "../support/page";
import { scrub } from "../lab/lab";

async function open(page: Page, scenario: string): Promise<void> {
  await page.goto(`#/lab/${scenario}`);
  await started(page);
}

const lane = (page: Page, letter: string) => page.getByRole("region", { name: new RegExp(`^Lane ${letter},`) });
const keys = (page: Page, letter: string) => lane(page, letter).getByRole("img", { name: /^Keys: / });
const inWords = (page: Page, letter: string) => page.getByRole("note", { name: new RegExp(`^Lane ${letter}.*in words`) });

/** How many keys of the sample the picture says have moved. */
async function moved(page: Page, letter: string): Promise<number> {
  const name = await keys(page, letter).getAttribute("aria-label");
  return Number(/^Keys: (\d+) of 128 sample keys moved$/.exec(name ?? "")?.[1]);
}

test("a shard is killed, its keys move, and the summary says so", async ({ page }) => {
  const seen = complaints(page);
  await open(page, "sharding?policy=modulo,ring&seed=4&duration=20s&eject-after=2s");
  for (const letter of ["A", "B"]) {
    await expect(keys(page, letter)).toHaveAccessibleName("Keys: Who has which key, by 128 sample keys");
    await expect(inWords(page, letter)).toContainText(/Of 128 sample keys shard \d has the most/);
    await expect(inWords(page, letter)).not.toContainText("have moved");
  }

  await lane(page, "A").getByRole("button", { name: /^Server shard 3\b/ }).click();
  const card = page.getByRole("dialog", { name: "Server shard 3, lane A" });
  await card.getByRole("button", { name: "Kill" }).click();
  await card.getByRole("button", { name: "Close" }).click();
  await expect(page).toHaveURL(/kill:3/);

  // It is noticed after two seconds; until then the dead shard still has its keys.
  await scrub(page, 0.05);
  await expect(keys(page, "A")).toHaveAccessibleName(/Who has which key/);
  await scrub(page, 0.5);
  await expect(keys(page, "A")).toHaveAccessibleName(/sample keys moved$/);
  await expect(keys(page, "B")).toHaveAccessibleName(/sample keys moved$/);
  const [modulo, ring] = [await moved(page, "A"), await moved(page, "B")];
  // Three of four keys against those of the dead shard, about a quarter.
  expect(modulo).toBeGreaterThan(80);
  expect(ring).toBeGreaterThan(15);
  expect(ring).toBeLessThan(55);
  await expect(inWords(page, "A")).toContainText(`${modulo} of 128 have moved.`);
  await expect(inWords(page, "A")).toContainText("shard 3 is dead");
  await expect(inWords(page, "B")).toContainText(`${ring} of 128 have moved.`);
  // What is drawn is what is said: a key that moved is marked, in its row and on the circle.
  await expect(keys(page, "A").locator("rect.moved")).toHaveCount(modulo);
  await expect(keys(page, "B").locator("rect.moved")).toHaveCount(ring);
  await expect(keys(page, "B").locator("circle.moved")).toHaveCount(ring);

  // Back before the death nothing has moved.
  await scrub(page, 0);
  await expect(keys(page, "A")).toHaveAccessibleName(/Who has which key/);
  expect(seen).toEqual([]);
});

test("keys on their way are told apart from those that have arrived", async ({ page }) => {
  await open(page, "sharding?policy=ring&resharding=copy&copy-rate=200/s&seed=5&duration=40s&at=10s:join:4");
  await scrub(page, 0.3);
  await expect(keys(page, "A")).toHaveAccessibleName(/^Keys: \d+ of 128 sample keys on their way$/);
  await expect(inWords(page, "A")).toContainText("are on their way");
  await expect(page.getByRole("list", { name: "What moves" })).toContainText("key on the move");
  await scrub(page, 0.9);
  await expect(keys(page, "A")).toHaveAccessibleName(/^Keys: \d+ of 128 sample keys moved$/);
});

test("shards that stand by are called spare, and keys are only there where a lab has some", async ({ page }) => {
  await open(page, "sharding?policy=modulo&seed=4");
  await expect(lane(page, "A").getByRole("button", { name: "Server shard 5, spare" })).toBeAttached();
  await expect(inWords(page, "A")).toContainText("4 stand by");
  await open(page, "balancing?policy=random");
  await expect(inWords(page, "A")).toContainText("8 servers");
  await expect(page.getByRole("img", { name: /^Keys/ })).toHaveCount(0);
  await expect(page.getByRole("list", { name: "What moves" })).not.toContainText("key on the move");
});

test("four lanes of keys fit and can be read by a screen reader, wide and narrow", async ({ page }) => {
  await open(page, "sharding?policy=modulo,ring,range,maglev&seed=4&duration=20s&at=5s:join:4");
  await scrub(page, 0.5);
  for (const viewport of [{ width: 1280, height: 800 }, { width: 360, height: 740 }]) {
    await page.setViewportSize(viewport);
    for (const letter of ["A", "B", "C", "D"]) {
      await expect(keys(page, letter)).toHaveAccessibleName(/sample keys moved$/);
      // The pictures follow the width when the browser has told them of it.
      await expect(async () => {
        const box = await keys(page, letter).boundingBox();
        expect(box!.x).toBeGreaterThanOrEqual(0);
        expect(box!.x + box!.width).toBeLessThanOrEqual(viewport.width);
      }).toPass({ timeout: 5_000 });
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(viewport.width);
    expect(await violations(page, { part: ".lanes" })).toEqual([]);
  }
});
