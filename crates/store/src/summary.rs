//! `summary=true`: how many groups are in each state, and how many of each tier can take calls.
//!
//! Each count leaves its own filter aside, so that the panel's tabs keep their numbers when one of them is chosen.

use domain::api::{Metadata, States, TierSummary};
use domain::filter::FilterBy;
use domain::{Decimal, Id, Instant, Key, ListQuery, Value};

use crate::engine::Param;
use crate::error::Error;
use crate::list::{Conditions, param};
use crate::place::{ELIGIBLE, STATE};
use crate::reader::Reader;
use crate::sql::Sql;

/// Adds the counts to what is known of a list of groups. Says how many groups the query finds in all: the counts hold
/// that too, and to count a filter by state once more costs as much again.
pub(crate) fn add(
    reader: &mut Reader<'_>,
    company: Id,
    query: &ListQuery,
    now: Instant,
    metadata: &mut Metadata,
) -> Result<u64, Error> {
    let mut sql = Sql::new("SELECT t.tier, ");
    sql.push_at(&STATE, now).push(", ").push_at(&ELIGIBLE, now).push(", count(*)");
    let conditions = Conditions::but(query, &[Key::State, Key::Tier], true);
    conditions.push_from(&mut sql, reader.tx.engine(), company);
    conditions.push_where(&mut sql, company, now);
    sql.push(" GROUP BY 1, 2, 3 ORDER BY 1");

    let mut states = States::default();
    let mut tiers: Vec<TierSummary> = Vec::new();
    let (mut unknown, mut total) = (0, 0);
    reader.tx.query(&sql.text, &sql.params, &mut |row| {
        let (tier, state) = (row.int(0)?, row.int(1)?);
        let count = u64::try_from(row.int(3)?).unwrap_or_default();
        let (of_tier, of_state) = (is_in(query, Key::Tier, tier), is_in(query, Key::State, state));
        if of_tier && of_state {
            total += count;
        }
        if of_tier {
            states.all += count;
            let counter = match state {
                0 => &mut states.taking_calls,
                1 => &mut states.near_cap,
                2 => &mut states.maxed_out,
                3 => &mut states.paused,
                _ => &mut unknown,
            };
            *counter += count;
        }
        if of_state {
            let tier = Decimal::from_units_saturating(tier);
            if tiers.last().is_none_or(|last| last.tier != tier) {
                tiers.push(TierSummary { tier, groups: 0, can_take_calls: 0 });
            }
            if let Some(last) = tiers.last_mut() {
                last.groups += count;
                last.can_take_calls += if row.int(2)? == 1 { count } else { 0 };
            }
        }
        Ok(())
    })?;
    metadata.states = Some(states);
    metadata.tiers = Some(tiers);
    Ok(total)
}

/// Whether the query's filter by a field, if there is one, lets a number through.
fn is_in(query: &ListQuery, key: Key, number: i64) -> bool {
    let filter = query.narrowings.iter().find(|narrowing| narrowing.by == FilterBy::Field(key));
    let is_number = |value: &Value| param(value) == Param::Int(number);
    filter.is_none_or(|narrowing| narrowing.values.iter().any(is_number))
}
