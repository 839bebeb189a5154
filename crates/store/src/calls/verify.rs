//! Everything that calls have counted and hold, counted anew.
//!
//! A window's count is its opening balance, if it has one, and what the ledger has from the change on with which it
//! began. What is held is what the steps of live calls hold, and the slots of buyers are those that these steps name.

use std::collections::{BTreeMap, HashMap};

use domain::{Decimal, Id, Instant, Key, Metric, Resource, Window};

use super::CallMismatch;
use super::keep::ids;
use crate::engine::Row;
use crate::error::Error;
use crate::place::{LIVE, began, cells, reserved};
use crate::reader::Reader;

/// By group, metric and window: what it opened with, and the change that this is as old as.
type Openings = HashMap<(Id, String, String), (i64, i64)>;

/// What steps hold of each group: units of each metric, and of live slots.
type Held = HashMap<Id, [i64; 6]>;

impl Reader<'_> {
    /// Counts every window of a company's groups that has not passed, what its calls hold, and the live calls of its
    /// buyers; gives each counter that is other than that.
    ///
    /// # Errors
    /// Those of the database.
    pub fn verify_counters(&mut self, company: Id, now: Instant) -> Result<Vec<CallMismatch>, Error> {
        let openings = self.openings(company)?;
        let (held, busy) = self.held(company)?;
        let mut found = self.verify_groups(company, &openings, &held, now)?;
        found.extend(self.verify_buyers(company, &busy)?);
        Ok(found)
    }

    fn openings(&mut self, company: Id) -> Result<Openings, Error> {
        let sql = "SELECT buyer_group_id, metric, time_window, amount, began FROM opening_balances WHERE company_id = $1";
        let rows = self.tx.all(sql, &[company.into()], |row| {
            let key = (row.id(0)?, row.text(1)?.to_owned(), row.text(2)?.to_owned());
            Ok((key, (row.int(3)?, row.int(4)?)))
        })?;
        Ok(rows.into_iter().collect())
    }

    /// What steps hold: of each group by metric, and live slots; of each buyer live slots.
    fn held(&mut self, company: Id) -> Result<(Held, BTreeMap<Id, i64>), Error> {
        let (mut held, mut busy) = (Held::new(), BTreeMap::new());
        let sql = "SELECT buyer_group_id, attempts_held, connections_held, conversions_held, revenue_held, slots_held, \
             busy_ids FROM call_steps WHERE company_id = $1 AND buyer_group_id IS NOT NULL \
             AND (attempts_held <> 0 OR connections_held <> 0 OR conversions_held <> 0 OR revenue_held <> 0 \
             OR slots_held <> 0 OR busy_ids <> '')";
        self.tx.query(sql, &[company.into()], &mut |row| {
            let whole = |column| row.int(column).map(|count| count * Decimal::ONE.units());
            let revenue = row.int(4)?;
            let more = [whole(1)?, whole(2)?, whole(3)?, revenue, revenue, whole(5)?];
            let sums = held.entry(row.id(0)?).or_default();
            sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
            for buyer in ids(row, 6)? {
                *busy.entry(buyer).or_default() += 1;
            }
            Ok(())
        })?;
        Ok((held, busy))
    }

    fn verify_groups(
        &mut self,
        company: Id,
        openings: &Openings,
        held: &Held,
        now: Instant,
    ) -> Result<Vec<CallMismatch>, Error> {
        let mut found = Vec::new();
        self.tx.query(&ledger(), &[company.into()], &mut |row| {
            let group = row.id(0)?;
            let mut columns = Columns { row, at: 0 };
            let opening = |metric: &str, window: &str, began: i64| {
                let opening = openings.get(&(group, metric.to_owned(), window.to_owned()));
                opening.filter(|(_, as_old)| *as_old == began).map_or(0, |(amount, _)| *amount)
            };
            let mut compare = |counter: String, kept: i64, counted: i64| {
                if kept != counted {
                    found.push(CallMismatch {
                        resource: Resource::BuyerGroup,
                        id: group,
                        counter,
                        kept: Decimal::from_units_saturating(kept),
                        counted: Decimal::from_units_saturating(counted),
                    });
                }
            };
            let began = [columns.next()?, columns.next()?, columns.next()?, columns.next()?];
            let ends = [columns.next()?, columns.next()?, columns.next()?, i64::MAX];
            for (metric, window) in cells() {
                let (kept, counted) = (columns.next()?, columns.next()?);
                let opened = opening(metric.name(), window.name(), began[window as usize]);
                let scale = if metric.is_money() { 1 } else { Decimal::ONE.units() };
                // A passed window reads as 0, whatever it holds.
                if ends[window as usize] > now.ms() {
                    compare(Key::Used(metric, window).name().into_owned(), kept, opened + counted * scale);
                }
            }
            let held = held.get(&group).copied().unwrap_or_default();
            for metric in Metric::ALL {
                compare(reserved(metric), columns.next()?, held[metric as usize]);
            }
            let one = Decimal::ONE.units();
            let live = columns.next()? * one;
            compare(LIVE.to_owned(), live, held[Metric::ALL.len()] + opening(LIVE, "", 0) * one);
            Ok(())
        })?;
        Ok(found)
    }

    fn verify_buyers(&mut self, company: Id, busy: &BTreeMap<Id, i64>) -> Result<Vec<CallMismatch>, Error> {
        let mut found = Vec::new();
        let sql = "SELECT id, concurrency_cap_used FROM buyers WHERE company_id = $1";
        self.tx.query(sql, &[company.into()], &mut |row| {
            let (buyer, kept) = (row.id(0)?, row.int(1)?);
            let counted = busy.get(&buyer).copied().unwrap_or_default();
            if kept != counted {
                let whole = |count: i64| Decimal::from_units_saturating(count * Decimal::ONE.units());
                found.push(CallMismatch {
                    resource: Resource::Buyer,
                    id: buyer,
                    counter: Key::ConcurrencyCapUsed.name().into_owned(),
                    kept: whole(kept),
                    counted: whole(counted),
                });
            }
            Ok(())
        })?;
        Ok(found)
    }
}

