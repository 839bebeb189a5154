//! Other programs: how they are named, started, read and ended.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

/// The repository's folder.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// Where Cargo builds, as its own setting says.
pub(crate) fn target() -> PathBuf {
    root().join(env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}

/// A program to be run in the repository's folder.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root());
    // `cargo run` describes this crate to us in these. Build scripts that watch them would run
    // again each time a build is started from here and then from a shell.
    for (key, _) in env::vars_os() {
        if describes_this_crate(&key) {
            command.env_remove(key);
        }
    }
    command
}

fn describes_this_crate(variable: &OsString) -> bool {
    variable.to_str().is_some_and(|name| {
        name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") || name == "CARGO"
    })
}

/// Runs a program to its end.
///
/// # Errors
/// When it cannot be started or does not succeed.
pub(crate) fn succeed(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{} cannot be started", name(command)))?;
    if !status.success() {
        bail!("{} ended with {status}", line(command));
    }
    Ok(())
}

/// What a program prints on standard output, without the blanks around it.
///
/// # Errors
/// When it cannot be started or does not succeed; the error carries what it said.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("{} cannot be started", name(command)))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("{} ended with {}: {}", line(command), output.status, said.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The program's name, for messages.
pub(crate) fn name(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

/// The program with its arguments, for messages.
fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

/// A program in the background; it is interrupted, and waited for, when this is dropped.
pub(crate) struct Background {
    child: Child,
}

impl Background {
    /// How long a program may take to end by itself.
    const PATIENCE: Duration = Duration::from_secs(10);

    /// Starts a program, as another user of the machine if one is named, with all that it says
    /// going to the file `log`. It is interrupted when this process ends, even when that is killed.
    ///
    /// # Errors
    /// When the log cannot be written or the program cannot be started.
    pub(crate) fn start(command: &Command, user: Option<&str>, log: &Path) -> Result<Background> {
        let log = File::create(log).with_context(|| format!("{} cannot be written", log.display()))?;
        let mut tied = program("setpriv");
        tied.arg("--pdeathsig=INT");
        if let Some(user) = user {
            tied.args(["--reuid", user, "--regid", user, "--init-groups"]);
        }
        tied.arg("--").arg(command.get_program()).args(command.get_args());
        if let Some(folder) = command.get_current_dir() {
            tied.current_dir(folder);
        }
        let child = tied
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("{} cannot be started", name(command)))?;
        Ok(Background { child })
    }

    /// Waits until `ready` says so.
    ///
    /// # Errors
    /// When the program ends before, or a minute passes.
    pub(crate) fn wait_until(&mut self, ready: impl Fn() -> bool) -> Result<()> {
        let began = Instant::now();
        while !ready() {
            if let Some(status) = self.child.try_wait()? {
                bail!("it ended with {status} instead of getting ready");
            }
            if began.elapsed() > Duration::from_secs(60) {
                bail!("it was not ready within a minute");
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// Asks the program to end; it has ended when this returns.
    fn end(&mut self) -> Result<()> {
        kill_process(Pid::from_child(&self.child), Signal::INT)?;
        let asked = Instant::now();
        while asked.elapsed() < Self::PATIENCE {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(20));
        }
        bail!("it did not end when asked")
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if self.end().is_err() {
            // It is gone already or does not listen: the last resort fits both.
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// A port of this machine on which nothing listens.
///
/// # Errors
/// When the machine has none to give.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
