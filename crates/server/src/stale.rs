//! What the answer 412 shows: the record as it is now, and who changed what since the caller read it.

use domain::{Instant, Key, Resource};
use serde::Serialize;
use store::{ChangeEntry, Company, Found, Name, Reader};

use crate::call::Visit;
use crate::conditions::IfMatch;
use crate::error::Refusal;
use crate::render;
use crate::state::App;

/// What has to be kept of a call in order to answer 412.
pub(crate) struct Stale {
    company: Company,
    resource: Resource,
    name: Option<Name>,
    revision: Option<i64>,
    now: Instant,
}

impl Stale {
    pub(crate) fn of(visit: &Visit<'_>) -> Self {
        let revision = match visit.call.if_match() {
            IfMatch::OneOf(revisions) => revisions.into_iter().max(),
            IfMatch::Any => None,
        };
        Self {
            company: visit.company.clone(),
            resource: visit.call.resource,
            name: visit.call.name().ok(),
            revision,
            now: visit.now,
        }
    }

    /// Reads the record as it is now.
    pub(crate) fn refusal(self, app: &App) -> Result<Refusal, Refusal> {
        let members = app.store.read(|reader| {
            let columns = columns(self.resource);
            let found = match (&self.name, self.resource) {
                (_, Resource::Company) => reader.company_record(self.company.id, &columns)?,
                (Some(name), resource) => {
                    // What is to be restored is still deleted.
                    reader.get_deleted(&self.company, resource, name, &columns, self.now)?
                }
                (None, _) => return Err(store::Error::NotFound),
            };
            let changes = self.changes(reader, &found)?;
            Ok(format!(
                "{},\"changes\":{}",
                render::root_member(self.resource, &columns, &found.values),
                serde_json::to_string(&changes).unwrap_or_default()
            ))
        })?;
        Ok(Refusal::Stale(members))
    }

    fn changes(&self, reader: &mut Reader<'_>, found: &Found) -> Result<Vec<Entry>, store::Error> {
        let Some(revision) = self.revision else { return Ok(Vec::new()) };
        let entries = reader.changes_since(self.company.id, self.resource, found.id, revision)?;
        Ok(entries.into_iter().map(Entry::from).collect())
    }
}

/// The standard columns and the revision, whatever the caller asked for.
fn columns(resource: Resource) -> Vec<Key> {
    let mut columns: Vec<Key> = resource.standard_columns().map(|field| field.key).collect();
    columns.push(Key::Revision);
    columns
}

/// One change, as the answer shows it.
#[derive(Serialize)]
struct Entry {
    at: Instant,
    by: String,
    revision: i64,
    fields: serde_json::Map<String, serde_json::Value>,
}

impl From<ChangeEntry> for Entry {
    fn from(entry: ChangeEntry) -> Self {
        let json = |text: &str| serde_json::from_str(text).unwrap_or(serde_json::Value::Null);
        let sides =
            |before: &str, after: &str| serde_json::json!({"before": json(before), "after": json(after)});
        let fields = entry.fields.iter().map(|(name, before, after)| (name.clone(), sides(before, after)));
        Self { at: entry.at, by: entry.user_name, revision: entry.revision, fields: fields.collect() }
    }
}
