//! Room for a step, taken all or none.

use std::sync::LazyLock;

use domain::{
    CallProgress, CallStep, Decimal, Decision, Held, Id, Instant, Key, Metric, Random, Resource, Window,
};

use super::decide::{Asked, Next};
use crate::engine::Param;
use crate::error::Error;
use crate::ids::Sequence;
use crate::place::{LIVE, cells, reserved};
use crate::reader::bind_padded;
use crate::records::Company;
use crate::sql::Sql;
use crate::writer::Writer;

/// How often a decision is made anew because somebody was quicker.
const TRIES: usize = 10;

/// The one conditional statement: it takes room in every window of a group's row, or in none. A passed window has
/// counted nothing; what reversals took back below nothing makes no room.
///
/// What it needs: what is reserved of each metric, the company, the group, now, and the least room that each metric must
/// have.
static RESERVE: LazyLock<String> = LazyLock::new(|| {
    let place = |metric: Metric, first: usize| first + metric as usize;
    let mut sql = format!("UPDATE call_limits SET {LIVE} = {LIVE} + 1");
    for metric in Metric::ALL {
        let column = reserved(metric);
        sql.push_str(&format!(", {column} = {column} + ${}", place(metric, 1)));
    }
    sql.push_str(" WHERE company_id = $6 AND buyer_group_id = $7");
    sql.push_str(&format!(" AND (concurrency_cap_limit IS NULL OR {LIVE} < concurrency_cap_limit)"));
    for (metric, window) in cells() {
        sql.push_str(" AND ");
        sql.push_str(&room(metric, window, "$8", &format!("${}", place(metric, 9))));
    }
    sql
});

/// A condition: a cap has room for so much more, now; as `domain::Cap::has_room`.
pub(super) fn room(metric: Metric, window: Window, now: &str, more: &str) -> String {
    let (limit, used) = (Key::Limit(metric, window).name(), Key::Used(metric, window).name());
    let counts = match window {
        Window::Total => format!("{used} > 0"),
        window => format!("{} > {now} AND {used} > 0", Key::ResetsAt(window).name()),
    };
    format!(
        "({limit} IS NULL OR CASE WHEN {counts} THEN {used} ELSE 0 END + {} + {more} <= {limit})",
        reserved(metric)
    )
}

impl Writer<'_> {
    /// Decides who is dialed next, and takes the room for it; a call that nobody can take is given up.
    pub(super) fn next_step(
        &mut self,
        company: &Company,
        asked: &Asked,
        progress: &mut CallProgress,
        random: &mut Random,
        now: Instant,
    ) -> Result<Decision, Error> {
        for _ in 0..TRIES {
            let (decision, next) = self.decide(company, asked, &progress.steps, random, now)?;
            let Some(next) = next else {
                progress.give_up(now);
                return Ok(decision);
            };
            if let Some(step) = self.reserve(company.id, next, now)? {
                progress.start(step, now);
                return Ok(decision);
            }
        }
        Err(Error::Unavailable("others were quicker each time".to_owned()))
    }

    /// Takes the room for a step: each buyer's own live slot and what the group's caps must have; `None` when there is
    /// not enough of it after all.
    fn reserve(&mut self, company: Id, next: Next, now: Instant) -> Result<Option<CallStep>, Error> {
        let reservation = self.next(Sequence::Entries)?;
        let step = CallStep::reserved(reservation, next.group, next.buyers, next.expected);
        let taken = self.take_buyers(company, &step.buyers)?;
        if taken.len() < step.buyers.len() || !self.take_group(company, step.group, step.held, now)? {
            self.free_buyers(company, &taken)?;
            return Ok(None);
        }
        self.touch(company, Resource::Buyer, &step.buyers)?;
        self.judge(company, &[step.group], now)?;
        Ok(Some(step))
    }

    fn take_group(&mut self, company: Id, group: Id, held: Held, now: Instant) -> Result<bool, Error> {
        let least = |metric: Metric| if metric.is_money() { 1 } else { Decimal::ONE.units() };
        let taken = Metric::ALL.map(|metric| held.metric(metric).units());
        let needed = Metric::ALL.map(|metric| held.metric(metric).units().max(least(metric)));
        let mut params: Vec<Param> = taken.map(Param::from).to_vec();
        params.extend([company.into(), group.into(), now.into()]);
        params.extend(needed.map(Param::from));
        Ok(self.tx.execute(&RESERVE, &params)? == 1)
    }

    /// Takes a live slot of each buyer that has one free; gives those that had.
    fn take_buyers(&mut self, company: Id, buyers: &[Id]) -> Result<Vec<Id>, Error> {
        let mut taken = Vec::with_capacity(buyers.len());
        for some in buyers.chunks(500) {
            let mut sql = Sql::new(
                "UPDATE buyers SET concurrency_cap_used = concurrency_cap_used + 1 \
                 WHERE (concurrency_cap_limit IS NULL OR concurrency_cap_used < concurrency_cap_limit) AND company_id = ",
            );
            sql.bind(company).push(" AND id IN (");
            bind_padded(&mut sql, some);
            sql.push(") RETURNING id");
            taken.extend(self.tx.all(&sql.text, &sql.params, |row| row.id(0))?);
        }
        Ok(taken)
    }

    /// Gives live slots of buyers back; also of those that are deleted meanwhile.
    pub(super) fn free_buyers(&mut self, company: Id, buyers: &[Id]) -> Result<(), Error> {
        for some in buyers.chunks(500) {
            let mut sql = Sql::new(
                "UPDATE buyers SET concurrency_cap_used = concurrency_cap_used - 1 WHERE company_id = ",
            );
            sql.bind(company).push(" AND id IN (");
            bind_padded(&mut sql, some);
            sql.push(")");
            self.tx.execute(&sql.text, &sql.params)?;
        }
        self.touch(company, Resource::Buyer, buyers)
    }
}
