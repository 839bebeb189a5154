//! The sequence of a company's changes: each takes the next number, and says of each record that it touches where it
//! stood in the sequence last. So whoever has seen everything up to a number learns which records to look at anew.
//!
//! - The number is taken by the first statement of a change, which locks the company's head until the commit. So numbers
//!   become visible in their order, and two processes that write to one company wait here for each other, instead of
//!   deadlocking further on or deciding by what the other is about to alter.
//! - What was touched is written once, when the change ends ([`Writer::finish`]).
//! - The oldest numbers are forgotten; `floor` is the last that is gone.

use std::collections::BTreeMap;

use domain::{Id, Resource};

use crate::error::Error;
use crate::reader::Reader;
use crate::sql::Sql;
use crate::writer::Writer;

/// How many numbers back a reader may ask, at least.
const KEPT: i64 = 10_000;
/// How many numbers are forgotten at once, at least.
const PRUNED_EVERY: i64 = 1_000;
/// The start of the statement that takes a number. One that nothing bears is no harm, so that a change which fails after
/// this alone has nothing to undo.
pub(crate) const TAKE: &str = "UPDATE event_heads SET seq = seq + 1";

/// A change of a company, in the making.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change {
    company: Id,
    seq: i64,
    floor: i64,
}

/// The records that a change has touched, each with the last number at which it was.
pub(crate) type Touched = BTreeMap<(Id, &'static str, Id), i64>;

/// What a reader has missed: of each kind of record, which ones.
pub type Missed = Vec<(Resource, Vec<Id>)>;

impl Reader<'_> {
    /// The number of the company's last change, and the records that have changed since the one with the number
    /// `since`; `None` when that is no longer, or not yet, known: then everything is to be looked at anew.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such company.
    pub fn events_since(&mut self, company: Id, since: i64) -> Result<(i64, Option<Missed>), Error> {
        let head = self.tx.first(
            "SELECT seq, floor FROM event_heads WHERE company_id = $1",
            &[company.into()],
            |row| Ok((row.int(0)?, row.int(1)?)),
        )?;
        let (seq, floor) = head.ok_or(Error::NotFound)?;
        if !(floor..=seq).contains(&since) {
            return Ok((seq, None));
        }
        let mut missed = Missed::new();
        self.tx.query(
            "SELECT resource, record_id FROM record_events WHERE company_id = $1 AND seq > $2 ORDER BY resource, record_id",
            &[company.into(), since.into()],
            &mut |row| {
                let name = row.text(0)?;
                // A newer program may know more kinds.
                let Some(resource) = Resource::ALL.into_iter().find(|one| one.singular() == name) else { return Ok(()) };
                match missed.last_mut() {
                    Some((last, ids)) if *last == resource => ids.push(row.id(1)?),
                    _ => missed.push((resource, vec![row.id(1)?])),
                }
                Ok(())
            },
        )?;
        Ok((seq, Some(missed)))
    }
}

impl Writer<'_> {
    /// Takes the next number of a company, as the first statement of a change of its records.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such company.
    pub(crate) fn begin(&mut self, company: Id) -> Result<i64, Error> {
        let sql = format!("{TAKE} WHERE company_id = $1 RETURNING seq, floor");
        let taken = self.tx.first(&sql, &[company.into()], |row| Ok((row.int(0)?, row.int(1)?)))?;
        let (seq, floor) = taken.ok_or(Error::NotFound)?;
        self.change = Some(Change { company, seq, floor });
        Ok(seq)
    }

    /// The number of the change in the making.
    pub(crate) fn number(&mut self, company: Id) -> Result<i64, Error> {
        match self.change {
            Some(change) if change.company == company => Ok(change.seq),
            _ => self.begin(company),
        }
    }

    /// Says that the change touches records.
    pub(crate) fn touch(&mut self, company: Id, resource: Resource, ids: &[Id]) -> Result<(), Error> {
        let seq = self.number(company)?;
        self.touched.extend(ids.iter().map(|id| ((company, resource.singular(), *id), seq)));
        Ok(())
    }

    /// Ends a change: writes what it has touched.
    pub(crate) fn finish(&mut self) -> Result<(), Error> {
        let touched: Vec<_> = std::mem::take(&mut self.touched).into_iter().collect();
        let mut rest = &touched[..];
        while !rest.is_empty() {
            // Few different statements: by hundreds, by tens, and what is left at once.
            let size = [100, 10].into_iter().find(|size| *size <= rest.len()).unwrap_or(rest.len());
            let (some, others) = rest.split_at(size);
            rest = others;
            let mut sql =
                Sql::new("INSERT INTO record_events (company_id, resource, record_id, seq) VALUES ");
            for (index, ((company, resource, id), seq)) in some.iter().enumerate() {
                sql.push(if index == 0 { "(" } else { ", (" });
                sql.bind(*company).push(", ").bind(*resource).push(", ").bind(*id).push(", ").bind(*seq);
                sql.push(")");
            }
            sql.push(" ON CONFLICT (company_id, resource, record_id) DO UPDATE SET seq = excluded.seq");
            self.tx.execute(&sql.text, &sql.params)?;
        }
        match self.change.take() {
            Some(change) if change.seq - change.floor >= KEPT + PRUNED_EVERY => {
                self.prune(change.company, change.seq - KEPT)
            }
            _ => Ok(()),
        }
    }

    /// Forgets the numbers up to `floor`.
    fn prune(&mut self, company: Id, floor: i64) -> Result<(), Error> {
        let params = [company.into(), floor.into()];
        self.tx.execute("DELETE FROM record_events WHERE company_id = $1 AND seq <= $2", &params)?;
        let sql = "UPDATE event_heads SET floor = $1 WHERE company_id = $2";
        self.tx.execute(sql, &[floor.into(), company.into()]).map(|_| ())
    }
}
