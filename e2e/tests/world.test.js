// The state of the world around an open page: a slow server, a newer panel, a fault of the panel itself. Each has its
// own sentence, and nothing is reloaded unasked. (Offline and signed out: trouble.test.js.)

import assert from "node:assert/strict";
import { assertAccessible } from "../lib/accessibility.js";
import { button, field, heading, link, names, row, sees } from "../lib/panel.js";
import { story } from "../lib/story.js";

/** How long a request may take before it counts as unanswered, with some grace, in milliseconds. */
const PATIENCE = 45_000;

const slow = (page) => page.getByText("The server takes long to answer. Still waiting.");
const newer = (page) => page.locator(".flag").filter({ hasText: "A new version is here." });
const stopped = (page) => page.getByRole("dialog", { name: "The page has stopped" });

/** From now on the server has another panel: other names in the page, and no parts of the old one. */
async function deploy(page) {
  await page.route((url) => url.pathname === "/", async (route) => {
    const answer = await route.fetch();
    const text = await answer.text();
    await route.fulfill({ response: answer, body: text.replaceAll(/panel-[0-9a-f]+/g, "panel-0123456789abcdef") });
  });
  await page.route("**/panel-*-*.wasm", (route) => route.fulfill({ status: 404, body: "{}" }));
}

/** The page's look at the server for another panel. */
const lookedFor = (page) => page.waitForResponse((answer) => new URL(answer.url()).pathname === "/");

/** The visitor comes back to the page after so many seconds. */
const comeBack = (page, seconds) =>
  page.evaluate((seconds) => {
    const now = Date.now() + seconds * 1000;
    Date.now = () => now;
    window.dispatchEvent(new Event("focus"));
  }, seconds);

/** Leaves a mark that a reload takes away. */
const mark = (page) => page.evaluate(() => (window.isStillHere = true));
const isStillHere = (page) => page.evaluate(() => window.isStillHere === true);

story("a server that takes long is waited for, with a word; one that never answers counts as away", { demo: true }, async ({ arrive }) => {
  const visitor = await arrive();
  visitor.expect(/ERR_ABORTED|ERR_FAILED/);
  const page = await visitor.signIn();
  await row(page, "Auto insurance, west").waitFor();
  const held = [];
  await page.route("**/api/v1/offers?*", (route) => held.push(route));
  await link(page.getByRole("navigation", { name: "Main" }), /^Offers/).click();
  await heading(page, "Offers").waitFor();
  assert.equal(await slow(page).count(), 0, "not at once");
  await slow(page).waitFor();
  await assertAccessible(page, "slow");
  for (const route of held.splice(0)) await route.continue();
  await page.unroute("**/api/v1/offers?*");
  await slow(page).waitFor({ state: "detached" });
  await page.getByRole("table").waitFor();

  await page.route("**/api/v1/buyers?*", (route) => held.push(route));
  await link(page.getByRole("navigation", { name: "Main" }), /^Buyers/).click();
  await page.getByRole("alert").getByText("No connection to the server. Trying again.").waitFor({ timeout: PATIENCE });
  await page.unroute("**/api/v1/buyers?*");
  await page.getByRole("alert").waitFor({ state: "detached" });
  await sees(async () => (await names(page)).length > 0, true);
});

story("a newer panel is told of in time, by a word that can be put off", { demo: true }, async ({ arrive }) => {
  const visitor = await arrive();
  // Parts that the page fetches by itself may be asked for after they are gone.
  visitor.expect(/404|Failed to execute 'compile'|Failed to fetch/);
  const page = await visitor.signIn();
  await row(page, "Auto insurance, west").waitFor();
  await mark(page);
  const looks = lookedFor(page);
  await comeBack(page, 1);
  await comeBack(page, 360);
  await looks;
  assert.ok(await newer(page).isHidden(), "the same panel is not news");

  // What a proxy says in place of the server is none either.
  await page.route((url) => url.pathname === "/", (route) => route.fulfill({ body: "Back soon" }));
  const looksAgain = lookedFor(page);
  await comeBack(page, 360);
  await looksAgain;
  assert.ok(await newer(page).isHidden());

  await deploy(page);
  await comeBack(page, 360);
  await newer(page).waitFor();
  await assertAccessible(page, "newer");
  await button(newer(page), "Later").click();
  await newer(page).waitFor({ state: "hidden" });
  assert.ok(await isStillHere(page), "nothing was reloaded");
  await comeBack(page, 360);
  await newer(page).waitFor();
  await button(newer(page), "Reload").click();
  await row(page, "Auto insurance, west").waitFor();
  assert.ok(!(await isStillHere(page)));
});

story("a part that a newer panel has not is told of, and so is the newer panel", { demo: true }, async ({ arrive }) => {
  const visitor = await arrive();
  visitor.expect(/404|WebAssembly|MIME/);
  const page = await visitor.signIn();
  await row(page, "Auto insurance, west").waitFor();
  await mark(page);
  await deploy(page);
  await link(page.getByRole("table"), "Auto insurance, west").click();
  await page.getByRole("alert").getByText("This part of the panel could not be loaded.").waitFor();
  await newer(page).waitFor();
  assert.ok(await isStillHere(page));
  await page.unrouteAll();
  await button(page, "Try again").click();
  await heading(page, "Auto insurance, west").waitFor();
});

story("when the panel itself fails, the page says so from outside, and a reload mends it", { demo: true }, async ({ arrive }) => {
  const visitor = await arrive();
  visitor.expect(/panicked|unreachable|RuntimeError|NotFoundError/);
  const page = await visitor.signIn();
  await row(page, "Auto insurance, west").waitFor();
  // As an extension might that "cleans up" pages: what the panel has drawn is taken from under it.
  await page.evaluate(() => document.querySelector("#app > [role=status]").remove());
  await page.keyboard.press("?");
  await stopped(page).waitFor();
  await assertAccessible(page, "stopped");
  await page.keyboard.press("Escape");
  await stopped(page).waitFor();
  await button(stopped(page), "Reload").click();
  await row(page, "Auto insurance, west").waitFor();
  assert.equal(await stopped(page).count(), 0);
});

story("what was typed outlives a fault of the panel", { demo: true }, async ({ arrive }) => {
  const visitor = await arrive();
  visitor.expect(/panicked|unreachable|RuntimeError|NotFoundError/);
  await visitor.signIn();
  const page = await visitor.open("/buyer_groups/123456");
  const was = await field(page, "Weight").inputValue();
  await field(page, "Weight").fill("17");
  await sees(() => page.evaluate(() => Object.keys(localStorage).some((name) => name.startsWith("draft "))), true);
  await page.evaluate(() => document.querySelector("#app > [role=status]").remove());
  await page.keyboard.press("Control+k");
  await stopped(page).waitFor();
  await button(stopped(page), "Reload").click();
  const left = page.getByRole("alert").filter({ hasText: /^You left 1 change here/ });
  await left.waitFor();
  assert.equal(await field(page, "Weight").inputValue(), was);
  await button(left, "Restore").click();
  await sees(() => field(page, "Weight").inputValue(), "17");
});
