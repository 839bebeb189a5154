//! Who may take a call, read in a few statements however many groups there are, and judged and drawn by the domain.

use std::collections::HashMap;
use std::sync::LazyLock;

use domain::{
    CallStep, Candidate, Caps, Decimal, Decision, Eligibility, Id, Instant, Key, Need, Random, Reason,
    Resource, Standing,
};

use super::NewCall;
use crate::error::Error;
use crate::members::violation;
use crate::plan::{CapsAt, Surroundings};
use crate::reader::{Reader, bind_padded};
use crate::records::Company;
use crate::sql::Sql;

/// What a call needs somebody for.
pub(super) struct Asked {
    /// The groups that serve it compete.
    offer: Option<Id>,
    /// Or this one alone is asked.
    group: Option<Id>,
    /// What a conversion is expected to bring.
    expected: Decimal,
}

/// What is to be dialed next.
pub(super) struct Next {
    pub(super) group: Id,
    pub(super) buyers: Vec<Id>,
    pub(super) expected: Decimal,
}

/// `SELECT` of all that a group is judged by, and where the caps stand in it.
static CANDIDATES: LazyLock<(String, CapsAt)> = LazyLock::new(|| {
    let (items, caps) = CapsAt::after(&[
        "t.id",
        "t.tier",
        "t.weight",
        "t.paused",
        "t.hours",
        "t.time_zone",
        "t.buyers_count",
        "t.active_buyers_count",
        "t.dial_buyers_type",
    ]);
    (format!("SELECT {}", items.join(", ")), caps)
});

