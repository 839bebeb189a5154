// Many groups at once: pause, resume, edit, reset, delete; a preview, progress, reasons, retry and undo.

import assert from "node:assert/strict";
import { assertAccessible } from "../lib/accessibility.js";
import { bar, barSays, box, dialog, editField, pageBox, preview, selectAll, selected, watchFrames, way } from "../lib/bulk.js";
import { announcement, button, field, focused, names, row, sees } from "../lib/panel.js";
import { story } from "../lib/story.js";

const DEMO = { demo: true };
/**
 * So many frames may take more than 200 ms while a thousand groups change: those in which the dialog leaves and the bar
 * turns, which the browser composes a thousand rows anew for. No answer of the server may cost one.
 */
const MOST_SLOW = 8;

/** What the API keeps of the groups with these names, in their order. */
async function kept(server, groups, column) {
  const { body } = await server.api.get(`/api/v1/buyer_groups?root=false&per_page=1000&columns=name,${column}`);
  return groups.map((name) => body.find((group) => group.name === name)?.[column]);
}

async function group(server, name, columns) {
  const { body } = await server.api.get(`/api/v1/buyer_groups?root=false&per_page=1000&columns=id,name,${columns}`);
  return body.find((group) => group.name === name);
}

/** Opens the list and selects its first groups; gives their names. */
async function selectFirst(page, count) {
  await sees(async () => (await names(page)).length, 25);
  const groups = (await names(page)).slice(0, count);
  for (const name of groups) await box(page, name).click();
  await bar(page).getByText(`${count} selected`).waitFor();
  return groups;
}

