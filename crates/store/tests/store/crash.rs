//! What is acknowledged survives kill -9, a full disk, a locked or absent database.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::{Id, Key, Resource};
use store::{Actor, Error, Settings, Store};

use crate::support::{Jiff, World, creation, now, on_both, open};

use Resource::BuyerGroup;

/// Where the child process finds its database, as `URL COMPANY USER`.
const CHILD: &str = "STORE_TEST_CHILD";

/// Not a test of its own: the process that is killed. It prints the id of each group that was acknowledged.
#[test]
fn child_that_writes_until_it_is_killed() {
    let Ok(task) = std::env::var(CHILD) else { return };
    let parts: Vec<&str> = task.split(' ').collect();
    let id = |text: &str| Id::parse(text).unwrap();
    let actor = Actor { company: id(parts[1]), user: id(parts[2]), key: None };
    let store = open(parts[0]);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let change = creation(BuyerGroup, &[("name", "Acknowledged")]);
                    let id = store.write_now(move |writer| writer.create(&actor, &change, now())).unwrap();
                    println!("made {id}");
                }
            });
        }
    });
}

#[test]
fn everything_acknowledged_is_there_after_kill_9() {
    on_both(|world| {
        for _ in 0..3 {
            let task = format!("{} {} {}", world.url, world.actor.company, world.actor.user);
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "crash::child_that_writes_until_it_is_killed", "--nocapture"])
                .env(CHILD, task)
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
            let is_made = |line: &String| line.contains("made ");
            let mut made: Vec<String> = lines.by_ref().filter(is_made).take(150).collect();
            child.kill().unwrap();
            made.extend(lines.filter(is_made));
            child.wait().unwrap();

            let store = open(&world.url);
            let company = world.company();
            let ids: Vec<Id> = made
                .iter()
                // The last line may be cut off.
                .filter_map(|line| Id::parse(line.rsplit_once("made ")?.1).filter(|id| id.get() >= Id::FIRST))
                .collect();
            assert!(ids.len() >= 140, "{} ids", ids.len());
            let rows =
                store.read(|reader| reader.rows(&company, BuyerGroup, &ids, &[Key::Name], now())).unwrap();
            assert_eq!(rows.len(), ids.len());
            let query = crate::support::query(BuyerGroup, &[("per_page", "1"), ("fulltext", "acknow")]);
            let found =
                store.read(|reader| reader.list(&company, &query, now())).unwrap().metadata.total_count;
            let counted = world.list(BuyerGroup, &[]).metadata.total_count;
            assert_eq!(found, counted, "the counters and the index follow the records");
        }
    });
}

/// `PRAGMA max_page_count` makes SQLite find its disk full; here a file system of its own would need root.
#[test]
fn a_full_disk_fails_what_does_not_fit_and_keeps_the_rest() {
    let world = World::sqlite();
    let path = world.url.trim_start_matches("sqlite://").to_owned();
    let settings = Settings { most_pages: Some(pages(&path) + 40), ..Settings::default() };
    let store = Store::open(&world.url, Arc::new(Jiff), settings).unwrap();
    let actor = world.actor;
    let (sender, receiver) = std::sync::mpsc::channel();
    for n in 0..400 {
        let change = creation(BuyerGroup, &[("name", &format!("Group {n} {}", "x".repeat(200)))]);
        let sender = sender.clone();
        store.write(
            move |writer| writer.create(&actor, &change, now()),
            move |outcome| sender.send(outcome).unwrap(),
        );
    }
    drop(sender);
    let outcomes: Vec<_> = receiver.iter().collect();
    let full = outcomes.iter().filter(|outcome| matches!(outcome, Err(Error::Full(_)))).count();
    let ids: Vec<Id> = outcomes.iter().filter_map(|outcome| outcome.clone().ok()).collect();
    assert!(full > 0 && !ids.is_empty(), "{full} full, {} made", ids.len());
    assert_eq!(full + ids.len(), 400, "nothing else went wrong");
    let total = world.list(BuyerGroup, &[]).metadata.total_count;
    assert_eq!(total, ids.len() as u64);
    // It heals by itself when there is room.
    drop(store);
    world.create(BuyerGroup, &[("name", "Fits")]);
}

fn pages(path: &str) -> u32 {
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap()
}

#[test]
fn a_locked_database_is_unavailable_within_3_seconds_and_heals() {
    let world = World::sqlite();
    let path = world.url.trim_start_matches("sqlite://");
    let other = rusqlite::Connection::open(path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let start = Instant::now();
    let outcome = world.try_create(BuyerGroup, &[("name", "Waits")]);
    assert!(matches!(outcome, Err(Error::Unavailable(_))), "{outcome:?}");
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    assert_eq!(world.store.ping(), Ok(()), "readers do not wait");
    other.execute_batch("ROLLBACK").unwrap();
    world.create(BuyerGroup, &[("name", "Goes through")]);
    // One that is let go in time is only waited for.
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| world.try_create(BuyerGroup, &[("name", "Waits")]));
        std::thread::sleep(Duration::from_millis(300));
        other.execute_batch("ROLLBACK").unwrap();
        waiting.join().unwrap().unwrap();
    });
}

/// The server ends every connection: the next call takes a new one.
#[test]
fn lost_connections_are_replaced() {
    let Some(world) = World::postgres() else { return };
    let mut admin = postgres::Client::connect(&world.url, postgres::NoTls).unwrap();
    for n in 0..3 {
        world.create(BuyerGroup, &[("name", &format!("Group {n}"))]);
        let end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";
        admin.execute(end, &[]).unwrap();
        assert_eq!(world.list(BuyerGroup, &[]).metadata.total_count, n + 1);
    }
}

#[test]
fn an_absent_server_is_told_within_3_seconds() {
    let start = Instant::now();
    let outcome = Store::open("postgres://nobody@127.0.0.1:1/none", Arc::new(Jiff), Settings::default());
    assert!(matches!(outcome.err(), Some(store::OpenError::Unreachable(_))));
    assert!(start.elapsed() < Duration::from_secs(3));
    for address in ["mysql://x", "sqlite://", "postgres://host:port:port/"] {
        let outcome = Store::open(address, Arc::new(Jiff), Settings::default());
        assert!(matches!(outcome.err(), Some(store::OpenError::Address(_))), "{address}");
    }
}
