//! The limits of a group, its totals, and the ends of its windows.

use domain::{Change, Decimal, Id, Instant, Key, Metric, Resource, Value, Window};

use crate::columns::{differences, kept, values};
use crate::error::Error;
use crate::history::Difference;
use crate::place::{Place, began, place};
use crate::plan::next_resets;
use crate::records::Actor;
use crate::sql::Sql;
use crate::writer::Writer;

impl Writer<'_> {
    /// What the limits of a group were before a change, and become.
    pub(crate) fn limits(&mut self, company: Id, id: Id, change: &Change) -> Result<Vec<Difference>, Error> {
        let resource = change.resource();
        let keys: Vec<Key> =
            change.iter().map(|(key, _)| key).filter(|key| place(resource, *key) == Place::Limits).collect();
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let columns: Vec<_> = keys.iter().map(|key| key.name()).collect();
        let sql = format!(
            "SELECT 0, {} FROM call_limits WHERE company_id = $1 AND buyer_group_id = $2",
            columns.join(", ")
        );
        let before = self.tx.first(&sql, &[company.into(), id.into()], |row| values(resource, &keys, row))?;
        Ok(differences(change, &before.unwrap_or_default()))
    }

    pub(crate) fn set_limits(
        &mut self,
        company: Id,
        id: Id,
        limits: &[Difference],
        now: Instant,
    ) -> Result<(), Error> {
        let mut sql = Sql::new("UPDATE call_limits SET ");
        for (index, limit) in limits.iter().enumerate() {
            sql.push(if index > 0 { ", " } else { "" }).push(&limit.key.name());
            sql.push(" = ").bind(kept(&limit.after));
        }
        sql.push(" WHERE company_id = ").bind(company).push(" AND buyer_group_id = ").bind(id);
        self.tx.execute(&sql.text, &sql.params)?;
        self.judge(company, &[id], now)
    }

    /// Moves the ends of the open windows to the clocks of another zone; what they have counted stays, and so does the
    /// change with which they began.
    pub(crate) fn move_windows(
        &mut self,
        company: Id,
        resource: Resource,
        id: Id,
        zone: Option<&str>,
        now: Instant,
    ) -> Result<(), Error> {
        let company_zone = self.company(company)?.iana;
        let resets = next_resets(zone, &company_zone, &*self.shared.zones, now);
        let mut sql = Sql::new("UPDATE call_limits SET ");
        for window in Window::RESETTING {
            let column = Key::ResetsAt(window).name();
            sql.push(if window == Window::RESETTING[0] { "" } else { ", " });
            sql.push_at(&format!("{column} = CASE WHEN {column} > {{now}} THEN "), now);
            sql.bind_int(resets[window as usize]).push(&format!(" ELSE {column} END"));
        }
        sql.push(" WHERE company_id = ").bind(company);
        if resource == Resource::Company {
            sql.push(" AND buyer_group_id IN (SELECT t.id FROM buyer_groups t WHERE t.company_id = ")
                .bind(company);
            sql.push(" AND t.time_zone IS NULL)");
        } else {
            sql.push(" AND buyer_group_id = ").bind(id);
        }
        self.judge_altered(company, sql, now)
    }

    /// Sets the totals of a group to 0. Counters move neither `revision` nor `updated_at`.
    pub(crate) fn reset_totals(
        &mut self,
        actor: &Actor,
        id: Id,
        revision: i64,
        now: Instant,
    ) -> Result<(), Error> {
        let resource = Resource::BuyerGroup;
        let keys = Metric::ALL.map(|metric| Key::Used(metric, Window::Total));
        let columns = keys.map(|key| key.name());
        let params = [actor.company.into(), id.into()];
        let sql = format!(
            "SELECT 0, {} FROM call_limits WHERE company_id = $1 AND buyer_group_id = $2",
            columns.join(", ")
        );
        let before = self.tx.first(&sql, &params, |row| values(resource, &keys, row))?.unwrap_or_default();
        let zeroes: Vec<String> = columns.iter().map(|column| format!("{column} = 0")).collect();
        let sql = format!(
            "UPDATE call_limits SET {}, {} = $1 WHERE company_id = $2 AND buyer_group_id = $3",
            zeroes.join(", "),
            began(Window::Total)
        );
        let seq = self.number(actor.company)?;
        self.tx.execute(&sql, &[seq.into(), actor.company.into(), id.into()])?;
        self.judge(actor.company, &[id], now)?;
        let zero = Value::Decimal(Decimal::ZERO);
        let cleared: Vec<Difference> = before
            .into_iter()
            .filter(|(_, before)| *before != zero)
            .map(|(key, before)| Difference { key, before, after: zero.clone() })
            .collect();
        if cleared.is_empty() {
            return Ok(());
        }
        self.record(actor, resource, id, revision, &cleared, now)
    }
}
