//! Chores of the repository, as `cargo xtask CHORE`.
#![allow(clippy::print_stdout, reason = "a command line program prints; what it prints is its result")]

mod bench;
mod compress;
mod finish;
mod machine;
mod pictures;
mod postgres;
mod process;
mod scripts;
mod serve;
mod slim;
mod split;
mod steps;
mod test;
mod tools;

use std::process::ExitCode;

const HELP: &str = "\
Usage: cargo xtask CHORE

  serve [--demo] [ARG…]  build everything and serve it on http://127.0.0.1:8080; further
                         arguments go to `buyer-groups serve`
  test [PART…]           run every test, or only the parts named: rust, e2e, schemathesis
  bench [--only PART]    measure the routing, the panel in Chromium and the server beside a bare handler,
                         or one of them: routing, panel, server (with --groups N,… not on 10,000 and
                         100,000 groups)
  pictures               make the pictures of the README anew
  finish                 cut the browser module into its parts and compress what a release build
                         made; Trunk calls it

What a chore needs and the machine lacks, it installs: build tools under target/tools, Debian's
packages by apt-get.";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let chore = arguments.next().unwrap_or_default();
    let arguments: Vec<String> = arguments.collect();
    let outcome = match chore.as_str() {
        "serve" => serve::serve(&arguments).map(|never| match never {}),
        "test" => test::test(&arguments),
        "bench" => bench::bench(&arguments),
        "pictures" => pictures::pictures().map(|()| ExitCode::SUCCESS),
        "finish" => finish::finish_staged().map(|()| ExitCode::SUCCESS),
        "" | "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        unknown => Err(anyhow::anyhow!("There is no chore {unknown:?}.\n\n{HELP}")),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("{error:#}");
        ExitCode::FAILURE
    })
}
