//! The outbox of webhooks: an alert that is raised while its company has a webhook leaves a row here, in the same
//! transaction. Whoever sends claims a row first, by moving the instant at which it is due: so of several processes one
//! sends it, and one that dies on the way leaves it due again, under the same id.

use domain::{Id, Instant, Key, Resource};

use crate::error::Error;
use crate::ids::Sequence;
use crate::reader::Reader;
use crate::writer::Writer;

/// For how long an older secret signs beside the new one.
const ROLLING_MS: i64 = 86_400_000;
/// Older secrets that sign at the same time, at most.
const MOST_OLDER: i64 = 3;

/// A delivery that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Whose it is.
    pub company: Id,
    /// The alert that it brings.
    pub alert: Id,
    /// Since when.
    pub next_at: Instant,
}

/// A delivery, claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// What it was, and until when nobody else sends it.
    pub claim: Due,
    /// The same at each attempt: what receivers know repeats by.
    pub id: String,
    /// The body, byte for byte.
    pub body: String,
    /// Where it goes.
    pub url: String,
    /// What it is signed with, the newest first.
    pub secrets: Vec<String>,
    /// How often it was claimed, this time among them.
    pub attempts: i64,
    /// When the alert was raised.
    pub created_at: Instant,
}

/// What is known of a company's webhook. Secrets are not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookState {
    /// Where it goes.
    pub url: Option<String>,
    /// When each secret was made, and when it ends; the newest first.
    pub secrets: Vec<(Instant, Option<Instant>)>,
    /// Alerts on their way.
    pub pending: i64,
    /// When the last one arrived.
    pub delivered_at: Option<Instant>,
    /// Why the last attempt failed that did, unless it has arrived since.
    pub failure: Option<String>,
}

impl Writer<'_> {
    /// Puts an alert into the outbox, if the company has a webhook.
    pub(crate) fn post(&mut self, company: Id, alert: Id, now: Instant) -> Result<(), Error> {
        let url = self.webhook_url(company)?;
        if url.is_none() {
            return Ok(());
        }
        let known = self.company(company)?;
        let columns: Vec<Key> = Resource::Alert.standard_columns().map(|field| field.key).collect();
        let values = self.get(&known, Resource::Alert, &alert.into(), &columns, now)?.values;
        let of = |key: Key| columns.iter().position(|own| *own == key).map(|at| values[at].to_string());
        let (id, kind) = (of(Key::Uuid).unwrap_or_default(), of(Key::AlertKind).unwrap_or_default());
        let members = columns.iter().zip(&values).map(|(key, value)| {
            let value = serde_json::to_string(value).map_err(|error| Error::Internal(error.to_string()))?;
            // Names of fields are of letters and underscores.
            Ok(format!("\"{}\":{value}", key.name()))
        });
        let members = members.collect::<Result<Vec<_>, Error>>()?.join(",");
        let body = format!("{{\"id\":\"{id}\",\"type\":\"cap.{kind}\",\"alert\":{{{members}}}}}");
        self.tx.execute(
            "INSERT INTO webhook_deliveries (company_id, alert_id, id, body, created_at, next_at) \
             VALUES ($1, $2, $3, $4, $5, $5)",
            &[company.into(), alert.into(), id.into(), body.into(), now.into()],
        )?;
        Ok(())
    }

    /// Claims deliveries until an instant; those that somebody else has claimed meanwhile are left out.
    ///
    /// # Errors
    /// Those of the database.
    pub fn claim_deliveries(
        &mut self,
        due: &[Due],
        until: Instant,
        now: Instant,
    ) -> Result<Vec<Delivery>, Error> {
        let mut claimed = Vec::new();
        for due in due {
            let found = self.tx.first(
                "UPDATE webhook_deliveries SET next_at = $1, attempts = attempts + 1 \
                 WHERE company_id = $2 AND alert_id = $3 AND next_at = $4 RETURNING id, body, attempts, created_at",
                &[until.into(), due.company.into(), due.alert.into(), due.next_at.into()],
                |row| {
                    Ok((row.text(0)?.to_owned(), row.text(1)?.to_owned(), row.int(2)?, row.instant(3)?))
                },
            )?;
            let Some((id, body, attempts, created_at)) = found else { continue };
            let claim = Due { next_at: until, ..*due };
            let Some(url) = self.webhook_url(due.company)? else {
                self.settle(&claim, None, Some("The webhook was taken away."), None)?;
                continue;
            };
            let secrets = self.webhook_secrets(due.company, now)?;
            claimed.push(Delivery { claim, id, body, url, secrets, attempts, created_at });
        }
        Ok(claimed)
    }

    /// Notes that a delivery arrived.
    ///
    /// # Errors
    /// Those of the database.
    pub fn delivered(&mut self, claim: &Due, now: Instant) -> Result<(), Error> {
        self.settle(claim, None, None, Some(now)).map(|_| ())
    }

    /// Notes that an attempt failed, and when the next one is; without one the delivery is given up, and an alert says
    /// so, once a day.
    ///
    /// # Errors
    /// Those of the database.
    pub fn undelivered(
        &mut self,
        claim: &Due,
        failure: &str,
        next_at: Option<Instant>,
        now: Instant,
    ) -> Result<(), Error> {
        let is_ours = self.settle(claim, next_at, Some(failure), None)?;
        if is_ours && next_at.is_none() {
            let message = format!("The webhook did not take alert {} within a day. {failure}", claim.alert);
            self.say_undelivered(claim.company, message, now)?;
        }
        Ok(())
    }

    /// Writes what became of an attempt, unless somebody else has claimed the delivery since; whether nobody has.
    fn settle(
        &mut self,
        claim: &Due,
        next_at: Option<Instant>,
        failure: Option<&str>,
        delivered_at: Option<Instant>,
    ) -> Result<bool, Error> {
        let settled = self.tx.execute(
            "UPDATE webhook_deliveries SET next_at = $1, failure = $2, delivered_at = $3 \
             WHERE company_id = $4 AND alert_id = $5 AND next_at = $6",
            &[
                next_at.into(),
                failure.into(),
                delivered_at.into(),
                claim.company.into(),
                claim.alert.into(),
                claim.next_at.into(),
            ],
        )?;
        Ok(settled == 1)
    }

    /// Has the webhooks of a company signed with a new secret. What signed so far does so for another day, or ends.
    ///
    /// # Errors
    /// Those of the database.
    pub fn add_webhook_secret(
        &mut self,
        company: Id,
        secret: &str,
        end_older: bool,
        now: Instant,
    ) -> Result<(), Error> {
        if end_older {
            let sql = "DELETE FROM webhook_secrets WHERE company_id = $1";
            self.tx.execute(sql, &[company.into()])?;
        }
        self.tx.execute(
            "UPDATE webhook_secrets SET ends_at = $1 WHERE company_id = $2 AND ends_at IS NULL",
            &[now.plus_ms(ROLLING_MS).into(), company.into()],
        )?;
        self.tx.execute(
            "DELETE FROM webhook_secrets WHERE company_id = $1 AND id NOT IN \
             (SELECT s.id FROM webhook_secrets s WHERE s.company_id = $1 ORDER BY s.created_at DESC, s.id DESC LIMIT $2)",
            &[company.into(), MOST_OLDER.into()],
        )?;
        let id = self.next(Sequence::Entries)?;
        self.tx.execute(
            "INSERT INTO webhook_secrets (company_id, id, secret, created_at) VALUES ($1, $2, $3, $4)",
            &[company.into(), id.into(), secret.into(), now.into()],
        )?;
        Ok(())
    }
}

