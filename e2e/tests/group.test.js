// One group as its operator tends it: buyers in their order, caps, shares, pausing.

import assert from "node:assert/strict";
import { beat, holdClock } from "../lib/clock.js";
import { act, announcement, button, description, field, focused, heading, link, news, openRecord, row, save, saveBar, section, sees } from "../lib/panel.js";
import { story } from "../lib/story.js";

/** A group with three buyers. */
async function stage(server) {
  const ids = [];
  for (const name of ["Coastal Cover", "Great Plains Auto", "Lakeshore Casualty"]) {
    ids.push((await server.api.post("/api/v1/buyers", { name })).body.buyer.id);
  }
  const draft = { name: "Auto, west", buyer_ids: ids, attempt_daily_limit: 1500, connection_daily_limit: 40 };
  const { id } = (await server.api.post("/api/v1/buyer_groups", draft)).body.buyer_group;
  const read = async () => (await server.api.get(`/api/v1/buyer_groups/${id}?columns=name,paused,buyer_ids,weight,attempt_hourly_limit,attempt_daily_limit,connection_daily_limit,revenue_daily_limit,concurrency_cap_limit,revision`)).body.buyer_group;
  return { id, ids, read, path: `/buyer_groups/${id}` };
}

story("buyers are put in order by the keyboard alone, and each place is read out", {}, async ({ server, arrive }) => {
  const { path, ids, read } = await stage(server);
  const visitor = await arrive();
  await visitor.signIn();
  const page = await visitor.open(path);
  const buyers = section(page, "Buyers").getByRole("list", { name: "Buyers" }).getByRole("listitem");
  const order = async () => (await buyers.getByRole("link").allTextContents()).join(" > ");
  await sees(order, "Coastal Cover > Great Plains Auto > Lakeshore Casualty");

  await button(page, "Move down: Coastal Cover").focus();
  await page.keyboard.press("Enter");
  await sees(() => announcement(page), "Coastal Cover, now 2 of 3");
  await sees(order, "Great Plains Auto > Coastal Cover > Lakeshore Casualty");
  await sees(() => focused(page), "Move down: Coastal Cover");
  await page.keyboard.press("Alt+ArrowDown");
  await sees(() => announcement(page), "Coastal Cover, now 3 of 3");
  await sees(() => focused(page), "Move down: Coastal Cover");
  assert.equal(await button(page, "Move down: Coastal Cover").getAttribute("aria-disabled"), "true");
  await page.keyboard.press("Alt+ArrowUp");
  await page.keyboard.press("Alt+ArrowUp");
  await page.keyboard.press("Alt+ArrowDown");
  await sees(order, "Great Plains Auto > Coastal Cover > Lakeshore Casualty");

  await page.keyboard.press("Control+s");
  await news(page, "Saved.").waitFor();
  assert.deepEqual((await read()).buyer_ids, [ids[1], ids[0], ids[2]]);
});

story("a buyer that is removed stays in sight until it is saved", {}, async ({ server, arrive }) => {
  const { path, ids, read } = await stage(server);
  const visitor = await arrive();
  await visitor.signIn();
  const page = await visitor.open(path);
  await button(page, "Remove: Great Plains Auto").click();
  await sees(() => announcement(page), "Great Plains Auto, removed");
  await button(page, "Put back: Great Plains Auto").click();
  await saveBar(page).waitFor({ state: "detached" });

  await button(page, "Remove: Great Plains Auto").click();
  await save(page);
  await button(page, "Put back: Great Plains Auto").waitFor({ state: "detached" });
  assert.deepEqual((await read()).buyer_ids, [ids[0], ids[2]]);
});

story("only what was changed is sent", {}, async ({ server, arrive }) => {
  const { path } = await stage(server);
  const visitor = await arrive();
  await visitor.signIn();
  const page = await visitor.open(path);
  const sending = page.waitForRequest((request) => request.method() === "PUT" || request.method() === "PATCH");
  await field(page, "Weight").fill("2.50");
  await field(page, "Daily attempt limit").fill("1 500");
  await saveBar(page).getByText("1 unsaved change", { exact: true }).waitFor();
  await save(page);
  const request = await sending;
  assert.deepEqual(JSON.parse(request.postData()), { weight: 2.5 });
  assert.match(await request.headerValue("if-match"), /^"\d+"$/);
});

