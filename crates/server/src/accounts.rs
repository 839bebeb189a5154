//! Companies, keys and sign-in addresses, as the command line and the start of the server make them.

use domain::{Id, Instant, TimeZone};
use store::{Actor, ApiKey, Company, NewKey, Reader, Role, Store, Writer};

use crate::secret::{self, KeyPair};
use crate::zones::BundledZones;

/// What people read when something cannot be done.
pub type Failure = String;

/// How a new key differs from one that may do everything.
#[derive(Clone, Debug, Default)]
pub struct KeyOptions {
    /// What people call it.
    pub name: String,
    /// It may read and not change.
    pub read_only: bool,
    /// `?auth_token=` is not taken for it.
    pub no_query_auth: bool,
}

/// The person as whom a company's first key and first sign-in act; they give their name at the admin page.
const OWNER: &str = "Owner";

/// Makes a company with its owner.
///
/// # Errors
/// A sentence when its name or its time zone breaks a rule, or the database refuses.
pub fn create_company(
    store: &Store,
    zones: &BundledZones,
    name: &str,
    time_zone: Option<&str>,
    owner: Option<(&str, &str)>,
    now: Instant,
) -> Result<Id, Failure> {
    let name = domain::text::line(name, 255).map_err(|rule| domain::sentence("The company's name", &rule))?;
    let zone = TimeZone::parse(time_zone.unwrap_or("UTC"), zones);
    let zone = zone.map_err(|rule| domain::sentence("The time zone", &rule))?;
    let owner = owner.map(|(name, email)| (name.to_owned(), email.to_owned()));
    let made = store.write_now(move |writer| {
        let company = writer.create_company(&name, &zone, now)?;
        // An address of their own, since people are told apart by it; nothing is ever sent to it.
        let (name, email) =
            owner.clone().unwrap_or_else(|| (OWNER.to_owned(), format!("owner-{company}@localhost.invalid")));
        writer.create_user(company, &name, &email, Role::Owner, now)?;
        Ok(company)
    });
    made.map_err(|error| error.to_string())
}

/// The company of that name.
///
/// # Errors
/// A sentence when there is none, or the database cannot be read.
pub fn company_named(store: &Store, name: &str) -> Result<Company, Failure> {
    let found = store.read(|reader| reader.company_named(name)).map_err(|error| error.to_string())?;
    found.ok_or_else(|| format!("There is no company “{name}”. `keys create` makes one."))
}

/// Makes a key for a company; the private half is known to nobody but the caller.
///
/// # Errors
/// A sentence when the database refuses.
pub fn create_key(
    store: &Store,
    company: Id,
    options: &KeyOptions,
    now: Instant,
) -> Result<KeyPair, Failure> {
    let pair = KeyPair::generate().map_err(|error| format!("The machine has no random numbers: {error}"))?;
    let key = NewKey {
        public: pair.public.clone(),
        private_hash: secret::hash(&pair.private),
        name: options.name.clone(),
        role: if options.read_only { Role::Viewer } else { Role::Owner },
        query_auth: !options.no_query_auth,
    };
    let made = store.write_now(move |writer| {
        let actor = owner(writer, company)?;
        writer.create_key(&actor, &key, now)
    });
    made.map_err(|error| error.to_string())?;
    Ok(pair)
}

/// Ends a key, named by its public half.
///
/// # Errors
/// A sentence when there is none that still opens anything.
pub fn revoke_key(store: &Store, public: &str, now: Instant) -> Result<(), Failure> {
    let named = public.to_owned();
    let revoked = store.write_now(move |writer| {
        let key = writer.key_by_public(&named)?.ok_or(store::Error::NotFound)?;
        revoke(writer, &key, now)
    });
    match revoked {
        Err(store::Error::NotFound) => Err(format!("There is no key {public} that is not revoked.")),
        other => other.map_err(|error| error.to_string()),
    }
}

pub(crate) fn revoke(writer: &mut Writer<'_>, key: &ApiKey, now: Instant) -> Result<(), store::Error> {
    writer.revoke_key(&Actor { company: key.company.id, user: key.user, key: None }, key.id, now)
}

/// An address that signs a company's owner in, once, within so many milliseconds.
///
/// # Errors
/// A sentence when the database refuses.
pub fn sign_in_address(
    store: &Store,
    company: Id,
    origin: &str,
    lasts_ms: i64,
    now: Instant,
) -> Result<String, Failure> {
    let token = secret::token().map_err(|error| format!("The machine has no random numbers: {error}"))?;
    let hash = secret::hash(&token);
    let made = store.write_now(move |writer| {
        let actor = owner(writer, company)?;
        writer.create_sign_in(&actor, &hash, now.plus_ms(lasts_ms), now)
    });
    made.map_err(|error| error.to_string())?;
    Ok(format!("{origin}/sign-in#{token}"))
}

/// The company's owner, as whom its keys and its operator act.
pub(crate) fn owner(reader: &mut Reader<'_>, company: Id) -> Result<Actor, store::Error> {
    Ok(Actor { company, user: reader.owner(company)?.id, key: None })
}
