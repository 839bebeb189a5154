// What becomes of what was typed: shown as edited, reviewed, kept as a draft, merged, undone.

import assert from "node:assert/strict";
import { assertAccessible } from "../lib/accessibility.js";
import { announcement, button, description, field, focused, heading, link, news, save, saveBar, section, sees } from "../lib/panel.js";
import { story } from "../lib/story.js";

const COLUMNS = "name,weight,tier,buyer_ids,attempt_daily_limit,connection_daily_limit,dial_buyers_type,generate_team";

/** A group with three buyers, and a visitor on its page. */
async function stage({ server, arrive }, values = {}) {
  const ids = [];
  for (const name of ["Coastal Cover", "Great Plains Auto", "Lakeshore Casualty", "Harbor Mutual"]) {
    ids.push((await server.api.post("/api/v1/buyers", { name })).body.buyer.id);
  }
  const draft = { name: "Auto, west", weight: 1, attempt_daily_limit: 3500, buyer_ids: ids.slice(0, 3), ...values };
  const { id } = (await server.api.post("/api/v1/buyer_groups", draft)).body.buyer_group;
  const path = `/buyer_groups/${id}`;
  const read = async () => (await server.api.get(`/api/v1${path}?columns=${COLUMNS}`)).body.buyer_group;
  const write = async (change) => assert.equal((await server.api.put(`/api/v1${path}`, change)).status, 200);
  const visitor = await arrive();
  await visitor.signIn();
  const page = await visitor.open(path);
  await heading(page, draft.name).waitFor();
  return { id, ids, path, read, write, visitor, page };
}

/** The note about a draft that was left. */
function left(page) {
  return page.getByRole("alert").filter({ hasText: /^You left/ });
}

/** The note about what two people changed. */
function clashes(page) {
  return page.getByRole("alert").filter({ hasText: /Keep which\?|All is chosen\./ });
}

/** What is kept for later. */
function drafts(page) {
  return page.evaluate(() => Object.keys(localStorage).filter((name) => name.startsWith("draft ")));
}

/** The page looks what others did, as when its tab is come back to. */
function look(page) {
  return page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
}

/** Loads the page anew, whatever it asks. */
async function reload(page) {
  page.once("dialog", (dialog) => dialog.accept());
  await page.reload();
}

async function order(page) {
  const rows = section(page, "Buyers").getByRole("list", { name: "Buyers" }).getByRole("listitem");
  return (await rows.getByRole("link").allTextContents()).join(" > ");
}

story("each edited field says what it was; the review lists all and takes back one by one", {}, async (set) => {
  const { page, read } = await stage(set);
  await field(page, "Weight").fill("4");
  await field(page, "Daily attempt limit").fill("4,000");
  await page.getByRole("radio", { name: "All at once" }).check();
  await button(page, "Remove: Great Plains Auto").click();
  await sees(() => description(field(page, "Weight")), /Was 1$/);
  await sees(() => description(field(page, "Daily attempt limit")), "0%, was 3,500");
  await page.getByRole("group", { name: "Dialing" }).getByText("Was One at a time").waitFor();
  await saveBar(page).getByText("4 unsaved changes").waitFor();

  await button(page, "Review").click();
  const review = page.getByRole("dialog", { name: "4 changes" });
  const lines = async () => (await page.getByRole("dialog").getByRole("listitem").allTextContents()).map((text) => text.replace(/\s+/g, " "));
  await sees(lines, [
    "Buyers− Great Plains AutoUndo",
    "Weight1 becomes → 4Undo",
    "DialingOne at a time becomes → All at onceUndo",
    "Daily attempt limit3,500 becomes → 4,000Undo",
  ]);
  await assertAccessible(page, "review");
  await button(review, "Undo Dialing").click();
  await sees(() => announcement(page), "3 changes left.");
  await sees(() => focused(page), "Undo Daily attempt limit");
  await button(page.getByRole("dialog"), "Undo Buyers").click();
  await button(page.getByRole("dialog", { name: "2 changes" }), "Close").click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  assert.ok(await page.getByRole("radio", { name: "One at a time" }).isChecked());
  await sees(() => focused(page), "Review");

  const sending = page.waitForRequest((request) => request.method() === "PUT");
  await page.keyboard.press("Control+s");
  await news(page, "Saved.").waitFor();
  assert.deepEqual(JSON.parse((await sending).postData()), { weight: 4, attempt_daily_limit: 4000 });
  assert.equal((await read()).buyer_ids.length, 3);

  await field(page, "Weight").fill("5");
  await button(page, "Review").click();
  await button(page.getByRole("dialog", { name: "1 change" }), "Undo Weight").click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await saveBar(page).waitFor({ state: "detached" });
});

