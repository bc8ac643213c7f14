// What the journeys through a lab have in common.
import { expect, type FrameLocator, type Locator, type Page } from "@playwright/test";
import { started } from "../support/page";

/** Opens the lab with the text of a scenario and waits until its lanes stand at the start. */
export async function openLab(page: Page, text = "balancing") {
  await page.goto(`#/lab/${text}`);
  await started(page);
  await expect(lab(page)).toBeVisible();
}

export const lab = (page: Page | FrameLocator): Locator => page.getByRole("region", { name: "Load balancing" });

/** The virtual time that is shown, in seconds. */
export async function clock(page: Page | FrameLocator): Promise<number> {
  const text = await page.locator(".clock strong").textContent();
  return Number.parseFloat(text ?? "");
}

/** Goes to a share of the run by the slider, as a person would drag it. */
export async function scrub(page: Page, share: number) {
  const slider = page.getByRole("slider", { name: "Time", exact: true });
  await slider.fill(String(Math.round(share * 10_000)));
  await settled(page);
}

/** Waits until every lane has told where it stands: the figures no longer change. */
export async function settled(page: Page) {
  let before = "";
  await expect(async () => {
    const now = (await figures(page)).join(" ");
    const same = now === before;
    before = now;
    expect(same).toBe(true);
  }).toPass({ intervals: [250] });
}

/** Every lane's figures as text. */
export async function figures(page: Page | FrameLocator): Promise<string[]> {
  return page.locator(".figures").allInnerTexts();
}

export const button = (page: Page | FrameLocator, name: string) => page.getByRole("button", { name, exact: true });
