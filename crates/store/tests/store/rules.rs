//! The rules that stand in SQL too, against the domain, on random groups and at several instants.

use std::collections::BTreeMap;

use domain::{
    Cap, Caps, Competitor, Decimal, Eligibility, Id, Instant, Key, Metric, Need, Opening, Resource, Standing,
    State, Value, Window, shares,
};

use crate::lists::{HOURS, cells, many_groups};
use crate::support::{Dice, Jiff, World, now, on_both};

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
            let at = now().plus_ms(hours * 3_600_000);
            let groups = compare(world, at);
            assert_eq!(groups.len() as u64, GROUPS);
            passed_windows_read_as_nothing(&groups, at);
            let is_closed = |group: &&Shown| matches!(group.opening(), Opening::Closed { .. });
            let closed = groups.iter().filter(is_closed).count() as u64;
            assert!((GROUPS / 20..GROUPS / 2).contains(&closed), "{closed} are closed at {at}");
            let used = |group: &&Shown| group.caps().cells.iter().any(|cap| cap.used > Decimal::ZERO);
            assert!(groups.iter().filter(used).count() as u64 > GROUPS / 2, "usage is missing");
        }
    });
}

/// Every kind of write that a state depends on, in random order.
#[test]
fn however_a_group_is_written_it_is_judged_by_what_it_has_become() {
    on_both(|world| {
        let groups = many_groups(world, 40, 21);
        let buyers =
            world.column(Resource::Buyer, &[("order", "id"), ("order_dir", "asc"), ("columns", "id")]).0;
        let mut dice = Dice(22);
        for round in 0..3 {
            for _ in 0..160 {
                let group = groups[dice.roll(groups.len() as u64) as usize];
                write_somehow(world, &mut dice, group, &buyers);
            }
            let zone = ["Asia/Kolkata", "UTC", "Europe/Berlin"][round];
            let (actor, zone) =
                (world.actor, crate::support::alteration(Resource::Company, &[("time_zone", zone)]));
            world.store.write_now(move |w| w.update_company(&actor, &zone, None, now())).unwrap();
            for hours in [0, 1, 9, 30, 24 * 40] {
                compare(world, now().plus_ms(hours * 3_600_000));
            }
        }
    });
}

fn write_somehow(world: &World, dice: &mut Dice, group: Id, buyers: &[String]) {
    let company = world.actor.company;
    let usage = |dice: &mut Dice| -> Vec<_> {
        // Reversals may take back more than a window has earned.
        let least = |metric| if metric == Metric::EarnedRevenue { -10 } else { 0 };
        cells()
            .map(|(metric, window)| (metric, window, Decimal::whole(dice.roll(40) as i32 + least(metric))))
            .collect()
    };
    let update = |field: &str, value: &str| world.update(BuyerGroup, group, &[(field, value)]).map(|_| ());
    let outcome = match dice.roll(15) {
        0 => update("weight", &dice.roll(2).to_string()),
        1 => update("tier", ["-1", "1", "2.5", "7"][dice.roll(4) as usize]),
        2 => update("paused", ["0", "0", "1"][dice.roll(3) as usize]),
        3 => update("time_zone", ["", "America/Los_Angeles", "Asia/Kolkata"][dice.roll(3) as usize]),
        4 => update("concurrency_cap_limit", ["", "0", "3", "4"][dice.roll(4) as usize]),
        5 => update("reset_total_caps", "1"),
        14 => update("hours", ["", HOURS[0], HOURS[1], HOURS[2]][dice.roll(4) as usize]),
        // The second buyer is paused.
        6 => update("buyer_ids", ["", &buyers[1], &buyers[..2].join(",")][dice.roll(3) as usize]),
        7 | 8 => {
            let (used, live) = (usage(dice), dice.roll(5) as i64);
            world.store.write_now(move |writer| writer.set_usage(company, group, &used, live, now()))
        }
        9 => world.delete(BuyerGroup, group).and_then(|_| {
            // What was written to it meanwhile counts once it is back.
            let used = usage(dice);
            world.store.write_now(move |writer| writer.set_usage(company, group, &used, 0, now()))?;
            world.restore(BuyerGroup, group, crate::support::later()).map(|_| ())
        }),
        _ => {
            let (metric, window) = (Metric::ALL[dice.roll(5) as usize], Window::ALL[dice.roll(4) as usize]);
            let limit = ["", "", "", "0", "0.5", "20", "30", "40"][dice.roll(8) as usize];
            update(&Key::Limit(metric, window).name(), limit)
        }
    };
    outcome.unwrap();
}

