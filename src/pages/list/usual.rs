//! What a person is used to see in a list, by company, person and kind of record: the columns that were last chosen, and
//! how many rows it had.

use domain::Resource;

use crate::browser;
use crate::route::Query;
use crate::session::UseSession;

/// So many grey rows stand for a list that was never seen.
const ROWS: usize = 8;

/// Where this browser keeps the columns of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usual(String);

impl Usual {
    /// Those of the person who is signed in.
    #[must_use]
    pub fn of(resource: Resource, session: &UseSession) -> Self {
        let (company, user) = (&session.session.company, &session.session.user);
        Self(["buyer-groups-columns", resource.plural(), &company.name, &user.email].join("/"))
    }

    /// Their names with commas between them; blank when none were ever chosen.
    #[must_use]
    pub fn read(&self) -> String {
        browser::storage().and_then(|storage| storage.get_item(&self.0).ok()?).unwrap_or_default()
    }

    /// The query with them, unless it names columns itself. What is deleted has columns of its own.
    #[must_use]
    pub fn fill(&self, query: &Query) -> Query {
        let is_own = query.get("columns").is_empty() && query.get("deleted").is_empty();
        if is_own { query.clone().with("columns", &self.read()) } else { query.clone() }
    }

    /// Keeps others; blank ones take the choice back.
    pub fn keep(&self, names: &str) {
        if let Some(storage) = browser::storage() {
            // A storage that is full or forbidden keeps nothing: the address still has the choice.
            let _ = if names.is_empty() {
                storage.remove_item(&self.0)
            } else {
                storage.set_item(&self.0, names)
            };
        }
    }

    /// How many rows it had when it was seen last.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.beside().read().parse().unwrap_or(ROWS)
    }

    /// Keeps how many rows it has.
    pub fn keep_rows(&self, rows: usize) {
        self.beside().keep(&rows.to_string());
    }

    /// Where their number is kept.
    fn beside(&self) -> Self {
        Self([&self.0, "/rows"].concat())
    }
}
