// The static shell: what a visitor has before the program, without it, and when it cannot start.
import { expect, test } from "@playwright/test";
import { plain, strict, testPage, unshared } from "../support/hosts";
import { violations } from "../support/axe";
import { complaints, started } from "../support/page";

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the shell says what this is, what is missing, and where to go", async ({ page }) => {
    await page.goto("");
    await expect(page.getByRole("banner").getByRole("link", { name: "Headroom" })).toBeVisible();
    const nav = page.getByRole("navigation", { name: "Main" });
    await nav.getByText("Labs", { exact: true }).click();
    await expect(nav.getByRole("link", { name: "Load balancing" })).toBeVisible();
    await expect(nav.getByRole("link", { name: "Load balancing" })).toHaveAttribute("href", "#/lab/balancing");
    await expect(page.getByRole("main").getByRole("heading", { level: 1 })).toBeVisible();
    // Playwright's locators pass `noscript` by; what a person reads does not.
    expect(await page.getByRole("main").innerText()).toContain("needs JavaScript and WebAssembly");
    await expect(page.getByText("Starting …")).toBeHidden();
  });

  test("the shell fits a screen of 320 pixels", async ({ page }) => {
    await page.setViewportSize({ width: 320, height: 640 });
    await page.goto("");
    const width = await page.getByRole("main").evaluate((main) => main.ownerDocument.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(320);
  });
});

test("the shell is there before the program is", async ({ page }) => {
  await page.route("**/headroom-page-*.wasm", async (route) => {
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.getByText("Starting …")).toBeVisible();
    await route.continue();
  });
  await page.goto("");
  await started(page);
});

test("the shell is accessible, light and dark as the system is", async ({ page }) => {
  await page.route("**/*.wasm", (route) => route.abort());
  await page.goto("");
  await expect(page.getByRole("alert")).toBeVisible();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violations(page), colorScheme).toEqual([]);
  }
});

test.describe("the shell says what is wrong when", () => {
  test("the program does not arrive", async ({ page }) => {
    await page.route("**/*.wasm", (route) => route.abort());
    await page.goto("");
    await expect(page.getByRole("alert")).toContainText("did not load");
    await expect(page.getByText("Starting …")).toBeHidden();
  });

  test("the program's glue does not arrive", async ({ page }) => {
    await page.route("**/headroom-page-*.js", (route) => route.fulfill({ status: 404 }));
    await page.goto("");
    await expect(page.getByRole("alert")).toContainText("did not load");
  });

  test("the browser has no WebAssembly", async ({ page }) => {
    await page.addInitScript(() => {
      // @ts-expect-error: as hardened browsers do
      delete globalThis.WebAssembly;
    });
    await page.goto("");
    await expect(page.getByRole("alert")).toContainText("WebAssembly");
  });

  test("a policy forbids WebAssembly", async ({ page }) => {
    await page.route(plain, async (route) => {
      const response = await route.fetch();
      const headers = { ...response.headers(), "content-security-policy": "script-src 'self'" };
      await route.fulfill({ response, headers });
    });
    await page.goto("");
    await expect(page.getByRole("alert")).toContainText("wasm-unsafe-eval");
  });

  test("a sandboxed frame may not read the host's files", async ({ page }) => {
    await page.goto(testPage(plain, "sandboxed.html") + "?" + encodeURIComponent(unshared));
    await expect(page.frameLocator("iframe").getByRole("alert")).toContainText("Access-Control-Allow-Origin");
  });

  test("the page reports trouble of its own", async ({ page }) => {
    await page.goto("");
    await started(page);
    await page.evaluate(() => document.dispatchEvent(new CustomEvent("headroom:trouble", { detail: "The worker did not start." })));
    await expect(page.getByRole("alert")).toHaveText("The worker did not start.");
  });
});

test.describe("with all that comes with it", () => {
  test.use({ serviceWorkers: "allow" });

  test("the page starts under a strict policy, and nothing asks for more", async ({ page }) => {
    const seen = complaints(page);
    await page.goto(strict);
    await started(page);
    await page.evaluate(() => navigator.serviceWorker.ready);
    expect(seen).toEqual([]);
  });
});

test("the page starts in a sandboxed frame of another origin", async ({ page }) => {
  const seen = complaints(page);
  await page.goto(testPage(plain, "sandboxed.html"));
  await expect(page.frameLocator("iframe").locator("html")).toHaveAttribute("data-started", "yes");
  await expect(page.frameLocator("iframe").getByRole("main")).toBeVisible();
  expect(seen).toEqual([]);
});

test("no script stands in the text of index.html", async ({ request }) => {
  const html = await (await request.get("")).text();
  for (const script of html.match(/<script[^>]*>[^<]+/g) ?? []) {
    expect(script).toContain('type="application/json"');
  }
});

test("the build names the page's and the workers' files, and each of them is served", async ({ page, request }) => {
  await page.goto("");
  const block = async (name: string) => JSON.parse((await page.locator(`#${name}`).textContent()) ?? "");
  const workers = await block("headroom-workers");
  expect(Object.keys(workers)).toContain("balancing");
  for (const names of [await block("headroom-page"), ...Object.values<{ glue: string; module: string }>(workers)]) {
    for (const [file, type] of [[names.glue, "text/javascript"], [names.module, "application/wasm"]]) {
      const answer = await request.get(file);
      expect(answer.status(), file).toBe(200);
      expect(answer.headers()["content-type"], file).toContain(type);
      // A hash in the name: an old file in some cache cannot meet a new one.
      expect(file).toMatch(/-[0-9a-f]{8,16}(_bg)?\.(js|wasm)$/);
    }
  }
});