story("the caps: blank is no limit, 0 is closed, a letter is found, Enter goes down", {}, async ({ server, arrive }) => {
  const { path, read } = await stage(server);
  const visitor = await arrive();
  await visitor.signIn();
  const page = await visitor.open(path);
  const attempts = field(page, "Daily attempt limit");
  await attempts.waitFor();
  assert.equal(await attempts.inputValue(), "1,500");
  await attempts.fill("15O,000");
  await page.keyboard.press("Enter");
  await sees(() => focused(page), "Daily connection limit");
  assert.equal(await page.evaluate(() => getSelection().toString()), "40", "what stands there is selected");
  await sees(() => description(attempts), "Must be a decimal number: it has the letter O in it");

  await page.keyboard.type("0");
  await sees(() => description(field(page, "Daily connection limit")), "Closed, was 40");
  await page.keyboard.press("ArrowDown");
  await sees(() => focused(page), "Daily conversion limit");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.type("$25,000.5");
  await page.keyboard.press("ArrowUp");
  await sees(() => focused(page), "Daily conversion limit");
  await page.keyboard.press("Shift+Tab");
  await sees(() => focused(page), "Hourly conversion limit");

  await attempts.fill("");
  await attempts.blur();
  await sees(() => description(attempts), "Was 1,500");
  await field(page, "Live calls at once").fill("7");
  await save(page);
  assert.equal(await field(page, "Daily revenue limit").inputValue(), "25,000.5");
  const { attempt_daily_limit, connection_daily_limit, revenue_daily_limit, concurrency_cap_limit } = await read();
  assert.deepEqual(
    { attempt_daily_limit, connection_daily_limit, revenue_daily_limit, concurrency_cap_limit },
    { attempt_daily_limit: null, connection_daily_limit: 0, revenue_daily_limit: 25_000.5, concurrency_cap_limit: 7 },
  );
  await page.getByText("Maxed out", { exact: true }).first().waitFor();
});

story("a limit below what is used says that the group stops", { demo: true }, async ({ arrive }) => {
  const visitor = await arrive();
  await visitor.signIn();
  const page = await visitor.open("/buyer_groups/123456");
  const limit = field(page, "Daily attempt limit");
  const was = await limit.inputValue();
  await limit.fill("10");
  await sees(() => description(limit), `Lower than used: the group stops now. Was ${was}.`);
  await page.getByText("This group is maxed out and takes no share.").waitFor();
});

story("the shares of the tier move while tier and weight are typed", {}, async ({ server, arrive }) => {
  const { path, ids } = await stage(server);
  await server.api.post("/api/v1/buyer_groups", { name: "Auto, east", buyer_ids: ids, weight: 1 });
  const visitor = await arrive();
  await visitor.signIn();
  const page = await visitor.open(path);
  const rail = page.getByRole("complementary", { name: "Effect of your changes" });
  const line = (name) => rail.getByRole("listitem").filter({ hasText: name });
  await line("Auto, west").getByText("50%", { exact: true }).waitFor();
  await field(page, "Weight").fill("3");
  await line("Auto, west").getByText("75%", { exact: true }).waitFor();
  await line("Auto, west").getByText("50% before").waitFor();
  await line("Auto, east").getByText("25%", { exact: true }).waitFor();
  await field(page, "Tier").fill("2");
  await rail.getByRole("heading", { name: "Calls in tier 2" }).waitFor();
  await line("Auto, west").getByText("100%", { exact: true }).waitFor();
  assert.equal(await line("Auto, east").count(), 0);
});

story("what stands beside the form stays true by itself, and disturbs nobody", {}, async ({ server, arrive }) => {
  const { ids, path } = await stage(server);
  const { body } = await server.api.post("/api/v1/buyer_groups", { name: "Auto, east", buyer_ids: ids, weight: 1 });
  const visitor = await arrive();
  visitor.expect(/ERR_CONNECTION_REFUSED/);
  const page = await visitor.signIn();
  await holdClock(page);
  await page.goto(path);
  const rail = page.getByRole("complementary", { name: "Effect of your changes" });
  const line = (name) => rail.getByRole("listitem").filter({ hasText: name });
  await line("Auto, east").getByText("50%", { exact: true }).waitFor();
  await rail.getByText("3 of 3 buyers can be called").waitFor();
  await field(page, "Weight").fill("3");
  await line("Auto, west").getByText("75%", { exact: true }).waitFor();
  await field(page, "Weight").evaluate((input) => input.setSelectionRange(0, 1));

  await server.api.put(`/api/v1/buyer_groups/${body.buyer_group.id}`, { weight: 9 });
  await server.api.put(`/api/v1/buyers/${ids[1]}`, { paused: true });
  await beat(page, "tier=1");
  await line("Auto, west").getByText("25%", { exact: true }).waitFor();
  await line("Auto, east").getByText("75%", { exact: true }).waitFor();
  await rail.getByText("2 of 3 buyers can be called").waitFor();
  const state = () => field(page, "Weight").evaluate((input) => [input === document.activeElement, input.value, input.selectionStart, input.selectionEnd]);
  assert.deepEqual(await state(), [true, "3", 0, 1]);
  await server.api.put(`/api/v1/buyer_groups/${body.buyer_group.id}`, { paused: true });
  await beat(page, "tier=1");
  await rail.getByText("Auto, east (weight 9) is paused and takes no share.").waitFor();

  // Without a server, what was read stands.
  await server.stop();
  await page.clock.fastForward(16_000);
  await rail.getByText("No connection to the server. Trying again.").waitFor();
  assert.equal(await line("Auto, west").count(), 1);
  await server.start();
  await page.clock.fastForward(4_000);
  await sees(() => rail.getByText("No connection to the server. Trying again.").count(), 0);
  assert.deepEqual(await state(), [true, "3", 0, 1]);
});

