//! The tests in e2e/: a real Chromium against the real server.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use super::tally::Tally;
use crate::process::{program, target};
use crate::steps::Steps;
use crate::{scripts, tools};

pub(super) const STEPS: usize = tools::STEPS + scripts::STEPS + 3;

/// Builds admin page and server, installs Chromium and what e2e/package.json names, runs the tests.
pub(super) fn run(steps: &mut Steps) -> Result<Tally> {
    tools::prepare(steps)?;
    let assets = build_assets(steps)?;
    let server = build_server(steps)?;
    let chromium = scripts::prepare(steps)?;
    steps.run("end to end", |step| {
        step.let_speak();
        let mut node = scripts::node(&server, &assets, &chromium);
        // Each file starts servers and a browser of its own: one at a time on a small machine.
        node.args(["--test", "--test-reporter=spec", "--test-concurrency=1", "--test-timeout=300000"]);
        node.args(tests()?);
        Tally::of(&mut node, read)
    })
}

/// Builds the admin page as a step, and says where it lies: not in `dist`, which belongs to who serves it.
pub(crate) fn build_assets(steps: &mut Steps) -> Result<PathBuf> {
    let assets = target().join("test/dist");
    steps.run("admin page", |step| {
        step.run(tools::trunk().args(["build", "--release", "--dist"]).arg(&assets))
    })?;
    Ok(assets)
}

/// Builds the server as a step, and says where it lies.
pub(crate) fn build_server(steps: &mut Steps) -> Result<PathBuf> {
    steps.run("server", |step| step.run(program("cargo").args(["build", "--package", "server"])))?;
    Ok(target().join("debug/buyer-groups"))
}

fn tests() -> Result<Vec<PathBuf>> {
    let folder = scripts::folder().join("tests");
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
