//! Lists: pages, orders, filters, dates, cursors, totals.

use domain::field::Order;
use domain::{Id, Instant, Key, Resource};

use crate::support::{Dice, NOW, World, creation, now, on_both, query};

use Resource::{Buyer, BuyerGroup, Offer};

/// Groups with settings and usage from a fixed stream, some with a zone of their own.
pub(crate) fn many_groups(world: &World, count: u64, seed: u64) -> Vec<Id> {
    let actor = world.actor;
    let buyers = ["One", "Two"].map(|name| world.create(Buyer, &[("name", name)]));
    world.update(Buyer, buyers[1], &[("paused", "1")]).unwrap();
    let offer = world.create(Offer, &[("name", "Loans")]);
    let ids: Vec<Id> = world
        .store
        .write_now(move |writer| {
            let mut dice = Dice(seed);
            let mut ids = Vec::new();
            for n in 0..count {
                let change = creation(BuyerGroup, &fields(&mut dice, n, &buyers));
                let at = Instant::from_ms(NOW - (dice.roll(50) * 3_600_000) as i64);
                let id = writer.create(&actor, &change, at)?;
                let used: Vec<_> = cells()
                    .map(|(metric, window)| (metric, window, domain::Decimal::whole(dice.roll(12) as i32)))
                    .collect();
                writer.set_usage(actor.company, id, &used, dice.roll(4) as i64, now())?;
                ids.push(id);
            }
            writer.reopen_windows(actor.company, now())?;
            Ok(ids)
        })
        .unwrap();
    let served: Vec<String> = ids.iter().step_by(3).map(Id::to_string).collect();
    world.update(Offer, offer, &[("buyer_group_ids", &served.join(","))]).unwrap();
    ids
}

pub(crate) fn cells() -> impl Iterator<Item = (domain::Metric, domain::Window)> {
    domain::Metric::ALL.into_iter().flat_map(|metric| domain::Window::ALL.map(|window| (metric, window)))
}

/// Hours that some groups have; now is a Tuesday.
pub(crate) const HOURS: [&str; 3] =
    ["Mon-Fri 09:00-12:00, 13:00-17:00", "Sat-Sun 00:00-24:00", "Tue 22:00-06:00"];

fn fields(dice: &mut Dice, n: u64, buyers: &[Id]) -> Vec<(&'static str, &'static str)> {
    // Leaked: a test's few hundred short texts.
    let text = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    let mut fields = vec![
        ("name", text(format!("Group {} {n}", ["north", "South", "èast"][dice.roll(3) as usize]))),
        ("tier", ["-1", "1", "1", "2.5"][dice.roll(4) as usize]),
        ("weight", text(dice.roll(4).to_string())),
        ("paused", ["0", "0", "0", "1"][dice.roll(4) as usize]),
        ("dial_buyers_type", ["sequentially", "simultaneously"][dice.roll(2) as usize]),
    ];
    match dice.roll(4) {
        0 => {}
        1 => fields.push(("buyer_ids", text(buyers[1].to_string()))),
        _ => fields.push(("buyer_ids", text(format!("{},{}", buyers[0], buyers[1])))),
    }
    if dice.roll(3) == 0 {
        fields.push(("time_zone", ["Asia/Kolkata", "Europe/Berlin", "UTC"][dice.roll(3) as usize]));
    }
    if dice.roll(4) == 0 {
        fields.push(("concurrency_cap_limit", text(dice.roll(6).to_string())));
    }
    if dice.roll(3) == 0 {
        fields.push(("hours", HOURS[dice.roll(3) as usize]));
    }
    for (metric, window) in cells() {
        if dice.roll(12) == 0 {
            let limit = text(format!("{}.5", 5 + dice.roll(40)));
            fields.push((text(Key::Limit(metric, window).name().into_owned()), limit));
        }
    }
    fields
}

/// Every order of every resource, in both directions: sorted, NULL last, ties by id in the same direction.
#[test]
fn every_order_sorts_with_null_last_and_ties_by_id() {
    on_both(|world| {
        let ids = many_groups(world, 60, 1);
        world.delete(BuyerGroup, ids[7]).unwrap();
        for n in 0..9 {
            let zone = if n % 2 == 0 { "EST" } else { "" };
            world.create(Buyer, &[("name", &format!("B{}", n % 3)), ("time_zone", zone)]);
            world.create(
                Offer,
                &[("name", &format!("O{}", n % 3)), ("expected_revenue", if n % 2 == 0 { "3" } else { "" })],
            );
        }
        for resource in Resource::LISTED {
            for field in resource.fields().iter().filter(|field| field.order != Order::No) {
                check_order(world, resource, field);
            }
        }
    });
}

