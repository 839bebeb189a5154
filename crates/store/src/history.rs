//! The history of records: append-only, one entry a change.

use domain::{Id, Instant, Key, Resource, Value};

use crate::error::Error;
use crate::ids::Sequence;
use crate::reader::Reader;
use crate::records::{Actor, ChangeEntry};
use crate::writer::Writer;

/// A field that a change altered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) key: Key,
    pub(crate) before: Value,
    pub(crate) after: Value,
}

impl Writer<'_> {
    /// Appends an entry, and says that the record was touched.
    pub(crate) fn record(
        &mut self,
        actor: &Actor,
        resource: Resource,
        id: Id,
        revision: i64,
        differences: &[Difference],
        now: Instant,
    ) -> Result<(), Error> {
        self.touch(actor.company, resource, &[id])?;
        let entry = self.next(Sequence::Entries)?;
        let before = json(differences.iter().map(|difference| (difference.key, &difference.before)))?;
        let after = json(differences.iter().map(|difference| (difference.key, &difference.after)))?;
        self.tx.execute(
            "INSERT INTO changes (company_id, record_id, id, resource, revision, at, user_id, key_id, before, after) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            &[
                actor.company.into(),
                id.into(),
                entry.into(),
                resource.singular().into(),
                revision.into(),
                now.into(),
                actor.user.into(),
                actor.key.into(),
                before.into(),
                after.into(),
            ],
        )?;
        Ok(())
    }
}

impl Reader<'_> {
    /// What has happened to a record since it had that revision, the oldest first.
    ///
    /// # Errors
    /// Those of the database.
    pub fn changes_since(
        &mut self,
        company: Id,
        resource: Resource,
        id: Id,
        revision: i64,
    ) -> Result<Vec<ChangeEntry>, Error> {
        self.tx.all(
            "SELECT c.at, c.user_id, u.name, c.key_id, c.revision, c.before, c.after \
             FROM changes c LEFT JOIN users u ON u.id = c.user_id \
             WHERE c.company_id = $1 AND c.record_id = $2 AND c.resource = $3 AND c.revision > $4 ORDER BY c.id",
            &[company.into(), id.into(), resource.singular().into(), revision.into()],
            |row| {
                Ok(ChangeEntry {
                    at: row.instant(0)?,
                    user: row.id(1)?,
                    user_name: row.maybe_text(2)?.unwrap_or_default().to_owned(),
                    key: row.maybe_int(3)?.and_then(Id::new),
                    revision: row.int(4)?,
                    fields: fields(row.text(5)?, row.text(6)?)?,
                })
            },
        )
    }
}

/// `{"name":"before",…}`.
fn json<'a>(fields: impl Iterator<Item = (Key, &'a Value)>) -> Result<String, Error> {
    let mut text = String::from("{");
    for (key, value) in fields {
        if text.len() > 1 {
            text.push(',');
        }
        let value = serde_json::to_string(value).map_err(|error| Error::Internal(error.to_string()))?;
        // Names of fields are of letters, digits, points and underscores.
        text.push_str(&format!("\"{}\":{value}", key.name()));
    }
    text.push('}');
    Ok(text)
}

/// The name of each field, its JSON before and after.
fn fields(before: &str, after: &str) -> Result<Vec<(String, String, String)>, Error> {
    type Fields = serde_json::Map<String, serde_json::Value>;
    let parse = |text| {
        serde_json::from_str::<Fields>(text).map_err(|error| Error::Internal(format!("history: {error}")))
    };
    let (before, after) = (parse(before)?, parse(after)?);
    let was = |name: &String| before.get(name).map_or_else(|| "null".to_owned(), ToString::to_string);
    Ok(after.iter().map(|(name, value)| (name.clone(), was(name), value.to_string())).collect())
}
