//! [`CallProgress`]: how far a call has come, what it holds of its group's caps, and what each event counts.
//!
//! A call holds what its current step may still count ([`Held`]): that keeps others from taking the room. Each event
//! turns something held into something counted, or gives it back ([`Effect`]). Events may come twice, late and in any
//! order; what they imply is counted with them: who has connected was dialed, who has converted has connected. Only the
//! last step of a live call holds anything; a call that is over holds nothing, and what is reported late counts beside
//! it.

mod amounts;
mod outcome;
mod step;
#[cfg(test)]
mod tests;

use crate::call::STATUSES;
use crate::call_event::{CallEvent, CallEventKind};
use crate::decimal::Decimal;
use crate::id::Id;
use crate::instant::Instant;
use crate::violation::Violation;

pub use amounts::{Counted, Held};
pub use outcome::StepOutcome;
pub use step::CallStep;

/// How long a step holds its reservation while nobody has answered: 5 minutes.
pub const RING_MS: i64 = 5 * 60_000;

/// How far a call has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallStatus {
    /// No group could take it.
    NoTaker,
    /// Somebody is being dialed, or about to be.
    Dialing,
    /// A buyer has answered.
    Connected,
    /// It was answered, and is over.
    Ended,
    /// It is over, and was never answered.
    Unanswered,
    /// Its reservation ended because nothing more was heard of it.
    Expired,
}

impl CallStatus {
    /// Every status.
    pub const ALL: [Self; 6] =
        [Self::NoTaker, Self::Dialing, Self::Connected, Self::Ended, Self::Unanswered, Self::Expired];

    /// As in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        STATUSES[self as usize].name
    }

    /// As in the panel.
    #[must_use]
    pub const fn label(self) -> &'static str {
        STATUSES[self as usize].label
    }

    /// The status with that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// Whether something is still expected of it.
    #[must_use]
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Dialing | Self::Connected)
    }
}

/// How far a call has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallProgress {
    /// In a word.
    pub status: CallStatus,
    /// What was dialed, one after another; the last one is under way, if any is.
    pub steps: Vec<CallStep>,
    /// The step that was answered, as its place, and when.
    pub connected: Option<(usize, Instant)>,
    /// The buyer that answered, or is dialed alone.
    pub buyer: Option<Id>,
    /// When it was over.
    pub ended_at: Option<Instant>,
    /// Whether a conversion was counted.
    pub converted: bool,
    /// What conversions brought, gross.
    pub revenue: Decimal,
    /// What was given back of it; above it only while its conversion is not reported yet.
    pub reversed: Decimal,
    /// When what it holds comes back if nothing more is heard.
    pub expires_at: Option<Instant>,
}

/// What an event means for the counters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effect {
    /// The step it is about, as its place.
    pub step: usize,
    /// What the step's group counts.
    pub counted: Counted,
    /// What the step holds no longer, whether it was counted or given back.
    pub released: Held,
    /// The buyers whose own live slots come back.
    pub freed: Vec<Id>,
    /// Whether the next step is to be decided.
    pub reroute: bool,
}

impl Effect {
    /// Whether it leaves the counters as they are.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.counted.is_nothing() && self.released.is_nothing() && self.freed.is_empty() && !self.reroute
    }
}

