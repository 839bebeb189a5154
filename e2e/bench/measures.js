// What is measured of the admin page, each with the aim that it is held to.
//
// A measure answers `{what, unit, values, most?, beside?}`: values of several runs; `most`, what their median may be;
// `beside`, the same (or what its own `unit` says) of something to compare with, measured in turns in the same run, since
// machines differ and are busy with other things.

import { setTimeout as pause } from "node:timers/promises";
import { Tab } from "./tab.js";

const LIST = "/buyer_groups";
/** Where the list's answers come from. */
const ANSWERS = "/api/v1/buyer_groups?";
const KEYSTROKES = 60;
const REFRESHES = 240;
const REFRESH_MS = 15_000;

/**
 * @typedef {object} Stage
 * @property {import("playwright-core").Browser} browser
 * @property {string} origin where the admin page is
 * @property {object} visitor the cookies of somebody who is signed in
 * @property {string} plain the address of the plain page
 * @property {string[]} words each of which finds `found` groups
 * @property {number} found
 * @property {string} group the id of a group
 */

/** @param {Stage} stage */
export async function* measures(stage) {
  yield* firstRow(stage);
  yield* slowFirstRow(stage);
  yield await keystroke(stage, "the name", "Name", "a".repeat(KEYSTROKES).split(""));
  const number = [..."12500", ..."BBBBB"].map((key) => (key === "B" ? "Backspace" : key));
  yield await keystroke(stage, "a limit", "Daily attempt limit", Array(KEYSTROKES / number.length).fill(number).flat());
  yield await search(stage);
  yield* manyRows(stage);
  yield* heap(stage);
}

async function* firstRow({ browser, origin, visitor, plain }) {
  const values = [];
  const beside = { what: "plain page", values: [] };
  for (let run = 0; run < 9; run++) {
    values.push(await within({ browser, visitor }, (tab) => tab.untilFirstRow(origin + LIST)));
    beside.values.push(await within({ browser }, (tab) => tab.untilFirstRow(plain)));
  }
  yield { what: "first row", unit: "ms", values, beside, most: 350 };
}

/** Time and bytes; the bytes here, where what comes after the first row does not slip in before it. */
async function* slowFirstRow({ browser, origin, visitor, plain }) {
  const times = [];
  const bytes = [];
  const requests = [];
  const beside = { what: "plain page", values: [] };
  for (let run = 0; run < 5; run++) {
    await within({ browser, visitor, slow: true }, async (tab) => {
      const traffic = await watchTraffic(tab, origin);
      times.push(await tab.untilFirstRow(origin + LIST));
      const { sum, count } = traffic();
      bytes.push(sum / 1000);
      requests.push(count);
    });
    beside.values.push(await within({ browser, slow: true }, (tab) => tab.untilFirstRow(plain)));
  }
  yield { what: "first row, 4× slower, 1.6 Mbit/s, 150 ms", unit: "ms", values: times, beside, most: 2500 };
  const besideBytes = { what: "in", unit: "requests", values: requests };
  yield { what: "bytes on the wire to the first row", unit: "KB", values: bytes, beside: besideBytes, most: 150 };
}

/** Script, style and layout of the page per key that is pressed in a field of the form. */
async function keystroke({ browser, origin, visitor, plain, group }, where, label, keys) {
  const perKey = (settings, address, label) =>
    within(settings, async (tab) => {
      await tab.page.goto(address);
      await tab.page.getByLabel(label, { exact: true }).and(tab.page.getByRole("textbox")).click();
      await pause(500);
      const before = await tab.metrics();
      for (const key of keys) {
        await tab.page.keyboard.press(key);
        await pause(20);
      }
      // What the page puts off until nobody types belongs to the keys, too.
      await pause(500);
      return (work(await tab.metrics()) - work(before)) / keys.length;
    });
  const values = [];
  const beside = { what: "plain input", values: [] };
  for (let run = 0; run < 5; run++) {
    values.push(await perKey({ browser, visitor, rows: false }, `${origin}${LIST}/${group}`, label));
    beside.values.push(await perKey({ browser, rows: false }, plain, "Name"));
  }
  return { what: `script, style, layout of a key in ${where}`, unit: "ms", values, beside, most: 1 };
}

function work({ ScriptDuration, RecalcStyleDuration, LayoutDuration }) {
  return (ScriptDuration + RecalcStyleDuration + LayoutDuration) * 1000;
}