story("what was typed outlives reload, a killed tab and signing out; it is offered again", {}, async (set) => {
  const { page, path, visitor, read } = await stage(set);
  visitor.expect(/401/);
  await field(page, "Weight").fill("4");
  await field(page, "Daily attempt limit").fill("15O");
  await button(page, "Remove: Great Plains Auto").click();
  await page.getByRole("switch", { name: "Team" }).check();
  // At once, and not only when typing rests.
  await reload(page);
  await left(page).getByText(/^You left 4 changes here at \d\d:\d\d\.$/).waitFor();
  assert.equal(await field(page, "Weight").inputValue(), "1", "it is offered, not forced");
  await assertAccessible(page, "draft");
  await button(left(page), "Restore").click();
  await left(page).waitFor({ state: "detached" });
  await sees(() => focused(page), "Daily attempt limit");
  assert.equal(await field(page, "Weight").inputValue(), "4");
  await sees(() => description(field(page, "Daily attempt limit")), /letter O in it/);
  await button(page, "Put back: Great Plains Auto").waitFor();
  await saveBar(page).getByText("4 unsaved changes").waitFor();

  // A tab that is killed says nothing before: what rested is kept.
  await field(page, "Daily attempt limit").fill("150");
  await sees(() => page.evaluate(() => Object.entries(localStorage).find(([name]) => name.startsWith("draft "))?.[1]), /=150$/m);
  await page.close({ runBeforeUnload: false });
  const again = await visitor.open(path);
  await button(left(again), "Restore").click();
  assert.equal(await field(again, "Daily attempt limit").inputValue(), "150");

  await visitor.forget();
  await reload(again);
  await heading(again, "Sign in").waitFor();
  const back = await visitor.signIn();
  await again.close();
  await back.goto(path);
  await button(left(back), "Restore").click();
  await save(back);
  assert.deepEqual(await drafts(back), [], "what is saved is no draft");
  const { weight, attempt_daily_limit, generate_team, buyer_ids } = await read();
  assert.deepEqual([weight, attempt_daily_limit, generate_team, buyer_ids.length], [4, 150, true, 2]);

  await field(back, "Weight").fill("9");
  await field(back, "Tier").fill("2");
  await reload(back);
  // What is saved by now is not offered any more.
  await left(back).getByText(/^You left 2 changes/).waitFor();
  await field(back, "Weight").fill("5");
  await save(back);
  await left(back).getByText(/^You left 1 change here/).waitFor();
  await button(left(back), "Discard").click();
  await left(back).waitFor({ state: "detached" });
  assert.deepEqual(await drafts(back), []);
  await back.reload();
  await heading(back, "Auto, west").waitFor();
  assert.equal(await left(back).count(), 0);
});

