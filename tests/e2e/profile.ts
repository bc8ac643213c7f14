// Opens the first lab as people do, plays it, and hands out what the page's and the worker's program have noted until then, one
// byte for each place where they can have been (`xtask/src/split/profile.rs`). What comes later, charts, controls and tabs, is kept
// from coming.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, type Page } from "@playwright/test";
import { setting } from "./support/hosts";

const programs = ["headroom-page", "headroom-worker-balancing"] as const;
const ran: Partial<Record<(typeof programs)[number], Uint8Array>> = {};

/** Whatever instance a page or its workers make can be asked what ran in it. */
async function listen(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const scope = globalThis as unknown as { asked: (() => number[])[]; headroomRestComing: unknown };
    scope.asked = [];
    const noted = (instance: WebAssembly.Instance) => {
      const memory = instance.exports.ran as WebAssembly.Memory | undefined;
      return memory ? [...new Uint8Array(memory.buffer)] : [];
    };
    // The rest never comes.
    Object.defineProperty(scope, "headroomRestComing", { get: () => () => new Promise(() => {}), set: () => {} });
    for (const way of ["instantiate", "instantiateStreaming"] as const) {
      const original = WebAssembly[way] as (...given: unknown[]) => Promise<{ instance?: WebAssembly.Instance }>;
      (WebAssembly as unknown as Record<string, unknown>)[way] = async (...given: unknown[]) => {
        const result = await original.apply(WebAssembly, given);
        const instance = result.instance ?? (result as WebAssembly.Instance);
        scope.asked.push(() => noted(instance));
        return result;
      };
    }
    // A worker begins with the text of a blob: there the same is put in front.
    const inWorker = `{
      // Nor does it here.
      self.addEventListener("message", (event) => { if (event.data.rest) event.stopImmediatePropagation(); });
      const Original = WebAssembly.Instance;
      WebAssembly.Instance = function (...given) {
        const instance = new Original(...given);
        new BroadcastChannel("ask").onmessage = () =>
          new BroadcastChannel("answer").postMessage([...new Uint8Array(instance.exports.ran.buffer)]);
        return instance;
      };
    }`;
    const Plain = globalThis.Blob;
    globalThis.Blob = class extends Plain {
      constructor(parts: BlobPart[] = [], options?: BlobPropertyBag) {
        super(options?.type === "text/javascript" ? [inWorker, ...parts] : parts, options);
      }
    };
  });
}

async function note(page: Page): Promise<void> {
  const here = await page.evaluate(() => (globalThis as unknown as { asked: (() => number[])[] }).asked.map((ask) => ask()));
  const there = await page.evaluate(
    () =>
      new Promise<number[][]>((resolve) => {
        const all: number[][] = [];
        new BroadcastChannel("answer").onmessage = ({ data }: MessageEvent<number[]>) => all.push(data);
        new BroadcastChannel("ask").postMessage(null);
        setTimeout(() => resolve(all), 2_000);
      }),
  );
  for (const notes of here.filter((notes) => notes.length > 0)) add("headroom-page", notes);
  for (const notes of there) add("headroom-worker-balancing", notes);
}

/** What one of several instances has run, the program has run. */
function add(program: (typeof programs)[number], notes: number[]): void {
  const sum = (ran[program] ??= new Uint8Array(notes.length));
  notes.forEach((note, at) => (sum[at] |= note));
}

/** Keeps every core busy: what takes long, and what comes late, goes other ways through a program. */
async function load(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const spin = URL.createObjectURL(new Blob(["for (;;);"]));
    for (let number = 0; number < 4 * navigator.hardwareConcurrency; number++) new Worker(spin);
  });
}

// One plays for long: on a bad network it takes its time until the rest is there.
for (const [name, viewport, long, busy] of [
  ["the lab on a wide screen", { width: 1280, height: 800 }, 30_000, false],
  ["the lab on a small screen", { width: 1280, height: 720 }, 4_000, false],
  ["the lab on a tablet", { width: 820, height: 1180 }, 4_000, false],
  ["the lab on a phone", { width: 360, height: 740 }, 4_000, false],
  ["the lab on a busy machine", { width: 1280, height: 800 }, 8_000, true],
] as const) {
  test(name, async ({ page }) => {
    await page.setViewportSize(viewport);
    if (busy) await load(page);
    await listen(page);
    await page.goto("./#/lab/balancing");
    // Paused soon, and paused late: a worker then goes to where the page stands, from its start or from a checkpoint.
    for (const milliseconds of [300, long]) {
      await page.getByRole("button", { name: "Play", exact: true }).click();
      await expect(page.getByRole("button", { name: "Pause", exact: true })).toBeVisible();
      await page.waitForTimeout(milliseconds);
      // What stands still has nothing to tell.
      await expect(page.locator(".clock strong")).not.toHaveText(/^0\.00/);
      await page.getByRole("button", { name: "Pause", exact: true }).click();
      await expect(page.getByRole("button", { name: "Play", exact: true })).toBeVisible();
      await page.waitForTimeout(500);
    }
    await note(page);
    await page.emulateMedia({ colorScheme: "dark" });
    await page.waitForTimeout(500);
    await note(page);
  });
}

test.afterAll(() => {
  for (const program of programs) {
    const noted = ran[program] ?? new Uint8Array();
    expect(noted.filter((byte) => byte === 1).length, `${program} noted nothing`).toBeGreaterThan(1_000);
    writeFileSync(join(setting("HEADROOM_PROFILE"), `${program}.ran`), Buffer.from(noted).toString("base64"));
  }
});
