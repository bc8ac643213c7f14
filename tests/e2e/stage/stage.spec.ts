// The stage by keyboard and pointer: servers are found by name, opened, killed, and the scenario says so.
import { expect, test, type Page } from "@playwright/test";
import { complaints, started } from "../support/page";

async function open(page: Page, scenario: string): Promise<void> {
  await page.goto(`#/lab/balancing${scenario}`);
  await started(page);
}

const server = (page: Page, lane: string, name: string) =>
  page.getByRole("group", { name: new RegExp(`^Lane ${lane},`) }).getByRole("button", { name: new RegExp(`^Server ${name}\\b`) });

const play = (page: Page) => page.getByRole("button", { name: /^(Play|Pause)/ }).first();

test("a server is opened by keyboard, killed, and the run goes on without it", async ({ page }) => {
  const seen = complaints(page);
  await open(page, "?v=1&servers=4&seed=7");
  await server(page, "A", "s0").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(server(page, "A", "s2")).toBeFocused();
  await page.keyboard.press("Enter");

  const card = page.getByRole("dialog", { name: "Server s2, lane A" });
  await expect(card).toBeFocused();
  await expect(card).toContainText("In service");
  await expect(server(page, "A", "s2")).toHaveAttribute("aria-expanded", "true");

  await card.getByRole("button", { name: "Kill" }).press("Enter");
  await expect(card.getByRole("status")).toContainText("s2 dies");
  await expect(card.getByRole("button", { name: "Revive" })).toBeVisible();
  // On the timeline and among the changes, in the page's own words.
  await expect(page.getByText(/s2 (dies|is dead|kill)/i).first()).toBeAttached();
  await expect(page).toHaveURL(/kill:2/);

  await page.keyboard.press("Escape");
  await expect(card).toBeHidden();
  await expect(server(page, "A", "s2")).toBeFocused();

  await play(page).click();
  await expect(server(page, "A", "s2")).toHaveAccessibleName("Server s2, dead");
  await expect(server(page, "B", "s2")).toHaveAccessibleName("Server s2, dead");
  expect(seen).toEqual([]);
});

test("whoever is at a server stays there when the picture is drawn again", async ({ page }) => {
  const seen = complaints(page);
  await open(page, "?v=1&servers=4&seed=7");
  await server(page, "A", "s0").focus();
  await page.keyboard.press("ArrowDown");
  const picture = page.getByRole("group", { name: /^Lane A,/ });
  const width = await picture.getAttribute("width");
  await page.setViewportSize({ width: 700, height: 600 });
  await expect(picture).not.toHaveAttribute("width", width ?? "");
  await expect(server(page, "A", "s1")).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(server(page, "A", "s2")).toBeFocused();
  expect(seen).toEqual([]);
});

test("the card of a buffer gives the focus back to it", async ({ page }) => {
  await page.goto("#/lab/batching");
  await started(page);
  const buffer = page.locator(".stage-buffer").first();
  const name = await buffer.getAttribute("aria-label");
  await buffer.focus();
  await page.keyboard.press("Enter");
  const card = page.getByRole("dialog", { name: `${name}, lane A` });
  await expect(card).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(card).toBeHidden();
  await expect(buffer).toBeFocused();
});

test("a fault can be kept to one lane", async ({ page }) => {
  await open(page, "?v=1&servers=4&seed=7");
  await server(page, "B", "s1").click();
  const card = page.getByRole("dialog", { name: "Server s1, lane B" });
  await card.getByRole("checkbox", { name: "Only in lane B" }).check();
  await card.getByRole("spinbutton", { name: "Slow: how much" }).fill("8");
  await card.getByRole("button", { name: "Slow" }).click();
  await expect(page).toHaveURL(/b\.slow:1:8x/);
  await card.getByRole("button", { name: "Close" }).click();
  await play(page).click();
  await expect(server(page, "B", "s1")).toHaveAccessibleName("Server s1, slow");
  await expect(server(page, "A", "s1")).toHaveAccessibleName("Server s1");
});

test("pointing at a server shows its state and leaving hides it", async ({ page }) => {
  await open(page, "?v=1&servers=4");
  await server(page, "A", "s1").hover();
  const card = page.getByRole("dialog", { name: "Server s1, lane A" });
  await expect(card).toContainText("Waiting");
  await page.getByRole("heading", { level: 1 }).hover();
  await expect(card).toBeHidden();
});

test("a thousand servers are one list that the arrow keys walk", async ({ page }) => {
  await open(page, "?v=1&servers=1000&rate=30000/s");
  const list = page.getByRole("listbox", { name: "Servers" }).first();
  await list.focus();
  await expect(list.getByRole("option", { name: /^Server s0,/ })).toBeAttached();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("End");
  await expect(list.getByRole("option", { name: /^Server s999,/ })).toHaveAttribute("aria-posinset", "1000");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Server s999, lane A" })).toBeVisible();
});

test("a lane says in words what its picture shows", async ({ page }) => {
  await open(page, "?v=1&servers=4");
  await expect(page.getByRole("note", { name: /Lane A.*in words/ })).toHaveText(/^At 0\.00 seconds: 4 servers, 0 of 16 slots busy/);
});
