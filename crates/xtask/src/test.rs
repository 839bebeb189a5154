//! `cargo xtask test`: every test there is, in parts that can be run alone.

pub(crate) mod browser;
mod rust;
mod schemathesis;
mod tally;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::steps::Steps;
use tally::Tally;

/// A part of the tests: its name, how many steps it shows, and how it is run.
struct Part {
    name: &'static str,
    steps: usize,
    run: fn(&mut Steps) -> Result<Tally>,
}

const PARTS: [Part; 3] = [
    Part { name: "rust", steps: rust::STEPS, run: rust::run },
    Part { name: "e2e", steps: browser::STEPS, run: browser::run },
    Part { name: "schemathesis", steps: schemathesis::STEPS, run: schemathesis::run },
];

/// Runs the parts named, or all, and ends with one line that sums them: `N passed, M failed`. Gives
/// the exit status that says the same.
///
/// # Errors
/// When no part has a given name.
pub(crate) fn test(names: &[String]) -> Result<ExitCode> {
    if let Some(unknown) = names.iter().find(|name| !PARTS.iter().any(|part| part.name == *name)) {
        let known = PARTS.map(|part| part.name).join(", ");
        bail!("There is no part {unknown:?} of the tests, but {known}.");
    }
    let chosen: Vec<&Part> =
        PARTS.iter().filter(|part| names.is_empty() || names.iter().any(|name| name == part.name)).collect();

    let mut steps = Steps::new(chosen.iter().map(|part| part.steps).sum());
    let mut sum = Tally::default();
    let mut began = 0;
    for part in chosen {
        sum += (part.run)(&mut steps).unwrap_or_else(|error| {
            eprintln!("{}: {error:#}", part.name);
            Tally::crash()
        });
        began += part.steps;
        // A part that broke off leaves steps that are not shown.
        steps.skip_to(began);
    }
    println!("{sum}");
    Ok(if sum.failed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
