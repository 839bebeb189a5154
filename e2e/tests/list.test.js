// The list of groups: found, sorted, narrowed, paged, with the columns of one's choice; and all of it
// stands in the address.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { announcement, button, heading, link, names, query, row, sees } from "../lib/panel.js";
import { story } from "../lib/story.js";

const DEMO = { demo: true };

/** What the API answers to the same question. */
async function named(server, search) {
  const { body } = await server.api.get(`/api/v1/buyer_groups?columns=name&root=false&${search}`);
  return body.map(({ name }) => name);
}

const search = (page) => page.getByRole("searchbox", { name: "Search groups" });
const header = (page, name) => page.getByRole("columnheader", { name, exact: true });

story("the list is the order in which calls try the groups", DEMO, async ({ server, arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  await sees(() => names(page), await named(server, "order=routing"));
  const { metadata } = (await server.api.get("/api/v1/buyer_groups?columns=id&summary=true")).body;
  const [first] = metadata.tiers;
  await page.getByRole("rowheader", { name: `Tier −1 ${first.can_take_calls} of ${first.groups} can take calls` }).waitFor();
  await page.getByText("1–25 of 60 groups").waitFor();
  const tabs = page.getByRole("navigation", { name: "Views" });
  const { all, near_cap, paused } = metadata.states;
  for (const [label, count] of [["All", all], ["Near a cap", near_cap], ["Paused", paused]]) {
    await link(tabs, `${label}${count}`).or(link(tabs, `${label} ${count}`)).waitFor();
  }
});

story("a group is found as one types, by name, by id, by a buyer", DEMO, async ({ server, arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  await search(page).pressSequentially("auto insurance, we", { delay: 10 });
  await sees(() => names(page), ["Auto insurance, west", "Auto insurance, weekends"]);
  await sees(() => announcement(page), "2 groups");
  assert.deepEqual(query(page), { fulltext: "auto insurance, we" });

  await search(page).fill("123456");
  await sees(() => names(page), ["Auto insurance, west"]);

  const buyer = (await server.api.get("/api/v1/buyers/100123")).body.buyer;
  const theirs = await named(server, "buyer_id=100123&order=routing");
  assert.ok(theirs.length > 0);
  await search(page).fill(buyer.name.toUpperCase());
  await sees(() => names(page), theirs);

  await search(page).fill("no group is called so");
  await heading2(page, "Nothing matches these filters.").waitFor();
  await button(page, "Clear filters").click();
  await sees(async () => (await names(page)).length, 25);
  assert.equal(await search(page).inputValue(), "");

  await page.getByRole("heading", { level: 1 }).focus();
  await page.keyboard.press("/");
  await page.keyboard.type("Solar, east");
  await sees(() => names(page), ["Solar, east"]);
});

story("a whole search is one step of the history", DEMO, async ({ arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /^Buyers/ }).click();
  await heading(page, "Buyers").waitFor();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /^Buyer groups/ }).click();
  await heading(page, "Buyer groups").waitFor();
  await search(page).pressSequentially("medicare", { delay: 10 });
  await sees(() => query(page), { fulltext: "medicare" });
  await page.goBack();
  await heading(page, "Buyers").waitFor();
});

