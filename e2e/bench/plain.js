// A page of plain HTML with one row and one input: what the browser itself takes, beside which the admin page is
// measured.

import { once } from "node:events";
import { createServer } from "node:http";

const PAGE = `<!doctype html><html lang="en"><title>Plain</title>
<table><tr><th scope="row"><a href="/">One row</a></th></tr></table>
<label>Name <input /></label></html>`;

/** Serves the page on a port of its own; `close` ends that. */
export async function servePlainPage() {
  const server = createServer((_, answer) => {
    answer.setHeader("content-type", "text/html; charset=utf-8").end(PAGE);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `http://127.0.0.1:${server.address().port}/`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
