//! The command line: `serve`, `keys`, `sign-in`, `verify`.

mod keys;
mod serve;
mod sign_in;
mod verify;

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};
use store::{Settings, Store};

use crate::accounts::Failure;
use crate::zones::BundledZones;

/// Buyer groups: the API server, the admin page and its commands.
///
/// Every setting can also come from the environment, by the name in brackets.
#[derive(Parser)]
#[command(name = "buyer-groups", version)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API and the admin page.
    Serve(serve::Serve),
    /// Make, list and revoke the API keys of machines.
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Print an address that signs its reader in at the admin page, once, within 15 minutes.
    SignIn(sign_in::SignIn),
    /// Count every counter again from the calls, and print those that differ; ends with 1 if any does.
    Verify(verify::Verify),
}

/// Which database.
#[derive(Args)]
struct Database {
    /// The database: sqlite://PATH (made if it is not there) or postgres://USER:PASSWORD@HOST/NAME?sslmode=….
    #[arg(
        long,
        value_name = "URL",
        env = "BUYER_GROUPS_DATABASE",
        default_value = "sqlite://buyer-groups.db"
    )]
    #[arg(hide_env_values = true)]
    database: String,
}

impl Database {
    fn open(&self) -> Result<(Store, Arc<BundledZones>), Failure> {
        let zones = Arc::new(BundledZones::default());
        let store = Store::open(&self.database, zones.clone(), Settings::default());
        Ok((store.map_err(|error| error.to_string())?, zones))
    }
}

/// Runs the command that the process was started with.
#[must_use]
pub fn run() -> ExitCode {
    let outcome = match Line::parse().command {
        Command::Serve(serve) => serve.run(),
        Command::Keys(keys) => keys.run(),
        Command::SignIn(sign_in) => sign_in.run(),
        Command::Verify(verify) => verify.run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "buyer-groups: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Prints a line on standard output. A reader who has closed it misses nothing that matters.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}");
    let _ = out.flush();
}
