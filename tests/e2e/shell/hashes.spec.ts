// Whatever stands behind the `#`: links are typed, cut off by mail programs, encoded twice by chat programs.
import { expect, test, type Page } from "@playwright/test";
import { complaints, started } from "../support/page";

const nasty = [
  "#", "##", "#/", "#//", "#///", "#//[", "#/[", "#/]", "#/%", "#/%%%", "#/%2", "#/%zz", "#/%C3%28", "#/%00", "#/%0A",
  "#main", "#app", "#/main", "#lab/balancing", "#/lab", "#/lab/", "#/lab/balancing/", "#/LAB/BALANCING", "#/lab/nowhere",
  "#/lab/balancing?", "#/lab/balancing?&&&", "#/lab/balancing?=", "#/lab/balancing?a", "#/lab/balancing?a=b=c",
  "#/lab/balancing?servers=NaN", "#/lab/balancing?servers=-1", "#/lab/balancing?servers=1e309", "#/lab/balancing?servers=99999999999999999999",
  "#/lab/balancing?rate=0/s", "#/lab/balancing?rate=∞", "#/lab/balancing?seed=18446744073709551616", "#/lab/balancing?policy=,,,",
  "#/lab/balancing?policy=round-robin&policy=random", "#/lab/balancing?v=999", "#/lab/balancing?engine=-1", "#/lab/balancing?at=20s..10s:slow:3:4x",
  "#/lab/balancing?at=::::", "#/lab/balancing?%70olicy=random", "#/lab/__proto__", "#/lab/constructor?toString=1",
  "#/embed/", "#/embed/nowhere?show=", "#/../../etc/passwd", "#javascript:alert(1)", "#/<img src=x onerror=alert(1)>",
  "#/lab/🦀?🦀=🦀", "#/\u202elab", "#/?" + "a=1&".repeat(2_000), "#/" + "a/".repeat(2_000),
];

/** What the page does about a hash is on the screen two frames later. */
const frames = (page: Page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

async function notBlank(page: Page, seen: string[], hash: string) {
  await frames(page);
  await expect(page.getByRole("main")).toBeVisible();
  await expect(page.getByRole("main")).not.toBeEmpty();
  expect(seen, hash).toEqual([]);
}

const groups = 4;
for (let group = 0; group < groups; group += 1) {
  const hashes = nasty.filter((_, index) => index % groups === group);

  test(`no hash blanks the page, neither at the start nor later (${group + 1} of ${groups})`, async ({ page }) => {
    test.setTimeout(120_000);
    const seen = complaints(page);
    for (const hash of hashes) {
      await test.step(hash.slice(0, 60), async () => {
        // A document of its own, so that the hash is there when the page starts.
        await page.goto("about:blank");
        await page.goto(hash);
        await started(page);
        await notBlank(page, seen, hash);
      });
    }
    for (const hash of hashes) {
      await test.step("later: " + hash.slice(0, 60), async () => {
        await page.evaluate((next) => (location.hash = next), hash);
        await notBlank(page, seen, hash);
      });
    }
  });
}
