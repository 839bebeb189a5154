// Buyers, offers and the company: the same pages as a group's, from field tables of their own.

import assert from "node:assert/strict";
import { act, announcement, button, description, field, heading, link, names, news, openRecord, query, row, save, section, sees } from "../lib/panel.js";
import { story } from "../lib/story.js";

const main = (page, name) => page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: new RegExp(`^${name}`) });

story("a buyer's life: made, found, changed, paused, deleted, brought back", {}, async ({ server, arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  await main(page, "Buyers").click();
  await page.getByText("A buyer is a phone number that takes calls and pays for them.").waitFor();
  await link(page, "New buyer").first().click();
  await heading(page, "New buyer").waitFor();
  await field(page, "Name").fill("Bright Roof Sacramento");
  await field(page, "Phone number").fill("12");
  await page.keyboard.press("Control+s");
  await link(page.getByRole("alert"), "Phone number must be a telephone number with its country code, such as +1 415 555 0134.").waitFor();
  await field(page, "Phone number").fill("(415) 555-0134");
  await field(page, "Own id").fill("solar-22-en");
  await field(page, "Live calls at once").fill("5");
  await save(page);
  await heading(page, "Bright Roof Sacramento").waitFor();
  assert.equal(await field(page, "Phone number").inputValue(), "+14155550134", "shown as the server keeps it");
  await page.getByText("It stands in no group, so it gets no calls.").waitFor();

  const id = Number(page.url().match(/\/buyers\/(\d+)$/)[1]);
  const read = async () => (await server.api.get(`/api/v1/buyers/${id}`)).body.buyer;
  const { user_buyer_id, concurrency_cap_limit } = await read();
  assert.deepEqual({ user_buyer_id, concurrency_cap_limit }, { user_buyer_id: "solar-22-en", concurrency_cap_limit: 5 });

  await main(page, "Buyers").click();
  await page.getByRole("searchbox", { name: "Search buyers" }).fill("solar-22");
  await sees(() => names(page), ["Bright Roof Sacramento"]);
  await button(row(page, "Bright Roof Sacramento"), "Pause Bright Roof Sacramento").click();
  await news(page, "Bright Roof Sacramento is paused.").waitFor();
  await sees(async () => (await read()).paused, true);
  await act(page, "Bright Roof Sacramento", "Delete…");
  const question = page.getByRole("dialog", { name: "Delete Bright Roof Sacramento?" });
  await question.getByText("It stands in no group.").waitFor();
  await button(question, "Delete").click();
  await button(news(page, "Bright Roof Sacramento is deleted."), "Undo").click();
  await sees(() => names(page), ["Bright Roof Sacramento"]);
});

story("no two buyers share an own id, and the form says it where it was typed", {}, async ({ server, arrive }) => {
  await server.api.post("/api/v1/buyers", { name: "First", user_buyer_id: "loan-22-en" });
  const visitor = await arrive();
  visitor.expect(/422/);
  await visitor.signIn();
  const page = await visitor.open("/buyers/new");
  await field(page, "Name").fill("Second");
  await field(page, "Own id").fill("loan-22-en");
  await button(page, "Create Ctrl S").click();
  await page.getByRole("alert").getByText("Nothing was saved. 1 field needs a look.").waitFor();
  await sees(() => description(field(page, "Own id")), /Own id must be unique: buyer \d+, “First”, has “loan-22-en”\./);
  await field(page, "Own id").fill("loan-23-en");
  await save(page);
});

story("a buyer's page lists its groups, and leads there and back", { demo: true }, async ({ server, arrive }) => {
  const { name } = (await server.api.get("/api/v1/buyers/100123")).body.buyer;
  const groups = (await server.api.get("/api/v1/buyer_groups?buyer_id=100123&order=routing&root=false&columns=name")).body;
  assert.ok(groups.length > 0);
  const visitor = await arrive();
  await visitor.signIn();
  const page = await visitor.open("/buyers/100123");
  await heading(page, name).waitFor();
  const listed = section(page, "Buyer groups");
  await sees(() => listed.getByRole("listitem").getByRole("link").allTextContents(), groups.map((group) => group.name));
  await link(listed, groups[0].name).click();
  await heading(page, groups[0].name).waitFor();
  await link(section(page, "Buyers"), name).click();
  await heading(page, name).waitFor();
});

story("an offer is served by groups", {}, async ({ server, arrive }) => {
  const { id } = (await server.api.post("/api/v1/buyer_groups", { name: "Solar, west" })).body.buyer_group;
  const visitor = await arrive();
  const page = await visitor.signIn();
  await main(page, "Offers").click();
  await page.getByText("An offer is what is advertised; groups of buyers serve its calls.").waitFor();
  await link(page, "New offer").first().click();
  await field(page, "Name").fill("Solar savings");
  await field(page, "Own id").fill("solar-us");
  await field(page, "Expected revenue").fill("$1,065.50");
  await page.getByRole("combobox", { name: "Add a buyer group" }).fill("solar");
  await page.getByRole("option", { name: /Solar, west/ }).click();
  await sees(() => announcement(page), "Solar, west, now 1 of 1");
  await save(page);
  await heading(page, "Solar savings").waitFor();
  const [offer] = (await server.api.get("/api/v1/offers?root=false")).body;
  assert.equal(offer.expected_revenue, 1065.5);
  assert.deepEqual(offer.buyer_group_ids, [id]);

  await main(page, "Offers").click();
  await openRecord(page, "Solar savings");
  await button(page, "Remove: Solar, west").click();
  await save(page);
  // The news of the first save may still stand while the second is under way.
  const kept = async () => (await server.api.get(`/api/v1/offers/${offer.id}`)).body.offer.buyer_group_ids;
  await sees(kept, []);
});

story("the company has a name, a zone and a currency", { demo: true }, async ({ server, arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  await main(page, "Settings").click();
  await heading(page, "Company").waitFor();
  await field(page, "Name").fill("Southline Media");
  const zone = page.getByRole("combobox", { name: /^Time zone/ });
  await zone.fill("Europe/Nowhere");
  await zone.blur();
  await sees(() => description(zone), /“Europe\/Nowhere” is not one/);
  await zone.fill("Europe/Paris");
  await field(page, "Currency").fill("eur");
  await save(page);
  await page.getByRole("navigation", { name: "Main" }).getByText("Southline Media").waitFor();
  const { name, time_zone, currency } = (await server.api.get("/api/v1/company")).body.company;
  assert.deepEqual({ name, time_zone, currency }, { name: "Southline Media", time_zone: "Europe/Paris", currency: "EUR" });

  await main(page, "Buyer groups").click();
  await page.getByRole("cell").filter({ hasText: "€" }).first().waitFor();
});

story("buyers and offers are sorted, paged and downloaded like groups", { demo: true }, async ({ server, arrive }) => {
  const visitor = await arrive();
  await visitor.signIn();
  for (const [path, noun, total] of [["buyers", "buyers", 40], ["offers", "offers", 6]]) {
    const page = await visitor.open(`/${path}`);
    await page.getByText(new RegExp(`^1–${Math.min(25, total)} of ${total} ${noun}$`)).waitFor();
    const sorted = async (search) => (await server.api.get(`/api/v1/${path}?root=false&columns=name&${search}`)).body.map(({ name }) => name);
    await sees(() => names(page), await sorted("order=name"));
    await button(page.getByRole("columnheader", { name: "Name" }), "Name").click();
    await sees(() => names(page), await sorted("order=name&order_dir=desc"));
    assert.deepEqual(query(page), { order_dir: "desc" });
    const coming = page.waitForEvent("download");
    await link(page, "CSV").click();
    assert.equal((await coming).suggestedFilename(), `${path}.csv`);
  }
});

story("an address that nothing is at says so", {}, async ({ server, arrive }) => {
  const visitor = await arrive();
  visitor.expect(/404/);
  const page = await visitor.signIn();
  assert.equal((await fetch(`${server.origin}/nowhere`)).status, 404);
  const answer = await page.goto("/buyer_groups/123/nowhere");
  assert.equal(answer.status(), 404);
  assert.match((await answer.body()).toString(), /<|\{/, "not blank");
});
