//! The rules that stand in SQL too, against the domain, on random groups and at several instants.

use std::collections::BTreeMap;

use domain::{
    Cap, Caps, Competitor, Decimal, Eligibility, Instant, Key, Metric, Resource, State, Value, Window, shares,
};

use crate::lists::{cells, many_groups};
use crate::support::{World, now, on_both};

use Resource::BuyerGroup;

const ROUNDS: u64 = 5;
const GROUPS: u64 = 400;

#[test]
fn state_share_eligibility_and_passed_windows_are_those_of_the_domain() {
    on_both(|world| {
        for seed in 0..ROUNDS {
            many_groups(world, GROUPS / ROUNDS, 100 + seed);
        }
        // Now, when no window has passed; later in the hour; in the next hour, day and month.
        for hours in [0, 1, 30, 24 * 40] {
            compare(world, now().plus_ms(hours * 3_600_000));
        }
    });
}

/// A group as the store shows it.
struct Shown {
    values: BTreeMap<Key, Value>,
}

impl Shown {
    fn get(&self, key: Key) -> &Value {
        &self.values[&key]
    }

    fn caps(&self) -> Caps {
        let cap = |(metric, window): (Metric, Window)| Cap {
            metric,
            window,
            limit: self.get(Key::Limit(metric, window)).as_decimal(),
            used: self.get(Key::Used(metric, window)).as_decimal().unwrap(),
        };
        Caps {
            cells: cells().map(cap).collect(),
            live_limit: self.get(Key::ConcurrencyCapLimit).as_int(),
            live: self.get(Key::ConcurrencyCapUsed).as_int().unwrap(),
        }
    }

    fn eligibility(&self) -> Eligibility {
        let paused = self.get(Key::Paused).as_bool().unwrap();
        let buyers = self.get(Key::BuyerIds).as_ids().len();
        // Of the two buyers of each round the second is paused, so a group with both has one that is on.
        let on = buyers.saturating_sub(1);
        Eligibility::of(paused, &self.caps(), buyers, on, |window| match window {
            Window::Total => None,
            window => self.get(Key::ResetsAt(window)).as_instant(),
        })
    }
}

fn compare(world: &World, at: Instant) {
    let keys: Vec<Key> =
        BuyerGroup.fields().iter().filter(|field| field.is_column()).map(|field| field.key).collect();
    let names: Vec<String> = keys.iter().map(|key| key.name().into_owned()).collect();
    let columns = names.join(",");
    let page = world.list_at(BuyerGroup, &[("columns", &columns), ("per_page", "1000")], at);
    let groups: Vec<Shown> =
        page.rows.into_iter().map(|row| Shown { values: keys.iter().copied().zip(row).collect() }).collect();
    assert_eq!(groups.len() as u64, GROUPS);

    let mut tiers: BTreeMap<Decimal, Vec<Competitor>> = BTreeMap::new();
    for group in &groups {
        let (caps, eligibility) = (group.caps(), group.eligibility());
        assert_eq!(*group.get(Key::MaxedOut), Value::Bool(caps.maxed_out()));
        let state = State::of(group.get(Key::Paused).as_bool().unwrap(), &caps);
        assert_eq!(*group.get(Key::State), Value::Text(state.name().to_owned()));
        assert_eq!(*group.get(Key::Eligibility), Value::Eligibility(eligibility.clone()));
        let weight = group.get(Key::Weight).as_decimal().unwrap();
        let competitor = Competitor { weight, eligible: eligibility.can_take_calls() };
        tiers.entry(group.get(Key::Tier).as_decimal().unwrap()).or_default().push(competitor);
        for (metric, window) in cells() {
            let used = group.get(Key::Used(metric, window)).as_decimal().unwrap();
            let has_passed = match window {
                Window::Total => false,
                Window::Hourly => at > now(),
                Window::Daily => at >= now().plus_ms(30 * 3_600_000),
                Window::Monthly => at >= now().plus_ms(24 * 40 * 3_600_000),
            };
            assert!(!has_passed || used == Decimal::ZERO, "{metric:?} {window:?} at {at}");
        }
    }
    let mut expected: BTreeMap<Decimal, std::vec::IntoIter<Decimal>> =
        tiers.into_iter().map(|(tier, group)| (tier, shares(&group).into_iter())).collect();
    for group in &groups {
        let tier = group.get(Key::Tier).as_decimal().unwrap();
        assert_eq!(group.get(Key::Share).as_decimal(), expected.get_mut(&tier).unwrap().next());
    }
    let used: u64 =
        groups.iter().filter(|g| !g.caps().cells.iter().all(|cap| cap.used == Decimal::ZERO)).count() as u64;
    assert!(used > GROUPS / 2, "usage is missing");
    routing_is_tier_then_share(world, at);
}

