// Selecting rows: by click, in ranges, a page, all that match; it lasts through paging, sorting and new data.

import assert from "node:assert/strict";
import { box, pageBox, pageState, selected } from "../lib/bulk.js";
import { button, names, row, sees } from "../lib/panel.js";
import { story } from "../lib/story.js";

const DEMO = { demo: true };

story("rows are selected by click, in a range with Shift, and as a page", DEMO, async ({ arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  await sees(async () => (await names(page)).length, 25);
  const all = await names(page);

  await box(page, all[2]).click();
  await sees(() => selected(page), [all[2]]);
  assert.equal(await pageState(page), "some");
  await box(page, all[5]).click({ modifiers: ["Shift"] });
  await sees(() => selected(page), all.slice(2, 6));
  assert.equal(await page.evaluate(() => getSelection().toString()), "", "no text is marked by it");
  await box(page, all[4]).click({ modifiers: ["Shift"] });
  await sees(() => selected(page), all.slice(2, 4));

  // The cell around a box takes the click too.
  const cell = row(page, all[9]).getByRole("cell").first();
  const { width, height } = await cell.boundingBox();
  await cell.click({ position: { x: width - 3, y: height / 2 } });
  await sees(() => selected(page), [...all.slice(2, 4), all[9]]);

  await pageBox(page).click();
  await sees(() => selected(page), all);
  assert.equal(await pageState(page), "yes");
  await pageBox(page).click();
  await sees(() => selected(page), []);
  assert.equal(await pageState(page), "no");

  await box(page, all[0]).focus();
  await page.keyboard.press("Space");
  await sees(() => selected(page), [all[0]]);
});

story("a selection lasts through paging, sorting and new data", DEMO, async ({ arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  await sees(async () => (await names(page)).length, 25);
  const [first, second] = await names(page);
  await box(page, first).click();
  await box(page, second).click();
  await button(page, "Next").click();
  await page.getByText("26–50 of").waitFor();
  assert.deepEqual(await selected(page), []);
  assert.equal(await pageState(page), "no");
  await button(page, "Previous").click();
  await page.getByText("1–25 of").waitFor();
  await sees(() => selected(page), [first, second]);

  await page.goto("/buyer_groups?per_page=100");
  await sees(() => selected(page), []);
  await box(page, first).click();
  await page.getByRole("columnheader", { name: "Name" }).getByRole("button").click();
  await page.waitForURL(/order=name/);
  await page.getByRole("columnheader", { name: "Tier", exact: true }).waitFor();
  await sees(() => selected(page), [first]);
  await button(row(page, first), `Pause ${first}`).or(button(row(page, first), `Resume ${first}`)).click();
  await sees(() => selected(page), [first]);
});
