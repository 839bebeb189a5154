//! The tests in e2e/: a real Chromium against the real server.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use super::tally::Tally;
use crate::process::{program, root, target};
use crate::steps::Steps;
use crate::{machine, tools};

pub(super) const STEPS: usize = tools::STEPS + 5;

/// Builds admin page and server, installs Chromium and what e2e/package.json names, runs the tests.
pub(super) fn run(steps: &mut Steps) -> Result<Tally> {
    tools::prepare(steps)?;
    let assets = assets();
    steps.run("admin page", |step| {
        step.run(tools::trunk().args(["build", "--release", "--dist"]).arg(&assets))
    })?;
    let server = build_server(steps)?;
    let chromium = steps.run("Chromium", machine::chromium)?;
    steps.run("test packages", |step| {
        step.run(program("npm").args(["ci", "--no-fund", "--no-audit"]).current_dir(root().join("e2e")))
    })?;
    steps.run("end to end", |step| {
        step.let_speak();
        let mut node = program("node");
        // Each file starts servers and a browser of its own: one at a time on a small machine.
        node.args(["--test", "--test-reporter=spec", "--test-concurrency=1", "--test-timeout=300000"]);
        node.args(tests()?).current_dir(root().join("e2e"));
        node.env("BUYER_GROUPS", &server).env("ASSETS", &assets).env("CHROMIUM", &chromium);
        Tally::of(&mut node, read)
    })
}

/// Where the tests have their admin page; `dist` belongs to who serves it.
fn assets() -> PathBuf {
    target().join("test/dist")
}

/// Builds the server as a step, and says where it lies.
pub(super) fn build_server(steps: &mut Steps) -> Result<PathBuf> {
    steps.run("server", |step| step.run(program("cargo").args(["build", "--package", "server"])))?;
    Ok(target().join("debug/buyer-groups"))
}

fn tests() -> Result<Vec<PathBuf>> {
    let folder = root().join("e2e/tests");
    let entries = folder.read_dir().with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    files.retain(|file| file.to_string_lossy().ends_with(".test.js"));
    files.sort();
    if files.is_empty() {
        bail!("{} holds no test", folder.display());
    }
    Ok(files)
}

/// Reads the last lines of node's runner: `ℹ pass 12`, `ℹ fail 0`, `ℹ cancelled 0`.
fn read(line: &str) -> Option<Tally> {
    let (word, count) = line.strip_prefix("ℹ ")?.split_once(' ')?;
    let count = count.trim().parse().ok()?;
    match word {
        "pass" => Some(Tally { passed: count, failed: 0 }),
        "fail" | "cancelled" => Some(Tally { passed: 0, failed: count }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_runners_summary() {
        assert_eq!(read("ℹ pass 12"), Some(Tally { passed: 12, failed: 0 }));
        assert_eq!(read("ℹ fail 2"), Some(Tally { passed: 0, failed: 2 }));
        assert_eq!(read("ℹ cancelled 1"), Some(Tally { passed: 0, failed: 1 }));
        assert_eq!(read("ℹ tests 15"), None);
        assert_eq!(read("✔ finds a group by its buyer (12.4ms)"), None);
    }
}
