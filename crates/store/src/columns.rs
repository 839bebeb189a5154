//! Fields on their way into and out of their columns, and the rules and counts that follow from them.

use domain::{Change, Id, Instant, Key, Kind, Resource, Value};

use crate::engine::{Param, Row};
use crate::error::Error;
use crate::history::Difference;
use crate::plan::plain;
use crate::records::Actor;
use crate::sql::Sql;
use crate::writer::Writer;

impl Writer<'_> {
    /// Moves the counters of a company.
    pub(crate) fn count(
        &mut self,
        company: Id,
        resource: Resource,
        live: i64,
        deleted: i64,
    ) -> Result<(), Error> {
        self.tx.execute(
            "UPDATE company_counters SET live = live + $1, deleted = deleted + $2 \
             WHERE company_id = $3 AND resource = $4",
            &[live.into(), deleted.into(), company.into(), resource.singular().into()],
        )?;
        Ok(())
    }
}

/// The field that no two records of a company share, while they are not deleted.
pub(crate) const fn own_id(resource: Resource) -> Key {
    match resource {
        Resource::Buyer => Key::UserBuyerId,
        // Groups and companies have none; no change of theirs has this field.
        _ => Key::UserOfferId,
    }
}

/// The columns that follow the switch.
pub(crate) fn pausing(paused: bool, actor: &Actor, now: Instant) -> Vec<(String, Param)> {
    let column = |key: Key, value: Param| (key.name().into_owned(), value);
    if paused {
        vec![column(Key::PausedAt, now.into()), column(Key::PausedByUserId, actor.user.into())]
    } else {
        vec![column(Key::UnpausedAt, now.into())]
    }
}

/// Appends the counts of a group's buyers, for SET.
pub(crate) fn push_counts(sql: &mut Sql, company: Id, group: Id) {
    sql.push("buyers_count = (SELECT count(*) FROM buyer_group_buyers m WHERE m.company_id = ").bind(company);
    sql.push(" AND m.buyer_group_id = ").bind(group);
    sql.push(
        "), active_buyers_count = (SELECT count(*) FROM buyer_group_buyers m CROSS JOIN buyers b WHERE m.company_id = ",
    );
    sql.bind(company).push(" AND m.buyer_group_id = ").bind(group);
    sql.push(" AND b.company_id = m.company_id AND b.id = m.buyer_id AND b.paused = 0)");
}

/// The values of some columns, which start at the second place of the row.
pub(crate) fn values(resource: Resource, keys: &[Key], row: &dyn Row) -> Result<Vec<(Key, Value)>, Error> {
    let kind = |key: Key| resource.field(key).map_or(Kind::Count, |field| field.kind);
    keys.iter().enumerate().map(|(index, key)| Ok((*key, plain(kind(*key), index + 1, row)?))).collect()
}

/// The fields of a change that are other than they were.
pub(crate) fn differences(change: &Change, before: &[(Key, Value)]) -> Vec<Difference> {
    before
        .iter()
        .filter_map(|(key, before)| {
            let after = change.get(*key)?;
            (after != before).then(|| Difference { key: *key, before: before.clone(), after: after.clone() })
        })
        .collect()
}

/// A value as its column keeps it. Lists have no column.
pub(crate) fn kept(value: &Value) -> Param {
    match value {
        Value::Bool(truth) => (*truth).into(),
        Value::Int(number) => (*number).into(),
        Value::Decimal(decimal) => decimal.units().into(),
        Value::Text(text) => text.as_str().into(),
        Value::Instant(at) => (*at).into(),
        Value::Null | Value::Ids(_) | Value::Texts(_) | Value::Eligibility(_) => Param::Null,
    }
}
