// Somebody goes through a lesson and a walkthrough with the keyboard alone, at the size of a phone, where the browser refuses to store.
import { expect, test, type Locator, type Page } from "@playwright/test";
import { complaints, started } from "../support/page";

test.use({ viewport: { width: 360, height: 740 }, hasTouch: true });
// Several experiments are run to their end, on whatever machine this is.
test.setTimeout(120_000);

test.beforeEach(async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, "localStorage", {
      get() {
        throw new DOMException("refused", "SecurityError");
      },
    });
  });
});

/** Presses Tab until `target` has the focus, as a person does who sees it. */
async function tabTo(page: Page, target: Locator) {
  await expect(target).toBeVisible({ timeout: 30_000 });
  for (let presses = 0; presses < 250; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`no way there by Tab: ${target}`);
}

async function press(page: Page, target: Locator, key = "Enter") {
  await tabTo(page, target);
  await page.keyboard.press(key);
}

const button = (scope: Page | Locator, name: string | RegExp) => scope.getByRole("button", { name });

test("a lesson, from the list to its last question", async ({ page }) => {
  const seen = complaints(page);
  await page.goto("#/lessons");
  await started(page);
  await press(page, page.getByRole("link", { name: "Why averages lie" }));
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Why averages lie");
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);

  // The experiment waits for the guess.
  await expect(page.getByText("The experiment opens when you have made your guess.").first()).toBeVisible();
  const slider = page.getByRole("slider", { name: "Your guess", exact: true });
  await tabTo(page, slider);
  const before = await slider.getAttribute("aria-valuetext");
  for (let step = 0; step < 10; step += 1) await page.keyboard.press("ArrowLeft");
  expect(await slider.getAttribute("aria-valuetext")).not.toBe(before);
  const guess = await slider.getAttribute("aria-valuetext");
  await press(page, button(page, "Keep this guess").first());

  // It opens in the same document, and plays and stops with keys of its own.
  const experiment = page.getByRole("region", { name: /^Experiment: Eight servers/ });
  await expect(experiment).toBeVisible({ timeout: 30_000 });
  await press(page, experiment.getByRole("button", { name: "Play", exact: true }), "Space");
  await expect.poll(async () => Number.parseFloat((await experiment.locator(".clock strong").textContent()) ?? "")).toBeGreaterThan(0.5);
  await page.keyboard.press("Space");

  // The guess over what came out, what was seen, why.
  await press(page, button(page, "Run to the end and compare").first());
  await expect(page.locator(".revealed .compare-line").first()).toHaveAttribute("aria-label", new RegExp(`Your guess: ${guess}. Measured: 1.30 s.`), { timeout: 30_000 });
  await press(page, button(page, "Below the mean"));
  await expect(page.getByText("Your answer, right:")).toBeVisible();
  await expect(page.locator(".revealed .why").first()).toContainText(/p50 is \d+ ms, the mean \d+ ms/);

  // A claim in the explanation is run.
  await press(page, button(page, "the p99 is more than six times the mean"));
  await expect(page.getByRole("group", { name: "A claim that was run" })).toContainText("It holds.", { timeout: 30_000 });

  // A question from one's own run.
  await press(page, button(page, "Ask me about my run"));
  await press(page, button(page, "More than half of the requests were faster than the mean"));
  await expect(page.locator("#quiz-in-your-run")).toContainText("Your answer, right:");

  // Choose, and see first without a guess.
  const choices = page.getByRole("radio", { name: "The mean stays within 20 % of A’s" });
  await press(page, choices, "Space");
  await expect(choices).toBeChecked();
  await press(page, button(page, "Keep this guess").first());
  await press(page, button(page, "Run to the end and compare").last());
  await expect(page.locator(".compare-choice .mark-run").first()).toBeVisible({ timeout: 30_000 });

  // A task ticks when a change does what it asks.
  const sick = page.getByRole("region", { name: /^Experiment: A and B get the very same requests/ });
  await tabTo(page, sick.getByRole("combobox", { name: "Policy of lane B" }));
  await page.keyboard.type("Least loaded");
  await page.keyboard.press("Enter");
  await expect(page.locator(".task.done")).toHaveCount(1, { timeout: 30_000 });

  // A curve, point by point.
  const points = page.getByRole("group", { name: "The points of your curve" }).getByRole("slider");
  await expect(points).toHaveCount(7);
  await tabTo(page, points.last());
  for (let step = 0; step < 20; step += 1) await page.keyboard.press("ArrowRight");
  await press(page, button(page, "Keep this guess").first());
  await press(page, button(page, "Run to the end and compare").last());
  await expect(page.locator(".compare-curve polyline.run")).toHaveCount(1, { timeout: 60_000 });
  await expect(page.locator(".compare-numbers").last()).toContainText("1.08 s");

  await press(page, button(page, "I have read this lesson"));
  await expect(page.getByText("✓ Read.")).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  expect(seen).toEqual([]);
});

test("a walkthrough, from thinking to the second pass", async ({ page }) => {
  const seen = complaints(page);
  await page.goto("#/interview");
  await started(page);
  await press(page, page.getByRole("link", { name: "What are different load balancing algorithms?" }));
  await expect(page.getByText("First pass")).toBeVisible();
  await press(page, button(page, /^Start a timer/));
  await expect(page.getByRole("timer")).toBeVisible();
  await press(page, button(page, "One minute more"));
  await tabTo(page, page.getByRole("textbox", { name: "Your answer, in your own words" }));
  await page.keyboard.type("Blind ones, those that look, those that must not choose.");

  await press(page, button(page, "Compare with the model answer"));
  await expect(page.getByRole("heading", { name: "Model answer" })).toBeFocused();
  await press(page, button(page, "Its p99 stays below a tenth of that of round robin"), "Space");
  await expect(page.getByRole("group", { name: "A claim that was run" })).toContainText("It holds.", { timeout: 30_000 });

  await press(page, button(page, "What would they ask next?"));
  await press(page, button(page, /Kill s2/));
  await expect(page.getByRole("region", { name: /^Experiment: Kill s2/ })).toBeVisible({ timeout: 30_000 });
  await press(page, button(page, "Show an answer").first());
  await expect(page.getByText("always looks idle")).toBeVisible();

  // The rubric comes after the attempt; then the voices.
  await press(page, button(page, "Mark your answer"));
  for (const item of await page.getByRole("checkbox").all()) await press(page, item, "Space");
  await expect(page.getByText("9 of 9")).toBeVisible();
  await press(page, button(page, "That is my mark"));
  for (const voice of ["Weak", "Good", "Strong"]) await expect(page.getByRole("heading", { name: voice, exact: true })).toBeVisible();

  // The next pass leaves the last step to the learner.
  await press(page, button(page, "Once more, with less help"));
  await expect(page.getByText("Second pass")).toBeVisible();
  await press(page, button(page, "Compare with the model answer"));
  await expect(button(page, "Show this step")).toHaveCount(1);
  await press(page, button(page, "Show this step"));
  await expect(button(page, "Show this step")).toHaveCount(0);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  expect(seen).toEqual([]);
});
