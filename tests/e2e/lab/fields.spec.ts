// Lines of text: what is typed belongs to the person until it is entered, whatever is drawn meanwhile.
import { expect, test, type Page } from "@playwright/test";
import { complaints } from "../support/page";
import { button, clock, openLab, scrub } from "./lab";

const field = (page: Page, name: string) => page.getByRole("textbox", { name, exact: true });

test("a text that is refused stays with its sentence, and Escape brings the value back", async ({ page }) => {
  const seen = complaints(page);
  await openLab(page);
  for (const [name, value, sentence] of [
    ["Arrival rate", "256/s", /Arrival rate “lots”/],
    ["Seed", "1", /Seed must be a whole number/],
    ["Duration", "60s", /lots/],
    ["Warm-up", "5s", /lots/],
  ] as const) {
    await expect(field(page, name)).toHaveValue(new RegExp(value));
    const before = await field(page, name).inputValue();
    await field(page, name).fill("lots");
    await field(page, name).press("Enter");
    await expect(field(page, name)).toHaveAttribute("aria-invalid", "true");
    await expect(field(page, name)).toHaveAccessibleDescription(name === "Arrival rate" ? /./ : sentence);
    const said = page.locator(".control-refused").filter({ hasText: sentence });
    await expect(said).toBeVisible();
    await expect(field(page, name)).toHaveValue("lots");
    await field(page, name).press("Escape");
    await expect(field(page, name)).toHaveValue(before);
    await expect(said).toHaveCount(0);
  }
  // A value that comes from elsewhere takes the place of what was refused.
  await field(page, "Seed").fill("lots");
  await field(page, "Seed").press("Enter");
  await button(page, "Another seed").click();
  await expect(field(page, "Seed")).toHaveValue(/^\d+$/);
  await expect(page.locator(".control-refused").filter({ hasText: /\S/ })).toHaveCount(0);
  expect(seen).toEqual([]);
});

test("what is being typed outlives everything that is drawn meanwhile", async ({ page }) => {
  // The rate changes at three seconds, and time goes on while somebody types.
  await openLab(page, "balancing?seed=7&servers=4&at=3s:set:rate:100/s");
  await scrub(page, 2.9 / 60);
  await page.getByRole("group", { name: /^Lane A,/ }).getByRole("button", { name: /^Server s1\b/ }).click();
  const amount = page.getByRole("dialog", { name: "Server s1, lane A" }).getByRole("spinbutton", { name: "Slow: how much" });
  await amount.fill("8");
  await button(page, "Play").click();
  await field(page, "Arrival rate").fill("333");
  await expect.poll(() => clock(page)).toBeGreaterThan(3.2);
  await expect(field(page, "Arrival rate")).toHaveValue("333");
  await expect(amount).toHaveValue("8");
  await field(page, "Arrival rate").press("Escape");
  await expect(field(page, "Arrival rate")).toHaveValue("100/s");
});

test("a fault that cannot be added leaves everything that was typed", async ({ page }) => {
  await openLab(page);
  await button(page, "Add a fault").click();
  const form = page.getByRole("form", { name: "Add a fault" });
  await form.getByRole("combobox", { name: "What" }).selectOption({ label: "Slow" });
  await form.getByRole("textbox", { name: "How much" }).fill("9");
  await form.getByRole("textbox", { name: "When" }).fill("soon");
  await button(page, "Add").click();
  await expect(form.locator(".control-refused")).toHaveText(/soon/);
  await expect(form.getByRole("textbox", { name: "How much" })).toHaveValue("9");
  await expect(form.getByRole("textbox", { name: "When" })).toHaveValue("soon");
});
