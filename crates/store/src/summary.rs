//! `summary=true`: how many groups are in each state, and how many of each tier can take calls.
//!
//! Each count leaves its own filter aside, so that the panel's tabs keep their numbers when one of them is chosen.

use domain::api::{Metadata, States, TierSummary};
use domain::filter::FilterBy;
use domain::{Decimal, Instant, Key, ListQuery};

use crate::able::Able;
use crate::engine::Engine;
use crate::error::Error;
use crate::list::Conditions;
use crate::narrow::admits;
use crate::reader::Reader;
use crate::records::Company;
use crate::sql::Sql;

/// The states as conditions, as `place::STATE` has them in one expression: to group by that, every group of the company
/// would be sorted.
const PAUSED: &str = "t.paused = 1";
const MAXED_OUT: &str = "t.full_until > {now} AND t.paused = 0";
const NEAR_CAP: &str = "t.near_until > {now} AND t.full_until <= {now} AND t.paused = 0";

/// Adds the counts to what is known of a list of groups. Says how many groups the query finds in all: the counts hold
/// that too, and to count a filter by state once more costs as much again.
pub(crate) fn add(
    reader: &mut Reader<'_>,
    company: &Company,
    query: &ListQuery,
    now: Instant,
    metadata: &mut Metadata,
) -> Result<u64, Error> {
    let able = reader.able(company, now)?;
    let company = company.id;
    let (live, deleted) = (with_deleted(query, false), with_deleted(query, true));
    let sql = counts(reader.tx.engine(), &able, &live, now);
    let mut states =
        States { deleted: reader.total(company, &without_state(&deleted), now)?, ..States::default() };
    let mut tiers: Vec<TierSummary> = Vec::new();
    let mut total = 0;
    reader.tx.query(&sql.text, &sql.params, &mut |row| {
        let tier = row.int(0)?;
        let count = |at| row.int(at).map(|count| u64::try_from(count).unwrap_or_default());
        let (all, paused, maxed_out, near_cap) = (count(1)?, count(2)?, count(3)?, count(4)?);
        let taking_calls = all - paused - maxed_out - near_cap;
        let (able, able_near) = (count(5)?, count(6)?);
        // As in `State::ALL`: those in a state, and those of them that can take a call.
        let by_state = [(taking_calls, able - able_near), (near_cap, able_near), (maxed_out, 0), (paused, 0)];
        let (mut groups, mut can_take_calls) = (0, 0);
        for (state, (in_it, able)) in (0..).zip(by_state) {
            if admits(query, Key::State, state) {
                groups += in_it;
                can_take_calls += able;
            }
        }
        if admits(query, Key::Tier, tier) {
            total += groups;
            states.all += all;
            states.taking_calls += taking_calls;
            states.near_cap += near_cap;
            states.maxed_out += maxed_out;
            states.paused += paused;
        }
        if groups > 0 {
            tiers.push(TierSummary { tier: Decimal::from_units_saturating(tier), groups, can_take_calls });
        }
        Ok(())
    })?;
    metadata.states = Some(states);
    metadata.tiers = Some(tiers);
    if query.deleted { reader.total(company, query, now) } else { Ok(total) }
}

/// The same query of the live or of the deleted groups: every count stands beside the others, whichever are listed.
fn with_deleted(query: &ListQuery, deleted: bool) -> ListQuery {
    ListQuery { deleted, ..query.clone() }
}

/// The same query without its filter by state.
fn without_state(query: &ListQuery) -> ListQuery {
    let mut query = query.clone();
    query.narrowings.retain(|narrowing| narrowing.by != FilterBy::Field(Key::State));
    query
}

/// The statement that counts, tier by tier.
pub(crate) fn counts(engine: Engine, able: &Able, query: &ListQuery, now: Instant) -> Sql {
    let mut sql = Sql::new("SELECT t.tier, count(*)");
    for condition in [PAUSED, MAXED_OUT, NEAR_CAP] {
        sql.push(", count(*) FILTER (WHERE ").push_at(condition, now).push(")");
    }
    sql.push(", count(*) FILTER (WHERE ");
    able.push(&mut sql);
    sql.push("), count(*) FILTER (WHERE ").push_at(NEAR_CAP, now).push(" AND ");
    able.push(&mut sql);
    sql.push(")");
    let conditions = Conditions::but(query, &[Key::State, Key::Tier], false);
    conditions.push_from(&mut sql, engine, able.company());
    conditions.push_where(&mut sql, able.company(), now);
    sql.push(" GROUP BY t.tier ORDER BY t.tier");
    sql
}
