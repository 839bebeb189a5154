//! `buyer-groups serve`.

use std::io::IsTerminal as _;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use domain::Id;
use store::{Reader, Store};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use super::{Database, say};
use crate::accounts::{self, Failure};
use crate::assets::Assets;
use crate::origin::{Origin, Origins};
use crate::params::BODY_DEADLINE;
use crate::state::{App, Parts, system_clock};
use crate::webhooks::{self, Targets, Webhooks};
use crate::zones::BundledZones;
use crate::{demo, housekeeping, listen};

/// Threads that may wait for the database at the same time.
const BLOCKING_THREADS: usize = 128;
/// How long work on requests that were cut off may go on.
const LAST_WORK: Duration = Duration::from_secs(3);
/// For how long the address that is printed at the start is good, in milliseconds.
const SIGN_IN_LASTS_MS: i64 = 60 * 60 * 1000;
/// What the company is called until somebody gives it its name.
const FIRST_COMPANY: &str = "My company";

#[derive(Args)]
pub(super) struct Serve {
    /// The address and port to listen on.
    #[arg(long, value_name = "ADDRESS:PORT", env = "BUYER_GROUPS_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,

    #[command(flatten)]
    database: Database,

    /// The folder of the admin page, as `trunk build --release` makes it. Without it only the API is served.
    #[arg(long, value_name = "FOLDER", env = "BUYER_GROUPS_ASSETS")]
    assets: Option<PathBuf>,

    /// An address at which people see this server, such as https://groups.example.com; may be given several times
    /// (in the environment with commas between them). Pages from there may write, and links start with the first.
    /// By default the address that is listened on.
    #[arg(long = "public-url", value_name = "URL", env = "BUYER_GROUPS_PUBLIC_URL", value_delimiter = ',')]
    public_urls: Vec<Origin>,

    /// Connections at the same time, at most; who comes then waits.
    #[arg(long, value_name = "NUMBER", env = "BUYER_GROUPS_MAX_CONNECTIONS", default_value_t = 4096)]
    max_connections: usize,

    /// Let webhooks go to this machine and to private networks too, also without TLS. For trying out, and where everybody
    /// who may change a company's webhook may reach those anyway.
    #[arg(long, env = "BUYER_GROUPS_ALLOW_PRIVATE_WEBHOOKS")]
    allow_private_webhooks: bool,

    /// What to log: error, warn, info or debug, also for one part, as in `info,request=warn`.
    #[arg(
        long,
        value_name = "LEVEL",
        env = "BUYER_GROUPS_LOG",
        default_value = "info,refinery_core=warn,r2d2=off"
    )]
    log: String,

    /// Fill a new database with a believable company, and print a key for it. For trying out only.
    #[arg(long, env = "BUYER_GROUPS_DEMO")]
    demo: bool,

    /// Keep so many made-up calls a minute coming, so that the demonstration moves.
    #[arg(long, value_name = "NUMBER", env = "BUYER_GROUPS_DEMO_CALLS", default_value_t = 0)]
    demo_calls: u32,
}

impl Serve {
    pub(super) fn run(self) -> Result<(), Failure> {
        let filter = EnvFilter::try_new(&self.log).map_err(|error| format!("--log {}: {error}", self.log))?;
        let colours = std::io::stderr().is_terminal();
        tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(std::io::stderr)
            .with_ansi(colours)
            .init();
        let assets = self.assets.as_deref().map(Assets::read).transpose()?.unwrap_or_default();
        let (store, zones) = self.database.open()?;
        let listener = TcpListener::bind(self.listen)
            .map_err(|error| format!("{} cannot be listened on: {error}", self.listen))?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let origins = Origins::new(self.public_urls, address);
        let demo = greet(&store, &zones, origins.main(), self.demo)?;
        let app = App::new(Parts {
            store: store.clone(),
            zones,
            origins,
            assets,
            body_deadline: BODY_DEADLINE,
            webhooks: Webhooks::new(if self.allow_private_webhooks {
                Targets::Any
            } else {
                Targets::Public
            })?,
            clock: system_clock,
        });

        let runtime = tokio::runtime::Builder::new_multi_thread()
            .max_blocking_threads(BLOCKING_THREADS)
            .enable_all()
            .build()
            .map_err(|error| format!("the server cannot start: {error}"))?;
        tracing::info!(%address, "listening");
        let stream = demo.filter(|_| self.demo_calls > 0).map(|company| {
            let stream = demo::stream(store.clone(), company, self.demo_calls);
            runtime.spawn(stream).abort_handle()
        });
        let served = runtime.block_on(serve(listener, app, self.max_connections));
        if let Some(stream) = stream {
            stream.abort();
        }
        // The database is closed where no runtime is, since its connections may have one of their own; what is queued
        // for the writer lane is made durable first.
        runtime.shutdown_timeout(LAST_WORK);
        store.close();
        served.map_err(|error| format!("the server cannot serve: {error}"))?;
        tracing::info!("ended");
        Ok(())
    }
}

/// Serves until the process is asked to end.
async fn serve(listener: TcpListener, app: App, most_connections: usize) -> std::io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let end = ended()?;
    let mut keeping = housekeeping::keep(&app.store);
    keeping.spawn(webhooks::deliver(app.clone()));
    let streams = app.clone();
    let end = async move {
        end.await;
        streams.close_streams();
    };
    listen::serve(listener, crate::app::app(app), most_connections, end).await;
    drop(keeping);
    Ok(())
}

/// Makes the company if there is none, and tells the operator how to get in. A line with a key holds nothing else,
/// so that programs find it. Gives the company of the demonstration, if it is one.
fn greet(store: &Store, zones: &BundledZones, origin: &str, is_demo: bool) -> Result<Option<Id>, Failure> {
    let now = system_clock();
    let address = |company| accounts::sign_in_address(store, company, origin, SIGN_IN_LASTS_MS, now);
    if is_demo {
        let demo = demo::fill(store, zones, now)?;
        say(&format!("To sign in, open {}", address(demo.company)?));
        say("The API key of this start, its public and its private half:");
        say(&format!("{} {}", demo.key.public, demo.key.private));
        return Ok(Some(demo.company));
    }
    let companies = |reader: &mut Reader<'_>| reader.companies();
    let mut known = store.read(companies).map_err(|error| error.to_string())?;
    if known.is_empty() {
        accounts::create_company(store, zones, FIRST_COMPANY, None, None, now)?;
        known = store.read(companies).map_err(|error| error.to_string())?;
    }
    for company in known {
        let is_entered = store.read(|reader| reader.has_session(company.id, now));
        if !is_entered.map_err(|error| error.to_string())? {
            say(&format!("To sign in to “{}”, open {}", company.name, address(company.id)?));
        }
    }
    Ok(None)
}

/// Ready when the process is asked to end.
fn ended() -> std::io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
