// A tab under measurement, in a profile of its own: nothing is cached, nothing compiled.
//
// What is measured is asked of the page and of Chromium's own counters, not of playwright's locators, whose scripts
// would be measured with it.

/** A fast phone on a poor network: 1.6 Mbit/s down, 0.75 up, 150 ms there and back, a processor four times as slow. */
const SLOW = { latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.75e6 / 8, offline: false };
const SLOWER_PROCESSOR = 4;

/** The name of a record in its row: what makes a row of a list a row to a person. */
const ROW = 'th[scope="row"] a, [role="rowheader"] a';

export class Tab {
  #context;
  #metricsOn = false;
  page;
  cdp;

  /**
   * @param {{visitor?: object, slow?: boolean, rows?: boolean}} settings `visitor`: the cookies of somebody who is
   *   signed in; `rows`: whether rows are looked for, which costs at each change of the page
   */
  static async open(browser, { visitor, slow = false, rows = true } = {}) {
    const tab = new Tab();
    tab.#context = await browser.newContext({
      storageState: visitor,
      viewport: { width: 1280, height: 900 },
      locale: "en-US",
      timezoneId: "America/New_York",
    });
    tab.#context.setDefaultTimeout(30_000);
    if (rows) await tab.#context.addInitScript(watchRows, ROW);
    await tab.#context.addInitScript(watchMemory);
    tab.page = await tab.#context.newPage();
    tab.cdp = await tab.#context.newCDPSession(tab.page);
    if (slow) {
      await tab.cdp.send("Network.enable");
      await tab.cdp.send("Network.emulateNetworkConditions", SLOW);
      await tab.cdp.send("Emulation.setCPUThrottlingRate", { rate: SLOWER_PROCESSOR });
    }
    return tab;
  }

  /** Opens an address; answers after how many milliseconds the first row of a list was drawn. */
  async untilFirstRow(address) {
    await this.page.goto(address, { waitUntil: "commit" });
    return this.page.evaluate(() => window.bench.firstRow);
  }

  /** Chromium's counters, by name; times in seconds. */
  async metrics() {
    if (!this.#metricsOn) await this.cdp.send("Performance.enable", { timeDomain: "threadTicks" });
    this.#metricsOn = true;
    const { metrics } = await this.cdp.send("Performance.getMetrics");
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  }

  /** What the page holds in memory, in bytes, garbage collected: JavaScript's heap and the memory of every module. */
  async heap() {
    await this.cdp.send("HeapProfiler.enable");
    // What the first collection finalizes, the second one frees.
    for (let times = 0; times < 2; times++) await this.cdp.send("HeapProfiler.collectGarbage");
    const { JSHeapUsedSize } = await this.metrics();
    return JSHeapUsedSize + (await this.page.evaluate(() => window.bench.moduleMemory()));
  }

  /**
   * Lets the page live through so many milliseconds as fast as it can: timers fire in their order, and the clock
   * stands still while an answer is awaited. The clock stands still afterwards, too.
   */
  async live(milliseconds) {
    const over = new Promise((resolve) => this.cdp.once("Emulation.virtualTimeBudgetExpired", resolve));
    const policy = "pauseIfNetworkFetchesPending";
    await this.cdp.send("Emulation.setVirtualTimePolicy", { policy, budget: milliseconds });
    await over;
  }

  async close() {
    await this.#context.close();
  }
}

/** Runs in the page, before anything of its own. */
function watchRows(selector) {
  const rows = () => [...document.querySelectorAll(selector)];
  /** The time, since navigation began, at which something that the page shows was handed to the screen. */
  const drawn = (isThere) =>
    new Promise((resolve) => {
      const look = () => {
        if (!isThere()) return;
        observer.disconnect();
        // The first task after a frame's callbacks comes after its style, layout and paint.
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => resolve(performance.now());
          port2.postMessage(null);
        });
      };
      const observer = new MutationObserver(look);
      observer.observe(document, { childList: true, characterData: true, subtree: true });
      look();
    });
  window.bench = { rows, drawn, firstRow: drawn(() => document.querySelector(selector) !== null) };
}

/** Runs in the page, before anything of its own: takes down the memory of each module that it starts. */
function watchMemory() {
  const memories = new Set();
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const started = await original.apply(WebAssembly, given);
      const { exports } = started.instance ?? started;
      for (const value of Object.values(exports)) if (value instanceof WebAssembly.Memory) memories.add(value);
      return started;
    };
  }
  window.bench ??= {};
  window.bench.moduleMemory = () => [...memories].reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
}
