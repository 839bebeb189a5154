// Calls as an operator looks them up: the list of them, and how one went.

import assert from "node:assert/strict";
import { assertAccessible } from "../lib/accessibility.js";
import { button, heading, link, names, query, row, section, sees } from "../lib/panel.js";
import { story } from "../lib/story.js";

/** An offer that two groups serve: one that is full after a single attempt, and one with room. */
async function stage(server) {
  const { api } = server;
  const make = async (path, draft) => {
    const { status, body } = await api.post(`/api/v1/${path}s`, draft);
    assert.equal(status, 201, JSON.stringify(body));
    return body[path].id;
  };
  const coastal = await make("buyer", { name: "Coastal Cover", phone_number: "+1 415 555 0101" });
  const lakeshore = await make("buyer", { name: "Lakeshore Casualty", phone_number: "+1 415 555 0102" });
  const west = await make("buyer_group", { name: "Auto, west", buyer_ids: [coastal], attempt_daily_limit: 1 });
  const east = await make("buyer_group", { name: "Auto, east", buyer_ids: [lakeshore], tier: 2 });
  const offer = await make("offer", { name: "Auto quotes", expected_revenue: 25, buyer_group_ids: [west, east] });
  const call = async (number) => {
    const { body } = await api.post("/api/v1/calls", { offer_id: offer, caller_number: number });
    return body.call;
  };
  let reports = 0;
  const report = async (id, event, more = {}) => {
    const { status, body } = await api.put(`/api/v1/calls/${id}`, { event_id: `report-${++reports}`, event, ...more });
    assert.equal(status, 200, JSON.stringify(body));
    return body.call;
  };
  return { west, east, offer, call, report };
}

story("a call made through the API is told as a timeline, with every group that was asked and why not", {}, async ({ server, arrive }) => {
  const { call, report } = await stage(server);
  const first = await call("+14155550111");
  await report(first.id, "dialed");
  await report(first.id, "connected");
  await report(first.id, "converted", { revenue: 30 });
  await report(first.id, "ended");
  const second = await call("+14155550112");
  await report(second.id, "failed");

  const visitor = await arrive();
  await visitor.signIn();
  const page = await visitor.open(`/calls/${first.id}`);
  await heading(page, "+14155550111").waitFor();
  const trace = section(page, "How it went").getByRole("listitem");
  const told = async () => (await section(page, "How it went").locator(".trace > li > div").allTextContents()).join("\n");
  await sees(told, /Step 1: Auto, west.*Coastal Cover \+14155550101.*Reserved: 1 attempt, 1 connection, 1 conversion, \$25 revenue, \$25 earned revenue\. Answered\./);
  assert.match(await told(), /DialedCounted: 1 attempt\.\nConnected: Coastal CoverCounted: 1 connection\.\nConverted.*\$30Counted: 1 conversion, \$30 revenue, \$30 earned revenue\.\nEndedCounted nothing\./);
  assert.match(await trace.first().locator("time").first().textContent(), /^\d\d:\d\d:\d\d$/);
  const facts = section(page, "What became of it");
  await link(facts, "Auto quotes").waitFor();
  assert.match(await facts.textContent(), /Buyer groupAuto, west.*BuyerCoastal Cover.*Revenue\$30/);

  // The second found that group full.
  await page.goto(`${server.origin}/calls/${second.id}`);
  await heading(page, "+14155550112").waitFor();
  await page.getByText("Unanswered", { exact: true }).waitFor();
  await page.getByText("Why: this group, and the other one").click();
  await sees(told, /Auto, west weight 1.*0%.*The cap on attempts today is full until 00:00/);
  await sees(told, /Step 2: Nobody could take it.*Its buyers were dialed, and none answered/);
  await assertAccessible(page, "call");
});

story("the list of calls is narrowed and sorted, shows names, and has nothing to select, edit or delete", {}, async ({ server, arrive }) => {
  const { west, call, report } = await stage(server);
  const first = await call("+14155550111");
  await report(first.id, "converted", { revenue: 30 });
  await report(first.id, "ended");
  const second = await call("+14155550112");
  await report(second.id, "converted", { revenue: 70.5 });
  await call(undefined);

  const visitor = await arrive();
  const page = await visitor.signIn();
  await page.keyboard.press("g");
  await page.keyboard.press("c");
  await heading(page, "Calls").waitFor();
  await sees(async () => (await names(page)).length, 3);
  const numbers = async () => (await page.getByRole("rowheader").getByRole("link").allTextContents());
  await sees(async () => (await numbers()).slice(1), ["+14155550112", "+14155550111"]);
  assert.match((await numbers())[0], /^Call \d+$/, "a call without a number goes by its id");
  await sees(() => row(page, "+14155550111").textContent(), /Ended.*Auto quotesAuto, westCoastal Cover.*\$30/);
  assert.equal(await page.getByRole("checkbox").count(), 0);
  assert.equal(await page.getByRole("link", { name: /^New/ }).count(), 0);
  assert.equal(await page.locator("[data-edit]").count(), 0);

  await button(page, "Revenue").click();
  await sees(async () => (await numbers()).slice(0, 2), ["+14155550112", "+14155550111"]);
  assert.deepEqual(query(page), { order: "revenue", order_dir: "desc" });
  await button(page, "Revenue").click();
  await sees(async () => (await numbers()).slice(1), ["+14155550111", "+14155550112"]);

  await button(page, "Filter").click();
  await button(page, "Buyer group").click();
  await page.getByRole("checkbox", { name: "Auto, west" }).check();
  await button(page, "Apply").click();
  await sees(numbers, ["+14155550111"]);
  assert.equal(query(page).buyer_group_id, String(west));
  await page.getByRole("button", { name: "Buyer group is Auto, west" }).waitFor();
  await page.getByRole("button", { name: "Remove filter Buyer group" }).click();
  await page.getByRole("searchbox", { name: "Search calls" }).fill("50112");
  await sees(numbers, ["+14155550112"]);
  await page.getByRole("searchbox", { name: "Search calls" }).fill("");
  await sees(async () => (await numbers()).length, 3);
  const file = await page.getByRole("link", { name: "CSV" }).getAttribute("href");
  assert.match(file, /^\/api\/v1\/calls\.csv\?.*columns=id,caller_number,status,created_at,/);

  await assertAccessible(page, "calls");
  await row(page, "+14155550111").getByRole("link", { name: "+14155550111" }).click();
  await heading(page, "+14155550111").waitFor();
  await page.goBack();
  await heading(page, "Calls").waitFor();
});
