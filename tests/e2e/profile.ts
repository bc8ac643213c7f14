// Opens the first lab as people do, plays it, and writes down which functions of the page's and of the worker's program have
// run until then, one file each (`xtask/profile/`). What comes later, charts, controls and tabs, is kept from coming.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, type Page } from "@playwright/test";
import { setting } from "./support/hosts";

const PREFIX = "ran ";
const ran: Record<string, Set<string>> = { "headroom-page": new Set(), "headroom-worker-balancing": new Set() };

/** Whatever instance a page or its workers make can be asked what ran in it. */
async function listen(page: Page): Promise<void> {
  await page.addInitScript((prefix) => {
    const scope = globalThis as unknown as { asked: (() => string[])[]; headroomRestComing: unknown };
    scope.asked = [];
    const names = (instance: WebAssembly.Instance) =>
      Object.entries(instance.exports)
        .filter(([name, value]) => name.startsWith(prefix) && (value as WebAssembly.Global).value === 1)
        .map(([name]) => name.slice(prefix.length).replace(/^[0-9]+ /, ""));
    // The rest never comes.
    Object.defineProperty(scope, "headroomRestComing", { get: () => () => new Promise(() => {}), set: () => {} });
    for (const way of ["instantiate", "instantiateStreaming"] as const) {
      const original = WebAssembly[way] as (...given: unknown[]) => Promise<{ instance?: WebAssembly.Instance }>;
      (WebAssembly as unknown as Record<string, unknown>)[way] = async (...given: unknown[]) => {
        const result = await original.apply(WebAssembly, given);
        const instance = result.instance ?? (result as WebAssembly.Instance);
        scope.asked.push(() => names(instance));
        return result;
      };
    }
    // A worker begins with the text of a blob: there the same is put in front.
    const inWorker = `{
      const Original = WebAssembly.Instance;
      WebAssembly.Instance = function (...given) {
        const instance = new Original(...given);
        new BroadcastChannel("ask").onmessage = () => new BroadcastChannel("answer").postMessage(
          Object.entries(instance.exports)
            .filter(([name, value]) => name.startsWith("${prefix}") && value.value === 1)
            .map(([name]) => name.slice(${prefix.length}).replace(/^[0-9]+ /, "")));
        return instance;
      };
    }`;
    const Plain = globalThis.Blob;
    globalThis.Blob = class extends Plain {
      constructor(parts: BlobPart[] = [], options?: BlobPropertyBag) {
        super(options?.type === "text/javascript" ? [inWorker, ...parts] : parts, options);
      }
    };
  }, PREFIX);
}

async function note(page: Page): Promise<void> {
  const here = await page.evaluate(() => (globalThis as unknown as { asked: (() => string[])[] }).asked.flatMap((ask) => ask()));
  const there = await page.evaluate(
    () =>
      new Promise<string[]>((resolve) => {
        const all: string[] = [];
        new BroadcastChannel("answer").onmessage = ({ data }: MessageEvent<string[]>) => all.push(...data);
        new BroadcastChannel("ask").postMessage(null);
        setTimeout(() => resolve(all), 1_000);
      }),
  );
  for (const name of here) ran["headroom-page"].add(name);
  for (const name of there) ran["headroom-worker-balancing"].add(name);
}

for (const [name, viewport] of [
  ["the lab on a wide screen", { width: 1280, height: 800 }],
  ["the lab on a phone", { width: 360, height: 740 }],
] as const) {
  test(name, async ({ page }) => {
    await page.setViewportSize(viewport);
    await listen(page);
    await page.goto("./#/lab/balancing");
    // Paused soon, and paused late: a worker then goes to where the page stands, from its start or from a checkpoint.
    for (const milliseconds of [300, 4_000]) {
      await page.getByRole("button", { name: "Play", exact: true }).click();
      await expect(page.getByRole("button", { name: "Pause", exact: true })).toBeVisible();
      await page.waitForTimeout(milliseconds);
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
  for (const [program, names] of Object.entries(ran)) {
    expect(names.size, `${program} noted nothing`).toBeGreaterThan(100);
    names.delete("");
    const head = `# What ${program} runs until the first lab plays. Written by \`cargo xtask profile\`.`;
    writeFileSync(join(setting("HEADROOM_PROFILE"), `${program}.txt`), [head, ...[...names].sort(), ""].join("\n"));
  }
});