/// Groups that were there before a database was brought up to date are judged then.
#[test]
fn a_database_without_judgements_is_judged_when_it_is_brought_up_to_date() {
    on_both(|world| {
        many_groups(world, 80, 31);
        world.store.close();
        world.run(WITHOUT_ALERTS);
        world.run(&without_calls());
        world.run(
            "DROP INDEX buyer_groups_tier;
             ALTER TABLE buyer_groups DROP COLUMN full_until;
             ALTER TABLE buyer_groups DROP COLUMN near_until;
             CREATE INDEX buyer_groups_tier ON buyer_groups (company_id, tier, id) WHERE deleted_at IS NULL;
             ALTER TABLE companies DROP COLUMN query_auth;
             DELETE FROM refinery_schema_history WHERE version >= 2;
             UPDATE oldest_program SET version = '0.1.0';",
        );
        let again = world.again();
        // What was counted then, and the calls that were said to be live, open the balances.
        again.verify();
        for hours in [0, 1, 30, 24 * 40] {
            compare(&again, now().plus_ms(hours * 3_600_000));
        }
    });
}

/// Undoes the step that brought alerts.
const WITHOUT_ALERTS: &str = "DROP TABLE alerts; DROP TABLE cap_alerts; DROP TABLE webhook_secrets;
    DROP TABLE webhook_deliveries;
    ALTER TABLE companies DROP COLUMN webhook_url;
    ALTER TABLE call_limits DROP COLUMN alert_levels;
    ALTER TABLE call_limits DROP COLUMN alert_until;";

/// Undoes the step that brought calls.
fn without_calls() -> String {
    let mut sql = "DROP INDEX buyer_groups_tier;
        CREATE INDEX buyer_groups_tier ON buyer_groups (company_id, tier, id) WHERE deleted_at IS NULL;
        DROP INDEX buyer_groups_hours;
        DROP INDEX buyers_busy;
        DELETE FROM company_counters WHERE resource = 'call';
        ALTER TABLE buyer_groups DROP COLUMN hours;
        ALTER TABLE buyers DROP COLUMN concurrency_cap_used;
        ALTER TABLE companies DROP COLUMN max_call_minutes;
        ALTER TABLE companies DROP COLUMN alert_share;"
        .to_owned();
    let metrics = Metric::ALL.map(|metric| format!("{}_reserved", metric.name()));
    let windows = Window::ALL.map(|window| format!("{}_began", window.name()));
    for column in metrics.iter().chain(&windows) {
        sql.push_str(&format!("ALTER TABLE call_limits DROP COLUMN {column};"));
    }
    for table in [
        "calls",
        "call_steps",
        "call_events",
        "call_counts",
        "opening_balances",
        "event_heads",
        "record_events",
    ] {
        sql.push_str(&format!("DROP TABLE {table};"));
    }
    sql
}

/// A group as the store shows it.
struct Shown {
    values: BTreeMap<Key, Value>,
    at: Instant,
    company_zone: String,
}

impl Shown {
    fn get(&self, key: Key) -> &Value {
        &self.values[&key]
    }

    fn caps(&self) -> Caps {
        let cap = |(metric, window): (Metric, Window)| {
            let limit = self.get(Key::Limit(metric, window)).as_decimal();
            Cap::new(metric, window, limit, self.get(Key::Used(metric, window)).as_decimal().unwrap())
        };
        Caps {
            cells: cells().map(cap).collect(),
            live_limit: self.get(Key::ConcurrencyCapLimit).as_int(),
            live: self.get(Key::ConcurrencyCapUsed).as_int().unwrap(),
        }
    }

    /// As the domain judges it.
    fn state(&self) -> State {
        State::of(self.get(Key::Paused).as_bool().unwrap(), &self.caps())
    }

