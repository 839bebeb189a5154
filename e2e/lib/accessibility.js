// What axe-core finds wrong with a page, in each of the looks that a person may see it in.

import assert from "node:assert/strict";
import axe from "axe-core";
import { NARROW, WIDE, photograph } from "./visitor.js";

const LOOKS = [
  { name: "light", colorScheme: "light", size: WIDE },
  { name: "dark", colorScheme: "dark", size: WIDE },
  { name: "narrow", colorScheme: "light", size: NARROW },
  { name: "narrow-dark", colorScheme: "dark", size: NARROW },
  { name: "forced-colors", colorScheme: "dark", forcedColors: "active", size: WIDE },
  // What is left of 1280 px at 400 %, and of 640 px at 200 %.
  { name: "tiny", colorScheme: "light", size: { width: 320, height: 640 } },
];

/**
 * Fails unless axe-core finds nothing, in light, dark, narrow and forced colours, and nothing sticks out of a window of
 * 320 px; leaves a picture of each.
 */
export async function assertAccessible(page, name) {
  const faults = [];
  for (const look of LOOKS) {
    await page.emulateMedia({ colorScheme: look.colorScheme, forcedColors: look.forcedColors ?? "none" });
    await page.setViewportSize(look.size);
    await photograph(page, `${name}-${look.name}`);
    for (const fault of [...(await faultsOf(page)), ...(await stickingOut(page))]) faults.push(`${look.name}: ${fault}`);
  }
  await page.emulateMedia({ colorScheme: null, forcedColors: null });
  await page.setViewportSize(WIDE);
  assert.deepEqual(faults, [], `${name} has faults of accessibility`);
}

/** What is wider than the window: all that would have to be scrolled to sideways, but for boxes that scroll by themselves. */
function stickingOut(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const scrolls = (element) => element !== null && (/auto|scroll|hidden|clip/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
    const isOut = (element) => {
      const { left, right, width: own } = element.getBoundingClientRect();
      return own > 0 && (right > width + 1 || left < -1) && !scrolls(element.parentElement);
    };
    return [...document.body.querySelectorAll("*")]
      .filter((element) => element.checkVisibility() && !element.matches(".skip, .sr, .sr *") && isOut(element))
      .slice(0, 5)
      .map((element) => `${element.tagName} ${element.className} (${element.textContent.slice(0, 40)}) sticks out`);
  });
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
