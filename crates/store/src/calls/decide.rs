//! Who takes a call: every group that is asked is judged (`candidates.rs`), and the domain draws among those that can.

use domain::{CallStep, Candidate, Decimal, Decision, Id, Instant, Key, Random, Resource};

use super::NewCall;
use super::candidates::push_tried;
use crate::error::Error;
use crate::members::violation;
use crate::reader::Reader;
use crate::records::Company;
use crate::sql::Sql;

/// What a call needs somebody for.
pub(super) struct Asked {
    /// The groups that serve it compete.
    pub(super) offer: Option<Id>,
    /// Or this one alone is asked.
    pub(super) group: Option<Id>,
    /// What a conversion is expected to bring.
    pub(super) expected: Decimal,
}

/// What is to be dialed next.
pub(super) struct Next {
    pub(super) group: Id,
    pub(super) buyers: Vec<Id>,
    pub(super) expected: Decimal,
}

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
