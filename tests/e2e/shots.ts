// One picture for each route, width and theme, of the whole page, into the folder HEADROOM_SHOTS.
import { test } from "@playwright/test";
import { started } from "./support/page";
import { setting } from "./support/hosts";

const sizes = { wide: { width: 1280, height: 800 }, narrow: { width: 360, height: 740 } };

for (const route of setting("HEADROOM_ROUTES").split("\n")) {
  for (const [width, viewport] of Object.entries(sizes)) {
    for (const colorScheme of ["light", "dark"] as const) {
      test(`${route} ${width} ${colorScheme}`, async ({ browser }) => {
        const page = await browser.newPage({ viewport, colorScheme });
        await page.goto(route);
        await started(page);
        // Whatever fades in, or is drawn on the first frames.
        await page.waitForTimeout(1_000);
        const name = route.replace(/[^a-z0-9]+/gi, "-").replace(/^-|-$/g, "").slice(0, 80) || "home";
        await page.screenshot({ path: `${setting("HEADROOM_SHOTS")}/${name}-${width}-${colorScheme}.png`, fullPage: true });
        await page.close();
      });
    }
  }
}
