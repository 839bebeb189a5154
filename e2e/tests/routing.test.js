// Who gets the next call: the tiers of an offer, what would be, and a call to try.

import assert from "node:assert/strict";
import { assertAccessible } from "../lib/accessibility.js";
import { announcement, button, heading, link, sees } from "../lib/panel.js";
import { story } from "../lib/story.js";

/** An offer that three groups serve: two in the first tier, of which one is full, and one below. */
async function stage(server) {
  const { api } = server;
  const make = async (path, draft) => {
    const { status, body } = await api.post(`/api/v1/${path}s`, draft);
    assert.equal(status, 201, JSON.stringify(body));
    return body[path].id;
  };
  const buyer = await make("buyer", { name: "Coastal Cover", phone_number: "+1 415 555 0101" });
  const group = (name, more) => make("buyer_group", { name, buyer_ids: [buyer], ...more });
  const west = await group("Auto, west", { weight: 3, attempt_daily_limit: 10 });
  const east = await group("Auto, east", { weight: 1, attempt_daily_limit: 0 });
  const last = await group("Auto, overflow", { tier: 2 });
  const offer = await make("offer", { name: "Auto quotes", expected_revenue: 25, buyer_group_ids: [west, east, last] });
  const read = async (id) => (await api.get(`/api/v1/buyer_groups/${id}`)).body.buyer_group;
  return { west, east, last, offer, read };
}

const contender = (page, name) => page.getByRole("listitem", { name, exact: true });
const shares = async (page) => {
  const texts = await page.locator(".contender").evaluateAll((rows) =>
    rows.map((row) => `${row.getAttribute("aria-label")} ${row.querySelector(".part .num").textContent}`),
  );
  return texts;
};
const input = (page, name, label) => page.getByRole("textbox", { name: `${label}, ${name}`, exact: true });
const whatIf = (page) => page.getByRole("region", { name: "What if" });

story("the tiers stand from top to bottom, each group with its share, or why it has none", {}, async ({ server, arrive }) => {
  const { offer } = await stage(server);
  const visitor = await arrive();
  const page = await visitor.signIn();
  await page.keyboard.press("g");
  await page.keyboard.press("r");
  await heading(page, "Routing").waitFor();
  await sees(() => shares(page), ["Auto, west 100%", "Auto, east 0%", "Auto, overflow 100%"]);
  assert.equal(new URL(page.url()).searchParams.get("offer_id"), String(offer));
  await page.getByText("1 of 2 can take calls. Takes the next call.").waitFor();
  await page.getByText("1 of 1 can take calls. Waits until tier 1 cannot take calls.").waitFor();
  await contender(page, "Auto, east").getByText("The cap on attempts today is full").waitFor();
  await assertAccessible(page, "routing");
});

story("what if: shares move at once, the day is played anew, and all changes are applied together or discarded", {}, async ({ server, arrive }) => {
  const { west, east, read, offer } = await stage(server);
  const visitor = await arrive();
  await visitor.signIn();
  const page = await visitor.open(`/routing?offer_id=${offer}`);
  await sees(() => shares(page), ["Auto, west 100%", "Auto, east 0%", "Auto, overflow 100%"]);
  const day = page.getByRole("region", { name: "The next 24 hours, simulated" });
  const played = (name) => day.getByRole("row").filter({ has: page.getByRole("rowheader", { name, exact: true }) }).textContent();
  await sees(() => played("Auto, east"), /^Auto, east000\$0attempts of the day at/);

  await input(page, "Auto, east", "Daily attempt limit").fill("1,000");
  await sees(() => shares(page), ["Auto, west 75%", "Auto, east 25%", "Auto, overflow 100%"]);
  await contender(page, "Auto, east").getByText("0% before").waitFor();
  await sees(() => played("Auto, east"), /^Auto, east[1-9][\d,]*before: 0/);
  await input(page, "Auto, east", "Weight").fill("many");
  await whatIf(page).getByText("Something that was typed is no number.").waitFor();
  await input(page, "Auto, east", "Weight").fill("9");
  await sees(() => shares(page), ["Auto, west 25%", "Auto, east 75%", "Auto, overflow 100%"]);
  await button(page, "Pause Auto, west").click();
  await sees(() => shares(page), ["Auto, west 0%", "Auto, east 100%", "Auto, overflow 100%"]);
  await input(page, "Auto, overflow", "Tier").fill("1");
  await input(page, "Auto, overflow", "Tier").press("Enter");
  await sees(() => shares(page), ["Auto, west 0%", "Auto, east 90%", "Auto, overflow 10%"]);
  await whatIf(page).getByText("4 changes in 3 groups").waitFor();
  assert.equal((await read(east)).attempt_daily_limit, 0, "nothing is changed yet");
  await assertAccessible(page, "what-if");

  // Leaving asks first.
  await link(page, "Calls").click();
  await page.getByRole("dialog").getByText("4 changes are not applied.").waitFor();
  await button(page.getByRole("dialog"), "Stay").click();

  await whatIf(page).getByRole("button", { name: /^Apply all/ }).focus();
  await page.keyboard.press("Control+s");
  await whatIf(page).getByText("3 groups changed.").waitFor();
  const { weight, attempt_daily_limit } = await read(east);
  assert.deepEqual({ weight, attempt_daily_limit }, { weight: 9, attempt_daily_limit: 1000 });
  assert.equal((await read(west)).paused, true);

  await button(whatIf(page), "Undo").click();
  await whatIf(page).getByText("3 groups set back.").waitFor();
  assert.deepEqual([(await read(east)).attempt_daily_limit, (await read(west)).paused], [0, false]);
  await button(whatIf(page), "Close").click();
  await sees(() => shares(page), ["Auto, west 100%", "Auto, east 0%", "Auto, overflow 100%"]);

  await input(page, "Auto, west", "Weight").fill("5");
  await button(whatIf(page), "Discard").click();
  await whatIf(page).waitFor({ state: "detached" });
  assert.equal(await input(page, "Auto, west", "Weight").inputValue(), "3");
  await sees(() => announcement(page), "Discarded");
});

