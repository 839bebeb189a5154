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
