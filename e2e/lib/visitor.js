// A person in front of the admin page: a real Chromium window with a profile of its own, which
// takes down every complaint that the browser makes.

import { mkdir } from "node:fs/promises";
import { launch } from "./chromium.js";

const RESULTS = new URL("../results/", import.meta.url).pathname;

export const WIDE = { width: 1280, height: 900 };
export const NARROW = { width: 360, height: 740 };

let browser;

/** Closes the browser that all visitors of this process share. */
export async function closeBrowser() {
  await (await browser)?.close();
  browser = undefined;
}

export class Visitor {
  #server;
  #context;
  #complaints = [];
  #expected = [];

  static async arrive(server) {
    browser ??= launch();
    const visitor = new Visitor();
    visitor.#server = server;
    visitor.#context = await (await browser).newContext({
      baseURL: server.origin,
      viewport: WIDE,
      locale: "en-US",
      timezoneId: "America/New_York",
      reducedMotion: "reduce",
      acceptDownloads: true,
    });
    visitor.#context.setDefaultTimeout(15_000);
    await visitor.#watch();
    return visitor;
  }

  /** Everything that the browser had to say against the pages, but for what was expected. */
  get complaints() {
    return this.#complaints.filter((text) => !this.#expected.some((pattern) => pattern.test(text)));
  }

  /** Says beforehand what the browser will rightly complain about, such as a server that is down. */
  expect(pattern) {
    this.#expected.push(pattern);
  }

  /** Opens a new tab, at a path if one is given. */
  async open(path) {
    const page = await this.#context.newPage();
    if (path !== undefined) await page.goto(path);
    return page;
  }

  /** Opens a new tab and signs in by a fresh address, as an operator does. */
  async signIn() {
    const page = await this.open(await this.#server.signInAddress());
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { level: 1, name: "Buyer groups" }).waitFor();
    return page;
  }

  /** The cookies of the server that the browser holds. */
  cookies() {
    return this.#context.cookies();
  }

  /** Loses all cookies, as when a session has ended. */
  forget() {
    return this.#context.clearCookies();
  }

  /** Pictures of all open tabs, in e2e/results. */
  async photograph(title) {
    const name = title.toLowerCase().replace(/[^a-z0-9]+/g, "-");
    for (const [index, page] of this.#context.pages().entries()) {
      await photograph(page, index === 0 ? name : `${name}-${index + 1}`);
    }
  }

  async leave() {
    await this.#context.close();
  }

  async #watch() {
    const complaints = this.#complaints;
    await this.#context.exposeBinding("reportViolation", (_, text) => complaints.push(text));
    await this.#context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        const { violatedDirective, blockedURI, sourceFile, lineNumber } = event;
        window.reportViolation(`CSP ${violatedDirective}: ${blockedURI} (${sourceFile}:${lineNumber})`);
      });
    });
    this.#context.on("weberror", (error) => complaints.push(`uncaught: ${error.error().stack}`));
    this.#context.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") {
        complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`);
      }
    });
  }
}

/** A picture of a page as it stands, in e2e/results. */
export async function photograph(page, name) {
  await mkdir(RESULTS, { recursive: true });
  await page.screenshot({ path: `${RESULTS}${name}.png`, fullPage: true });
}
