//! Whom a call dials, and what stands against the others.

use domain::{CallEvent, CallEventKind, Id, Key, Metric, Resource, Verdict};
use store::NewCall;

use crate::calls::{dialed, event, reasons};
use crate::support::{alteration, now, on_both};

use CallEventKind::{Connected, Converted, Dialed, Ended, Failed};
use Resource::{Buyer, BuyerGroup, Call};

/// A report about one buyer.
fn about(kind: CallEventKind, buyer: Id) -> CallEvent {
    CallEvent { buyer: Some(buyer), ..event(kind) }
}

#[test]
fn all_buyers_of_a_group_are_dialed_at_once_and_the_first_to_answer_has_the_call() {
    on_both(|world| {
        let buyers: Vec<Id> = (0..3).map(|n| world.buyer(&format!("B{n}"), &[])).collect();
        let at_once = [("dial_buyers_type", "simultaneously"), ("attempt_daily_limit", "5")];
        let group = world.group("G", &buyers, &at_once);
        let offer = world.offer(&[group], &[]);
        let call = world.call(offer);
        assert_eq!(dialed(world, call), buyers);
        world.report(call, event(Dialed));
        assert_eq!(world.used(group, Metric::Attempt), ["3", "1"]);
        let live = || buyers.iter().map(|buyer| world.value(Buyer, *buyer, Key::ConcurrencyCapUsed));
        assert_eq!(live().collect::<String>(), "111");
        world.report(call, about(Failed, buyers[0]));
        assert_eq!((live().collect::<String>(), world.status(call)), ("011".into(), "dialing".into()));
        world.report(call, about(Connected, buyers[2]));
        assert_eq!(live().collect::<String>(), "001");
        assert_eq!(world.value(Call, call, Key::BuyerId), buyers[2].to_string());
        world.verify();
        // Two attempts are left, and three would be dialed.
        let next = world.call(offer);
        assert_eq!(reasons(world, next, group), ["too_little_left"]);
        world.report(call, event(Ended));
        assert_eq!(live().collect::<String>(), "000");
        world.verify();
    });
}

#[test]
fn buyers_that_are_paused_or_busy_are_passed_over() {
    on_both(|world| {
        let busy = world.buyer("Busy", &[("concurrency_cap_limit", "1")]);
        let paused = world.buyer("Paused", &[("paused", "1")]);
        let free = world.buyer("Free", &[("concurrency_cap_limit", "2")]);
        let one_by_one = world.group("One by one", &[paused, busy, free], &[]);
        let at_once =
            world.group("At once", &[busy, paused, free], &[("dial_buyers_type", "simultaneously")]);
        let ask = |group: Id| {
            world.try_call(NewCall { group: Some(group), ..NewCall::default() }, 1, now()).unwrap()
        };
        assert_eq!(dialed(world, ask(one_by_one)), [busy]);
        let second = ask(at_once);
        assert_eq!(dialed(world, second), [free]);
        assert_eq!(dialed(world, ask(one_by_one)), [free]);
        let refused = ask(at_once);
        assert_eq!(reasons(world, refused, at_once), ["buyers_busy"]);
        world.verify();
        world.report(second, event(Ended));
        assert_eq!(dialed(world, ask(at_once)), [free]);
        world.update(Buyer, free, &[("paused", "1")]).unwrap();
        world.update(Buyer, busy, &[("paused", "1")]).unwrap();
        let refused = ask(at_once);
        assert_eq!(reasons(world, refused, at_once), ["buyers_paused"]);
        world.verify();
    });
}

#[test]
fn groups_that_are_paused_closed_or_short_of_money_are_left_out() {
    on_both(|world| {
        let buyer = world.buyer("B", &[]);
        // It is Tuesday, 11:20 in New York.
        let paused = world.group("Paused", &[buyer], &[("paused", "1"), ("tier", "1")]);
        let closed = world.group("Closed", &[buyer], &[("hours", "Tue 12-18"), ("tier", "1")]);
        let poor = world.group("Poor", &[buyer], &[("revenue_daily_limit", "30"), ("tier", "1")]);
        let empty = world.group("Empty", &[], &[("tier", "1")]);
        let last = world.group("Last", &[buyer], &[("tier", "2")]);
        let offer = world.offer(&[paused, closed, poor, empty, last], &[("expected_revenue", "20")]);
        let first = world.call(offer);
        assert_eq!(world.value(Call, first, Key::BuyerGroupId), poor.to_string());
        let decision = world.trace(first).steps.remove(0).decision;
        let verdict =
            |group: Id| decision.traced.iter().find(|one| one.candidate.group == group).unwrap().verdict;
        assert_eq!((verdict(poor), verdict(last)), (Verdict::Chosen, Verdict::UpperTier));
        // What the first call may bring leaves too little for another.
        let second = world.call(offer);
        assert_eq!(world.value(Call, second, Key::BuyerGroupId), last.to_string());
        for (group, codes) in
            [(paused, "paused"), (closed, "outside_hours"), (poor, "too_little_left"), (empty, "no_buyer")]
        {
            assert_eq!(reasons(world, second, group), [codes]);
        }
        // It brings less: then there is room again.
        let worth = CallEvent { revenue: "5".parse().ok(), ..event(Converted) };
        world.report(first, worth);
        world.report(first, event(Ended));
        assert_eq!(world.value(Call, world.call(offer), Key::BuyerGroupId), poor.to_string());
        world.verify();
    });
}

