// Works without a network after the first visit, and leaves nothing behind when it is embedded.
import { expect, test } from "@playwright/test";
import { other, plain, testPage } from "../support/hosts";
import { started } from "../support/page";

test.use({ serviceWorkers: "allow" });

const registrations = () => navigator.serviceWorker.getRegistrations().then((all) => all.length);

test("the page starts again without a network", async ({ page, context }) => {
  await page.goto("");
  await started(page);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await context.setOffline(true);
  await page.reload();
  await started(page);
  await expect(page.getByRole("main")).toBeVisible();
});

test("a new version of index.html shows at once while there is a network", async ({ page, context }) => {
  await page.goto("");
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.reload();
  await context.route(plain, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replace("<html ", "<html data-version='new' ") });
  });
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-version", "new");
});

test("a frame registers no service worker, sandboxed or not", async ({ page }) => {
  await page.goto(testPage(other, "framed.html"));
  await expect(page.frameLocator("iframe").locator("html")).toHaveAttribute("data-started", "yes");
  expect(await page.evaluate(registrations)).toBe(0);
  const frame = page.frames()[1];
  expect(await frame?.evaluate(registrations)).toBe(0);
});
