//! The caps screen: every limit of a company, the fullest first.

use domain::{
    Cap, Caps, CapsQuery, Decimal, Format, Id, Input, Instant, Key, Meter, Metric, Params, Resource, Spans,
    Usage, UsageRow, UsageState, Window,
};
use store::{CapsPage, Error, Name};

use crate::lists::{cells, many_groups};
use crate::support::{Jiff, World, new_company, now, on_both};

use Resource::{BuyerGroup, Offer};

fn query(params: &[(&str, &str)]) -> CapsQuery {
    let params: Params = params.iter().map(|&(name, text)| (name, Input::from(text))).collect();
    CapsQuery::parse(&params, Format::Json, &Jiff).unwrap()
}

fn caps_at(world: &World, params: &[(&str, &str)], at: Instant) -> CapsPage {
    let company = world.company();
    world.store.read(|reader| reader.caps(&company, &query(params), at)).unwrap()
}

fn caps(world: &World, params: &[(&str, &str)]) -> CapsPage {
    caps_at(world, &[params, &[("per_page", "1000")]].concat(), now())
}

/// What is reserved of a metric in every group of these tests.
fn reserved(metric: Metric) -> Decimal {
    Decimal::whole(if metric == Metric::Connection { 3 } else { 0 })
}

/// The groups as a list shows them, each with how full all of its caps are by the domain's rules.
fn judged(world: &World, at: Instant) -> Vec<(UsageRow, Vec<Usage>)> {
    let keys = [
        vec![Key::Id, Key::Name, Key::Tier, Key::Paused, Key::TimeZone],
        vec![Key::ConcurrencyCapLimit, Key::ConcurrencyCapUsed],
        cells()
            .flat_map(|(metric, window)| [Key::Limit(metric, window), Key::Used(metric, window)])
            .collect(),
    ]
    .concat();
    let names: Vec<_> = keys.iter().map(|key| key.name()).collect();
    let page = world.list_at(BuyerGroup, &[("columns", &names.join(",")), ("per_page", "1000")], at);
    let company = world.company();
    let judge = |row: Vec<domain::Value>| {
        let [limit, live] = [row[5].as_int(), row[6].as_int()];
        let cells = cells().zip(row[7..].chunks(2)).map(|((metric, window), limit_and_used)| {
            let [limit, used] = [0, 1].map(|at| limit_and_used[at].as_decimal());
            let reserved = reserved(metric);
            Cap { reserved, ..Cap::new(metric, window, limit, used.unwrap()) }
        });
        let caps = Caps { cells: cells.collect(), live_limit: limit, live: live.unwrap() };
        let spans = Spans::at(at, row[4].as_text().unwrap_or(&company.iana), &Jiff);
        let group = UsageRow {
            group: Id::new(row[0].as_int().unwrap()).unwrap(),
            name: row[1].to_string(),
            tier: row[2].as_decimal().unwrap(),
            paused: row[3].as_bool().unwrap(),
            usage: None,
        };
        (group, Usage::of(&caps, &spans))
    };
    page.rows.into_iter().map(judge).collect()
}

#[test]
fn the_fullest_caps_of_all_groups_come_first() {
    on_both(|world| {
        let ids = many_groups(world, 70, 41);
        world.run("UPDATE call_limits SET connection_reserved = 30000");
        world.delete(BuyerGroup, ids[3]).unwrap();
        for hours in [0, 1, 30, 24 * 40] {
            let at = now().plus_ms(hours * 3_600_000);
            let query = query(&[]);
            let mut expected: Vec<UsageRow> = Vec::new();
            for (group, usages) in judged(world, at) {
                let rows = query.rows_of(usages).into_iter();
                expected.extend(rows.map(|usage| UsageRow { usage, ..group.clone() }));
            }
            expected.sort_by_key(|row| {
                let rank = row.usage.map_or(Usage::NONE, |usage| usage.rank());
                (rank, row.group, row.usage.map(|usage| usage.meter))
            });
            let page = caps_at(world, &[("per_page", "1000")], at);
            assert_eq!(page.rows, expected, "at {at}");
            assert_eq!(page.metadata.total_count, expected.len() as u64);
            counts_and_filters_by_state(world, at, &expected);
        }
    });
}

fn counts_and_filters_by_state(world: &World, at: Instant, expected: &[UsageRow]) {
    let state = |row: &UsageRow| row.usage.map_or(UsageState::Uncapped, |usage| usage.state);
    for (place, wanted) in UsageState::ALL.into_iter().enumerate() {
        let of_state: Vec<UsageRow> = expected.iter().filter(|row| state(row) == wanted).cloned().collect();
        let page = caps_at(world, &[("state", wanted.name()), ("per_page", "1000")], at);
        assert_eq!(page.rows, of_state, "{wanted:?} at {at}");
        // The counts leave the filter by state aside.
        let states = page.metadata.states;
        let counted = [states.uncapped, states.open, states.near, states.full][place];
        assert_eq!((counted, states.all), (of_state.len() as u64, expected.len() as u64));
        assert!(at > now() || !of_state.is_empty(), "{wanted:?} is missing");
    }
}

