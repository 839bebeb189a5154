//! Records are altered here, whatever the resource.
//!
//! The first statement of a change raises the record's revision and returns what it holds: that takes the row's lock, so
//! that all that follows is decided on what will still be so at the commit.

use domain::{Change, Id, Instant, Key, Resource, TimeZone, Value};

use crate::columns::{differences, kept, pausing, push_counts, values};
use crate::error::Error;
use crate::faults::Subject;
use crate::history::Difference;
use crate::members::violation;
use crate::place::{Place, place, table};
use crate::records::{Actor, Name};
use crate::relation::BUYERS_OF_GROUP;
use crate::search;
use crate::sql::Sql;
use crate::writer::Writer;

impl Writer<'_> {
    /// Alters a record; what is as it was moves neither `revision` nor `updated_at`.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Stale`] when it has another revision than `if_revision`; [`Error::Violations`] as
    /// for [`Writer::create`].
    pub fn update(
        &mut self,
        actor: &Actor,
        name: &Name,
        change: &Change,
        if_revision: Option<i64>,
        now: Instant,
    ) -> Result<Id, Error> {
        let (company, resource) = (actor.company, change.resource());
        self.begin(company)?;
        let id = self.id(company, resource, name)?;
        let mut own: Vec<Key> =
            change.iter().map(|(key, _)| key).filter(|key| place(resource, *key) == Place::Own).collect();
        if resource == Resource::BuyerGroup && !own.contains(&Key::GenerateTeam) {
            own.push(Key::GenerateTeam);
        }
        let (revision, before) = self.lock(company, resource, id, if_revision, &own)?;
        let lists = self.admit(company, Some(Subject::of(id, &before)), change)?;

        let mut differences = differences(change, &before);
        let settings = differences.len();
        differences.extend(self.limits(company, id, change)?);
        let limits = differences.len();
        for list in lists.iter().filter(|list| list.is_changed()) {
            self.write_list(company, id, list)?;
            differences.push(Difference {
                key: list.key,
                before: list.value(&list.before),
                after: list.value(&list.after),
            });
        }
        if limits > settings {
            self.set_limits(company, id, &differences[settings..limits], now)?;
        }
        if differences.is_empty() {
            let sql = format!(
                "UPDATE {} SET revision = revision - 1 WHERE company_id = $1 AND id = $2",
                table(resource)
            );
            self.tx.execute(&sql, &[company.into(), id.into()])?;
        } else {
            let counts = lists.iter().any(|list| list.relation == &BUYERS_OF_GROUP && list.is_changed());
            self.set(actor, resource, id, &differences[..settings], counts, now)?;
            self.follow(actor, resource, id, &differences[..settings], now)?;
            self.record(actor, resource, id, revision, &differences, now)?;
        }
        if change.get(Key::ResetTotalCaps).and_then(Value::as_bool) == Some(true) {
            let revision = if differences.is_empty() { revision - 1 } else { revision };
            self.reset_totals(actor, id, revision, now)?;
        }
        Ok(id)
    }

    /// Alters the company.
    ///
    /// # Errors
    /// As for [`Writer::update`].
    pub fn update_company(
        &mut self,
        actor: &Actor,
        change: &Change,
        if_revision: Option<i64>,
        now: Instant,
    ) -> Result<(), Error> {
        self.update(actor, &Name::Id(actor.company), change, if_revision, now).map(|_| ())
    }

    /// Locks a record, raises its revision, and reads some of its own columns.
    pub(crate) fn lock(
        &mut self,
        company: Id,
        resource: Resource,
        id: Id,
        if_revision: Option<i64>,
        keys: &[Key],
    ) -> Result<(i64, Vec<(Key, Value)>), Error> {
        let mut sql =
            Sql::new(format!("UPDATE {} SET revision = revision + 1 WHERE company_id = ", table(resource)));
        sql.bind(company).push(" AND id = ").bind(id).push(" AND deleted_at IS NULL");
        if let Some(revision) = if_revision {
            sql.push(" AND revision = ").bind(revision);
        }
        sql.push(" RETURNING revision");
        for key in keys {
            sql.push(", ").push(&key.name());
        }
        let found =
            self.tx.first(&sql.text, &sql.params, |row| Ok((row.int(0)?, values(resource, keys, row)?)))?;
        match found {
            Some(found) => Ok(found),
            None if if_revision.is_some() && self.is_live(company, resource, id)? => Err(Error::Stale),
            None => Err(Error::NotFound),
        }
    }

    fn is_live(&mut self, company: Id, resource: Resource, id: Id) -> Result<bool, Error> {
        let sql = format!(
            "SELECT count(*) FROM {} WHERE company_id = $1 AND id = $2 AND deleted_at IS NULL",
            table(resource)
        );
        Ok(self.tx.first(&sql, &[company.into(), id.into()], |row| row.int(0))?.unwrap_or_default() > 0)
    }

    /// Writes the settings that changed, and who did it when.
    fn set(
        &mut self,
        actor: &Actor,
        resource: Resource,
        id: Id,
        settings: &[Difference],
        counts: bool,
        now: Instant,
    ) -> Result<(), Error> {
        let mut sql = Sql::new(format!("UPDATE {} SET updated_at = ", table(resource)));
        sql.bind(now).push(", user_updated_at = ").bind(now);
        for Difference { key, after, .. } in settings {
            sql.push(", ").push(&key.name()).push(" = ").bind(kept(after));
            if *key == Key::Paused {
                for (column, value) in pausing(*after == Value::Bool(true), actor, now) {
                    sql.push(", ").push(&column).push(" = ").bind(value);
                }
            }
        }
        if resource == Resource::Company
            && let Some(zone) = settings.iter().find(|setting| setting.key == Key::TimeZone)
        {
            let iana = TimeZone::parse(zone.after.as_text().unwrap_or_default(), &*self.shared.zones)
                .map_err(|message| Error::Violations(vec![violation(resource, Key::TimeZone, message)]))?;
            sql.push(", iana = ").bind(iana.iana());
        }
        if counts {
            sql.push(", ");
            push_counts(&mut sql, actor.company, id);
        }
        sql.push(" WHERE company_id = ").bind(actor.company).push(" AND id = ").bind(id);
        self.tx.execute(&sql.text, &sql.params).map(|_| ())
    }

    /// What follows elsewhere from settings that changed.
    fn follow(
        &mut self,
        actor: &Actor,
        resource: Resource,
        id: Id,
        settings: &[Difference],
        now: Instant,
    ) -> Result<(), Error> {
        let company = actor.company;
        let changed = |key: Key| settings.iter().find(|setting| setting.key == key);
        if resource == Resource::Buyer
            && let Some(paused) = changed(Key::Paused)
        {
            let step: i64 = if paused.after == Value::Bool(true) { -1 } else { 1 };
            // In steps, not counted anew: two buyers of a group may be paused at the same time.
            let groups = self.tx.all(
                "UPDATE buyer_groups SET active_buyers_count = active_buyers_count + $1 WHERE company_id = $2 \
                 AND id IN (SELECT m.buyer_group_id FROM buyer_group_buyers m WHERE m.company_id = $2 AND m.buyer_id = $3) \
                 RETURNING id",
                &[step.into(), company.into(), id.into()],
                |row| row.id(0),
            )?;
            self.touch(company, Resource::BuyerGroup, &groups)?;
        }
        if let Some(zone) = changed(Key::TimeZone)
            && resource != Resource::Buyer
        {
            self.move_windows(company, resource, id, zone.after.as_text(), now)?;
        }
        let (names, others) = search::searched(resource);
        if settings.iter().any(|setting| names.contains(&setting.key) || others.contains(&setting.key)) {
            let keys: Vec<Key> = names.iter().chain(others).copied().collect();
            let columns: Vec<_> = keys.iter().map(|key| key.name()).collect();
            let sql = format!(
                "SELECT 0, {} FROM {} WHERE company_id = $1 AND id = $2",
                columns.join(", "),
                table(resource)
            );
            let read =
                self.tx.first(&sql, &[company.into(), id.into()], |row| values(resource, &keys, row))?;
            let read = read.unwrap_or_default();
            let value =
                |key: Key| read.iter().find(|(own, _)| *own == key).map_or(Value::Null, |(_, v)| v.clone());
            search::index(self.tx, company, resource, id, value)?;
        }
        Ok(())
    }
}
