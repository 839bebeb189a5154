// The panel by keys alone: those that act everywhere, the list of them, the palette.

import assert from "node:assert/strict";
import { assertAccessible } from "../lib/accessibility.js";
import { announcement, button, field, focused, heading, link, names, news, openRecord, row, sees } from "../lib/panel.js";
import { story } from "../lib/story.js";

const palette = (page) => page.getByRole("dialog", { name: "Search or run a command" });
const input = (page) => palette(page).getByRole("combobox");
const keyList = (page) => page.getByRole("dialog", { name: "Keys" });

/** The options of the palette, without ids and states. */
const offered = (page) => palette(page).getByRole("option").locator(".nm").allTextContents();

/** What the palette's input says is chosen by Enter. */
const pointed = (page) =>
  input(page).evaluate((element) => document.getElementById(element.getAttribute("aria-activedescendant"))?.querySelector(".nm").textContent);

async function companyWith({ server }, groups) {
  for (const group of groups) await server.api.post("/api/v1/buyer_groups", group);
}

story("g and a letter go to the pages, n makes a group, / goes to the search box", { demo: true }, async ({ arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  for (const [keys, title] of [["gb", "Buyers"], ["go", "Offers"], ["gs", "Company"], ["gg", "Buyer groups"], ["n", "New group"]]) {
    for (const key of keys) await page.keyboard.press(key);
    await heading(page, title).waitFor();
    await sees(() => focused(page), title);
    await sees(() => page.title(), new RegExp(`^${title}`));
  }
  await page.keyboard.press("g");
  await page.keyboard.press("b");
  await heading(page, "Buyers").waitFor();
  await page.keyboard.press("/");
  await sees(() => focused(page), "Search buyers");
  await page.keyboard.type("gon");
  assert.equal(await page.getByRole("searchbox").inputValue(), "gon", "in a field, letters are letters");
  await heading(page, "Buyers").waitFor();
});

story("? lists the keys that work, and switches those without Ctrl off", { demo: true }, async ({ arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  await page.keyboard.press("?");
  const rows = () => keyList(page).locator("dl > div").allTextContents();
  await keyList(page).waitFor();
  const told = await rows();
  for (const line of ["CtrlKSearch or run a command", "g then bGo to buyers", "?Show these keys", "/Go to the search box"]) {
    assert.ok(told.includes(line), `${line} in ${told}`);
  }
  await assertAccessible(page, "keys");
  await page.keyboard.press("n");
  assert.equal(new URL(page.url()).pathname, "/buyer_groups", "while a dialog is open, no key acts");
  await keyList(page).getByRole("switch", { name: "Keys without Ctrl" }).uncheck();
  await page.keyboard.press("Escape");
  await keyList(page).waitFor({ state: "detached" });

  await page.keyboard.press("n");
  await page.keyboard.press("?");
  await page.keyboard.press("Control+k");
  await palette(page).waitFor();
  assert.equal(new URL(page.url()).pathname, "/buyer_groups");
  await page.keyboard.type("keys");
  await page.keyboard.press("Enter");
  await keyList(page).waitFor();
  assert.equal(await keyList(page).getByRole("switch").isChecked(), false, "it is remembered");
  await keyList(page).getByRole("switch").check();
  await button(keyList(page), "Close").click();
  await page.keyboard.press("n");
  await heading(page, "New group").waitFor();

  await page.keyboard.press("?");
  await keyList(page).waitFor();
  const onForm = await rows();
  assert.ok(onForm.includes("CtrlSSave"), `${onForm}`);
  assert.ok(!onForm.includes("/Go to the search box"), "where there is no search box, no key leads to it");
});

story("the palette finds pages, groups, buyers and offers, and goes there", { demo: true }, async ({ arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  await page.keyboard.press("Control+k");
  await palette(page).waitFor();
  await sees(() => focused(page), "Search or run a command");
  assert.deepEqual((await offered(page)).slice(0, 4), ["Buyer groups", "Buyers", "Offers", "Calls"]);
  await assertAccessible(page, "palette");

  await page.keyboard.type("auto west");
  await sees(() => offered(page), ["Auto insurance, west", "Auto insurance, midwest"]);
  await sees(() => palette(page).getByRole("status").textContent(), "2 results");
  await page.keyboard.press("Enter");
  await heading(page, "Auto insurance, west").waitFor();
  await sees(() => focused(page), "Auto insurance, west");

  await page.keyboard.press("Control+k");
  await sees(async () => (await offered(page)).slice(0, 2), ["Auto insurance, west", "Buyer groups"]);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await sees(() => pointed(page), "Buyers");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  await sees(() => pointed(page), "Sign out");
  await page.keyboard.press("Escape");
  await palette(page).waitFor({ state: "detached" });

  await button(page, "Search or run a command Ctrl K").click();
  await page.keyboard.type("medicare");
  await palette(page).getByRole("option").filter({ hasText: /medicare/i }).first().waitFor();
  await assertAccessible(page, "palette-found");
  await page.keyboard.type(" of nobody");
  await palette(page).getByText("Nothing is called so.").waitFor();
  await page.keyboard.press("Escape");
  await sees(() => focused(page), /Search or run a command/);
});

story("the palette pauses and resumes by name, with a way back, faster than the server answers", {}, async (stage) => {
  await companyWith(stage, [{ name: "Auto, west" }, { name: "Auto, east" }, { name: "Solar" }]);
  const visitor = await stage.arrive();
  const page = await visitor.signIn();
  await row(page, "Auto, west").waitFor();
  await page.keyboard.press("Control+k");
  await palette(page).waitFor();
  await page.keyboard.type("pause auto west");
  // At once, before anything was found.
  await page.keyboard.press("Enter");
  await news(page, "Auto, west is paused.").waitFor();
  await row(page, "Auto, west").getByText("Paused").locator("visible=true").waitFor();
  await button(page, "Undo").click();
  await news(page, "Auto, west takes calls again.").waitFor();

  await page.keyboard.press("Control+k");
  await page.keyboard.type("pause");
  await sees(() => offered(page), ["Pause…"]);
  await page.keyboard.press("Enter");
  await sees(() => input(page).inputValue(), "pause ");
  await sees(async () => (await offered(page)).sort(), ["Pause Auto, east", "Pause Auto, west", "Pause Solar"]);
  await page.keyboard.type("solar");
  await sees(() => offered(page), ["Pause Solar"]);
  await page.keyboard.press("Enter");
  await news(page, "Solar is paused.").waitFor();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("resume ");
  await sees(() => offered(page), ["Resume Solar"]);
  await page.keyboard.press("Enter");
  await news(page, "Solar takes calls again.").waitFor();
});

story("the palette duplicates a group by name", {}, async (stage) => {
  await companyWith(stage, [{ name: "Auto, west", weight: 7 }, { name: "Solar" }]);
  const page = await (await stage.arrive()).signIn();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("duplicate west");
  await sees(() => offered(page), ["Duplicate Auto, west"]);
  await page.keyboard.press("Enter");
  await heading(page, "New group").waitFor();
  await sees(() => field(page, "Name").inputValue(), "Auto, west (copy)");
  assert.equal(await field(page, "Weight").inputValue(), "7");
});

story("u undoes what was done last, as long as that can be", {}, async (stage) => {
  await companyWith(stage, [{ name: "Auto, west" }, { name: "Solar" }]);
  const page = await (await stage.arrive()).signIn();
  await row(page, "Solar").waitFor();
  await page.keyboard.press("u");
  await button(row(page, "Auto, west"), "Pause Auto, west").click();
  await sees(() => announcement(page), "Auto, west is paused. U undoes it.");
  await button(row(page, "Solar"), "Pause Solar").click();
  await sees(() => announcement(page), "Solar is paused. U undoes it.");
  await page.keyboard.press("u");
  await news(page, "Solar takes calls again.").waitFor();
  await page.keyboard.press("u");
  await news(page, "Auto, west takes calls again.").waitFor();
  await page.keyboard.press("u");
  assert.equal(await row(page, "Auto, west").getByText("Paused").count(), 0);

  await button(row(page, "Solar"), "Pause Solar").click();
  await news(page, "Solar is paused.").waitFor();
  await page.keyboard.press("/");
  await page.keyboard.press("u");
  assert.equal(await page.getByRole("searchbox").inputValue(), "u", "in a field it is a letter");
  await news(page, "Solar is paused.").waitFor();
});

story("from the search box the arrow leads to the first row, and so does Esc when it is empty", { demo: true }, async ({ arrive }) => {
  const page = await (await arrive()).signIn();
  await sees(async () => (await names(page)).length, 25);
  const [first] = await names(page);
  await page.keyboard.press("/");
  await page.keyboard.press("Escape");
  await sees(() => focused(page), first);
  await page.keyboard.press("/");
  await page.keyboard.type("west");
  await sees(async () => (await names(page)).length < 25, true);
  const [found, next] = await names(page);
  await page.keyboard.press("ArrowDown");
  await sees(() => focused(page), found);
  await page.keyboard.press("j");
  await sees(() => focused(page), next);
  await page.keyboard.press("?");
  await keyList(page).locator("dl > div").first().waitFor();
  const told = await keyList(page).locator("dl > div").allTextContents();
  for (const line of ["↓From it to the first row", "uUndo what was done last"]) assert.ok(told.includes(line), `${line} in ${told}`);
});

story("commands work without a connection, and the palette says what does not", {}, async ({ server, arrive }) => {
  const visitor = await arrive();
  visitor.expect(/ERR_CONNECTION_REFUSED|Failed to fetch/);
  const page = await visitor.signIn();
  await page.keyboard.press("Control+k");
  await palette(page).waitFor();
  await server.stop();
  await page.keyboard.type("offers");
  await palette(page).getByText("No connection to the server. Pages and commands still work.").waitFor();
  await page.keyboard.press("Enter");
  await heading(page, "Offers").waitFor();
  await server.start();
});

story("one signs out by the palette", {}, async ({ arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("sign out");
  await sees(() => offered(page), ["Sign out"]);
  await page.keyboard.press("Enter");
  await heading(page, "Sign in").waitFor();
});

story("a page that is pointed at is fetched before it is opened", { demo: true }, async ({ arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  await row(page, "Auto insurance, west").waitFor();
  const parts = [];
  page.on("request", (request) => parts.push(...(request.url().match(/-record\.wasm$/) ?? [])));
  await page.mouse.move(1, 1);
  assert.deepEqual(parts, []);
  await link(page.getByRole("table"), "Auto insurance, west").hover();
  await sees(async () => parts.length, 1);
  await openRecord(page, "Auto insurance, west");
  assert.equal(parts.length, 1, "and only once");
  await field(page, "Weight").press("Escape");
  assert.notEqual(await focused(page), "Weight", "Esc leaves a field");
  await page.keyboard.press("g");
  await page.keyboard.press("g");
  await heading(page, "Buyer groups").waitFor();
  assert.ok((await names(page)).length > 0);
});