    fn opening(&self) -> Opening {
        let hours = self.get(Key::Hours).as_text().map(|hours| hours.parse().unwrap());
        let zone = self.get(Key::TimeZone).as_text().unwrap_or(&self.company_zone);
        Opening::at(hours.as_ref(), self.at, zone, &Jiff)
    }

    fn eligibility(&self) -> Eligibility {
        let paused = self.get(Key::Paused).as_bool().unwrap();
        let buyers = self.get(Key::BuyerIds).as_ids().len();
        // Of the two buyers of each round the second is paused, so a group with both has one that is on.
        let on = buyers.saturating_sub(1);
        let caps = self.caps();
        let standing = Standing { paused, opening: self.opening(), caps: &caps, buyers, buyers_on: on };
        Eligibility::of(standing, Need::LEAST, |window| match window {
            Window::Total => None,
            window => self.get(Key::ResetsAt(window)).as_instant(),
        })
    }
}

/// Holds every group, filter, order and count to the domain's rules.
fn compare(world: &World, at: Instant) -> Vec<Shown> {
    let keys: Vec<Key> =
        BuyerGroup.fields().iter().filter(|field| field.is_column()).map(|field| field.key).collect();
    let names: Vec<String> = keys.iter().map(|key| key.name().into_owned()).collect();
    let columns = names.join(",");
    let page = world.list_at(BuyerGroup, &[("columns", &columns), ("per_page", "1000")], at);
    let company_zone = world.company().iana;
    let shown = |row: Vec<Value>| {
        let values = keys.iter().copied().zip(row).collect();
        Shown { values, at, company_zone: company_zone.clone() }
    };
    let groups: Vec<Shown> = page.rows.into_iter().map(shown).collect();

    let mut tiers: BTreeMap<Decimal, Vec<Competitor>> = BTreeMap::new();
    for group in &groups {
        let (caps, eligibility) = (group.caps(), group.eligibility());
        assert_eq!(*group.get(Key::MaxedOut), Value::Bool(caps.maxed_out()));
        assert_eq!(*group.get(Key::State), Value::Text(group.state().name().to_owned()));
        assert_eq!(*group.get(Key::Eligibility), Value::Eligibility(eligibility.clone()));
        let weight = group.get(Key::Weight).as_decimal().unwrap();
        let competitor = Competitor { weight, eligible: eligibility.can_take_calls() };
        tiers.entry(group.get(Key::Tier).as_decimal().unwrap()).or_default().push(competitor);
    }
    let mut expected: BTreeMap<Decimal, std::vec::IntoIter<Decimal>> =
        tiers.into_iter().map(|(tier, group)| (tier, shares(&group).into_iter())).collect();
    for group in &groups {
        let tier = group.get(Key::Tier).as_decimal().unwrap();
        assert_eq!(group.get(Key::Share).as_decimal(), expected.get_mut(&tier).unwrap().next());
    }
    filters_find_each_state(world, at, &groups);
    the_summary_counts(world, at, &groups);
    routing_is_tier_then_share(world, at);
    groups
}

