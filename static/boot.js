// Starts the admin page, and watches over it from outside of its module: says so once loading takes longer than a
// moment, when it fails, when the module has stopped, and when the server has a newer one. Nothing is reloaded unasked.

/** A page that is there sooner than this, in milliseconds, shows no loading text at all. */
const CALM = 300;
/** A newer page is looked for no more often than this, in milliseconds. */
const SELDOM = 300_000;

const element = (id) => document.getElementById(id);
const module = element("module").href;
let hasStopped = false;
let looked = Date.now();

/** Covers the page when an error has cut the module off in the middle of something: what it does from there on cannot be trusted. */
function watch({ error, reason }) {
  if (hasStopped || !/wasm/.test((error ?? reason)?.stack)) return;
  hasStopped = true;
  element("stopped").showModal();
}

/** Tells of a newer page: one that loads another module. */
async function look() {
  looked = Date.now();
  const answer = await fetch("/", { cache: "no-cache" }).catch(() => null);
  const page = answer?.ok ? await answer.text().catch(() => "") : "";
  // Whatever else may answer here is no page of ours.
  if (page.includes('id="module"') && !page.includes(new URL(module).pathname)) element("newer").hidden = false;
}

function lookSeldom() {
  if (!document.hidden && Date.now() - looked > SELDOM) look();
}

addEventListener("error", watch);
addEventListener("unhandledrejection", watch);
addEventListener("focus", lookSeldom);
addEventListener("part-missing", look);
setInterval(lookSeldom, SELDOM);
// A module that has stopped asks nobody whether to leave.
addEventListener("beforeunload", (event) => hasStopped && event.stopImmediatePropagation());
for (const button of document.querySelectorAll(".reload")) button.addEventListener("click", () => location.reload());
element("later").addEventListener("click", () => (element("newer").hidden = true));

const late = setTimeout(() => (element("loading").hidden = false), CALM);

try {
  // The height of rows that was chosen here: before the first row is drawn.
  document.documentElement.dataset.density = localStorage.getItem("buyer-groups-density") ?? "";
} catch {
  // A browser that keeps nothing shows the usual one.
}

try {
  const { default: init, startAdminPage } = await import(module);
  await init({ module_or_path: element("wasm").href });
  startAdminPage();
} catch (error) {
  console.error(error);
  element("app").remove();
  element("load-failed").hidden = false;
} finally {
  clearTimeout(late);
}
