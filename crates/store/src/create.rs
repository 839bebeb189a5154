//! Records are made here, whatever the resource.

use domain::{Change, Id, Instant, Key, Resource, Value};

use crate::columns::{kept, pausing, push_counts};
use crate::engine::Param;
use crate::error::Error;
use crate::history::Difference;
use crate::ids::Sequence;
use crate::place::{Place, place, table};
use crate::records::Actor;
use crate::relation::BUYERS_OF_GROUP;
use crate::search;
use crate::sql::Sql;
use crate::writer::Writer;

impl Writer<'_> {
    /// Makes a record.
    ///
    /// # Errors
    /// [`Error::Violations`] for each rule that only the database can judge: records that are not there, an own id that
    /// another has, a team's addresses without a team.
    pub fn create(&mut self, actor: &Actor, change: &Change, now: Instant) -> Result<Id, Error> {
        self.begin(actor.company)?;
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
        let lists = self.admit(company, None, change)?;

        let uuid = Value::Text(uuid::Uuid::new_v4().to_string());
        let mut columns: Vec<(String, Param)> = vec![
            ("company_id".to_owned(), company.into()),
            ("id".to_owned(), id.into()),
            (Key::Uuid.name().into_owned(), kept(&uuid)),
            (Key::CreatedAt.name().into_owned(), now.into()),
            (Key::UpdatedAt.name().into_owned(), now.into()),
            (Key::UserUpdatedAt.name().into_owned(), now.into()),
        ];
        columns.extend(columns_of(change, Place::Own));
        if change.get(Key::Paused).and_then(Value::as_bool) == Some(true) {
            columns.extend(pausing(true, actor, now));
        }
        self.insert_row(table(resource), columns)?;
        if resource == Resource::BuyerGroup {
            let mut columns: Vec<(String, Param)> =
                vec![("company_id".to_owned(), company.into()), ("buyer_group_id".to_owned(), id.into())];
            let limits = columns_of(change, Place::Limits);
            let has_limits = !limits.is_empty();
            columns.extend(limits);
            self.insert_row("call_limits", columns)?;
            if has_limits {
                self.judge(company, &[id], now)?;
            }
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

    pub(crate) fn insert_row<N: std::borrow::Borrow<str>>(
        &mut self,
        table: &str,
        columns: Vec<(N, Param)>,
    ) -> Result<(), Error> {
        let (names, values): (Vec<N>, Vec<Param>) = columns.into_iter().unzip();
        let mut sql = Sql::new(format!("INSERT INTO {table} ({}) VALUES (", names.join(", ")));
        sql.bind_all(values).push(")");
        self.tx.execute(&sql.text, &sql.params).map(|_| ())
    }
}

/// The columns of a change that stand in one place.
fn columns_of(change: &Change, wanted: Place) -> Vec<(String, Param)> {
    let resource = change.resource();
    let is_wanted = |(key, value): &(Key, &Value)| place(resource, *key) == wanted && **value != Value::Null;
    change.iter().filter(is_wanted).map(|(key, value)| (key.name().into_owned(), kept(value))).collect()
}
