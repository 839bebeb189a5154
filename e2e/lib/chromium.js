// The Chromium that tests, measures and pictures are made with.

import { chromium } from "playwright-core";

const PROGRAM = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** No sandbox, since tests may run as root; nothing that calls home; no GPU on a server. */
const SWITCHES = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts a browser with an empty profile. */
export function launch() {
  return chromium.launch({ executablePath: PROGRAM, args: SWITCHES });
}
