//! A running server, and the commands beside it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use base64::Engine as _;

/// A running server.
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) address: String,
    /// What it printed until it named its address.
    pub(crate) sign_in: String,
    /// The key's halves.
    pub(crate) key: (String, String),
    database: String,
}

pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_buyer-groups"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("BUYER_GROUPS")) {
        command.env_remove(name);
    }
    command
}

pub(crate) fn sqlite(folder: &tempfile::TempDir) -> String {
    format!("sqlite://{}", folder.path().join("test.db").display())
}

/// A new database on the PostgreSQL of the tests, if there is one.
pub(crate) fn postgres() -> Option<String> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let server = std::env::var("TEST_POSTGRES_URL").ok()?;
    let name = format!("process_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let mut client = postgres::Client::connect(&server, postgres::NoTls).unwrap();
    client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
    let (address, settings) = server.split_once('?').unwrap_or((&server, ""));
    Some(format!("{}/{name}?{settings}", address.rsplit_once('/').unwrap().0))
}

pub(crate) fn run(command: &mut Command) -> Output {
    command.output().unwrap()
}

pub(crate) fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A company in a database, and the halves of a key for it.
pub(crate) fn key(database: &str) -> (String, String) {
    let created = ["keys", "create", "--company", "Northline", "--database", database];
    let created = stdout(&run(program().args(created)));
    let (public, private) = created.trim().split_once(' ').unwrap();
    (public.to_owned(), private.to_owned())
}

impl Server {
    /// A server with a database of its own.
    pub(crate) fn start(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = sqlite(&folder);
        let key = key(&database);
        Self::on(&database, key, folder, options)
    }

    /// A server on a database that has this key.
    pub(crate) fn on(
        database: &str,
        key: (String, String),
        folder: tempfile::TempDir,
        options: &[&str],
    ) -> Self {
        let (child, sign_in, address) = Self::serve(database, &folder, options);
        Self { child, folder, address, sign_in, key, database: database.to_owned() }
    }

    /// Starts the program: the process, what it printed first, its address.
    fn serve(database: &str, folder: &tempfile::TempDir, options: &[&str]) -> (Child, String, String) {
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let mut child = program()
            .args(["serve", "--listen", "127.0.0.1:0", "--database", database])
            .args(options)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let sign_in = line.trim().rsplit_once(' ').unwrap().1.to_owned();
        let address = sign_in.strip_prefix("http://").unwrap().split('/').next().unwrap().to_owned();
        (child, sign_in, address)
    }

    /// Kills the process as a crash would, and starts another one on the same database.
    pub(crate) fn crash_and_start(&mut self, options: &[&str]) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        (self.child, self.sign_in, self.address) = Self::serve(&self.database, &self.folder, options);
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream
    }

    pub(crate) fn basic(&self) -> String {
        let pair = format!("{}:{}", self.key.0, self.key.1);
        format!("Authorization: Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
    }

    /// Sends a request on a connection of its own and gives the whole answer.
    pub(crate) fn ask(&self, head: &str, body: &str) -> String {
        self.try_ask(head, body).unwrap()
    }

    /// The same of a server that may be gone.
    pub(crate) fn try_ask(&self, head: &str, body: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let (address, length) = (&self.address, body.len());
        write!(
            stream,
            "{head}\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }

    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    pub(crate) fn terminate(&self) {
        assert!(
            Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap().success()
        );
    }

    /// Kill -9, which leaves no time for anything.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