story("a change that somebody else overtook is refused with its reason, and can be tried again", {}, async ({ server, arrive }) => {
  const { west, east, read, offer } = await stage(server);
  const visitor = await arrive();
  visitor.expect(/412/);
  await visitor.signIn();
  const page = await visitor.open(`/routing?offer_id=${offer}`);
  await input(page, "Auto, east", "Daily attempt limit").fill("50");
  await input(page, "Auto, west", "Weight").fill("5");
  await server.api.put(`/api/v1/buyer_groups/${east}`, { name: "Auto, far east" });
  await whatIf(page).getByRole("button", { name: /^Apply all/ }).click();
  await whatIf(page).getByText("1 of 2 groups changed, 1 failed.").waitFor();
  await whatIf(page).getByText(/changed it in the meantime/).waitFor();
  assert.deepEqual([(await read(west)).weight, (await read(east)).attempt_daily_limit], [5, 0]);
  await contender(page, "Auto, far east").waitFor();
  await button(whatIf(page), "Try again").click();
  await whatIf(page).getByText("2 groups changed.").waitFor();
  assert.equal((await read(east)).attempt_daily_limit, 50);
});

story("a test call says who would take it and why not the others; for real, its events count", {}, async ({ server, arrive }) => {
  const { west, offer } = await stage(server);
  const visitor = await arrive();
  await visitor.signIn();
  const page = await visitor.open(`/routing?offer_id=${offer}`);
  const test = page.getByRole("region", { name: "Send a test call" });
  await button(test, "Preview").click();
  await test.getByText("Auto, west would dial Coastal Cover.").waitFor();
  await sees(() => test.locator(".why").textContent(), /Auto, east weight 1.*0%.*The cap on attempts today is full.*Auto, overflow.*A group of an upper tier takes the call/);
  assert.equal((await server.api.get("/api/v1/calls")).body.metadata.total_count, 0, "a preview is no call");

  await test.getByRole("textbox", { name: "Caller number" }).fill("+1 415 555 0199");
  await button(test, "Send for real").click();
  await test.getByText("Auto, west dials Coastal Cover.").waitFor();
  const attempts = () => contender(page, "Auto, west").locator(".limit").filter({ hasText: "Attempts today" }).textContent();
  await button(test, "Dialed").click();
  await sees(attempts, /Attempts today1of/);
  await button(test, "Connected").click();
  await test.getByText("Connected", { exact: true }).first().waitFor();
  await button(test, "Converted").click();
  await button(test, "Ended").click();
  await test.getByText("Ended.", { exact: true }).waitFor();
  const { calls } = (await server.api.get("/api/v1/calls")).body;
  assert.equal(calls.length, 1);
  assert.deepEqual(
    { number: calls[0].caller_number, group: calls[0].buyer_group_id, revenue: calls[0].revenue, status: calls[0].status },
    { number: "+14155550199", group: west, revenue: 25, status: "ended" },
  );
  await assertAccessible(page, "test-call");
  await link(test, `Call ${calls[0].id}`).click();
  await heading(page, "+14155550199").waitFor();
});

story("a meter moves when a call comes through the API", {}, async ({ server, arrive }) => {
  const { offer } = await stage(server);
  const visitor = await arrive();
  await visitor.signIn();
  const page = await visitor.open(`/routing?offer_id=${offer}`);
  const meter = contender(page, "Auto, west").locator(".limit").filter({ hasText: "Attempts today" });
  await sees(() => meter.textContent(), /Attempts today0of/);
  const { id } = (await server.api.post("/api/v1/calls", { offer_id: offer })).body.call;
  await server.api.put(`/api/v1/calls/${id}`, { event_id: "one", event: "dialed" });
  // Within 15 seconds at the latest.
  await page.waitForFunction(() => /Attempts today1of/.test(document.querySelector(".limit")?.textContent ?? ""), null, { timeout: 20_000 });
  assert.equal(await meter.locator("rect").getAttribute("width"), "10.0%");
});
