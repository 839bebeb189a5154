// A list that stays true while it is looked at: new values come in place, and nothing moves under the reader.

import assert from "node:assert/strict";
import { BEAT, beat as nextBeat, holdClock } from "../lib/clock.js";
import { button, names, row, sees } from "../lib/panel.js";
import { story } from "../lib/story.js";

const DEMO = { demo: true };

/** The list of groups in a page whose clock the story moves. */
async function open(visitor) {
  const page = await visitor.signIn();
  await holdClock(page);
  await page.reload();
  await sees(async () => (await names(page)).length, 25);
  return page;
}

/** Lets the time until the next refresh of the list pass. */
const beat = (page) => nextBeat(page, "/api/v1/buyer_groups?");

async function named(server, search = "order=routing") {
  const { body } = await server.api.get(`/api/v1/buyer_groups?columns=name&root=false&${search}`);
  return body.map(({ name }) => name);
}

/** The ids of the groups of the first page, in routing order. */
async function ids(server) {
  const { body } = await server.api.get("/api/v1/buyer_groups?columns=id&root=false&order=routing");
  return body.map(({ id }) => id);
}

const change = (server, id, values) => server.api.put(`/api/v1/buyer_groups/${id}`, values);
const cell = (page, name, text) => row(page, name).getByRole("cell", { name: text, exact: true });

story("new values come in place, and where from is said", DEMO, async ({ server, arrive }) => {
  const page = await open(await arrive());
  const shown = await names(page);
  await page.getByText(/^Counts from \d\d:\d\d, New York$/).waitFor();
  await row(page, shown[3]).hover();
  await change(server, (await ids(server))[3], { attempt_daily_limit: 7_777 });
  await beat(page);
  await row(page, shown[3]).getByText("of 7,777").waitFor();
  assert.deepEqual(await names(page), shown);
  assert.equal(await page.getByRole("button", { name: /moved$/ }).count(), 0, "nothing would move");
});

story("nothing moves under the pointer until one says so", DEMO, async ({ server, arrive }) => {
  const page = await open(await arrive());
  const shown = await names(page);
  const [, second, third] = await ids(server);
  await row(page, shown[4]).hover();
  const before = await row(page, shown[4]).boundingBox();
  await change(server, second, { tier: 3 });
  await change(server, third, { name: "Renamed meanwhile" });
  await beat(page);
  const inPlace = shown.with(2, "Renamed meanwhile");
  await sees(() => names(page), inPlace);
  await button(page, "1 group moved").waitFor();
  assert.deepEqual(await row(page, shown[4]).boundingBox(), before, "the button moves no row");

  await beat(page);
  assert.deepEqual(await names(page), inPlace, "also not at the next time");
  await button(page, "1 group moved").click();
  await sees(() => names(page), await named(server));
  await sees(() => button(page, "1 group moved").count(), 0);

  await server.api.post("/api/v1/buyer_groups", { name: "Come meanwhile", tier: -1, weight: 9 });
  await row(page, shown[4]).hover();
  await beat(page);
  await button(page, "1 new group").click();
  await sees(() => names(page), await named(server));
});

story("what is open, typed, focused and scrolled stays so", DEMO, async ({ server, arrive }) => {
  const page = await open(await arrive());
  const shown = await names(page);
  const [first, second] = await ids(server);
  await page.getByRole("checkbox", { name: `Select ${shown[2]}` }).check();
  await button(page, "Columns").click();
  const columns = page.getByRole("searchbox", { name: "Find a column" });
  await columns.click();
  await page.keyboard.type("daily");
  await page.evaluate(() => scrollTo(0, 240));
  await columns.evaluate((input) => input.setSelectionRange(1, 3));
  const state = () =>
    page.evaluate(() => {
      const { id, value, selectionStart, selectionEnd } = document.activeElement;
      const open = document.querySelector("#columns").matches(":popover-open");
      const selected = [...document.querySelectorAll("tbody :checked")].map(({ value }) => value);
      return { id, value, selectionStart, selectionEnd, open, selected, scrolled: scrollY };
    });
  const before = await state();
  assert.deepEqual([before.id, before.open, before.scrolled], ["column-search", true, 240]);

  await change(server, first, { tier: 1, weight: 55 });
  await change(server, second, { attempt_daily_limit: 6_666 });
  await server.api.post("/api/v1/buyer_groups", { name: "Come meanwhile", tier: -2 });
  await beat(page);
  await cell(page, shown[0], "55").waitFor();
  await row(page, shown[1]).getByText("of 6,666").waitFor();
  await button(page, "1 new group, 1 moved").waitFor();
  assert.deepEqual(await state(), before);
  assert.deepEqual(await names(page), shown);
});

