// Workers: they start in every way that is left to them, and when they cannot go on, the page says so.
import { expect, test } from "@playwright/test";
import { started } from "../support/page";
import { button, figures, lab, openLab, scrub } from "./lab";

test("a worker that panics leaves a message, the link and a way to start again", async ({ page }) => {
  await openLab(page, "balancing?seed=5");
  await scrub(page, 0.2);
  // What no page of ours says: the worker stops instead of showing something else than was asked for.
  await page.workers()[0].evaluate(() => self.dispatchEvent(new MessageEvent("message", { data: new ArrayBuffer(3) })));
  const panel = page.getByRole("alert").filter({ hasText: "The experiment has stopped" });
  await expect(panel).toContainText("no command");
  await expect(panel.getByRole("link", { name: "this link" })).toHaveAttribute("href", /seed=5/);
  await panel.getByRole("button", { name: "Restart" }).click();
  await expect(panel).toBeHidden();
  await scrub(page, 0.5);
  expect((await figures(page)).join()).toMatch(/n\s[\d,]+/);
});

test("a worker that does not load is told of, and starts when it can", async ({ page }) => {
  await page.route("**/headroom-worker-*.wasm", (route) => route.abort());
  await page.goto("#/lab/balancing");
  await started(page);
  const panel = page.getByRole("alert").filter({ hasText: "The experiment has stopped" });
  await expect(panel).toContainText("did not load");
  await page.unroute("**/headroom-worker-*.wasm");
  await panel.getByRole("button", { name: "Restart" }).click();
  await expect(panel).toBeHidden();
  await scrub(page, 0.5);
  expect((await figures(page)).join()).toMatch(/n\s[\d,]+/);
});

test("where a compiled module cannot be passed on, its bytes are", async ({ page }) => {
  await page.addInitScript(() => {
    const post = Worker.prototype.postMessage;
    // As browsers do that do not pass modules to workers: nothing arrives.
    Worker.prototype.postMessage = function (message: unknown, ...rest: unknown[]) {
      const module = Array.isArray(message) && message[0] instanceof WebAssembly.Module;
      if (!module) (post as (...all: unknown[]) => void).call(this, message, ...rest);
    };
  });
  await openLab(page);
  await scrub(page, 0.5);
  await expect(async () => expect((await figures(page)).join()).toMatch(/n\s[\d,]+/)).toPass();
});

test("where no worker starts at all, the page says so in words", async ({ page }) => {
  await page.addInitScript(() => {
    Worker.prototype.postMessage = () => undefined;
  });
  await page.goto("#/lab/balancing");
  await started(page);
  await expect(page.getByRole("alert").filter({ hasText: "does not start the worker" })).toBeVisible({ timeout: 15_000 });
  await expect(lab(page)).toBeVisible();
  await expect(button(page, "Share")).toBeEnabled();
});
