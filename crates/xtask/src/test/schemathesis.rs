//! Random requests, made by schemathesis from the server's own description of its API.

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use super::browser::{assets, build_server};
use super::tally::Tally;
use crate::machine;
use crate::process::{Background, free_port, output, program, root, target};
use crate::steps::{Step, Steps};

/// From PyPI; pinned, since each version asks other questions.
const VERSION: &str = "4.32.5";

pub(super) const STEPS: usize = 3;

/// Asks every operation of `/api/openapi.json`; one counts as failed when it ever answers with a
/// server error or with a status that the description does not name.
pub(super) fn run(steps: &mut Steps) -> Result<Tally> {
    let server = build_server(steps)?;
    let program = steps.run(&format!("schemathesis {VERSION}"), install)?;
    steps.run("random requests", |step| ask(step, &program, &server))
}

/// Makes sure that schemathesis is there, in a Python environment of its own.
fn install(step: &mut Step) -> Result<PathBuf> {
    let environment = root().join("target/tools/python");
    let installed = environment.join("bin/st");
    let found = output(program(&installed).arg("--version"));
    if found.is_ok_and(|line| line.ends_with(&format!(" {VERSION}"))) {
        return Ok(installed);
    }
    machine::python_environments(step)?;
    step.run(program("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
    let package = format!("schemathesis=={VERSION}");
    step.run(program(environment.join("bin/pip")).args(["install", "--quiet", &package]))?;
    Ok(installed)
}

fn ask(step: &mut Step, schemathesis: &Path, server: &Path) -> Result<Tally> {
    let folder = TempDir::with_prefix("buyer-groups-schemathesis-").context("no temporary folder")?;
    let database = format!("sqlite://{}", folder.path().join("test.db").display());
    let mut create = program(server);
    create.args([
        "keys",
        "create",
        "--company",
        "Schemathesis",
        "--time-zone",
        "UTC",
        "--database",
        &database,
    ]);
    let key = output(&mut create)?;
    let (public, private) = key
        .lines()
        .find_map(|line| line.split_once(' '))
        .context("`keys create` printed no `PUBLIC PRIVATE`")?;

    let port = free_port()?;
    let address = format!("127.0.0.1:{port}");
    let mut serve = program(server);
    serve.args(["serve", "--listen", &address, "--database", &database, "--assets"]).arg(assets());
    let log = target().join("test/schemathesis-server.log");
    fs::create_dir_all(target().join("test"))?;
    let mut running = Background::start(&serve, None, &log)?;
    running
        .wait_until(|| TcpStream::connect(&address).is_ok())
        .with_context(|| fs::read_to_string(&log).unwrap_or_default())?;

    let report = folder.path().join("report.xml");
    let mut command = program(schemathesis);
    command.current_dir(folder.path()).arg("run").arg(format!("http://{address}/api/openapi.json"));
    command.args(["--auth", &format!("{public}:{private}")]);
    command.args(["--checks", "not_a_server_error,status_code_conformance"]);
    command.args(["--max-examples", "40", "--seed", "1", "--generation-database", "none", "--no-color"]);
    command.args(["--report", "junit", "--report-junit-path"]).arg(&report);
    // Its exit status is no news: it fails when an operation does, and the report says which.
    let complaint = step.run(&mut command).err();
    let report =
        fs::read_to_string(&report).map_err(|missing| complaint.unwrap_or_else(|| missing.into()))?;
    match read(&report) {
        Some(tally) if tally.passed + tally.failed > 0 => Ok(tally),
        _ => bail!("schemathesis asked nothing"),
    }
}

/// Reads the totals of a JUnit report: `<testsuites errors="0" failures="2" skipped="0" tests="9" …>`.
fn read(report: &str) -> Option<Tally> {
    let (_, totals) = report.split_once("<testsuites ")?;
    let (totals, _) = totals.split_once('>')?;
    let count = |name: &str| -> Option<usize> {
        totals
            .split_whitespace()
            .find_map(|pair| pair.strip_prefix(name)?.strip_prefix("=\"")?.strip_suffix('"')?.parse().ok())
    };
    let failed = count("failures")? + count("errors")?;
    Some(Tally { passed: count("tests")?.checked_sub(failed + count("skipped")?)?, failed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_totals_of_a_report() {
        let report = "<?xml version=\"1.0\"?>\n\
            <testsuites errors=\"1\" failures=\"2\" skipped=\"1\" tests=\"9\" time=\"2.78\">\n\
            <testsuite errors=\"7\" failures=\"7\" skipped=\"7\" tests=\"77\"></testsuite></testsuites>";
        assert_eq!(read(report), Some(Tally { passed: 5, failed: 3 }));
        assert_eq!(read("<html>"), None);
    }
}
