//! What a believable company needs beyond what the API can do: ids that are known before, and used caps.

use domain::{Change, Decimal, Id, Instant, Key, Metric, Window};

use crate::error::Error;
use crate::place::{LIVE, began, cells};
use crate::plan::next_resets;
use crate::records::Actor;
use crate::sql::Sql;
use crate::writer::Writer;

impl Writer<'_> {
    /// Makes a record with an id of the caller's choice, which is never given out afterwards.
    ///
    /// # Errors
    /// As for [`Writer::create`]; [`Error::Conflict`] when the id is taken.
    pub fn create_as(&mut self, actor: &Actor, id: Id, change: &Change, now: Instant) -> Result<Id, Error> {
        self.begin(actor.company)?;
        self.pass(id)?;
        self.insert(actor, id, change, now)?;
        Ok(id)
    }

    /// Sets what a group's caps have counted, and its live calls. Windows that are not named stay as they are; counters
    /// move neither `revision` nor `updated_at`. What was set opens the balance of the window, from which calls count on.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the company has no such group.
    pub fn set_usage(
        &mut self,
        company: Id,
        group: Id,
        used: &[(Metric, Window, Decimal)],
        live: i64,
        now: Instant,
    ) -> Result<(), Error> {
        let seq = self.begin(company)?;
        let before = self.tx.first(
            &format!("SELECT {LIVE} FROM call_limits WHERE company_id = $1 AND buyer_group_id = $2"),
            &[company.into(), group.into()],
            |row| row.int(0),
        )?;
        let before = before.ok_or(Error::NotFound)?;
        let mut sql = Sql::new(format!("UPDATE call_limits SET {LIVE} = "));
        sql.bind(live);
        let is_set = |window: &Window| used.iter().any(|(_, other, _)| other == window);
        for window in Window::ALL.iter().filter(|window| is_set(window)) {
            sql.push(&format!(", {} = ", began(*window))).bind(seq);
        }
        for (metric, window, used) in used {
            sql.push(&format!(", {} = ", Key::Used(*metric, *window).name())).bind(used.units());
        }
        sql.push(" WHERE company_id = ").bind(company).push(" AND buyer_group_id = ").bind(group);
        // A window begins anew for all metrics.
        let cells: Vec<_> = cells().filter(|(_, window)| is_set(window)).collect();
        for (index, (metric, window)) in cells.iter().enumerate() {
            sql.push(if index == 0 { " RETURNING " } else { ", " }).push(&Key::Used(*metric, *window).name());
        }
        let mut opening = Vec::new();
        self.tx.query(&sql.text, &sql.params, &mut |row| {
            for (at, (metric, window)) in cells.iter().enumerate() {
                opening.push((metric.name(), window.name(), row.int(at)?));
            }
            Ok(())
        })?;
        opening.retain(|(_, _, amount)| *amount != 0);
        self.open_balances(company, group, &opening, seq)?;
        if live != before {
            self.tx.execute(
                "INSERT INTO opening_balances (company_id, buyer_group_id, metric, time_window, amount, began) \
                 VALUES ($1, $2, $3, '', $4, 0) ON CONFLICT (company_id, buyer_group_id, metric, time_window) \
                 DO UPDATE SET amount = opening_balances.amount + excluded.amount",
                &[company.into(), group.into(), LIVE.into(), (live - before).into()],
            )?;
        }
        self.judge(company, &[group], now)
    }

    /// Writes what windows had counted, by the names of metric and window, when they began with that change.
    fn open_balances(
        &mut self,
        company: Id,
        group: Id,
        amounts: &[(&str, &str, i64)],
        began: i64,
    ) -> Result<(), Error> {
        if amounts.is_empty() {
            return Ok(());
        }
        let mut sql = Sql::new(
            "INSERT INTO opening_balances (company_id, buyer_group_id, metric, time_window, amount, began) VALUES ",
        );
        for (index, (metric, window, amount)) in amounts.iter().enumerate() {
            sql.push(if index == 0 { "(" } else { ", (" });
            sql.bind(company).push(", ").bind(group).push(", ").bind(*metric).push(", ").bind(*window);
            sql.push(", ").bind(*amount).push(", ").bind(began).push(")");
        }
        sql.push(" ON CONFLICT (company_id, buyer_group_id, metric, time_window)");
        sql.push(" DO UPDATE SET amount = excluded.amount, began = excluded.began");
        self.tx.execute(&sql.text, &sql.params).map(|_| ())
    }

    /// Moves the end of every window of the company's groups to its next reset, so that what was once counted counts
    /// now: a demonstration is alive on any day.
    ///
    /// # Errors
    /// Those of the database.
    pub fn reopen_windows(&mut self, company: Id, now: Instant) -> Result<(), Error> {
        self.begin(company)?;
        let company_zone = self.company(company)?.iana;
        let zones = self.tx.all(
            "SELECT DISTINCT time_zone FROM buyer_groups WHERE company_id = $1",
            &[company.into()],
            |row| Ok(row.maybe_text(0)?.map(str::to_owned)),
        )?;
        for zone in zones {
            let resets = next_resets(zone.as_deref(), &company_zone, &*self.shared.zones, now);
            let mut sql = Sql::new("UPDATE call_limits SET ");
            for window in Window::RESETTING {
                let separator = if window == Window::RESETTING[0] { "" } else { ", " };
                sql.push(&format!("{separator}{} = ", Key::ResetsAt(window).name()));
                sql.bind_int(resets[window as usize]);
            }
            sql.push(" WHERE company_id = ").bind(company);
            sql.push(" AND buyer_group_id IN (SELECT t.id FROM buyer_groups t WHERE t.company_id = ")
                .bind(company);
            match &zone {
                Some(zone) => sql.push(" AND t.time_zone = ").bind(zone.as_str()),
                None => sql.push(" AND t.time_zone IS NULL"),
            };
            sql.push(")");
            self.judge_altered(company, sql, now)?;
        }
        Ok(())
    }
}
