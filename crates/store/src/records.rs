//! What the store hands out beside values: companies, keys, sessions, history.

use domain::api::Metadata;
use domain::{Id, Instant, Value};

/// Who writes: a user of the company, perhaps by one of its keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The tenant that is written to.
    pub company: Id,
    /// The user; for a key, the one who made it.
    pub user: Id,
    /// The key, when a machine calls.
    pub key: Option<Id>,
}

/// What an address may hold for `/:id`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// The number of the record.
    Id(Id),
    /// Its uuid, in any case.
    Uuid(String),
}

impl From<Id> for Name {
    fn from(id: Id) -> Self {
        Self::Id(id)
    }
}

/// The tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Company {
    /// Its number.
    pub id: Id,
    /// What people call it.
    pub name: String,
    /// The time zone as it was given.
    pub time_zone: String,
    /// The IANA name of that zone.
    pub iana: String,
    /// ISO 4217; for display only.
    pub currency: String,
    /// Whether `?auth_token=` is taken for its keys, as far as each takes it.
    pub query_auth: bool,
    /// After so long a call whose end is not reported gives back what it holds.
    pub max_call_minutes: i64,
    /// Rises by 1 with every change of a setting.
    pub revision: i64,
}

/// One record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its number.
    pub id: Id,
    /// Its revision, of which its ETag is made.
    pub revision: i64,
    /// The values of the columns, in the order asked.
    pub values: Vec<Value>,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The values of the columns, in the order asked, record by record.
    pub rows: Vec<Vec<Value>>,
    /// Totals, the next page or cursor, the summary.
    pub metadata: Metadata,
}

/// One entry of the history of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeEntry {
    /// When.
    pub at: Instant,
    /// The user who did it, or by whose key it was done.
    pub user: Id,
    /// The name of that user.
    pub user_name: String,
    /// The key, when a machine did it.
    pub key: Option<Id>,
    /// The revision that the change made.
    pub revision: i64,
    /// Name of the field, its JSON before and after.
    pub fields: Vec<(String, String, String)>,
}

/// What a user or a key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Everything in the company.
    Owner,
    /// Read everything, change nothing.
    Viewer,
}

impl Role {
    /// As it is kept.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Viewer => "viewer",
        }
    }

    /// The role of that name; a name from a newer program may do the least.
    pub(crate) fn named(name: &str) -> Self {
        if name == Self::Owner.name() { Self::Owner } else { Self::Viewer }
    }

    /// Whether it may change anything.
    #[must_use]
    pub const fn may_write(self) -> bool {
        matches!(self, Self::Owner)
    }
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Their number.
    pub id: Id,
    /// What people call them.
    pub name: String,
    /// Their address.
    pub email: String,
    /// What they may do in the company that was asked about.
    pub role: Role,
}

/// A key by which a machine signs in. The private half is known by its hash only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its number.
    pub id: Id,
    /// The company that it opens.
    pub company: Company,
    /// The user who made it, as whom it acts.
    pub user: Id,
    /// The public half.
    pub public: String,
    /// SHA-256 of the private half, in hex.
    pub private_hash: String,
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// Whether `?auth_token=` is taken for it.
    pub query_auth: bool,
    /// When it was made.
    pub created_at: Instant,
    /// Since when it opens nothing more.
    pub revoked_at: Option<Instant>,
}

/// What a new key is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewKey {
    /// The public half.
    pub public: String,
    /// SHA-256 of the private half, in hex.
    pub private_hash: String,
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// Whether `?auth_token=` is taken for it.
    pub query_auth: bool,
}

/// A browser that is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its number.
    pub id: Id,
    /// The company that is looked at.
    pub company: Company,
    /// Who is signed in.
    pub user: Id,
    /// Their name.
    pub user_name: String,
    /// Their address.
    pub user_email: String,
    /// What they may do.
    pub role: Role,
    /// When it ends by itself.
    pub expires_at: Instant,
}

/// The answer to a request with an Idempotency-Key, kept to be sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedAnswer {
    /// The HTTP status.
    pub status: u16,
    /// Those headers that belong to the answer.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}
