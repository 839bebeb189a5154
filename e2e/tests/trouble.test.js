// When things go wrong: somebody was faster, the server is away, the session ended, one nearly left.

import assert from "node:assert/strict";
import { button, field, heading, link, names, news, query, save, saveBar, sees } from "../lib/panel.js";
import { story } from "../lib/story.js";

/** What the browser says when nothing listens. */
const REFUSED = /ERR_CONNECTION_REFUSED|Failed to fetch/;

async function group(server, values = {}) {
  const draft = { name: "Auto, west", weight: 1, attempt_daily_limit: 100, ...values };
  const { id } = (await server.api.post("/api/v1/buyer_groups", draft)).body.buyer_group;
  const read = async () => (await server.api.get(`/api/v1/buyer_groups/${id}`)).body.buyer_group;
  return { id, read, path: `/buyer_groups/${id}` };
}

story("the server stops under an open form: nothing typed is lost, and saving goes on when it is back", {}, async ({ server, arrive }) => {
  const { path, read } = await group(server);
  const visitor = await arrive();
  visitor.expect(REFUSED);
  await visitor.signIn();
  const page = await visitor.open(path);
  await field(page, "Name").fill("Auto, typed while away");
  await server.stop();

  await field(page, "Weight").fill("3");
  await page.keyboard.press("Control+s");
  await page.getByRole("alert").getByText("No connection. Your 2 changes are kept here; saving goes on when it is back.").waitFor();
  assert.equal(await field(page, "Name").inputValue(), "Auto, typed while away");

  // What is typed meanwhile is not disturbed, and not sent by itself.
  await field(page, "Daily attempt limit").fill("12");
  await page.getByRole("alert").getByText("No connection. Your 3 changes are kept here").waitFor();
  assert.equal(await field(page, "Daily attempt limit").evaluate((input) => input === document.activeElement), true);

  await server.start();
  await news(page, "Saved.").waitFor();
  assert.equal(await page.getByRole("alert").count(), 0);
  const { name, weight, attempt_daily_limit } = await read();
  assert.deepEqual({ name, weight, attempt_daily_limit }, { name: "Auto, typed while away", weight: 3, attempt_daily_limit: 100 });
  await saveBar(page).getByText("1 unsaved change").waitFor();
  assert.equal(await field(page, "Daily attempt limit").inputValue(), "12");
  await save(page);
  assert.equal((await read()).attempt_daily_limit, 12);
});

story("a new record whose answer was lost is made once", {}, async ({ server, arrive }) => {
  const visitor = await arrive();
  visitor.expect(/ERR_FAILED|Failed to fetch/);
  await visitor.signIn();
  const page = await visitor.open("/buyer_groups/new");
  await field(page, "Name").fill("Auto, once");
  // The server does it, and nobody hears of it.
  let lost = 0;
  await page.route("**/api/v1/buyer_groups?*", async (route) => {
    if (route.request().method() !== "POST" || lost > 0) return route.fallback();
    lost += 1;
    await route.fetch();
    await route.abort();
  });
  await page.keyboard.press("Control+s");
  await page.getByRole("alert").getByText("No connection. Your 1 change is kept here; saving goes on when it is back.").waitFor();
  await news(page, "Saved.").waitFor();
  await heading(page, "Auto, once").waitFor();
  const { body } = await server.api.get("/api/v1/buyer_groups?fulltext=once&columns=name");
  assert.deepEqual(body.buyer_groups.map(({ name }) => name), ["Auto, once"]);
  assert.equal(lost, 1);
});

story("the server stops under an open list: the rows stay, and it heals by itself", {}, async ({ server, arrive }) => {
  await group(server);
  const visitor = await arrive();
  visitor.expect(REFUSED);
  const page = await visitor.signIn();
  await sees(() => names(page), ["Auto, west"]);
  // What acts on rows is fetched soon after them.
  await sees(() => page.evaluate(() => performance.getEntriesByType("resource").some(({ name }) => /desk/.test(name))), true);
  await page.waitForTimeout(500);
  await server.stop();
  await page.getByRole("searchbox", { name: "Search groups" }).fill("auto");
  await page.getByRole("alert").getByText("No connection to the server. Trying again.").waitFor();
  assert.deepEqual(await names(page), ["Auto, west"]);
  await button(page, "Pause Auto, west").click();
  await news(page, "Auto, west was not paused. No connection to the server.").waitFor();

  await server.start();
  await page.getByRole("alert").waitFor({ state: "detached" });
  assert.deepEqual(query(page), { fulltext: "auto" });
  await sees(() => names(page), ["Auto, west"]);
});