fn check_order(world: &World, resource: Resource, field: &domain::Field) {
    let order = field.key.order_name();
    let shown = match field.key {
        Key::CapResetAt | Key::Routing => "id".to_owned(),
        Key::InProgressCount | Key::InProgressUsed => "concurrency_cap_used".to_owned(),
        _ => field.name.to_string(),
    };
    let columns = format!("id,{shown}");
    let page = |direction: &str| {
        let params =
            [("order", &*order), ("order_dir", direction), ("per_page", "1000"), ("columns", &columns)];
        world.list(resource, &params)
    };
    let (up, down) = (page("asc"), page("desc"));
    assert_eq!(up.rows.len() as u64, up.metadata.total_count, "{order}");
    let key = |row: &Vec<domain::Value>| (row.last().unwrap().clone(), row[0].as_int().unwrap());
    for (page, descending) in [(&up, false), (&down, true)] {
        for pair in page.rows.windows(2) {
            let ((one, one_id), (two, two_id)) = (key(&pair[0]), key(&pair[1]));
            let by_id = if descending { one_id > two_id } else { one_id < two_id };
            let ordered = match (one.is_blank(), two.is_blank()) {
                // Not shown as a column: that it sorts at all is what is looked at here.
                _ if matches!(field.key, Key::CapResetAt | Key::Routing) => true,
                (true, true) => by_id,
                (false, true) => true,
                (true, false) => false,
                (false, false) if one == two => by_id,
                (false, false) => precedes(field.key, &one, &two) != descending,
            };
            assert!(ordered, "{resource:?} by {order}, descending {descending}: {one:?} before {two:?}");
        }
    }
}

fn precedes(key: Key, one: &domain::Value, two: &domain::Value) -> bool {
    use domain::Value::{Bool, Decimal, Instant, Int, Text};
    let rank = |name: &str| domain::State::ALL.iter().position(|state| state.name() == name);
    match (one, two) {
        (Text(one), Text(two)) if key == Key::State => rank(one) < rank(two),
        (Text(one), Text(two)) => one < two,
        (Int(one), Int(two)) => one < two,
        (Decimal(one), Decimal(two)) => one < two,
        (Instant(one), Instant(two)) => one < two,
        (Bool(one), Bool(two)) => !one && *two,
        other => panic!("{other:?} cannot be compared"),
    }
}

#[test]
fn cap_reset_at_is_the_next_reset_among_the_windows_with_a_limit() {
    on_both(|world| {
        let group = |fields: &[(&str, &str)]| {
            let all: Vec<(&str, &str)> = [&[("name", "G")], fields].concat();
            world.create(BuyerGroup, &all).to_string()
        };
        let never = group(&[("attempt_total_limit", "5")]);
        // 15:20:30 UTC is 20:50:30 in Kolkata, whose hour ends in 9½ minutes and whose day in 3 h 9½ min.
        let day_in_kolkata = group(&[("time_zone", "Asia/Kolkata"), ("revenue_daily_limit", "5")]);
        let hour_in_kolkata = group(&[
            ("time_zone", "Asia/Kolkata"),
            ("attempt_hourly_limit", "5"),
            ("revenue_daily_limit", "5"),
        ]);
        let hour = group(&[("connection_hourly_limit", "1")]);
        let month = group(&[("connection_monthly_limit", "1")]);
        let params = |direction| [("order", "cap_reset_at"), ("order_dir", direction), ("columns", "id")];
        let (up, _) = world.column(BuyerGroup, &params("asc"));
        assert_eq!(up, [&*hour_in_kolkata, &*hour, &*day_in_kolkata, &*month, &*never]);
        let (down, _) = world.column(BuyerGroup, &params("desc"));
        assert_eq!(down, [&*month, &*day_in_kolkata, &*hour, &*hour_in_kolkata, &*never]);
    });
}

