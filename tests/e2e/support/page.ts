// What every journey needs: to know when the page has started, and that nothing went wrong unseen.
import { expect, type Page } from "@playwright/test";

/** Waits until the program has taken the shell over. */
export async function started(page: Page): Promise<void> {
  await expect(page.locator("html")).toHaveAttribute("data-started", "yes");
}

/** Collects errors in the console and uncaught ones, from now on. */
export function complaints(page: Page): string[] {
  const seen: string[] = [];
  page.on("pageerror", (error) => seen.push(`uncaught: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") seen.push(`console: ${message.text()}`);
  });
  return seen;
}
