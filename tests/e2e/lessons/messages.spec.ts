// A host asks, sets and grades: init, setState, predict and evaluate between windows, in a sandboxed frame.
import { expect, test, type Page } from "@playwright/test";
import { plain, testPage } from "../support/hosts";
import { clock, lab } from "../lab/lab";

type Message = { type: string; id?: unknown; message?: string; scenario?: string; t?: number; done?: number; untouched?: boolean; conditions?: { holds: boolean; figures: string }[]; measures?: { value: number; written: string }[]; tasks?: { key: string; done: boolean }[] };
const heard = (page: Page) => page.evaluate(() => (window as unknown as { heard: Message[] }).heard);
const say = (page: Page, message: object) => page.evaluate((data) => frames[0].postMessage({ ns: "headroom", v: 1, ...data }, "*"), message);
const answer = async (page: Page, id: string) => {
  await expect.poll(async () => (await heard(page)).some((message) => message.id === id), { timeout: 20_000 }).toBe(true);
  return (await heard(page)).find((message) => message.id === id)!;
};

test.beforeEach(async ({ page }) => {
  await page.addInitScript(() => {
    const heard: unknown[] = [];
    Object.assign(window, { heard });
    addEventListener("message", ({ data }) => data?.ns === "headroom" && heard.push(data));
  });
  await page.goto(`${testPage(plain, "sandboxed.html")}?${encodeURIComponent("/a/b/#/embed/balancing?policy=random,least-loaded&seed=9&duration=20s")}`);
  await expect(lab(page.frameLocator("iframe"))).toBeVisible();
});

test("it evaluates conditions and measures at the end, with parameters set, and stays where it is", async ({ page }) => {
  await say(page, { type: "evaluate", id: "end", conditions: ["a.mean > b.mean"], measures: ["a.p99", "a.p99 / b.p99"] });
  const end = await answer(page, "end");
  expect(end.conditions![0].holds).toBe(true);
  expect(end.conditions![0].figures).toMatch(/^a\.mean = \d+ ms, b\.mean = \d+ ms$/);
  expect(end.measures![0].written).toMatch(/m?s$/);
  await say(page, { type: "evaluate", id: "busier", measures: ["a.p99"], with: { rate: "300/s" } });
  expect((await answer(page, "busier")).measures![0].value).toBeGreaterThan(end.measures![0].value);
  await say(page, { type: "getState", id: "state" });
  expect((await answer(page, "state")).t).toBe(0);
  for (const [id, message, named] of [
    ["e1", { conditions: ["a.p99 <"] }, "a.p99 <"],
    ["e2", { measures: "p99" }, "measures must be a list"],
    ["e3", { measures: ["p99"], with: { rate: "many" } }, "rate “many”"],
    ["e4", { measures: ["p99"], at: "soon" }, "soon"],
  ] as const) {
    await say(page, { type: "evaluate", id, ...message });
    expect((await answer(page, id)).message).toContain(named);
  }
});

test("it takes up a state, and refuses one of another lab", async ({ page }) => {
  await say(page, { type: "setState", id: "set", scenario: "balancing?policy=round-robin&seed=4", t: "12s", speed: 2 });
  expect((await answer(page, "set")).scenario).toContain("policy=round-robin");
  await expect.poll(() => clock(page.frameLocator("iframe"))).toBe(12);
  await say(page, { type: "setState", id: "other", scenario: "locks" });
  expect((await answer(page, "other")).message).toContain("needs one of its own");
  await say(page, { type: "setState", id: "wrong", scenario: "balancing?sevrers=3" });
  expect((await answer(page, "wrong")).message).toContain("sevrers");
});

test("tasks are judged at the end of a changed run", async ({ page }) => {
  await say(page, { type: "init", id: "init", tasks: [{ key: "calm", when: "a.p99 < 1s" }] });
  await answer(page, "init");
  const scores = async () => (await heard(page)).filter((message) => message.type === "score");
  await expect.poll(async () => (await scores()).length, { timeout: 20_000 }).toBeGreaterThan(0);
  expect((await scores())[0]).toMatchObject({ untouched: true, done: 0 });
  await say(page, { type: "setParameters", parameters: { rate: "100/s" } });
  await expect.poll(async () => (await scores()).at(-1)?.done, { timeout: 20_000 }).toBe(1);
  await say(page, { type: "init", id: "bad", tasks: [{ key: "x", when: "p98 < 1s" }] });
  expect((await answer(page, "bad")).message).toContain("p98");
});

test("a guess is laid over the run, as words that stay words", async ({ page }) => {
  const frame = page.frameLocator("iframe");
  await say(page, { type: "seek", t: 20 });
  await say(page, { type: "predict", guess: { kind: "number", figure: "a.p99", value: 0.5, low: 0, high: 2 } });
  await expect(frame.locator(".compare-line")).toHaveAttribute("aria-label", /Your guess: 500 ms. Measured: .+s\./);
  const choices = [{ label: "<img src=x> A", when: "a.mean > b.mean" }, { label: "B", when: "a.mean < b.mean" }];
  await say(page, { type: "predict", guess: { kind: "choose", choices, choice: 1 } });
  await expect(frame.locator(".compare-choice .holds")).toContainText("<img src=x> A");
  await say(page, { type: "predict", guess: null });
  await expect(frame.locator(".compare-choice")).toHaveCount(0);
  await say(page, { type: "predict", id: "no", guess: { kind: "number", figure: "p98", value: 1, low: 0, high: 2 } });
  expect((await answer(page, "no")).message).toContain("p98");
});