story("a draft of a new group is kept too, and what is typed beside an offered draft does not replace it", {}, async (set) => {
  const { page, server } = { ...(await stage(set)), ...set };
  await page.goto("/buyer_groups/new");
  await field(page, "Name").fill("Solar");
  await field(page, "Weight").fill("3");
  await reload(page);
  await left(page).waitFor();
  await field(page, "Tier").fill("2");
  await reload(page);
  await left(page).getByText(/^You left 3 changes/).waitFor();
  await button(left(page), "Restore").click();
  await save(page);
  await heading(page, "Solar").waitFor();
  const [made] = (await server.api.get("/api/v1/buyer_groups?fulltext=solar")).body.buyer_groups;
  assert.deepEqual([made.name, made.weight, made.tier], ["Solar", 3, 2]);
  assert.deepEqual(await drafts(page), []);

  await page.goto(`/buyer_groups/new?copy=${made.id}`);
  await field(page, "Weight").fill("8");
  await reload(page);
  await button(left(page), "Restore").click();
  await sees(() => field(page, "Weight").inputValue(), "8");
  assert.equal(await field(page, "Name").inputValue(), "Solar (copy)");
  await button(page, "Cancel").click();
  await heading(page, "Buyer groups").waitFor();

  await page.goto("/buyer_groups/new");
  await field(page, "Name").fill("Never");
  await button(page, "Cancel").click();
  await heading(page, "Buyer groups").waitFor();
  assert.deepEqual(await drafts(page), []);
});

story("a browser that keeps nothing, or has no room, has the same form", {}, async (set) => {
  const { page, path, read } = await stage(set);
  await page.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException("no room", "QuotaExceededError");
    };
  });
  await page.goto(path);
  await field(page, "Weight").fill("4");
  await page.waitForTimeout(400);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /^Offers/ }).click();
  const question = page.getByRole("dialog", { name: "Leave without saving?" });
  await question.getByText("1 change is not saved.", { exact: true }).waitFor();
  await button(question, "Stay").click();
  await save(page);
  assert.equal((await read()).weight, 4);

  await page.addInitScript(() => {
    Object.defineProperty(window, "localStorage", {
      get() {
        throw new DOMException("forbidden", "SecurityError");
      },
    });
  });
  await page.goto(path);
  await field(page, "Weight").fill("5");
  await save(page);
  assert.equal((await read()).weight, 5);
});

story("a lost race: what nobody else touched goes together, and the save goes on", {}, async (set) => {
  const { page, ids, read, write, visitor } = await stage(set);
  visitor.expect(/412/);
  await field(page, "Weight").fill("9");
  await button(page, "Remove: Great Plains Auto").click();
  await write({ tier: 2, buyer_ids: [...ids] });
  await page.keyboard.press("Control+s");
  await news(page, /^Saved\. Owner changed Tier to 2 and changed Buyers while you edited\./).waitFor();
  const { weight, tier, buyer_ids } = await read();
  assert.deepEqual({ weight, tier, buyer_ids }, { weight: 9, tier: 2, buyer_ids: [ids[0], ids[2], ids[3]] });
  await saveBar(page).waitFor({ state: "detached" });
  assert.equal(await field(page, "Tier").inputValue(), "2");
});

story("a lost race: what two people changed is asked, nothing is preselected, then it is saved", {}, async (set) => {
  const { page, ids, read, write, visitor } = await stage(set);
  visitor.expect(/412/);
  await field(page, "Weight").fill("9");
  await field(page, "Tier").fill("3");
  await field(page, "Daily attempt limit").fill("100");
  await button(page, "Move down: Coastal Cover").click();
  await write({ weight: 4, tier: 2, name: "Auto, far west", buyer_ids: [ids[2], ids[1], ids[0]] });
  await saveBar(page).getByRole("button", { name: /^Save/ }).click();

  await clashes(page).getByText("3 fields that you changed were changed by others, too. Keep which?").waitFor();
  await sees(() => clashes(page).evaluate((note) => note === document.activeElement), true);
  const choice = (name) => clashes(page).getByRole("radiogroup", { name });
  await choice(/^Weight: .+ changed it while you edited\. It was 1\./).waitFor();
  assert.equal(await clashes(page).getByRole("radio", { checked: true }).count(), 0);
  await choice(/^Weight/).getByRole("radio", { name: "Theirs: 4" }).waitFor();
  await choice(/^Buyers/).getByRole("radio", { name: "Theirs: in the order Lakeshore Casualty, Great Plains Auto, Coastal Cover" }).waitFor();
  assert.equal((await read()).weight, 4, "nothing was overwritten");
  assert.equal(await field(page, "Weight").inputValue(), "9", "nothing was lost");
  await heading(page, "Auto, far west").waitFor();
  await assertAccessible(page, "clashes");

  await choice(/^Weight/).getByRole("radio", { name: "Yours: 9" }).check();
  await choice(/^Tier/).getByRole("radio", { name: "Theirs: 2" }).check();
  await page.keyboard.press("Control+s");
  await sees(() => clashes(page).evaluate((note) => note === document.activeElement), true);
  await choice(/^Buyers/).getByRole("radio", { name: /^Theirs/ }).check();
  await sees(() => field(page, "Tier").inputValue(), "2");
  await clashes(page).getByText("All is chosen.").waitFor();
  await button(clashes(page), "Save").click();
  await news(page, "Saved.").waitFor();
  await clashes(page).waitFor({ state: "detached" });
  const { name, weight, tier, attempt_daily_limit, buyer_ids } = await read();
  assert.deepEqual(
    { name, weight, tier, attempt_daily_limit, buyer_ids },
    { name: "Auto, far west", weight: 9, tier: 2, attempt_daily_limit: 100, buyer_ids: [ids[2], ids[1], ids[0]] },
  );
});