story("the session ends under an open form: signing in elsewhere saves what was typed", {}, async ({ server, arrive }) => {
  const { path, read } = await group(server);
  const visitor = await arrive();
  visitor.expect(/401/);
  await visitor.signIn();
  const page = await visitor.open(path);
  await field(page, "Weight").fill("6");
  await visitor.forget();
  await saveBar(page).getByRole("button", { name: /^Save/ }).click();
  await page.getByRole("alert").filter({ hasText: "You were signed out. Sign in and your changes will still be here." }).first().waitFor();
  assert.equal(await field(page, "Weight").inputValue(), "6");

  await visitor.signIn();
  await page.bringToFront();
  await button(page, "I have signed in").click();
  await button(page, "I have signed in").waitFor({ state: "detached" });
  await news(page, "Saved.").waitFor();
  assert.equal((await read()).weight, 6);
});

story("who leaves with unsaved changes is asked: by a link, by Back, by closing the tab", {}, async ({ server, arrive }) => {
  const { path, read } = await group(server);
  const visitor = await arrive();
  const page = await visitor.signIn();
  await link(page.getByRole("table"), "Auto, west").click();
  await heading(page, "Auto, west").waitFor();
  await field(page, "Weight").fill("7");
  const question = page.getByRole("dialog", { name: "Leave without saving?" });

  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /^Offers/ }).click();
  await question.getByText("1 change is not saved.").waitFor();
  await button(question, "Stay").click();
  assert.equal(new URL(page.url()).pathname, path);
  assert.equal(await field(page, "Weight").inputValue(), "7");

  await page.evaluate(() => history.back());
  await question.waitFor();
  await sees(() => new URL(page.url()).pathname, path);
  await page.keyboard.press("Escape");
  await question.waitFor({ state: "detached" });
  assert.equal(await field(page, "Weight").inputValue(), "7");

  const asking = page.waitForEvent("dialog");
  const closing = page.reload();
  const dialog = await asking;
  assert.equal(dialog.type(), "beforeunload");
  await dialog.dismiss();
  await closing.catch(() => {});
  assert.equal(await field(page, "Weight").inputValue(), "7");

  await page.evaluate(() => history.back());
  await button(question, "Leave").click();
  await heading(page, "Buyer groups").waitFor();
  assert.equal((await read()).weight, 1);

  // With nothing unsaved nobody is asked.
  await page.goForward();
  await heading(page, "Auto, west").waitFor();
  await field(page, "Weight").fill("8");
  await page.keyboard.press("Control+s");
  await news(page, "Saved.").waitFor();
  await page.goBack();
  await heading(page, "Buyer groups").waitFor();
  assert.equal((await read()).weight, 8);
});

story("what was typed can be discarded", {}, async ({ server, arrive }) => {
  const { path } = await group(server);
  const visitor = await arrive();
  await visitor.signIn();
  const page = await visitor.open(path);
  await field(page, "Weight").fill("7");
  await field(page, "Name").fill("");
  await saveBar(page).getByText("2 unsaved changes").waitFor();
  await button(page, "Discard").click();
  await saveBar(page).waitFor({ state: "detached" });
  assert.equal(await field(page, "Weight").inputValue(), "1");
  assert.equal(await field(page, "Name").inputValue(), "Auto, west");
});

story("a page whose server is away from the start says so and comes by itself", {}, async ({ server, arrive }) => {
  const { path } = await group(server);
  const visitor = await arrive();
  visitor.expect(REFUSED);
  const page = await visitor.signIn();
  await page.route("**/api/v1/buyer_groups/*", (route) => route.abort("connectionrefused"));
  await page.goto(path);
  await page.getByRole("alert").getByText("No connection to the server. Trying again.").waitFor();
  await page.unroute("**/api/v1/buyer_groups/*");
  await heading(page, "Auto, west").waitFor();
  assert.equal(await page.getByRole("alert").count(), 0);
});
