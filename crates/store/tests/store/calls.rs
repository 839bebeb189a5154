//! One call after another: who takes it, what it holds, what it counts.

use domain::{CallEvent, CallEventKind, Decimal, Id, Instant, Key, Metric, Random, Resource, Value, Window};
use store::{CallTrace, Error, Name, NewCall};

use crate::support::{World, new_company, now, on_both, sentences};

use CallEventKind::{Connected, Converted, Dialed, Ended, Failed, Reversed};
use Resource::{Buyer, BuyerGroup, Call, Offer};

/// What a report says, when it says nothing but what happened.
pub(crate) fn event(kind: CallEventKind) -> CallEvent {
    CallEvent { kind, buyer: None, revenue: None, reservation: None }
}

/// A converted call's worth.
fn worth(kind: CallEventKind, revenue: &str) -> CallEvent {
    CallEvent { revenue: revenue.parse().ok(), ..event(kind) }
}

impl World {
    pub(crate) fn try_call(&self, new: NewCall, seed: u64, at: Instant) -> Result<Id, Error> {
        let actor = self.actor;
        self.store.write_now(move |writer| writer.take_call(&actor, &new, seed, at))
    }

    /// A call for an offer.
    pub(crate) fn call(&self, offer: Id) -> Id {
        self.call_at(offer, now())
    }

    pub(crate) fn call_at(&self, offer: Id, at: Instant) -> Id {
        self.try_call(NewCall { offer: Some(offer), ..NewCall::default() }, 1, at).unwrap()
    }

    pub(crate) fn try_report(
        &self,
        call: Id,
        event_id: &str,
        event: CallEvent,
        at: Instant,
    ) -> Result<Id, Error> {
        let (actor, event_id) = (self.actor, event_id.to_owned());
        self.store.write_now(move |writer| writer.report(&actor, &Name::Id(call), &event_id, &event, 7, at))
    }

    /// Reports something under an id that was not used before.
    pub(crate) fn report(&self, call: Id, event: CallEvent) {
        self.report_at(call, event, now());
    }

    pub(crate) fn report_at(&self, call: Id, event: CallEvent, at: Instant) {
        let event_id = format!("event {}", self.trace(call).events.len());
        self.try_report(call, &event_id, event, at).unwrap();
    }

    pub(crate) fn trace(&self, call: Id) -> CallTrace {
        self.store.read(|reader| reader.call_trace(self.actor.company, call)).unwrap()
    }

    /// Every counter is what the calls come to, in passed windows too.
    pub(crate) fn verify(&self) {
        let start = Instant::from_ms(i64::MIN);
        let found = self.store.read(|reader| reader.verify_counters(self.actor.company, start)).unwrap();
        assert_eq!(found, []);
    }

    /// What a group has used of a metric in total and holds of it, and its live calls.
    pub(crate) fn used(&self, group: Id, metric: Metric) -> [String; 2] {
        let keys = [Key::Used(metric, Window::Total), Key::ConcurrencyCapUsed];
        self.get(BuyerGroup, group, &keys).unwrap().try_into().unwrap()
    }

    pub(crate) fn status(&self, call: Id) -> String {
        self.value(Call, call, Key::Status)
    }

    /// A buyer, with whatever else.
    pub(crate) fn buyer(&self, name: &str, fields: &[(&str, &str)]) -> Id {
        self.create(Buyer, &[&[("name", name)], fields].concat())
    }

    /// A group of buyers, with whatever else.
    pub(crate) fn group(&self, name: &str, buyers: &[Id], fields: &[(&str, &str)]) -> Id {
        let buyers: Vec<String> = buyers.iter().map(Id::to_string).collect();
        self.create(BuyerGroup, &[&[("name", name), ("buyer_ids", &buyers.join(","))], fields].concat())
    }

    /// An offer that some groups serve.
    pub(crate) fn offer(&self, groups: &[Id], fields: &[(&str, &str)]) -> Id {
        let groups: Vec<String> = groups.iter().map(Id::to_string).collect();
        self.create(Offer, &[&[("name", "Offer"), ("buyer_group_ids", &groups.join(","))], fields].concat())
    }
}

/// The buyers of the step that is under way, or was last.
pub(crate) fn dialed(world: &World, call: Id) -> Vec<Id> {
    world.trace(call).steps.pop().unwrap().step.map_or(Vec::new(), |step| step.buyers)
}

/// The reasons against a group in the last decision, as codes.
pub(crate) fn reasons(world: &World, call: Id, group: Id) -> Vec<&'static str> {
    let decision = world.trace(call).steps.pop().unwrap().decision;
    let traced = decision.traced.into_iter().find(|one| one.candidate.group == group).unwrap();
    traced.candidate.eligibility.reasons.iter().map(domain::Reason::code).collect()
}

