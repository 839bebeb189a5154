//! What only the database can say against a change: whose own id is taken, which records are not there, whether there is
//! a team to give addresses to.
//!
//! Judging only reads. A change that is refused already for other faults is judged in the snapshot of its request, so
//! that all come at once; one that is to be written is judged under the lock of its record, and then holds what its
//! lists name.

use domain::{Change, Id, Instant, Key, Resource, Value, Violation, team_violation};

use crate::columns::own_id;
use crate::error::Error;
use crate::members::{List, violation};
use crate::place::table;
use crate::reader::Reader;
use crate::records::{Company, Name};
use crate::writer::Writer;

/// The record that a change is about, when it is there already.
#[derive(Clone, Copy)]
pub(crate) struct Subject {
    pub(crate) id: Id,
    /// Whether it has a team.
    pub(crate) has_team: bool,
}

impl Subject {
    /// The record with that id, given some of its values.
    pub(crate) fn of(id: Id, values: &[(Key, Value)]) -> Self {
        Self { id, has_team: values.contains(&(Key::GenerateTeam, Value::Bool(true))) }
    }
}

impl Reader<'_> {
    /// Adds to the faults of a change what the database has against the rest of it. `name` is that of the record to
    /// alter, `None` for a new one.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no record of that name.
    pub fn add_faults(
        &mut self,
        company: &Company,
        name: Option<&Name>,
        change: &Change,
        faults: &mut Vec<Violation>,
    ) -> Result<(), Error> {
        let subject = name.map(|name| self.subject(company, change.resource(), name)).transpose()?;
        self.find_faults(company.id, subject, change, faults).map(|_| ())
    }

    fn subject(&mut self, company: &Company, resource: Resource, name: &Name) -> Result<Subject, Error> {
        let keys: &[Key] = if resource == Resource::BuyerGroup { &[Key::GenerateTeam] } else { &[] };
        // No setting depends on the time.
        let found = self.get(company, resource, name, keys, Instant::default())?;
        let values: Vec<(Key, Value)> = keys.iter().copied().zip(found.values).collect();
        Ok(Subject::of(found.id, &values))
    }

    /// Judges a change, adding to `violations`, which may hold some already; gives the lists that it touches, as they
    /// are to become.
    fn find_faults(
        &mut self,
        company: Id,
        subject: Option<Subject>,
        change: &Change,
        violations: &mut Vec<Violation>,
    ) -> Result<Vec<List>, Error> {
        let resource = change.resource();
        let id = subject.map(|subject| subject.id);
        self.check_own_id(company, resource, id, change.get(own_id(resource)), violations)?;
        let mut lists = self.lists(company, id, change, violations)?;
        if resource == Resource::BuyerGroup {
            self.find_team_fault(company, subject, change, &mut lists, violations)?;
        }
        Ok(lists)
    }

    /// Judges a group's team as it would become. A team that is revoked takes its addresses along.
    fn find_team_fault(
        &mut self,
        company: Id,
        subject: Option<Subject>,
        change: &Change,
        lists: &mut Vec<List>,
        violations: &mut Vec<Violation>,
    ) -> Result<(), Error> {
        let told = change.get(Key::GenerateTeam).and_then(Value::as_bool);
        let emails = change.get(Key::TeamUsersEmails);
        if let (Some(Subject { id, .. }), Some(false), None) = (subject, told, emails) {
            lists.extend(self.emptied(company, id, Key::TeamUsersEmails)?);
        }
        if violations.iter().any(|violation| violation.field == Key::GenerateTeam.name()) {
            // Nobody knows whether there is to be a team.
            return Ok(());
        }
        let has_team = told.unwrap_or(subject.is_some_and(|subject| subject.has_team));
        violations.extend(team_violation(has_team, emails.map_or(&[], Value::as_texts)));
        Ok(())
    }

    /// Names the record that has the same own id, if one that is not deleted does.
    pub(crate) fn check_own_id(
        &mut self,
        company: Id,
        resource: Resource,
        id: Option<Id>,
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
        // Ids are never 0.
        let params = [company.into(), own.into(), id.map_or(0, Id::get).into()];
        let other = self.tx.first(&sql, &params, |row| Ok((row.id(0)?, row.text(1)?.to_owned())))?;
        if let Some((other, name)) = other {
            let message = format!("must be unique: {} {other}, “{name}”, has “{own}”", resource.noun());
            violations.push(violation(resource, key, message));
        }
        Ok(())
    }
}

impl Writer<'_> {
    /// Judges a change that is to be written: gives the lists that it touches, as they are to become, their new members
    /// held. A record that is there must be locked.
    ///
    /// # Errors
    /// [`Error::Violations`] for every broken rule.
    pub(crate) fn admit(
        &mut self,
        company: Id,
        subject: Option<Subject>,
        change: &Change,
    ) -> Result<Vec<List>, Error> {
        let mut violations = Vec::new();
        let lists = self.find_faults(company, subject, change, &mut violations)?;
        if violations.is_empty() {
            for list in &lists {
                self.hold_new(company, change.resource(), list, &mut violations)?;
            }
        }
        if violations.is_empty() { Ok(lists) } else { Err(Error::Violations(violations)) }
    }
}
