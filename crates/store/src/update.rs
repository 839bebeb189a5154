//! Records are made, altered, deleted and restored here, whatever the resource.
//!
//! The first statement of a change raises the record's revision and returns what it holds: that takes the row's lock, so
//! that all that follows is decided on what will still be so at the commit.

use domain::{Change, Id, Instant, Key, Kind, Resource, TimeZone, Value, Violation, Window, team_violation};

use crate::engine::{Param, Row};
use crate::error::Error;
use crate::history::Difference;
use crate::ids::Sequence;
use crate::members::{List, violation};
use crate::place::{Place, place, table};
use crate::plan::{next_resets, plain};
use crate::records::{Actor, Name};
use crate::relation::BUYERS_OF_GROUP;
use crate::search;
use crate::sql::Sql;
use crate::writer::Writer;

/// For how long a deleted record can be restored (DOMAIN.md, "Names and sizes").
const RESTORABLE_MS: i64 = 30 * 86_400_000;

impl Writer<'_> {
    /// Makes a record.
    ///
    /// # Errors
    /// [`Error::Violations`] for each rule that only the database can judge: records that are not there, an own id that
    /// another has, a team's addresses without a team.
    pub fn create(&mut self, actor: &Actor, change: &Change, now: Instant) -> Result<Id, Error> {
        let id = self.next(Sequence::Records)?;
        self.insert(actor, id, change, now)?;
        Ok(id)
    }

    pub(crate) fn insert(
        &mut self,
        actor: &Actor,
        id: Id,
        change: &Change,
        now: Instant,
    ) -> Result<(), Error> {
        let (company, resource) = (actor.company, change.resource());
        let mut violations = Vec::new();
        self.check_own_id(company, resource, id, change.get(own_id(resource)), &mut violations)?;
        let lists = self.lists(company, None, change, &mut violations)?;
        let has_team = change.get(Key::GenerateTeam).and_then(Value::as_bool).unwrap_or_default();
        violations
            .extend(team_violation(has_team, change.get(Key::TeamUsersEmails).map_or(&[], Value::as_texts)));
        if !violations.is_empty() {
            return Err(Error::Violations(violations));
        }

        let uuid = Value::Text(uuid::Uuid::new_v4().to_string());
        let mut columns: Vec<(String, Param)> = vec![
            ("company_id".to_owned(), company.into()),
            ("id".to_owned(), id.into()),
            (Key::Uuid.name().into_owned(), kept(&uuid)),
            (Key::CreatedAt.name().into_owned(), now.into()),
            (Key::UpdatedAt.name().into_owned(), now.into()),
            (Key::UserUpdatedAt.name().into_owned(), now.into()),
        ];
        columns.extend(self.columns_of(change, Place::Own));
        if change.get(Key::Paused).and_then(Value::as_bool) == Some(true) {
            columns.extend(pausing(true, actor, now));
        }
        self.insert_row(table(resource), columns)?;
        if resource == Resource::BuyerGroup {
            let mut columns: Vec<(String, Param)> =
                vec![("company_id".to_owned(), company.into()), ("buyer_group_id".to_owned(), id.into())];
            columns.extend(self.columns_of(change, Place::Limits));
            self.insert_row("call_limits", columns)?;
        }
        for list in &lists {
            self.write_list(company, id, list)?;
        }
        if lists.iter().any(|list| list.relation == &BUYERS_OF_GROUP && list.is_changed()) {
            let mut sql = Sql::new("UPDATE buyer_groups SET ");
            push_counts(&mut sql, company, id);
            sql.push(" WHERE company_id = ").bind(company).push(" AND id = ").bind(id);
            self.tx.execute(&sql.text, &sql.params)?;
        }
        self.count(company, resource, 1, 0)?;
        let read = |key: Key| match key {
            Key::Id => Value::Int(id.get()),
            Key::Uuid => uuid.clone(),
            key => change.get(key).cloned().unwrap_or(Value::Null),
        };
        search::index(self.tx, company, resource, id, read)?;
        let made: Vec<Difference> = change
            .iter()
            .filter(|(key, value)| place(resource, *key) != Place::Action && !value.is_blank())
            .map(|(key, value)| Difference { key, before: Value::Null, after: value.clone() })
            .collect();
        self.record(actor, resource, id, 1, &made, now)
    }

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
        let id = self.id(company, resource, name)?;
        let mut own: Vec<Key> =
            change.iter().map(|(key, _)| key).filter(|key| place(resource, *key) == Place::Own).collect();
        if resource == Resource::BuyerGroup && !own.contains(&Key::GenerateTeam) {
            own.push(Key::GenerateTeam);
        }
        let (revision, before) = self.lock(company, resource, id, if_revision, &own)?;

        let mut violations = Vec::new();
        self.check_own_id(company, resource, id, change.get(own_id(resource)), &mut violations)?;
        let mut lists = self.lists(company, Some(id), change, &mut violations)?;
        if resource == Resource::BuyerGroup {
            self.judge_team(actor, id, change, &before, &mut lists, &mut violations)?;
        }
        if !violations.is_empty() {
            return Err(Error::Violations(violations));
        }

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
            self.set_limits(company, id, &differences[settings..limits])?;
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
        let id = self.id(company, resource, name)?;
        let paused: &[Key] = if resource == Resource::Buyer { &[Key::Paused] } else { &[] };
        let (revision, before) = self.lock(company, resource, id, if_revision, paused)?;
        if resource == Resource::Buyer {
            let was_paused = before.first().is_some_and(|(_, paused)| *paused == Value::Bool(true));
            self.leave_groups(actor, id, was_paused, now)?;
        }
        self.mark(actor, resource, id, Some(now), revision, now)?;
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
        self.check_own_id(company, resource, id, own.map(Value::Text).as_ref(), &mut violations)?;
        if !violations.is_empty() {
            return Err(Error::Violations(violations));
        }
        self.mark(actor, resource, id, None, revision, now)?;
        self.count(company, resource, 1, -1)?;
        Ok(id)
    }

    /// Locks a record, raises its revision, and reads some of its own columns.
    fn lock(
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

    /// The columns of a change that stand in one place.
    fn columns_of(&self, change: &Change, wanted: Place) -> Vec<(String, Param)> {
        let resource = change.resource();
        let is_wanted =
            |(key, value): &(Key, &Value)| place(resource, *key) == wanted && **value != Value::Null;
        change.iter().filter(is_wanted).map(|(key, value)| (key.name().into_owned(), kept(value))).collect()
    }

    fn insert_row(&mut self, table: &str, columns: Vec<(String, Param)>) -> Result<(), Error> {
        let (names, values): (Vec<String>, Vec<Param>) = columns.into_iter().unzip();
        let mut sql = Sql::new(format!("INSERT INTO {table} ({}) VALUES (", names.join(", ")));
        sql.bind_all(values).push(")");
        self.tx.execute(&sql.text, &sql.params).map(|_| ())
    }

    /// Judges a group's team as it would become. A team that is revoked takes its addresses along.
    fn judge_team(
        &mut self,
        actor: &Actor,
        id: Id,
        change: &Change,
        before: &[(Key, Value)],
        lists: &mut Vec<List>,
        violations: &mut Vec<Violation>,
    ) -> Result<(), Error> {
        let told = change.get(Key::GenerateTeam).and_then(Value::as_bool);
        if told == Some(false) && change.get(Key::TeamUsersEmails).is_none() {
            lists.extend(self.emptied(actor.company, id, Key::TeamUsersEmails)?);
            return Ok(());
        }
        let had = before.iter().any(|(key, value)| *key == Key::GenerateTeam && *value == Value::Bool(true));
        let emails = change.get(Key::TeamUsersEmails).map_or(&[][..], Value::as_texts);
        violations.extend(team_violation(told.unwrap_or(had), emails));
        Ok(())
    }

    /// What the limits of a group were before a change, and become.
    fn limits(&mut self, company: Id, id: Id, change: &Change) -> Result<Vec<Difference>, Error> {
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

    fn set_limits(&mut self, company: Id, id: Id, limits: &[Difference]) -> Result<(), Error> {
        let mut sql = Sql::new("UPDATE call_limits SET ");
        for (index, limit) in limits.iter().enumerate() {
            sql.push(if index > 0 { ", " } else { "" }).push(&limit.key.name());
            sql.push(" = ").bind(kept(&limit.after));
        }
        sql.push(" WHERE company_id = ").bind(company).push(" AND buyer_group_id = ").bind(id);
        self.tx.execute(&sql.text, &sql.params).map(|_| ())
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
            self.tx.execute(
                "UPDATE buyer_groups SET active_buyers_count = active_buyers_count + $1 WHERE company_id = $2 \
                 AND id IN (SELECT m.buyer_group_id FROM buyer_group_buyers m WHERE m.company_id = $2 AND m.buyer_id = $3)",
                &[step.into(), company.into(), id.into()],
            )?;
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

    /// Moves the ends of the open windows to the clocks of another zone; what they have counted stays.
    fn move_windows(
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
        self.tx.execute(&sql.text, &sql.params).map(|_| ())
    }

    /// Sets the totals of a group to 0. Counters move neither `revision` nor `updated_at`.
    fn reset_totals(&mut self, actor: &Actor, id: Id, revision: i64, now: Instant) -> Result<(), Error> {
        let resource = Resource::BuyerGroup;
        let keys = domain::Metric::ALL.map(|metric| Key::Used(metric, Window::Total));
        let columns = keys.map(|key| key.name());
        let params = [actor.company.into(), id.into()];
        let sql = format!(
            "SELECT 0, {} FROM call_limits WHERE company_id = $1 AND buyer_group_id = $2",
            columns.join(", ")
        );
        let before = self.tx.first(&sql, &params, |row| values(resource, &keys, row))?.unwrap_or_default();
        let zeroes: Vec<String> = columns.iter().map(|column| format!("{column} = 0")).collect();
        let sql = format!(
            "UPDATE call_limits SET {} WHERE company_id = $1 AND buyer_group_id = $2",
            zeroes.join(", ")
        );
        self.tx.execute(&sql, &params)?;
        let zero = Value::Decimal(domain::Decimal::ZERO);
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

    /// Moves the counters of a company.
    fn count(&mut self, company: Id, resource: Resource, live: i64, deleted: i64) -> Result<(), Error> {
        self.tx.execute(
            "UPDATE company_counters SET live = live + $1, deleted = deleted + $2 \
             WHERE company_id = $3 AND resource = $4",
            &[live.into(), deleted.into(), company.into(), resource.singular().into()],
        )?;
        Ok(())
    }

    /// Names the record that has the same own id, if one that is not deleted does.
    fn check_own_id(
        &mut self,
        company: Id,
        resource: Resource,
        id: Id,
        own: Option<&Value>,
        violations: &mut Vec<Violation>,
    ) -> Result<(), Error> {
        let Some(own) = own.and_then(Value::as_text) else { return Ok(()) };
        let key = own_id(resource);
        let sql = format!(
            "SELECT id, name FROM {} WHERE company_id = $1 AND {} = $2 AND deleted_at IS NULL AND id <> $3",
            table(resource),
            key.name()
        );
        let params = [company.into(), own.into(), id.into()];
        let other = self.tx.first(&sql, &params, |row| Ok((row.id(0)?, row.text(1)?.to_owned())))?;
        if let Some((other, name)) = other {
            let message = format!("must be unique: {} {other}, “{name}”, has “{own}”", resource.noun());
            violations.push(violation(resource, key, message));
        }
        Ok(())
    }
}

/// The field that no two records of a company share, while they are not deleted.
const fn own_id(resource: Resource) -> Key {
    match resource {
        Resource::Buyer => Key::UserBuyerId,
        // Groups and companies have none; no change of theirs has this field.
        _ => Key::UserOfferId,
    }
}

/// The columns that follow the switch.
fn pausing(paused: bool, actor: &Actor, now: Instant) -> Vec<(String, Param)> {
    let column = |key: Key, value: Param| (key.name().into_owned(), value);
    if paused {
        vec![column(Key::PausedAt, now.into()), column(Key::PausedByUserId, actor.user.into())]
    } else {
        vec![column(Key::UnpausedAt, now.into())]
    }
}

/// Appends the counts of a group's buyers, for SET.
fn push_counts(sql: &mut Sql, company: Id, group: Id) {
    sql.push("buyers_count = (SELECT count(*) FROM buyer_group_buyers m WHERE m.company_id = ").bind(company);
    sql.push(" AND m.buyer_group_id = ").bind(group);
    sql.push(
        "), active_buyers_count = (SELECT count(*) FROM buyer_group_buyers m CROSS JOIN buyers b WHERE m.company_id = ",
    );
    sql.bind(company).push(" AND m.buyer_group_id = ").bind(group);
    sql.push(" AND b.company_id = m.company_id AND b.id = m.buyer_id AND b.paused = 0)");
}

/// The values of some columns, which start at the second place of the row.
fn values(resource: Resource, keys: &[Key], row: &dyn Row) -> Result<Vec<(Key, Value)>, Error> {
    let kind = |key: Key| resource.field(key).map_or(Kind::Count, |field| field.kind);
    keys.iter().enumerate().map(|(index, key)| Ok((*key, plain(kind(*key), index + 1, row)?))).collect()
}

/// The fields of a change that are other than they were.
fn differences(change: &Change, before: &[(Key, Value)]) -> Vec<Difference> {
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