#[test]
fn a_call_holds_what_it_may_count_and_counts_what_happens() {
    on_both(|world| {
        let buyer = world.buyer("B", &[]);
        let group = world.group("G", &[buyer], &[("concurrency_cap_limit", "1")]);
        let offer = world.offer(&[group], &[("expected_revenue", "25")]);
        let call = world.call(offer);
        assert_eq!(dialed(world, call), [buyer]);
        assert_eq!(world.used(group, Metric::Attempt), ["0", "1"]);
        assert_eq!(world.value(Buyer, buyer, Key::ConcurrencyCapUsed), "1");
        assert_eq!(world.value(BuyerGroup, group, Key::MaxedOut), "true");
        world.verify();

        let steps = [
            (event(Dialed), "dialing", ["1", "0", "0", "0", "0"]),
            (event(Connected), "connected", ["1", "1", "0", "0", "0"]),
            (event(Converted), "connected", ["1", "1", "1", "25", "25"]),
            (worth(Converted, "5.5"), "connected", ["1", "1", "1", "30.5", "30.5"]),
            (event(Ended), "ended", ["1", "1", "1", "30.5", "30.5"]),
            (worth(Reversed, "10"), "ended", ["1", "1", "1", "30.5", "20.5"]),
        ];
        for (event, status, used) in steps {
            world.report(call, event);
            assert_eq!(world.status(call), status);
            for window in Window::ALL {
                let keys = Metric::ALL.map(|metric| Key::Used(metric, window));
                assert_eq!(world.get(BuyerGroup, group, &keys).unwrap(), used, "{status} {window:?}");
            }
            world.verify();
        }
        assert_eq!(world.used(group, Metric::Attempt)[1], "0");
        assert_eq!(world.value(Buyer, buyer, Key::ConcurrencyCapUsed), "0");
        let shown = [Key::BuyerGroupId, Key::BuyerId, Key::Converted, Key::Revenue, Key::EarnedRevenue];
        let shown = world.get(Call, call, &shown).unwrap();
        assert_eq!(shown, [&group.to_string(), &buyer.to_string(), "true", "30.5", "20.5"]);
        assert_eq!(world.value(Call, call, Key::Revision), "7");
        let counted: Vec<Decimal> =
            world.trace(call).events.iter().map(|event| event.counted.earned).collect();
        assert_eq!(counted, ["0", "0", "25", "5.5", "0", "-10"].map(|text| text.parse::<Decimal>().unwrap()));
    });
}

#[test]
fn a_full_cap_leaves_a_call_without_a_taker_and_says_why() {
    on_both(|world| {
        let buyer = world.buyer("B", &[]);
        let group = world.group("G", &[buyer], &[("attempt_daily_limit", "1")]);
        let offer = world.offer(&[group], &[]);
        let first = world.call(offer);
        let second = world.call(offer);
        assert_eq!(
            (world.status(first), world.status(second)),
            ("dialing".to_owned(), "no_taker".to_owned())
        );
        assert_eq!(reasons(world, second, group), ["cap_full"]);
        // Nobody was dialed: the room comes back.
        world.report(first, event(Ended));
        assert_eq!(world.status(first), "unanswered");
        let third = world.call(offer);
        assert_eq!(world.status(third), "dialing");
        world.report(third, event(Dialed));
        world.report(third, event(Ended));
        assert_eq!(world.status(world.call(offer)), "no_taker");
        world.verify();
    });
}

#[test]
fn a_preview_answers_the_same_and_reserves_nothing() {
    on_both(|world| {
        let buyer = world.buyer("B", &[]);
        let groups: Vec<Id> = (0..5).map(|n| world.group(&format!("G{n}"), &[buyer], &[])).collect();
        let offer = world.offer(&groups, &[]);
        for seed in 0..10 {
            let new = NewCall { offer: Some(offer), ..NewCall::default() };
            let company = world.actor.company;
            let preview = |reader: &mut store::Reader<'_>| {
                reader.preview_call(company, &new, Random::seeded(seed), now())
            };
            let (decision, step) = world.store.read(preview).unwrap();
            world.verify();
            let call = world.try_call(new, seed, now()).unwrap();
            let traced = world.trace(call).steps.remove(0);
            assert_eq!(traced.decision, decision);
            assert_eq!(traced.step.unwrap().buyers, step.unwrap().buyers);
        }
    });
}

#[test]
fn what_cannot_be_about_a_call_is_refused_and_other_companies_have_none() {
    on_both(|world| {
        let buyer = world.buyer("B", &[]);
        let group = world.group("G", &[buyer], &[]);
        let call = world.call(world.offer(&[group], &[]));
        let other = world.store.write_now(|writer| new_company(writer, "Other")).unwrap();
        let mut stranger = world.again();
        stranger.actor = other;
        assert_eq!(stranger.try_report(call, "1", event(Ended), now()), Err(Error::NotFound));
        assert_eq!(stranger.trace(call), CallTrace::default());
        let new = |offer, group| NewCall { offer, group, caller_number: None };
        assert_eq!(
            sentences(stranger.try_call(new(None, Some(group)), 1, now())),
            [format!("Buyer group must be the id of a buyer group: {group} is not one.")]
        );
        assert_eq!(
            sentences(world.try_call(new(Some(group), None), 1, now())),
            [format!("Offer must be the id of an offer: {group} is not one.")]
        );
        assert_eq!(sentences(world.try_call(new(None, None), 1, now())).len(), 1);
        let wrong = CallEvent { buyer: Some(group), ..event(Connected) };
        assert_eq!(sentences(world.try_report(call, "1", wrong, now())).len(), 1);
        assert_eq!(world.trace(call).events, []);
        world.verify();
        stranger.verify();
    });
}