#[test]
fn pages_cover_the_list_once_and_totals_are_exact() {
    on_both(|world| {
        let ids = many_groups(world, 53, 2);
        for order in ["id", "name", "weight", "call_limits.attempt_daily_used", "share"] {
            let mut seen = Vec::new();
            for page in ["1", "2", "3", "4"] {
                let found = world.list(
                    BuyerGroup,
                    &[("order", order), ("page", page), ("per_page", "20"), ("columns", "id")],
                );
                assert_eq!((found.metadata.total_count, found.metadata.total_pages), (53, 3));
                let next = page.parse::<u32>().ok().map(|page| page + 1).filter(|next| *next <= 3);
                assert_eq!(found.metadata.next_page, next);
                seen.extend(found.rows.iter().map(|row| row[0].as_int().unwrap()));
            }
            seen.sort_unstable();
            assert_eq!(seen, ids.iter().map(|id| id.get()).collect::<Vec<_>>(), "{order}");
        }
    });
}

#[test]
fn a_cursor_walks_through_all_records_by_id() {
    on_both(|world| {
        let ids = many_groups(world, 12, 3);
        for direction in ["asc", "desc"] {
            let (mut cursor, mut seen, mut pages) = (-1, Vec::new(), 0);
            while cursor != 0 {
                let text = cursor.to_string();
                let params = [
                    ("cursor", text.as_str()),
                    ("per_page", "4"),
                    ("order_dir", direction),
                    ("columns", "id,share"),
                ];
                let page = world.list(BuyerGroup, &params);
                assert_eq!((page.metadata.page, page.metadata.total_count), (None, 12));
                seen.extend(page.rows.iter().map(|row| row[0].as_int().unwrap()));
                cursor = page.metadata.next_cursor.unwrap();
                pages += 1;
            }
            if direction == "desc" {
                seen.reverse();
            }
            assert_eq!((seen, pages), (ids.iter().map(|id| id.get()).collect(), 3));
        }
    });
}

#[test]
fn ids_first_and_rows_by_chunks_give_the_same_as_a_list() {
    on_both(|world| {
        many_groups(world, 30, 4);
        let company = world.company();
        let query = query(
            BuyerGroup,
            &[("order", "name"), ("per_page", "30"), ("offer_id", "1"), ("columns", "name,share")],
        );
        let page = world.store.read(|reader| reader.list(&company, &query, now())).unwrap();
        let ids = world.store.read(|reader| reader.ids(&company, &query, now())).unwrap();
        let mut rows = Vec::new();
        for some in ids.chunks(7) {
            rows.extend(world.store.read(|reader| reader.rows_for(&company, &query, some, now())).unwrap());
        }
        assert_eq!(rows, page.rows);
    });
}

#[test]
fn filters_are_combined_with_and_their_values_with_or() {
    on_both(|world| {
        let ids = many_groups(world, 80, 5);
        let all = world.list(
            BuyerGroup,
            &[
                ("per_page", "1000"),
                ("columns", "id,state,tier,dial_buyers_type,buyer_ids,offer_ids,created_at"),
            ],
        );
        let offer = world.column(Offer, &[("columns", "id")]).0.remove(0);
        let buyer = world.column(Buyer, &[("columns", "id"), ("order_dir", "desc")]).0.remove(0);
        let from = now().plus_ms(-20 * 3_600_000);
        let written = from.to_string();
        type Keeps<'a> = Box<dyn Fn(&[String]) -> bool + 'a>;
        let cases: Vec<(Vec<(&str, &str)>, Keeps<'_>)> = vec![
            (
                vec![("state", "paused,maxed_out")],
                Box::new(|row| ["paused", "maxed_out"].contains(&&*row[1])),
            ),
            (
                vec![("tier", "2.5"), ("state", "taking_calls")],
                Box::new(|row| row[2] == "2.5" && row[1] == "taking_calls"),
            ),
            (vec![("dial_buyers_type", "simultaneously")], Box::new(|row| row[3] == "simultaneously")),
            (vec![("buyer_id", &buyer)], Box::new(|row| row[4].split(',').any(|id| id == buyer))),
            (
                vec![("offer_id", &offer), ("tier", "1,-1")],
                Box::new(|row| row[5] == offer && row[2] != "2.5"),
            ),
            (vec![("created_at_from", &written)], Box::new(|row| row[6] >= written)),
            (vec![("created_at_to", &written)], Box::new(|row| row[6] <= written)),
        ];
        for (params, keeps) in cases {
            let texts = |row: &Vec<domain::Value>| row.iter().map(ToString::to_string).collect::<Vec<_>>();
            let expected: Vec<String> =
                all.rows.iter().map(texts).filter(|row| keeps(row)).map(|row| row[0].clone()).collect();
            let asked = [params.clone(), vec![("per_page", "1000"), ("columns", "id")]].concat();
            let (found, total) = world.column(BuyerGroup, &asked);
            assert_eq!(found, expected, "{params:?}");
            assert_eq!(total, expected.len() as u64);
            assert!(!expected.is_empty() && expected.len() < ids.len(), "{params:?} tells nothing");
        }
        let group = ids[0].to_string();
        assert_eq!(world.column(Offer, &[("buyer_group_id", &group), ("columns", "id")]), (vec![offer], 1));
        assert_eq!(world.column(Buyer, &[("paused", "true"), ("columns", "id")]), (vec![buyer], 1));
    });
}

