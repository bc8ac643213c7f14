// How fast the built page is for who looks at it: when it can be read and run, how even its frames are, how soon a slider
// answers. Writes a table of what was measured beside what is aimed at; judges nothing.
//
// Frames and answers are the browser's own figures (requestAnimationFrame, Event Timing, Long Tasks, LCP).
import { writeFileSync } from "node:fs";
import { type Browser, type Page, test } from "@playwright/test";
import { setting } from "./support/hosts";

const LAB = "#/lab/balancing";
/** Times a load is measured; the median is told. */
const LOADS = 9;
/** How long frames are watched, in milliseconds. */
const WATCHED = 10_000;
/** What Lighthouse applies as slow 4G: milliseconds a request, bytes a second each way. */
const SLOW = { offline: false, latency: 562.5, downloadThroughput: 1_474_560 / 8, uploadThroughput: 691_200 / 8 };

const rows: string[][] = [];
const row = (what: string, measured: string, aim: string) => rows.push([what, measured, aim]);
const milliseconds = (value: number) => `${value < 100 ? value.toFixed(1) : Math.round(value)} ms`;
const sorted = (values: number[]) => [...values].sort((left, right) => left - right);
const quantile = (values: number[], share: number) =>
  sorted(values)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;

/** What the browser tells of itself, collected from the first moment on. */
function observe() {
  const seen = { largest: 0, ready: 0, running: 0, tasks: [] as { at: number; length: number }[], answers: [] as number[] };
  Object.assign(window, { seen });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.largest = entry.startTime;
  }).observe({ type: "largest-contentful-paint", buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.tasks.push({ at: entry.startTime, length: entry.duration });
  }).observe({ type: "longtask", buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as PerformanceEventTiming[]) {
      if (entry.interactionId) seen.answers.push(entry.duration);
    }
  }).observe({ type: "event", durationThreshold: 16, buffered: true } as PerformanceObserverInit);
  // The lab is ready when it can be played; it runs when its clock, played at that moment, has moved.
  const look = () => {
    const play = document.querySelector<HTMLButtonElement>('button[aria-label="Play"]');
    if (play && !play.dataset.pressed) {
      play.dataset.pressed = "yes";
      seen.ready = performance.now();
      play.click();
    }
    const clock = Number.parseFloat(document.querySelector(".clock strong")?.textContent ?? "0");
    if (clock > 0) seen.running = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

type Seen = { largest: number; ready: number; running: number; tasks: { at: number; length: number }[]; answers: number[] };
const seen = (page: Page) => page.evaluate(() => (window as unknown as { seen: Seen }).seen);

async function opened(browser: Browser, text: string, slow: boolean): Promise<Page> {
  const page = await (await browser.newContext({ serviceWorkers: "block", viewport: { width: 1280, height: 800 } })).newPage();
  if (slow) {
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    await session.send("Network.emulateNetworkConditions", SLOW);
    await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  }
  await page.addInitScript(observe);
  await page.goto(text, { timeout: 120_000, waitUntil: "commit" });
  await page.waitForFunction(() => (window as unknown as { seen: Seen }).seen.running > 0, undefined, { timeout: 120_000 });
  return page;
}

for (const [name, slow, aims] of [
  ["this machine, no network between", false, ["", "≤ 400 ms"]],
  ["slow 4G, processor slowed 4 ×", true, ["≤ 1200 ms", "≤ 2500 ms"]],
] as const) {
  test(`load, ${name}`, async ({ browser }) => {
    test.setTimeout(600_000);
    const loads: Seen[] = [];
    for (let load = 0; load < LOADS; load++) {
      const page = await opened(browser, LAB, slow);
      loads.push(await seen(page));
      await page.context().close();
    }
    row(`largest paint (LCP), ${name}`, milliseconds(quantile(loads.map((load) => load.largest), 0.5)), aims[0]);
    row(`the lab is ready, ${name}`, milliseconds(quantile(loads.map((load) => load.ready), 0.5)), aims[1]);
    row(`… and runs when it is played at once, ${name}`, milliseconds(quantile(loads.map((load) => load.running), 0.5)), aims[1]);
  });
}

/** Lengths of frames, and of the page's own work in them, over some seconds. */
async function frames(page: Page): Promise<{ lengths: number[]; works: number[] }> {
  return page.evaluate(async (length) => {
    const [lengths, works] = [[] as number[], [] as number[]];
    const original = window.requestAnimationFrame.bind(window);
    let work = 0;
    window.requestAnimationFrame = (callback) =>
      original((now) => {
        const begun = performance.now();
        callback(now);
        work += performance.now() - begun;
      });
    await new Promise<void>((resolve) => {
      const first = performance.now();
      let before: number | undefined;
      const tick = (now: number) => {
        if (before !== undefined) {
          lengths.push(now - before);
          works.push(work);
        }
        work = 0;
        before = now;
        if (performance.now() - first < length) original(tick);
        else resolve();
      };
      original(tick);
    });
    return { lengths, works };
  }, WATCHED);
}

// Two lanes of 2,000 legs a second (more are not drawn), each leg 250 ms long: a thousand dots at any time. The workers
// compute 40,000 requests a second meanwhile.
const BUSY = `${LAB}?rate=20000/s&service=1ms&servers=32&network=250ms`;

test("frames with about a thousand requests in the air", async ({ browser }) => {
  const page = await opened(browser, BUSY, false);
  await page.waitForTimeout(2_000);
  const begun = await page.evaluate(() => performance.now());
  const { lengths, works } = await frames(page);
  const late = lengths.filter((length) => length > 20).length / lengths.length;
  const tasks = (await seen(page)).tasks.filter((task) => task.at > begun);
  row("frames, 1,000 requests in the air, charts live, workers busy: p95", milliseconds(quantile(lengths, 0.95)), "≤ 16.8 ms");
  row("… of them longer than 20 ms", `${(late * 100).toFixed(1)} %`, "≤ 2 %");
  row("… the page's own work in a frame: p95", milliseconds(quantile(works, 0.95)), "");
  row("… long tasks in ten seconds", `${tasks.length}`, "0");
  await page.context().close();
});

test("a slider moved while it runs", async ({ browser }) => {
  const page = await opened(browser, LAB, false);
  await page.waitForTimeout(1_000);
  const slider = page.getByRole("slider", { name: "Arrival rate" }).first();
  await slider.focus();
  const begun = await page.evaluate(() => performance.now());
  for (let press = 0; press < 40; press++) {
    await page.keyboard.press(press % 2 ? "ArrowLeft" : "ArrowRight");
    await page.waitForTimeout(50);
  }
  const { answers, tasks } = await seen(page);
  // Answers under 16 ms are not told of by the browser.
  row("a slider moved while it runs, 40 times: longest answer (INP)", milliseconds(Math.max(16, ...answers)), "≤ 50 ms");
  row("… long tasks meanwhile", `${tasks.filter((task) => task.at > begun).length}`, "0");
  await page.context().close();
});

// What a person waits for from the click to the table. A million requests of one policy on ten servers, as the engine's own
// measurements have it (docs/bench.md), at three quarters of what the servers can do.
test("a million requests run out", async ({ browser }) => {
  const taken: number[] = [];
  let arrivals = "";
  for (let run = 0; run < 3; run++) {
    const page = await opened(browser, `${LAB}?policy=round-robin&rate=750/s&servers=10&slots=1&service=10ms`, false);
    await page.getByRole("button", { name: "Pause", exact: true }).click();
    await page.getByRole("tab", { name: "Run it out" }).click();
    const panel = page.getByRole("tabpanel", { name: "Run it out" });
    const begun = performance.now();
    await panel.getByRole("button", { name: "Run it out", exact: true }).click();
    await panel.getByText(/events a second/).waitFor({ timeout: 30_000 });
    taken.push(performance.now() - begun);
    arrivals = await panel.getByRole("row", { name: /^Arrivals/ }).getByRole("cell").first().innerText();
    await page.context().close();
  }
  row(`${arrivals} requests run out: from the click to the figures`, milliseconds(quantile(taken, 0.5)), "≤ 1000 ms");
});

test.afterAll(() => {
  const lines = rows.map((cells) => `| ${cells.join(" | ")} |`);
  const text = [
    "# What the page measures",
    "",
    `Written by \`cargo xtask measure\` on ${setting("HEADROOM_DATE")}, on ${setting("HEADROOM_MACHINE")}, Chromium without a GPU. Loads: the median of ${LOADS}.`,
    "",
    "| what | measured | aim |",
    "| --- | --- | --- |",
    ...lines,
    "",
  ];
  writeFileSync(setting("HEADROOM_MEASURED"), text.join("\n"));
});