#[test]
fn a_group_that_fills_up_gives_the_call_on() {
    on_both(|world| {
        let buyers: Vec<Id> = (0..3).map(|n| world.buyer(&format!("B{n}"), &[])).collect();
        let first = world.group("First", &buyers[..2], &[("attempt_daily_limit", "1"), ("tier", "1")]);
        let second = world.group("Second", &buyers[2..], &[("tier", "2")]);
        let offer = world.offer(&[first, second], &[]);
        let call = world.call(offer);
        world.report(call, event(Dialed));
        world.report(call, event(Failed));
        assert_eq!((dialed(world, call), reasons(world, call, first)), (vec![buyers[2]], vec!["cap_full"]));
        world.verify();
    });
}

#[test]
fn an_answer_to_an_older_step_is_counted_where_it_belongs() {
    on_both(|world| {
        let buyers: Vec<Id> = (0..2).map(|n| world.buyer(&format!("B{n}"), &[])).collect();
        let first = world.group("First", &buyers[..1], &[("connection_total_limit", "1"), ("tier", "1")]);
        let second = world.group("Second", &buyers[1..], &[("tier", "2")]);
        let offer = world.offer(&[first, second], &[]);
        let call = world.call(offer);
        let reservation = world.trace(call).steps[0].step.as_ref().unwrap().reservation;
        world.report(call, event(Failed));
        let other = world.call(offer);
        assert_eq!((dialed(world, call), dialed(world, other)), (vec![buyers[1]], vec![buyers[0]]));
        world.report(other, event(Connected));
        // The first buyer has answered after all, when the room was given to another.
        world.report(call, CallEvent { reservation: Some(reservation), ..event(Connected) });
        assert_eq!(world.used(first, Metric::Connection), ["2", "1"]);
        assert_eq!(world.used(second, Metric::Connection), ["0", "1"]);
        let shown = |call: Id| world.get(Call, call, &[Key::BuyerGroupId, Key::PastLimit]).unwrap();
        assert_eq!(shown(call), [first.to_string(), "true".to_owned()]);
        assert_eq!(shown(other), [first.to_string(), "false".to_owned()]);
        world.verify();
        world.report(call, event(Ended));
        assert_eq!(world.used(second, Metric::Connection), ["0", "0"]);
        world.verify();
    });
}

#[test]
fn calls_of_deleted_groups_and_buyers_go_on() {
    on_both(|world| {
        let buyers: Vec<Id> = (0..2).map(|n| world.buyer(&format!("B{n}"), &[])).collect();
        let group = world.group("G", &buyers, &[]);
        let offer = world.offer(&[group], &[("expected_revenue", "3")]);
        let (answered, failed) = (world.call(offer), world.call(offer));
        world.report(answered, event(Connected));
        world.delete(Buyer, buyers[0]).unwrap();
        world.delete(BuyerGroup, group).unwrap();
        world.verify();
        world.report(answered, event(Converted));
        world.report(answered, event(Ended));
        // The next step finds nobody.
        world.report(failed, event(Failed));
        assert_eq!((world.status(answered), world.status(failed)), ("ended".into(), "unanswered".into()));
        world.verify();
        world.restore(BuyerGroup, group, now()).unwrap();
        assert_eq!(world.used(group, Metric::Revenue), ["3", "0"]);
        // Once it is gone for good there is nothing to count in, and late reports are taken all the same.
        let last = world.call(offer);
        world.delete(BuyerGroup, group).unwrap();
        let (company, later) = (world.actor.company, now().plus_ms(31 * 86_400_000));
        world.store.write_now(move |writer| writer.purge(company, 10, later)).unwrap();
        world.report_at(last, event(Converted), later);
        world.report_at(last, event(Ended), later);
        assert_eq!(world.status(last), "ended");
        world.verify();
    });
}

