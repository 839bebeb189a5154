//! What Trunk calls when it has built the browser module: the module is cut into parts, then every file is compressed.

use std::env;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::compress;
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
    split::split_folder(folder, if is_release { Built::Web } else { Built::Debug })?;
    // The dev loop does without.
    if is_release { compress::compress_folder(folder) } else { Ok(()) }
}
