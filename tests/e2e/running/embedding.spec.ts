// Into someone else's page: the dialog with its preview and snippets, the picture, and the element for host pages.
import { readFileSync } from "node:fs";
import { expect, test, type Page } from "@playwright/test";
import { other, plain, testPage } from "../support/hosts";
import { violations } from "../support/axe";
import { complaints } from "../support/page";
import { button, clock, lab, openLab, scrub } from "../lab/lab";

const dialog = (page: Page) => page.getByRole("dialog", { name: "Embed this experiment" });
const snippet = (page: Page) => dialog(page).getByRole("textbox", { name: "Snippet" }).inputValue();
const preview = (page: Page) => page.frameLocator("iframe[title=Preview]");

async function openDialog(page: Page, scenario = "balancing?seed=7") {
  await openLab(page, scenario);
  await button(page, "Embed").click();
  await expect(lab(preview(page))).toBeVisible();
}

test("the preview is the frame that the snippet makes", async ({ page }) => {
  const seen = complaints(page);
  await openDialog(page);
  await dialog(page).getByRole("checkbox", { name: "figures" }).uncheck();
  await dialog(page).getByRole("checkbox", { name: "controls" }).check();
  await dialog(page).getByRole("combobox", { name: "Theme of the frame" }).selectOption("dark");
  await dialog(page).getByRole("combobox", { name: "Locked" }).selectOption("all");
  await dialog(page).getByRole("textbox", { name: "Begins at" }).fill("12s");
  await dialog(page).getByRole("textbox", { name: "Begins at" }).press("Enter");
  await expect(preview(page).getByRole("textbox", { name: "Arrival rate" })).toBeDisabled();
  await expect(preview(page).locator(".figures")).toHaveCount(0);
  await expect.poll(() => clock(preview(page))).toBe(12);

  const html = await snippet(page);
  const source = await page.evaluate((html) => {
    const frame = new DOMParser().parseFromString(html, "text/html").querySelector("iframe")!;
    return [frame.getAttribute("src"), frame.getAttribute("sandbox"), frame.title];
  }, html);
  expect(source[0]).toBe(await page.locator("iframe[title=Preview]").getAttribute("src"));
  expect(source[0]).toContain("&show=stage,controls,time&lock=all&theme=dark&t=12s");
  expect(source.slice(1)).toEqual(["allow-scripts", "Headroom: Load balancing"]);
  expect(seen).toEqual([]);
});

test("changes that come faster than the dialog is drawn are all kept", async ({ page }) => {
  await openDialog(page);
  await dialog(page).evaluate((dialog) => {
    const boxes = [...dialog.querySelectorAll<HTMLInputElement>("fieldset input")].filter((box) => ["figures", "controls"].includes(box.parentElement!.textContent!));
    boxes.forEach((box) => box.click());
    const begins = dialog.querySelector<HTMLInputElement>("#embedding-t")!;
    begins.value = "12s";
    begins.dispatchEvent(new Event("change", { bubbles: true }));
  });
  await expect.poll(() => snippet(page)).toContain("show=stage,controls,time");
  expect(await snippet(page)).toContain("t=12s");
  await expect(dialog(page).getByRole("textbox", { name: "Begins at" })).toHaveValue("12s");
});

test("the preview leaves the focus to whoever fills the dialog in", async ({ page }) => {
  await openDialog(page);
  const begins = dialog(page).getByRole("textbox", { name: "Begins at" });
  await begins.fill("12s");
  await begins.press("Tab");
  await expect.poll(() => clock(preview(page))).toBe(12);
  await expect(dialog(page).getByRole("textbox", { name: "Stops at" })).toBeFocused();
  await page.keyboard.type("20s");
  await page.keyboard.press("Enter");
  await expect.poll(() => snippet(page)).toContain("t=12s&amp;until=20s");
});

