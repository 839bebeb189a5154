//! Records are deleted and restored here, whatever the resource.

use domain::{Id, Instant, Key, Resource, Value};

use crate::columns::own_id;
use crate::engine::Param;
use crate::error::Error;
use crate::history::Difference;
use crate::place::table;
use crate::records::{Actor, Name};
use crate::relation::{Members, RELATIONS};
use crate::search;
use crate::writer::Writer;

/// For how long a deleted record can be restored (DOMAIN.md, "Names and sizes").
const RESTORABLE_MS: i64 = 30 * 86_400_000;

impl Writer<'_> {
    /// Deletes a record, so that it can be restored. A buyer leaves all its groups at once.
    ///
    /// # Errors
    /// [`Error::NotFound`] also when it is deleted already; [`Error::Stale`].
    pub fn delete(
        &mut self,
        actor: &Actor,
        resource: Resource,
        name: &Name,
        if_revision: Option<i64>,
        now: Instant,
    ) -> Result<Id, Error> {
        let company = actor.company;
        self.begin(company)?;
        let id = self.id(company, resource, name)?;
        let paused: &[Key] = if resource == Resource::Buyer { &[Key::Paused] } else { &[] };
        let (revision, before) = self.lock(company, resource, id, if_revision, paused)?;
        if resource == Resource::Buyer {
            let was_paused = before.first().is_some_and(|(_, paused)| *paused == Value::Bool(true));
            self.leave_groups(actor, id, was_paused, now)?;
        }
        self.mark(actor, resource, id, Some(now), revision, now)?;
        self.judge_if_group(company, resource, id, now)?;
        self.count(company, resource, -1, 1)?;
        Ok(id)
    }

    /// Brings a deleted record back, for 30 days after it was deleted. A buyer does not come back to its groups.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such record is deleted; [`Error::Stale`]; [`Error::Violations`] when another record
    /// has taken its own id meanwhile.
    pub fn restore(
        &mut self,
        actor: &Actor,
        resource: Resource,
        name: &Name,
        if_revision: Option<i64>,
        now: Instant,
    ) -> Result<Id, Error> {
        let company = actor.company;
        self.begin(company)?;
        let id = self.id(company, resource, name)?;
        let own = own_id(resource);
        let shown =
            if resource == Resource::BuyerGroup { "NULL".to_owned() } else { own.name().into_owned() };
        let sql = format!(
            "UPDATE {} SET revision = revision + 1 WHERE company_id = $1 AND id = $2 AND deleted_at > $3 \
             RETURNING revision, deleted_at, {shown}",
            table(resource)
        );
        let since = now.plus_ms(-RESTORABLE_MS);
        let found = self.tx.first(&sql, &[company.into(), id.into(), since.into()], |row| {
            let own =
                if resource == Resource::BuyerGroup { None } else { row.maybe_text(2)?.map(str::to_owned) };
            Ok((row.int(0)?, own))
        })?;
        let (revision, own) = found.ok_or(Error::NotFound)?;
        if if_revision.is_some_and(|expected| expected != revision - 1) {
            return Err(Error::Stale);
        }
        let mut violations = Vec::new();
        self.check_own_id(company, resource, Some(id), own.map(Value::Text).as_ref(), &mut violations)?;
        if !violations.is_empty() {
            return Err(Error::Violations(violations));
        }
        self.mark(actor, resource, id, None, revision, now)?;
        self.judge_if_group(company, resource, id, now)?;
        self.count(company, resource, 1, -1)?;
        Ok(id)
    }

    /// The alerts of a group that is deleted are closed, and those of one that is restored open again.
    fn judge_if_group(&mut self, company: Id, resource: Resource, id: Id, now: Instant) -> Result<(), Error> {
        if resource == Resource::BuyerGroup { self.judge(company, &[id], now) } else { Ok(()) }
    }

    /// Takes a buyer out of all its groups.
    fn leave_groups(
        &mut self,
        actor: &Actor,
        buyer: Id,
        was_paused: bool,
        now: Instant,
    ) -> Result<(), Error> {
        let company = actor.company;
        let groups = self.tx.all(
            "SELECT buyer_group_id FROM buyer_group_buyers WHERE company_id = $1 AND buyer_id = $2 ORDER BY buyer_group_id",
            &[company.into(), buyer.into()],
            |row| row.id(0),
        )?;
        let active: i64 = if was_paused { 0 } else { 1 };
        for group in groups {
            let revision = self.tx.first(
                "UPDATE buyer_groups SET revision = revision + 1, updated_at = $1, user_updated_at = $1, \
                 buyers_count = buyers_count - 1, active_buyers_count = active_buyers_count - $2 \
                 WHERE company_id = $3 AND id = $4 RETURNING revision",
                &[now.into(), active.into(), company.into(), group.into()],
                |row| row.int(0),
            )?;
            let Some(mut list) = self.emptied(company, group, Key::BuyerIds)? else { continue };
            list.after =
                list.before.iter().filter(|member| **member != Param::from(buyer)).cloned().collect();
            self.write_list(company, group, &list)?;
            let difference = Difference {
                key: list.key,
                before: list.value(&list.before),
                after: list.value(&list.after),
            };
            self.record(
                actor,
                Resource::BuyerGroup,
                group,
                revision.unwrap_or_default(),
                &[difference],
                now,
            )?;
        }
        Ok(())
    }

    /// Sets or clears `deleted_at` of a record that is locked.
    fn mark(
        &mut self,
        actor: &Actor,
        resource: Resource,
        id: Id,
        deleted_at: Option<Instant>,
        revision: i64,
        now: Instant,
    ) -> Result<(), Error> {
        let sql = format!(
            "UPDATE {} SET deleted_at = $1, updated_at = $2, user_updated_at = $2 WHERE company_id = $3 AND id = $4",
            table(resource)
        );
        self.tx.execute(&sql, &[deleted_at.into(), now.into(), actor.company.into(), id.into()])?;
        let after = deleted_at.map_or(Value::Null, Value::Instant);
        // What it was before is told by the entry before.
        let difference = Difference { key: Key::DeletedAt, before: Value::Null, after };
        self.record(actor, resource, id, revision, &[difference], now)
    }

    /// Lets records go for good that can no longer be restored, at most so many; only history keeps them. Says how many
    /// went: when it is as many as may go at once, there may be more.
    ///
    /// # Errors
    /// Those of the database.
    pub fn purge(&mut self, company: Id, most: u32, now: Instant) -> Result<u32, Error> {
        let mut gone = 0;
        for resource in Resource::LISTED {
            let sql = format!(
                "SELECT id FROM {} WHERE company_id = $1 AND deleted_at IS NOT NULL AND deleted_at <= $2 LIMIT $3",
                table(resource)
            );
            let since = now.plus_ms(-RESTORABLE_MS);
            let limit = i64::from(most - gone);
            let ids = self.tx.all(&sql, &[company.into(), since.into(), limit.into()], |row| row.id(0))?;
            if gone == 0 && !ids.is_empty() {
                self.begin(company)?;
            }
            for id in ids {
                self.forget(company, resource, id)?;
                gone += 1;
            }
        }
        Ok(gone)
    }

    /// Takes a record out of every table but the history.
    fn forget(&mut self, company: Id, resource: Resource, id: Id) -> Result<(), Error> {
        let params = [company.into(), id.into()];
        for relation in RELATIONS {
            let columns = [
                (Members::Records(relation.owner), relation.owner_column),
                (relation.members, relation.member_column),
            ];
            for (_, column) in columns.iter().filter(|(members, _)| *members == Members::Records(resource)) {
                let sql = format!("DELETE FROM {} WHERE company_id = $1 AND {column} = $2", relation.table);
                self.tx.execute(&sql, &params)?;
            }
        }
        if resource == Resource::BuyerGroup {
            for table in ["cap_alerts", "opening_balances", "call_limits"] {
                let sql = format!("DELETE FROM {table} WHERE company_id = $1 AND buyer_group_id = $2");
                self.tx.execute(&sql, &params)?;
            }
        }
        search::forget(self.tx, company, id)?;
        let sql = format!("DELETE FROM {} WHERE company_id = $1 AND id = $2", table(resource));
        self.tx.execute(&sql, &params)?;
        self.touch(company, resource, &[id])?;
        self.count(company, resource, 0, -1)
    }
}
