//! Companies, users, keys, sign-in addresses and sessions. Secrets are known by their hashes only.

use domain::{Id, Instant, Resource, TimeZone, text};

use crate::engine::Row;
use crate::error::Error;
use crate::ids::Sequence;
use crate::reader::{COMPANY, COMPANY_COLUMNS, Reader, company};
use crate::records::{Actor, ApiKey, NewKey, Role, Session, User};
use crate::writer::Writer;

impl Reader<'_> {
    /// The key with that public half, revoked or not.
    ///
    /// # Errors
    /// Those of the database.
    pub fn key_by_public(&mut self, public: &str) -> Result<Option<ApiKey>, Error> {
        self.tx.first(&select_key("k.public = $1"), &[public.into()], api_key)
    }

    /// The key whose private half has that hash, revoked or not.
    ///
    /// # Errors
    /// Those of the database.
    pub fn key_by_private_hash(&mut self, hash: &str) -> Result<Option<ApiKey>, Error> {
        self.tx.first(&select_key("k.private_hash = $1"), &[hash.into()], api_key)
    }

    /// Every key of a company, the oldest first, revoked ones too.
    ///
    /// # Errors
    /// Those of the database.
    pub fn keys(&mut self, company: Id) -> Result<Vec<ApiKey>, Error> {
        let sql = select_key("k.company_id = $1") + " ORDER BY k.id";
        self.tx.all(&sql, &[company.into()], api_key)
    }

    /// The people of a company, in the order in which they came.
    ///
    /// # Errors
    /// Those of the database.
    pub fn users(&mut self, company: Id) -> Result<Vec<User>, Error> {
        self.tx.all(
            "SELECT u.id, u.name, u.email, m.role FROM memberships m CROSS JOIN users u \
             WHERE m.company_id = $1 AND u.id = m.user_id ORDER BY u.id",
            &[company.into()],
            user,
        )
    }

    /// The oldest owner of a company, as whom its first key acts.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it has none.
    pub fn owner(&mut self, company: Id) -> Result<User, Error> {
        let users = self.users(company)?;
        users.into_iter().find(|user| user.role == Role::Owner).ok_or(Error::NotFound)
    }

    /// The session of that token, if it has not ended and its user is still in the company.
    ///
    /// # Errors
    /// Those of the database.
    pub fn session(&mut self, token_hash: &str, now: Instant) -> Result<Option<Session>, Error> {
        let sql = format!(
            "SELECT {COMPANY}, s.id, s.user_id, u.name, u.email, m.role, s.expires_at \
             FROM sessions s CROSS JOIN companies o CROSS JOIN users u CROSS JOIN memberships m \
             WHERE s.token_hash = $1 AND s.expires_at > $2 AND o.company_id = s.company_id AND o.id = s.company_id \
             AND u.id = s.user_id AND m.company_id = s.company_id AND m.user_id = s.user_id"
        );
        self.tx.first(&sql, &[token_hash.into(), now.into()], session)
    }

    /// Whether anybody is signed in to the company.
    ///
    /// # Errors
    /// Those of the database.
    pub fn has_session(&mut self, company: Id, now: Instant) -> Result<bool, Error> {
        let sql = "SELECT count(*) FROM sessions WHERE company_id = $1 AND expires_at > $2";
        Ok(self.tx.first(sql, &[company.into(), now.into()], |row| row.int(0))?.unwrap_or_default() > 0)
    }
}

