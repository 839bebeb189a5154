// What axe-core finds wrong with a page, in each of the looks that a person may see it in.

import assert from "node:assert/strict";
import axe from "axe-core";
import { NARROW, WIDE, photograph } from "./visitor.js";

const LOOKS = [
  { name: "light", colorScheme: "light", size: WIDE },
  { name: "dark", colorScheme: "dark", size: WIDE },
  { name: "narrow", colorScheme: "light", size: NARROW },
  { name: "narrow-dark", colorScheme: "dark", size: NARROW },
];

/** Fails unless axe-core finds nothing, in light, dark and narrow; leaves a picture of each. */
export async function assertAccessible(page, name) {
  const faults = [];
  for (const look of LOOKS) {
    await page.emulateMedia({ colorScheme: look.colorScheme });
    await page.setViewportSize(look.size);
    await photograph(page, `${name}-${look.name}`);
    for (const fault of await faultsOf(page)) faults.push(`${look.name}: ${fault}`);
  }
  await page.emulateMedia({ colorScheme: null });
  await page.setViewportSize(WIDE);
  assert.deepEqual(faults, [], `${name} has faults of accessibility`);
}

async function faultsOf(page) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} (${help}) at ${target.join(" ")}: ${failureSummary}`),
    );
  });
}
