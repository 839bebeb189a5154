//! The tables, and how a database is brought up to date.
//!
//! | table | one row is |
//! | --- | --- |
//! | `companies` | a tenant; its `company_id` is its `id`, so that it is written like any other record |
//! | `users`, `memberships` | a person; what they may do in a company |
//! | `api_keys`, `sessions`, `sign_in_tokens` | a secret, known by its hash |
//! | `buyers`, `buyer_groups`, `offers` | a record's settings |
//! | `call_limits` | a group's limits, what it has used of them, what calls hold, and the start and end of each open window |
//! | `calls`, `call_steps`, `call_events` | a call; whom it was decided to dial, and why; what was reported |
//! | `call_counts` | what one report added to the counters of a group: the ledger that they are checked against |
//! | `opening_balances` | what a window had counted when it was set by hand, or before there were calls |
//! | `event_heads`, `record_events` | a company's sequence of changes; where each record changed last |
//! | `alerts` | an alert that was raised |
//! | `cap_alerts` | what was raised for a cap in its present window, and how it stood last (`alerts.rs`) |
//! | `webhook_secrets` | what the webhooks of a company are signed with; the older ones until they end |
//! | `webhook_deliveries` | an alert on its way to the company's webhook (`outbox.rs`) |
//! | `buyer_group_buyers`, … | a member of a record's list (`relation.rs`) |
//! | `search_texts` | what `fulltext` looks at: `names` and `others`, in lower case |
//! | `company_counters` | how many live and deleted records a company has |
//! | `changes` | one change of one record: who, when, before, after; only ever appended to |
//! | `idempotent_answers` | an answer that is sent again when its request comes again |
//! | `id_lease` | the next block of ids |
//! | `oldest_program` | the oldest version of the program that may run on these tables |
//!
//! The company stands first in every key and index, but for the few that are looked up by a secret before anybody
//! knows the company, and what has ended or is due in any company (`cap_alerts`, `webhook_deliveries`). Decimals are kept in ten-thousandths, instants in milliseconds, booleans as 0 and 1.
//!
//! - `buyers_count` and `active_buyers_count` stand in the group's row, so that a list, the state and the shares of a
//!   tier need no look at its buyers. A buyer's pause moves them, but no revision.
//! - So do `full_until` and `near_until`, what its counters mean for its state (`judge.rs`). The index by tier carries
//!   all of it: summary, shares, routing order and filters by state read the index alone.
//! - A buyer that is deleted leaves `buyer_group_buyers` at once; groups and offers stay in each other's lists, hidden,
//!   until they are restored.
//! - Only the orders by name, created_at and tier have an index: they are what long lists are read by, and each further
//!   one would be written at every update.
//! - Columns are only ever added, so that two neighbouring versions can run on one database at the same time.

use refinery::{Migration, Runner};

use crate::engine::Engine;
use crate::error::OpenError;

mod alerts;
mod calls;
mod judgement;
mod query_auth;
mod start;

/// The version of this program, which migrations are measured by.
pub const PROGRAM_VERSION: &str = env!("CARGO_PKG_VERSION");

/// One step: its name, the oldest program that may run on what it leaves, and its statements.
struct Step {
    name: &'static str,
    oldest_program: &'static str,
    statements: fn(Engine) -> String,
}

/// Every step, in order. A step that was released is never altered: a test holds its text.
const STEPS: &[Step] = &[
    Step { name: "V1__start", oldest_program: "0.1.0", statements: start::start },
    // An older program would write counters without judging them.
    Step { name: "V2__judgement", oldest_program: "0.2.0", statements: judgement::judgement },
    // An older program would take keys in addresses all the same.
    Step { name: "V3__query_auth", oldest_program: "0.2.0", statements: query_auth::query_auth },
    // An older program would judge counters without what calls hold.
    Step { name: "V4__calls", oldest_program: "0.3.0", statements: calls::calls },
    // An older program would count without raising alerts.
    Step { name: "V5__alerts", oldest_program: "0.3.0", statements: alerts::alerts },
];

/// The statements of a step, and the note about the oldest program.
fn text(step: &Step, engine: Engine) -> String {
    format!(
        "{}\nDELETE FROM oldest_program;\nINSERT INTO oldest_program (version) VALUES ('{}');\n",
        (step.statements)(engine).trim_end(),
        step.oldest_program
    )
}