/** From the input's event to the rows of the answer. */
async function search({ browser, origin, visitor, words, found }) {
  const values = [];
  const beside = { what: "answer alone", values: [] };
  await within({ browser, visitor }, async (tab) => {
    await tab.untilFirstRow(origin + LIST);
    const box = tab.page.getByRole("searchbox").first();
    for (let run = 0; run < 10; run++) {
      const word = words[run % words.length];
      await box.fill("");
      await tab.page.waitForFunction((found) => window.bench.rows().length > found, found);
      await pause(500);
      await box.focus();
      await tab.page.evaluate(watchSearch, { word, found, answers: ANSWERS });
      await tab.page.keyboard.insertText(word);
      const { total, answer } = await tab.page.evaluate(() => window.bench.searched);
      // The first one is what warms the server and the browser up.
      if (run > 0) {
        values.push(total);
        beside.values.push(answer);
      }
    }
  });
  return { what: "search, from input to rows", unit: "ms", values, beside, most: 100 };
}

/** Runs in the page. */
function watchSearch({ word, found, answers }) {
  const { rows, drawn } = window.bench;
  performance.clearResourceTimings();
  const isFound = (row) => row.textContent.toLowerCase().includes(word);
  const typed = new Promise((resolve) => addEventListener("input", resolve, { capture: true, once: true }));
  window.bench.searched = typed.then(async (event) => {
    const end = await drawn(() => rows().length === found && rows().every(isFound));
    const asked = performance.getEntriesByType("resource").filter(({ name }) => name.includes(answers));
    return { total: end - event.timeStamp, answer: asked.at(-1).duration };
  });
}

/** A thousand rows in an open list, from a link within the page. */
async function* manyRows({ browser, origin, visitor }) {
  const totals = [];
  const afterAnswer = [];
  const beside = { what: "answer alone", values: [] };
  for (let run = 0; run < 5; run++) {
    await within({ browser, visitor }, async (tab) => {
      await tab.untilFirstRow(origin + LIST);
      await pause(500);
      const { total, answer } = await tab.page.evaluate(followToMany, { address: `${LIST}?per_page=1000`, answers: ANSWERS });
      totals.push(total);
      afterAnswer.push(total - answer);
      beside.values.push(answer);
    });
  }
  yield { what: "1,000 rows, from the click on a link", unit: "ms", values: totals, beside };
  yield { what: "1,000 rows, from their answer", unit: "ms", values: afterAnswer, most: 300 };
}

/** Runs in the page. */
async function followToMany({ address, answers }) {
  const { rows, drawn } = window.bench;
  performance.clearResourceTimings();
  const link = Object.assign(document.createElement("a"), { href: address });
  document.body.append(link);
  const begun = performance.now();
  link.click();
  const end = await drawn(() => rows().length === 1000);
  const asked = performance.getEntriesByType("resource").filter(({ name }) => name.includes(answers));
  return { total: end - begun, answer: asked[0].responseEnd - begun };
}

/** After load, and after as many refreshes as an hour has. */
async function* heap({ browser, origin, visitor, plain }) {
  const fresh = [];
  const later = [];
  const beside = { what: "plain page", values: [] };
  let how;
  for (let run = 0; run < 3; run++) {
    await within({ browser, visitor }, async (tab) => {
      await tab.untilFirstRow(origin + LIST);
      await pause(1000);
      fresh.push((await tab.heap()) / 1e6);
      if (run === 0) {
        how = await refresh(tab);
        later.push((await tab.heap()) / 1e6);
      }
    });
    await within({ browser }, async (tab) => {
      await tab.untilFirstRow(plain);
      beside.values.push((await tab.heap()) / 1e6);
    });
  }
  yield { what: "heap after load", unit: "MB", values: fresh, beside, most: 6 };
  yield { what: `heap after ${how}`, unit: "MB", values: later, beside: { what: "after load", values: fresh.slice(0, 1) } };
}

/** Lets an hour pass for the page, which refreshes its list by itself; answers how often it did. */
async function refresh(tab) {
  let answers = 0;
  tab.page.on("response", (answer) => (answers += Number(answer.url().includes(ANSWERS))));
  await tab.live(REFRESHES * REFRESH_MS);
  return `an hour, ${answers} refreshes`;
}

/** Answers a function that gives how many bytes came, headers with them, in how many requests, until it is called. */
async function watchTraffic(tab, origin) {
  const sizes = new Map();
  await tab.cdp.send("Network.enable");
  tab.cdp.on("Network.responseReceived", ({ requestId, response }) => {
    if (response.url.startsWith(origin)) sizes.set(requestId, response.encodedDataLength);
  });
  tab.cdp.on("Network.dataReceived", ({ requestId, encodedDataLength }) => {
    if (sizes.has(requestId)) sizes.set(requestId, sizes.get(requestId) + encodedDataLength);
  });
  tab.cdp.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (sizes.has(requestId)) sizes.set(requestId, encodedDataLength);
  });
  return () => ({ sum: [...sizes.values()].reduce((sum, size) => sum + size, 0), count: sizes.size });
}

async function within({ browser, ...settings }, work) {
  const tab = await Tab.open(browser, settings);
  try {
    return await work(tab);
  } finally {
    await tab.close();
  }
}
