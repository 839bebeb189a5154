//! A new call: who takes it is decided, and the room for its first step reserved.

use domain::{CallProgress, Id, Instant, Random, Resource};

use super::NewCall;
use super::keep::Kept;
use crate::error::Error;
use crate::ids::Sequence;
use crate::records::Actor;
use crate::writer::Writer;

/// Calls whose room comes back before a new one is decided, at most.
const EXPIRED: usize = 100;

impl Writer<'_> {
    /// Makes a call, with its first step reserved if anybody can take it. `seed` is what the draw follows from.
    ///
    /// # Errors
    /// [`Error::Violations`] when the company has no such offer or group.
    pub fn take_call(&mut self, actor: &Actor, new: &NewCall, seed: u64, now: Instant) -> Result<Id, Error> {
        self.begin(actor.company)?;
        let company = self.company(actor.company)?;
        let asked = self.asked_new(company.id, new)?;
        self.expire_calls_of(&company, now, EXPIRED)?;
        let call = self.next(Sequence::Records)?;
        let mut progress = CallProgress::new();
        let mut random = Random::seeded(seed);
        let decision = self.next_step(&company, &asked, &mut progress, &mut random, now)?;
        let group = if new.offer.is_some() { None } else { new.group };
        let kept = Kept { offer: new.offer, group, progress, past_limit: false };
        self.insert_call(company.id, call, &kept, new.caller_number.as_deref(), now)?;
        self.insert_step(company.id, call, 1, &decision, kept.progress.steps.first(), now)?;
        self.count(company.id, Resource::Call, 1, 0)?;
        self.touch(company.id, Resource::Call, &[call])?;
        Ok(call)
    }
}
