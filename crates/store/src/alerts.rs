//! Alerts: raised in the transaction that wrote the counters or limits of a group, each once per cap and window.
//!
//! [`Standings`] is how the caps of a group stand, made as they are judged (`judge.rs`). It is kept in their row as two
//! numbers; as long as these stay as they are, nothing was crossed, and counting costs no further statement.
//!
//! What was raised is kept for each cap in `cap_alerts`, a row for its present window: another window, or totals that
//! start anew, begin with nothing raised. A window is known by the change with which it began, so that it stays the same
//! when a change of zone moves its end. A window that ends while nobody counts is closed by [`Writer::release_ended`].
//!
//! Ids follow each other in each company: changes of one company wait for each other at its sequence (`sequence.rs`).

use domain::alert::{AlertKind, Level, Raised};
use domain::{Cap, Decimal, Id, Instant, Metric, Resource, Window};

use crate::engine::Row;
use crate::error::Error;
use crate::judge::NEVER;
use crate::place::{began, cells};
use crate::plan::Resets;
use crate::reader::Reader;
use crate::writer::Writer;

/// For how long alerts are kept.
const KEPT_MS: i64 = 90 * 86_400_000;

/// How the caps of a group stand at an instant.
#[derive(Clone, Debug)]
pub(crate) struct Standings {
    group: Id,
    is_deleted: bool,
    /// Those with a limit, and how they stand.
    caps: Vec<(Cap, Level)>,
    ends: Resets,
}

impl Standings {
    /// The caps hold what each window has counted, even when it has ended.
    pub(crate) fn of(
        group: Id,
        caps: &[Cap],
        ends: &Resets,
        share: i64,
        is_deleted: bool,
        now: Instant,
    ) -> Self {
        let stand = |cap: &Cap| {
            let has_ended = ends[cap.window as usize].is_some_and(|end| end <= now);
            let level = if is_deleted || has_ended { Level::Free } else { cap.level(share) };
            let used = if has_ended { Decimal::ZERO } else { cap.used };
            (Cap { used, ..*cap }, level)
        };
        Self { group, is_deleted, caps: caps.iter().map(stand).collect(), ends: *ends }
    }

    /// As the row of counters keeps it: two bits for each cap, and the latest end of a window that is not free. Two
    /// windows that follow each other may stand alike; so it is the end that tells them apart.
    pub(crate) fn kept(&self) -> (i64, i64) {
        let (mut levels, mut until) = (0, 0);
        for (cap, level) in self.caps.iter().filter(|(_, level)| *level != Level::Free) {
            let place = cap.metric as usize * Window::ALL.len() + cap.window as usize;
            levels |= (*level as i64) << (2 * place);
            until = until.max(self.ends[cap.window as usize].map_or(0, Instant::ms));
        }
        (levels, until)
    }

    /// How a cap stands. One without a limit is free.
    fn at(&self, metric: Metric, window: Window) -> (Cap, Level) {
        let found = self.caps.iter().find(|(cap, _)| (cap.metric, cap.window) == (metric, window));
        found.copied().unwrap_or((Cap::new(metric, window, None, Decimal::ZERO), Level::Free))
    }
}

/// What was raised for a cap in a window: a row of `cap_alerts`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct CapAlerts {
    metric: Metric,
    window: Window,
    /// The number of the change with which the window began.
    began: i64,
    /// When it ends; totals end with time.
    ends_at: i64,
    level: Level,
    raised: Raised,
    near_alert: Option<Id>,
    full_alert: Option<Id>,
}

impl CapAlerts {
    fn new(metric: Metric, window: Window, began: i64, ends_at: i64) -> Self {
        let (level, raised) = (Level::Free, Raised::default());
        Self { metric, window, began, ends_at, level, raised, near_alert: None, full_alert: None }
    }

    fn read(row: &dyn Row) -> Result<Self, Error> {
        let (metric, window) = (row.text(0)?, row.text(1)?);
        let cell = cells().find(|cell| (cell.0.name(), cell.1.name()) == (metric, window));
        let (metric, window) = cell.ok_or_else(|| Error::Internal(format!("no cap {metric} {window}")))?;
        Ok(Self {
            metric,
            window,
            began: row.int(2)?,
            ends_at: row.int(3)?,
            level: Level::numbered(row.int(4)?),
            raised: Raised { near: row.int(5)? != 0, full: row.int(6)? != 0, released: row.int(7)? != 0 },
            near_alert: row.maybe_int(8)?.and_then(Id::new),
            full_alert: row.maybe_int(9)?.and_then(Id::new),
        })
    }
}