impl Reader<'_> {
    /// Deliveries that are due, the longest due first: at most so many, and so many of one company, so that one webhook
    /// that does not answer keeps no other waiting.
    ///
    /// # Errors
    /// Those of the database.
    pub fn due_deliveries(&mut self, most: u32, of_one: u32, now: Instant) -> Result<Vec<Due>, Error> {
        self.tx.all(
            "SELECT d.company_id, d.alert_id, d.next_at FROM (SELECT w.company_id, w.alert_id, w.next_at, \
             row_number() OVER (PARTITION BY w.company_id ORDER BY w.next_at, w.alert_id) AS place \
             FROM webhook_deliveries w WHERE w.next_at <= $1) d \
             WHERE d.place <= $2 ORDER BY d.next_at, d.company_id, d.alert_id LIMIT $3",
            &[now.into(), i64::from(of_one).into(), i64::from(most).into()],
            |row| Ok(Due { company: row.id(0)?, alert: row.id(1)?, next_at: row.instant(2)? }),
        )
    }

    /// What the company's webhooks are signed with at an instant, the newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub fn webhook_secrets(&mut self, company: Id, now: Instant) -> Result<Vec<String>, Error> {
        self.tx.all(
            "SELECT secret FROM webhook_secrets WHERE company_id = $1 AND (ends_at IS NULL OR ends_at > $2) \
             ORDER BY created_at DESC, id DESC",
            &[company.into(), now.into()],
            |row| row.text(0).map(str::to_owned),
        )
    }

    /// Where the company's alerts are posted to.
    ///
    /// # Errors
    /// Those of the database.
    pub fn webhook_url(&mut self, company: Id) -> Result<Option<String>, Error> {
        let url = self.tx.first(
            "SELECT webhook_url FROM companies WHERE company_id = $1 AND id = $1",
            &[company.into()],
            |row| Ok(row.maybe_text(0)?.map(str::to_owned)),
        )?;
        Ok(url.flatten())
    }

    /// What is known of the company's webhook.
    ///
    /// # Errors
    /// Those of the database.
    pub fn webhook_state(&mut self, company: Id, now: Instant) -> Result<WebhookState, Error> {
        let params = [company.into()];
        let url = self.webhook_url(company)?;
        let secrets = self.tx.all(
            "SELECT created_at, ends_at FROM webhook_secrets WHERE company_id = $1 \
             AND (ends_at IS NULL OR ends_at > $2) ORDER BY created_at DESC, id DESC",
            &[company.into(), now.into()],
            |row| Ok((row.instant(0)?, row.maybe_int(1)?.map(Instant::from_ms))),
        )?;
        let pending = "SELECT count(*) FROM webhook_deliveries WHERE company_id = $1 AND next_at IS NOT NULL";
        let pending = self.tx.first(pending, &params, |row| row.int(0))?.unwrap_or_default();
        let last = "SELECT max(delivered_at) FROM webhook_deliveries WHERE company_id = $1";
        let delivered_at = self.tx.first(last, &params, |row| row.maybe_int(0))?.flatten();
        let failure = "SELECT failure FROM webhook_deliveries WHERE company_id = $1 AND failure IS NOT NULL \
             ORDER BY alert_id DESC LIMIT 1";
        let failure = self.tx.first(failure, &params, |row| row.text(0).map(str::to_owned))?;
        Ok(WebhookState { url, secrets, pending, delivered_at: delivered_at.map(Instant::from_ms), failure })
    }
}
