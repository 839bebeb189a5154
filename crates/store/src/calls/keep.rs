//! How a call and its steps are kept.

use domain::{CallProgress, CallStatus, CallStep, Decimal, Decision, Held, Id, Instant};

use crate::engine::{Param, Row};
use crate::error::Error;
use crate::reader::Reader;
use crate::sql::Sql;
use crate::writer::Writer;

/// A call, as it is kept.
pub(super) struct Kept {
    pub(super) offer: Option<Id>,
    /// The group that was asked instead of an offer.
    pub(super) group: Option<Id>,
    pub(super) progress: CallProgress,
    pub(super) past_limit: bool,
}

/// The columns of a step that [`step`] reads.
pub(super) const STEP: &str = "reservation_id, buyer_group_id, buyer_ids, dialed_ids, failed_ids, busy_ids, \
    expected_revenue, attempts_held, connections_held, conversions_held, revenue_held, slots_held";

/// Reads the columns [`STEP`]; `None` for a decision that found nobody.
pub(super) fn step(row: &dyn Row) -> Result<Option<CallStep>, Error> {
    let (Some(reservation), Some(group)) = (maybe_id(row, 0)?, maybe_id(row, 1)?) else { return Ok(None) };
    let held = Held {
        attempts: row.int(7)?,
        connections: row.int(8)?,
        conversions: row.int(9)?,
        revenue: decimal(row, 10)?,
        slots: row.int(11)?,
    };
    let (buyers, dialed, failed, busy) = (ids(row, 2)?, ids(row, 3)?, ids(row, 4)?, ids(row, 5)?);
    Ok(Some(CallStep { reservation, group, buyers, dialed, failed, busy, expected: decimal(row, 6)?, held }))
}

impl Reader<'_> {
    /// A call with its steps.
    pub(super) fn kept_call(&mut self, company: Id, call: Id) -> Result<Kept, Error> {
        let params = [company.into(), call.into()];
        let kept = self.tx.first(
            "SELECT offer_id, asked_group_id, status, connected_step, connected_at, buyer_id, ended_at, converted, \
             revenue, reversed, expires_at, past_limit FROM calls WHERE company_id = $1 AND id = $2",
            &params,
            |row| {
                let at = |column| Ok::<_, Error>(row.maybe_int(column)?.map(Instant::from_ms));
                let connected = row.maybe_int(3)?.and_then(|step| usize::try_from(step - 1).ok());
                let progress = CallProgress {
                    // A newer program's word is none of those that something is still expected of.
                    status: CallStatus::named(row.text(2)?).unwrap_or(CallStatus::Ended),
                    steps: Vec::new(),
                    connected: connected.zip(at(4)?),
                    buyer: maybe_id(row, 5)?,
                    ended_at: at(6)?,
                    converted: row.int(7)? != 0,
                    revenue: decimal(row, 8)?,
                    reversed: decimal(row, 9)?,
                    expires_at: at(10)?,
                };
                let (offer, group) = (maybe_id(row, 0)?, maybe_id(row, 1)?);
                Ok(Kept { offer, group, progress, past_limit: row.int(11)? != 0 })
            },
        )?;
        let mut kept = kept.ok_or(Error::NotFound)?;
        let sql =
            format!("SELECT {STEP} FROM call_steps WHERE company_id = $1 AND call_id = $2 ORDER BY step");
        kept.progress.steps = self.tx.all(&sql, &params, step)?.into_iter().flatten().collect();
        Ok(kept)
    }
}