/// Whatever refinery can run on.
pub(crate) trait Target: refinery::Migrate {
    const ENGINE: Engine;
    /// The text of `oldest_program`, or `None` when the database is new.
    fn oldest_program(&mut self) -> Option<String>;
}

impl Target for rusqlite::Connection {
    const ENGINE: Engine = Engine::Sqlite;

    fn oldest_program(&mut self) -> Option<String> {
        self.query_row(OLDEST_PROGRAM, [], |row| row.get(0)).ok()
    }
}

impl Target for postgres::Client {
    const ENGINE: Engine = Engine::Postgres;

    fn oldest_program(&mut self) -> Option<String> {
        self.query_one(OLDEST_PROGRAM, &[]).ok()?.try_get(0).ok()
    }
}

const OLDEST_PROGRAM: &str = "SELECT version FROM oldest_program";

/// Refuses a database that a newer program has moved beyond this one; brings an older one up to date.
pub(crate) fn migrate<T: Target>(target: &mut T) -> Result<(), OpenError> {
    if let Some(oldest) = target.oldest_program()
        && numbers(&oldest) > numbers(PROGRAM_VERSION)
    {
        return Err(OpenError::TooOld { oldest });
    }
    let fault = |error: refinery::Error| OpenError::Migration(error.to_string());
    let migrations: Vec<Migration> = STEPS
        .iter()
        .map(|step| Migration::unapplied(step.name, &text(step, T::ENGINE)))
        .collect::<Result<_, _>>()
        .map_err(fault)?;
    // Steps that this program does not know came from a newer one, which said above that this one may run.
    Runner::new(&migrations).set_abort_missing(false).run(target).map_err(fault)?;
    Ok(())
}

/// A version as numbers, for comparing.
fn numbers(version: &str) -> Vec<u64> {
    version.split(['.', '-', '+']).map_while(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use domain::Resource;

    use super::*;
    use crate::place::{Place, place, table};

    /// What was released may not change: a database that has it would be refused. Written anew by
    /// `UPDATE_SNAPSHOTS=1 cargo test -p store`, for a step that is not released yet.
    #[test]
    fn no_step_has_changed() {
        for (engine, name) in [(Engine::Sqlite, "sqlite"), (Engine::Postgres, "postgres")] {
            for step in STEPS {
                let file = format!("{}.{name}.sql", step.name.to_lowercase());
                let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/schema").join(file);
                if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
                    std::fs::write(&path, text(step, engine)).unwrap();
                }
                assert_eq!(std::fs::read_to_string(&path).unwrap(), text(step, engine), "{}", path.display());
            }
        }
    }

    #[test]
    fn every_field_that_is_kept_has_its_column() {
        let mut connection = rusqlite::Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        let columns = |table: &str| -> Vec<String> {
            let mut statement = connection.prepare(&format!("PRAGMA table_info({table})")).unwrap();
            statement.query_map([], |row| row.get(1)).unwrap().map(Result::unwrap).collect()
        };
        for resource in [
            Resource::BuyerGroup,
            Resource::Buyer,
            Resource::Offer,
            Resource::Company,
            Resource::Call,
            Resource::Alert,
        ] {
            let (own, limits) = (columns(table(resource)), columns("call_limits"));
            for field in resource.fields() {
                let name = field.name.to_string();
                match place(resource, field.key) {
                    Place::Own => assert!(own.contains(&name), "{resource:?} has no column {name}"),
                    Place::Limits => assert!(limits.contains(&name), "call_limits has no column {name}"),
                    _ => {}
                }
            }
        }
    }

    #[test]
    fn an_older_program_refuses_what_a_newer_one_has_moved_beyond_it() {
        let mut connection = rusqlite::Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        migrate(&mut connection).unwrap();
        for (oldest, runs) in [("0.0.9", true), (PROGRAM_VERSION, true), ("0.10.0", false), ("99.0.0", false)]
        {
            connection.execute("UPDATE oldest_program SET version = ?1", [oldest]).unwrap();
            let outcome = migrate(&mut connection);
            assert_eq!(outcome.is_ok(), runs, "{oldest}: {outcome:?}");
        }
    }

    #[test]
    fn a_step_of_a_newer_program_is_no_hindrance() {
        let mut connection = rusqlite::Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        connection
            .execute_batch(
                "INSERT INTO refinery_schema_history (version, name, applied_on, checksum)
                 SELECT 99, 'from_the_future', applied_on, '1' FROM refinery_schema_history LIMIT 1",
            )
            .unwrap();
        migrate(&mut connection).unwrap();
    }
}
