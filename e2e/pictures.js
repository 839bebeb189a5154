// The pictures of the README: list and group of the demonstration, light and dark, written into the folder that is
// named. Run by `cargo xtask pictures`, which then makes them small.
//
// The demonstration is made from a fixed seed, and server and browser take it for the same moment each time, so a
// picture changes only when the page does.

import { writeFile } from "node:fs/promises";
import { launch } from "./lib/chromium.js";
import { heading, settled } from "./lib/panel.js";
import { Server } from "./lib/server.js";

/** A Tuesday, 14:20 in New York: the day's caps are well used. */
const MOMENT = "2026-03-10 18:20:00";
const SIZE = { width: 1200, height: 760 };

const PICTURES = [
  { name: "groups", path: "/buyer_groups", title: "Buyer groups" },
  { name: "group", path: "/buyer_groups/123456", title: "Auto insurance, west" },
];

const [folder] = process.argv.slice(2);
const server = await Server.start({ demo: true, clock: MOMENT });
const browser = await launch();
try {
  const context = await browser.newContext({
    baseURL: server.origin,
    viewport: SIZE,
    deviceScaleFactor: 1,
    locale: "en-US",
    timezoneId: "America/New_York",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  await page.clock.setFixedTime(`${MOMENT}Z`.replace(" ", "T"));
  await page.goto(server.printedAddress);
  await page.getByRole("button", { name: "Sign in" }).click();
  await heading(page, "Buyer groups").waitFor();
  for (const { name, path, title } of PICTURES) {
    await page.goto(path);
    await heading(page, title).waitFor();
    await settled(page);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await writeFile(`${folder}/${name}-${colorScheme}.png`, await picture(page));
    }
  }
} finally {
  await browser.close();
  await server.dispose();
}

/** A picture that came out alike twice: the first one after a change may still be off by a shade at round corners. */
async function picture(page) {
  let last = Buffer.of();
  for (let times = 0; times < 10; times++) {
    const taken = await page.screenshot({ animations: "disabled" });
    if (taken.equals(last)) return taken;
    last = taken;
  }
  throw new Error(`${page.url()} does not come to rest`);
}