impl Writer<'_> {
    /// Makes an empty company.
    ///
    /// # Errors
    /// Those of the database.
    pub fn create_company(&mut self, name: &str, zone: &TimeZone, now: Instant) -> Result<Id, Error> {
        let id = self.next(Sequence::Records)?;
        self.tx.execute(
            "INSERT INTO companies (company_id, id, created_at, updated_at, name, time_zone, iana) \
             VALUES ($1, $1, $2, $2, $3, $4, $5)",
            &[id.into(), now.into(), name.into(), zone.given().into(), zone.iana().into()],
        )?;
        self.tx
            .execute("INSERT INTO event_heads (company_id, seq, floor) VALUES ($1, 0, 0)", &[id.into()])?;
        for resource in Resource::LISTED.into_iter().chain([Resource::Call]) {
            self.tx.execute(
                "INSERT INTO company_counters (company_id, resource, live, deleted) VALUES ($1, $2, 0, 0)",
                &[id.into(), resource.singular().into()],
            )?;
        }
        Ok(id)
    }

    /// Lets a person into a company, by the name that they have already if their address is known.
    ///
    /// # Errors
    /// [`Error::Conflict`] when they are in it.
    pub fn create_user(
        &mut self,
        company: Id,
        name: &str,
        email: &str,
        role: Role,
        now: Instant,
    ) -> Result<Id, Error> {
        let identity = text::email_identity(email);
        let known = self.tx.first(
            "SELECT id FROM users WHERE email_identity = $1",
            &[identity.as_str().into()],
            |row| row.id(0),
        )?;
        let user = match known {
            Some(user) => user,
            None => {
                let user = self.next(Sequence::Records)?;
                self.tx.execute(
                    "INSERT INTO users (id, name, email, email_identity, created_at) VALUES ($1, $2, $3, $4, $5)",
                    &[user.into(), name.into(), email.into(), identity.into(), now.into()],
                )?;
                user
            }
        };
        self.tx.execute(
            "INSERT INTO memberships (company_id, user_id, role, created_at) VALUES ($1, $2, $3, $4)",
            &[company.into(), user.into(), role.name().into(), now.into()],
        )?;
        Ok(user)
    }

    /// Makes a key that acts as the actor's user.
    ///
    /// # Errors
    /// [`Error::Conflict`] when its halves are taken, which for random ones never happens.
    pub fn create_key(&mut self, actor: &Actor, key: &NewKey, now: Instant) -> Result<Id, Error> {
        let id = self.next(Sequence::Entries)?;
        self.tx.execute(
            "INSERT INTO api_keys (company_id, id, user_id, public, private_hash, name, role, query_auth, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            &[
                actor.company.into(),
                id.into(),
                actor.user.into(),
                key.public.as_str().into(),
                key.private_hash.as_str().into(),
                key.name.as_str().into(),
                key.role.name().into(),
                key.query_auth.into(),
                now.into(),
            ],
        )?;
        Ok(id)
    }

    /// Ends a key.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the company has no such key, or it has ended already.
    pub fn revoke_key(&mut self, actor: &Actor, key: Id, now: Instant) -> Result<(), Error> {
        let sql =
            "UPDATE api_keys SET revoked_at = $1 WHERE company_id = $2 AND id = $3 AND revoked_at IS NULL";
        self.affect_one(sql, &[now.into(), actor.company.into(), key.into()])
    }

    /// Makes a token that signs the actor's user in, once, before it expires.
    ///
    /// # Errors
    /// Those of the database.
    pub fn create_sign_in(
        &mut self,
        actor: &Actor,
        token_hash: &str,
        expires_at: Instant,
        now: Instant,
    ) -> Result<(), Error> {
        self.tx.execute(
            "DELETE FROM sign_in_tokens WHERE company_id = $1 AND expires_at <= $2",
            &[actor.company.into(), now.into()],
        )?;
        self.tx.execute(
            "INSERT INTO sign_in_tokens (company_id, token_hash, user_id, created_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5)",
            &[actor.company.into(), token_hash.into(), actor.user.into(), now.into(), expires_at.into()],
        )?;
        Ok(())
    }

    /// Uses up a sign-in token, and says whom it signs in where.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is unknown, used, or expired.
    pub fn redeem_sign_in(&mut self, token_hash: &str, now: Instant) -> Result<Actor, Error> {
        let redeemed = self.tx.first(
            "DELETE FROM sign_in_tokens WHERE token_hash = $1 AND expires_at > $2 RETURNING company_id, user_id",
            &[token_hash.into(), now.into()],
            |row| Ok(Actor { company: row.id(0)?, user: row.id(1)?, key: None }),
        )?;
        redeemed.ok_or(Error::NotFound)
    }

    /// Starts a session of the actor's user.
    ///
    /// # Errors
    /// Those of the database.
    pub fn create_session(
        &mut self,
        actor: &Actor,
        token_hash: &str,
        expires_at: Instant,
        now: Instant,
    ) -> Result<Id, Error> {
        self.tx.execute(
            "DELETE FROM sessions WHERE company_id = $1 AND expires_at <= $2",
            &[actor.company.into(), now.into()],
        )?;
        let id = self.next(Sequence::Entries)?;
        self.tx.execute(
            "INSERT INTO sessions (company_id, id, user_id, token_hash, created_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6)",
            &[
                actor.company.into(),
                id.into(),
                actor.user.into(),
                token_hash.into(),
                now.into(),
                expires_at.into(),
            ],
        )?;
        Ok(id)
    }

    /// Ends a session of the actor's user.
    ///
    /// # Errors
    /// [`Error::NotFound`] when they have no such session.
    pub fn end_session(&mut self, actor: &Actor, session: Id) -> Result<(), Error> {
        let sql = "DELETE FROM sessions WHERE company_id = $1 AND id = $2 AND user_id = $3";
        self.affect_one(sql, &[actor.company.into(), session.into(), actor.user.into()])
    }

    fn affect_one(&mut self, sql: &str, params: &[crate::engine::Param]) -> Result<(), Error> {
        if self.tx.execute(sql, params)? == 1 { Ok(()) } else { Err(Error::NotFound) }
    }
}

/// The keys that a condition on `k` finds, each with its company: every request signs in, so that is one statement.
fn select_key(condition: &str) -> String {
    format!(
        "SELECT {COMPANY}, k.id, k.user_id, k.public, k.private_hash, k.name, k.role, k.query_auth, k.created_at, \
         k.revoked_at FROM api_keys k CROSS JOIN companies o \
         WHERE {condition} AND o.company_id = k.company_id AND o.id = k.company_id"
    )
}

fn api_key(row: &dyn Row) -> Result<ApiKey, Error> {
    const AT: usize = COMPANY_COLUMNS;
    Ok(ApiKey {
        company: company(row)?,
        id: row.id(AT)?,
        user: row.id(AT + 1)?,
        public: row.text(AT + 2)?.to_owned(),
        private_hash: row.text(AT + 3)?.to_owned(),
        name: row.text(AT + 4)?.to_owned(),
        role: Role::named(row.text(AT + 5)?),
        query_auth: row.int(AT + 6)? != 0,
        created_at: row.instant(AT + 7)?,
        revoked_at: row.maybe_int(AT + 8)?.map(Instant::from_ms),
    })
}

fn session(row: &dyn Row) -> Result<Session, Error> {
    const AT: usize = COMPANY_COLUMNS;
    Ok(Session {
        company: company(row)?,
        id: row.id(AT)?,
        user: row.id(AT + 1)?,
        user_name: row.text(AT + 2)?.to_owned(),
        user_email: row.text(AT + 3)?.to_owned(),
        role: Role::named(row.text(AT + 4)?),
        expires_at: row.instant(AT + 5)?,
    })
}

fn user(row: &dyn Row) -> Result<User, Error> {
    Ok(User {
        id: row.id(0)?,
        name: row.text(1)?.to_owned(),
        email: row.text(2)?.to_owned(),
        role: Role::named(row.text(3)?),
    })
}
