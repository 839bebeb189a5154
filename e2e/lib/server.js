// The real server on a database of its own, as an operator would run it.

import { spawn, execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Api } from "./api.js";

const ROOT = new URL("../..", import.meta.url).pathname;
const PROGRAM = process.env.BUYER_GROUPS ?? join(ROOT, "target/debug/buyer-groups");
const ASSETS = process.env.ASSETS ?? join(ROOT, "dist");

/** How long the server may take to come up or to end, in milliseconds. */
const PATIENCE = 20_000;

/** The company of every server; the demonstration's is called so, too. */
export const COMPANY = { name: "Northline Media", timeZone: "America/New_York" };

export class Server {
  #folder;
  #port;
  #settings;
  #process = null;
  #printed = "";
  #logged = "";
  #key;

  /**
   * A running server with a new SQLite file.
   * @param {{demo?: boolean, clock?: string}} settings `demo`: with the believable company instead of an empty one;
   *   `clock`: the moment at which it starts instead of now, such as "2026-03-10 18:20:00", in UTC
   */
  static async start(settings = {}) {
    const server = new Server();
    server.#settings = settings;
    server.#folder = await mkdtemp(join(tmpdir(), "buyer-groups-e2e-"));
    server.#port = await freePort();
    try {
      if (!settings.demo) {
        const { name, timeZone } = COMPANY;
        server.#key = keyIn(await server.command("keys", "create", "--company", name, "--time-zone", timeZone));
      }
      await server.start();
    } catch (error) {
      await server.dispose();
      throw error;
    }
    return server;
  }

  /** Where the admin page is, without a slash at the end. */
  get origin() {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The database's address, as the server is told it. */
  get database() {
    return `sqlite://${join(this.#folder, "test.db")}`;
  }

  /** What the server has logged so far. */
  get log() {
    return this.#logged;
  }

  /** The API as a machine sees it, signed in with this server's key. */
  get api() {
    return new Api(this.origin, this.#key);
  }

  /** Starts the server, for the first time or again, on the same port and database. */
  async start() {
    const serve = ["serve", "--listen", `127.0.0.1:${this.#port}`, "--database", this.database];
    if (this.#settings.demo) serve.push("--demo");
    this.#printed = "";
    const env = this.#settings.clock ? { ...process.env, ...clockAt(this.#settings.clock) } : process.env;
    const child = spawn(PROGRAM, [...serve, "--assets", ASSETS], { env, stdio: ["ignore", "pipe", "pipe"] });
    this.#process = child;
    child.stdout.setEncoding("utf8").on("data", (text) => (this.#printed += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (this.#logged += text));
    child.on("error", (error) => (this.#logged += `${error}\n`));

    await until("the server answers", PATIENCE, async () => {
      if (child.exitCode !== null || child.pid === undefined) {
        throw new Error(`The server ended by itself:\n${this.#printed}${this.#logged}`);
      }
      const answer = await fetch(`${this.origin}/readyz`).catch(() => null);
      return answer?.ok;
    });
    if (this.#settings.demo) {
      await until("the server prints its key", PATIENCE, () => /^\S+ \S+$/m.test(this.#printed));
      this.#key = keyIn(this.#printed);
    }
  }

  /** Asks the server to end, as a service manager does, and gives its exit status. */
  async stop() {
    const child = this.#process;
    this.#process = null;
    if (child === null || child.exitCode !== null) return child?.exitCode;
    const ended = once(child, "exit", { signal: AbortSignal.timeout(PATIENCE) });
    child.kill("SIGTERM");
    try {
      const [status] = await ended;
      return status;
    } catch (error) {
      child.kill("SIGKILL");
      throw new Error(`The server did not end within ${PATIENCE} ms of SIGTERM`, { cause: error });
    }
  }

  /** Ends the server as a power cut would. */
  async kill() {
    const child = this.#process;
    this.#process = null;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  /** The address that the server printed when it started, to sign in by. */
  get printedAddress() {
    return addressIn(this.#printed);
  }

  /** A fresh address that signs its reader in. */
  async signInAddress() {
    const printed = await this.command("sign-in", "--company", COMPANY.name);
    // The command does not know where this server listens.
    return this.origin + new URL(addressIn(printed)).pathname + new URL(addressIn(printed)).hash;
  }

  /** Runs one of the program's other commands on this server's database and gives what it prints. */
  async command(...words) {
    const { stdout } = await promisify(execFile)(PROGRAM, [...words, "--database", this.database]);
    return stdout;
  }

  /** Ends the server, whatever its state, and removes its database. */
  async dispose() {
    try {
      await this.stop();
    } finally {
      await rm(this.#folder, { recursive: true, force: true });
    }
  }
}

/** What makes a program believe that it starts at that moment, in UTC, by Debian's package faketime. */
function clockAt(moment) {
  return {
    LD_PRELOAD: "/usr/$LIB/faketime/libfaketimeMT.so.1",
    FAKETIME: `@${moment}`,
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
    TZ: "UTC",
  };
}

function keyIn(printed) {
  const line = printed.match(/^(\S+) (\S+)$/m);
  if (line === null) throw new Error(`No line "PUBLIC PRIVATE" in:\n${printed}`);
  return { public: line[1], private: line[2] };
}

function addressIn(printed) {
  const address = printed.match(/https?:\/\/\S+\/sign-in#\S+/);
  if (address === null) throw new Error(`No sign-in address in:\n${printed}`);
  return address[0];
}

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}

/** Waits until `happened` answers something true; fails after `patience` milliseconds. */
export async function until(what, patience, happened) {
  const end = Date.now() + patience;
  while (!(await happened())) {
    if (Date.now() > end) throw new Error(`Waited ${patience} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
