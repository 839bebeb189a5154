// A value that is edited in its cell, and rows that keys walk.

import assert from "node:assert/strict";
import { assertAccessible } from "../lib/accessibility.js";
import { button, focused, heading, link, names, news, row, sees } from "../lib/panel.js";
import { story } from "../lib/story.js";

const DEMO = { demo: true };

/** The list of groups, with its rows. */
async function open(visitor) {
  const page = await visitor.signIn();
  await sees(async () => (await names(page)).length, 25);
  return page;
}

async function ids(server) {
  const { body } = await server.api.get("/api/v1/buyer_groups?columns=id&root=false&order=routing");
  return body.map(({ id }) => id);
}

async function group(server, id) {
  return (await server.api.get(`/api/v1/buyer_groups/${id}`)).body.buyer_group;
}

/** The cell of a row under a heading. */
async function cell(page, name, column) {
  const headings = await page.getByRole("table").locator("thead").locator("th, td").allTextContents();
  const at = headings.findIndex((text) => text.trim() === column);
  assert.ok(at >= 0, `${column} among ${headings}`);
  return row(page, name).locator("th, td").nth(at);
}

const editor = (page, label) => page.getByRole("textbox", { name: label, exact: true });

story("a weight is edited in its cell, saved by Enter, and undone", DEMO, async ({ server, arrive }) => {
  const page = await open(await arrive());
  const [shown, id] = [await names(page), (await ids(server))[3]];
  const name = shown[3];
  const before = (await group(server, id)).weight;
  await (await cell(page, name, "Weight")).dblclick();
  const input = editor(page, `Weight of ${name}`);
  await sees(() => input.evaluate((input) => input === document.activeElement), true);
  assert.equal(await input.inputValue(), String(before));
  await page.keyboard.type("12.5");
  await page.keyboard.press("Enter");
  await sees(async () => (await cell(page, name, "Weight")).textContent(), "12.5");
  await news(page, `Saved. Weight of ${name} is 12.5.`).waitFor();
  assert.equal((await group(server, id)).weight, 12.5);
  assert.equal(await focused(page), name, "the row has the focus");
  assert.deepEqual(await names(page), shown, "the row stands where it stood");

  await button(news(page, "Saved."), "Undo").click();
  await news(page, "Undone.").waitFor();
  await sees(async () => (await cell(page, name, "Weight")).textContent(), String(before));
  assert.equal((await group(server, id)).weight, before);
});

story("Esc leaves, and what breaks a rule is said before it is sent", DEMO, async ({ server, arrive }) => {
  const page = await open(await arrive());
  const [id, name] = [(await ids(server))[2], (await names(page))[2]];
  const before = await group(server, id);
  await (await cell(page, name, "Weight")).dblclick();
  const input = editor(page, `Weight of ${name}`);
  await input.fill("-1");
  await input.press("Enter");
  await page.getByRole("alert").filter({ hasText: "Weight must not be below 0." }).waitFor();
  assert.equal(await input.getAttribute("aria-invalid"), "true");
  await input.press("Escape");
  await sees(() => input.count(), 0);
  assert.equal(await focused(page), name);
  assert.deepEqual(await group(server, id), before);
});

story("Tab goes through limits and the next row, a blank is no limit, a click elsewhere saves", DEMO, async ({ server, arrive }) => {
  const page = await open(await arrive());
  const [shown, all] = [await names(page), await ids(server)];
  const [first, second] = shown;
  await (await cell(page, first, "Weight")).dblclick();
  await editor(page, `Weight of ${first}`).waitFor();
  await page.keyboard.press("Tab");
  await page.getByRole("combobox", { name: `Dialing of ${first}` }).waitFor();
  await page.keyboard.press("Tab");
  const attempts = editor(page, `Daily attempt limit of ${first}`);
  await attempts.waitFor();
  await page.keyboard.type("15,000");
  await page.keyboard.press("Tab");
  await editor(page, `Daily revenue limit of ${first}`).fill("");
  await page.keyboard.press("Tab");
  await editor(page, `Name of ${second}`).waitFor();
  await page.keyboard.press("Shift+Tab");
  await editor(page, `Daily revenue limit of ${first}`).waitFor();
  await page.keyboard.press("Escape");
  await sees(async () => {
    const { attempt_daily_limit, revenue_daily_limit } = await group(server, all[0]);
    return [attempt_daily_limit, revenue_daily_limit];
  }, [15_000, null]);
  await row(page, first).getByText("of 15,000").waitFor();

  await (await cell(page, second, "Weight")).dblclick();
  await editor(page, `Weight of ${second}`).fill("3.25");
  await page.getByRole("heading", { level: 1 }).click();
  await sees(async () => (await group(server, all[1])).weight, 3.25);
});

story("a name is edited by a key", DEMO, async ({ server, arrive }) => {
  const page = await open(await arrive());
  const [id, name] = [(await ids(server))[0], (await names(page))[0]];
  await page.keyboard.press("j");
  await page.keyboard.press("e");
  await editor(page, `Weight of ${name}`).waitFor();
  await page.keyboard.press("Shift+Tab");
  await editor(page, `Name of ${name}`).fill("Called otherwise");
  await page.keyboard.press("Enter");
  await sees(async () => (await names(page))[0], "Called otherwise");
  await sees(async () => (await group(server, id)).name, "Called otherwise");
});

