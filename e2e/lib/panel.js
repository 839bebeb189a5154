// What people see and use on the admin page, found as they and their screen readers find it: by role
// and by label.

import assert from "node:assert/strict";

/** How long a page may take to show what it will, in milliseconds. */
const PATIENCE = 15_000;

/**
 * Waits until what `look` gives is what is expected; when it never is, fails showing both.
 * @param {() => Promise<unknown>} look
 * @param {unknown} expected a value, or a pattern for a text
 */
export async function sees(look, expected) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const seen = await look();
    try {
      if (expected instanceof RegExp) assert.match(String(seen), expected);
      else assert.deepEqual(seen, expected);
      return;
    } catch (difference) {
      if (Date.now() > end) throw difference;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/**
 * Waits until everything that the page asked for has come. (The network is never idle: the server's stream of events
 * stays open.)
 */
export async function settled(page) {
  await sees(() => page.locator(".late, [aria-busy=true]").count(), 0);
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
}

/** The heading of the page. */
export function heading(page, name) {
  return page.getByRole("heading", { level: 1, name, exact: true });
}

/** A field of a form, by its label. (Its whole name may go on: "Tier edited".) */
export function field(page, label) {
  return page.getByLabel(label, { exact: true }).and(page.getByRole("textbox"));
}

export function button(scope, name) {
  return scope.getByRole("button", { name, exact: true });
}

export function link(scope, name) {
  return scope.getByRole("link", { name, exact: true });
}

/** A section of a record's page, by its heading, which may go on: "Buyers edited". */
export function section(page, name) {
  return page.getByRole("region", { name: new RegExp(`^${name}( edited)?$`) });
}

/** The bar that counts what is not saved. */
export function saveBar(page) {
  return page.getByRole("region", { name: "Unsaved changes" });
}

/** What an input is described by: its help, and what is wrong with it. */
export function description(input) {
  return input.evaluate((element) =>
    (element.getAttribute("aria-describedby") ?? "")
      .split(" ")
      .map((id) => document.getElementById(id)?.textContent.trim() ?? "")
      .filter((text) => text !== "")
      .join(" "),
  );
}

/** The rows of a list: the name in each, from the top. */
export function names(page) {
  return page.getByRole("table").getByRole("rowheader").getByRole("link").allTextContents();
}

/** The row of a list with that name. */
export function row(page, name) {
  return page.getByRole("row").filter({ has: link(page, name) });
}

/** Does something with a record by the menu of its row. */
export async function act(page, name, action) {
  await button(row(page, name), `Actions for ${name}`).click();
  const menu = page.getByRole("group", { name: `Actions for ${name}` });
  await button(menu, action).or(link(menu, action)).click();
}

/** What was last read out to those who do not see the page. */
export function announcement(page) {
  return page.getByRole("region", { name: "News" }).getByRole("status").textContent();
}

/** News at the edge of the page. */
export function news(page, text) {
  return page.getByRole("region", { name: "News" }).getByRole("listitem").filter({ hasText: text });
}

/** The name, for those who do not see it, of what has the focus. */
export function focused(page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    const labels = [...(element.labels ?? [])].map((label) => label.textContent.trim());
    return element.getAttribute("aria-label") ?? labels[0] ?? element.textContent.trim();
  });
}

/** The query of the address, as an object. */
export function query(page) {
  return Object.fromEntries(new URL(page.url()).searchParams);
}

/** Opens a group, buyer or offer by its name, from its list. */
export async function openRecord(page, name) {
  await link(page.getByRole("table"), name).click();
  await heading(page, name).waitFor();
}

/** Saves by the button of the bar and waits until it is done. */
export async function save(page) {
  await saveBar(page).getByRole("button", { name: /^(Save|Create)/ }).click();
  await news(page, "Saved.").last().waitFor();
  // The news may be of an earlier save.
  await saveBar(page).waitFor({ state: "detached" });
}