story("a group is paused from its row and its page, with a way back", {}, async ({ server, arrive }) => {
  const { read, path } = await stage(server);
  const visitor = await arrive();
  const page = await visitor.signIn();
  await button(row(page, "Auto, west"), "Pause Auto, west").click();
  await news(page, "Auto, west is paused.").waitFor();
  await row(page, "Auto, west").getByRole("cell", { name: "Paused", exact: true }).waitFor();
  await sees(async () => (await read()).paused, true);
  await button(news(page, "Auto, west is paused."), "Undo").click();
  await news(page, "Auto, west takes calls again.").waitFor();
  await button(row(page, "Auto, west"), "Pause Auto, west").waitFor();
  await sees(async () => (await read()).paused, false);

  await openRecord(page, "Auto, west");
  await button(page, "Pause").click();
  await button(page, "Resume").waitFor();
  await sees(async () => (await read()).paused, true);
  await page.getByText("This group is paused and takes no share.").waitFor();
  await button(news(page, "Auto, west is paused."), "Undo").click();
  await button(page, "Pause").click();
  await button(page, "Resume").waitFor();
  // Pausing is no edit: what is typed stays, and saving it afterwards is no lost race.
  await field(page, "Weight").fill("4");
  await button(page, "Resume").click();
  await button(page, "Pause").waitFor();
  assert.equal(await field(page, "Weight").inputValue(), "4");
  await save(page);
  assert.equal((await read()).weight, 4);
  assert.equal(page.url(), server.origin + path);
});

story("the totals are reset after a question that names them", { demo: true }, async ({ server, arrive }) => {
  const read = async () => (await server.api.get("/api/v1/buyer_groups/123456")).body.buyer_group;
  const before = await read();
  assert.ok(before.attempt_total_used > 0);
  const visitor = await arrive();
  await visitor.signIn();
  const page = await visitor.open("/buyer_groups/123456");
  await button(page, "Reset totals…").click();
  const question = page.getByRole("dialog", { name: "Reset the totals?" });
  const attempts = new Intl.NumberFormat("en-US").format(before.attempt_total_used);
  await question.getByText(new RegExp(`Back to 0 go: attempts ${attempts}.*Hour, day and month go on counting\\.`)).waitFor();
  await button(question, "Cancel").click();
  await question.waitFor({ state: "detached" });
  await sees(() => focused(page), "Reset totals…");
  assert.equal((await read()).attempt_total_used, before.attempt_total_used);

  await button(page, "Reset totals…").click();
  await button(question, "Reset").click();
  await news(page, "The totals start at 0 again.").waitFor();
  const after = await read();
  assert.equal(after.attempt_total_used, 0);
  assert.equal(after.revenue_total_used, 0);
  assert.equal(after.attempt_daily_used, before.attempt_daily_used);
  await button(page, "Reset totals…").click();
  await question.getByText("The totals are 0 already.").waitFor();
});

story("a team is named by its addresses, and each is looked at", {}, async ({ server, arrive }) => {
  const { id } = await stage(server);
  const offer = (await server.api.post("/api/v1/offers", { name: "Auto quotes" })).body.offer;
  const read = async () =>
    (await server.api.get(`/api/v1/buyer_groups/${id}?columns=generate_team,team_users_emails,team_offer_ids`)).body.buyer_group;
  const visitor = await arrive();
  visitor.expect(/422/);
  await visitor.signIn();
  const page = await visitor.open(`/buyer_groups/${id}`);
  const emails = field(page, "Team e-mails");
  await emails.fill("mia@northline");
  await page.keyboard.press("Enter");
  await sees(() => description(emails), /“mia@northline” has no domain ending/);
  await emails.fill("sam@northline.com, lee@northline.com");
  await page.keyboard.press("Enter");
  await button(page, "Remove mia@northline").click();
  await page.keyboard.press("Control+s");
  await link(page.getByRole("alert"), "Team e-mails must be blank while generate_team is false.").waitFor();

  await page.getByRole("switch", { name: "Team" }).check();
  await page.getByRole("combobox", { name: "Offers the team sees calls of" }).fill("quotes");
  await page.getByRole("option", { name: /Auto quotes/ }).click();
  await save(page);
  assert.deepEqual(await read(), {
    generate_team: true,
    team_users_emails: ["sam@northline.com", "lee@northline.com"],
    team_offer_ids: [offer.id],
  });
});