story("a list that nobody is at moves by itself", DEMO, async ({ server, arrive }) => {
  const page = await open(await arrive());
  await page.mouse.move(0, 0);
  const [first] = await ids(server);
  await change(server, first, { tier: 9 });
  await beat(page);
  await sees(() => names(page), await named(server));
});

story("a refresh that fails keeps the rows and says so calmly", DEMO, async ({ server, arrive }) => {
  const visitor = await arrive();
  const page = await open(visitor);
  const shown = await names(page);
  await beat(page);
  visitor.expect(/ERR_CONNECTION_REFUSED/);
  await server.stop();
  await page.clock.fastForward(BEAT + 1_000);
  const sentence = page.getByRole("main").getByText(/^Not refreshed since \d\d:\d\d\. Trying again\.$/);
  await sentence.waitFor();
  assert.deepEqual(await names(page), shown);
  assert.equal(await page.getByRole("alert").count(), 0);
  await server.start();
  await change(server, (await ids(server))[0], { weight: 88 });
  await beat(page);
  await cell(page, shown[0], "88").waitFor();
  await sees(() => sentence.count(), 0);
});

story("a list comes up to date at once when one comes back to it", DEMO, async ({ server, arrive }) => {
  const page = await open(await arrive());
  const shown = await names(page);
  const hide = (hidden) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
  await beat(page);
  await hide(true);
  let asked = 0;
  page.on("request", (request) => (asked += request.url().includes("/api/v1/buyer_groups?") ? 1 : 0));
  await page.clock.fastForward(10 * BEAT);
  await change(server, (await ids(server))[0], { weight: 44 });
  assert.equal(asked, 0, "nobody looks");
  await hide(false);
  await cell(page, shown[0], "44").waitFor();
});

story("an hour of refreshes draws nothing anew and keeps no memory", DEMO, async ({ server, arrive }) => {
  const page = await open(await arrive());
  // The module tells nobody of its memory: it is taken down as it starts.
  await page.addInitScript(() => {
    for (const name of ["instantiate", "instantiateStreaming"]) {
      const start = WebAssembly[name];
      WebAssembly[name] = async (...words) => {
        const started = await start.apply(WebAssembly, words);
        window.moduleMemory ??= (started.instance ?? started).exports.memory;
        return started;
      };
    }
  });
  await page.reload();
  await sees(async () => (await names(page)).length, 25);
  const shown = await names(page);
  await beat(page);
  await page.evaluate(() => {
    window.drawn = [];
    const observer = new MutationObserver((records) => window.drawn.push(...records.map(({ target }) => target.textContent)));
    observer.observe(document.querySelector("table.list"), { subtree: true, childList: true, characterData: true, attributes: true });
  });
  const devtools = await page.context().newCDPSession(page);
  const heap = async () => {
    await devtools.send("HeapProfiler.collectGarbage");
    const { usedSize } = await devtools.send("Runtime.getHeapUsage");
    return { module: await page.evaluate(() => window.moduleMemory.buffer.byteLength), page: usedSize };
  };
  for (let count = 0; count < 20; count += 1) await beat(page);
  const before = await heap();
  for (let count = 20; count < 240; count += 1) await beat(page);
  const after = await heap();
  assert.deepEqual(await page.evaluate(() => window.drawn), []);
  assert.equal(after.module, before.module, "the module's memory grew");
  assert.ok(after.page - before.page < 300_000, `the page's memory grew from ${before.page} to ${after.page}`);

  await change(server, (await ids(server))[2], { attempt_daily_limit: 3_333 });
  await beat(page);
  await row(page, shown[2]).getByText("of 3,333").waitFor();
  const drawn = await page.evaluate(() => window.drawn);
  assert.ok(drawn.length > 0 && drawn.length < 40, `${drawn.length} changes for one group: ${drawn}`);
});
