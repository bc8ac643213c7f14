// A figure in someone else's page.
import { expect, test, type Page } from "@playwright/test";
import { plain, testPage } from "../support/hosts";
import { complaints } from "../support/page";
import { button, clock, figures, lab } from "./lab";

const host = (name: string, fragment: string) => `${testPage(plain, name)}?${encodeURIComponent(`/a/b/#/embed/${fragment}`)}`;

/** Collects what the frame says to its host. */
async function listen(page: Page) {
  await page.addInitScript(() => {
    const heard: unknown[] = [];
    Object.assign(window, { heard });
    addEventListener("message", ({ data }) => {
      if (data?.ns === "headroom") heard.push(data);
    });
  });
}
type Message = { type: string; id?: unknown; t?: number; playing?: boolean; scenario?: string; message?: string; height?: number };
const heard = (page: Page) => page.evaluate(() => (window as unknown as { heard: Message[] }).heard);
const say = (page: Page, message: unknown) => page.evaluate((data) => frames[0].postMessage(data, "*"), message);

test("it lives in a frame that may do nothing but run scripts", async ({ page }) => {
  const seen = complaints(page);
  await page.goto(host("sandboxed.html", "balancing?autoplay=1&speed=2&t=6s"));
  const frame = page.frameLocator("iframe");
  await expect(lab(frame)).toBeVisible();
  await expect.poll(() => clock(frame)).toBeGreaterThan(7);
  expect((await figures(frame)).join()).toMatch(/n\s[\d,]+/);
  await button(frame, "Pause").click();
  await expect(button(frame, "Play")).toBeVisible();
  expect(seen).toEqual([]);
});

test("it shows the parts that are asked for, in the theme that is asked for", async ({ page }) => {
  await page.goto(`#/embed/balancing?show=stage,controls&theme=dark&lock=rate&motion=reduced`);
  await expect(lab(page)).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(page.getByRole("banner")).toBeHidden();
  await expect(button(page, "Play")).toBeHidden();
  await expect(page.getByRole("textbox", { name: "Arrival rate" })).toBeDisabled();
  await expect(page.getByRole("textbox", { name: "Servers" })).toBeEnabled();
});

test("wrong parameters of presentation are named", async ({ page }) => {
  await page.goto("#/embed/balancing?show=chairs&theme=pink&speed=fast&t=5s&chairs=1");
  const notices = page.getByRole("region", { name: "About this link" });
  for (const key of ["show “chairs”", "theme “pink”", "speed “fast”", "chairs “1”"]) await expect(notices).toContainText(key);
  await expect.poll(() => clock(page)).toBe(5);
});

test("it stops where it shall, and goes on when asked", async ({ page }) => {
  await page.goto("#/embed/balancing?autoplay=1&speed=5&until=4s");
  await expect.poll(() => clock(page)).toBe(4);
  await expect(button(page, "Play")).toBeVisible();
  await button(page, "Play").click();
  await expect.poll(() => clock(page)).toBeGreaterThan(4.5);
});

test("it fits 320 pixels", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto("#/embed/balancing?show=stage,figures,time,controls,charts");
  await expect(lab(page)).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
});

test("its host drives it, and nobody else does", async ({ page }) => {
  await listen(page);
  await page.goto(host("sandboxed.html", "balancing?seed=9"));
  const frame = page.frameLocator("iframe");
  await expect(lab(frame)).toBeVisible();
  await expect.poll(async () => (await heard(page)).map((message) => message.type)).toEqual(expect.arrayContaining(["ready", "resize", "state"]));

  const base = { ns: "headroom", v: 1 };
  await say(page, { ...base, type: "seek", t: 12.5, id: "there" });
  await expect.poll(() => clock(frame)).toBe(12.5);
  await say(page, { ...base, type: "setParameters", parameters: { rate: "300/s", "b.choices": 3 } });
  await say(page, { ...base, type: "getState", id: 7 });
  await expect.poll(async () => (await heard(page)).find((message) => message.id === 7)?.scenario).toContain("b.choices:3");
  await say(page, { ...base, type: "setParameters", parameters: { rate: "many" }, id: "bad" });
  await expect.poll(async () => (await heard(page)).find((message) => message.type === "error")?.message).toContain("rate “many”");
  await say(page, "slide:start");
  await expect(button(frame, "Pause")).toBeVisible();
  await say(page, "slide:stop");
  await expect(button(frame, "Play")).toBeVisible();

  // From the frame itself, and in another language: left alone.
  await page.frames()[1].evaluate(() => window.postMessage({ ns: "headroom", v: 1, type: "play" }, "*"));
  await say(page, { ns: "somebody", v: 1, type: "play" });
  await say(page, { ...base, type: "getState", id: "last" });
  await expect.poll(async () => (await heard(page)).find((message) => message.id === "last")?.playing).toBe(false);
});

test("out of sight it stands still, and a pause stays a pause", async ({ page }) => {
  await page.goto(host("sandboxed.html", "balancing?autoplay=1&speed=1"));
  const frame = page.frameLocator("iframe");
  await expect.poll(() => clock(frame)).toBeGreaterThan(0.2);
  await page.locator("iframe").evaluate((element) => (element.style.marginTop = "3000px"));
  await page.waitForTimeout(600);
  const left = await clock(frame);
  await page.waitForTimeout(1_000);
  expect(await clock(frame)).toBe(left);
  await page.locator("iframe").scrollIntoViewIfNeeded();
  await expect.poll(() => clock(frame)).toBeGreaterThan(left);
  await button(frame, "Pause").click();
  await page.evaluate(() => scrollTo(0, 0));
  await page.locator("iframe").scrollIntoViewIfNeeded();
  await expect(button(frame, "Play")).toBeVisible();
});

test("it starts in a frame without size that is shown later", async ({ page }) => {
  await page.goto(testPage(plain, "sandboxed.html") + "?" + encodeURIComponent("about:blank"));
  await page.locator("iframe").evaluate((element: HTMLIFrameElement) => {
    element.width = element.height = "0";
    element.src = "/a/b/#/embed/balancing?autoplay=1&speed=1";
  });
  await page.waitForTimeout(500);
  await page.locator("iframe").evaluate((element: HTMLIFrameElement) => {
    element.width = "700";
    element.height = "500";
  });
  const frame = page.frameLocator("iframe");
  await expect(lab(frame)).toBeVisible();
  await expect.poll(() => clock(frame)).toBeGreaterThan(0.1);
});

test("the wheel belongs to the host's page", async ({ page }) => {
  await page.goto(host("framed.html", "balancing"));
  await page.evaluate(() => (document.body.style.height = "4000px"));
  await page.frameLocator("iframe").locator(".lane-stage").first().hover();
  await page.setViewportSize({ width: 900, height: 600 });
  for (let turn = 0; turn < 12; turn += 1) await page.mouse.wheel(0, 300);
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(300);
});
