// Starts the admin page. index.html names the two hashed files of the browser module; this loads
// them, says so once that takes longer than a moment, and offers a way out when it fails.

/** A page that is there sooner than this, in milliseconds, shows no loading text at all. */
const CALM = 300;

const element = (id) => document.getElementById(id);

const late = setTimeout(() => (element("loading").hidden = false), CALM);

try {
  // The height of rows that was chosen here: before the first row is drawn.
  document.documentElement.dataset.density = localStorage.getItem("buyer-groups-density") ?? "";
} catch {
  // A browser that keeps nothing shows the usual one.
}

try {
  const { default: init, startAdminPage } = await import(element("module").href);
  await init({ module_or_path: element("wasm").href });
  startAdminPage();
} catch (error) {
  console.error(error);
  element("app").remove();
  element("load-failed").hidden = false;
  element("reload").addEventListener("click", () => location.reload());
} finally {
  clearTimeout(late);
}
