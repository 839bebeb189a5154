//! What is heard of a call.

use domain::{CallEvent, Id, Instant, Random, Resource};

use crate::error::Error;
use crate::records::{Actor, Name};
use crate::writer::Writer;

impl Writer<'_> {
    /// Takes in what was reported about a call, and counts it; when its step has failed, the next one is decided and
    /// reserved, for which the draw follows from `seed`. A report with an id that the call has had already changes
    /// nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Violations`] when it cannot be about this call.
    pub fn report(
        &mut self,
        actor: &Actor,
        call: &Name,
        event_id: &str,
        event: &CallEvent,
        seed: u64,
        now: Instant,
    ) -> Result<Id, Error> {
        let seq = self.begin(actor.company)?;
        let call = self.id(actor.company, Resource::Call, call)?;
        let mut kept = self.kept_call(actor.company, call)?;
        if self.is_reported(actor.company, call, event_id)? {
            return Ok(call);
        }
        let company = self.company(actor.company)?;
        let most_ms = company.max_call_minutes.saturating_mul(60_000);
        let effect = kept
            .progress
            .apply(event, now, most_ms)
            .map_err(|violation| Error::Violations(vec![violation]))?;
        self.count_effect(&company, call, &mut kept, &effect, now)?;
        if let Some(step) = kept.progress.steps.get(effect.step) {
            self.update_step(company.id, call, effect.step + 1, step)?;
        }
        if effect.reroute {
            let asked = self.asked_again(company.id, kept.offer, kept.group)?;
            let before = kept.progress.steps.len();
            let mut random = Random::seeded(seed);
            let decision = self.next_step(&company, &asked, &mut kept.progress, &mut random, now)?;
            let step = kept.progress.steps.get(before);
            self.insert_step(company.id, call, before + 1, &decision, step, now)?;
        }
        self.update_call(company.id, call, &kept, now)?;
        self.tx.execute(
            "INSERT INTO call_events (company_id, call_id, event_id, seq, at, event, step, buyer_id, revenue) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            &[
                company.id.into(),
                call.into(),
                event_id.into(),
                seq.into(),
                now.into(),
                event.kind.name().into(),
                i64::try_from(effect.step + 1).unwrap_or(i64::MAX).into(),
                event.buyer.into(),
                event.revenue.map(domain::Decimal::units).into(),
            ],
        )?;
        self.touch(company.id, Resource::Call, &[call])?;
        Ok(call)
    }

    fn is_reported(&mut self, company: Id, call: Id, event_id: &str) -> Result<bool, Error> {
        let sql = "SELECT count(*) FROM call_events WHERE company_id = $1 AND call_id = $2 AND event_id = $3";
        let found = self.tx.first(sql, &[company.into(), call.into(), event_id.into()], |row| row.int(0))?;
        Ok(found.unwrap_or_default() > 0)
    }
}