story("headers sort, and say so", DEMO, async ({ server, arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  await button(header(page, "Weight"), "Weight").click();
  await sees(() => names(page), await named(server, "order=weight&order_dir=desc"));
  assert.equal(await header(page, "Weight").getAttribute("aria-sort"), "descending");
  assert.deepEqual(query(page), { order: "weight", order_dir: "desc" });

  await button(header(page, "Weight"), "Weight").click();
  await sees(() => names(page), await named(server, "order=weight"));
  assert.equal(await header(page, "Weight").getAttribute("aria-sort"), "ascending");

  await button(header(page, "Name"), "Name").click();
  await sees(() => names(page), await named(server, "order=name"));
  assert.equal(await header(page, "Name").getAttribute("aria-sort"), "ascending");
  assert.equal(await header(page, "Weight").getAttribute("aria-sort"), null);
  assert.equal(await page.getByRole("rowheader", { name: /^Tier/ }).count(), 0, "no headings of tiers");
  await header(page, "Tier").waitFor();
});

story("any field sorts that has no column, both ways round", DEMO, async ({ server, arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  await button(page, "Sort").click();
  await page.getByLabel("Sort by").selectOption("Created");
  await sees(() => names(page), await named(server, "order=created_at"));
  await page.getByRole("radio", { name: "Descending" }).check();
  await sees(() => names(page), await named(server, "order=created_at&order_dir=desc"));
  assert.deepEqual(query(page), { order: "created_at", order_dir: "desc" });
  const offered = await page.getByLabel("Sort by").getByRole("option").allTextContents();
  for (const label of ["Routing order", "Next reset", "Live calls", "Attempts in total", "Share of tier"]) {
    assert.ok(offered.includes(label), `${label} among ${offered}`);
  }
});

story("filters narrow by status, tier and dialing, and are taken away one by one", DEMO, async ({ server, arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  const tabs = page.getByRole("navigation", { name: "Views" });
  await tabs.getByRole("link", { name: /^Paused/ }).click();
  await sees(() => names(page), await named(server, "state=paused&order=routing"));
  await sees(() => tabs.getByRole("link", { name: /^Paused/ }).getAttribute("aria-current"), "page");
  await tabs.getByRole("link", { name: /^All/ }).click();

  const filter = page.getByRole("group", { name: "Filter", exact: true });
  await button(page, "Filter").click();
  await button(filter, "Tier").click();
  await filter.getByRole("checkbox", { name: "1.5", exact: true }).check();
  await filter.getByRole("checkbox", { name: "10", exact: true }).check();
  await button(filter, "Apply").click();
  await filter.waitFor({ state: "hidden" });
  await sees(() => names(page), await named(server, "tier=1.5,10&order=routing"));
  await button(page, "Filter").click();
  await button(filter, "Dialing").click();
  await filter.getByRole("checkbox", { name: "All at once" }).check();
  await button(filter, "Apply").click();
  await sees(() => names(page), await named(server, "tier=10&order=routing"));
  assert.deepEqual(query(page), { tier: "1.5,10", dial_buyers_type: "simultaneously" });

  await page.getByText("Dialing is All at once").waitFor();
  await button(page, "Remove filter Dialing").click();
  await sees(() => names(page), await named(server, "tier=1.5,10&order=routing"));
  await button(page, "Remove filter Tier").click();
  await sees(() => query(page), {});
});

story("columns are chosen out of all, moved, and stand in the address", DEMO, async ({ arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  await button(page, "Columns").click();
  const columns = page.getByRole("group", { name: "Columns", exact: true });
  const shown = columns.getByRole("list", { name: "Shown, in this order" }).getByRole("listitem");
  // All but the name, which is always there.
  await sees(() => columns.getByRole("checkbox").count(), 65 + 13);

  await columns.getByRole("searchbox", { name: "Find a column" }).fill("external");
  await columns.getByRole("checkbox", { name: "External id" }).check();
  await header(page, "External id").waitFor();
  await columns.getByRole("searchbox", { name: "Find a column" }).fill("weight");
  await columns.getByRole("checkbox", { name: "Weight" }).uncheck();
  await header(page, "Weight").waitFor({ state: "detached" });

  const before = await shown.allTextContents();
  await button(columns, "Move up: External id").click();
  await sees(() => announcement(page), `External id, now ${before.length - 1} of ${before.length}`);
  const after = [...before];
  after.splice(-2, 2, before.at(-1), before.at(-2));
  await sees(() => shown.allTextContents(), after);

  // By its grip, to the second place: the name keeps the first.
  const middle = async (row) => {
    const { x, y, height } = await row.boundingBox();
    return { x: x + 6, y: y + height / 2 };
  };
  const last = shown.nth(before.length - 2);
  await last.scrollIntoViewIfNeeded();
  const from = await middle(last);
  const third = await middle(shown.nth(before.length - 4));
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(third.x, third.y - 4, { steps: 6 });
  await sees(() => shown.nth(before.length - 4).getAttribute("class"), "before");
  await page.mouse.up();
  await sees(() => announcement(page), `External id, now ${before.length - 3} of ${before.length}`);
  const dragged = [...before];
  dragged.splice(-4, 4, before.at(-1), ...before.slice(-4, -1));
  await sees(() => shown.allTextContents(), dragged);

  await page.reload();
  await header(page, "External id").waitFor();
  await button(page, "Columns").click();
  await button(columns, "Show the usual ones").click();
  await header(page, "Weight").waitFor();
  assert.deepEqual(query(page), {});
});

story("a list that is awaited has as many grey rows as it had last", DEMO, async ({ arrive }) => {
  const page = await (await arrive()).signIn();
  const answered = (path) => page.waitForResponse((answer) => answer.url().includes(path));
  await sees(async () => (await names(page)).length, 25);
  // A search is no measure of the list.
  await page.goto("/buyer_groups?fulltext=solar");
  await sees(async () => (await names(page)).length < 25, true);
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route("**/api/v1/buyer_groups?*", async (route) => {
    await held;
    await route.continue();
  });
  const answer = answered("/api/v1/buyer_groups?");
  await page.goto("/buyer_groups");
  await sees(() => page.locator(".skeleton tr").count(), 25);
  release();
  await answer;
  await sees(async () => (await names(page)).length, 25);
  assert.equal(await page.locator(".skeleton").count(), 0);
});

story("the list turns its pages, in the size of one's choice", DEMO, async ({ server, arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  await button(page, "Next").click();
  await page.getByText("26–50 of 60 groups").waitFor();
  await sees(() => names(page), await named(server, "order=routing&page=2"));
  await button(page, "Next").click();
  await page.getByText("51–60 of 60 groups").waitFor();
  assert.ok(await button(page, "Next").isDisabled());
  await page.getByLabel("a page").selectOption("50");
  await page.getByText("1–50 of 60 groups").waitFor();
  assert.ok(await button(page, "Previous").isDisabled());
  assert.deepEqual(query(page), { per_page: "50" });

  await page.goto("/buyer_groups?page=9");
  await heading2(page, "This page is past the end.").waitFor();
  await button(page, "Go to the first page").click();
  await page.getByText("1–25 of 60 groups").waitFor();
});

story("a link, a reload and the back button restore the view", DEMO, async ({ server, arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  const search_ = "fulltext=insurance&dial_buyers_type=sequentially&order=weight&order_dir=desc&columns=weight,uuid&per_page=50";
  const expected = await named(server, "fulltext=insurance&dial_buyers_type=sequentially&order=weight&order_dir=desc");
  const asExpected = async () => {
    await sees(() => names(page), expected);
    await sees(() => header(page, "Weight").getAttribute("aria-sort"), "descending");
    await header(page, "UUID").waitFor();
    assert.equal(await search(page).inputValue(), "insurance");
    await page.getByText("Dialing is One at a time").waitFor();
  };
  await page.goto(`/buyer_groups?${search_}`);
  await asExpected();
  await page.reload();
  await asExpected();

  const address = page.url();
  await link(page.getByRole("table"), expected[0]).click();
  await heading(page, expected[0]).waitFor();
  await page.goBack();
  await asExpected();
  assert.equal(page.url(), address);
  await page.goForward();
  await heading(page, expected[0]).waitFor();
});

story("an address that the API would refuse is explained, and leads back to the plain list", DEMO, async ({ arrive }) => {
  const visitor = await arrive();
  visitor.expect(/422/);
  await visitor.signIn();
  const page = await visitor.open("/buyer_groups?per_page=5000");
  await page.getByRole("alert").getByText(/from 1 to 1000/).waitFor();
  await link(page, "Show the plain list").click();
  await page.getByText("1–25 of 60 groups").waitFor();
});

story("what is shown is downloaded as CSV, all pages of it", DEMO, async ({ server, arrive }) => {
  const { body } = await server.api.get("/api/v1/buyer_groups?fulltext=a&order=name&root=false&per_page=100");
  assert.ok(body.length > 25, "more than a page");
  const visitor = await arrive();
  await visitor.signIn();
  const page = await visitor.open("/buyer_groups?fulltext=a&order=name&columns=weight,attempt_daily_used");
  await page.getByText(`1–25 of ${body.length} groups`).waitFor();
  const coming = page.waitForEvent("download");
  await link(page, "CSV").click();
  const download = await coming;
  assert.equal(download.suggestedFilename(), "buyer_groups.csv");
  const lines = (await readFile(await download.path(), "utf8")).trimEnd().split("\r\n");
  assert.equal(lines[0], "id,name,weight,attempt_daily_used,attempt_daily_limit");
  assert.deepEqual(
    lines.slice(1),
    body.map(({ id, name, weight, attempt_daily_used, attempt_daily_limit }) =>
      [id, name.includes(",") ? `"${name}"` : name, weight, attempt_daily_used, attempt_daily_limit].join(","),
    ),
  );
});

story("caps stand as used, limit and meter", DEMO, async ({ server, arrive }) => {
  const { body } = await server.api.get("/api/v1/buyer_groups/123456");
  const { attempt_daily_used, attempt_daily_limit, name } = body.buyer_group;
  const visitor = await arrive();
  const page = await visitor.signIn();
  await search(page).fill(name);
  const number = new Intl.NumberFormat("en-US");
  const text = `${number.format(attempt_daily_used)}.*${number.format(attempt_daily_limit)}`;
  await row(page, name).getByRole("cell").filter({ hasText: new RegExp(text) }).waitFor();
});

function heading2(page, name) {
  return page.getByRole("heading", { level: 2, name });
}
