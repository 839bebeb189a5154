//! What Trunk calls when it has built the browser module: the module is cut into parts, then every file is compressed.

use std::env;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::compress;
use crate::slim;
use crate::split::{self, Built};

/// Finishes what Trunk has just staged; it names folder and profile in the environment of its hooks.
///
/// # Errors
/// When called otherwise than by Trunk, or when a file cannot be read, cut or written.
pub(crate) fn finish_staged() -> Result<()> {
    let profile = env::var("TRUNK_PROFILE").context("finish is for Trunk to call: see Trunk.toml")?;
    let folder = env::var_os("TRUNK_STAGING_DIR").context("Trunk names no folder")?;
    let folder = Path::new(&folder);
    let is_release = profile == "release";
    let name = split::split_folder(folder, if is_release { Built::Web } else { Built::Debug })?;
    if !is_release {
        // The dev loop keeps the names, and is not compressed.
        return Ok(());
    }
    let (module, script) = (folder.join(format!("{name}_bg.wasm")), folder.join(format!("{name}.js")));
    let (short_module, short_script) = slim::shortened(&fs::read(&module)?, &fs::read_to_string(&script)?)?;
    fs::write(module, short_module)?;
    fs::write(script, short_script)?;
    compress::compress_folder(folder)
}
