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
    let error = program(&server).args(with_defaults(arguments)).exec();
    Err(error).with_context(|| format!("{} cannot be started", server.display()))
}

/// The settings of a first look, but for those that the caller gave. The demonstration has a
/// database of its own, so that it never mixes with real data. The second public address is that of
/// `trunk serve`: a page from there may write, too.
fn with_defaults(arguments: &[String]) -> Vec<String> {
    let given = |name: &str| {
        arguments
            .iter()
            .any(|argument| argument.split_once('=').map_or(argument.as_str(), |(name, _)| name) == name)
    };
    let mut line = vec!["serve"];
    if !given("--listen") {
        line.extend(["--listen", "127.0.0.1:8080"]);
        if !given("--public-url") {
            line.extend(["--public-url", "http://127.0.0.1:8080", "--public-url", "http://127.0.0.1:8081"]);
        }
    }
    if !given("--database") {
        let database = if given("--demo") { "sqlite://demo.db" } else { "sqlite://buyer-groups.db" };
        line.extend(["--database", database]);
    }
    if !given("--assets") {
        line.extend(["--assets", "dist"]);
    }
    line.into_iter().chain(arguments.iter().map(String::as_str)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(arguments: &[&str]) -> String {
        with_defaults(&arguments.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()).join(" ")
    }

    #[test]
    fn a_first_look_needs_no_setting() {
        assert_eq!(
            line(&[]),
            "serve --listen 127.0.0.1:8080 --public-url http://127.0.0.1:8080 \
             --public-url http://127.0.0.1:8081 --database sqlite://buyer-groups.db --assets dist"
        );
    }

    #[test]
    fn the_demonstration_has_a_database_of_its_own() {
        let line = line(&["--demo"]);
        assert!(line.ends_with("--database sqlite://demo.db --assets dist --demo"), "{line}");
    }

    #[test]
    fn what_the_caller_gives_stands_alone() {
        assert_eq!(
            line(&["--listen=[::1]:80", "--database", "postgres://localhost/x"]),
            "serve --assets dist --listen=[::1]:80 --database postgres://localhost/x"
        );
    }
}