story("what others do comes in under what is typed, and does not disturb it", {}, async (set) => {
  const { page, read, write } = await stage(set);
  const weight = field(page, "Weight");
  await weight.fill("9");
  await write({ tier: 2, connection_daily_limit: 70 });
  await look(page);
  await news(page, "Somebody else changed Tier to 2 and changed Daily connection limit to 70 while you edited.").waitFor();
  assert.equal(await field(page, "Tier").inputValue(), "2");
  await saveBar(page).getByText("1 unsaved change", { exact: true }).waitFor();

  await write({ weight: 4 });
  await weight.focus();
  await look(page);
  await clashes(page).getByText("A field that you changed was changed by somebody else, too. Keep which?").waitFor();
  await sees(() => focused(page), "Weight");
  await page.keyboard.press("End");
  await page.keyboard.type("5");
  assert.equal(await weight.inputValue(), "95");
  await clashes(page).getByRole("radio", { name: "Yours: 95" }).check();
  await save(page);
  assert.equal((await read()).weight, 95, "it is saved on what they made, without a lost race");
});

story("a draft on a record that others changed since is merged with it", {}, async (set) => {
  const { page, read, write } = await stage(set);
  await field(page, "Weight").fill("9");
  await field(page, "Daily attempt limit").fill("100");
  await reload(page);
  await left(page).waitFor();
  await write({ weight: 4, tier: 2 });
  await page.reload();
  await left(page).getByText("Somebody changed this since. Restoring asks where that clashes with yours.").waitFor();
  await button(left(page), "Restore").click();
  await clashes(page).getByRole("radio", { name: "Theirs: 4" }).check();
  await button(clashes(page), "Save").click();
  await news(page, "Saved.").waitFor();
  const { weight, tier, attempt_daily_limit } = await read();
  assert.deepEqual({ weight, tier, attempt_daily_limit }, { weight: 4, tier: 2, attempt_daily_limit: 100 });
});

story("every save can be undone, unless somebody was faster", {}, async (set) => {
  const { page, server, read, write, visitor } = { ...(await stage(set)), ...set };
  visitor.expect(/412/);
  const before = await read();
  await field(page, "Weight").fill("9");
  await field(page, "Daily attempt limit").fill("");
  await button(page, "Remove: Great Plains Auto").click();
  await save(page);
  await field(page, "Tier").fill("7");
  await button(news(page, "Saved."), "Undo").click();
  await news(page, "Auto, west is as it was before.").waitFor();
  assert.deepEqual(await read(), before);
  await sees(() => field(page, "Weight").inputValue(), "1");
  assert.equal(await field(page, "Tier").inputValue(), "7", "what was typed since stays");
  await sees(() => order(page), "Coastal Cover > Great Plains Auto > Lakeshore Casualty");

  await save(page);
  await write({ weight: 5 });
  await button(news(page, "Saved."), "Undo").click();
  await news(page, "Not undone: somebody else has changed Auto, west since.").waitFor();
  assert.equal((await read()).tier, 7);
  await sees(() => field(page, "Weight").inputValue(), "5");

  await page.goto("/buyer_groups/new");
  await field(page, "Name").fill("Solar");
  await save(page);
  await heading(page, "Solar").waitFor();
  await button(news(page, "Saved."), "Undo").click();
  await news(page, "Solar is deleted.").waitFor();
  await heading(page, "Buyer groups").waitFor();
  assert.deepEqual((await server.api.get("/api/v1/buyer_groups?fulltext=solar")).body.buyer_groups, []);
});

