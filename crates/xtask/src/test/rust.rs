//! The tests of all crates, on SQLite and on a PostgreSQL of their own.

use anyhow::Result;

use super::tally::Tally;
use crate::machine;
use crate::postgres::Postgres;
use crate::process::program;
use crate::steps::Steps;

pub(super) const STEPS: usize = 2;

/// Runs `cargo test` with the address of a PostgreSQL in `TEST_POSTGRES_URL`.
pub(super) fn run(steps: &mut Steps) -> Result<Tally> {
    let postgres = steps.run("PostgreSQL", |step| Postgres::start(&machine::postgresql(step)?))?;
    steps.run("Rust tests", |step| {
        step.let_speak();
        let mut cargo = program("cargo");
        cargo.args(["test", "--workspace", "--no-fail-fast"]).env("TEST_POSTGRES_URL", postgres.url());
        Tally::of(&mut cargo, read)
    })
}

/// Reads `test result: ok. 12 passed; 0 failed; …`.
fn read(line: &str) -> Option<Tally> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let count = |word: &str| {
        counts.split("; ").find_map(|part| part.strip_suffix(word)?.trim().parse::<usize>().ok())
    };
    Some(Tally { passed: count("passed")?, failed: count("failed")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_result_of_each_binary() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.10s";
        assert_eq!(read(line), Some(Tally { passed: 12, failed: 3 }));
        assert_eq!(read("test list::pages ... ok"), None);
    }
}
