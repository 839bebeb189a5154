// Measures the admin page in a real Chromium; run by `cargo xtask bench`, which starts the server and prints what
// this finds: a line of JSON for each measure.
//
// In the environment: SIGN_IN, an address of the server that signs its reader in; WORDS, what to search for, with
// blanks between; FOUND, how many groups each of them finds; GROUP, the id of a group; CHROMIUM, the browser.

import { launch } from "../lib/chromium.js";
import { measures } from "./measures.js";
import { servePlainPage } from "./plain.js";

const { SIGN_IN, WORDS, FOUND, GROUP } = process.env;

const plainPage = await servePlainPage();
const browser = await launch();
try {
  const stage = {
    browser,
    origin: new URL(SIGN_IN).origin,
    visitor: await signIn(browser),
    plain: plainPage.address,
    words: WORDS.split(" "),
    found: Number(FOUND),
    group: GROUP,
  };
  for await (const measure of measures(stage)) console.log(JSON.stringify(measure));
} finally {
  await browser.close();
  plainPage.close();
}

async function signIn(browser) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(SIGN_IN);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { level: 1, name: "Buyer groups" }).waitFor();
  const visitor = await context.storageState();
  await context.close();
  return visitor;
}