#[test]
fn pages_are_parts_of_one_order() {
    on_both(|world| {
        many_groups(world, 40, 42);
        let all = caps(world, &[]).rows;
        let mut walked = Vec::new();
        for page in 1.. {
            let part = caps_at(world, &[("per_page", "7"), ("page", &page.to_string())], now());
            assert_eq!(part.metadata.total_count, all.len() as u64);
            assert_eq!(part.metadata.next_page.is_some(), (page * 7) < all.len());
            walked.extend(part.rows);
            if part.metadata.next_page.is_none() {
                break;
            }
        }
        assert_eq!(walked, all);
        assert_eq!(caps_at(world, &[("page", "4294967295")], now()).rows, []);
    });
}

#[test]
fn caps_are_narrowed_by_group_offer_tier_metric_and_window() {
    on_both(|world| {
        let ids = many_groups(world, 40, 43);
        let offer = world.column(Offer, &[("columns", "id")]).0.remove(0);
        let all = caps(world, &[]).rows;
        let keep = |keep: &dyn Fn(&UsageRow) -> bool| -> Vec<UsageRow> {
            all.iter().filter(|row| keep(row)).cloned().collect()
        };
        let two = format!("{},{}", ids[1], ids[2]);
        assert_eq!(
            caps(world, &[("buyer_group_id", &two)]).rows,
            keep(&|row| ids[1..3].contains(&row.group))
        );
        let serves = |row: &UsageRow| ids.iter().step_by(3).any(|id| *id == row.group);
        assert_eq!(caps(world, &[("offer_id", &offer)]).rows, keep(&serves));
        let tiers = [Decimal::whole(-1), "2.5".parse().unwrap()];
        assert_eq!(caps(world, &[("tier", "-1, 2.5")]).rows, keep(&|row| tiers.contains(&row.tier)));

        // A group without any of the caps asked for is uncapped.
        let asked = [("metric", "attempt,live_calls")];
        let is_asked = |usage: Usage| {
            matches!(usage.meter, Meter::LiveCalls | Meter::Cap(Metric::Attempt, _)) && usage.limit.is_some()
        };
        let page = caps(world, &asked);
        assert!(page.rows.iter().all(|row| row.usage.is_none_or(is_asked)));
        let with = |row: &&UsageRow| row.usage.is_some();
        assert_eq!(page.rows.iter().filter(with).count(), keep(&|row| row.usage.is_some_and(is_asked)).len());
        let mut groups: Vec<Id> = page.rows.iter().map(|row| row.group).collect();
        groups.sort_unstable();
        groups.dedup();
        assert_eq!(groups.len(), ids.len());
        let daily = caps(world, &[("window", "daily"), ("state", "open,near,full")]);
        let is_daily = |usage: Usage| usage.meter.window() == Some(Window::Daily);
        assert!(!daily.rows.is_empty() && daily.rows.iter().all(|row| row.usage.is_some_and(is_daily)));
    });
}

#[test]
fn one_group_shows_every_cap_and_its_live_calls() {
    on_both(|world| {
        let ids = many_groups(world, 5, 44);
        world.run("UPDATE call_limits SET connection_reserved = 30000");
        let company = world.company();
        let usage = |name: &Name| world.store.read(|reader| reader.usage(&company, name, now()));
        for (group, usages) in judged(world, now()) {
            let expected: Vec<UsageRow> =
                usages.into_iter().map(|usage| UsageRow { usage: Some(usage), ..group.clone() }).collect();
            assert_eq!(expected.len(), 21);
            assert_eq!(usage(&Name::Id(group.group)).unwrap(), expected);
        }
        let uuid = world.value(BuyerGroup, ids[0], Key::Uuid);
        assert_eq!(usage(&Name::Uuid(uuid)).unwrap()[0].group, ids[0]);
        world.delete(BuyerGroup, ids[0]).unwrap();
        assert!(matches!(usage(&Name::Id(ids[0])), Err(Error::NotFound)));
    });
}

#[test]
fn no_company_sees_the_caps_of_another() {
    on_both(|world| {
        let ids = many_groups(world, 5, 45);
        let offer = world.column(Offer, &[("columns", "id")]).0.remove(0);
        let other = world.store.write_now(|writer| new_company(writer, "Other")).unwrap();
        let company = world.store.read(|reader| reader.company(other.company)).unwrap();
        let id = ids[0].to_string();
        for params in [&[][..], &[("buyer_group_id", id.as_str())], &[("offer_id", offer.as_str())]] {
            let page = world.store.read(|reader| reader.caps(&company, &query(params), now())).unwrap();
            assert_eq!((page.rows.len(), page.metadata.states.all), (0, 0), "{params:?}");
        }
        let usage = world.store.read(|reader| reader.usage(&company, &Name::Id(ids[0]), now()));
        assert!(matches!(usage, Err(Error::NotFound)));
    });
}
