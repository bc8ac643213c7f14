// Lists, exercises, interviews, progress; and that the lessons and the page share one document in peace.
import { expect, test, type Page } from "@playwright/test";
import { plain, testPage } from "../support/hosts";
import { expectAccessible } from "../support/axe";
import { complaints, started } from "../support/page";

const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name });
const solution = "locks?policy=modulo,modulo,modulo,modulo&a.locks=1&b.locks=4&c.locks=16&d.locks=64&threads=64&key-skew=0.99&keys=100000&seed=1";

test("to the lessons, to a lab and back, in one document", async ({ page }) => {
  const seen = complaints(page);
  await page.goto("#/");
  await started(page);
  const programs = () => page.evaluate(() => performance.getEntriesByType("resource").filter(({ name }) => /headroom-lessons.*wasm/.test(name)).length);
  expect(await programs(), "who comes for a lab does not wait for lessons").toBe(0);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Lessons" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Lessons");
  await expect(page).toHaveTitle("Lessons · Headroom");
  await expect(page.getByRole("link", { name: "Lessons", exact: true }).first()).toHaveAttribute("aria-current", "page");
  await page.goto("#/lab/balancing");
  await expect(page.getByRole("region", { name: "Load balancing" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Lessons" })).toBeHidden();
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1, name: "Lessons" })).toBeVisible();
  await expect(page.getByRole("region", { name: "Load balancing" })).toHaveCount(0);
  await expect(page.getByRole("main")).toBeFocused();
  expect(seen).toEqual([]);
});

for (const route of ["#/lessons", "#/lesson/why-averages-lie", "#/lesson/from-random-to-two-choices", "#/interview", "#/interview/sharding", "#/interview/mock", "#/exercises", "#/exercise/compare-balancers", "#/progress", "#/lesson/nothing"]) {
  test(`axe finds nothing on ${route}`, async ({ page }) => {
    // A lesson has many experiments, each with workers of its own.
    test.setTimeout(60_000);
    await page.goto(route);
    await started(page);
    await expect(page.locator("html")).toHaveAttribute("data-page", "");
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    const open = button(page, "See first, without a guess");
    if (await open.count()) await open.first().click();
    if (route.includes("exercise/")) await expect(page.getByRole("region", { name: "The experiment of this exercise" })).toBeVisible({ timeout: 20_000 });
    await expectAccessible(page, [1280]);
  });
}

test("a lesson lives in a frame that may do nothing but run scripts", async ({ page }) => {
  const seen = complaints(page);
  await page.goto(`${testPage(plain, "sandboxed.html")}?${encodeURIComponent("/a/b/#/lesson/why-averages-lie")}`);
  const frame = page.frameLocator("iframe");
  await frame.getByRole("button", { name: "Keep this guess" }).first().click({ timeout: 20_000 });
  await frame.getByRole("button", { name: "Run to the end and compare" }).first().click();
  await expect(frame.locator(".revealed .compare-line").first()).toHaveAttribute("aria-label", /Measured: 1.30 s/, { timeout: 20_000 });
  expect(seen).toEqual([]);
});

test("an exercise scores what is set, and its link holds the solution", async ({ page }) => {
  await page.goto("#/exercise/sharded-locks");
  await started(page);
  await expect(page.locator(".score")).toContainText("0 of 100 points", { timeout: 20_000 });
  await page.goto(`#/exercise/sharded-locks/${solution}`);
  await expect(page.locator(".score")).toContainText("100 of 100 points", { timeout: 30_000 });
  await expect(page.locator(".task.done")).toHaveCount(3);
  await page.getByText("Grade it in a terminal").click();
  await expect(page.locator(".command")).toContainText("headroom check '#/exercise/sharded-locks/locks?");
  await page.goto(`#/exercise/sharded-locks/${solution.replace("threads=64", "threads=8")}`);
  await expect(page.getByText("threads must stay “64” and is “8”")).toBeVisible({ timeout: 30_000 });
  await expect(page.locator(".score")).toContainText("0 of 100 points");
});

test("a mock interview of five, with marks and a summary; what was weak comes back", async ({ page }) => {
  await page.goto("#/interview/mock");
  await started(page);
  for (let question = 1; question <= 5; question += 1) {
    await expect(page.getByRole("heading", { level: 2 })).toContainText(`${question} of 5`);
    await page.getByRole("textbox", { name: "Your answer" }).fill("So.");
    await button(page, "Show a good answer").click();
    await button(page, question === 1 ? "weak" : "strong").click();
  }
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Summary");
  await expect(page.getByText("4 strong, 0 good, 1 weak")).toBeVisible();
  await page.goto("#/interview");
  await expect(page.getByText("the next question comes back tomorrow")).toBeVisible();
});

test("what is due comes back, and goes when it is answered", async ({ page }) => {
  await page.addInitScript(() => {
    const cards = { "lesson/why-averages-lie/which-number": { stage: 0, due: 1 }, "interview/sharding": { stage: 2, due: 2 } };
    if (!localStorage.getItem("headroom.progress")) localStorage.setItem("headroom.progress", JSON.stringify({ headroom: 1, cards }));
  });
  await page.goto("#/interview");
  await started(page);
  await expect(page.getByText("2 questions are due.")).toBeVisible();
  await page.getByRole("link", { name: "Go through them" }).click();
  await button(page, /^A high percentile/).click();
  await button(page, "Next").click();
  await expect(page.getByText("What is sharding and when to use it?")).toBeVisible();
  await button(page, "Show the answer").click();
  await button(page, "I knew").click();
  await expect(page.getByText("That was all for today.")).toBeVisible();
  await page.reload();
  await expect(page.getByText("Nothing is due.")).toBeVisible();
});

test("progress leaves and comes back, is put together, and is forgotten when asked", async ({ page, context }) => {
  await page.goto("#/lesson/why-averages-lie");
  await started(page);
  await button(page, "I have read this lesson").click();
  await page.goto("#/progress");
  await expect(page.getByText("1 texts read")).toBeVisible();
  const download = page.waitForEvent("download");
  await button(page, "Save as a file").click();
  expect((await download).suggestedFilename()).toBe("headroom-progress.json");
  const text = await page.getByRole("textbox", { name: "The same as text, to copy" }).inputValue();
  expect(JSON.parse(text).texts["lesson/why-averages-lie"].done).toBe(true);

  await button(page, "Forget everything").click();
  await button(page, "Yes, forget everything").click();
  await expect(page.getByText("0 texts read")).toBeVisible();
  await page.getByRole("textbox", { name: "Or the text" }).fill("{}");
  await button(page, "Bring in the text").click();
  await expect(page.getByText("This is no progress of Headroom")).toBeVisible();
  await page.getByLabel("A file that was saved").setInputFiles({ name: "p.json", mimeType: "application/json", buffer: Buffer.from(text) });
  await expect(page.getByText("1 texts read")).toBeVisible();
  await page.goto("#/lessons");
  await expect(page.getByText("read", { exact: true })).toBeVisible();
});
