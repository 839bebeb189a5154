//! What the counters of a group mean for its state, kept in the group's own row and in the index by tier.
//!
//! To judge 20 caps costs 4 µs; a list in routing order, its shares and its summary depend on every group of the
//! company. So whoever writes limits or counters has them judged at once, in the same transaction, into two instants:
//! `full_until`, before which some cap leaves no room, and `near_until`, before which some cap is near its limit. A
//! window that ends takes its count with it, and a count of nothing can only be better; so the two instants say how the
//! group stands at any time from now on, and nothing has to run when a window ends.

use domain::{Id, Key, Metric, Window};

use crate::error::Error;
use crate::place::{LIVE, cells};
use crate::reader::bind_padded;
use crate::sql::Sql;
use crate::writer::Writer;

/// The instant of what does not end by itself: the end of time.
const NEVER: i64 = i64::MAX;

/// Groups that are judged in one statement, at most.
const CHUNK: usize = 500;

impl Writer<'_> {
    /// Judges groups whose limits or counters were written in this transaction: their rows of counters are locked by
    /// that, so nobody else can judge them by other counters. Deleted groups too, since they may be restored.
    pub(crate) fn judge(&mut self, company: Id, groups: &[Id]) -> Result<(), Error> {
        for some in groups.chunks(CHUNK) {
            let mut sql = Sql::new(with_judged());
            sql.push(" WHERE c.company_id = ").bind(company).push(" AND c.buyer_group_id IN (");
            bind_padded(&mut sql, some);
            sql.push(")) ").push(KEEP);
            self.tx.execute(&sql.text, &sql.params)?;
        }
        Ok(())
    }

    /// Runs a statement that alters rows of counters and ends in its WHERE, and judges the groups that it altered.
    pub(crate) fn judge_altered(&mut self, company: Id, mut sql: Sql) -> Result<(), Error> {
        sql.push(" RETURNING buyer_group_id");
        let groups = self.tx.all(&sql.text, &sql.params, |row| row.id(0))?;
        self.judge(company, &groups)
    }
}

/// A statement that judges every group there is.
pub(crate) fn judge_all() -> String {
    format!("{}) {KEEP};\n", with_judged())
}

/// `WITH judged`, up to its WHERE.
fn with_judged() -> String {
    format!(
        "WITH judged AS MATERIALIZED (SELECT c.company_id, c.buyer_group_id,\n{} AS full_until,\n{} AS near_until\nFROM call_limits c",
        until(&format!("c.{LIVE} >= c.concurrency_cap_limit"), |metric, used, limit| {
            if metric.is_money() { format!("{used} >= {limit}") } else { format!("{used} + 10000 > {limit}") }
        }),
        until(&format!("c.{LIVE} * 5 >= c.concurrency_cap_limit * 4"), |_, used, limit| {
            format!("{used} * 5 >= {limit} * 4")
        }),
    )
}

/// Writes what is judged otherwise than it was: most counts move no judgement, and then no index either.
const KEEP: &str = "UPDATE buyer_groups AS t SET full_until = j.full_until, near_until = j.near_until FROM judged j \
     WHERE t.company_id = j.company_id AND t.id = j.buyer_group_id \
     AND (t.full_until <> j.full_until OR t.near_until <> j.near_until)";

/// An expression: until when a condition on used and limit holds for some cap, or `live` does.
///
/// What holds for a count of nothing, for a total or for live calls never ends by itself; else it ends with the last of
/// the windows that it holds in, which may have passed.
fn until(live: &str, holds: impl Fn(Metric, &str, &str) -> String) -> String {
    let limit = |(metric, window)| format!("c.{}", Key::Limit(metric, window).name());
    let counted = |(metric, window)| format!("c.{}", Key::Used(metric, window).name());
    let mut always = vec![live.to_owned()];
    for cell in cells() {
        let used = if cell.1 == Window::Total { counted(cell) } else { "0".to_owned() };
        always.push(holds(cell.0, &used, &limit(cell)));
    }
    let ends = Window::RESETTING.map(|window| {
        let some = cells().filter(|cell| cell.1 == window);
        let some: Vec<String> = some.map(|cell| holds(cell.0, &counted(cell), &limit(cell))).collect();
        let end = Key::ResetsAt(window).name();
        format!("    SELECT CASE WHEN {} THEN c.{end} ELSE 0 END AS until", some.join(" OR "))
    });
    // Neither database knows the largest of several values by the name that the other has for it.
    format!(
        "(CASE WHEN {} THEN {NEVER} ELSE (SELECT max(ends.until) FROM (\n{}\n) ends) END)",
        always.join(" OR "),
        ends.join(" UNION ALL\n")
    )
}