impl CallProgress {
    /// A call for which no step was decided yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            status: CallStatus::NoTaker,
            steps: Vec::new(),
            connected: None,
            buyer: None,
            ended_at: None,
            converted: false,
            revenue: Decimal::ZERO,
            reversed: Decimal::ZERO,
            expires_at: None,
        }
    }

    /// Who was dialed already: nobody is dialed twice for one call.
    pub fn tried(&self) -> impl Iterator<Item = Id> {
        self.steps.iter().flat_map(|step| step.buyers.iter().copied())
    }

    /// Starts the next step.
    pub fn start(&mut self, step: CallStep, now: Instant) {
        self.status = CallStatus::Dialing;
        self.buyer = if let [only] = step.buyers[..] { Some(only) } else { None };
        self.expires_at = Some(now.plus_ms(RING_MS));
        self.steps.push(step);
    }

    /// Ends a call whose next step was asked for in vain.
    pub fn give_up(&mut self, now: Instant) {
        self.status = if self.steps.is_empty() { CallStatus::NoTaker } else { CallStatus::Unanswered };
        self.ended_at = Some(now);
        self.buyer = None;
        self.expires_at = None;
    }

    /// Takes an event in. `most_ms` is how long a call may last before it is given up.
    ///
    /// # Errors
    /// The broken rule, where an event cannot be about this call; nothing is changed then.
    pub fn apply(&mut self, event: &CallEvent, now: Instant, most_ms: i64) -> Result<Effect, Violation> {
        let at = self.step_of(event)?;
        let mut effect = Effect { step: at, ..Effect::default() };
        match event.kind {
            CallEventKind::Dialed => {
                let buyers = match event.buyer {
                    Some(_) => vec![self.steps[at].buyer(event)?],
                    None => self.steps[at].buyers.clone(),
                };
                buyers.into_iter().for_each(|buyer| self.dial(buyer, &mut effect));
            }
            CallEventKind::Connected => self.connect(event, now, most_ms, &mut effect)?,
            CallEventKind::Converted => self.convert(event, now, most_ms, &mut effect)?,
            CallEventKind::Reversed => self.reverse(event, &mut effect)?,
            CallEventKind::Failed => self.fail(event, &mut effect)?,
            CallEventKind::Ended => {
                if self.ended_at.is_none() || self.status == CallStatus::Expired {
                    self.end(now);
                    self.let_go(&mut effect);
                }
            }
        }
        Ok(effect)
    }

    /// Ends a live call of which nothing more was heard.
    pub fn expire(&mut self, now: Instant) -> Effect {
        let mut effect = Effect { step: self.steps.len().saturating_sub(1), ..Effect::default() };
        if self.status.is_live() {
            self.status = CallStatus::Expired;
            self.ended_at = Some(now);
            self.expires_at = None;
            self.let_go(&mut effect);
        }
        effect
    }

    /// Seconds from the answer to the end, when it had both; 0 for an answer that was reported after the end.
    #[must_use]
    pub fn duration_s(&self) -> Option<i64> {
        let (answered, ended) = (self.connected?.1, self.ended_at?);
        Some((ended.ms() - answered.ms()).max(0) / 1000)
    }

    /// What counts as earned: what is left of the revenue, never below nothing. So a reversal that is reported before
    /// its conversion counts together with that, in the same group and window.
    #[must_use]
    pub fn earned(&self) -> Decimal {
        Decimal::from_units_saturating((self.revenue.units() - self.reversed.units()).max(0))
    }

    /// The step that an event is about: the one it names; else the one that was answered, or the last. But what ends is
    /// the call, and with it the step that is under way; and it is with the buyer who has answered that it converts.
    fn step_of(&self, event: &CallEvent) -> Result<usize, Violation> {
        let Some(last) = self.steps.len().checked_sub(1) else {
            return Err(fault(
                "event",
                "Event",
                "must be about somebody who is dialed: nobody is".to_owned(),
            ));
        };
        let answered = self.connected.map(|(at, _)| at);
        let named = match event.reservation {
            Some(reservation) => Some(self.place(reservation).ok_or_else(|| {
                fault(
                    "reservation_id",
                    "Reservation",
                    format!("must be one of this call: {reservation} is not"),
                )
            })?),
            None => None,
        };
        Ok(match event.kind {
            CallEventKind::Ended => last,
            CallEventKind::Converted | CallEventKind::Reversed => answered.or(named).unwrap_or(last),
            _ => named.or(answered).unwrap_or(last),
        })
    }

    fn place(&self, reservation: Id) -> Option<usize> {
        self.steps.iter().position(|step| step.reservation == reservation)
    }

    fn dial(&mut self, buyer: Id, effect: &mut Effect) {
        let step = &mut self.steps[effect.step];
        if step.dialed.contains(&buyer) {
            return;
        }
        step.dialed.push(buyer);
        effect.counted.attempts += 1;
        let released = step.held.attempts.min(1);
        step.held.attempts -= released;
        effect.released.attempts += released;
    }

    fn connect(
        &mut self,
        event: &CallEvent,
        now: Instant,
        most_ms: i64,
        effect: &mut Effect,
    ) -> Result<(), Violation> {
        if self.connected.is_some() {
            return Ok(());
        }
        let buyer = self.steps[effect.step].buyer(event)?;
        self.dial(buyer, effect);
        let step = &mut self.steps[effect.step];
        effect.counted.connections = 1;
        effect.released.connections = std::mem::take(&mut step.held.connections);
        effect.freed.extend(step.busy.extract_if(.., |busy| *busy != buyer));
        self.connected = Some((effect.step, now));
        self.buyer = Some(buyer);
        self.status = match self.status {
            CallStatus::Ended | CallStatus::Unanswered => CallStatus::Ended,
            _ => CallStatus::Connected,
        };
        if self.status == CallStatus::Connected {
            self.ended_at = None;
            self.expires_at = Some(now.plus_ms(most_ms));
        }
        Ok(())
    }

    fn convert(
        &mut self,
        event: &CallEvent,
        now: Instant,
        most_ms: i64,
        effect: &mut Effect,
    ) -> Result<(), Violation> {
        // A call converts once. What comes after is more money for it, and nothing unless it says how much.
        let usual = if self.converted { Decimal::ZERO } else { self.steps[effect.step].expected };
        let revenue = event.revenue.unwrap_or(usual);
        let sum =
            self.revenue.plus(revenue).map_err(|error| fault("revenue", "Revenue", error.to_string()))?;
        self.connect(event, now, most_ms, effect)?;
        let earned = self.earned();
        self.revenue = sum;
        effect.counted.revenue = revenue;
        effect.counted.earned = difference(self.earned(), earned);
        let held = &mut self.steps[effect.step].held;
        if !self.converted {
            self.converted = true;
            effect.counted.conversions = 1;
        }
        effect.released.conversions = held.conversions;
        effect.released.revenue = held.revenue;
        (held.conversions, held.revenue) = (0, Decimal::ZERO);
        Ok(())
    }

    fn reverse(&mut self, event: &CallEvent, effect: &mut Effect) -> Result<(), Violation> {
        let fault = |message: String| fault("revenue", "Revenue", message);
        let left = self.earned();
        let back = match event.revenue {
            Some(back) => back,
            None if self.converted => left,
            None => return Err(fault("must say how much: the call has not converted yet".to_owned())),
        };
        // Before its conversion is known, a reversal may be any: the two may come in the other order.
        if self.converted && back > left {
            return Err(fault(format!("must not be above the {left} that the call has earned")));
        }
        self.reversed = self.reversed.plus(back).map_err(|error| fault(error.to_string()))?;
        effect.counted.earned = difference(self.earned(), left);
        Ok(())
    }

    fn fail(&mut self, event: &CallEvent, effect: &mut Effect) -> Result<(), Violation> {
        let at = effect.step;
        // Also when meanwhile a buyer of an earlier step has answered: then nobody else is dialed any more.
        let is_under_way = self.status.is_live()
            && at + 1 == self.steps.len()
            && self.connected.is_none_or(|(answered, _)| answered != at);
        if event.buyer.is_some() {
            let buyer = self.steps[at].buyer(event)?;
            let step = &mut self.steps[at];
            if is_under_way && !step.failed.contains(&buyer) {
                step.failed.push(buyer);
                effect.freed.extend(step.busy.extract_if(.., |busy| *busy == buyer));
            }
            if step.failed.len() < step.buyers.len() {
                return Ok(());
            }
        }
        if is_under_way {
            let step = &mut self.steps[at];
            step.failed = step.buyers.clone();
            self.let_go(effect);
            effect.reroute = self.status == CallStatus::Dialing;
        }
        Ok(())
    }

    fn end(&mut self, now: Instant) {
        self.status = if self.connected.is_some() { CallStatus::Ended } else { CallStatus::Unanswered };
        self.ended_at = Some(now);
        self.expires_at = None;
    }

    /// Gives back all that a step still holds.
    fn let_go(&mut self, effect: &mut Effect) {
        let Some(step) = self.steps.get_mut(effect.step) else { return };
        effect.released = std::mem::take(&mut step.held);
        effect.freed.append(&mut step.busy);
    }
}

impl Default for CallProgress {
    fn default() -> Self {
        Self::new()
    }
}

fn difference(one: Decimal, other: Decimal) -> Decimal {
    Decimal::from_units_saturating(one.units() - other.units())
}

fn fault(field: &str, label: &str, message: String) -> Violation {
    Violation::new(field, label, message)
}
