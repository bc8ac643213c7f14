// Whatever stands behind the `#`: links are typed, cut off by mail programs, encoded twice by chat programs.
import { expect, test } from "@playwright/test";
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

test("no hash blanks the page, neither at the start nor later", async ({ page }) => {
  test.setTimeout(120_000);
  const seen = complaints(page);
  const main = page.getByRole("main");
  for (const hash of nasty) {
    await test.step(hash.slice(0, 60), async () => {
      // A document of its own, so that the hash is there when the page starts.
      await page.goto("about:blank");
      await page.goto(hash);
      await started(page);
      await expect(main).toBeVisible();
      await expect(main).not.toBeEmpty();
      expect(seen, hash).toEqual([]);
    });
  }
  for (const hash of nasty) {
    await test.step("later: " + hash.slice(0, 60), async () => {
      await page.evaluate((next) => (location.hash = next), hash);
      await expect(main).toBeVisible();
      await expect(main).not.toBeEmpty();
      expect(seen, hash).toEqual([]);
    });
  }
});
