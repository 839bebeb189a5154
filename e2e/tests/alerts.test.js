// Alerts: told while the panel is open, kept on a page until somebody has taken note, sent to the company's webhook.

import assert from "node:assert/strict";
import { assertAccessible } from "../lib/accessibility.js";
import { button, field, heading, link, names, news, query, row, save, saveBar, section, sees, settled } from "../lib/panel.js";
import { story } from "../lib/story.js";

/** A group that takes five calls a day, and what makes one of them. */
async function stage(server) {
  const { body } = await server.api.post("/api/v1/buyers", { name: "Desk", phone_number: "+14155550134" });
  const draft = { name: "Auto, west", buyer_ids: [body.buyer.id], attempt_daily_limit: 5 };
  const { id } = (await server.api.post("/api/v1/buyer_groups", draft)).body.buyer_group;
  const dial = async () => {
    const made = await server.api.post("/api/v1/calls", { buyer_group_id: id, caller_number: "+14155550100" });
    for (const event of ["dialed", "ended"]) {
      const told = await server.api.put(`/api/v1/calls/${made.body.call.id}`, { event_id: event, event });
      assert.equal(told.status, 200);
    }
  };
  return { id, dial };
}

const main = (page) => page.getByRole("navigation", { name: "Main" });
/** What stands behind "Alerts" in the side bar. */
const unread = (page) => main(page).getByRole("link", { name: /^Alerts/ }).locator(".num").textContent();

story("an alert at 80 % is told at once, stands on its page and is read", {}, async ({ server, arrive }) => {
  const { id, dial } = await stage(server);
  for (let call = 0; call < 3; call += 1) await dial();
  const page = await (await arrive()).signIn();
  // The bell comes after the page; without alerts it shows nothing.
  await page.waitForResponse((response) => response.url().includes("/api/v1/alerts?read=false"));
  assert.equal(await unread(page), "");

  await dial();
  await news(page, "Auto, west: attempts per day near the limit, 4 of 5.").waitFor();
  await sees(() => unread(page), "1 unread");
  await main(page).getByRole("link", { name: /^Alerts/ }).click();
  await heading(page, "Alerts").waitFor();
  await sees(() => names(page), ["Auto, west"]);
  await row(page, "Auto, west").getByText("Near the limit").last().waitFor();
  await row(page, "Auto, west").getByText("Unread").waitFor();

  await dial();
  await news(page, "Auto, west: attempts per day at the limit, 5 of 5.").waitFor();
  await sees(() => unread(page), "2 unread");
  await page.reload();
  await sees(() => names(page), ["Auto, west", "Auto, west"]);
  const first = page.getByRole("row").nth(1);
  await first.getByText("At the limit").last().waitFor();
  await settled(page);
  await assertAccessible(page, "alerts with rows");

  await button(page, "Mark all as read").click();
  await news(page, "All alerts are marked as read.").waitFor();
  await page.getByText("Unread").first().waitFor({ state: "detached" });
  await button(page, "Mark all as read").waitFor({ state: "detached" });
  await sees(() => unread(page), "");
  const left = await server.api.get("/api/v1/alerts?read=false&columns=id");
  assert.deepEqual(left.body.alerts, []);

  await link(first, "Auto, west").click();
  await heading(page, "Auto, west").waitFor();
  assert.equal(new URL(page.url()).pathname, `/buyer_groups/${id}`);
});

story("alerts are looked through as every list is", {}, async ({ server, arrive }) => {
  const { dial } = await stage(server);
  const page = await (await arrive()).signIn();
  await page.goto("/alerts");
  await page.getByText("No alerts yet.").waitFor();
  assert.equal(await button(page, "Mark all as read").count(), 0);
  for (let call = 0; call < 5; call += 1) await dial();
  await page.goto("/alerts?kind=full");
  await sees(() => names(page), ["Auto, west"]);
  await page.getByRole("searchbox", { name: "Search alerts" }).fill("nothing says so");
  await page.getByText("Nothing matches these filters.").waitFor();
  await button(page, "Clear filters").click();
  await sees(() => names(page), ["Auto, west", "Auto, west"]);
  assert.deepEqual(query(page), {});
});

story("the webhook: its address, a secret that is shown once, a test that says what is wrong", {}, async ({ server, arrive }) => {
  const visitor = await arrive();
  visitor.expect(/422 \(Unprocessable Entity\)/);
  const page = await visitor.signIn();
  await page.keyboard.press("g");
  await page.keyboard.press("s");
  await heading(page, "Company").waitFor();
  const alerts = section(page, "Alerts");
  assert.equal(await button(alerts, "Send a test").isDisabled(), true, "there is no address yet");

  await field(page, "Webhook").fill("https://10.0.0.1/alerts");
  await saveBar(page).getByRole("button", { name: /^Save/ }).click();
  await alerts.getByText(/^Webhook /).last().waitFor();
  await sees(() => field(page, "Webhook").getAttribute("aria-invalid"), "true");
  await field(page, "Webhook").fill("https://receiver.invalid/alerts");
  assert.equal(await button(alerts, "Send a test").isDisabled(), true, "the address is not kept yet");
  await field(page, "Alert at").fill("90");
  await save(page);
  await alerts.getByText("Not signed: there is no secret yet.").waitFor();

  await button(alerts, "Make a secret").click();
  const secret = alerts.getByRole("textbox", { name: "New secret" });
  await sees(() => secret.inputValue(), /^whsec_[0-9a-f]{64}$/);
  const first = await secret.inputValue();
  await alerts.getByText(/^Signed with the secret of /).waitFor();
  await assertAccessible(page, "company with a secret");
  await button(alerts, "New secret…").click();
  const asked = page.getByRole("dialog");
  await asked.getByText(/signs beside it for another day/).waitFor();
  await assertAccessible(page, "a new secret");
  await button(asked, "Make it").click();
  await alerts.getByText(/the one before it signs beside it until /).waitFor();
  assert.notEqual(await secret.inputValue(), first);

  await button(alerts, "Send a test").click();
  await alerts.getByText(/^The test did not arrive\. .+/).waitFor();
  await page.reload();
  await alerts.getByText(/^Signed with the secret of /).waitFor();
  assert.equal(await secret.count(), 0, "it is not shown again");
  const { body } = await server.api.get("/api/v1/company?columns=webhook_url,alert_share");
  assert.deepEqual([body.company.webhook_url, body.company.alert_share], ["https://receiver.invalid/alerts", 90]);
});
