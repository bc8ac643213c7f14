// Accessibility by axe-core, run inside the loaded page. Playwright's own wrapper of it takes six times as long: it
// carries what was found in order from the page into another one, and so on, for each look.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, type Page } from "@playwright/test";

const program = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The rules whose answer depends on colours and sizes. What else axe looks for is the same in every theme. */
const RULES_OF_LOOKS = ["color-contrast", "link-in-text-block", "scrollable-region-focusable"];

type Axe = { axe?: { run(context: unknown, options: unknown): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };

/**
 * What axe finds: each rule with the elements that break it. Without `part`, a selector, in the whole page; frames are
 * looked at as well. Without `rules` by all rules.
 */
export async function violations(page: Page, { part, rules }: { part?: string; rules?: string[] } = {}): Promise<[string, string[]][]> {
  const all: [string, string[]][] = [];
  for (const frame of page.frames()) {
    if (!(await frame.evaluate(() => "axe" in window))) await frame.evaluate(program);
    all.push(
      ...(await frame.evaluate(
        async ({ part, rules }) => {
          // Colours that are on their way to others are none of the design.
          for (const animation of document.getAnimations()) if (animation instanceof CSSTransition) animation.finish();
          const options = { resultTypes: ["violations"], iframes: false, ...(rules ? { runOnly: rules } : {}) };
          const found = await (window as Axe).axe!.run(part ?? document, options);
          return found.violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html.slice(0, 160))] as [string, string[]]);
        },
        { part: frame === page.mainFrame() ? part : undefined, rules },
      )),
    );
  }
  return all;
}

/** The loaded page has no violation in any theme at any of these widths, and nothing scrolls sideways. */
export async function expectAccessible(page: Page, widths: number[]) {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 });
    for (const theme of ["light", "dark", "projector"]) {
      // As the choice in the header does.
      await page.evaluate((theme) => (document.documentElement.dataset.theme = theme), theme);
      const rules = theme === "light" ? undefined : RULES_OF_LOOKS;
      expect.soft(await violations(page, { rules }), `${theme}, ${width} wide`).toEqual([]);
      expect.soft(await page.evaluate(() => document.documentElement.scrollWidth), `no scrolling sideways, ${theme}`).toBeLessThanOrEqual(width);
    }
  }
}
