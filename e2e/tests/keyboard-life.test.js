// The whole life of a group with the keyboard alone, once as fast as the machine is and once on a slow one.

import assert from "node:assert/strict";
import { focused, heading, names, news, sees } from "../lib/panel.js";
import { story } from "../lib/story.js";

const NAME = "Night desk, coast";

/** Presses Tab until what has the focus is called so. */
async function tabTo(page, name) {
  const passed = [];
  for (let step = 0; step < 90; step++) {
    const at = await focused(page);
    if (typeof name === "string" ? at === name : name.test(at)) return;
    passed.push(at);
    await page.keyboard.press("Tab");
  }
  assert.fail(`no Tab leads to ${name}; it passed ${passed.map((at) => at.slice(0, 40)).join(" | ")}`);
}

async function live(server, page) {
  const kept = async () => {
    const { body } = await server.api.get(`/api/v1/buyer_groups?root=false&fulltext=${encodeURIComponent("night desk")}`);
    return body[0];
  };

  // Created, with a wrong value first.
  await page.keyboard.press("n");
  await heading(page, "New group").waitFor();
  await tabTo(page, "Name");
  await page.keyboard.type(NAME);
  await tabTo(page, /^Tier/);
  await page.keyboard.press("Control+a");
  await page.keyboard.type("1,5");
  await page.keyboard.press("Control+s");
  await sees(() => page.getByRole("alert").first().textContent(), /Tier/);
  await tabTo(page, /^Tier/);
  await page.keyboard.press("Enter");
  await sees(() => page.evaluate(() => document.activeElement.name), "tier");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("1.5");
  await page.keyboard.press("Control+s");
  await heading(page, NAME).waitFor();
  await sees(async () => (await kept())?.tier, 1.5);

  // Found, and edited in the list.
  await page.keyboard.press("Escape");
  await sees(() => page.evaluate(() => document.activeElement.matches("input")), false);
  await page.keyboard.press("g");
  await page.keyboard.press("g");
  await heading(page, "Buyer groups").waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("night desk");
  await sees(() => names(page), [NAME]);
  await tabTo(page, NAME);
  await page.keyboard.press("e");
  await sees(() => focused(page), /. of Night desk/);
  await tabTo(page, `Weight of ${NAME}`);
  await page.keyboard.press("Control+a");
  await page.keyboard.type("4");
  await page.keyboard.press("Enter");
  await sees(async () => (await kept()).weight, 4);
  await sees(() => focused(page), NAME);

  // Paused and resumed.
  await page.keyboard.press("p");
  await sees(async () => (await kept()).paused, true);
  await sees(() => page.getByRole("table").textContent(), /Paused/);
  await page.keyboard.press("p");
  await sees(async () => (await kept()).paused, false);

  // Opened, deleted, and brought back.
  await page.keyboard.press("Enter");
  await heading(page, NAME).waitFor();
  await tabTo(page, "More actions");
  await page.keyboard.press("Enter");
  await tabTo(page, /^Delete/);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await tabTo(page, "Delete");
  await page.keyboard.press("Enter");
  await sees(kept, undefined);
  await news(page, "is deleted.").waitFor();
  await tabTo(page, /^Deleted/);
  await page.keyboard.press("Enter");
  await page.getByRole("table").getByText(NAME).waitFor();
  await tabTo(page, /^Restore/);
  await page.keyboard.press("Enter");
  await sees(async () => (await kept())?.name, NAME);
}

/** A page may look at its group once more between the moment at which that is deleted and the list that follows. */
const GONE = /404.*\/api\/v1\/buyer_groups\/\d+/;

story("a group lives by the keyboard alone", { demo: true }, async ({ server, arrive }) => {
  const visitor = await arrive();
  visitor.expect(GONE);
  await live(server, await visitor.signIn());
});

story("and on a processor that is four times slower", { demo: true }, async ({ server, arrive }) => {
  const visitor = await arrive();
  visitor.expect(GONE);
  const page = await visitor.signIn();
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  await live(server, page);
});