#[test]
fn the_same_report_twice_changes_nothing() {
    on_both(|world| {
        let buyer = world.buyer("B", &[]);
        let group = world.group("G", &[buyer], &[]);
        let call = world.call(world.offer(&[group], &[]));
        for _ in 0..3 {
            world.try_report(call, "same", worth(Converted, "5"), now()).unwrap();
        }
        assert_eq!(world.used(group, Metric::Revenue), ["5", "1"]);
        assert_eq!(world.value(Call, call, Key::Revision), "2");
        world.try_report(call, "other", worth(Converted, "5"), now()).unwrap();
        assert_eq!(world.used(group, Metric::Revenue), ["10", "1"]);
        world.verify();
    });
}

#[test]
fn the_next_buyer_is_dialed_when_one_has_failed_then_the_next_group() {
    on_both(|world| {
        let buyers: Vec<Id> = (0..3).map(|n| world.buyer(&format!("B{n}"), &[])).collect();
        let first = world.group("First", &buyers[..2], &[("tier", "1")]);
        let second = world.group("Second", &buyers[1..], &[("tier", "2")]);
        let call = world.call(world.offer(&[first, second], &[]));
        for (buyer, group) in [(0, first), (1, first), (2, second)] {
            assert_eq!(dialed(world, call), [buyers[buyer]]);
            assert_eq!(world.value(Call, call, Key::BuyerGroupId), group.to_string());
            world.report(call, event(Dialed));
            world.verify();
            world.report(call, event(Failed));
            world.verify();
        }
        assert_eq!((world.status(call).as_str(), dialed(world, call)), ("unanswered", Vec::new()));
        assert_eq!(reasons(world, call, first), ["tried"]);
        assert_eq!(world.used(first, Metric::Attempt), ["2", "0"]);
        assert_eq!(world.used(second, Metric::Attempt), ["1", "0"]);
    });
}

#[test]
fn a_call_that_nobody_ends_gives_back_what_it_holds() {
    on_both(|world| {
        let buyer = world.buyer("B", &[]);
        let group = world.group("G", &[buyer], &[("concurrency_cap_limit", "1")]);
        let offer = world.offer(&[group], &[]);
        let minutes = |minutes: i64| now().plus_ms(minutes * 60_000);
        let expire = |at| world.store.write_now(move |writer| writer.expire_calls(at, 100)).unwrap();
        let ringing = world.call(offer);
        assert_eq!(expire(minutes(4)), 0);
        assert_eq!(expire(minutes(5)), 1);
        assert_eq!(world.status(ringing), "expired");
        let answered = world.call_at(offer, minutes(5));
        world.report_at(answered, event(Connected), minutes(6));
        assert_eq!(expire(minutes(6 + 239)), 0);
        world.verify();
        // A new call lets go of it by itself.
        let next = world.call_at(offer, minutes(6 + 240));
        assert_eq!(
            (world.status(answered), world.status(next)),
            ("expired".to_owned(), "dialing".to_owned())
        );
        world.verify();
        // What is heard late counts all the same.
        world.report_at(answered, worth(Converted, "7"), minutes(6 + 250));
        assert_eq!(world.used(group, Metric::Revenue), ["7", "1"]);
        world.verify();
    });
}

#[test]
fn calls_are_listed_and_found_by_number() {
    on_both(|world| {
        let group = world.group("G", &[world.buyer("B", &[])], &[]);
        let call = |number: &str| {
            let caller_number = Some(number.to_owned());
            world.try_call(NewCall { group: Some(group), caller_number, offer: None }, 1, now()).unwrap()
        };
        let (one, other) = (call("+12125550100"), call("+442071838750"));
        world.report(other, event(Ended));
        let list = |params: &[(&str, &str)]| world.column(Call, &[&[("columns", "id")], params].concat());
        assert_eq!(list(&[]).1, 2);
        assert_eq!(list(&[("fulltext", "5550")]), (vec![one.to_string()], 1));
        assert_eq!(list(&[("fulltext", &other.to_string())]), (vec![other.to_string()], 1));
        assert_eq!(list(&[("status", "unanswered")]), (vec![other.to_string()], 1));
        assert_eq!(list(&[("buyer_group_id", &group.to_string())]).1, 2);
        let page = world.list(Call, &[("order", "caller_number"), ("columns", "type,routes_show_path")]);
        assert!(page.rows.iter().all(|row| row[0] == Value::Text("Call".to_owned())));
    });
}
