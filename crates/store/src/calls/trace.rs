//! What was decided about a call, and what was reported.

use domain::{CallEventKind, Counted, Decimal, Decision, Id};

use super::keep::{STEP, decimal, maybe_id, step};
use super::{CallTrace, TracedEvent, TracedStep};
use crate::error::Error;
use crate::reader::Reader;

impl Reader<'_> {
    /// Every decision about a call with all its candidates, and every report. Empty for a call that the company has not.
    ///
    /// # Errors
    /// Those of the database.
    pub fn call_trace(&mut self, company: Id, call: Id) -> Result<CallTrace, Error> {
        let params = [company.into(), call.into()];
        let sql = format!(
            "SELECT {STEP}, decided_at, decision FROM call_steps WHERE company_id = $1 AND call_id = $2 ORDER BY step"
        );
        let steps = self.tx.all(&sql, &params, |row| {
            Ok(TracedStep {
                step: step(row)?,
                decided_at: row.instant(12)?,
                decision: Decision::read(row.text(13)?),
            })
        })?;
        // What an event has counted bears the number of its change.
        let sql = "SELECT e.event_id, e.event, e.at, e.step, e.buyer_id, e.revenue, \
             n.attempts, n.connections, n.conversions, n.revenue, n.earned \
             FROM call_events e \
             LEFT JOIN call_steps s ON s.company_id = e.company_id AND s.call_id = e.call_id AND s.step = e.step \
             LEFT JOIN call_counts n ON n.company_id = e.company_id AND n.buyer_group_id = s.buyer_group_id \
             AND n.seq = e.seq \
             WHERE e.company_id = $1 AND e.call_id = $2 ORDER BY e.seq";
        let events = self.tx.all(sql, &params, |row| {
            // A newer program may know more kinds.
            let Some(kind) = CallEventKind::named(row.text(1)?) else { return Ok(None) };
            let counted = match row.maybe_int(6)? {
                None => Counted::default(),
                Some(attempts) => Counted {
                    attempts,
                    connections: row.int(7)?,
                    conversions: row.int(8)?,
                    revenue: decimal(row, 9)?,
                    earned: decimal(row, 10)?,
                },
            };
            Ok(Some(TracedEvent {
                event_id: row.text(0)?.to_owned(),
                kind,
                at: row.instant(2)?,
                step: row.maybe_int(3)?.unwrap_or_default(),
                buyer: maybe_id(row, 4)?,
                revenue: row.maybe_int(5)?.map(Decimal::from_units_saturating),
                counted,
            }))
        })?;
        Ok(CallTrace { steps, events: events.into_iter().flatten().collect() })
    }
}
