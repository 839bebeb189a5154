//! What comes from Debian: PostgreSQL and Chromium for the tests, and what makes pictures.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::process::{output, program};
use crate::steps::Step;

/// Whether this runs as root.
pub(crate) fn we_are_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Where a program lies on PATH.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// The folder of PostgreSQL's server programs; Debian keeps them off PATH. Installs the package
/// `postgresql` if there is none.
///
/// # Errors
/// When it is missing and cannot be installed.
pub(crate) fn postgresql(step: &mut Step) -> Result<PathBuf> {
    if let Some(folder) = newest_postgresql() {
        return Ok(folder);
    }
    install(step, "postgresql")?;
    newest_postgresql().context("the package postgresql brought no initdb")
}

fn newest_postgresql() -> Option<PathBuf> {
    let versions = Path::new("/usr/lib/postgresql").read_dir().ok()?;
    let newest = versions
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok())
        .filter(|version| Path::new(&format!("/usr/lib/postgresql/{version}/bin/initdb")).is_file())
        .max()?;
    Some(format!("/usr/lib/postgresql/{newest}/bin").into())
}

/// Chromium.
///
/// # Errors
/// When it is missing and cannot be installed.
pub(crate) fn chromium(step: &mut Step) -> Result<PathBuf> {
    packaged(step, "chromium")
}

/// A program of the package of the same name, which is installed if the program is not there.
///
/// # Errors
/// When it is missing and cannot be installed.
pub(crate) fn packaged(step: &mut Step, name: &str) -> Result<PathBuf> {
    if let Some(file) = on_path(name) {
        return Ok(file);
    }
    install(step, name)?;
    on_path(name).with_context(|| format!("the package {name} brought no program of that name"))
}

/// Python's `venv`, which Debian ships as the package `python3-venv`.
///
/// # Errors
/// When it is missing and cannot be installed.
pub(crate) fn python_environments(step: &mut Step) -> Result<()> {
    match output(program("python3").args(["-c", "import ensurepip"])) {
        Ok(_) => Ok(()),
        Err(_) => install(step, "python3-venv"),
    }
}

fn install(step: &mut Step, package: &str) -> Result<()> {
    if !we_are_root() {
        bail!("This needs Debian's package {package}. Install it: sudo apt-get install {package}");
    }
    step.run(apt_get().arg("update"))?;
    step.run(apt_get().args(["install", "--yes", "--no-install-recommends", package]))
}

fn apt_get() -> Command {
    let mut command = program("apt-get");
    command.arg("--quiet=2").env("DEBIAN_FRONTEND", "noninteractive");
    command
}
