//! Cuts the browser module where its code says `#[wasm_split(…)]`: what only one part needs goes into a file of its
//! own, which the page fetches when it first shows that part (src/lazy.rs of the browser module).
//!
//! The cut is made before wasm-bindgen, in the module as the linker wrote it, whose relocations say what refers to
//! what (.cargo/config.toml asks for them). Trunk has no step between the two; so wasm-bindgen runs once more here, and
//! its files take the place of those that Trunk made of the whole module.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use wasm_split_cli_support::{Options, transform};

use crate::process::{output, program, target};
use crate::tools;

/// How the module was built, which says where Cargo left it.
#[derive(Clone, Copy)]
pub(crate) enum Built {
    Web,
    Debug,
}

impl Built {
    fn folder(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Debug => "debug",
        }
    }
}

/// Puts the cut module in the place of the whole one that Trunk has staged in `folder`. The parts carry the hash that
/// Trunk gave the module: `panel-HASH-record.wasm`. Gives that name, `panel-HASH`.
///
/// # Errors
/// When there is no module, or it cannot be cut.
pub(crate) fn split_folder(folder: &Path, built: Built) -> Result<String> {
    let name = staged_name(folder)?;
    let whole = target().join("wasm32-unknown-unknown").join(built.folder()).join("panel.wasm");
    let whole = fs::read(&whole).with_context(|| format!("{} cannot be read", whole.display()))?;
    let workshop = tempfile::tempdir()?;
    let (cut, main) = (workshop.path().join("cut"), workshop.path().join("main.wasm"));
    let (link, script) = (format!("{name}-parts.js"), format!("./{name}.js"));
    let link_path = format!("./{link}");

    let mut options = Options::new(&whole);
    options.output_dir = &cut;
    options.main_out_path = &main;
    options.link_name = &link_path;
    options.main_module = &script;
    let parts = transform(options).map_err(|error| anyhow!("the module cannot be cut: {error:#}"))?;

    output(
        tools::with_tools(&mut program("wasm-bindgen"))
            .args(["--target", "web", "--keep-lld-exports", "--no-typescript", "--out-name", &name])
            .arg("--out-dir")
            .arg(folder)
            .arg(&main),
    )?;
    let mut loader = fs::read_to_string(cut.join(&link))?;
    for part in &parts.split_modules {
        let old = part.file_name().and_then(|name| name.to_str()).context("a part has no name")?;
        let new = format!("{name}-{}", old.trim_start_matches("split_"));
        fs::copy(part, folder.join(&new))?;
        loader = loader.replace(&format!("\"./{old}\""), &format!("\"./{new}\""));
    }
    fs::write(folder.join(&link), loader)?;
    preload(&folder.join("index.html"), &format!("{name}.js"), &link)?;
    Ok(name)
}

/// Lets the page fetch the script `link` along with the script `main`, which imports it.
fn preload(page: &Path, main: &str, link: &str) -> Result<()> {
    let html = fs::read_to_string(page).with_context(|| format!("{} cannot be read", page.display()))?;
    let tag = html.lines().find(|line| line.contains("modulepreload") && line.contains(main));
    let tag = tag.context("the page preloads no module")?.trim();
    let own = tag.replace(main, link).replace(" id=\"module\"", "");
    fs::write(page, html.replace(tag, &format!("{tag}\n    {own}")))?;
    Ok(())
}

/// The name that Trunk gave the module: `panel-HASH` of `panel-HASH_bg.wasm`, or `panel` where it adds no hash.
fn staged_name(folder: &Path) -> Result<String> {
    let entries = folder.read_dir().with_context(|| format!("{} cannot be read", folder.display()))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut modules = names.filter_map(|name| name.strip_suffix("_bg.wasm").map(str::to_owned));
    modules.next().context("Trunk staged no module")
}
