//! The weights of the groups that compete for the calls of a tier.

use domain::Id;

use crate::able::Able;
use crate::engine::Param;
use crate::error::Error;
use crate::plan::TierWeights;
use crate::reader::{Reader, bind_padded};
use crate::relation::{End, GROUPS_OF_OFFER, View};
use crate::sql::Sql;

/// Sums are taken in two parts: a hundred thousand of the largest weights would not fit a BIGINT.
const PART: i64 = 1_000_000;

impl Reader<'_> {
    /// How many groups of each tier of `ids` can take a call now, and what they weigh together: among those that serve
    /// one of `offers`, if any are given.
    pub(crate) fn tier_weights(
        &mut self,
        able: &Able,
        ids: &[Id],
        offers: Option<&[Param]>,
    ) -> Result<TierWeights, Error> {
        let sql = weights_of(able, ids, offers);
        let mut weights = TierWeights::new();
        self.tx.query(&sql.text, &sql.params, &mut |row| {
            let sum = row.int(2)?.saturating_mul(PART).saturating_add(row.int(3)?);
            weights.insert(row.int(0)?, (usize::try_from(row.int(1)?).unwrap_or_default(), sum));
            Ok(())
        })?;
        Ok(weights)
    }
}

/// The statement that counts and sums, for each tier of `ids`.
pub(crate) fn weights_of(able: &Able, ids: &[Id], offers: Option<&[Param]>) -> Sql {
    let mut sql = Sql::new(format!(
        "SELECT t.tier, count(*), CAST(sum(t.weight / {PART}) AS BIGINT), CAST(sum(t.weight % {PART}) AS BIGINT)"
    ));
    eligible_groups(&mut sql, able, offers);
    sql.push(" AND t.tier IN (SELECT o.tier FROM buyer_groups o WHERE o.company_id = ").bind(able.company());
    sql.push(" AND o.id IN (");
    bind_padded(&mut sql, ids);
    sql.push(")) GROUP BY t.tier");
    sql
}

/// Appends FROM and WHERE for the groups that can take a call now.
fn eligible_groups(sql: &mut Sql, able: &Able, offers: Option<&[Param]>) {
    sql.push(" FROM buyer_groups t WHERE t.company_id = ").bind(able.company()).push(" AND ");
    able.push(sql);
    if let Some(offers) = offers {
        View { relation: &GROUPS_OF_OFFER, end: End::Member }.narrow(sql, able.company(), offers);
    }
}

/// Appends a join to the weights of each tier, as `w`, for [`push_share`].
pub(crate) fn join_weights(sql: &mut Sql, able: &Able, offers: Option<&[Param]>) {
    sql.push(" LEFT JOIN (SELECT t.tier AS tier, count(*) AS eligible, sum(CAST(t.weight AS DOUBLE PRECISION)) AS weights");
    eligible_groups(sql, able, offers);
    sql.push(" GROUP BY t.tier) w ON w.tier = t.tier");
}

/// Appends an expression: the share of a group before it is rounded, for `order`.
pub(crate) fn push_share(sql: &mut Sql, able: &Able) {
    sql.push("(CASE WHEN NOT (");
    able.push(sql);
    sql.push(
        ") THEN 0 WHEN w.weights = 0 THEN CAST(1 AS DOUBLE PRECISION) / w.eligible \
         ELSE CAST(t.weight AS DOUBLE PRECISION) / w.weights END)",
    );
}

/// Appends an expression that sorts the groups of one tier as their shares do, for `order`: by weight, which needs no
/// sums, so that only the tiers on the page are read. Where every group that can take a call weighs nothing, they share
/// alike, before those that cannot.
pub(crate) fn push_routing(sql: &mut Sql, able: &Able, offers: Option<&[Param]>) {
    sql.push("CASE WHEN NOT (");
    able.push(sql);
    sql.push(") THEN 0 WHEN t.weight > 0 THEN t.weight WHEN t.tier IN (SELECT t.tier");
    eligible_groups(sql, able, offers);
    sql.push(" GROUP BY t.tier HAVING max(t.weight) = 0) THEN 1 ELSE 0 END");
}
