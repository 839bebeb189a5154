//! What the counters of a group mean for its state, kept in the group's own row and in the index by tier.
//!
//! To judge 20 caps costs 4 µs; a list in routing order, its shares and its summary depend on every group of the
//! company. So whoever writes limits or counters has them judged at once, in the same transaction, into two instants:
//! `full_until`, before which some cap leaves no room, and `near_until`, before which some cap is near its limit. A
//! window that ends takes its count with it, and to have counted nothing can only be better; so the two instants say how
//! the group stands at any time from now on, and nothing has to run when a window ends.
//!
//! The same look at the counters says where each cap stands to the lines at which alerts are raised (`alerts.rs`).

use std::sync::LazyLock;

use domain::{Caps, Id, Instant, Lasting, Resource, Window};

use crate::alerts::Standings;
use crate::error::Error;
use crate::plan::CapsAt;
use crate::reader::bind_padded;
use crate::sql::Sql;
use crate::writer::Writer;

/// The instant of what does not end by itself: the end of time.
pub(crate) const NEVER: i64 = i64::MAX;

/// Groups that are looked at in one statement, at most.
const CHUNK: usize = 500;

/// Columns that come before the caps: see [`Writer::judge`].
const BEFORE: [&str; 7] = [
    "t.id",
    "t.full_until",
    "t.near_until",
    "c.alert_levels",
    "c.alert_until",
    "t.deleted_at",
    "(SELECT o.alert_share FROM companies o WHERE o.company_id = t.company_id AND o.id = t.company_id)",
];

/// `SELECT` of what there is to judge, and where the caps and the ends of their windows stand in it.
static JUDGED: LazyLock<(String, CapsAt)> = LazyLock::new(|| {
    let (items, caps) = CapsAt::after(&BEFORE);
    let sql = format!("SELECT {} FROM buyer_groups t CROSS JOIN call_limits c", items.join(", "));
    (sql, caps)
});

impl Writer<'_> {
    /// Judges groups whose limits or counters were written in this transaction: their rows of counters are locked by
    /// that, so nobody else can judge them by other counters. Deleted groups too, since they may be restored. They count
    /// as touched.
    ///
    /// Most counts move no judgement, and then no index either. Where one moved a cap to another level, the alerts for it
    /// are raised here: this is the one place where they are.
    pub(crate) fn judge(&mut self, company: Id, groups: &[Id], now: Instant) -> Result<(), Error> {
        self.touch(company, Resource::BuyerGroup, groups)?;
        let (select, caps_at) = &*JUDGED;
        let mut caps = Caps { cells: Vec::new(), live_limit: None, live: 0 };
        for some in groups.chunks(CHUNK) {
            let mut sql = Sql::new(select.as_str());
            sql.push(" WHERE t.company_id = ").bind(company).push(" AND t.id IN (");
            bind_padded(&mut sql, some);
            sql.push(") AND c.company_id = t.company_id AND c.buyer_group_id = t.id");
            let (mut moved, mut standings) = (Vec::new(), Vec::new());
            self.tx.query(&sql.text, &sql.params, &mut |row| {
                // Before any window has ended, so that each counts.
                caps_at.read(row, Instant::from_ms(i64::MIN), &mut caps)?;
                let ends = caps_at.ends(row)?;
                let end = |window: Window| ends[window as usize];
                let judged = (kept(caps.full_for(end)), kept(caps.near_for(end)));
                if judged != (row.int(1)?, row.int(2)?) {
                    moved.push((row.id(0)?, judged));
                }
                let is_deleted = row.maybe_int(5)?.is_some();
                let standing = Standings::of(row.id(0)?, &caps.cells, &ends, row.int(6)?, is_deleted, now);
                if standing.kept() != (row.int(3)?, row.int(4)?) {
                    standings.push(standing);
                }
                Ok(())
            })?;
            for (group, (full_until, near_until)) in moved {
                self.tx.execute(
                    "UPDATE buyer_groups SET full_until = $1, near_until = $2 WHERE company_id = $3 AND id = $4",
                    &[full_until.into(), near_until.into(), company.into(), group.into()],
                )?;
            }
            self.raise(company, &standings, now)?;
        }
        Ok(())
    }

    /// Runs a statement that alters rows of counters and ends in its WHERE, and judges the groups that it altered.
    pub(crate) fn judge_altered(&mut self, company: Id, mut sql: Sql, now: Instant) -> Result<(), Error> {
        sql.push(" RETURNING buyer_group_id");
        let groups = self.tx.all(&sql.text, &sql.params, |row| row.id(0))?;
        self.judge(company, &groups, now)
    }
}

/// As the columns keep it.
fn kept(lasting: Lasting) -> i64 {
    match lasting {
        Lasting::No => 0,
        Lasting::Until(end) => end.ms(),
        Lasting::ForGood => NEVER,
    }
}
