//! [`CallStep`]: what is dialed at once.

use crate::call_event::CallEvent;
use crate::decimal::Decimal;
use crate::eligibility::Need;
use crate::id::Id;
use crate::violation::Violation;

use super::{Held, fault};

/// What is dialed at once: one buyer, or all buyers of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallStep {
    /// Names it, in the whole company.
    pub reservation: Id,
    /// The group that competes.
    pub group: Id,
    /// Who is dialed, in the group's order.
    pub buyers: Vec<Id>,
    /// Whose attempt was counted.
    pub dialed: Vec<Id>,
    /// Who did not answer.
    pub failed: Vec<Id>,
    /// Whose own live slot it holds.
    pub busy: Vec<Id>,
    /// What a conversion is expected to bring.
    pub expected: Decimal,
    /// What it still holds.
    pub held: Held,
}

impl CallStep {
    /// A step that is about to be dialed, and holds all that it may take.
    #[must_use]
    pub fn reserved(reservation: Id, group: Id, buyers: Vec<Id>, expected: Decimal) -> Self {
        let attempts = i64::try_from(buyers.len()).unwrap_or(i64::MAX);
        let held = Held::of(Need { attempts, revenue: expected });
        let busy = buyers.clone();
        Self { reservation, group, buyers, dialed: Vec::new(), failed: Vec::new(), busy, expected, held }
    }

    /// The buyer of an event: who it names, or the only one.
    pub(super) fn buyer(&self, event: &CallEvent) -> Result<Id, Violation> {
        match (event.buyer, &self.buyers[..]) {
            (Some(buyer), buyers) if buyers.contains(&buyer) => Ok(buyer),
            (Some(buyer), _) => {
                Err(fault("buyer_id", "Buyer", format!("must be one that was dialed: {buyer} was not")))
            }
            (None, [only]) => Ok(*only),
            (None, _) => {
                Err(fault("buyer_id", "Buyer", "must say who of those that are dialed at once".to_owned()))
            }
        }
    }
}