story("all that match are selected, on every page, and let go by Esc or the cross", DEMO, async ({ arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  await sees(async () => (await names(page)).length, 25);
  await pageBox(page).click();
  await sees(() => announcement(page), "25 selected");
  await button(bar(page), "Select all 60 that match").click();
  await bar(page).getByText("60 selected, 35 not on this page").waitFor();
  await sees(() => announcement(page), "60 selected");
  await button(page, "Next").click();
  await page.getByText("26–50 of").waitFor();
  await sees(async () => (await selected(page)).length, 25);
  await page.keyboard.press("Escape");
  await bar(page).waitFor({ state: "detached" });
  assert.deepEqual(await selected(page), []);
  await sees(() => announcement(page), "Nothing selected");

  // Only what the filter leaves.
  await page.goto("/buyer_groups?tier=1&per_page=5");
  await sees(async () => (await names(page)).length, 5);
  await pageBox(page).click();
  await button(bar(page), "Select all 12 that match").click();
  await bar(page).getByText("12 selected").waitFor();
  await button(bar(page), "Clear selection").click();
  await bar(page).waitFor({ state: "detached" });
  await sees(() => focused(page), "Select all on this page");
});

story("groups are paused and resumed at once, and it can be undone", DEMO, async ({ server, arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  const groups = await selectFirst(page, 6);
  const before = await kept(server, groups, "paused");
  const on = before.filter((paused) => !paused).length;
  assert.ok(on < 6 && on > 1, "one of them is paused already");

  await button(bar(page), "Pause").click();
  await bar(page).getByText(`${on} groups paused.`).waitFor();
  await sees(() => announcement(page), `${on} groups paused.`);
  assert.deepEqual(await kept(server, groups, "paused"), groups.map(() => true));
  await sees(() => row(page, groups[0]).getByRole("cell", { name: "Paused" }).count(), 1);
  assert.deepEqual((await selected(page)).sort(), [...groups].sort(), "they stay selected");

  await button(bar(page), "Undo all").click();
  await bar(page).getByText(`${on} groups set back.`).waitFor();
  assert.deepEqual(await kept(server, groups, "paused"), before);

  await button(bar(page), "Resume").click();
  await bar(page).getByText("1 group resumed.").waitFor();
  assert.deepEqual(await kept(server, groups, "paused"), groups.map(() => false));
  await button(bar(page), "Close").click();
  await box(page, groups[0]).focus();
  await page.keyboard.press("p");
  await bar(page).getByText("6 groups paused.").waitFor();
});

story("fields are edited after a look at what comes of it", DEMO, async ({ server, arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  const groups = await selectFirst(page, 4);
  const weights = await kept(server, groups, "weight");
  const tiers = await kept(server, groups, "tier");

  const weight = await editField(page, "Weight");
  await sees(() => focused(page), "Weight");
  await way(weight, "× multiply by");
  await page.getByRole("textbox", { name: "Weight" }).fill("1.1");
  const times = (number) => Number((number * 1.1).toFixed(4));
  await sees(async () => (await preview(page)).map(([, cell]) => cell), weights.map((own) => `${own} → ${times(own)}`));
  await dialog(page).getByText("4 groups to change.").waitFor();

  const limit = await editField(page, "Daily attempt limit");
  await field(page, "Daily attempt limit").fill("15O");
  await limit.getByRole("alert").getByText("Daily attempt limit must be a decimal number: it has the letter O in it.").waitFor();
  assert.ok(await button(dialog(page), "Change").isDisabled());
  await field(page, "Daily attempt limit").fill("1,500");
  const dialing = await editField(page, "Dialing");
  await dialing.getByText("All at once").click();
  await assertAccessible(page, "bulk-edit");
  await button(dialog(page), "Change 4 groups").click();
  await bar(page).getByText("4 groups changed.").waitFor();
  assert.deepEqual(await kept(server, groups, "weight"), weights.map(times));
  assert.deepEqual(await kept(server, groups, "attempt_daily_limit"), groups.map(() => 1500));
  assert.deepEqual(await kept(server, groups, "dial_buyers_type"), groups.map(() => "simultaneously"));
  assert.deepEqual(await kept(server, groups, "tier"), tiers);

  await button(bar(page), "Undo all").click();
  await bar(page).getByText("4 groups set back.").waitFor();
  assert.deepEqual(await kept(server, groups, "weight"), weights);
});

story("groups that would break a rule are marked, and left out", DEMO, async ({ server, arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  const groups = await selectFirst(page, 6);
  const weights = await kept(server, groups, "weight");
  assert.ok(weights.some((weight) => weight < 2) && weights.some((weight) => weight > 2));
  const low = weights.filter((weight) => weight < 2).length;

  const weight = await editField(page, "Weight");
  await way(weight, "− subtract");
  await field(page, "Weight").fill("2");
  await dialog(page).getByText(`${6 - low} groups to change, ${low} would break a rule and stay as they are.`).waitFor();
  const rows = await preview(page);
  assert.ok(rows.slice(0, low).every(([, cell]) => /Weight must not be below 0\.$/.test(cell)), "they stand first");
  await button(dialog(page), `Change ${6 - low} groups`).click();
  await bar(page).getByText(`${6 - low} groups changed.`).waitFor();
  assert.deepEqual(await kept(server, groups, "weight"), weights.map((own) => (own < 2 ? own : own - 2)));
});

story("buyers are added to many groups and taken out again; limits are cleared", DEMO, async ({ server, arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  const groups = await selectFirst(page, 3);
  const before = await kept(server, groups, "buyer_ids");
  const { body } = await server.api.get("/api/v1/buyers?root=false&per_page=100&columns=id,name");
  const buyer = body.find(({ id }) => !before.some((ids) => ids.includes(id)));

  await editField(page, "Buyers");
  await dialog(page).getByRole("combobox", { name: "Buyers", exact: true }).fill(buyer.name);
  await page.getByRole("option", { name: buyer.name }).first().click();
  // By name, of those that were there before as well.
  const called = (id) => body.find((buyer) => buyer.id === id).name;
  const listed = (ids) => (ids.length === 0 ? "none" : ids.slice(0, 3).map(called).join(", ") + (ids.length > 3 ? ` and ${ids.length - 3} more` : ""));
  await sees(() => preview(page), groups.map((name, at) => [name, `${listed(before[at])} → +\u00a0${buyer.name}`]));
  const limit = await editField(page, "Daily attempt limit");
  await way(limit, "Clear");
  await button(dialog(page), "Change 3 groups").click();
  await bar(page).getByText("3 groups changed.").waitFor();
  assert.deepEqual(await kept(server, groups, "buyer_ids"), before.map((ids) => [...ids, buyer.id]));
  assert.deepEqual(await kept(server, groups, "attempt_daily_limit"), [null, null, null]);

  const buyers = await editField(page, "Buyers");
  await way(buyers, "Remove");
  await dialog(page).getByRole("combobox", { name: "Buyers", exact: true }).fill(buyer.name);
  await page.getByRole("option", { name: buyer.name }).first().click();
  await button(dialog(page), "Change 3 groups").click();
  await bar(page).getByText("3 groups changed.").waitFor();
  assert.deepEqual(await kept(server, groups, "buyer_ids"), before);
});

story("a change by somebody else is not written over: a reason, a retry, and undo of it all", DEMO, async ({ server, arrive }) => {
  const visitor = await arrive();
  visitor.expect(/412/);
  const page = await visitor.signIn();
  const groups = await selectFirst(page, 3);
  const weights = await kept(server, groups, "weight");
  const weight = await editField(page, "Weight");
  await way(weight, "+ add");
  await field(page, "Weight").fill("10");
  await button(dialog(page), "Change 3 groups").waitFor();

  const { id } = await group(server, groups[1], "weight");
  await server.api.put(`/api/v1/buyer_groups/${id}`, { weight: 50 });
  await button(dialog(page), "Change 3 groups").click();
  await bar(page).getByText("2 of 3 groups changed, 1 failed.").waitFor();
  await bar(page).getByRole("list", { name: "What failed, and why" }).getByText(groups[1]).waitFor();
  await bar(page).getByText(/changed it in the meantime\./).waitFor();
  await assertAccessible(page, "bulk-failed");
  assert.deepEqual(await kept(server, groups, "weight"), [weights[0] + 10, 50, weights[2] + 10]);

  await button(bar(page), "Retry failed").click();
  await bar(page).getByText("3 groups changed.").waitFor();
  assert.deepEqual(await kept(server, groups, "weight"), [weights[0] + 10, 60, weights[2] + 10]);

  await server.api.put(`/api/v1/buyer_groups/${id}`, { tier: 7 });
  await button(bar(page), "Undo all").click();
  await bar(page).getByText("2 of 3 groups set back, 1 failed.").waitFor();
  assert.deepEqual(await kept(server, groups, "weight"), [weights[0], 60, weights[2]]);
});

story("deleting says what stops, and is undone; resetting names what goes to zero, and is not", DEMO, async ({ server, arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  const groups = await selectFirst(page, 3);
  await button(bar(page), "Delete…").click();
  await dialog(page).getByRole("heading", { name: "Delete 3 groups?" }).waitFor();
  await dialog(page).getByText(/lose groups|take no more calls/).waitFor();
  for (const name of groups) await dialog(page).getByText(name, { exact: true }).waitFor();
  await assertAccessible(page, "bulk-delete");
  await button(dialog(page), "Cancel").click();
  await sees(() => focused(page), "Delete…");

  await button(bar(page), "Delete…").click();
  await button(dialog(page), "Delete").click();
  await bar(page).getByText("3 groups deleted.").waitFor();
  await sees(async () => (await names(page)).some((name) => groups.includes(name)), false);
  await sees(() => focused(page), /./);
  await button(bar(page), "Undo all").click();
  await bar(page).getByText("3 groups set back.").waitFor();
  await sees(async () => (await names(page)).slice(0, 3), groups);
  await button(bar(page), "Close").click();

  await selectFirst(page, 3);
  const totals = await kept(server, groups, "attempt_total_used");
  const sum = totals.reduce((sum, own) => sum + own, 0);
  assert.ok(sum > 0);
  await button(bar(page), "Reset totals…").click();
  await dialog(page).getByText(new RegExp(`${sum.toLocaleString("en-US")} attempts`)).waitFor();
  await dialog(page).getByText("this cannot be undone").waitFor();
  await button(dialog(page), "Reset totals").click();
  await bar(page).getByText("3 groups reset. It cannot be undone.").waitFor();
  assert.equal(await button(bar(page), "Undo all").count(), 0);
  assert.deepEqual(await kept(server, groups, "attempt_total_used"), [0, 0, 0]);
});

story("what is deleted is brought back in bulk", DEMO, async ({ server, arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  const groups = await selectFirst(page, 3);
  await button(bar(page), "Delete…").click();
  await button(dialog(page), "Delete").click();
  await bar(page).getByText("3 groups deleted.").waitFor();
  await page.goto("/buyer_groups?deleted=true");
  await pageBox(page).click();
  await bar(page).getByText("3 selected").waitFor();
  assert.equal(await button(bar(page), "Delete…").count(), 0);
  await button(bar(page), "Restore").click();
  await bar(page).getByText("3 groups brought back.").waitFor();
  assert.ok((await kept(server, groups, "id")).every((id) => id > 0));
});

story("all of it with the keyboard alone", DEMO, async ({ server, arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  await sees(async () => (await names(page)).length, 25);
  const [first] = await names(page);
  await box(page, first).focus();
  await page.keyboard.press("Space");
  await bar(page).getByText("1 selected").waitFor();
  await page.keyboard.press("a");
  await page.keyboard.press("Tab");
  await sees(() => focused(page), "Pause");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await sees(() => focused(page), "Field to change");
  await page.keyboard.type("Weight");
  await page.keyboard.press("Enter");
  await sees(() => focused(page), "Weight");
  await page.keyboard.type("9");
  await button(dialog(page), "Change 1 group").waitFor();
  for (let presses = 0; presses < 12 && (await focused(page)) !== "Change 1 group"; presses++) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await bar(page).getByText("1 group changed.").waitFor();
  assert.deepEqual(await kept(server, [first], "weight"), [9]);
  await page.keyboard.press("Escape");
  await sees(() => selected(page), []);
});

/** A company with so many groups of weight 1, made through the API. */
async function manyGroups(server, count) {
  const lanes = Array.from({ length: 8 }, async (_, lane) => {
    for (let number = lane; number < count; number += 8) {
      const name = `Group ${String(number).padStart(4, "0")}`;
      const { status } = await server.api.post("/api/v1/buyer_groups", { name, tier: 1 + (number % 5) });
      assert.equal(status, 201);
    }
  });
  await Promise.all(lanes);
}

/** How many groups have which value in a column. */
async function tally(server, column) {
  const { body } = await server.api.get(`/api/v1/buyer_groups?root=false&per_page=1000&columns=${column}`);
  const counts = {};
  for (const group of body) counts[group[column]] = (counts[group[column]] ?? 0) + 1;
  return counts;
}

story("a thousand groups change in one go without a frozen page", {}, async ({ server, arrive }) => {
  await manyGroups(server, 1000);
  const visitor = await arrive();
  await visitor.signIn();
  const page = await visitor.open("/buyer_groups?per_page=1000&order=name");
  await page.locator("input[name=selected]").nth(999).waitFor({ timeout: 60_000 });

  await pageBox(page).click();
  await barSays(page, /1,000 selected/);
  const weight = await editField(page, "Weight");
  await way(weight, "× multiply by");
  await field(page, "Weight").fill("2.5");
  await dialog(page).getByText("1,000 groups to change.").waitFor();
  await dialog(page).getByText("and 950 more").waitFor();

  const watched = await watchFrames(page);
  const began = Date.now();
  await button(dialog(page), "Change 1,000 groups").click();
  await barSays(page, /1,000 groups changed\./);
  const frames = await watched();
  console.log(`1,000 groups changed in ${Date.now() - began} ms; ${JSON.stringify(frames)}`);
  assert.deepEqual(await tally(server, "weight"), { 2.5: 1000 });
  await page.locator("#bulk button", { hasText: "Undo all" }).click();
  await barSays(page, /1,000 groups set back\./);
  assert.deepEqual(await tally(server, "weight"), { 1: 1000 });
  assert.ok(frames.all > 50, "it was watched");
  assert.ok(frames.slow <= MOST_SLOW, `${frames.slow} frames took more than 200 ms`);
});

story("it can be cancelled: what was done stays done, goes on, or is undone", {}, async ({ server, arrive }) => {
  await manyGroups(server, 300);
  const visitor = await arrive();
  await visitor.signIn();
  const page = await visitor.open("/buyer_groups?per_page=50");
  await sees(async () => (await names(page)).length, 50);
  // A slow server, so that there is time to change one's mind.
  await page.route("**/api/v1/buyer_groups/*", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 60));
    await route.continue();
  });
  await selectAll(page, 300);
  await bar(page).getByText("300 selected").waitFor();
  await button(bar(page), "Pause").click();
  await bar(page).getByText(/^Pausing: \d{2,3} of 300$/).waitFor();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /^Buyers/ }).click();
  const question = page.getByRole("dialog", { name: "Leave before it is done?" });
  await question.getByText("300 groups are being changed. What is done stays done, the rest is left as it is.").waitFor();
  await button(dialog(page), "Stay").click();
  await button(bar(page), "Cancel").click();
  await bar(page).getByText(/^Cancelled: \d+ of 300 groups paused\.$/).waitFor();
  const paused = (await tally(server, "paused")).true;
  assert.ok(paused > 0 && paused < 300);
  await bar(page).getByText(`Cancelled: ${paused} of 300 groups paused.`).waitFor();
  await sees(() => announcement(page), `Cancelled: ${paused} of 300 groups paused.`);

  await button(bar(page), "Go on").click();
  await bar(page).getByText(/^300 groups paused\.$/).waitFor({ timeout: 60_000 });
  assert.deepEqual(await tally(server, "paused"), { true: 300 });
  await button(bar(page), "Undo all").click();
  await bar(page).getByText(/^Undoing: \d+ of 300$/).waitFor();
  await button(bar(page), "Cancel").click();
  await button(bar(page), "Go on").click();
  await bar(page).getByText(/^300 groups set back\.$/).waitFor({ timeout: 60_000 });
  assert.deepEqual(await tally(server, "paused"), { false: 300 });
});

story("a connection that is lost in the middle is waited for", {}, async ({ server, arrive }) => {
  await manyGroups(server, 60);
  const visitor = await arrive();
  visitor.expect(/ERR_FAILED|412/);
  await visitor.signIn();
  const page = await visitor.open("/buyer_groups?per_page=100");
  await sees(async () => (await names(page)).length, 60);
  let answers = 0;
  // Every write is carried out; the answers to some are lost, and then there is no connection at all for a while.
  let isCut = false;
  await page.route("**/api/v1/buyer_groups/*", async (route) => {
    if (isCut) return route.abort();
    answers += 1;
    if (answers !== 20) return route.continue();
    await route.fetch();
    isCut = true;
    return route.abort();
  });
  await pageBox(page).click();
  await button(bar(page), "Pause").click();
  await bar(page).getByText("No connection: it goes on when it is back.").waitFor();
  isCut = false;
  await bar(page).getByText("60 groups paused.").waitFor({ timeout: 30_000 });
  assert.deepEqual(await tally(server, "paused"), { true: 60 });
  await button(bar(page), "Undo all").click();
  await bar(page).getByText("60 groups set back.").waitFor();
  assert.deepEqual(await tally(server, "paused"), { false: 60 });
});

story("signing out in the middle: what is done stays done, and it goes on after signing in", {}, async ({ server, arrive }) => {
  await manyGroups(server, 120);
  const visitor = await arrive();
  visitor.expect(/401/);
  await visitor.signIn();
  const page = await visitor.open("/buyer_groups?per_page=50");
  await sees(async () => (await names(page)).length, 50);
  await page.route("**/api/v1/buyer_groups/*", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 40));
    await route.continue();
  });
  await selectAll(page, 120);
  await bar(page).getByText("120 selected").waitFor();
  await button(bar(page), "Pause").click();
  await bar(page).getByText(/^Pausing: \d{2} of 120$/).waitFor();
  await visitor.forget();
  await bar(page).getByText(/^You were signed out: \d+ of 120 groups paused\.$/).waitFor();
  const paused = (await tally(server, "paused")).true;
  assert.ok(paused > 0 && paused < 120);
  await bar(page).getByText(`You were signed out: ${paused} of 120 groups paused.`).waitFor();

  await visitor.signIn();
  await page.bringToFront();
  await button(page, "I have signed in").click();
  await button(page, "I have signed in").waitFor({ state: "detached" });
  await button(bar(page), "Go on").click();
  await bar(page).getByText(/^120 groups paused\.$/).waitFor({ timeout: 60_000 });
  assert.deepEqual(await tally(server, "paused"), { true: 120 });
});

