// Every page as axe-core sees it: light, dark and narrow. No page breaks its own policy or complains.

import assert from "node:assert/strict";
import { assertAccessible } from "../lib/accessibility.js";
import { button, field, heading, link, news, row, saveBar, sees, settled } from "../lib/panel.js";
import { story } from "../lib/story.js";
import { NARROW, WIDE } from "../lib/visitor.js";

/** The pages that an address leads to, each with its heading. */
const PAGES = {
  groups: ["/buyer_groups", "Buyer groups"],
  "groups-flat": ["/buyer_groups?order=name&order_dir=desc&dial_buyers_type=sequentially&columns=tier,external_record_id,paused,created_at,buyer_ids,eligibility", "Buyer groups"],
  "groups-no-match": ["/buyer_groups?fulltext=nothing%20is%20called%20so", "Buyer groups"],
  group: ["/buyer_groups/123456", "Auto insurance, west"],
  "group-new": ["/buyer_groups/new", "New group"],
  buyers: ["/buyers", "Buyers"],
  buyer: ["/buyers/100123"],
  "buyer-new": ["/buyers/new", "New buyer"],
  offers: ["/offers", "Offers"],
  offer: ["/offers/100099"],
  "offer-new": ["/offers/new", "New offer"],
  caps: ["/caps", "Caps"],
  "caps-uncapped": ["/caps?state=uncapped", "Caps"],
  alerts: ["/alerts", "Alerts"],
  company: ["/settings/company", "Company"],
  "sign-in": ["/sign-in", "Sign in"],
  "reference-groups": ["/api/docs/1.0/buyer_groups"],
  "reference-buyers": ["/api/docs/1.0/buyers"],
  "reference-offers": ["/api/docs/1.0/offers"],
};

for (const [name, [path, title]] of Object.entries(PAGES)) {
  story(`axe finds nothing on the page ${name}`, { demo: true }, async ({ arrive }) => {
    const visitor = await arrive();
    await visitor.signIn();
    const page = await visitor.open(path);
    await (title ? heading(page, title) : page.getByRole("heading", { level: 1 })).waitFor();
    await settled(page);
    await assertAccessible(page, name);
  });
}

story("axe finds nothing on the pages of what is not there", {}, async ({ arrive }) => {
  const visitor = await arrive();
  visitor.expect(/404/);
  await visitor.signIn();
  for (const [path, title] of [["/buyer_groups/100999", "Buyer group not found"], ["/nowhere"]]) {
    const page = await visitor.open(path);
    await (title ? heading(page, title) : page.getByRole("heading", { level: 1 })).waitFor();
    await assertAccessible(page, path.replaceAll("/", "-").slice(1));
  }
});

story("axe finds nothing on an empty company's pages", {}, async ({ arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  await page.getByText("No groups yet.").waitFor();
  await assertAccessible(page, "first-use");
});

story("axe finds nothing on a form that was refused, a dialog, a menu, news", { demo: true }, async ({ arrive }) => {
  const visitor = await arrive();
  await visitor.signIn();
  const page = await visitor.open("/buyer_groups/123456");
  await field(page, "Tier").fill("1,5");
  await field(page, "Daily attempt limit").fill("15O");
  await page.getByRole("button", { name: /^Move down: / }).first().click();
  await page.keyboard.press("Control+s");
  await page.getByRole("alert").getByText("Nothing was saved. 2 fields need a look.").waitFor();
  await assertAccessible(page, "group-refused");

  await page.getByLabel("More actions").click();
  await button(page, "Delete…").waitFor();
  await assertAccessible(page, "group-menu");
  await button(page, "Delete…").click();
  await page.getByRole("dialog").getByText("It can be undone.").waitFor();
  await assertAccessible(page, "group-delete");
  await button(page.getByRole("dialog"), "Cancel").click();

  await button(page, "Pause").click();
  await news(page, "is paused.").waitFor();
  await page.getByRole("combobox", { name: "Add a buyer" }).fill("medicare");
  await page.getByRole("option").first().waitFor();
  await assertAccessible(page, "group-search");
});

story("axe finds nothing on what the buttons of a list open", { demo: true }, async ({ arrive }) => {
  const opened = {
    Filter: (group) => button(group, "Weight"),
    Sort: (group) => group.getByRole("radio", { name: "Ascending" }),
    Columns: (group) => group.getByRole("checkbox", { name: "Weight" }),
    Density: (group) => group.getByRole("radio", { name: "Compact" }),
    More: (group) => button(group, "Copy link"),
    "Actions for Auto insurance, west": (group) => link(group, "Duplicate"),
  };
  const visitor = await arrive();
  const page = await visitor.signIn();
  await row(page, "Auto insurance, west").waitFor();
  for (const [name, content] of Object.entries(opened)) {
    await button(page, name).click();
    await content(page.getByRole("group", { name, exact: true })).waitFor();
    await assertAccessible(page, `groups-${name.toLowerCase()}`);
    await page.keyboard.press("Escape");
  }
});

story("axe finds nothing on filters that are set, and on what is deleted", { demo: true }, async ({ server, arrive }) => {
  const visitor = await arrive();
  await visitor.signIn();
  const page = await visitor.open("/buyer_groups?weight_from=1&weight_to=9&dial_buyers_type=simultaneously&name_contains=a");
  await button(page, "Weight is from 1 to 9").click();
  await page.getByLabel("From", { exact: true }).waitFor();
  await assertAccessible(page, "groups-filtered");
  await server.api.delete("/api/v1/buyer_groups/123456");
  await page.goto("/buyer_groups?deleted=true");
  await button(page, "Restore Auto insurance, west").waitFor();
  await assertAccessible(page, "groups-deleted");
});

story("on a narrow window everything is still reached, and nothing sticks out", { demo: true }, async ({ arrive }) => {
  const visitor = await arrive();
  const page = await visitor.signIn();
  await page.setViewportSize(NARROW);
  const sticksOut = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  for (const [path, title] of [PAGES.groups, PAGES.group, PAGES["group-new"], PAGES.buyers, PAGES.company]) {
    await page.goto(path);
    await heading(page, title).waitFor();
    await sees(sticksOut, 0);
  }
  await button(page, "Menu").click();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /^Offers/ }).click();
  await heading(page, "Offers").waitFor();
  assert.equal(await button(page, "Menu").getAttribute("aria-expanded"), "false", "the menu has done its work");

  await page.goto("/buyer_groups/123456");
  await field(page, "Weight").fill("8");
  await saveBar(page).getByRole("button", { name: /^Save/ }).click();
  await news(page, "Saved.").waitFor();
  await page.setViewportSize(WIDE);
});

story("axe would find a fault", {}, async ({ arrive }) => {
  const visitor = await arrive();
  const page = await visitor.open("/sign-in");
  await heading(page, "Sign in").waitFor();
  await page.evaluate(() => document.querySelector("main").append(document.createElement("button")));
  await assert.rejects(assertAccessible(page, "with-a-fault"), /button-name/);
});

story("an error in the console would not go unseen", {}, async ({ arrive }) => {
  const visitor = await arrive();
  const page = await visitor.open("/sign-in");
  await page.evaluate(() => {
    console.error("an error of the story's own");
    setTimeout(() => {
      throw new Error("thrown by the story");
    });
  });
  await sees(async () => visitor.complaints.map((text) => /of the story's own|thrown by the story/.exec(text)?.[0]).sort(), ["of the story's own", "thrown by the story"]);
  visitor.expect(/the story/);
});