test("there is a snippet for each kind of page, and what cannot be used is named", async ({ page }) => {
  await openDialog(page);
  for (const [kind, expected] of [
    ["HTML", /^<iframe src="[^"]*#\/embed\/balancing\?[^"]*seed=7/],
    ["HTML, own element", /<script src="[^"]*headroom-lab\.js" defer><\/script>\s*<headroom-lab scenario="balancing\?[^"]*seed=7/],
    ["Markdown, mdBook", /^<iframe [^]*\n\n\[Open this experiment\]\(http[^)]*seed=7\)/],
    ["reveal.js", /^<section>\s*<iframe data-src="[^]*data-preload[^]*<\/section>$/],
    ["Moodle, Canvas", /^<iframe src="[^]*<a href="[^"]*#\/lab\/balancing/],
  ] as const) {
    await dialog(page).getByRole("button", { name: kind, exact: true }).click();
    expect(await snippet(page)).toMatch(expected);
  }
  for (const [field, text, sentence] of [
    ["Begins at", "soon", "t “soon” must be a time"],
    ["Stops at", "NaN", "until “NaN” must be a time"],
    ["Speed of the frame", "0", "speed “0” must be a number between"],
    ["Height", "<b>", "height “<b>” must be a whole number of pixels"],
  ]) {
    await dialog(page).getByRole("textbox", { name: field }).fill(text);
    await dialog(page).getByRole("textbox", { name: field }).press("Tab");
    await expect(dialog(page).getByText(sentence)).toBeVisible();
  }
});

test("the picture is what is seen, as SVG and as PNG", async ({ page }) => {
  await openLab(page, "balancing?policy=random,two-choices&seed=7");
  await scrub(page, 0.5);
  await button(page, "Embed").click();
  const save = async (name: string) => {
    const [download] = await Promise.all([page.waitForEvent("download"), button(page, name).click()]);
    return readFileSync(await download.path());
  };
  const svg = (await save("SVG")).toString();
  const parsed = await page.evaluate((text) => {
    const document = new DOMParser().parseFromString(text, "image/svg+xml");
    return { error: document.querySelector("parsererror")?.textContent ?? null, words: document.documentElement.textContent, paths: document.querySelectorAll("path").length };
  }, svg);
  expect(parsed.error).toBeNull();
  expect(parsed.words).toContain("Lane A, Random");
  expect(parsed.words).toContain("p99");
  expect(parsed.paths).toBeGreaterThan(20);
  expect(svg).not.toContain("<script");
  const png = await save("PNG");
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  // Twice as wide as what is seen, and more than an empty surface would take.
  expect(png.readUInt32BE(16)).toBeGreaterThan(1_200);
  expect(png.length).toBeGreaterThan(30_000);
});

test("the dialog is accessible and fits, wide and narrow", async ({ page }) => {
  await openDialog(page);
  for (const size of [{ width: 1280, height: 800 }, { width: 360, height: 740 }]) {
    await page.setViewportSize(size);
    expect(await violations(page, { part: "dialog" }), `${size.width} wide`).toEqual([]);
    const box = await dialog(page).boundingBox();
    expect(box!.x + box!.width).toBeLessThanOrEqual(size.width);
    expect(await dialog(page).evaluate((dialog) => dialog.scrollWidth - dialog.clientWidth)).toBeLessThanOrEqual(0);
  }
});

type Retold = { type: string; from: string; detail: Record<string, unknown> };
type Lab = HTMLElement & Record<"play" | "pause" | "getState", () => Promise<Record<string, unknown>>> & {
  seek(t: unknown): Promise<Record<string, unknown>>;
  setParameters(parameters: unknown): Promise<Record<string, unknown>>;
};
const heard = (page: Page) => page.evaluate(() => (window as unknown as { heard: Retold[] }).heard);
const ask = <T>(page: Page, deed: (lab: Lab) => Promise<T>) =>
  page.locator("#first").evaluate((element, text) => new Function("lab", `return (${text})(lab)`)(element) as unknown, deed.toString()) as Promise<T>;

test("the element puts a lab into a page of another origin, and speaks for it", async ({ page }) => {
  const seen = complaints(page);
  // The page is on one origin, Headroom and the element's script on another.
  await page.goto(`${testPage(other, "element.html")}?${encodeURIComponent(plain)}`);
  const frame = page.frameLocator("headroom-lab iframe");
  await expect(lab(frame)).toBeVisible();
  await expect(page.getByTitle("One policy")).toHaveAttribute("sandbox", "allow-scripts");
  await expect(frame.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(frame.locator(".figures")).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Open the experiment" })).toHaveCount(0);

  // As high as its content: nothing scrolls inside.
  await expect.poll(() => frame.locator("html").evaluate((html) => html.scrollHeight - innerHeight)).toBeLessThanOrEqual(0);

  expect((await ask(page, (lab) => lab.seek(12.5))).t).toBe(12.5);
  await expect.poll(() => clock(frame)).toBe(12.5);
  expect(String((await ask(page, (lab) => lab.setParameters({ rate: "300/s" }))).scenario)).toContain("300/s");
  expect(await ask(page, (lab) => lab.setParameters({ rate: "many" }).then(() => "", (problem: Error) => problem.message))).toContain("rate “many”");
  await ask(page, (lab) => lab.play());
  await expect(button(frame, "Pause")).toBeVisible();
  await ask(page, (lab) => lab.pause());
  await expect(button(frame, "Play")).toBeVisible();
  const types = (await heard(page)).filter(({ from }) => from === "first").map(({ type }) => type);
  expect(types).toEqual(expect.arrayContaining(["ready", "state", "error"]));

  // An attribute that changes takes effect.
  await page.locator("#first").evaluate((element) => element.setAttribute("theme", "light"));
  await expect(frame.locator("html")).toHaveAttribute("data-theme", "light");
  await page.locator("#first").evaluate((element) => element.setAttribute("height", "333"));
  expect(await page.locator("headroom-lab iframe").evaluate((frame: HTMLElement) => frame.offsetHeight)).toBe(333);
  expect(seen).toEqual([]);
});

test("two elements do not hear each other, and one that leaves answers its callers", async ({ page }) => {
  await page.goto(`${testPage(other, "element.html")}?${encodeURIComponent(plain)}`);
  await expect(lab(page.frameLocator("#first iframe"))).toBeVisible();
  await page.evaluate(() => {
    const second = document.createElement("headroom-lab");
    second.id = "second";
    second.setAttribute("lab", "batching");
    document.querySelector("main")!.append(second);
  });
  const second = page.frameLocator("#second iframe");
  await expect(button(second, "Play")).toBeVisible();
  await ask(page, (lab) => lab.seek(3));
  await expect.poll(() => clock(page.frameLocator("#first iframe"))).toBe(3);
  expect(await clock(second)).toBe(0);
  const refused = await page.locator("#first").evaluate((element) => {
    const answer = (element as Lab).seek(5).then(() => "", (problem: Error) => problem.message);
    element.remove();
    return answer;
  });
  expect(refused).toContain("taken out of the page");
});
