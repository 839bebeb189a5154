// A test told as a story: a server of its own, visitors as they come, everything cleared away after.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Server } from "./server.js";
import { Visitor, closeBrowser } from "./visitor.js";

after(closeBrowser);

/**
 * @param {string} title what is shown to be so
 * @param {{demo?: boolean}} settings as Server.start takes them
 * @param {(stage: {server: Server, arrive: () => Promise<Visitor>}) => Promise<void>} tell
 *   `arrive` brings a visitor with a browser profile of its own. The story fails when a visitor's
 *   browser complained about anything that the story did not expect.
 */
export function story(title, settings, tell) {
  test(title, async () => {
    const server = await Server.start(settings);
    const visitors = [];
    const arrive = async () => {
      const visitor = await Visitor.arrive(server);
      visitors.push(visitor);
      return visitor;
    };
    try {
      await tell({ server, arrive });
      for (const visitor of visitors) assert.deepEqual(visitor.complaints, [], "the browser complained");
    } catch (error) {
      for (const visitor of visitors) await visitor.photograph(`failed ${title}`).catch(() => {});
      console.error(`What the server logged last:\n${server.log.slice(-4000)}`);
      for (const visitor of visitors) console.error(visitor.complaints.join("\n"));
      throw error;
    } finally {
      for (const visitor of visitors) await visitor.leave();
      await server.dispose();
    }
  });
}