fn passed_windows_read_as_nothing(groups: &[Shown], at: Instant) {
    for (group, (metric, window)) in groups.iter().flat_map(|group| cells().map(move |cell| (group, cell))) {
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

fn filters_find_each_state(world: &World, at: Instant, groups: &[Shown]) {
    for state in State::ALL {
        let is_in_it = |group: &&Shown| group.state() == state;
        let mut expected: Vec<i64> =
            groups.iter().filter(is_in_it).map(|group| group.get(Key::Id).as_int().unwrap()).collect();
        expected.sort_unstable();
        let params = [("state", state.name()), ("columns", "id"), ("order", "id"), ("order_dir", "asc")];
        let page = world.list_at(BuyerGroup, &[&params[..], &[("per_page", "1000")]].concat(), at);
        let found: Vec<i64> = page.rows.iter().map(|row| row[0].as_int().unwrap()).collect();
        assert_eq!(found, expected, "{state:?} at {at}");
        assert_eq!(page.metadata.total_count, expected.len() as u64);
    }
}

fn the_summary_counts(world: &World, at: Instant, groups: &[Shown]) {
    let metadata = world.list_at(BuyerGroup, &[("summary", "1"), ("per_page", "1")], at).metadata;
    let count = |keeps: &dyn Fn(&Shown) -> bool| groups.iter().filter(|group| keeps(group)).count() as u64;
    let states = metadata.states.unwrap();
    let counted = [states.taking_calls, states.near_cap, states.maxed_out, states.paused];
    assert_eq!(counted, State::ALL.map(|state| count(&|group| group.state() == state)), "at {at}");
    assert_eq!(states.all, groups.len() as u64);
    let mut all = 0;
    for tier in metadata.tiers.unwrap() {
        let is_in_it = |group: &Shown| group.get(Key::Tier).as_decimal() == Some(tier.tier);
        all += tier.groups;
        assert_eq!(tier.groups, count(&is_in_it));
        let able = count(&|group| is_in_it(group) && group.eligibility().can_take_calls());
        assert_eq!(tier.can_take_calls, able, "tier {} at {at}", tier.tier);
    }
    assert_eq!(all, states.all);
}

/// By the exact shares, of which the column shows four places; ties by id.
fn routing_is_tier_then_share(world: &World, at: Instant) {
    for (direction, sign) in [("asc", 1), ("desc", -1)] {
        let params = [("order", "routing"), ("order_dir", direction), ("per_page", "1000")];
        let columns = [("columns", "tier,share,weight,id")];
        let rows = world.list_at(BuyerGroup, &[&params[..], &columns].concat(), at).rows;
        let key = |row: &Vec<Value>| {
            let [tier, share, weight] = [0, 1, 2].map(|at| row[at].as_decimal().unwrap().units());
            // Of two groups whose share is nothing, neither comes first for its weight.
            let weight = if share > 0 { weight } else { 0 };
            [sign * tier, sign * -share, sign * -weight, sign * row[3].as_int().unwrap()]
        };
        assert!(rows.is_sorted_by_key(key), "routing order {direction} at {at}");
    }
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
fn in_routing_order_groups_that_all_weigh_nothing_come_before_those_that_cannot_take_calls() {
    on_both(|world| {
        let buyer = world.create(Resource::Buyer, &[("name", "B")]).to_string();
        let group = |name, tier, weight, paused| {
            let fields = [("name", name), ("tier", tier), ("weight", weight), ("paused", paused)];
            world.create(BuyerGroup, &[&fields[..], &[("buyer_ids", buyer.as_str())]].concat());
        };
        group("paused", "1", "5", "1");
        group("half", "1", "0", "0");
        group("other half", "1", "0", "0");
        group("nothing", "2", "0", "0");
        group("paused too", "2", "5", "1");
        group("all", "2", "1", "0");
        let order = |direction| {
            world.column(BuyerGroup, &[("columns", "name"), ("order", "routing"), ("order_dir", direction)]).0
        };
        let mut expected = ["half", "other half", "paused", "all", "nothing", "paused too"];
        assert_eq!(order("asc"), expected);
        expected.reverse();
        assert_eq!(order("desc"), expected);
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
                writer.set_usage(company, group, &used, 0, now())?;
                writer.reopen_windows(company, now())
            })
            .unwrap();
        let seen = || {
            let daily = Key::Used(Metric::Attempt, Window::Daily);
            let total = Key::Used(Metric::Attempt, Window::Total);
            world.get(BuyerGroup, group, &[total, daily, Key::State, Key::Revision, Key::UpdatedAt]).unwrap()
        };
        let found = || world.column(BuyerGroup, &[("state", "maxed_out")]).1;
        assert_eq!(seen()[..4], ["5", "3", "maxed_out", "1"]);
        assert_eq!(found(), 1);
        world.update(BuyerGroup, group, &[("reset_total_caps", "true")]).unwrap();
        assert_eq!(seen(), ["0", "3", "taking_calls", "1", &now().to_string()]);
        assert_eq!(found(), 0);
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
                writer.set_usage(company, own, &used, 0, now())?;
                writer.set_usage(company, inherits, &used, 0, now())?;
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