/// What [`CapAlerts::read`] reads.
const CAP_ALERTS: &str = "SELECT metric, time_window, began, ends_at, level, near_raised, full_raised, released, \
     near_alert, full_alert FROM cap_alerts WHERE company_id = $1 AND buyer_group_id = $2";

impl Writer<'_> {
    /// Raises what is to be raised for groups of which some cap stands otherwise than it did.
    pub(crate) fn raise(&mut self, company: Id, standings: &[Standings], now: Instant) -> Result<(), Error> {
        if standings.is_empty() {
            return Ok(());
        }
        // Whoever else raises alerts of the company waits.
        self.number(company)?;
        for standing in standings {
            self.raise_for(company, standing, now)?;
            let (levels, until) = standing.kept();
            self.tx.execute(
                "UPDATE call_limits SET alert_levels = $1, alert_until = $2 \
                 WHERE company_id = $3 AND buyer_group_id = $4",
                &[levels.into(), until.into(), company.into(), standing.group.into()],
            )?;
        }
        Ok(())
    }

    fn raise_for(&mut self, company: Id, standing: &Standings, now: Instant) -> Result<(), Error> {
        let group = standing.group;
        let known = self.tx.all(CAP_ALERTS, &[company.into(), group.into()], CapAlerts::read)?;
        let begins = self.begins(company, group)?;
        for (metric, window) in cells() {
            let (cap, level) = standing.at(metric, window);
            let before = known.iter().find(|row| (row.metric, row.window) == (metric, window));
            if before.is_none() && level == Level::Free {
                continue;
            }
            let began = begins[window as usize];
            let ends_at = standing.ends[window as usize].map_or(NEVER, Instant::ms);
            let is_same = |row: &&CapAlerts| row.began == began && row.ends_at > now.ms();
            let mut row = match before {
                Some(row) if is_same(&row) => CapAlerts { ends_at, ..row.clone() },
                other => {
                    if let Some(ended) = other {
                        self.end(company, group, ended.clone(), now)?;
                    }
                    CapAlerts::new(metric, window, began, ends_at)
                }
            };
            let kind = row.raised.moving(row.level, level).filter(|_| !standing.is_deleted);
            row.level = level;
            if let Some(kind) = kind {
                let alert = self.add_alert(company, group, kind, cap, ends_at, now)?;
                match kind {
                    AlertKind::Near => row.near_alert = Some(alert),
                    AlertKind::Full => row.full_alert = Some(alert),
                    AlertKind::Released | AlertKind::Undelivered => {}
                }
            }
            if Some(&row) != before {
                self.keep(company, group, &row)?;
            }
        }
        Ok(())
    }

    /// Closes what is open for a window that has ended.
    fn end(&mut self, company: Id, group: Id, mut row: CapAlerts, now: Instant) -> Result<(), Error> {
        if row.raised.moving(row.level, Level::Free).is_some() {
            let cap = Cap::new(row.metric, row.window, self.limit(company, group, &row)?, Decimal::ZERO);
            self.add_alert(company, group, AlertKind::Released, cap, row.ends_at, now)?;
        }
        row.level = Level::Free;
        self.keep(company, group, &row)
    }

    /// The limit of a cap as it is now.
    fn limit(&mut self, company: Id, group: Id, row: &CapAlerts) -> Result<Option<Decimal>, Error> {
        let column = domain::Key::Limit(row.metric, row.window).name();
        let sql = format!("SELECT {column} FROM call_limits WHERE company_id = $1 AND buyer_group_id = $2");
        let limit = self.tx.first(&sql, &[company.into(), group.into()], |row| row.maybe_int(0))?;
        Ok(limit.flatten().map(Decimal::from_units_saturating))
    }

    /// The numbers of the changes with which the windows of a group began, by [`Window`].
    fn begins(&mut self, company: Id, group: Id) -> Result<[i64; 4], Error> {
        let columns = Window::ALL.map(began).join(", ");
        let sql = format!("SELECT {columns} FROM call_limits WHERE company_id = $1 AND buyer_group_id = $2");
        let begins = self.tx.first(&sql, &[company.into(), group.into()], |row| {
            Ok([row.int(0)?, row.int(1)?, row.int(2)?, row.int(3)?])
        })?;
        begins.ok_or(Error::NotFound)
    }

    /// Writes the row of a cap, and whether the alerts of its window still hold.
    fn keep(&mut self, company: Id, group: Id, row: &CapAlerts) -> Result<(), Error> {
        self.tx.execute(
            "INSERT INTO cap_alerts (company_id, buyer_group_id, metric, time_window, began, ends_at, level, \
             near_raised, full_raised, released, near_alert, full_alert) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
             ON CONFLICT (company_id, buyer_group_id, metric, time_window) DO UPDATE SET began = excluded.began, \
             ends_at = excluded.ends_at, level = excluded.level, near_raised = excluded.near_raised, \
             full_raised = excluded.full_raised, released = excluded.released, \
             near_alert = excluded.near_alert, full_alert = excluded.full_alert",
            &[
                company.into(),
                group.into(),
                row.metric.name().into(),
                row.window.name().into(),
                row.began.into(),
                row.ends_at.into(),
                (row.level as i64).into(),
                row.raised.near.into(),
                row.raised.full.into(),
                row.raised.released.into(),
                row.near_alert.into(),
                row.full_alert.into(),
            ],
        )?;
        for (alert, line) in [(row.near_alert, Level::Near), (row.full_alert, Level::Full)] {
            let Some(alert) = alert else { continue };
            let is_open = row.level >= line;
            let moved = self.tx.execute(
                "UPDATE alerts SET open = $1, revision = revision + 1 WHERE company_id = $2 AND id = $3 AND open <> $1",
                &[is_open.into(), company.into(), alert.into()],
            )?;
            if moved > 0 {
                self.touch(company, Resource::Alert, &[alert])?;
            }
        }
        Ok(())
    }

    /// Appends an alert about a cap; its number.
    fn add_alert(
        &mut self,
        company: Id,
        group: Id,
        kind: AlertKind,
        cap: Cap,
        ends_at: i64,
        now: Instant,
    ) -> Result<Id, Error> {
        let name = self.tx.first(
            "SELECT name FROM buyer_groups WHERE company_id = $1 AND id = $2",
            &[company.into(), group.into()],
            |row| row.text(0).map(str::to_owned),
        )?;
        let name = name.unwrap_or_default();
        let message = kind.message(&name, cap);
        let ends_at = Some(ends_at).filter(|end| *end != NEVER);
        let id = self.next_alert(company)?;
        self.tx.execute(
            "INSERT INTO alerts (company_id, id, uuid, created_at, kind, buyer_group_id, buyer_group_name, metric, \
             time_window, cap_limit, used, resets_at, open, message) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
            &[
                company.into(),
                id.into(),
                uuid::Uuid::new_v4().to_string().into(),
                now.into(),
                kind.name().into(),
                group.into(),
                name.into(),
                cap.metric.name().into(),
                cap.window.name().into(),
                cap.limit.map(Decimal::units).into(),
                cap.used.units().into(),
                ends_at.into(),
                (kind != AlertKind::Released).into(),
                message.into(),
            ],
        )?;
        self.touch(company, Resource::Alert, &[id])?;
        self.post(company, id, now)?;
        Ok(id)
    }

    /// Appends that a webhook was given up, unless that was said within the last day.
    pub(crate) fn say_undelivered(
        &mut self,
        company: Id,
        message: String,
        now: Instant,
    ) -> Result<(), Error> {
        const DAY_MS: i64 = 86_400_000;
        self.begin(company)?;
        let said = self.tx.first(
            "SELECT count(*) FROM alerts WHERE company_id = $1 AND kind = $2 AND created_at > $3",
            &[company.into(), AlertKind::Undelivered.name().into(), now.plus_ms(-DAY_MS).into()],
            |row| row.int(0),
        )?;
        if said != Some(0) {
            return Ok(());
        }
        let id = self.next_alert(company)?;
        self.tx.execute(
            "INSERT INTO alerts (company_id, id, uuid, created_at, kind, open, message) \
             VALUES ($1, $2, $3, $4, $5, 0, $6)",
            &[
                company.into(),
                id.into(),
                uuid::Uuid::new_v4().to_string().into(),
                now.into(),
                AlertKind::Undelivered.name().into(),
                message.into(),
            ],
        )?;
        self.touch(company, Resource::Alert, &[id])
    }

    /// The number of the company's next alert. Its sequence is locked, so nobody else takes the same.
    fn next_alert(&mut self, company: Id) -> Result<Id, Error> {
        let last =
            self.tx.first("SELECT max(id) FROM alerts WHERE company_id = $1", &[company.into()], |row| {
                row.maybe_int(0)
            })?;
        let next = last.flatten().unwrap_or_default() + 1;
        Id::new(next).ok_or_else(|| Error::Internal("there are no more ids".to_owned()))
    }

    /// Closes what is open for windows that have ended, at most so many; how many.
    ///
    /// # Errors
    /// Those of the database.
    pub fn release_ended(&mut self, company: Id, most: u32, now: Instant) -> Result<u32, Error> {
        self.begin(company)?;
        let ended = self.tx.all(
            "SELECT buyer_group_id, metric, time_window FROM cap_alerts \
             WHERE level > 0 AND ends_at <= $1 AND company_id = $2 ORDER BY ends_at LIMIT $3",
            &[now.into(), company.into(), i64::from(most).into()],
            |row| Ok((row.id(0)?, row.text(1)?.to_owned(), row.text(2)?.to_owned())),
        )?;
        let count = u32::try_from(ended.len()).unwrap_or(u32::MAX);
        for (group, metric, window) in ended {
            let sql = format!("{CAP_ALERTS} AND metric = $3 AND time_window = $4");
            let params = [company.into(), group.into(), metric.into(), window.into()];
            if let Some(row) = self.tx.first(&sql, &params, CapAlerts::read)? {
                self.end(company, group, row, now)?;
            }
        }
        Ok(count)
    }

    /// Marks an alert as read, or as unread.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the company has no such alert.
    pub fn read_alert(&mut self, company: Id, alert: Id, read: bool) -> Result<(), Error> {
        self.begin(company)?;
        let found = self.tx.execute(
            "UPDATE alerts SET read = $1, revision = revision + CASE WHEN read = $1 THEN 0 ELSE 1 END \
             WHERE company_id = $2 AND id = $3",
            &[read.into(), company.into(), alert.into()],
        )?;
        if found == 1 { self.touch(company, Resource::Alert, &[alert]) } else { Err(Error::NotFound) }
    }

    /// Marks every alert up to that number as read; how many were not.
    ///
    /// # Errors
    /// Those of the database.
    pub fn read_alerts(&mut self, company: Id, up_to: Id) -> Result<usize, Error> {
        self.begin(company)?;
        let read = self.tx.all(
            "UPDATE alerts SET read = 1, revision = revision + 1 WHERE company_id = $1 AND read = 0 AND id <= $2 \
             RETURNING id",
            &[company.into(), up_to.into()],
            |row| row.id(0),
        )?;
        self.touch(company, Resource::Alert, &read)?;
        Ok(read.len())
    }

    /// Lets alerts go that are older than 90 days, at most so many; the newest one stays, since ids follow from it.
    ///
    /// # Errors
    /// Those of the database.
    pub fn purge_alerts(&mut self, company: Id, most: u32, now: Instant) -> Result<u32, Error> {
        let since = now.plus_ms(-KEPT_MS);
        let gone = self.tx.all(
            "DELETE FROM alerts WHERE company_id = $1 AND id IN (SELECT a.id FROM alerts a WHERE a.company_id = $1 \
             AND a.created_at < $2 AND a.open = 0 AND a.id < (SELECT max(b.id) FROM alerts b WHERE b.company_id = $1) \
             ORDER BY a.created_at LIMIT $3) RETURNING id",
            &[company.into(), since.into(), i64::from(most).into()],
            |row| row.int(0),
        )?;
        for alert in &gone {
            self.tx.execute(
                "DELETE FROM webhook_deliveries WHERE company_id = $1 AND alert_id = $2",
                &[company.into(), (*alert).into()],
            )?;
        }
        Ok(u32::try_from(gone.len()).unwrap_or(u32::MAX))
    }
}

impl Reader<'_> {
    /// The companies in which something is open for a window that has ended.
    ///
    /// # Errors
    /// Those of the database.
    pub fn companies_with_ended_alerts(&mut self, now: Instant) -> Result<Vec<Id>, Error> {
        self.tx.all(
            "SELECT DISTINCT company_id FROM cap_alerts WHERE level > 0 AND ends_at <= $1",
            &[now.into()],
            |row| row.id(0),
        )
    }
}
