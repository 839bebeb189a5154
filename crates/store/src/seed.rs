//! What a believable company needs beyond what the API can do: ids that are known before, and used caps.

use domain::{Change, Decimal, Id, Instant, Key, Metric, Window};

use crate::error::Error;
use crate::place::LIVE;
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
        self.pass(id)?;
        self.insert(actor, id, change, now)?;
        Ok(id)
    }

    /// Sets what a group's caps have counted, and its live calls. Windows that are not named stay as they are; counters
    /// move neither `revision` nor `updated_at`.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the company has no such group.
    pub fn set_usage(
        &mut self,
        company: Id,
        group: Id,
        used: &[(Metric, Window, Decimal)],
        live: i64,
    ) -> Result<(), Error> {
        let mut sql = Sql::new(format!("UPDATE call_limits SET {LIVE} = "));
        sql.bind(live);
        for (metric, window, used) in used {
            sql.push(&format!(", {} = ", Key::Used(*metric, *window).name())).bind(used.units());
        }
        sql.push(" WHERE company_id = ").bind(company).push(" AND buyer_group_id = ").bind(group);
        if self.tx.execute(&sql.text, &sql.params)? == 0 {
            return Err(Error::NotFound);
        }
        self.judge(company, &[group])
    }

    /// Moves the end of every window of the company's groups to its next reset, so that what was once counted counts
    /// now: a demonstration is alive on any day.
    ///
    /// # Errors
    /// Those of the database.
    pub fn reopen_windows(&mut self, company: Id, now: Instant) -> Result<(), Error> {
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
            self.judge_altered(company, sql)?;
        }
        Ok(())
    }
}
