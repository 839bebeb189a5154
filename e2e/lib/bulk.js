// Selecting in a list and acting on what is selected.

import { button } from "./panel.js";

/** The box of a row, by the name of its record. */
export function box(page, name) {
  return page.getByRole("checkbox", { name: `Select ${name}`, exact: true });
}

/** The box of the whole page. */
export function pageBox(page) {
  return page.getByRole("checkbox", { name: "Select all on this page" });
}

/** The names of the rows that are selected on this page, from the top. */
export function selected(page) {
  return page
    .getByRole("table")
    .getByRole("checkbox", { name: /^Select (?!all)/, checked: true })
    .evaluateAll((boxes) => boxes.map((box) => box.getAttribute("aria-label").slice("Select ".length)));
}

/** "yes", "no" or "some": what the box of the page says. */
export function pageState(page) {
  return pageBox(page).evaluate((box) => (box.indeterminate ? "some" : box.checked ? "yes" : "no"));
}

/** The bar of what can be done to what is selected. */
export function bar(page) {
  return page.getByRole("region", { name: "Bulk actions" });
}

/** Selects everything that matches, on all pages. */
export async function selectAll(page, count) {
  await pageBox(page).click();
  await button(bar(page), `Select all ${count} that match`).click();
}

/** The question or form that stands over the page. */
export function dialog(page) {
  return page.getByRole("dialog");
}

/** Opens the form for the selected records and adds a field to it; gives the row of that field. */
export async function editField(page, label) {
  if (!(await dialog(page).isVisible())) await button(bar(page), "Edit fields…").click();
  await dialog(page).getByRole("combobox", { name: "Field to change" }).selectOption({ label });
  await button(dialog(page), "Add field").click();
  return dialog(page).getByRole("group", { name: label, exact: true });
}

/** Says how a field is to be changed. */
export async function way(editRow, label) {
  await editRow.getByRole("combobox", { name: /^How to change/ }).selectOption({ label });
}

/** The preview: the texts of each row, from the top. */
export function preview(page) {
  return dialog(page)
    .getByRole("row")
    .evaluateAll((rows) =>
      rows.slice(1).map((row) => [...row.cells].map((cell) => cell.textContent.replace(", then ", "").trim())),
    );
}

/**
 * Takes down how long the page does not answer while something is done to many: the times between two of its frames, as
 * long as the bar says that it goes on.
 * @returns {Promise<() => Promise<{longest: number, slow: number, all: number}>>} gives the longest of them in
 *   milliseconds, how many took more than 200, and how many there were
 */
export async function watchFrames(page) {
  await page.evaluate(() => {
    window.frames_ = [];
    let last = performance.now();
    let was = false;
    const look = (now) => {
      const is = document.querySelector("#bulk .going") !== null;
      if (was && is) window.frames_.push(now - last);
      [last, was] = [now, is];
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  return () =>
    page.evaluate(() => ({
      longest: Math.round(Math.max(0, ...window.frames_)),
      slow: window.frames_.filter((frame) => frame > 200).length,
      all: window.frames_.length,
    }));
}

/** Waits until the bar says something, without the work of looking through a thousand rows for it. */
export async function barSays(page, pattern) {
  const says = (source) => new RegExp(source).test(document.querySelector("#bulk")?.textContent);
  await page.waitForFunction(says, pattern.source, { timeout: 120_000, polling: 250 });
}
