//! Random requests, made by schemathesis from the server's own description of its API.

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use super::browser::build_server;
use super::tally::Tally;
use crate::machine;
use crate::process::{Background, free_port, output, program, root, target};
use crate::steps::{Step, Steps};

/// From PyPI; pinned, since each version asks other questions.
const VERSION: &str = "4.32.5";

pub(super) const STEPS: usize = 3;

/// Ids of the demonstration: with random ones, hardly a request would find its record.
const SETTINGS: &str = r#"
[dictionaries]
ids = { values = ["123456", "100101", "100123", "100124", "123457", "123458"] }

[parameters]
"path.id" = { dictionary = "ids", probability = 0.7 }
"#;

/// Left out of all that it can check: random values that fit the description may still name a buyer that does not
/// exist, and values that do not fit it may be taken all the same, since the API is lenient.
const UNFIT: &str = "positive_data_acceptance,negative_data_rejection";

/// Asks every operation of `/api/openapi.json`; one counts as failed when it ever answers with a server error, or
/// with a status, header or body that the description does not name.
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
    let address = format!("127.0.0.1:{}", free_port()?);
    let mut serve = program(server);
    serve.args(["serve", "--demo", "--listen", &address, "--database", &database]);
    let log = target().join("test/schemathesis-server.log");
    fs::create_dir_all(target().join("test"))?;
    let mut running = Background::start(&serve, None, &log)?;
    let logged = || fs::read_to_string(&log).unwrap_or_default();
    running
        .wait_until(|| TcpStream::connect(&address).is_ok() && key_in(&logged()).is_some())
        .with_context(logged)?;
    let key = key_in(&logged()).context("the server printed no key")?;

    fs::write(folder.path().join("schemathesis.toml"), SETTINGS)?;
    let report = folder.path().join("report.xml");
    let mut command = program(schemathesis);
    command.current_dir(folder.path()).arg("run").arg(format!("http://{address}/api/openapi.json"));
    command.args(["--auth", &key, "--checks", "all", "--exclude-checks", UNFIT]);
    // A stream does not end, so it would never be judged.
    command.args(["--exclude-path", "/api/v1/events"]);
    command.args(["--max-examples", "20", "--seed", "1", "--generation-database", "none", "--no-color"]);
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

/// The key that a demonstration prints, `PUBLIC PRIVATE` alone on a line, as Basic sign-in takes it.
fn key_in(printed: &str) -> Option<String> {
    let halves = |line: &str| {
        let (public, private) = line.split_once(' ')?;
        let is_key = public.starts_with("bg_public_") && private.starts_with("bg_private_");
        is_key.then(|| format!("{public}:{private}"))
    };
    // The last line may still be under way.
    let (whole, _) = printed.rsplit_once('\n')?;
    whole.lines().find_map(halves)
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
    fn reads_the_key_that_is_printed() {
        let printed = "To sign in, open http://127.0.0.1:8080/sign-in#token\nbg_public_1 bg_private_2\n";
        assert_eq!(key_in(printed).as_deref(), Some("bg_public_1:bg_private_2"));
        assert_eq!(key_in("bg_public_1 bg_priv"), None);
        assert_eq!(key_in("bg_public_1 bg_private_2"), None, "the line may go on");
    }

    #[test]
    fn reads_the_totals_of_a_report() {
        let report = "<?xml version=\"1.0\"?>\n\
            <testsuites errors=\"1\" failures=\"2\" skipped=\"1\" tests=\"9\" time=\"2.78\">\n\
            <testsuite errors=\"7\" failures=\"7\" skipped=\"7\" tests=\"77\"></testsuite></testsuites>";
        assert_eq!(read(report), Some(Tally { passed: 5, failed: 3 }));
        assert_eq!(read("<html>"), None);
    }
}
