// The caps screen: what is full, near, uncapped, and until when; a limit is raised where it stands.

import assert from "node:assert/strict";
import { button, heading, link, news, query, row, sees } from "../lib/panel.js";
import { story } from "../lib/story.js";

/** A company of three groups: one is full today, one is near, one has no limit at all. */
async function company(server) {
  const { body } = await server.api.post("/api/v1/buyers", { name: "Desk", phone_number: "+14155550134" });
  const make = async (name, values) => {
    const made = await server.api.post("/api/v1/buyer_groups", { name, buyer_ids: [body.buyer.id], ...values });
    return made.body.buyer_group.id;
  };
  const groups = {
    full: await make("Full house", { attempt_daily_limit: 2 }),
    near: await make("Nearly there", { attempt_monthly_limit: 5 }),
    none: await make("Open end", {}),
  };
  for (let call = 0; call < 2; call += 1) await dial(server, groups.full);
  for (let call = 0; call < 4; call += 1) await dial(server, groups.near);
  return groups;
}

/** One call that a group takes, to its end. */
async function dial(server, group) {
  const { body } = await server.api.post("/api/v1/calls", { buyer_group_id: group, caller_number: "+14155550100" });
  for (const event of ["dialed", "ended"]) {
    const told = await server.api.put(`/api/v1/calls/${body.call.id}`, { event_id: event, event });
    assert.equal(told.status, 200);
  }
}

const order = (page) => page.getByRole("table").getByRole("rowheader").getByRole("link").allTextContents();
const tab = (page, name) => page.getByRole("navigation", { name: "Views" }).getByRole("link", { name });

story("what is full, near and uncapped stands on one screen, the fullest first", {}, async ({ server, arrive }) => {
  await company(server);
  const page = await (await arrive()).signIn();
  await link(page.getByRole("navigation", { name: "Main" }), "Caps").click();
  await heading(page, "Caps").waitFor();
  await sees(() => order(page), ["Full house", "Nearly there", "Open end"]);
  await row(page, "Full house").getByText("Attempts today").last().waitFor();
  await row(page, "Full house").getByText(/^Full until /).last().waitFor();
  await row(page, "Nearly there").getByText("of 5").waitFor();
  await row(page, "Open end").getByText("No limit at all").last().waitFor();

  await tab(page, /^Uncapped/).click();
  await sees(() => order(page), ["Open end"]);
  assert.deepEqual(query(page), { state: "uncapped" });
  await tab(page, /^Near/).click();
  await sees(() => order(page), ["Nearly there"]);
  await page.getByRole("combobox", { name: "Window" }).selectOption("Today");
  await page.getByText("No caps match.").waitFor();
  await link(page, "Show all caps").click();
  await sees(() => order(page), ["Full house", "Nearly there", "Open end"]);
  await link(row(page, "Full house"), "Full house").click();
  await heading(page, "Full house").waitFor();
  assert.equal(new URL(page.url()).hash, "#caps");
});

story("a limit is raised where it stands, and taken back", {}, async ({ server, arrive }) => {
  const groups = await company(server);
  const page = await (await arrive()).signIn();
  await page.goto("/caps");
  const full = row(page, "Full house");
  await button(full, "Change the limit of Full house, Attempts today").click();
  const input = full.getByRole("textbox");
  await input.fill("x");
  await input.press("Enter");
  await full.getByText("Daily attempt limit must be a decimal number.").waitFor();
  await input.fill("10");
  await input.press("Enter");
  await news(page, "Daily attempt limit of Full house is 10.").waitFor();
  await full.getByText("of 10").waitFor();
  await sees(() => order(page), ["Nearly there", "Full house", "Open end"]);
  const kept = async () => {
    const { body } = await server.api.get(`/api/v1/buyer_groups/${groups.full}?columns=attempt_daily_limit`);
    return body.buyer_group.attempt_daily_limit;
  };
  assert.equal(await kept(), 10);
  await button(news(page, "Daily attempt limit"), "Undo").click();
  await sees(kept, 2);
  await sees(() => order(page), ["Full house", "Nearly there", "Open end"]);
});

story("a meter moves when a call comes through the API", {}, async ({ server, arrive }) => {
  const groups = await company(server);
  const page = await (await arrive()).signIn();
  await page.goto("/caps?state=near");
  const near = row(page, "Nearly there");
  await near.getByText("4", { exact: true }).waitFor();
  await dial(server, groups.near);
  await page.getByText("No cap is near.").waitFor();
  await tab(page, /^Full/).click();
  await row(page, "Nearly there").getByText("5", { exact: true }).waitFor();
});