#[test]
fn the_summary_counts_states_and_tiers_each_without_its_own_filter() {
    on_both(|world| {
        many_groups(world, 80, 6);
        let all = world.list(
            BuyerGroup,
            &[("per_page", "1000"), ("columns", "state,tier,eligibility"), ("summary", "1")],
        );
        let count = |keeps: &dyn Fn(&[String]) -> bool| {
            let texts = |row: &Vec<domain::Value>| row.iter().map(ToString::to_string).collect::<Vec<_>>();
            all.rows.iter().map(texts).filter(|row| keeps(row)).count() as u64
        };
        let states = all.metadata.states.unwrap();
        assert_eq!(states.all, 80);
        assert_eq!(states.paused, count(&|row| row[0] == "paused"));
        assert_eq!(states.maxed_out, count(&|row| row[0] == "maxed_out"));
        assert_eq!(states.near_cap, count(&|row| row[0] == "near_cap"));
        assert_eq!(states.taking_calls, count(&|row| row[0] == "taking_calls"));
        let tiers = all.metadata.tiers.unwrap();
        assert_eq!(tiers.iter().map(|tier| tier.tier.to_string()).collect::<Vec<_>>(), ["-1", "1", "2.5"]);
        for tier in &tiers {
            let name = tier.tier.to_string();
            assert_eq!(tier.groups, count(&|row| row[1] == name));
            assert_eq!(tier.can_take_calls, count(&|row| row[1] == name && row[2].is_empty()));
        }
        let narrowed =
            world.list(BuyerGroup, &[("state", "paused"), ("tier", "1"), ("summary", "1")]).metadata;
        assert_eq!(narrowed.total_count, count(&|row| row[0] == "paused" && row[1] == "1"));
        let states = narrowed.states.unwrap();
        assert_eq!((states.all, states.paused), (count(&|row| row[1] == "1"), narrowed.total_count));
        let tiers: Vec<u64> = narrowed.tiers.unwrap().iter().map(|tier| tier.groups).collect();
        assert_eq!(tiers.iter().sum::<u64>(), count(&|row| row[0] == "paused"));
        for narrowing in [&[][..], &[("fulltext", "group 1")], &[("tier", "1,2.5")], &[("state", "paused")]] {
            let with_summary: Vec<_> = narrowing.iter().copied().chain([("summary", "1")]).collect();
            let total = |params: &[(&str, &str)]| world.list(BuyerGroup, params).metadata.total_count;
            assert_eq!(total(&with_summary), total(narrowing), "{narrowing:?}");
        }
    });
}

#[test]
fn a_filter_takes_a_thousand_values() {
    on_both(|world| {
        let ids = |count: u64| (1..=count).map(|id| id.to_string()).collect::<Vec<_>>().join(",");
        assert_eq!(world.list(BuyerGroup, &[("buyer_id", &ids(1_000))]).rows.len(), 0);
        let company = world.company();
        let query = query(BuyerGroup, &[("buyer_id", &ids(1_001))]);
        let refused = world.store.read(|reader| reader.list(&company, &query, now()));
        assert!(matches!(refused, Err(store::Error::Violations(_))), "{refused:?}");
    });
}
