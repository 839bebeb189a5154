// A page whose clock the story moves.

/** How often what is looked at is asked for anew, in milliseconds. */
export const BEAT = 15_000;

/** Takes the clock of a page into the story's hand, from its next load on. */
export async function holdClock(page) {
  await page.clock.install();
  await page.addInitScript(numberTimers);
}

/** Lets the time until the next refresh pass, and waits until that has come: the answer to a request for such an address. */
export async function beat(page, address) {
  const answered = page.waitForResponse((response) => response.url().includes(address));
  await page.clock.fastForward(BEAT + 1_000);
  await (await answered).finished();
}

/** The clock numbers its timers from 1e12 up, browsers in 32 bits, by which the module takes them back. */
function numberTimers() {
  const numbers = new Map();
  for (const kind of ["Timeout", "Interval"]) {
    const [set, clear] = [window[`set${kind}`], window[`clear${kind}`]];
    window[`set${kind}`] = (...words) => {
      numbers.set(numbers.size + 1, set(...words));
      return numbers.size;
    };
    window[`clear${kind}`] = (number) => clear(numbers.get(number));
  }
}