fn routing_is_tier_then_share(world: &World, at: Instant) {
    let params = [("order", "routing"), ("columns", "tier,share,id"), ("per_page", "1000")];
    let rows = world.list_at(BuyerGroup, &params, at).rows;
    let key = |row: &Vec<Value>| {
        let share = row[1].as_decimal().unwrap().units();
        (row[0].as_decimal().unwrap(), -share, row[2].as_int().unwrap())
    };
    assert!(rows.is_sorted_by_key(key), "routing order at {at}");
}

#[test]
fn shares_of_a_filter_by_offer_are_among_the_groups_that_serve_it() {
    on_both(|world| {
        many_groups(world, 60, 9);
        let offer = world.column(Resource::Offer, &[("columns", "id")]).0.remove(0);
        let params = [("offer_id", offer.as_str()), ("columns", "tier,share"), ("per_page", "1000")];
        let mut sums: BTreeMap<Decimal, i64> = BTreeMap::new();
        for row in world.list(BuyerGroup, &params).rows {
            *sums.entry(row[0].as_decimal().unwrap()).or_default() += row[1].as_decimal().unwrap().units();
        }
        // Each share is rounded to its 4th place; a tier in which nobody can take a call has none to give.
        assert!(sums.values().all(|sum| *sum == 0 || (sum - 10_000).abs() < 20), "{sums:?}");
        assert!(sums.values().any(|sum| *sum > 0), "{sums:?}");
        let in_order =
            world.list(BuyerGroup, &[&params[..], &[("order", "share"), ("order_dir", "desc")]].concat());
        assert!(in_order.rows.is_sorted_by_key(|row| -row[1].as_decimal().unwrap().units()));
    });
}

#[test]
fn the_largest_weights_do_not_overflow() {
    on_both(|world| {
        let buyer = world.create(Resource::Buyer, &[("name", "B")]).to_string();
        for _ in 0..3 {
            world.create(BuyerGroup, &[("name", "G"), ("weight", "99999999999.9999"), ("buyer_ids", &buyer)]);
        }
        let shares = world.column(BuyerGroup, &[("columns", "share"), ("order", "routing")]).0;
        assert_eq!(shares, ["0.3333", "0.3333", "0.3333"]);
    });
}

#[test]
fn totals_are_reset_without_moving_the_revision() {
    on_both(|world| {
        let group = world.create(BuyerGroup, &[("name", "G"), ("attempt_total_limit", "5")]);
        let company = world.actor.company;
        let used = [
            (Metric::Attempt, Window::Total, Decimal::whole(5)),
            (Metric::Attempt, Window::Daily, Decimal::whole(3)),
        ];
        world
            .store
            .write_now(move |writer| {
                writer.set_usage(company, group, &used, 0)?;
                writer.reopen_windows(company, now())
            })
            .unwrap();
        let seen = || {
            let daily = Key::Used(Metric::Attempt, Window::Daily);
            let total = Key::Used(Metric::Attempt, Window::Total);
            world.get(BuyerGroup, group, &[total, daily, Key::State, Key::Revision, Key::UpdatedAt]).unwrap()
        };
        assert_eq!(seen()[..4], ["5", "3", "maxed_out", "1"]);
        world.update(BuyerGroup, group, &[("reset_total_caps", "true")]).unwrap();
        assert_eq!(seen(), ["0", "3", "taking_calls", "1", &now().to_string()]);
        world.update(BuyerGroup, group, &[("reset_total_caps", "true"), ("tier", "9")]).unwrap();
        assert_eq!(seen()[3], "2");
    });
}

#[test]
fn a_change_of_zone_moves_the_ends_of_open_windows_and_clears_nothing() {
    on_both(|world| {
        let company = world.actor.company;
        let own = world.create(BuyerGroup, &[("name", "Own zone"), ("time_zone", "UTC")]);
        let inherits = world.create(BuyerGroup, &[("name", "The company's")]);
        let used = [(Metric::Attempt, Window::Daily, Decimal::whole(3))];
        world
            .store
            .write_now(move |writer| {
                writer.set_usage(company, own, &used, 0)?;
                writer.set_usage(company, inherits, &used, 0)?;
                writer.reopen_windows(company, now())
            })
            .unwrap();
        let daily = [Key::Used(Metric::Attempt, Window::Daily)];
        let hours = |hours: i64| now().plus_ms(hours * 3_600_000);
        // Midnight comes to Auckland in 19 h 39½ min, to Kolkata in 3 h, to UTC in 8½ h, to New York in 12½ h.
        world.update(BuyerGroup, own, &[("time_zone", "Asia/Kolkata")]).unwrap();
        let actor = world.actor;
        let zone = crate::support::alteration(Resource::Company, &[("time_zone", "Asia/Kolkata")]);
        world.store.write_now(move |w| w.update_company(&actor, &zone, None, now())).unwrap();
        for group in [own, inherits] {
            assert_eq!(world.get_at(BuyerGroup, group, &daily, hours(3)).unwrap(), ["3"]);
            assert_eq!(world.get_at(BuyerGroup, group, &daily, hours(4)).unwrap(), ["0"]);
        }
    });
}
