//! The sequence of a company's changes: whoever has seen everything up to a number learns what to look at anew.

use domain::{CallEventKind, Decimal, Id, Metric, Resource, Window};
use store::{Error, Missed};

use crate::calls::event;
use crate::support::{World, alteration, new_company, now, on_both};

use Resource::{Buyer, BuyerGroup, Call, Offer};

/// What has changed since a number, and the number of the last change.
fn since(world: &World, seq: i64) -> (i64, Option<Missed>) {
    world.store.read(|reader| reader.events_since(world.actor.company, seq)).unwrap()
}

/// What a change has touched, in the order of kinds and ids.
fn touched(world: &World, change: impl FnOnce()) -> Vec<(Resource, Vec<Id>)> {
    let (before, _) = since(world, 0);
    change();
    let (after, missed) = since(world, before);
    assert!(after > before, "{after} follows {before}");
    missed.unwrap()
}

#[test]
fn every_change_says_what_it_touched() {
    on_both(|world| {
        assert_eq!(since(world, 0), (0, Some(Vec::new())));
        let buyer = world.create(Buyer, &[("name", "B")]);
        assert_eq!(since(world, 0), (1, Some(vec![(Buyer, vec![buyer])])));
        let group = world.create(BuyerGroup, &[("name", "G"), ("buyer_ids", &buyer.to_string())]);
        let offer = world.create(Offer, &[("name", "O")]);
        let (both, groups) =
            (vec![(Buyer, vec![buyer]), (BuyerGroup, vec![group])], vec![(BuyerGroup, vec![group])]);
        assert_eq!(since(world, 1), (3, Some([&both[..], &[(Offer, vec![offer])]].concat())));

        let company = world.actor.company;
        let update = |resource, id, field: &str, value: &str| {
            world.update(resource, id, &[(field, value)]).unwrap();
        };
        assert_eq!(touched(world, || update(BuyerGroup, group, "tier", "5")), groups);
        assert_eq!(touched(world, || update(BuyerGroup, group, "attempt_daily_limit", "5")), groups);
        assert_eq!(touched(world, || update(BuyerGroup, group, "reset_total_caps", "1")), groups);
        // A pause moves what the groups of the buyer can take.
        assert_eq!(touched(world, || update(Buyer, buyer, "paused", "1")), both);
        let used = [(Metric::Attempt, Window::Daily, Decimal::ONE)];
        let set = || world.store.write_now(move |w| w.set_usage(company, group, &used, 0, now())).unwrap();
        assert_eq!(touched(world, set), groups);
        let serve = || update(Offer, offer, "buyer_group_ids", &group.to_string());
        assert_eq!(touched(world, serve), [(BuyerGroup, vec![group]), (Offer, vec![offer])]);
        let delete = || assert_eq!(world.delete(Buyer, buyer), Ok(buyer));
        assert_eq!(touched(world, delete), both);
        let restore = || assert_eq!(world.restore(Buyer, buyer, now()), Ok(buyer));
        assert_eq!(touched(world, restore), [(Buyer, vec![buyer])]);
        let (actor, name) = (world.actor, alteration(Resource::Company, &[("name", "Other name")]));
        let rename = || world.store.write_now(move |w| w.update_company(&actor, &name, None, now())).unwrap();
        assert_eq!(touched(world, rename), [(Resource::Company, vec![company])]);
    });
}

#[test]
fn a_call_touches_its_group_and_those_whom_it_dials() {
    on_both(|world| {
        let (buyer, other) = (world.buyer("B", &[]), world.buyer("Other", &[]));
        let group = world.group("G", &[buyer, other], &[]);
        let offer = world.offer(&[group], &[]);
        let mut call = buyer;
        let take = touched(world, || call = world.call(offer));
        assert_eq!(take, [(Buyer, vec![buyer]), (BuyerGroup, vec![group]), (Call, vec![call])]);
        let report = |kind| touched(world, || world.report(call, event(kind)));
        assert_eq!(report(CallEventKind::Dialed), [(BuyerGroup, vec![group]), (Call, vec![call])]);
        let failed = report(CallEventKind::Failed);
        assert_eq!(failed, [(Buyer, vec![buyer, other]), (BuyerGroup, vec![group]), (Call, vec![call])]);
        let expire = || {
            let late = now().plus_ms(3_600_000);
            assert_eq!(world.store.write_now(move |writer| writer.expire_calls(late, 10)), Ok(1));
        };
        assert_eq!(touched(world, expire).last(), Some(&(Call, vec![call])));
    });
}

#[test]
fn companies_have_sequences_of_their_own_and_failures_leave_no_trace() {
    on_both(|world| {
        let other = world.store.write_now(|writer| new_company(writer, "Other")).unwrap();
        world.create(Buyer, &[("name", "B")]);
        let of_other = world.store.read(|reader| reader.events_since(other.company, 0)).unwrap();
        assert_eq!(of_other, (0, Some(Vec::new())));
        let nobody = Id::new(1).unwrap();
        assert_eq!(world.store.read(|reader| reader.events_since(nobody, 0)), Err(Error::NotFound));
        let (before, _) = since(world, 0);
        assert!(world.delete(Offer, nobody).is_err());
        assert_eq!(since(world, before).1, Some(Vec::new()));
    });
}

#[test]
fn numbers_that_are_gone_or_still_to_come_are_not_answered_for() {
    on_both(|world| {
        let buyer = world.create(Buyer, &[("name", "B")]);
        assert_eq!(since(world, 2), (1, None));
        assert_eq!(since(world, -1), (1, None));
        // As if 10,999 changes had been made since.
        world.run(&format!("UPDATE event_heads SET seq = 10999 WHERE company_id = {}", world.actor.company));
        world.update(Buyer, buyer, &[("name", "C")]).unwrap();
        assert_eq!(since(world, 999), (11_000, None));
        assert_eq!(since(world, 1_000), (11_000, Some(vec![(Buyer, vec![buyer])])));
        let group = world.create(BuyerGroup, &[("name", "G")]);
        assert_eq!(since(world, 1_000).1.unwrap().len(), 2);
        assert_eq!(since(world, 11_000).1, Some(vec![(BuyerGroup, vec![group])]));
    });
}
