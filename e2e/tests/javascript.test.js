// What the module offers to JavaScript on the page: the rules of a buyer group.

import assert from "node:assert/strict";
import { heading } from "../lib/panel.js";
import { story } from "../lib/story.js";

async function open({ arrive }) {
  const page = await (await arrive()).open("/sign-in");
  await heading(page, "Sign in").waitFor();
  return page;
}

/** What validateBuyerGroup says in the page to a draft that can be sent there. */
function judge(page, draft) {
  return page.evaluate(async (draft) => {
    const { validateBuyerGroup } = await import(document.getElementById("module").href);
    return validateBuyerGroup(draft);
  }, draft);
}

story("a draft that holds becomes the change that the API keeps", {}, async ({ server, arrive }) => {
  const page = await open({ arrive });
  const draft = {
    name: "  Auto, west ",
    tier: "-1.50",
    paused: "yes",
    buyer_ids: "100101, 100123",
    attempt_daily_limit: "$1,500",
    revenue_total_limit: "",
    dial_buyers_type: "simultaneously",
  };
  const { ok, change, ...rest } = await judge(page, draft);
  assert.equal(ok, true);
  assert.deepEqual(rest, {});
  assert.equal(change.name, "Auto, west");
  assert.equal(change.tier, -1.5);
  assert.equal(change.paused, true);
  assert.deepEqual(change.buyer_ids, [100_101, 100_123]);
  assert.equal(change.attempt_daily_limit, 1500);
  assert.equal(change.revenue_total_limit, null);
  assert.equal(change.weight, 1, "a new group gets its defaults");

  // The server takes the change as it stands, and keeps just that.
  delete change.buyer_ids;
  const { status, body } = await server.api.post("/api/v1/buyer_groups", change);
  assert.equal(status, 201);
  const kept = Object.fromEntries(Object.keys(change).filter((name) => name in body.buyer_group).map((name) => [name, body.buyer_group[name]]));
  const shown = Object.fromEntries(Object.keys(kept).map((name) => [name, change[name]]));
  assert.deepEqual(kept, shown);
  assert.ok(Object.keys(kept).length >= 6, Object.keys(kept).join());
});

story("a draft with an id is a change of that group", {}, async ({ arrive }) => {
  const page = await open({ arrive });
  assert.deepEqual(await judge(page, { id: 123_456, weight: "3" }), { ok: true, change: { weight: 3 } });
});

story("violations have the words of the server, all at once", {}, async ({ server, arrive }) => {
  const page = await open({ arrive });
  const draft = { name: "", tier: "1,5", weight: -1, paused: "perhaps", attempt_daily_limit: "15O", team_users_emails: ["mia@northline"] };
  const { ok, violations } = await judge(page, draft);
  assert.equal(ok, false);
  const { status, body } = await server.api.post("/api/v1/buyer_groups", draft);
  assert.equal(status, 422);
  const words = {};
  for (const { field, message } of violations) (words[field] ??= []).push(message);
  assert.deepEqual(words, body.errors);
  assert.ok(violations.length >= 6);
  const tier = violations.find(({ field }) => field === "tier");
  assert.deepEqual(tier, { field: "tier", label: "Tier", message: "must be a decimal number: use a point instead of the comma" });
});

story("whatever it is given, it answers and never rejects", {}, async ({ arrive }) => {
  const page = await open({ arrive });
  const answers = await page.evaluate(async () => {
    const { validateBuyerGroup } = await import(document.getElementById("module").href);
    const cycle = { name: "x" };
    cycle.self = cycle;
    let deep = "x";
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const odd = {
      nothing: undefined,
      null: null,
      text: "name=x",
      number: 7,
      "no number": NaN,
      list: [],
      function: () => ({}),
      symbol: Symbol("x"),
      "big integer": 10n,
      date: new Date(0),
      "bad date": new Date(NaN),
      element: document.body,
      window: globalThis,
      cycle,
      "deep list": { name: deep },
      "getter that throws": { get name() { throw new Error("no"); } },
      "toJSON that throws": { toJSON() { throw new Error("no"); } },
      "revoked proxy": revoked.proxy,
      "no prototype": Object.create(null),
      "half a letter": { name: "\ud800" },
      "key of prototype": JSON.parse('{"__proto__": {"name": "x"}, "constructor": 1}'),
      infinity: { name: "x", weight: Infinity },
      "big integer inside": { name: "x", buyer_ids: [100123n] },
      "long text": { name: "x".repeat(1_000_000) },
    };
    const judged = Object.entries(odd).map(async ([name, draft]) => {
      try {
        const verdict = await validateBuyerGroup(draft);
        return [name, verdict.ok, verdict.ok ? verdict.change : verdict.violations];
      } catch (error) {
        return [name, "threw", String(error)];
      }
    });
    return Promise.all(judged);
  });
  assert.equal(answers.length, 24);
  const accepted = [];
  for (const [name, ok, said] of answers) {
    assert.ok(ok === true || ok === false, `${name}: ${ok} ${said}`);
    if (ok) accepted.push(name);
    else assert.ok(said.length > 0 && said.every(({ label, message }) => label && message), `${name}: ${JSON.stringify(said)}`);
  }
  assert.deepEqual(accepted, ["half a letter", "big integer inside"], "half a letter becomes the sign for one");
});
