// What a list opens on a click: filters on any column, the request as a link, columns and heights of rows that
// are remembered, the menu of a row, what is deleted.

import assert from "node:assert/strict";
import { act, button, field, focused, heading, link, names, news, query, row, save, saveBar, sees } from "../lib/panel.js";
import { story } from "../lib/story.js";

const DEMO = { demo: true };

async function named(server, search) {
  const { body } = await server.api.get(`/api/v1/buyer_groups?columns=name&root=false&${search}`);
  return body.map(({ name }) => name);
}

const header = (page, name) => page.getByRole("columnheader", { name, exact: true });
const filter = (page) => page.getByRole("group", { name: "Filter", exact: true });

/** Opens the filters and chooses what is compared. */
async function compare(page, label) {
  await button(page, "Filter").click();
  await filter(page).getByRole("searchbox", { name: "Filter by" }).fill(label.toLowerCase());
  await button(filter(page), label).click();
}

async function apply(page) {
  await button(filter(page), "Apply").click();
  await filter(page).waitFor({ state: "hidden" });
}

story("a number is narrowed to a range, and the chip changes it", DEMO, async ({ server, arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  await compare(page, "Weight");
  await page.getByLabel("How it is compared").selectOption("is between");
  await page.getByLabel("From", { exact: true }).fill("2x");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").getByText("“2x” is not a number.").waitFor();
  await page.getByLabel("From", { exact: true }).fill("2");
  await page.getByLabel("To", { exact: true }).fill("$1,000");
  await page.keyboard.press("Enter");
  await sees(() => query(page), { weight_from: "2", weight_to: "1000" });
  await sees(() => names(page), await named(server, "weight_from=2&weight_to=1000&order=routing"));

  await button(page, "Weight is from 2 to 1000").click();
  await sees(() => focused(page), "How it is compared");
  await sees(() => page.getByLabel("To", { exact: true }).inputValue(), "1000");
  await page.getByLabel("To", { exact: true }).fill("");
  await apply(page);
  await button(page, "Weight is at least 2").waitFor();
  assert.deepEqual(query(page), { weight_from: "2" });

  await button(page, "Weight is at least 2").click();
  await page.getByLabel("How it is compared").selectOption("is");
  await page.getByLabel("Value").fill("1, 3");
  await apply(page);
  await sees(() => names(page), await named(server, "weight=1,3&order=routing"));
  assert.deepEqual(query(page), { weight: "1,3" });
  await button(page, "Remove filter Weight").click();
  await sees(() => query(page), {});
});

story("texts, dates, booleans, blanks and ids narrow a list too, and add up", DEMO, async ({ server, arrive }) => {
  const { body } = await server.api.get("/api/v1/buyers?columns=id,name&root=false&order=name&per_page=2");
  const visitor = await arrive();
  const page = await visitor.signIn();

  await compare(page, "Name");
  await page.getByLabel("How it is compared").selectOption("contains");
  await page.getByLabel("Text").fill("insurance");
  await apply(page);
  await button(page, "Name contains insurance").waitFor();

  await compare(page, "Created");
  await page.getByLabel("Since").fill("2020-01-31");
  await apply(page);
  await button(page, "Created is since 2020-01-31").waitFor();

  await compare(page, "Maxed out");
  await filter(page).getByRole("checkbox", { name: "No", exact: true }).check();
  await apply(page);
  await button(page, "Maxed out is No").waitFor();

  await compare(page, "External id");
  await page.getByLabel("How it is compared").selectOption("is blank");
  await apply(page);
  await button(page, "External id is blank").waitFor();
  const filters = { name_contains: "insurance", created_at_from: "2020-01-31", maxed_out: "false", external_record_id_blank: "true" };
  assert.deepEqual(query(page), filters);
  await sees(() => names(page), await named(server, `${new URLSearchParams(filters)}&order=routing`));

  await page.goto("/buyer_groups");
  await compare(page, "Buyer");
  await filter(page).getByRole("searchbox").fill(body[0].name);
  await filter(page).getByRole("checkbox", { name: body[0].name }).check();
  await filter(page).getByRole("searchbox").fill(body[1].name);
  await filter(page).getByRole("checkbox", { name: body[1].name }).check();
  await apply(page);
  await page.getByText(`Buyer is ${[body[0], body[1]].sort((a, b) => a.id - b.id).map(({ name }) => name).join(" or ")}`).waitFor();
  await sees(() => names(page), await named(server, `buyer_id=${body[0].id},${body[1].id}&order=routing`));
});

story("a list is copied as a request that gives just that", DEMO, async ({ server, arrive }) => {
  const visitor = await arrive();
  await visitor.signIn();
  const page = await visitor.open("/buyer_groups?weight_from=2&columns=weight&order=name");
  await page.evaluate(() => {
    navigator.clipboard.writeText = async (text) => (window.copied = text);
  });
  await button(page, "More").click();
  await button(page, "Copy as curl").click();
  await news(page, "Copied.").waitFor();
  const copied = await page.evaluate(() => window.copied);
  const [, address] = /^curl -u PUBLIC_KEY:PRIVATE_KEY '(.*)'$/.exec(copied);
  assert.equal(new URL(address).origin, server.origin);
  const { body } = await server.api.get(address.slice(server.origin.length));
  await sees(() => names(page), body.buyer_groups.map(({ name }) => name));

  await button(page, "More").click();
  await button(page, "Copy link").click();
  await sees(() => page.evaluate(() => window.copied), page.url());
});

story("columns are remembered, a link's own are not, and the usual ones come back", DEMO, async ({ arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  const columns = page.getByRole("group", { name: "Columns", exact: true });
  await button(page, "Columns").click();
  await columns.getByRole("checkbox", { name: "External id" }).check();
  await header(page, "External id").waitFor();

  await page.goto("/buyer_groups");
  await header(page, "External id").waitFor();
  assert.deepEqual(query(page), {}, "the plain list is what one is used to");
  await page.goto("/buyers");
  await heading(page, "Buyers").waitFor();
  await header(page, "Name").waitFor();
  assert.equal(await header(page, "External id").count(), 0, "each list has its own");

  await page.goto("/buyer_groups?columns=uuid");
  await header(page, "UUID").waitFor();
  await button(page, "Columns").click();
  await button(columns, "Show the usual ones").click();
  await header(page, "External id").waitFor();
  await button(columns, "Show the usual ones").click();
  await header(page, "External id").waitFor({ state: "detached" });
  await page.goto("/buyer_groups");
  await header(page, "Weight").waitFor();
  assert.equal(await header(page, "External id").count(), 0);
});

story("rows have three heights, and the chosen one stays", DEMO, async ({ arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  const height = () => row(page, "Auto insurance, west").evaluate((element) => Math.round(element.getBoundingClientRect().height));
  await sees(height, 36);
  for (const [label, pixels] of [["Compact", 30], ["Comfortable", 44]]) {
    await button(page, "Density").click();
    await page.getByRole("radio", { name: label }).check();
    await sees(height, pixels);
    await page.reload();
    await sees(height, pixels);
  }
  await button(page, "Density").click();
  await page.getByRole("radio", { name: "Standard" }).check();
  await sees(height, 36);
});

story("a group is duplicated: its settings, not its past", {}, async ({ server, arrive }) => {
  const buyer = (await server.api.post("/api/v1/buyers", { name: "Lakeshore Casualty" })).body.buyer;
  const draft = { name: "Auto, west", tier: 1.5, weight: 3, buyer_ids: [buyer.id], attempt_daily_limit: 1500, dial_buyers_type: "simultaneously", external_record_id: "west-1" };
  const { id } = (await server.api.post("/api/v1/buyer_groups", draft)).body.buyer_group;
  const visitor = await arrive();
  const page = await visitor.signIn();
  await act(page, "Auto, west", "Duplicate");
  await heading(page, "New group").waitFor();
  assert.equal(await field(page, "Name").inputValue(), "Auto, west (copy)");
  await link(page, "Lakeshore Casualty").waitFor();
  assert.equal((await server.api.get("/api/v1/buyer_groups?columns=id&root=false")).body.length, 1, "nothing is saved yet");
  await save(page);
  await heading(page, "Auto, west (copy)").waitFor();
  await saveBar(page).waitFor({ state: "detached" });
  const [made] = (await server.api.get("/api/v1/buyer_groups?root=false&name_contains=(copy)")).body;
  const { name, external_record_id, ...kept } = draft;
  for (const [key, value] of Object.entries(kept)) assert.deepEqual(made[key], value, key);
  assert.equal(made.external_record_id, null);
  assert.notEqual(made.id, id);

  await page.goto(`/buyer_groups/${id}`);
  await page.getByLabel("More actions").click();
  await link(page, "Duplicate").click();
  await heading(page, "New group").waitFor();
  await sees(() => field(page, "Tier").inputValue(), "1.5");
});

story("what is deleted has a view of its own, from which it is restored", {}, async ({ server, arrive }) => {
  for (const name of ["Auto, west", "Solar"]) await server.api.post("/api/v1/buyer_groups", { name });
  const visitor = await arrive();
  const page = await visitor.signIn();
  const views = page.getByRole("navigation", { name: "Views" });
  await act(page, "Auto, west", "Delete…");
  await button(page.getByRole("dialog"), "Delete").click();
  await row(page, "Auto, west").waitFor({ state: "detached" });

  await views.getByRole("link", { name: /^Deleted/ }).click();
  await sees(() => query(page), { deleted: "true" });
  const gone = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: "Auto, west" }) });
  await gone.getByText(/now|second|minute/).first().waitFor();
  const { body } = await server.api.get("/api/v1/buyer_groups?deleted=true&columns=deleted_by&root=false");
  assert.ok(body[0].deleted_by);
  await gone.getByText(body[0].deleted_by, { exact: true }).waitFor();
  const counts = async () => [await views.getByRole("link", { name: /^All/ }).textContent(), await views.getByRole("link", { name: /^Deleted/ }).textContent()];
  await sees(counts, ["All1", "Deleted1"]);
  await button(page, "Restore Auto, west").click();
  await news(page, "Auto, west is back.").waitFor();
  await page.getByText("Nothing is deleted.").waitFor();
  await views.getByRole("link", { name: /^All/ }).click();
  await row(page, "Auto, west").waitFor();

  await page.goto("/buyers?deleted=true");
  await page.getByText("Nothing is deleted.").waitFor();
});

