//! A PostgreSQL for tests and measures: in a temporary folder, on a free port, gone afterwards.

use std::path::Path;

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use crate::machine::we_are_root;
use crate::process::{Background, free_port, output, program, succeed};

/// The user that Debian's package makes; the server refuses to run as root.
const USER: &str = "postgres";

/// A running server; it ends, and its folder goes, when this is dropped.
pub(crate) struct Postgres {
    // Fields are dropped in this order: first the server, then what it writes to.
    _server: Background,
    _folder: TempDir,
    port: u16,
}

impl Postgres {
    /// Makes a new database cluster and serves it, with Debian's settings for durability.
    ///
    /// # Errors
    /// When it cannot be made or does not come up.
    pub(crate) fn start(programs: &Path) -> Result<Postgres> {
        let folder = TempDir::with_prefix("buyer-groups-postgres-").context("no temporary folder")?;
        let user = we_are_root().then_some(USER);
        if user.is_some() {
            succeed(program("chown").arg(format!("{USER}:")).arg(folder.path()))?;
        }
        let data = folder.path().join("data");

        let mut initdb = match user {
            Some(user) => {
                let mut as_user = program("setpriv");
                as_user.args(["--reuid", user, "--regid", user, "--init-groups", "--"]);
                as_user.arg(programs.join("initdb"));
                as_user
            }
            None => program(programs.join("initdb")),
        };
        initdb.arg("--pgdata").arg(&data).args(["--username", USER, "--auth=trust", "--no-sync"]);
        initdb.args(["--encoding=UTF8", "--locale=C.UTF-8"]).current_dir(folder.path());
        output(&mut initdb)?;

        let port = free_port()?;
        let mut server = program(programs.join("postgres"));
        server.current_dir(folder.path()).arg("-D").arg(&data).args(["-p", &port.to_string()]);
        server.args(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]);
        // Each test binary keeps several pools open.
        server.args(["-c", "max_connections=400"]);
        let log = folder.path().join("log");
        let mut running = Background::start(&server, user, &log)?;
        let ready = || {
            let mut ask = program(programs.join("pg_isready"));
            ask.args(["--quiet", "--host=127.0.0.1", "--port", &port.to_string()]);
            succeed(&mut ask).is_ok()
        };
        running.wait_until(ready).with_context(|| std::fs::read_to_string(&log).unwrap_or_default())?;
        Ok(Postgres { _server: running, _folder: folder, port })
    }

    /// The address of its first database, whose owner is the superuser.
    pub(crate) fn url(&self) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/postgres?sslmode=disable", self.port)
    }
}
