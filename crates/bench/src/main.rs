//! `cargo xtask bench`: the admin page in a real Chromium, and the server beside a bare axum and rusqlite handler, in
//! one run.
//!
//! Both servers run in processes of their own on the same file, asked over HTTP on loopback by clients that keep their
//! connections. They are asked in turns, and what is compared is the processor time of each process: it depends far
//! less than the clock on what else the machine is doing.
#![allow(clippy::print_stdout, reason = "the table is what this program is for")]

mod bare;
mod lane;
mod load;
mod page;
mod panel;
mod process;
mod requests;
mod reservations;
mod routing;
mod seed;
mod table;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use server::{BundledZones, accounts, system_clock};

use load::Side;
use process::{Server, free_address};
use requests::Measures;
use table::{Aim, Table, median};

/// How many groups the company has whose admin page is measured.
const GROUPS_OF_PANEL: usize = 10_000;
/// For how long the address is good by which Chromium signs in, in milliseconds.
const SIGN_IN_LASTS_MS: i64 = 10 * 60 * 1000;

const USAGE: &str = "\
Usage: bench --server FILE --dist FOLDER --folder FOLDER --scripts FOLDER --chromium FILE
             [--groups NUMBER,…] [--only panel | --only server | --only routing] [--postgres URL]
       bench bare ADDRESS DATABASE COMPANY";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.first().map(String::as_str) {
        Some("bare") => serve_bare(&arguments[1..]).map(|()| 0),
        _ => Options::read(&arguments).and_then(|options| options.run()),
    };
    match outcome {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn serve_bare(arguments: &[String]) -> Result<()> {
    let [address, database, company] = arguments else { bail!("{USAGE}") };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(bare::serve(address.parse()?, Path::new(database), company.parse()?))
}

/// What is measured, and where it lies.
struct Options {
    server: PathBuf,
    dist: PathBuf,
    folder: PathBuf,
    /// The folder e2e.
    scripts: PathBuf,
    chromium: PathBuf,
    groups: Vec<usize>,
    parts: Parts,
    /// A PostgreSQL server to measure on as well.
    postgres: Option<String>,
}

/// What is measured of it.
#[derive(Clone, Copy, PartialEq)]
enum Parts {
    All,
    Panel,
    Server,
    Routing,
}

impl Options {
    fn read(arguments: &[String]) -> Result<Self> {
        let value = |name: &str| {
            let at = arguments.iter().position(|argument| argument == name)?;
            arguments.get(at + 1).cloned()
        };
        let path = |name: &str| value(name).map(PathBuf::from).context(USAGE);
        let groups = value("--groups").unwrap_or_else(|| "10000,100000".to_owned());
        let parts = match value("--only").as_deref() {
            None => Parts::All,
            Some("panel") => Parts::Panel,
            Some("server") => Parts::Server,
            Some("routing") => Parts::Routing,
            Some(_) => bail!("{USAGE}"),
        };
        Ok(Self {
            server: path("--server")?,
            dist: path("--dist")?,
            folder: path("--folder")?,
            scripts: path("--scripts")?,
            chromium: path("--chromium")?,
            groups: groups.split(',').map(str::parse).collect::<Result<_, _>>().context(USAGE)?,
            parts,
            postgres: value("--postgres"),
        })
    }

    /// Measures everything; gives the number of aims that were missed.
    fn run(&self) -> Result<usize> {
        let mut table = Table::default();
        let mut searches = Vec::new();
        Table::heading();
        if matches!(self.parts, Parts::All | Parts::Routing) {
            routing::measure(&mut table, &BundledZones::default(), system_clock())?;
        }
        if matches!(self.parts, Parts::All | Parts::Panel) {
            self.first_load(&mut table)?;
            self.panel(&mut table)?;
        }
        if self.parts != Parts::Panel {
            let folder = self.new_folder("calls")?;
            reservations::measure(&mut table, &folder, self.postgres.as_deref())?;
        }
        let is_asked = matches!(self.parts, Parts::All | Parts::Server);
        let sizes: &[usize] = if is_asked { &self.groups } else { &[] };
        for groups in sizes {
            searches.push(self.measure(*groups, &mut table)?);
        }
        if let [few, .., many] = searches[..] {
            let (ours, other) = (table::micros(many), table::micros(few));
            let number = many.as_secs_f64() / few.as_secs_f64();
            table.line(
                "search of 20, the most groups over the fewest",
                &ours,
                &other,
                number,
                Aim::Most(1.5),
            );
        }
        Ok(table.missed())
    }

    fn first_load(&self, table: &mut Table) -> Result<()> {
        let bytes = page::first_load(&self.dist)?;
        let kb = bytes as f64 / 1000.0;
        table.line("first load of the list, KB brotli", &format!("{bytes} B"), "", kb, Aim::Most(150.0));
        Ok(())
    }

    /// Measures the admin page in Chromium.
    fn panel(&self, table: &mut Table) -> Result<()> {
        let folder = self.new_folder("panel")?;
        let database = folder.join("bench.db");
        let seed::Seeded { store, company, groups, .. } = seed::seed(&database, GROUPS_OF_PANEL)?;
        println!("— the admin page in Chromium, {GROUPS_OF_PANEL} groups; {}", panel::load()?);
        let address = free_address()?;
        let origin = format!("http://{address}");
        let sign_in = accounts::sign_in_address(&store, company, &origin, SIGN_IN_LASTS_MS, system_clock());
        let sign_in = sign_in.map_err(|error| anyhow!(error))?;
        store.close();
        drop(store);
        let _running = self.serve(&database, address, &folder)?;
        // One with caps by the day and by the month, and with several buyers.
        let group = groups.get(12).context("no group was seeded")?;
        panel::measure(table, &self.scripts, &self.chromium, &sign_in, &group.to_string())
    }

    /// A folder of that name with nothing in it.
    fn new_folder(&self, name: &str) -> Result<PathBuf> {
        let folder = self.folder.join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// Our server, ready to be asked.
    fn serve(&self, database: &Path, address: SocketAddr, folder: &Path) -> Result<Server> {
        let mut command = Command::new(&self.server);
        command.args(["serve", "--listen", &address.to_string(), "--database"]);
        command.arg(format!("sqlite://{}", database.display())).arg("--assets").arg(&self.dist);
        Server::start(&mut command, address, &folder.join("ours.log"))
    }

    /// Measures one size; gives what a search costs there.
    fn measure(&self, groups: usize, table: &mut Table) -> Result<Duration> {
        let folder = self.new_folder(&groups.to_string())?;
        let database = folder.join("bench.db");
        let seeded = seed::seed(&database, groups)?;
        println!("— {groups} groups");

        for clients in [8, 64] {
            let aim = Aim::Least(if clients == 8 { 2.5 } else { 4.0 });
            let rates = lane::rates(&seeded, clients, 5)?;
            let lane = median(rates.iter().map(|rate| rate.lane).collect());
            let single = median(rates.iter().map(|rate| rate.single).collect());
            let number = median(rates.iter().map(|rate| rate.lane / rate.single).collect());
            let what = format!("writer lane, {clients} clients, over single commits");
            table.line(&what, &format!("{lane:.0}/s"), &format!("{single:.0}/s"), number, aim);
        }

        let seed::Seeded { store, company, groups, authorization } = seeded;
        store.close();
        drop(store);
        let ours = self.serve(&database, free_address()?, &folder)?;
        std::thread::sleep(Duration::from_secs(1));
        let idle = ours.memory_kib()? as f64 / 1024.0;
        let start = ours.cold_start.as_secs_f64() * 1000.0;
        table.line("cold start, ms", &format!("{start:.0} ms"), "", start, Aim::None);
        table.line("memory idle, MB", &format!("{idle:.1} MB"), "", idle, Aim::Most(30.0));

        let address = free_address()?;
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["bare", &address.to_string()]).arg(&database).arg(company.to_string());
        let bare = Server::start(&mut command, address, &folder.join("bare.log"))?;
        let measures = Measures {
            ours: Side { server: &ours, authorization: &authorization },
            bare: Side { server: &bare, authorization: "" },
            groups,
        };
        measures.run(table)
    }
}
