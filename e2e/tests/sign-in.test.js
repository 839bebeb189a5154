// Coming in and going out: an address that works once, a session that ends when its owner says so.

import assert from "node:assert/strict";
import { button, heading, sees } from "../lib/panel.js";
import { COMPANY } from "../lib/server.js";
import { story } from "../lib/story.js";

story("the address that the server prints signs in once, by a click", { demo: true }, async ({ server, arrive }) => {
  const address = server.printedAddress;
  const token = new URL(address).hash.slice(1);
  assert.match(token, /^\S{32,}$/);

  const operator = await arrive();
  const page = await operator.open(address);
  await heading(page, "Sign in").waitFor();
  // Programs that look at links before people do read them by GET, and see nothing of the token.
  for (const path of ["/sign-in", `/sign-in?${token}`]) assert.equal((await fetch(server.origin + path)).status, 200);

  await button(page, "Sign in").click();
  await heading(page, "Buyer groups").waitFor();
  assert.equal(page.url(), `${server.origin}/buyer_groups`, "the token left the address");
  await page.goBack();
  assert.ok(!page.url().includes(token), "nor does Back lead to it");

  const stranger = await arrive();
  stranger.expect(/401/);
  const second = await stranger.open(address);
  await button(second, "Sign in").click();
  await second.getByRole("alert").getByText("This sign-in address was used already, or is older than 15 minutes.").waitFor();
  await second.getByText("buyer-groups sign-in --company NAME").waitFor();
  assert.equal(await button(second, "Sign in").count(), 0, "nothing is left to try");
  assert.equal((await stranger.cookies()).length, 0);
});

story("the session's cookie is out of reach for scripts and other sites", {}, async ({ arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  const [cookie, ...others] = await visitor.cookies();
  assert.deepEqual(others, []);
  assert.ok(cookie.httpOnly);
  assert.equal(cookie.sameSite, "Lax");
  const days = (cookie.expires - Date.now() / 1000) / 86_400;
  assert.ok(days > 29.9 && days < 30.1, `${days} days`);
  assert.equal(await page.evaluate(() => document.cookie), "");
});

story("while nobody has a session, a server without a demonstration prints the way in", {}, async ({ server, arrive }) => {
  const visitor = await arrive();
  const page = await visitor.open(server.printedAddress);
  await button(page, "Sign in").click();
  await heading(page, "Buyer groups").waitFor();

  await server.stop();
  await server.start();
  assert.throws(() => server.printedAddress, /No sign-in address/, "somebody has one now");
});

story("who is not signed in is told how to, and sees nothing else", {}, async ({ arrive }) => {
  const visitor = await arrive();
  visitor.expect(/401/);
  const page = await visitor.open("/buyer_groups");
  await heading(page, "Sign in").waitFor();
  await page.getByText("You sign in with an address that works once.").waitFor();
  assert.equal(await page.title(), "Sign in · Buyer groups");
  assert.equal(await page.getByRole("navigation", { name: "Main" }).count(), 0);
});

story("signing out ends the session, in every tab", {}, async ({ server, arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  const other = await visitor.open("/buyers");
  await heading(other, "Buyers").waitFor();
  const [session] = await visitor.cookies();

  await button(page, "Sign out").click();
  await heading(page, "Sign in").waitFor();
  assert.deepEqual(await visitor.cookies(), []);
  const headers = { cookie: `${session.name}=${session.value}` };
  const answer = await fetch(`${server.origin}/api/v1/buyer_groups`, { headers });
  assert.equal(answer.status, 401, "a copy of the cookie is worth nothing either");

  visitor.expect(/401/);
  await other.getByRole("link", { name: /^Offers/ }).click();
  await other.getByRole("alert").filter({ hasText: "You were signed out." }).first().waitFor();
});

story("who is signed in and where stands on every page", {}, async ({ arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  const main = page.getByRole("navigation", { name: "Main" });
  await main.getByText(COMPANY.name).waitFor();
  for (const [name, title] of [["Buyers", "Buyers"], ["Offers", "Offers"], ["Settings", "Company"], ["Buyer groups", "Buyer groups"]]) {
    await main.getByRole("link", { name: new RegExp(`^${name}`) }).click();
    await heading(page, title).waitFor();
    assert.equal(await page.title(), title);
    await sees(() => main.getByRole("link", { name: new RegExp(`^${name}`) }).getAttribute("aria-current"), "page");
    await sees(() => page.evaluate(() => document.activeElement.textContent), title);
  }
});
