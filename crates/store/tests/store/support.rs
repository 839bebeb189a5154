//! A fresh database of either kind, with a company in it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use domain::list::Format;
use domain::{
    Change, Civil, Id, Input, Instant, Key, ListQuery, Params, Resource, TimeZone, Value, ZoneNames, Zones,
};
use jiff::tz::AmbiguousOffset;
use store::{Actor, Company, Error, Name, Page, Role, Settings, Store, Writer};

/// 2026-03-10T15:20:30Z.
pub(crate) const NOW: i64 = 1_773_156_030_000;

pub(crate) fn now() -> Instant {
    Instant::from_ms(NOW)
}

/// The zones of jiff's bundled database.
pub(crate) struct Jiff;

impl ZoneNames for Jiff {
    fn canonical(&self, name: &str) -> Option<String> {
        jiff::tz::TimeZoneDatabase::bundled().get(name).ok()?.iana_name().map(str::to_owned)
    }
}

impl Zones for Jiff {
    fn offset_at(&self, iana: &str, at: Instant) -> i32 {
        let zone = jiff::tz::TimeZoneDatabase::bundled().get(iana).unwrap();
        zone.to_offset(jiff::Timestamp::from_millisecond(at.ms()).unwrap()).seconds()
    }

    fn instants(&self, iana: &str, civil: Civil) -> (Instant, Instant) {
        let zone = jiff::tz::TimeZoneDatabase::bundled().get(iana).unwrap();
        let date = civil.date;
        let day = jiff::civil::date(date.year as i16, date.month as i8, date.day as i8);
        let time = day.at(0, 0, 0, 0) + jiff::SignedDuration::from_millis(civil.ms_of_day);
        match zone.to_ambiguous_zoned_datetime(time).offset() {
            AmbiguousOffset::Unambiguous { offset } => {
                let at = civil.at_offset(offset.seconds());
                (at, at)
            }
            AmbiguousOffset::Gap { before, after } | AmbiguousOffset::Fold { before, after } => {
                (civil.at_offset(before.seconds()), civil.at_offset(after.seconds()))
            }
        }
    }
}

/// A database, how to open it again, and a company with an owner.
pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) url: String,
    pub(crate) actor: Actor,
    /// Held for as long as the file in it is needed.
    _folder: tempfile::TempDir,
}

/// Runs a test on SQLite, and on PostgreSQL when `TEST_POSTGRES_URL` names a server.
pub(crate) fn on_both(test: impl Fn(&World)) {
    test(&World::sqlite());
    if let Some(world) = World::postgres() {
        test(&world);
    }
}

pub(crate) fn open(url: &str) -> Store {
    Store::open(url, Arc::new(Jiff), Settings::default()).unwrap()
}