/// The columns of a row, one after another; the first is the group.
struct Columns<'a> {
    row: &'a dyn Row,
    at: usize,
}

impl Columns<'_> {
    fn next(&mut self) -> Result<i64, Error> {
        self.at += 1;
        self.row.int(self.at)
    }
}

/// The statement that sums the ledger: of each group the changes its windows began with and their ends; what each cap
/// has counted and what the ledger has; what is reserved; live calls.
fn ledger() -> String {
    let mut items = vec!["c.buyer_group_id".to_owned()];
    items.extend(Window::ALL.map(|window| format!("c.{}", began(window))));
    items.extend(Window::RESETTING.map(|window| format!("c.{}", Key::ResetsAt(window).name())));
    let mut sums = Vec::new();
    for (metric, window) in cells() {
        let counted = match metric {
            Metric::Attempt => "attempts",
            Metric::Connection => "connections",
            Metric::BuyerConversion => "conversions",
            Metric::Revenue => "revenue",
            Metric::EarnedRevenue => "earned",
        };
        let sum = format!("{}_{}", counted, window.name());
        items.push(format!("c.{}", Key::Used(metric, window).name()));
        items.push(format!("COALESCE(s.{sum}, 0)"));
        sums.push(format!(
            "CAST(sum(CASE WHEN n.seq >= c.{} THEN n.{counted} ELSE 0 END) AS BIGINT) AS {sum}",
            began(window)
        ));
    }
    items.extend(Metric::ALL.map(|metric| format!("c.{}", reserved(metric))));
    items.push(format!("c.{LIVE}"));
    format!(
        "SELECT {} FROM call_limits c LEFT JOIN (SELECT n.buyer_group_id AS group_id, {} \
         FROM call_limits c CROSS JOIN call_counts n WHERE c.company_id = $1 AND n.company_id = c.company_id \
         AND n.buyer_group_id = c.buyer_group_id GROUP BY n.buyer_group_id) s ON s.group_id = c.buyer_group_id \
         WHERE c.company_id = $1 ORDER BY c.buyer_group_id",
        items.join(", "),
        sums.join(", ")
    )
}
