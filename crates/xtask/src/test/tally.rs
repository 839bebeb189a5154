//! Counting tests by what their runners print.

use std::fmt;
use std::io::{BufRead as _, BufReader};
use std::ops::AddAssign;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};

use crate::process::name;

/// How many tests passed and failed. A runner that breaks off, or runs nothing, is one that failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) passed: usize,
    pub(super) failed: usize,
}

impl Tally {
    /// What a runner counts for that could not do its work.
    pub(super) fn crash() -> Tally {
        Tally { passed: 0, failed: 1 }
    }

    /// Runs a runner, shows each line that it prints, and adds up what `read` finds in them.
    ///
    /// # Errors
    /// When it cannot be started or read.
    pub(super) fn of(runner: &mut Command, read: impl Fn(&str) -> Option<Tally>) -> Result<Tally> {
        let mut child = runner
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} cannot be started", name(runner)))?;
        let mut sum = Tally::default();
        if let Some(printed) = child.stdout.take() {
            for line in BufReader::new(printed).split(b'\n') {
                let line = String::from_utf8_lossy(&line?).into_owned();
                sum += read(&line).unwrap_or_default();
                println!("{line}");
            }
        }
        let status = child.wait()?;
        Ok(sum.settled(status.success()))
    }

    /// A runner cannot pass without having run a test, nor fail without one that failed.
    fn settled(self, success: bool) -> Tally {
        let broke_off = self.failed == 0 && (!success || self.passed == 0);
        Tally { failed: self.failed + usize::from(broke_off), ..self }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Tally {
        let read = |line: &str| Some(Tally { passed: line.parse().ok()?, failed: 0 });
        Tally::of(Command::new("sh").args(["-c", script]), read).unwrap()
    }

    #[test]
    fn adds_up_what_is_printed() {
        assert_eq!(shell("echo 2; echo noise; echo 3"), Tally { passed: 5, failed: 0 });
    }

    #[test]
    fn breaking_off_is_a_failure() {
        assert_eq!(shell("echo 2; exit 101"), Tally { passed: 2, failed: 1 });
    }

    #[test]
    fn running_nothing_is_a_failure() {
        assert_eq!(shell("echo noise"), Tally::crash());
    }

    #[test]
    fn the_last_line_reads_as_documented() {
        assert_eq!(Tally { passed: 12, failed: 1 }.to_string(), "12 passed, 1 failed");
    }
}