impl Reader<'_> {
    /// Who would take a call now, and why; nothing is reserved.
    ///
    /// # Errors
    /// [`Error::Violations`] when the company has no such offer or group.
    pub fn preview_call(
        &mut self,
        company: Id,
        new: &NewCall,
        mut random: Random,
        now: Instant,
    ) -> Result<(Decision, Option<CallStep>), Error> {
        let company = self.company(company)?;
        let asked = self.asked_new(company.id, new)?;
        let (decision, next) = self.decide(&company, &asked, &[], &mut random, now)?;
        // A step has a reservation; this one's names nothing.
        let nothing = company.id;
        let step = next.map(|next| CallStep::reserved(nothing, next.group, next.buyers, next.expected));
        Ok((decision, step))
    }

    /// What a new call asks for.
    pub(super) fn asked_new(&mut self, company: Id, new: &NewCall) -> Result<Asked, Error> {
        let fault = |key: Key, message| Error::Violations(vec![violation(Resource::Call, key, message)]);
        let missing = |key: Key, resource: Resource, id: Id| {
            fault(key, format!("must be the id of {}: {id} is not one", resource.with_article()))
        };
        match (new.offer, new.group) {
            (Some(offer), _) => match self.expected(company, offer, " AND deleted_at IS NULL")? {
                Some(expected) => Ok(Asked { offer: Some(offer), group: None, expected }),
                None => Err(missing(Key::OfferId, Resource::Offer, offer)),
            },
            (None, Some(group)) => {
                let sql = "SELECT count(*) FROM buyer_groups WHERE company_id = $1 AND id = $2 AND deleted_at IS NULL";
                let found = self.tx.first(sql, &[company.into(), group.into()], |row| row.int(0))?;
                if found != Some(1) {
                    return Err(missing(Key::BuyerGroupId, Resource::BuyerGroup, group));
                }
                Ok(Asked { offer: None, group: Some(group), expected: Decimal::ZERO })
            }
            (None, None) => Err(fault(Key::OfferId, "must be given, or else a buyer_group_id".to_owned())),
        }
    }

    /// What a call that is there already asks for; its offer may be deleted meanwhile.
    pub(super) fn asked_again(
        &mut self,
        company: Id,
        offer: Option<Id>,
        group: Option<Id>,
    ) -> Result<Asked, Error> {
        let expected = match offer {
            Some(offer) => self.expected(company, offer, "")?,
            None => None,
        };
        Ok(Asked { offer, group, expected: expected.unwrap_or_default() })
    }

    /// What a conversion for an offer is expected to bring; `None` when there is no such offer.
    fn expected(&mut self, company: Id, offer: Id, condition: &str) -> Result<Option<Decimal>, Error> {
        let sql = format!("SELECT expected_revenue FROM offers WHERE company_id = $1 AND id = $2{condition}");
        self.tx.first(&sql, &[company.into(), offer.into()], |row| {
            Ok(Decimal::from_units_saturating(row.maybe_int(0)?.unwrap_or_default()))
        })
    }

    /// Decides who is dialed next, after some steps. A group that dials one buyer after another keeps the call while it
    /// has buyers left and can take it.
    pub(super) fn decide(
        &mut self,
        company: &Company,
        asked: &Asked,
        steps: &[CallStep],
        random: &mut Random,
        now: Instant,
    ) -> Result<(Decision, Option<Next>), Error> {
        let tried: Vec<Id> = steps.iter().flat_map(|step| step.buyers.iter().copied()).collect();
        let groups = self.candidates(company, asked, &tried, now)?;
        let at_once: Vec<Id> =
            groups.iter().filter(|(_, at_once)| *at_once).map(|(candidate, _)| candidate.group).collect();
        let candidates: Vec<Candidate> = groups.into_iter().map(|(candidate, _)| candidate).collect();
        let last = steps.last().map(|step| step.group).filter(|group| !at_once.contains(group));
        let stays = candidates
            .iter()
            .find(|one| Some(one.group) == last && one.eligibility.can_take_calls())
            .map(|one| one.group);
        let decision = match stays {
            Some(group) => Decision::staying(candidates, group),
            None => Decision::among(candidates, random),
        };
        let Some(group) = decision.chosen() else { return Ok((decision, None)) };
        let mut buyers = self.dialable(company.id, group, &tried)?;
        if !at_once.contains(&group) {
            buyers.truncate(1);
        }
        Ok((decision, Some(Next { group, buyers, expected: asked.expected })))
    }

    /// Every group that is asked, judged; and whether it dials all its buyers at once.
    fn candidates(
        &mut self,
        company: &Company,
        asked: &Asked,
        tried: &[Id],
        now: Instant,
    ) -> Result<Vec<(Candidate, bool)>, Error> {
        let busy = self.buyers_by_group(company.id, &Passed::Busy, tried)?;
        let dialed = self.buyers_by_group(company.id, &Passed::Tried, tried)?;
        let (select, caps_at) = &*CANDIDATES;
        let mut sql = Sql::new(select.as_str());
        match (asked.offer, asked.group) {
            (Some(offer), _) => {
                sql.push(" FROM offer_buyer_groups m CROSS JOIN buyer_groups t CROSS JOIN call_limits c");
                sql.push(" WHERE m.company_id = ").bind(company.id).push(" AND m.offer_id = ").bind(offer);
                sql.push(" AND t.company_id = m.company_id AND t.id = m.buyer_group_id");
            }
            (None, group) => {
                sql.push(" FROM buyer_groups t CROSS JOIN call_limits c");
                sql.push(" WHERE t.company_id = ").bind(company.id).push(" AND t.id = ").bind(group);
            }
        }
        sql.push(" AND t.deleted_at IS NULL AND c.company_id = t.company_id AND c.buyer_group_id = t.id");
        let zones = &*self.shared.zones;
        let mut around = Surroundings::new(company, zones, now);
        let mut caps = Caps { cells: Vec::new(), live_limit: None, live: 0 };
        self.tx.all(&sql.text, &sql.params, |row| {
            caps_at.read(row, now, &mut caps)?;
            let group = row.id(0)?;
            let (hours, zone) = (row.maybe_text(4)?, row.maybe_text(5)?);
            let (opening, resets) = (around.opening(hours, zone), around.resets(zone));
            let active = row.int(7)?;
            let dials_at_once = row.text(8)? == domain::buyer_group::SIMULTANEOUSLY;
            let of = |counts: &HashMap<Id, i64>| counts.get(&group).copied().unwrap_or_default();
            let free = active - of(&busy) - of(&dialed);
            let standing = Standing {
                paused: row.int(3)? == 1,
                opening,
                caps: &caps,
                buyers: usize::try_from(row.int(6)?).unwrap_or_default(),
                buyers_on: usize::try_from(active).unwrap_or_default(),
            };
            let attempts = if dials_at_once { free.max(1) } else { 1 };
            let need = Need { attempts, revenue: asked.expected };
            let mut eligibility = Eligibility::of(standing, need, |window| resets[window as usize]);
            if active > 0 && free <= 0 {
                let reason = if of(&dialed) > 0 { Reason::Tried } else { Reason::BuyersBusy };
                eligibility.reasons.push(reason);
            }
            let (tier, weight) = (row.int(1)?, row.int(2)?);
            let candidate = Candidate {
                group,
                tier: Decimal::from_units_saturating(tier),
                weight: Decimal::from_units_saturating(weight),
                eligibility,
            };
            Ok((candidate, dials_at_once))
        })
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

    /// The buyers of a group that can be dialed, in its order.
    fn dialable(&mut self, company: Id, group: Id, tried: &[Id]) -> Result<Vec<Id>, Error> {
        let mut sql = Sql::new("SELECT m.buyer_id FROM buyer_group_buyers m CROSS JOIN buyers b");
        sql.push(" WHERE m.company_id = ").bind(company).push(" AND m.buyer_group_id = ").bind(group);
        sql.push(" AND b.company_id = m.company_id AND b.id = m.buyer_id AND b.paused = 0");
        sql.push(
            " AND (b.concurrency_cap_limit IS NULL OR b.concurrency_cap_used < b.concurrency_cap_limit)",
        );
        push_tried(&mut sql, false, tried);
        sql.push(" ORDER BY m.position, m.buyer_id");
        self.tx.all(&sql.text, &sql.params, |row| row.id(0))
    }
}

/// Why a buyer is passed over.
enum Passed {
    /// It is on as many calls as it may be, and was not dialed for this one.
    Busy,
    /// It was dialed for this call.
    Tried,
}

/// Appends the condition that the buyer `b` is, or is not, one of those that were dialed already.
fn push_tried(sql: &mut Sql, is_one: bool, tried: &[Id]) {
    if tried.is_empty() {
        return;
    }
    sql.push(if is_one { " AND b.id IN (" } else { " AND b.id NOT IN (" });
    bind_padded(sql, tried);
    sql.push(")");
}