/// The name of a new database on the server of the tests.
fn new_database(server: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("store_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let mut client = postgres::Client::connect(server, postgres::NoTls).unwrap();
    client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
    let (address, settings) = server.split_once('?').unwrap_or((server, ""));
    let address = address.rsplit_once('/').unwrap().0;
    format!("{address}/{name}?{settings}")
}

impl World {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        Self::new(url, folder)
    }

    pub(crate) fn postgres() -> Option<Self> {
        let Ok(server) = std::env::var("TEST_POSTGRES_URL") else {
            eprintln!("TEST_POSTGRES_URL is not set: the PostgreSQL half of this test is left out");
            return None;
        };
        Some(Self::new(new_database(&server), tempfile::tempdir().unwrap()))
    }

    fn new(url: String, folder: tempfile::TempDir) -> Self {
        let store = open(&url);
        let actor = store.write_now(|writer| new_company(writer, "Acme")).unwrap();
        Self { store, url, actor, _folder: folder }
    }

    /// Runs statements behind the store's back.
    pub(crate) fn run(&self, statements: &str) {
        match self.url.strip_prefix("sqlite://") {
            Some(path) => rusqlite::Connection::open(path).unwrap().execute_batch(statements).unwrap(),
            None => {
                let mut client = postgres::Client::connect(&self.url, postgres::NoTls).unwrap();
                client.batch_execute(statements).unwrap();
            }
        }
    }

    /// The whole numbers that a statement finds behind the store's back; NULL is none.
    pub(crate) fn numbers(&self, sql: &str) -> Vec<Vec<Option<i64>>> {
        match self.url.strip_prefix("sqlite://") {
            Some(path) => {
                let connection = rusqlite::Connection::open(path).unwrap();
                let mut statement = connection.prepare(sql).unwrap();
                let columns = statement.column_count();
                let read = |row: &rusqlite::Row<'_>| (0..columns).map(|column| row.get(column)).collect();
                statement.query_map([], read).unwrap().map(Result::unwrap).collect()
            }
            None => {
                let mut client = postgres::Client::connect(&self.url, postgres::NoTls).unwrap();
                let rows = client.query(sql, &[]).unwrap();
                rows.iter().map(|row| (0..row.len()).map(|column| row.get(column)).collect()).collect()
            }
        }
    }

    /// The text that a statement finds behind the store's back, if there is one.
    pub(crate) fn text(&self, sql: &str) -> Option<String> {
        match self.url.strip_prefix("sqlite://") {
            Some(path) => {
                let connection = rusqlite::Connection::open(path).unwrap();
                connection.query_row(sql, [], |row| row.get(0)).unwrap()
            }
            None => {
                let mut client = postgres::Client::connect(&self.url, postgres::NoTls).unwrap();
                client.query_one(sql, &[]).unwrap().get(0)
            }
        }
    }

    /// The same database, opened once more.
    pub(crate) fn again(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { store: open(&self.url), url: self.url.clone(), actor: self.actor, _folder: folder }
    }

    pub(crate) fn company(&self) -> Company {
        self.store.read(|reader| reader.company(self.actor.company)).unwrap()
    }

    /// Makes a record of what a form would send.
    pub(crate) fn create(&self, resource: Resource, fields: &[(&str, &str)]) -> Id {
        self.try_create(resource, fields).unwrap()
    }

    pub(crate) fn try_create(&self, resource: Resource, fields: &[(&str, &str)]) -> Result<Id, Error> {
        let (actor, change) = (self.actor, creation(resource, fields));
        self.store.write_now(move |writer| writer.create(&actor, &change, now()))
    }

    pub(crate) fn update(&self, resource: Resource, id: Id, fields: &[(&str, &str)]) -> Result<Id, Error> {
        self.update_if(resource, id, None, fields)
    }

    pub(crate) fn update_if(
        &self,
        resource: Resource,
        id: Id,
        if_revision: Option<i64>,
        fields: &[(&str, &str)],
    ) -> Result<Id, Error> {
        let (actor, change) = (self.actor, alteration(resource, fields));
        self.store.write_now(move |w| w.update(&actor, &Name::Id(id), &change, if_revision, later()))
    }

    pub(crate) fn delete(&self, resource: Resource, id: Id) -> Result<Id, Error> {
        let actor = self.actor;
        self.store.write_now(move |writer| writer.delete(&actor, resource, &Name::Id(id), None, now()))
    }

    pub(crate) fn restore(&self, resource: Resource, id: Id, at: Instant) -> Result<Id, Error> {
        let actor = self.actor;
        self.store.write_now(move |writer| writer.restore(&actor, resource, &Name::Id(id), None, at))
    }

    /// Some columns of a record, as CSV would show them.
    pub(crate) fn get(&self, resource: Resource, id: Id, columns: &[Key]) -> Result<Vec<String>, Error> {
        self.get_at(resource, id, columns, now())
    }

    pub(crate) fn get_at(
        &self,
        resource: Resource,
        id: Id,
        columns: &[Key],
        at: Instant,
    ) -> Result<Vec<String>, Error> {
        let company = self.company();
        let found = self.store.read(|reader| reader.get(&company, resource, &Name::Id(id), columns, at))?;
        Ok(found.values.iter().map(Value::to_string).collect())
    }

    pub(crate) fn value(&self, resource: Resource, id: Id, key: Key) -> String {
        self.get(resource, id, &[key]).unwrap().remove(0)
    }

    pub(crate) fn list(&self, resource: Resource, params: &[(&str, &str)]) -> Page {
        self.list_at(resource, params, now())
    }

    pub(crate) fn list_at(&self, resource: Resource, params: &[(&str, &str)], at: Instant) -> Page {
        let query = query(resource, params);
        let company = self.company();
        self.store.read(|reader| reader.list(&company, &query, at)).unwrap()
    }

    /// The first column of a list, and its total.
    pub(crate) fn column(&self, resource: Resource, params: &[(&str, &str)]) -> (Vec<String>, u64) {
        let page = self.list(resource, params);
        (page.rows.iter().map(|row| row[0].to_string()).collect(), page.metadata.total_count)
    }
}

/// A second after [`now`].
pub(crate) fn later() -> Instant {
    now().plus_ms(1_000)
}

pub(crate) fn new_company(writer: &mut Writer<'_>, name: &str) -> Result<Actor, Error> {
    let zone = TimeZone::parse("America/New_York", &Jiff).unwrap();
    let company = writer.create_company(name, &zone, now())?;
    let address = format!("{}@example.com", name.to_lowercase());
    let user = writer.create_user(company, "Olivia Owner", &address, Role::Owner, now())?;
    Ok(Actor { company, user, key: None })
}

pub(crate) fn query(resource: Resource, params: &[(&str, &str)]) -> ListQuery {
    ListQuery::parse(resource, &self::params(params), Format::Json, "America/New_York", &Jiff).unwrap()
}

fn params(pairs: &[(&str, &str)]) -> Params {
    pairs.iter().map(|&(name, text)| (name, Input::from(text))).collect()
}

pub(crate) fn creation(resource: Resource, fields: &[(&str, &str)]) -> Change {
    Change::parse(resource, domain::Intent::Create, &params(fields), &[], &Jiff).unwrap().change
}

pub(crate) fn alteration(resource: Resource, fields: &[(&str, &str)]) -> Change {
    Change::parse(resource, domain::Intent::Update, &params(fields), &[], &Jiff).unwrap().change
}

/// The sentences of broken rules.
pub(crate) fn sentences(outcome: Result<Id, Error>) -> Vec<String> {
    match outcome {
        Err(Error::Violations(violations)) => violations.iter().map(domain::Violation::sentence).collect(),
        other => panic!("{other:?} instead of violations"),
    }
}

/// A stream of numbers that is the same each time (SplitMix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }
}
