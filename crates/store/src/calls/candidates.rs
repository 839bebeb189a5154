//! The groups that are asked, judged: all of them, with every reason.
//!
//! Most have room, and that is known without their counters: what these mean is kept in the group's own row (`judge.rs`),
//! and only a call that needs more than the least looks at the caps which that is about. The counters are read of the
//! others, to say what is full; they are wide rows.

use std::collections::HashMap;
use std::sync::LazyLock;

use domain::buyer_group::SIMULTANEOUSLY;
use domain::{
    Candidate, Caps, Decimal, Eligibility, Id, Instant, Metric, Need, Opening, Reason, Standing, Window,
};

use super::decide::Asked;
use super::reserve::room;
use crate::error::Error;
use crate::plan::{CapsAt, Resets, Surroundings};
use crate::reader::{Reader, bind_padded};
use crate::records::Company;
use crate::sql::{NOW, Sql};

/// A group that is asked, as its own row says.
struct Group {
    group: Id,
    tier: Decimal,
    weight: Decimal,
    paused: bool,
    opening: Opening,
    resets: Resets,
    buyers: i64,
    active: i64,
    dials_at_once: bool,
    has_room: bool,
}

/// `SELECT` of the caps of groups, and where they stand in it.
static CAPS: LazyLock<(String, CapsAt)> = LazyLock::new(|| {
    let (items, caps) = CapsAt::after(&["c.buyer_group_id"]);
    (format!("SELECT {} FROM call_limits c WHERE c.company_id = ", items.join(", ")), caps)
});

impl Reader<'_> {
    /// Every group that is asked, judged; and whether it dials all its buyers at once.
    pub(super) fn candidates(
        &mut self,
        company: &Company,
        asked: &Asked,
        tried: &[Id],
        now: Instant,
    ) -> Result<Vec<(Candidate, bool)>, Error> {
        let busy = self.buyers_by_group(company.id, &Passed::Busy, tried)?;
        let dialed = self.buyers_by_group(company.id, &Passed::Tried, tried)?;
        let groups = self.asked_groups(company, asked, now)?;
        let tight: Vec<Id> = groups.iter().filter(|one| !one.has_room).map(|one| one.group).collect();
        let caps = self.caps_of(company.id, &tight, now)?;
        let roomy = Caps { cells: Vec::new(), live_limit: None, live: 0 };
        let judged = groups.into_iter().map(|one| {
            let of = |counts: &HashMap<Id, i64>| counts.get(&one.group).copied().unwrap_or_default();
            let free = one.active - of(&busy) - of(&dialed);
            let standing = Standing {
                paused: one.paused,
                opening: one.opening,
                caps: caps.get(&one.group).unwrap_or(&roomy),
                buyers: usize::try_from(one.buyers).unwrap_or_default(),
                buyers_on: usize::try_from(one.active).unwrap_or_default(),
            };
            let attempts = if one.dials_at_once { free.max(1) } else { 1 };
            let need = Need { attempts, revenue: asked.expected };
            let mut eligibility = Eligibility::of(standing, need, |window| one.resets[window as usize]);
            if one.active > 0 && free <= 0 {
                let reason = if of(&dialed) > 0 { Reason::Tried } else { Reason::BuyersBusy };
                eligibility.reasons.push(reason);
            }
            let Group { group, tier, weight, dials_at_once, .. } = one;
            (Candidate { group, tier, weight, eligibility }, dials_at_once)
        });
        Ok(judged.collect())
    }

    /// Every group that is asked, as its own row says.
    fn asked_groups(&mut self, company: &Company, asked: &Asked, now: Instant) -> Result<Vec<Group>, Error> {
        let mut sql = Sql::new(
            "SELECT t.id, t.tier, t.weight, t.paused, t.hours, t.time_zone, t.buyers_count, t.active_buyers_count, \
             t.dial_buyers_type, ",
        );
        push_has_room(&mut sql, asked.expected, now);
        match (asked.offer, asked.group) {
            (Some(offer), _) => {
                sql.push(" FROM offer_buyer_groups m CROSS JOIN buyer_groups t");
                sql.push(" WHERE m.company_id = ").bind(company.id).push(" AND m.offer_id = ").bind(offer);
                sql.push(" AND t.company_id = m.company_id AND t.id = m.buyer_group_id");
            }
            (None, group) => {
                sql.push(" FROM buyer_groups t WHERE t.company_id = ").bind(company.id);
                sql.push(" AND t.id = ").bind(group);
            }
        }
        sql.push(" AND t.deleted_at IS NULL");
        let mut around = Surroundings::new(company, &*self.shared.zones, now);
        self.tx.all(&sql.text, &sql.params, |row| {
            let (hours, zone) = (row.maybe_text(4)?, row.maybe_text(5)?);
            Ok(Group {
                group: row.id(0)?,
                tier: Decimal::from_units_saturating(row.int(1)?),
                weight: Decimal::from_units_saturating(row.int(2)?),
                paused: row.int(3)? == 1,
                opening: around.opening(hours, zone),
                resets: around.resets(zone),
                buyers: row.int(6)?,
                active: row.int(7)?,
                dials_at_once: row.text(8)? == SIMULTANEOUSLY,
                has_room: row.int(9)? == 1,
            })
        })
    }

    /// The caps of groups that have a limit.
    fn caps_of(&mut self, company: Id, groups: &[Id], now: Instant) -> Result<HashMap<Id, Caps>, Error> {
        let (select, caps_at) = &*CAPS;
        let mut found = HashMap::with_capacity(groups.len());
        for some in groups.chunks(500) {
            let mut sql = Sql::new(select.as_str());
            sql.bind(company).push(" AND c.buyer_group_id IN (");
            bind_padded(&mut sql, some);
            sql.push(")");
            self.tx.query(&sql.text, &sql.params, &mut |row| {
                let mut caps = Caps { cells: Vec::new(), live_limit: None, live: 0 };
                caps_at.read(row, now, &mut caps)?;
                found.insert(row.id(0)?, caps);
                Ok(())
            })?;
        }
        Ok(found)
    }

    /// How many buyers of each group are passed over though they are not paused. Most companies have few such buyers at
    /// a time, so this reads little, where the lists of all groups are long.
    fn buyers_by_group(
        &mut self,
        company: Id,
        passed: &Passed,
        tried: &[Id],
    ) -> Result<HashMap<Id, i64>, Error> {
        if matches!(passed, Passed::Tried) && tried.is_empty() {
            return Ok(HashMap::new());
        }
        let mut sql =
            Sql::new("SELECT m.buyer_group_id, count(*) FROM buyers b CROSS JOIN buyer_group_buyers m");
        sql.push(" WHERE b.company_id = ").bind(company).push(" AND b.paused = 0");
        if matches!(passed, Passed::Busy) {
            sql.push(" AND b.concurrency_cap_used >= b.concurrency_cap_limit");
        }
        push_tried(&mut sql, matches!(passed, Passed::Tried), tried);
        sql.push(" AND m.company_id = b.company_id AND m.buyer_id = b.id GROUP BY m.buyer_group_id");
        Ok(self.tx.all(&sql.text, &sql.params, |row| Ok((row.id(0)?, row.int(1)?)))?.into_iter().collect())
    }
}