story("buyers are put in order by their grips: with the mouse, with a finger", {}, async (set) => {
  const { page, ids, read } = await stage(set);
  const rows = section(page, "Buyers").getByRole("list", { name: "Buyers" }).getByRole("listitem");
  await sees(() => order(page), "Coastal Cover > Great Plains Auto > Lakeshore Casualty");
  await rows.first().scrollIntoViewIfNeeded();
  const middle = async (row) => {
    const { x, y, height } = await row.boundingBox();
    return { x: x + 6, y: y + height / 2 };
  };
  const [first, third] = [await middle(rows.nth(0)), await middle(rows.nth(2))];
  await page.mouse.move(first.x, first.y);
  await page.mouse.down();
  await page.mouse.move(third.x, third.y + 4, { steps: 6 });
  await sees(() => rows.nth(2).getAttribute("class"), "after");
  await page.mouse.up();
  await sees(() => announcement(page), "Coastal Cover, now 3 of 3");
  await sees(() => order(page), "Great Plains Auto > Lakeshore Casualty > Coastal Cover");
  assert.equal(await rows.nth(2).evaluate((row) => row.style.translate), "");

  await button(page, "Remove: Lakeshore Casualty").click();
  const client = await page.context().newCDPSession(page);
  const touch = (type, point) => client.send("Input.dispatchTouchEvent", { type, touchPoints: point ? [point] : [] });
  await touch("touchStart", third);
  for (let part = 1; part <= 4; part++) {
    await touch("touchMove", { x: third.x, y: third.y + ((first.y - 6 - third.y) * part) / 4 });
  }
  await sees(() => rows.nth(0).getAttribute("class"), "before");
  await touch("touchEnd");
  await sees(() => announcement(page), "Coastal Cover, now 1 of 2");
  await button(page, "Put back: Lakeshore Casualty").waitFor();
  await save(page);
  assert.deepEqual((await read()).buyer_ids, [ids[0], ids[1]]);
});

story("a block of cells from a spreadsheet fills the caps; what is wrong is marked and kept", {}, async (set) => {
  const { page, read } = await stage(set);
  const paste = (label, text) =>
    field(page, label).evaluate((input, text) => {
      input.focus();
      const data = new DataTransfer();
      data.setData("text/plain", text);
      return input.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    }, text);
  assert.equal(await paste("Hourly attempt limit", "100\t1,500\t$30,000\t\r\n40\t15O\t\t9\r\n"), false, "the browser pastes nothing itself");
  await sees(() => announcement(page), "8 cells filled.");
  const shown = async () =>
    Promise.all(["Hourly attempt", "Daily attempt", "Monthly attempt", "Total attempt", "Hourly connection", "Daily connection", "Total connection"]
      .map((label) => field(page, `${label} limit`).inputValue()));
  await sees(shown, ["100", "1,500", "30,000", "", "40", "15O", "9"]);
  await sees(() => description(field(page, "Daily connection limit")), "Must be a decimal number: it has the letter O in it");
  await sees(() => description(field(page, "Daily attempt limit")), "0%, was 3,500");
  assert.equal(await paste("Total revenue limit", "1\t2\n3\t4\n5\t6"), false);
  await news(page, "2 cells filled. 4 more had no place in the table.").waitFor();
  assert.equal(await paste("Hourly conversion limit", "7"), true, "a single value is pasted as ever");

  await field(page, "Daily connection limit").fill("150");
  await save(page);
  const { attempt_daily_limit, connection_daily_limit } = await read();
  assert.deepEqual({ attempt_daily_limit, connection_daily_limit }, { attempt_daily_limit: 1500, connection_daily_limit: 150 });
});
