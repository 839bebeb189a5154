//! The tools that build the browser module: found on PATH or in target/tools, else built there.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::{self, IsTerminal as _};
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::process::{output, program, root};
use crate::steps::{Step, Steps};

/// The newest Trunk that the pinned compiler builds; Trunk.toml asks for the same.
const TRUNK: &str = "0.21.14";

/// How many steps [`prepare`] shows.
pub(crate) const STEPS: usize = 3;

/// Makes sure that the wasm target, Trunk and wasm-bindgen are there, in the right versions.
///
/// # Errors
/// When one is missing and cannot be installed.
pub(crate) fn prepare(steps: &mut Steps) -> Result<()> {
    steps.run("wasm target", wasm_target)?;
    steps.run(&format!("Trunk {TRUNK}"), |step| {
        // Without its default features it cannot go on line: neither to look for news of itself
        // nor for tools that it finds here.
        tool(step, "trunk", "trunk", TRUNK, &["--locked", "--no-default-features"])
    })?;
    let version = wasm_bindgen_version()?;
    steps.run(&format!("wasm-bindgen {version}"), |step| {
        // Not `--locked`: its lock file names a crate that is gone from the registry.
        tool(step, "wasm-bindgen-cli", "wasm-bindgen", &version, &[])
    })
}

/// Trunk, able to find wasm-bindgen.
pub(crate) fn trunk() -> Command {
    let mut command = program("trunk");
    // Trunk takes NO_COLOR=1, as many set it, for a wrong argument, and shows its own backtrace
    // when the module does not compile.
    with_tools(&mut command).env_remove("NO_COLOR").env("RUST_BACKTRACE", "0");
    command
}

/// Lets a program be one of our tools, or find them.
pub(crate) fn with_tools(command: &mut Command) -> &mut Command {
    command.env("PATH", path_with_tools())
}

fn wasm_target(step: &mut Step) -> Result<()> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let installed = output(program("rustup").args(["target", "list", "--installed"]))?;
    if installed.lines().any(|line| line == TARGET) {
        return Ok(());
    }
    step.run(program("rustup").args(["target", "add", TARGET]))
}

/// Makes sure that a crate's program is there in this very version. Built to be ready soon, not to
/// run fast: it works for seconds, and optimizing it would take minutes.
fn tool(step: &mut Step, package: &str, name: &str, version: &str, options: &[&str]) -> Result<()> {
    let found = output(program(name).arg("--version").env("PATH", path_with_tools()));
    if found.is_ok_and(|line| line.split_whitespace().nth(1) == Some(version)) {
        return Ok(());
    }
    step.say("It is not here yet. Building it takes some minutes, this once.");
    // Cargo's progress bar is for people; a log would get a line a crate instead.
    let progress: &[&str] = if io::stderr().is_terminal() { &[] } else { &["--quiet"] };
    step.run(
        program("cargo")
            .args(["install", package, "--version", version, "--force", "--root"])
            .arg(folder())
            .args(options)
            .args(progress)
            // One folder for both, since they share crates.
            .env("CARGO_TARGET_DIR", folder().join("build"))
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "64")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0"),
    )
}

fn folder() -> PathBuf {
    root().join("target/tools")
}

/// PATH with our tools before the machine's: ours, once built, are of the right version.
fn path_with_tools() -> OsString {
    let machine = env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder().join("bin")).chain(env::split_paths(&machine));
    env::join_paths(folders).unwrap_or(machine)
}

/// wasm-bindgen's program must be of the version of the crate that the module is built with.
fn wasm_bindgen_version() -> Result<String> {
    let lock = fs::read_to_string(root().join("Cargo.lock")).context("Cargo.lock cannot be read")?;
    version_in(&lock, "wasm-bindgen").context("Cargo.lock names no wasm-bindgen")
}

fn version_in(lock: &str, package: &str) -> Option<String> {
    let mut lines = lock.lines();
    lines.find(|line| *line == format!("name = \"{package}\""))?;
    let version = lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')?;
    Some(version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_version_of_exactly_this_package() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.1\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(version_in(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(version_in(lock, "yew"), None);
    }

    #[test]
    fn trunk_is_of_the_version_that_its_configuration_asks_for() {
        let configuration = fs::read_to_string(root().join("Trunk.toml")).unwrap();
        assert!(configuration.contains(&format!("trunk-version = \"{TRUNK}\"")));
    }
}
