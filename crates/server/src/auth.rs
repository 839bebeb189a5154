//! Who calls (COMPATIBILITY.md 1): a machine by its key, or the admin page by its session.

use axum::http::{HeaderMap, Method, header};
use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use domain::Instant;
use store::{Actor, ApiKey, Company, Reader};

use crate::error::{Challenge, Refusal};
use crate::origin::Origins;
use crate::secret;

/// What a request brings to say who sends it.
#[derive(Debug)]
pub(crate) struct Credentials {
    authorization: Authorization,
    auth_token: Option<String>,
    session: Option<String>,
    challenge: Challenge,
    from_our_page: bool,
    is_safe: bool,
}

#[derive(Debug)]
enum Authorization {
    None,
    Basic {
        public: String,
        private: String,
    },
    /// Another scheme, or one that cannot be read.
    Unknown,
}

/// The caller of a request.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// For whom, and as whom, the request acts.
    pub(crate) actor: Actor,
    /// The company that it acts for.
    pub(crate) company: Company,
    /// Whether the caller may change anything.
    pub(crate) may_write: bool,
}

impl Credentials {
    /// Reads the headers; `auth_token` is the query parameter of that name.
    pub(crate) fn of(
        method: &Method,
        headers: &HeaderMap,
        auth_token: Option<String>,
        origins: &Origins,
    ) -> Self {
        let is_same_origin = headers.get("sec-fetch-site").is_some_and(|site| site == "same-origin");
        Self {
            authorization: authorization(headers),
            auth_token,
            session: origins.session_cookie(headers),
            challenge: if is_same_origin { Challenge::Session } else { Challenge::Basic },
            from_our_page: headers.get(header::ORIGIN).is_some_and(|origin| origins.accepts(origin)),
            is_safe: method.is_safe(),
        }
    }

    /// Finds the caller in the database.
    pub(crate) fn identify(&self, reader: &mut Reader<'_>, now: Instant) -> Result<Caller, Refusal> {
        match (&self.authorization, &self.auth_token) {
            (Authorization::Unknown, _) => {
                Err(self.refused("Sign in with Authorization: Basic and your keys."))
            }
            (Authorization::Basic { private, .. }, Some(token)) if private != token => {
                Err(self.refused("The keys in Authorization and in auth_token differ."))
            }
            (Authorization::Basic { public, private }, _) => self.by_key(reader, public, private),
            (Authorization::None, Some(token)) => self.by_token(reader, token),
            (Authorization::None, None) => self.by_session(reader, now),
        }
    }

    fn refused(&self, why: &'static str) -> Refusal {
        Refusal::SignedOut(self.challenge, why)
    }

    fn by_key(&self, reader: &mut Reader<'_>, public: &str, private: &str) -> Result<Caller, Refusal> {
        let key = reader.key_by_public(public)?.filter(|key| key.revoked_at.is_none());
        // Hashed whether there is such a key or not, so that the time tells nothing.
        let given = secret::hash(private);
        let known = key.as_ref().map_or("", |key| key.private_hash.as_str());
        if !secret::same(&given, known) {
            return Err(self.refused("The key is not valid."));
        }
        key.map(Caller::with_key).ok_or_else(|| self.refused("The key is not valid."))
    }

    fn by_token(&self, reader: &mut Reader<'_>, token: &str) -> Result<Caller, Refusal> {
        let key = reader.key_by_private_hash(&secret::hash(token))?;
        let is_taken = |key: &ApiKey| key.revoked_at.is_none() && key.query_auth && key.company.query_auth;
        let why = "The key in auth_token is not valid, or is taken in the header Authorization only.";
        key.filter(is_taken).map(Caller::with_key).ok_or_else(|| self.refused(why))
    }

    fn by_session(&self, reader: &mut Reader<'_>, now: Instant) -> Result<Caller, Refusal> {
        let Some(token) = &self.session else { return Err(self.refused("Sign in with your keys.")) };
        let session = reader.session(&secret::hash(token), now)?;
        let session = session.ok_or_else(|| self.refused("You were signed out. Sign in again."))?;
        if !self.is_safe && !self.from_our_page {
            return Err(Refusal::Forbidden("Only the admin page may change something with a session."));
        }
        let actor = Actor { company: session.company.id, user: session.user, key: None };
        Ok(Caller { actor, may_write: session.role.may_write(), company: session.company })
    }
}

impl Caller {
    fn with_key(key: ApiKey) -> Self {
        let actor = Actor { company: key.company.id, user: key.user, key: Some(key.id) };
        Self { actor, may_write: key.role.may_write(), company: key.company }
    }
}

/// With or without the `=` at the end: not every client writes it.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

fn authorization(headers: &HeaderMap) -> Authorization {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Authorization::None };
    let basic = value.to_str().ok().and_then(|text| {
        let (scheme, encoded) = text.trim().split_once(' ')?;
        scheme.eq_ignore_ascii_case("basic").then_some(encoded.trim())
    });
    let decoded =
        basic.and_then(|encoded| BASE64.decode(encoded).ok()).and_then(|bytes| String::from_utf8(bytes).ok());
    match decoded.as_deref().and_then(|pair| pair.split_once(':')) {
        Some((public, private)) => {
            Authorization::Basic { public: public.to_owned(), private: private.to_owned() }
        }
        None => Authorization::Unknown,
    }
}