/// Appends an expression: 1 when the caps of the group `t` have room for a call, whichever of its buyers are free.
fn push_has_room(sql: &mut Sql, expected: Decimal, now: Instant) {
    sql.push("CASE WHEN ").push_at("t.full_until > {now}", now).push(" THEN 0 WHEN ");
    sql.bind_int(expected.units());
    let expected = format!("${}", sql.params.len());
    sql.push(&format!(" = 0 AND t.dial_buyers_type <> '{SIMULTANEOUSLY}' THEN 1 ELSE COALESCE((SELECT 1"));
    sql.push(" FROM call_limits c WHERE c.company_id = t.company_id AND c.buyer_group_id = t.id");
    for window in Window::ALL {
        let dialed = format!("t.active_buyers_count * {}", Decimal::ONE.units());
        let attempts = room(Metric::Attempt, window, NOW, &dialed);
        sql.push(&format!(" AND (t.dial_buyers_type <> '{SIMULTANEOUSLY}' OR "));
        sql.push_at(&attempts, now).push(")");
        for metric in [Metric::Revenue, Metric::EarnedRevenue] {
            sql.push(" AND ").push_at(&room(metric, window, NOW, &expected), now);
        }
    }
    sql.push("), 0) END");
}

/// Why a buyer is passed over.
enum Passed {
    /// It is on as many calls as it may be, and was not dialed for this one.
    Busy,
    /// It was dialed for this call.
    Tried,
}

/// Appends the condition that the buyer `b` is, or is not, one of those that were dialed already.
pub(super) fn push_tried(sql: &mut Sql, is_one: bool, tried: &[Id]) {
    if tried.is_empty() {
        return;
    }
    sql.push(if is_one { " AND b.id IN (" } else { " AND b.id NOT IN (" });
    bind_padded(sql, tried);
    sql.push(")");
}
