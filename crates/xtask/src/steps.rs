//! Shows where a chore is: `2 of 4  Trunk … 0.1 s`.
//!
//! All of it goes to standard error, so that standard output carries results only.

use std::io::{self, Write as _};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::Result;

use crate::process;

/// A chore's steps, counted as they run.
pub(crate) struct Steps {
    total: usize,
    begun: usize,
}

impl Steps {
    /// A chore of `total` steps.
    pub(crate) fn new(total: usize) -> Steps {
        Steps { total, begun: 0 }
    }

    /// Counts steps as begun that a part of the chore did not come to, up to the number `begun`.
    pub(crate) fn skip_to(&mut self, begun: usize) {
        self.begun = self.begun.max(begun);
    }

    /// Runs the next step and shows how long it took.
    pub(crate) fn run<T>(&mut self, name: &str, work: impl FnOnce(&mut Step) -> Result<T>) -> Result<T> {
        self.begun += 1;
        let mut step = Step { label: format!("{} of {}  {name}", self.begun, self.total), line_open: true };
        eprint!("{} … ", step.label);
        let began = Instant::now();
        let outcome = work(&mut step);
        let word = if outcome.is_ok() { "" } else { "failed after " };
        let seconds = began.elapsed().as_secs_f32();
        if step.line_open {
            eprintln!("{word}{seconds:.1} s");
        } else {
            eprintln!("{}: {word}{seconds:.1} s", step.label);
        }
        outcome
    }
}

/// The step under way.
pub(crate) struct Step {
    label: String,
    /// Whether the cursor still stands behind the step's name.
    line_open: bool,
}

impl Step {
    /// Leaves the step's line, for output of other programs.
    pub(crate) fn let_speak(&mut self) {
        if self.line_open {
            eprintln!();
            // Nothing is lost when standard error is closed: there is nobody to read it.
            let _ = io::stderr().flush();
            self.line_open = false;
        }
    }

    /// Says something about the step, on a line of its own.
    pub(crate) fn say(&mut self, sentence: &str) {
        self.let_speak();
        eprintln!("{sentence}");
    }

    /// Runs a program that shows its own progress.
    ///
    /// # Errors
    /// When it cannot be started or does not succeed.
    pub(crate) fn run(&mut self, command: &mut Command) -> Result<()> {
        self.let_speak();
        process::succeed(command.stdin(Stdio::null()).stdout(io::stderr()))
    }
}
