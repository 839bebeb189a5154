//! `cargo xtask bench`: builds the server and its benchmark for release and runs them.

use std::process::ExitCode;

use anyhow::Result;

use crate::postgres::Postgres;
use crate::process::{program, target};
use crate::steps::Steps;
use crate::{machine, scripts, tools};

/// Builds what is not up to date, then measures; further `arguments` go to the benchmark, such as
/// `--only panel`. Gives a failure when an aim is missed.
///
/// # Errors
/// When a build fails or the benchmark cannot be started.
pub(crate) fn bench(arguments: &[String]) -> Result<ExitCode> {
    let mut steps = Steps::new(tools::STEPS + scripts::STEPS + 3);
    tools::prepare(&mut steps)?;
    steps.run("admin page", |step| step.run(tools::trunk().args(["build", "--release"])))?;
    steps.run("server and benchmark", |step| {
        step.run(program("cargo").args(["build", "--release", "--package", "server", "--package", "bench"]))
    })?;
    let chromium = scripts::prepare(&mut steps)?;
    let postgres = steps.run("PostgreSQL", |step| Postgres::start(&machine::postgresql(step)?))?;
    let built = target().join("release");
    let status = program(built.join("bench"))
        .arg("--server")
        .arg(built.join("buyer-groups"))
        .args(["--dist", "dist", "--folder"])
        .arg(target().join("bench"))
        .arg("--scripts")
        .arg(scripts::folder())
        .arg("--chromium")
        .arg(chromium)
        .args(["--postgres", &postgres.url()])
        .args(arguments)
        .status()?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
