//! The scripts in e2e/, which drive a real Chromium: what they need, and how they are run.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::machine;
use crate::process::{program, root};
use crate::steps::Steps;

/// How many steps [`prepare`] shows.
pub(crate) const STEPS: usize = 2;

/// Where they lie.
pub(crate) fn folder() -> PathBuf {
    root().join("e2e")
}

/// Installs Chromium, whose program it gives, and what e2e/package.json names.
///
/// # Errors
/// When one is missing and cannot be installed.
pub(crate) fn prepare(steps: &mut Steps) -> Result<PathBuf> {
    let chromium = steps.run("Chromium", machine::chromium)?;
    steps.run("test packages", |step| {
        step.run(program("npm").args(["ci", "--no-fund", "--no-audit"]).current_dir(folder()))
    })?;
    Ok(chromium)
}

/// Node.js in their folder, told where server, admin page and Chromium are.
pub(crate) fn node(server: &Path, assets: &Path, chromium: &Path) -> Command {
    let mut node = program("node");
    node.current_dir(folder());
    node.env("BUYER_GROUPS", server).env("ASSETS", assets).env("CHROMIUM", chromium);
    node
}