story("groups that are gone, and buyers and offers in bulk", DEMO, async ({ server, arrive }) => {
  const visitor = await arrive();
  visitor.expect(/404/);
  const page = await visitor.signIn();
  const groups = await selectFirst(page, 2);
  const { id } = await group(server, groups[0], "weight");
  await server.api.delete(`/api/v1/buyer_groups/${id}`);
  await button(bar(page), "Resume").click();
  await bar(page).getByText(`group ${id}`).waitFor();
  await bar(page).getByText("This is not there any more.").waitFor();

  await page.goto("/buyers?per_page=5");
  await sees(async () => (await names(page)).length, 5);
  await pageBox(page).click();
  await bar(page).getByText("5 selected").waitFor();
  assert.equal(await button(bar(page), "Reset totals…").count(), 0);
  await editField(page, "Live calls at once");
  await field(page, "Live calls at once").fill("7");
  await button(dialog(page), "Change 5 buyers").click();
  await bar(page).getByText("5 buyers changed.").waitFor();

  await page.goto("/offers");
  await sees(async () => (await names(page)).length, 6);
  await pageBox(page).click();
  await bar(page).getByText("6 selected").waitFor();
  assert.equal(await button(bar(page), "Pause").count(), 0);
  await button(bar(page), "Delete…").click();
  await dialog(page).getByText(/served no more|No group serves them/).waitFor();
  await button(dialog(page), "Cancel").click();
});

story("axe finds nothing on the bar, and it fits a phone", DEMO, async ({ arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  await selectFirst(page, 2);
  await assertAccessible(page, "bulk-bar");
  for (const width of [390, 320]) {
    await page.setViewportSize({ width, height: 740 });
    const { x, width: own } = await bar(page).boundingBox();
    assert.ok(x >= 0 && x + own <= width, `it sticks out at ${width}`);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
    await button(bar(page), "Select all 60 that match").waitFor();
    for (const name of ["Pause", "Resume", "Edit fields…", "Reset totals…", "Delete…", "Clear selection"]) {
      const area = await button(bar(page), name).boundingBox();
      assert.ok(area.x >= x && area.x + area.width <= x + own, `${name} is out of sight at ${width}`);
    }
  }
  await editField(page, "Weight");
  await editField(page, "Buyers");
  await dialog(page).getByRole("combobox", { name: "Buyers", exact: true }).fill("a");
  await page.getByRole("listbox").getByRole("option").first().click();
  await dialog(page).getByText("Buyers").first().waitFor();
  await assertAccessible(page, "bulk-edit");
});
