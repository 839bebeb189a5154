//! `cargo xtask serve`: from a fresh clone to a running admin page.

use std::convert::Infallible;
use std::os::unix::process::CommandExt as _;

use anyhow::{Context as _, Result};

use crate::process::{program, target};
use crate::steps::Steps;
use crate::tools;

/// Builds what is not up to date, then becomes the server, with `arguments` passed on; so its exit
/// status and the signals to it are the server's own.
///
/// # Errors
/// When a tool is missing and cannot be installed, a build fails, or the server cannot be started.
pub(crate) fn serve(arguments: &[String]) -> Result<Infallible> {
    let mut steps = Steps::new(tools::STEPS + 2);
    tools::prepare(&mut steps)?;
    steps.run("admin page", |step| step.run(tools::trunk().args(["build", "--release"])))?;
    steps.run("server", |step| {
        step.run(program("cargo").args(["build", "--release", "--package", "server"]))
    })?;
    let server = target().join("release/buyer-groups");
    let error = program(&server).arg("serve").args(with_defaults(arguments)).exec();
    Err(error).with_context(|| format!("{} cannot be started", server.display()))
}

/// The settings of a first look, but for those that the caller gave. The demonstration has a
/// database of its own, so that it never mixes with real data.
fn with_defaults(arguments: &[String]) -> Vec<String> {
    let demo = arguments.iter().any(|argument| argument == "--demo");
    let database = if demo { "sqlite://demo.db" } else { "sqlite://buyer-groups.db" };
    let defaults = [("--listen", "127.0.0.1:8080"), ("--database", database), ("--assets", "dist")];
    let missing = defaults.into_iter().filter(|(name, _)| {
        !arguments.iter().any(|given| {
            given.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
        })
    });
    missing.flat_map(|(name, value)| [name.to_owned(), value.to_owned()]).chain(arguments.to_vec()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(arguments: &[&str]) -> String {
        with_defaults(&arguments.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()).join(" ")
    }

    #[test]
    fn the_demonstration_has_a_database_of_its_own() {
        assert_eq!(line(&[]), "--listen 127.0.0.1:8080 --database sqlite://buyer-groups.db --assets dist");
        assert_eq!(
            line(&["--demo"]),
            "--listen 127.0.0.1:8080 --database sqlite://demo.db --assets dist --demo"
        );
    }

    #[test]
    fn what_the_caller_gives_stands_alone() {
        assert_eq!(
            line(&["--listen=[::1]:80", "--database", "postgres://localhost/x"]),
            "--assets dist --listen=[::1]:80 --database postgres://localhost/x"
        );
    }
}
