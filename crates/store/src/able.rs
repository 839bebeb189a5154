//! [`Able`]: which groups can take a call now, as a condition of SQL.
//!
//! All but the hours stands in the group's own row, or in the index by tier. Hours depend on the clocks of the group's
//! zone, which no database knows alike; but a company has few different ones. So the domain judges each of them once for
//! a request, and the statement leaves out the groups whose hours are closed.

use domain::{Id, Instant, Opening};

use crate::engine::Param;
use crate::error::Error;
use crate::place::ELIGIBLE;
use crate::plan::opening;
use crate::reader::{Reader, padded};
use crate::records::Company;
use crate::sql::Sql;

/// Different hours that a statement leaves out, at most; it takes only so many values.
const MOST: usize = 10_000;

/// The groups of a company that can take a call now.
pub(crate) struct Able {
    company: Id,
    now: Instant,
    /// The hours that are closed now, each with its zone as they were given.
    closed: Vec<Param>,
}

impl Reader<'_> {
    /// Judges the hours of a company's groups. Where no group has hours, that is a look into an empty index.
    pub(crate) fn able(&mut self, company: &Company, now: Instant) -> Result<Able, Error> {
        let mut closed = Vec::new();
        let zones = &*self.shared.zones;
        self.tx.query(DISTINCT, &[company.id.into()], &mut |row| {
            let (hours, zone) = (row.text(0)?, row.maybe_text(1)?);
            let is_closed = matches!(opening(hours, zone, &company.iana, zones, now), Opening::Closed { .. });
            if is_closed && closed.len() < MOST {
                closed.push(Param::Text(format!("{hours}@{}", zone.unwrap_or_default())));
            }
            Ok(())
        })?;
        Ok(Able { company: company.id, now, closed })
    }
}

/// The different hours of a company's groups, from the index that has only groups with hours.
pub(crate) const DISTINCT: &str = "SELECT DISTINCT t.hours, t.time_zone FROM buyer_groups t \
    WHERE t.company_id = $1 AND t.hours IS NOT NULL AND t.deleted_at IS NULL";

impl Able {
    /// Of which company.
    pub(crate) fn company(&self) -> Id {
        self.company
    }

    /// Appends the condition that the group `t` is one of them.
    pub(crate) fn push(&self, sql: &mut Sql) {
        sql.push_at(ELIGIBLE, self.now);
        if !self.closed.is_empty() {
            sql.push(" AND (t.hours IS NULL OR t.hours || '@' || coalesce(t.time_zone, '') NOT IN (");
            sql.bind_again(&padded(&self.closed)).push("))");
        }
    }
}
