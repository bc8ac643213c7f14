// A text that did not load says so, and is asked for again: by its button, or when the browser is online again.
import { expect, test } from "@playwright/test";
import { started } from "../support/page";

// The index comes, so that there is a lesson; its text does not.
const lesson = "**/content/course-lesson-why-averages-lie-*.json";
const list = "**/content/course-list-*.json";

test("a lesson that did not load comes when somebody tries again, and is read from its top", async ({ page }) => {
  await page.route(lesson, (route) => route.abort());
  await page.goto("#/lesson/why-averages-lie");
  await started(page);
  await expect(page.getByText("This text did not load.")).toBeVisible();
  const again = page.getByRole("button", { name: "Try again" });
  // Still refused: it stays said, and can be tried again.
  const asked = page.waitForEvent("requestfailed", (request) => request.url().includes("lesson-why-averages-lie"));
  await again.click();
  await expect(page.locator("#announcer")).toContainText("Asking for the text again.");
  await asked;
  await expect(again).toBeFocused();
  await page.unroute(lesson);
  await again.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Why averages lie" })).toBeVisible();
  await expect(page.getByText("This text did not load.")).toBeHidden();
  await expect(page.getByRole("main")).toBeFocused();
});

test("a list that did not load comes by itself when the browser is online again, and takes no focus", async ({ page, context }) => {
  await page.route(list, (route) => route.abort());
  await page.goto("#/lessons");
  await started(page);
  await expect(page.getByText("This text did not load.")).toBeVisible();
  const link = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "About" });
  await link.focus();
  await page.unroute(list);
  await context.setOffline(true);
  await context.setOffline(false);
  await expect(page.getByRole("link", { name: "Why averages lie" })).toBeVisible();
  await expect(link).toBeFocused();
});

test("a question that is due and did not load is asked for again, and not said to be gone", async ({ page }) => {
  const cards = { "lesson/why-averages-lie/which-number": { stage: 0, due: 0 } };
  await page.addInitScript((text) => localStorage.setItem("headroom.progress", text), JSON.stringify({ headroom: 1, cards }));
  await page.route(lesson, (route) => route.abort());
  await page.goto("#/interview/review");
  await started(page);
  await expect(page.getByText("1 of 1")).toBeVisible();
  await expect(page.getByText("This text did not load.")).toBeVisible();
  await page.unroute(lesson);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("link", { name: "Why averages lie" })).toBeVisible();
  await expect(page.getByText("This question is no longer there.")).toBeHidden();
});