impl Writer<'_> {
    /// Writes how far a new call has come.
    pub(super) fn insert_call(
        &mut self,
        company: Id,
        call: Id,
        kept: &Kept,
        caller: Option<&str>,
        now: Instant,
    ) -> Result<(), Error> {
        let uuid = uuid::Uuid::new_v4().to_string();
        let mut columns: Vec<(&str, Param)> = vec![
            ("company_id", company.into()),
            ("id", call.into()),
            ("uuid", uuid.into()),
            ("created_at", now.into()),
            ("updated_at", now.into()),
            ("caller_number", caller.into()),
            ("offer_id", kept.offer.into()),
            ("asked_group_id", kept.group.into()),
        ];
        columns.extend(progress_columns(kept));
        self.insert_row("calls", columns)
    }

    /// Writes how far a call has come, which raises its revision.
    pub(super) fn update_call(
        &mut self,
        company: Id,
        call: Id,
        kept: &Kept,
        now: Instant,
    ) -> Result<(), Error> {
        let mut sql = Sql::new("UPDATE calls SET revision = revision + 1, updated_at = ");
        sql.bind(now);
        for (column, value) in progress_columns(kept) {
            sql.push(", ").push(column).push(" = ").bind(value);
        }
        sql.push(" WHERE company_id = ").bind(company).push(" AND id = ").bind(call);
        self.tx.execute(&sql.text, &sql.params).map(|_| ())
    }

    /// Writes a decision, and the step that it led to; steps count from 1.
    pub(super) fn insert_step(
        &mut self,
        company: Id,
        call: Id,
        number: usize,
        decision: &Decision,
        step: Option<&CallStep>,
        now: Instant,
    ) -> Result<(), Error> {
        let mut columns: Vec<(&str, Param)> = vec![
            ("company_id", company.into()),
            ("call_id", call.into()),
            ("step", count(number)),
            ("decided_at", now.into()),
            ("decision", decision.kept().into()),
            ("reservation_id", step.map(|step| step.reservation).into()),
            ("buyer_group_id", step.map(|step| step.group).into()),
            ("buyer_ids", joined(step.map_or(&[], |step| &step.buyers))),
            ("expected_revenue", step.map_or(0, |step| step.expected.units()).into()),
        ];
        columns.extend(step_columns(step));
        self.insert_row("call_steps", columns)
    }

    /// Writes how far a step has come.
    pub(super) fn update_step(
        &mut self,
        company: Id,
        call: Id,
        number: usize,
        step: &CallStep,
    ) -> Result<(), Error> {
        let mut sql = Sql::new("UPDATE call_steps SET ");
        for (index, (column, value)) in step_columns(Some(step)).into_iter().enumerate() {
            sql.push(if index > 0 { ", " } else { "" }).push(column).push(" = ").bind(value);
        }
        sql.push(" WHERE company_id = ").bind(company).push(" AND call_id = ").bind(call);
        sql.push(" AND step = ").bind(count(number));
        self.tx.execute(&sql.text, &sql.params).map(|_| ())
    }
}

/// The columns of a call that move as it goes on.
fn progress_columns(kept: &Kept) -> Vec<(&'static str, Param)> {
    let Kept { progress, past_limit, .. } = kept;
    let answered = progress.connected.map(|(at, _)| at);
    let shown = answered.and_then(|at| progress.steps.get(at)).or(progress.steps.last());
    let dialed = progress.steps.last().filter(|_| progress.status == CallStatus::Dialing);
    vec![
        ("buyer_group_id", shown.map(|step| step.group).into()),
        ("buyer_id", progress.buyer.into()),
        ("status", progress.status.name().into()),
        ("steps_count", count(progress.steps.len())),
        ("connected_step", answered.map_or(Param::Null, |at| count(at + 1))),
        ("connected_at", progress.connected.map(|(_, at)| at).into()),
        ("ended_at", progress.ended_at.into()),
        ("duration", progress.duration_s().into()),
        ("converted", progress.converted.into()),
        ("revenue", progress.revenue.units().into()),
        ("reversed", progress.reversed.units().into()),
        ("earned_revenue", progress.earned().units().into()),
        ("past_limit", (*past_limit).into()),
        ("reservation_id", dialed.map(|step| step.reservation).into()),
        ("expires_at", progress.expires_at.into()),
    ]
}

/// The columns of a step that move as it goes on.
fn step_columns(step: Option<&CallStep>) -> Vec<(&'static str, Param)> {
    let held = step.map_or(Held::default(), |step| step.held);
    vec![
        ("dialed_ids", joined(step.map_or(&[], |step| &step.dialed))),
        ("failed_ids", joined(step.map_or(&[], |step| &step.failed))),
        ("busy_ids", joined(step.map_or(&[], |step| &step.busy))),
        ("attempts_held", held.attempts.into()),
        ("connections_held", held.connections.into()),
        ("conversions_held", held.conversions.into()),
        ("revenue_held", held.revenue.units().into()),
        ("slots_held", held.slots.into()),
    ]
}

fn count(number: usize) -> Param {
    i64::try_from(number).unwrap_or(i64::MAX).into()
}

fn joined(ids: &[Id]) -> Param {
    ids.iter().map(Id::to_string).collect::<Vec<_>>().join(",").into()
}

/// Ids with commas between them.
pub(super) fn ids(row: &dyn Row, column: usize) -> Result<Vec<Id>, Error> {
    Ok(row.text(column)?.split(',').filter_map(Id::parse).collect())
}

pub(super) fn maybe_id(row: &dyn Row, column: usize) -> Result<Option<Id>, Error> {
    Ok(row.maybe_int(column)?.and_then(Id::new))
}

pub(super) fn decimal(row: &dyn Row, column: usize) -> Result<Decimal, Error> {
    row.int(column).map(Decimal::from_units_saturating)
}