story("a group is deleted and brought back, from its page and its row", {}, async ({ server, arrive }) => {
  const { id, path } = await stage(server);
  await server.api.post("/api/v1/offers", { name: "Auto quotes", buyer_group_ids: [id] });
  const visitor = await arrive();
  // The page may look at its group once more before the list that follows.
  visitor.expect(/404.*\/api\/v1\/buyer_groups\/\d+/);
  const page = await visitor.signIn();
  await openRecord(page, "Auto, west");
  await page.getByLabel("More actions").click();
  await button(page, "Delete…").click();
  const question = page.getByRole("dialog", { name: "Delete Auto, west?" });
  await question.getByText("1 offer loses this group; its 3 buyers stay.").waitFor();
  await button(question, "Delete").click();
  await news(page, "Auto, west is deleted.").waitFor();
  await heading(page, "Buyer groups").waitFor();
  await page.getByText("No groups yet.").waitFor();
  assert.equal((await server.api.get(`/api/v1${path}`)).status, 404);
  await button(news(page, "Auto, west is deleted."), "Undo").click();
  await news(page, "Auto, west is back.").waitFor();
  assert.equal((await server.api.get(`/api/v1${path}`)).status, 200);

  await page.goto("/buyer_groups");
  await act(page, "Auto, west", "Delete…");
  await page.keyboard.press("Escape");
  await question.waitFor({ state: "detached" });
  await sees(() => focused(page), "Actions for Auto, west");
  await act(page, "Auto, west", "Delete…");
  await button(question, "Delete").click();
  await row(page, "Auto, west").waitFor({ state: "detached" });
  await button(news(page, "Auto, west is deleted."), "Undo").click();
  await row(page, "Auto, west").waitFor();
});

story("the page of a group that is gone says so", {}, async ({ server, arrive }) => {
  const { id, path } = await stage(server);
  await server.api.delete(`/api/v1/buyer_groups/${id}`);
  const visitor = await arrive();
  visitor.expect(/404/);
  await visitor.signIn();
  const page = await visitor.open(path);
  await heading(page, "Buyer group not found").waitFor();
  await link(page.getByRole("main"), "Buyer groups").last().click();
  await heading(page, "Buyer groups").waitFor();
});

story("what a group has counted moves while it is looked at, and what is typed stays", {}, async ({ server, arrive }) => {
  const { id, path } = await stage(server);
  await server.api.put(`/api/v1/buyer_groups/${id}`, { attempt_daily_limit: 5, concurrency_cap_limit: 2 });
  const visitor = await arrive();
  await visitor.signIn();
  const page = await visitor.open(path);
  const caps = section(page, "Caps");
  const cell = caps.getByRole("row", { name: /^Attempts/ }).getByRole("cell").filter({ has: field(page, "Daily attempt limit") });
  const used = () => cell.locator(".used").textContent();
  const filled = () => cell.locator(".meter rect").getAttribute("width");
  await sees(used, "used 0");
  await field(page, "Weight").fill("2.75");
  await field(page, "Hourly attempt limit").fill("1");
  const caret = () => field(page, "Hourly attempt limit").evaluate((input) => [input === document.activeElement, input.value, input.selectionStart]);

  const made = await server.api.post("/api/v1/calls", { buyer_group_id: id, caller_number: "+14155550100" });
  await sees(used, "used 0 +1 held by calls under way");
  await caps.getByText(/^1 in use now\./).waitFor();
  await server.api.put(`/api/v1/calls/${made.body.call.id}`, { event_id: "1", event: "dialed" });
  await sees(used, "used 1");
  await sees(filled, "20.0%");
  await sees(() => description(field(page, "Daily attempt limit")), /^20%/);
  await server.api.put(`/api/v1/calls/${made.body.call.id}`, { event_id: "2", event: "ended" });
  await caps.getByText(/^0 in use now\./).waitFor();
  assert.deepEqual(await caret(), [true, "1", 1]);
  assert.equal(await field(page, "Weight").inputValue(), "2.75");
  await saveBar(page).getByText("2 unsaved changes", { exact: true }).waitFor();

  for (let call = 0; call < 4; call += 1) {
    const { body } = await server.api.post("/api/v1/calls", { buyer_group_id: id, caller_number: "+14155550100" });
    for (const event of ["dialed", "ended"]) await server.api.put(`/api/v1/calls/${body.call.id}`, { event_id: event, event });
  }
  await sees(() => description(field(page, "Daily attempt limit")), /^Full until /);
  await page.getByText("Maxed out", { exact: true }).first().waitFor();
  assert.deepEqual(await caret(), [true, "1", 1]);
});