story("a choice is edited in its cell too, and nothing is wrong with the editor for anybody", DEMO, async ({ server, arrive }) => {
  const visitor = await arrive();
  await visitor.signIn();
  const page = await visitor.open("/buyer_groups?columns=dial_buyers_type,weight");
  await sees(async () => (await names(page)).length, 25);
  const [id, name] = [(await ids(server))[1], (await names(page))[1]];
  const { dial_buyers_type: before } = await group(server, id);
  const [now, label] = before === "sequentially" ? ["simultaneously", "All at once"] : ["sequentially", "One at a time"];
  await (await cell(page, name, "Dialing")).dblclick();
  const choice = page.getByRole("combobox", { name: `Dialing of ${name}` });
  await sees(() => choice.evaluate((select) => select === document.activeElement), true);
  assert.equal(await choice.inputValue(), before);
  await assertAccessible(page, "inline-choice");
  await choice.selectOption(now);
  await page.keyboard.press("Tab");
  await editor(page, `Weight of ${name}`).fill("-2");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").filter({ hasText: "Weight must not be below 0." }).waitFor();
  await assertAccessible(page, "inline-refused");
  await page.keyboard.press("Escape");
  await sees(async () => (await cell(page, name, "Dialing")).textContent(), label);
  assert.equal((await group(server, id)).dial_buyers_type, now);
});

story("who was faster is named and their value stands; other fields are no hindrance", DEMO, async ({ server, arrive }) => {
  const visitor = await arrive();
  visitor.expect(/412/);
  const page = await open(visitor);
  const [id, name] = [(await ids(server))[1], (await names(page))[1]];
  await (await cell(page, name, "Weight")).dblclick();
  await editor(page, `Weight of ${name}`).fill("5");
  await server.api.put(`/api/v1/buyer_groups/${id}`, { attempt_daily_limit: 999 });
  await page.keyboard.press("Enter");
  await news(page, `Saved. Weight of ${name} is 5.`).waitFor();
  await row(page, name).getByText("of 999").waitFor();

  await (await cell(page, name, "Weight")).dblclick();
  await editor(page, `Weight of ${name}`).fill("6");
  await server.api.put(`/api/v1/buyer_groups/${id}`, { weight: 44 });
  await page.keyboard.press("Enter");
  await news(page, /was not saved\. .* changed Weight to 44 while you edited\./).waitFor();
  await sees(async () => (await cell(page, name, "Weight")).textContent(), "44");
  assert.equal((await group(server, id)).weight, 44);
});

story("what cannot be sent is taken back with a sentence", DEMO, async ({ server, arrive }) => {
  const visitor = await arrive();
  visitor.expect(/ERR_CONNECTION_REFUSED|Failed to fetch/);
  const page = await open(visitor);
  const name = (await names(page))[1];
  await (await cell(page, name, "Weight")).dblclick();
  const before = await editor(page, `Weight of ${name}`).inputValue();
  await server.stop();
  await editor(page, `Weight of ${name}`).fill("7");
  await page.keyboard.press("Enter");
  await news(page, `Weight of ${name} was not saved. No connection to the server.`).waitFor();
  await sees(async () => (await cell(page, name, "Weight")).textContent(), before);
});

story("keys walk the rows, pause, select and open", DEMO, async ({ server, arrive }) => {
  const page = await open(await arrive());
  const [shown, all] = [await names(page), await ids(server)];
  await page.keyboard.press("j");
  await sees(() => focused(page), shown[0]);
  await page.keyboard.press("j");
  await page.keyboard.press("ArrowDown");
  await sees(() => focused(page), shown[2]);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("k");
  await page.keyboard.press("k");
  await sees(() => focused(page), shown[0]);

  const before = (await group(server, all[0])).paused;
  await page.keyboard.press("p");
  await sees(async () => (await group(server, all[0])).paused, !before);
  await sees(() => focused(page), shown[0]);
  await page.keyboard.press("p");
  await sees(async () => (await group(server, all[0])).paused, before);

  const selected = () => page.getByRole("checkbox", { name: /^Select (?!all)/, checked: true }).evaluateAll((boxes) => boxes.map(({ value }) => Number(value)));
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await sees(selected, [all[1]]);
  await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("Shift+ArrowDown");
  await sees(selected, all.slice(1, 4));
  await page.keyboard.press("Shift+ArrowUp");
  await sees(selected, all.slice(1, 3));
  await sees(() => focused(page), shown[2]);

  await page.keyboard.press("Enter");
  await heading(page, shown[2]).waitFor();
  await page.goBack();
  await heading(page, "Buyer groups").waitFor();
});

story("the row that keys are at survives paging", DEMO, async ({ arrive }) => {
  const page = await open(await arrive());
  const shown = await names(page);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await sees(() => focused(page), shown[1]);
  await button(page, "Next").click();
  await sees(async () => (await names(page))[0] === shown[0], false);
  await page.keyboard.press("j");
  await sees(() => focused(page), (await names(page))[0]);
  await button(page, "Previous").click();
  await link(page.getByRole("table"), shown[1]).waitFor();
  await page.keyboard.press("j");
  await sees(() => focused(page), shown[0]);
});
