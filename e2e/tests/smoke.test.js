// The server program as it is started: what a monitor, a browser and a machine see first.

import assert from "node:assert/strict";
import { assertAccessible } from "../lib/accessibility.js";
import { until } from "../lib/server.js";
import { story } from "../lib/story.js";

const POLICY = /default-src 'self';.*script-src 'self' 'wasm-unsafe-eval'/;

story("a new server is alive, and its list is empty", {}, async ({ server }) => {
  const alive = await fetch(`${server.origin}/healthz`);
  assert.equal(alive.status, 200);

  const list = await server.api.get("/api/v1/buyer_groups");
  assert.equal(list.status, 200);
  assert.deepEqual(list.body.buyer_groups, []);
  assert.equal(list.body.metadata.total_count, 0);
});

story("nobody reads without a key", {}, async ({ server }) => {
  const answer = await fetch(`${server.origin}/api/v1/buyer_groups`);
  assert.equal(answer.status, 401);
  assert.match(answer.headers.get("www-authenticate"), /^Basic/);
  assert.equal((await answer.json()).success, false);
});

story("the page forbids every script but its own, and names its files by what is in them", {}, async ({ server }) => {
  const answer = await fetch(`${server.origin}/sign-in`, { headers: { "accept-encoding": "identity" } });
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get("content-security-policy"), POLICY);

  const page = await answer.text();
  assert.doesNotMatch(page, /<script(?![^>]* src=)|<style| style=| on[a-z]+=/, "nothing inline");
  const files = [...page.matchAll(/(?:href|src)="(\/[^"]+)"/g)].map(([, path]) => path);
  assert.equal(files.length, 6, `icon, sheet, module, its loader of parts, wasm and boot script, not ${files}`);
  for (const path of files) {
    const file = await fetch(server.origin + path, { headers: { "accept-encoding": "br" } });
    assert.equal(file.status, 200, path);
    assert.equal(file.headers.get("content-encoding"), "br", path);
    assert.match(file.headers.get("cache-control"), /immutable/, path);
    assert.match(file.headers.get("vary"), /accept-encoding/i, path);
  }
});

story("the demonstration has groups to look at", { demo: true }, async ({ server }) => {
  const list = await server.api.get("/api/v1/buyer_groups?columns=id,name&per_page=100");
  assert.equal(list.status, 200);
  assert.equal(list.body.metadata.total_count, 60);
  assert.ok(list.body.buyer_groups.some((group) => group.id === 123456));
});

story("what is written outlives a restart", {}, async ({ server }) => {
  const created = await server.api.post("/api/v1/buyer_groups", { name: "Auto insurance, west" });
  assert.equal(created.status, 201);

  assert.equal(await server.stop(), 0, "SIGTERM ends the server cleanly");
  await server.start();

  const { id } = created.body.buyer_group;
  const found = await server.api.get(`/api/v1/buyer_groups/${id}`);
  assert.deepEqual(found.body.buyer_group, created.body.buyer_group);
});

story("the admin page starts", {}, async ({ arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  assert.match(await page.title(), /Buyer groups/);
});

story("a page whose module does not arrive says so, and a reload heals it", {}, async ({ arrive }) => {
  const visitor = await arrive();
  visitor.expect(/ERR_FAILED|Failed to fetch/);
  const page = await visitor.open();
  await page.route("**/*.wasm", (route) => route.abort());
  await page.goto("/sign-in");
  await page.getByText("The page could not be loaded").waitFor();
  await assertAccessible(page, "load-failed");

  await page.unroute("**/*.wasm");
  await page.getByRole("button", { name: "Reload" }).click();
  await page.getByRole("heading", { level: 1 }).waitFor();
  assert.ok(await page.getByText("The page could not be loaded").isHidden());
});

story("a breach of the page's policy does not go unseen", {}, async ({ arrive }) => {
  const visitor = await arrive();
  const page = await visitor.open("/sign-in");
  await page.evaluate(() => document.body.setAttribute("style", "color: red"));
  await until("the browser reports it", 5_000, () => visitor.complaints.some((text) => text.startsWith("CSP style-src")));
  visitor.expect(/style-src|inline style/);
});
