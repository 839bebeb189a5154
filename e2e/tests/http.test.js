// The API as it stands on a real socket and a real file: what tests inside one process cannot show.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { heading, sees } from "../lib/panel.js";
import { story } from "../lib/story.js";

story("what was acknowledged is there after kill -9 amid writers", {}, async ({ server }) => {
  const acknowledged = new Map();
  let isUp = true;
  const write = async (writer) => {
    for (let number = 0; isUp; number += 1) {
      const name = `writer ${writer}, group ${number}`;
      const answer = await server.api.post("/api/v1/buyer_groups", { name }).catch(() => null);
      if (answer === null) return;
      assert.equal(answer.status, 201);
      acknowledged.set(answer.body.buyer_group.id, name);
    }
  };
  const writers = Array.from({ length: 8 }, (_, writer) => write(writer));
  await sees(async () => acknowledged.size > 200, true);
  await server.kill();
  isUp = false;
  await Promise.all(writers);

  await server.start();
  const found = new Map();
  for (let cursor = -1; cursor !== 0; ) {
    const { body } = await server.api.get(`/api/v1/buyer_groups?columns=id,name&per_page=1000&cursor=${cursor}`);
    for (const { id, name } of body.buyer_groups) found.set(id, name);
    cursor = body.metadata.next_cursor;
  }
  for (const [id, name] of acknowledged) assert.equal(found.get(id), name);
  const extra = found.size - acknowledged.size;
  assert.ok(extra >= 0 && extra <= 8, `${extra} beyond those that were acknowledged, of 8 under way`);
});

story("members added and removed by many at once come out exact", {}, async ({ server }) => {
  const ids = [];
  for (let number = 0; number < 32; number += 1) {
    ids.push((await server.api.post("/api/v1/buyers", { name: `Buyer ${number}` })).body.buyer.id);
  }
  const [kept, leaving, coming] = [ids.slice(0, 4), ids.slice(4, 16), ids.slice(16)];
  const { id } = (await server.api.post("/api/v1/buyer_groups", { name: "Busy", buyer_ids: [...kept, ...leaving] })).body.buyer_group;
  const path = `/api/v1/buyer_groups/${id}`;
  const changes = [
    ...coming.map((buyer) => ({ add_buyer_ids: [buyer] })),
    ...leaving.map((buyer) => ({ remove_buyer_ids: [buyer] })),
    ...coming.map((buyer) => ({ add_buyer_ids: [buyer, kept[0]] })),
  ];
  const answers = await Promise.all(changes.map((change) => server.api.put(path, change)));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  const { buyer_ids, buyers_count } = (await server.api.get(path)).body.buyer_group;
  assert.deepEqual(buyer_ids.slice(0, 4), kept, "those who stay keep their places");
  assert.deepEqual(buyer_ids.slice(4).sort(), [...coming].sort());
  assert.equal(buyers_count, 20);
});

story("a create that is sent again under its key is one create", {}, async ({ server }) => {
  const headers = { "idempotency-key": "the only one" };
  const send = (name) => server.api.post("/api/v1/buyer_groups", { name }, headers);
  const answers = await Promise.all(Array.from({ length: 6 }, () => send("Once")));
  const made = answers.filter(({ status }) => status === 201).map(({ body }) => body.buyer_group.id);
  assert.ok(made.length > 0);
  assert.equal(new Set(made).size, 1);
  assert.ok(answers.every(({ status }) => status === 201 || status === 409));
  assert.equal((await send("Twice")).status, 422);

  await server.stop();
  await server.start();
  const again = await send("Once");
  assert.equal(again.status, 201);
  assert.equal(again.body.buyer_group.id, made[0], "also after a restart");
  assert.equal((await server.api.get("/api/v1/buyer_groups")).body.metadata.total_count, 1);
});

story("what is no request is refused, and harms nobody else", {}, async ({ server }) => {
  const { hostname, port } = new URL(server.origin);
  const answerTo = async (bytes) => {
    const socket = connect(Number(port), hostname);
    let answer = "";
    socket.setEncoding("latin1").on("data", (text) => (answer += text));
    socket.on("error", () => {});
    const ended = once(socket, "close");
    // Not ended from here: whoever hangs up need not be answered.
    socket.write(bytes, "latin1");
    await ended;
    return answer.split("\r\n")[0];
  };
  assert.match(await answerTo("\x16\x03\x01 not HTTP\r\n\r\n"), /^HTTP\/1\.1 400/);
  assert.match(await answerTo(`GET /healthz HTTP/1.1\r\nhost: x\r\nx: ${"y".repeat(1_000_000)}\r\n\r\n`), /^(HTTP\/1\.1 431|$)/, "said, or cut off amid it");
  assert.match(await answerTo("GET /healthz HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n"), /^HTTP\/1\.1 400/);
  assert.match(await answerTo("GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"), /^HTTP\/1\.1 200/);
  assert.equal((await server.api.get("/api/v1/buyer_groups")).status, 200);
});

story("a page from elsewhere can neither write nor read with the visitor's cookie", {}, async ({ server, arrive }) => {
  // The same host on another port is the same site: the browser does send the cookie.
  const elsewhere = createServer((_, answer) => answer.setHeader("content-type", "text/html").end("<h1>Elsewhere</h1>"));
  elsewhere.listen(0, "127.0.0.1");
  await once(elsewhere, "listening");
  try {
    const visitor = await arrive();
    visitor.expect(/CORS|ERR_FAILED|ERR_BLOCKED_BY_RESPONSE/);
    await visitor.signIn();
    const page = await visitor.open(`http://127.0.0.1:${elsewhere.address().port}/`);
    const address = `${server.origin}/api/v1/buyer_groups`;

    await page.evaluate((url) => {
      const body = new URLSearchParams({ name: "Stolen" });
      return fetch(url, { method: "POST", mode: "no-cors", credentials: "include", body }).catch(() => {});
    }, address);
    // Without the cookie it would be 401: the browser sent it, and the server did not fall for it.
    await sees(async () => server.log, /method=POST route="\/api\/v1\/buyer_groups" status=403/);
    const read = await page.evaluate(
      (url) => fetch(url, { credentials: "include" }).then((answer) => answer.text(), () => "refused"),
      address,
    );
    assert.equal(read, "refused");
    assert.equal((await server.api.get("/api/v1/buyer_groups")).body.metadata.total_count, 0);

    await page.goto(`${server.origin}/buyer_groups`);
    await heading(page, "Buyer groups").waitFor();
  } finally {
    elsewhere.close();
    elsewhere.closeAllConnections();
  }
});

story("a session outlives the server", {}, async ({ server, arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  await server.stop();
  await server.start();
  await page.reload();
  await heading(page, "Buyer groups").waitFor();
});