story("the menu of a row is opened, walked and left by the keyboard", DEMO, async ({ arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  await button(page, "Actions for Auto insurance, west").focus();
  await page.keyboard.press("Enter");
  await sees(() => focused(page), "Open");
  await page.keyboard.press("Tab");
  await sees(() => focused(page), "Duplicate");
  await page.keyboard.press("Escape");
  await sees(() => focused(page), "Actions for Auto insurance, west");
});

story("nothing over a list sticks out where it is narrow", DEMO, async ({ arrive }) => {
  const visitor = await arrive();
  await visitor.signIn();
  const page = await visitor.open("/buyer_groups?weight_from=1&weight_to=9&name_contains=insurance&dial_buyers_type=simultaneously");
  await page.setViewportSize({ width: 320, height: 740 });
  await button(page, "Name contains insurance").waitFor();
  const sticksOut = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await sees(sticksOut, 0);
  for (const name of ["Filter", "Sort", "Columns", "Density", "More"]) {
    await button(page, name).click();
    await page.getByRole("group", { name, exact: true }).waitFor();
    await sees(sticksOut, 0);
    const box = await page.getByRole("group", { name, exact: true }).boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= 320, `${name} at ${box.x} to ${box.x + box.width}`);
    await page.keyboard.press("Escape");
  }
});