#[test]
fn windows_count_anew_at_their_ends_and_a_clock_that_goes_back_resets_nothing() {
    on_both(|world| {
        let group = world.group("G", &[world.buyer("B", &[])], &[("attempt_hourly_limit", "2")]);
        let offer = world.offer(&[group], &[]);
        let minutes = |minutes: i64| now().plus_ms(minutes * 60_000);
        let dial = |at| {
            let call = world.call_at(offer, at);
            if world.status(call) == "dialing" {
                world.report_at(call, event(Dialed), at);
                world.report_at(call, event(Ended), at);
            }
            world.verify();
            world.status(call)
        };
        let used = |at| {
            let key = Key::Used(Metric::Attempt, domain::Window::Hourly);
            world.get_at(BuyerGroup, group, &[key, Key::MaxedOut], at).unwrap()
        };
        // It is 20 minutes and 30 seconds past.
        assert_eq!((dial(minutes(0)), dial(minutes(1))), ("unanswered".into(), "unanswered".into()));
        assert_eq!(
            (dial(minutes(39)), used(minutes(39))),
            ("no_taker".into(), vec!["2".into(), "true".into()])
        );
        assert_eq!(used(minutes(40)), ["0", "false"]);
        assert_eq!(dial(minutes(40)), "unanswered");
        // Back within the hour before, what counts is still the newer window.
        assert_eq!((dial(minutes(30)), dial(minutes(30))), ("unanswered".into(), "no_taker".into()));
        assert_eq!(
            (dial(minutes(41)), used(minutes(41))),
            ("no_taker".into(), vec!["2".into(), "true".into()])
        );
        assert_eq!(dial(minutes(100)), "unanswered");
    });
}

#[test]
fn resets_of_totals_and_changes_of_zone_keep_the_ledger_true() {
    on_both(|world| {
        let group = world.group("G", &[world.buyer("B", &[])], &[]);
        let offer = world.offer(&[group], &[("expected_revenue", "2")]);
        let call = world.call(offer);
        world.report(call, event(Converted));
        world.update(BuyerGroup, group, &[("reset_total_caps", "1")]).unwrap();
        world.verify();
        assert_eq!(world.used(group, Metric::Revenue), ["0", "1"]);
        let actor = world.actor;
        let zone = alteration(Resource::Company, &[("time_zone", "Asia/Kathmandu")]);
        world.store.write_now(move |w| w.update_company(&actor, &zone, None, now())).unwrap();
        let worth = CallEvent { revenue: "5".parse().ok(), ..event(Converted) };
        world.report(call, worth);
        assert_eq!(world.used(group, Metric::Revenue), ["5", "1"]);
        let daily = Key::Used(Metric::Revenue, domain::Window::Daily);
        assert_eq!(world.value(BuyerGroup, group, daily), "7");
        world.verify();
    });
}

/// What `verify` is for: a counter that somebody has meddled with.
#[test]
fn counters_that_are_not_what_calls_come_to_are_named() {
    on_both(|world| {
        let buyer = world.buyer("B", &[]);
        let group = world.group("G", &[buyer], &[]);
        let call = world.call(world.offer(&[group], &[]));
        world.report(call, event(Dialed));
        world.run(&format!(
            "UPDATE call_limits SET attempt_daily_used = 30000, connection_reserved = 0 WHERE buyer_group_id = {group};
             UPDATE buyers SET concurrency_cap_used = 0 WHERE id = {buyer};"
        ));
        let found = world.store.read(|reader| reader.verify_counters(world.actor.company, now())).unwrap();
        let told: Vec<String> = found
            .iter()
            .map(|one| format!("{} {}: {} for {}", one.id, one.counter, one.kept, one.counted))
            .collect();
        assert_eq!(
            told,
            [
                format!("{group} attempt_daily_used: 3 for 1"),
                format!("{group} connection_reserved: 0 for 1"),
                format!("{buyer} concurrency_cap_used: 0 for 1"),
            ]
        );
        // A window that has passed reads as nothing, whatever it holds.
        let later = now().plus_ms(48 * 3_600_000);
        let found = world.store.read(|reader| reader.verify_counters(world.actor.company, later)).unwrap();
        assert_eq!(found.len(), 2);
    });
}

#[test]
fn the_longest_call_is_what_the_company_says() {
    on_both(|world| {
        let group = world.group("G", &[world.buyer("B", &[])], &[]);
        let offer = world.offer(&[group], &[]);
        let actor = world.actor;
        let minutes = alteration(Resource::Company, &[("max_call_minutes", "10")]);
        world.store.write_now(move |w| w.update_company(&actor, &minutes, None, now())).unwrap();
        let call = world.call(offer);
        world.report(call, event(Connected));
        let expires = world.value(Call, call, Key::ExpiresAt);
        assert_eq!(expires, now().plus_ms(10 * 60_000).to_string());
    });
}
