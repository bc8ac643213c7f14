// The first lab's workers start while the page's program is still on its way, and it takes them over.
import { expect, test, type Page } from "@playwright/test";
import { figures, scrub } from "../lab/lab";
import { strict } from "../support/hosts";
import { complaints, started } from "../support/page";

const PROGRAM = "**/headroom-page-*_bg.wasm";
const GLUE = "**/headroom-worker-balancing-*.js";

type Notes = { made: number; ready: number; failed: number };
const notes = (page: Page) => page.evaluate(() => (window as unknown as { notes: Notes }).notes);

/** Counts the workers of a browser that says it has so many cores. */
async function count(page: Page, cores: number) {
  await page.addInitScript((cores) => {
    Object.defineProperty(navigator, "hardwareConcurrency", { value: cores });
    const notes = { made: 0, ready: 0, failed: 0 };
    Object.assign(window, { notes });
    window.Worker = class extends Worker {
      constructor(address: string) {
        super(address);
        notes.made += 1;
        this.addEventListener("message", ({ data }) => {
          if (data === "ready") notes.ready += 1;
          else if (data.failed) notes.failed += 1;
        });
      }
    };
  }, cores);
}

/** Keeps the page's program from coming until the answer is called. */
async function hold(page: Page): Promise<() => void> {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(PROGRAM, (route) => released.then(() => route.continue()));
  return release;
}

/** It has computed something. */
async function computes(page: Page) {
  await started(page);
  await scrub(page, 0.2);
  await expect(async () => expect((await figures(page)).join()).toMatch(/n\s[\d,]+/)).toPass();
}

for (const [cores, text, workers] of [
  [8, "lab/balancing", 2],
  [8, "lab/balancing?policy=random,two-choices,round-robin&seed=3", 3],
  [2, "lab/balancing", 1],
  [8, "embed/balancing?policy=random,two-choices&show=stage,figures,time", 2],
] as const) {
  test(`${text} on ${cores} cores: ${workers} are ready before the page's program, which starts no other`, async ({ page }) => {
    const seen = complaints(page);
    await count(page, cores);
    const release = await hold(page);
    await page.goto(`./#/${text}`);
    await expect.poll(() => notes(page)).toMatchObject({ made: workers, ready: workers });
    release();
    await computes(page);
    expect(await notes(page)).toMatchObject({ made: workers, ready: workers });
    expect(page.workers()).toHaveLength(workers);
    expect(seen).toEqual([]);
  });
}

test("each file that the workers are made from is asked for once", async ({ page }) => {
  const asked: string[] = [];
  // A worker that is asked for something unusual fetches its rest; that is not what it is made from.
  const files = /headroom-worker-(?!.*_rest\.wasm)/;
  page.on("request", (request) => void (files.test(request.url()) && asked.push(new URL(request.url()).pathname)));
  await count(page, 8);
  await page.goto("./#/lab/balancing?policy=random,two-choices,round-robin,ip-hash");
  await computes(page);
  const names = await page.evaluate(() => Object.values<{ glue: string; module: string }>(JSON.parse(document.getElementById("headroom-workers")!.textContent!))[0]);
  expect(asked.sort()).toEqual([names.glue, names.module].map((name) => new URL(name, page.url()).pathname).sort());
});

test("a worker that nobody takes ends", async ({ page }) => {
  await count(page, 8);
  // The address is worth a guess only: it names a policy that there is none of.
  await page.goto("./#/lab/balancing?policy=random,no-such-policy");
  await computes(page);
  expect((await notes(page)).made).toBe(2);
  await expect.poll(() => page.workers().length).toBe(1);
});

test("who goes to another lab meanwhile gets that one's workers, and the others end", async ({ page }) => {
  const seen = complaints(page);
  await count(page, 2);
  const release = await hold(page);
  await page.goto("./#/lab/balancing");
  await expect.poll(() => notes(page)).toMatchObject({ made: 1, ready: 1 });
  await page.evaluate(() => (location.hash = "#/lab/sharding"));
  release();
  await expect(page.getByRole("region", { name: "Sharding" })).toBeVisible();
  await expect.poll(() => notes(page)).toMatchObject({ made: 2, ready: 2 });
  await expect.poll(() => page.workers().length).toBe(1);
  expect(seen).toEqual([]);
});

test("when the page's program does not come, no worker stays", async ({ page }) => {
  await count(page, 2);
  await page.route(PROGRAM, (route) => route.abort());
  await page.goto("./#/lab/balancing");
  await expect(page.getByRole("alert")).toContainText("did not load");
  await expect.poll(() => notes(page)).toMatchObject({ made: 1, ready: 1 });
  await expect.poll(() => page.workers().length).toBe(0);
});

test("what went wrong before the page's program was there is told when it is", async ({ page }) => {
  await page.route(GLUE, (route) =>
    route.fulfill({ contentType: "text/javascript", body: 'self.wasm_bindgen = { initSync() { throw new Error("out of order"); } };' }),
  );
  await count(page, 2);
  const release = await hold(page);
  await page.goto("./#/lab/balancing");
  await expect.poll(() => notes(page)).toMatchObject({ made: 1, failed: 1 });
  await page.unroute(GLUE);
  release();
  await started(page);
  await expect(page.getByRole("alert").filter({ hasText: "The experiment has stopped" })).toContainText("does not start: Error: out of order");
});

test("where the host has a strict policy, they start as early", async ({ page }) => {
  const seen = complaints(page);
  await count(page, 2);
  const release = await hold(page);
  await page.goto(`${strict}#/lab/balancing`);
  await expect.poll(() => notes(page)).toMatchObject({ made: 1, ready: 1 });
  release();
  await computes(page);
  expect(seen).toEqual([]);
});
