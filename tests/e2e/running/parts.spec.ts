// The programs come in two parts: the first lab runs with the first, the rest follows, and nobody notices but on a bad network.
// Only a release build has parts; a development build has nothing to check here.
import { expect, test, type Page, type Route } from "@playwright/test";
import { clock } from "../lab/lab";
import { complaints, started } from "../support/page";

const REST = "**/*_rest.wasm";

/** Requests for a part of a program, each with how it was asked for. */
function parts(page: Page): string[] {
  const asked: string[] = [];
  page.on("request", (request) => {
    const name = /(headroom-[a-z-]+)-[0-9a-f]{16}_rest\.wasm/.exec(request.url())?.[1];
    if (name) asked.push(`${name} by ${request.resourceType()}`);
  });
  return asked;
}

test.beforeEach(async ({ request }) => {
  const page = await (await request.get("./")).text();
  test.skip(page.includes('id="headroom-build">{"offline":false}'), "a development build has no parts");
  expect(page, "a release comes in parts").toContain("_rest.wasm");
});

test("the first lab plays with the first part alone, and is whole when the rest comes", async ({ page }) => {
  const seen = complaints(page);
  const asked = parts(page);
  const held: Route[] = [];
  await page.route(REST, (route) => void held.push(route));
  await page.goto("./#/lab/balancing");
  await started(page);
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await expect.poll(() => clock(page)).toBeGreaterThan(0);
  await expect(page.getByRole("tablist", { name: "About this experiment" })).toHaveCount(0);
  // Nobody had to wait: both rests are asked for by themselves. If this fails after a change of the page, something new runs at the
  // start; `cargo xtask profile` makes it part of what is loaded first. A worker on a busy machine may come to what no profile
  // has seen; it waits by itself and holds up nobody's hands.
  expect(asked.filter((one) => one.startsWith("headroom-page"))).toEqual(["headroom-page by fetch"]);
  expect(asked).toContain("headroom-worker-balancing by fetch");
  for (const route of held) await route.continue();
  await expect(page.getByRole("tablist", { name: "About this experiment" })).toBeVisible();
  await expect(page.getByRole("region", { name: "Controls" })).toBeVisible();
  expect(seen).toEqual([]);
});

test("a worker has the rest of its program before anybody needs it", async ({ page }) => {
  const seen = complaints(page);
  const asked = parts(page);
  await page.goto("./#/lab/balancing");
  await started(page);
  await expect.poll(() => [...asked].sort()).toEqual(expect.arrayContaining(["headroom-page by fetch", "headroom-worker-balancing by fetch"]));
  await page.waitForLoadState("networkidle");
  const until = asked.length;
  // What no profile has seen: another speed, a fault, the next moment, and a run to its end.
  await page.getByRole("combobox", { name: "Speed" }).selectOption("1");
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await expect.poll(() => clock(page)).toBeGreaterThan(1);
  await page.getByRole("button", { name: "Pause", exact: true }).click();
  await page.getByRole("button", { name: /Next moment/ }).click();
  expect(asked.slice(until)).toEqual([]);
  expect(seen).toEqual([]);
});

test("an experiment that the first part has not run comes with the rest, and nobody waits", async ({ page }) => {
  const seen = complaints(page);
  const asked = parts(page);
  await page.goto("./#/lab/balancing?policy=random,peak-ewma&timeout=1s&retries=2&at=1s:kill:2");
  await started(page);
  await page.getByRole("combobox", { name: "Speed" }).selectOption("1");
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await expect.poll(() => clock(page)).toBeGreaterThan(1.5);
  expect(asked.sort()).toEqual(["headroom-page by fetch", "headroom-worker-balancing by fetch"]);
  expect(seen).toEqual([]);
});

test("a worker whose rest is not answered asks once more, and goes on", async ({ page }) => {
  const asked = parts(page);
  await page.route(/worker-balancing-[0-9a-f]+_rest\.wasm$/, () => {});
  await page.goto("./#/lab/balancing");
  await started(page);
  await page.getByRole("combobox", { name: "Speed" }).selectOption("1");
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await expect.poll(() => clock(page), { timeout: 20_000 }).toBeGreaterThan(1);
  expect(asked.filter((one) => one === "headroom-worker-balancing by xhr")).toHaveLength(2);
});

test("what needs the rest before it is there waits for it", async ({ page }) => {
  const seen = complaints(page);
  const asked = parts(page);
  let first = true;
  await page.route(/headroom-page-[0-9a-f]+_rest\.wasm/, async (route) => {
    // What the page fetches by itself takes its time; what it then waits for does not.
    if (first) {
      first = false;
      await new Promise((resolve) => setTimeout(resolve, 3_000));
    }
    await route.continue();
  });
  await page.goto("./#/lab/balancing");
  await started(page);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toBeVisible();
  expect(asked).toContain("headroom-page by xhr");
  expect(seen).toEqual([]);
});

test("when the rest does not load, the lab plays on and says what is missing", async ({ page }) => {
  await page.route(REST, (route) => route.abort());
  await page.goto("./#/lab/balancing");
  await expect(page.getByRole("alert").filter({ hasText: "did not load" })).toBeVisible();
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await expect(page.getByRole("button", { name: "Pause", exact: true })).toBeVisible();
});

test("another lab is whole before it starts", async ({ page }) => {
  const seen = complaints(page);
  const asked = parts(page);
  await page.goto("./#/lab/sharding");
  await started(page);
  await expect(page.getByRole("tablist", { name: "About this experiment" })).toBeVisible();
  expect(asked).toEqual(["headroom-page by fetch"]);
  expect(seen).toEqual([]);
});
