//! Answers to requests with an Idempotency-Key, kept for 24 h to be sent again (COMPATIBILITY.md 20).
//!
//! A request looks for its answer, does its work and leaves its answer in one transaction. Two at once in one process
//! follow each other in the lane; in two processes the second finds the first one's row when it leaves its own, and runs
//! again.

use domain::{Id, Instant, Violation};

use crate::error::Error;
use crate::records::SavedAnswer;
use crate::writer::Writer;

/// For how long an answer is kept.
const KEPT_MS: i64 = 86_400_000;

impl Writer<'_> {
    /// The answer that the same request got before, if it came before. `key` is the API key that it came with; those
    /// of browsers share one space. `fingerprint` stands for method, address and body.
    ///
    /// # Errors
    /// [`Error::Violations`] when another request came with the same key.
    pub fn replay(
        &mut self,
        company: Id,
        key: Option<Id>,
        idempotency_key: &str,
        fingerprint: &str,
        now: Instant,
    ) -> Result<Option<SavedAnswer>, Error> {
        let saved = self.tx.first(
            "SELECT fingerprint, status, headers, body FROM idempotent_answers \
             WHERE company_id = $1 AND key_id = $2 AND idempotency_key = $3 AND created_at > $4",
            &[company.into(), key_id(key).into(), idempotency_key.into(), now.plus_ms(-KEPT_MS).into()],
            |row| {
                let headers = serde_json::from_str(row.text(2)?)
                    .map_err(|error| Error::Internal(format!("saved headers: {error}")))?;
                let status = u16::try_from(row.int(1)?).unwrap_or_default();
                let answer = SavedAnswer { status, headers, body: row.text(3)?.to_owned() };
                Ok((row.text(0)?.to_owned(), answer))
            },
        )?;
        match saved {
            Some((saved, _)) if saved != fingerprint => Err(Error::Violations(vec![Violation::new(
                "Idempotency-Key",
                "Idempotency-Key",
                "must be new: another request came with it",
            )])),
            other => Ok(other.map(|(_, answer)| answer)),
        }
    }

    /// Keeps the answer to a request, and lets those go that have been kept long enough.
    ///
    /// # Errors
    /// Those of the database.
    pub fn remember(
        &mut self,
        company: Id,
        key: Option<Id>,
        idempotency_key: &str,
        fingerprint: &str,
        answer: &SavedAnswer,
        now: Instant,
    ) -> Result<(), Error> {
        self.tx.execute(
            "DELETE FROM idempotent_answers WHERE company_id = $1 AND created_at <= $2",
            &[company.into(), now.plus_ms(-KEPT_MS).into()],
        )?;
        let headers =
            serde_json::to_string(&answer.headers).map_err(|error| Error::Internal(error.to_string()))?;
        self.tx.execute(
            "INSERT INTO idempotent_answers \
             (company_id, key_id, idempotency_key, fingerprint, created_at, status, headers, body) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            &[
                company.into(),
                key_id(key).into(),
                idempotency_key.into(),
                fingerprint.into(),
                now.into(),
                i64::from(answer.status).into(),
                headers.into(),
                answer.body.as_str().into(),
            ],
        )?;
        Ok(())
    }
}

/// Keys are never 0.
fn key_id(key: Option<Id>) -> i64 {
    key.map_or(0, Id::get)
}
