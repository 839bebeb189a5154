//! Calls of which nothing more is heard give back what they hold.

use domain::{Id, Instant, Resource};

use crate::error::Error;
use crate::records::Company;
use crate::writer::Writer;

impl Writer<'_> {
    /// Ends the calls of every company whose time is over, at most so many at once, and says how many they were: when it
    /// is as many as may be, there may be more.
    ///
    /// # Errors
    /// Those of the database.
    pub fn expire_calls(&mut self, now: Instant, most: usize) -> Result<usize, Error> {
        // The one statement about calls that looks across companies: only live calls are in the index.
        let companies = self.tx.all(
            "SELECT company_id FROM calls WHERE expires_at IS NOT NULL AND expires_at <= $1 \
             GROUP BY company_id ORDER BY company_id",
            &[now.into()],
            |row| row.id(0),
        )?;
        let mut ended = 0;
        for company in companies {
            if ended >= most {
                break;
            }
            self.begin(company)?;
            let company = self.company(company)?;
            ended += self.expire_calls_of(&company, now, most - ended)?;
        }
        Ok(ended)
    }

    /// The same for one company, in a change that has its number already.
    pub(super) fn expire_calls_of(
        &mut self,
        company: &Company,
        now: Instant,
        most: usize,
    ) -> Result<usize, Error> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let calls: Vec<Id> = self.tx.all(
            "SELECT id FROM calls WHERE company_id = $1 AND expires_at IS NOT NULL AND expires_at <= $2 \
             ORDER BY expires_at, id LIMIT $3",
            &[company.id.into(), now.into(), most.into()],
            |row| row.id(0),
        )?;
        for call in &calls {
            let mut kept = self.kept_call(company.id, *call)?;
            let effect = kept.progress.expire(now);
            self.count_effect(company, *call, &mut kept, &effect, now)?;
            if let Some(step) = kept.progress.steps.get(effect.step) {
                self.update_step(company.id, *call, effect.step + 1, step)?;
            }
            self.update_call(company.id, *call, &kept, now)?;
        }
        self.touch(company.id, Resource::Call, &calls)?;
        Ok(calls.len())
    }
}
