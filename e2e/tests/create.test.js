// A new group: what is wrong with it is said before it is sent, in the words that the server would use.

import assert from "node:assert/strict";
import { announcement, button, description, field, focused, heading, link, names, news, saveBar, section, sees } from "../lib/panel.js";
import { story } from "../lib/story.js";

/** Values that the rules refuse: by the label of the field, its name in the API, and what is typed. */
const BAD = [
  ["Name", "name", "   "],
  ["Tier", "tier", "1,5"],
  ["Weight", "weight", "-1"],
  ["Daily attempt limit", "attempt_daily_limit", "15O,000"],
  ["Total revenue limit", "revenue_total_limit", "1.23456"],
];

story("a group is created, with bad values first", {}, async ({ server, arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  await page.getByText("A group lets several buyers share priority and caps.").waitFor();
  await link(page, "New group").first().click();
  await heading(page, "New group").waitFor();

  // What the server would say to these values, each as a sentence of its field.
  const draft = Object.fromEntries(BAD.map(([, name, value]) => [name, value]));
  const refusal = await server.api.post("/api/v1/buyer_groups", draft);
  assert.equal(refusal.status, 422);
  const sentences = BAD.map(([label, name]) => `${label} ${refusal.body.errors[name][0]}.`);

  for (const [label, , value] of BAD) await field(page, label).fill(value);
  await field(page, "Tier").focus();
  await sees(() => description(field(page, "Weight")), new RegExp(escaped(sentences[2])));

  await page.keyboard.press("Control+s");
  const summary = page.getByRole("alert").filter({ hasText: "Nothing was saved. 5 fields need a look." });
  await summary.waitFor();
  await sees(() => summary.evaluate((element) => element === document.activeElement), true);
  const listed = await summary.getByRole("link").allTextContents();
  assert.deepEqual([...listed].sort(), [...sentences].sort(), "the form and the server say the same words");
  for (const [index, [label, name, value]] of BAD.entries()) {
    assert.equal(await field(page, label).getAttribute("aria-invalid"), "true", label);
    assert.equal(await field(page, label).inputValue(), value, "what was typed stays");
    const beside = (await description(field(page, label))).toLowerCase();
    assert.ok(beside.includes(refusal.body.errors[name][0].toLowerCase()), `${beside}: ${sentences[index]}`);
    await link(summary, sentences[index]).click();
    await sees(() => focused(page), label);
  }
  assert.equal((await server.api.get("/api/v1/buyer_groups")).body.metadata.total_count, 0);

  await field(page, "Name").fill("Auto insurance, west");
  await field(page, "Tier").fill("1.5");
  await field(page, "Weight").fill("3");
  await field(page, "Daily attempt limit").fill("150,000");
  await field(page, "Total revenue limit").fill("$1,234.5");
  await page.getByRole("radio", { name: "All at once" }).check();
  await button(page, "Create Ctrl S").click();
  await heading(page, "Auto insurance, west").waitFor();
  await news(page, "Saved.").waitFor();
  assert.equal(await page.getByRole("alert").count(), 0, "the summary is gone");

  const id = Number(page.url().match(/\/buyer_groups\/(\d+)$/)[1]);
  const { body } = await server.api.get(`/api/v1/buyer_groups/${id}`);
  const { name, tier, weight, attempt_daily_limit, revenue_total_limit, dial_buyers_type } = body.buyer_group;
  assert.deepEqual(
    { name, tier, weight, attempt_daily_limit, revenue_total_limit, dial_buyers_type },
    {
      name: "Auto insurance, west",
      tier: 1.5,
      weight: 3,
      attempt_daily_limit: 150_000,
      revenue_total_limit: 1234.5,
      dial_buyers_type: "simultaneously",
    },
  );
  await page.goBack();
  await sees(() => names(page), ["Auto insurance, west"]);
});

story("what only the server can know lands on the same field", {}, async ({ server, arrive }) => {
  const { body } = await server.api.post("/api/v1/buyers", { name: "Bright Roof Sacramento", user_buyer_id: "solar-22-en" });
  const { id } = body.buyer;
  const visitor = await arrive();
  visitor.expect(/422/);
  await visitor.signIn();
  const page = await visitor.open("/buyer_groups/new");
  await field(page, "Name").fill("Solar, west");
  await page.getByRole("combobox", { name: "Add a buyer" }).fill("solar-22");
  await page.getByRole("option", { name: /Bright Roof Sacramento/ }).click();
  await section(page, "Buyers").getByRole("listitem").filter({ hasText: "Bright Roof Sacramento" }).waitFor();

  assert.equal((await server.api.delete(`/api/v1/buyers/${id}`)).status, 200);
  await button(page, "Create Ctrl S").click();
  const summary = page.getByRole("alert").filter({ hasText: "Nothing was saved. 1 field needs a look." });
  await link(summary, `Buyers must be ids of buyers: ${id} is not a buyer.`).click();
  const box = page.getByRole("combobox", { name: "Add a buyer" });
  await sees(() => description(box), new RegExp(`${id} is not a buyer`));
  assert.equal(await field(page, "Name").inputValue(), "Solar, west");

  await button(page, "Remove: Bright Roof Sacramento").click();
  await button(page, "Create Ctrl S").click();
  await heading(page, "Solar, west").waitFor();
});

story("a group is created by the keyboard alone", {}, async ({ server, arrive }) => {
  for (const name of ["Coastal Cover", "Great Plains Auto"]) await server.api.post("/api/v1/buyers", { name });
  const visitor = await arrive();
  const page = await visitor.signIn();
  const press = (key) => page.keyboard.press(key);
  const type = (text) => page.keyboard.type(text);
  /** Goes on by Tab until something of that name has the focus. */
  const tabTo = async (name) => {
    for (let presses = 0; presses < 60; presses += 1) {
      await press("Tab");
      if ((await focused(page)) === name) return;
    }
    assert.fail(`Tab never comes to ${name}`);
  };

  await tabTo("Skip to content");
  await press("Enter");
  await tabTo("New group");
  await press("Enter");
  await sees(() => focused(page), "New group");
  await tabTo("Name");
  await type("By hand");
  await tabTo("Add a buyer");
  for (const name of ["Coastal", "Great"]) {
    await type(name);
    await sees(() => announcement(page), "1 suggestion.");
    await press("Enter");
    await sees(() => announcement(page), /, now \d of \d/);
  }
  assert.equal(await announcement(page), "Great Plains Auto, now 2 of 2");
  await tabTo("One at a time");
  await press("ArrowRight");
  await tabTo("Hourly attempt limit");
  await type("40");
  await press("Control+s");
  await heading(page, "By hand").waitFor();
  await sees(() => announcement(page), "Saved. U undoes it.");

  const { body } = await server.api.get("/api/v1/buyer_groups?root=false");
  const [group] = body;
  assert.equal(group.name, "By hand");
  assert.equal(group.buyers_count, 2);
  assert.equal(group.dial_buyers_type, "simultaneously");
  assert.equal(group.attempt_hourly_limit, 40);
});

story("a new group needs a name only, and can be given up", {}, async ({ server, arrive }) => {
  const visitor = await arrive();
  await visitor.signIn();
  const page = await visitor.open("/buyer_groups/new");
  await saveBar(page).getByText("Only the name is required").waitFor();
  await field(page, "Name").fill("Never mind");
  await button(page, "Cancel").click();
  await heading(page, "Buyer groups").waitFor();
  assert.equal((await server.api.get("/api/v1/buyer_groups")).body.metadata.total_count, 0);
});

function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
