use super::*;
use crate::id::Id;
use crate::instant::Civil;
use crate::kind::Kind;
use crate::list::Format;
use crate::params::Params;
use crate::time_zone::ZoneNames;
use crate::value::{Input, Value};
use crate::violation::Violation;

/// Every zone is UTC.
struct Utc;

impl ZoneNames for Utc {
    fn canonical(&self, name: &str) -> Option<String> {
        Some(name.to_owned())
    }
}

impl Zones for Utc {
    fn offset_at(&self, _: &str, _: Instant) -> i32 {
        0
    }

    fn instants(&self, _: &str, civil: Civil) -> (Instant, Instant) {
        (civil.at_offset(0), civil.at_offset(0))
    }
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// A group with these caps, and others without a limit that have counted nothing.
fn caps(cells: &[(Metric, Window, &str, &str)], live_limit: Option<i64>, live: i64) -> Caps {
    let all = Metric::ALL.into_iter().flat_map(|metric| Window::ALL.map(|window| (metric, window)));
    let cells = all.map(|(metric, window)| {
        let given = cells.iter().find(|cell| (cell.0, cell.1) == (metric, window));
        let (limit, used) = given.map_or(("", "0"), |cell| (cell.2, cell.3));
        Cap::new(metric, window, limit.parse().ok(), decimal(used))
    });
    Caps { cells: cells.collect(), live_limit, live }
}

/// How full one of them is, at an instant in UTC.
fn usage(caps: &Caps, metric: Metric, window: Window, now: &str) -> Usage {
    let spans = Spans::at(Instant::parse(now).unwrap(), "Etc/UTC", &Utc);
    let of = Meter::Cap(metric, window);
    Usage::of(caps, &spans).into_iter().find(|usage| usage.meter == of).unwrap()
}

fn shown(at: Option<Instant>) -> String {
    at.map_or_else(|| "never".to_owned(), |at| at.to_string().replace(":00.000+00:00", ""))
}

const NOON: &str = "2026-03-10T12:00:00Z";

#[test]
fn a_cap_is_full_near_open_or_none() {
    for (limit, used, state, part) in [
        ("", "50", UsageState::Uncapped, None),
        ("100", "79", UsageState::Open, Some("0.79")),
        ("100", "80", UsageState::Near, Some("0.8")),
        ("100", "100", UsageState::Full, Some("1")),
        ("100", "120", UsageState::Full, Some("1.2")),
        ("0", "0", UsageState::Full, Some("1")),
    ] {
        let caps = caps(&[(Metric::Attempt, Window::Daily, limit, used)], None, 0);
        let usage = usage(&caps, Metric::Attempt, Window::Daily, NOON);
        assert_eq!((usage.state, usage.part), (state, part.map(decimal)), "{used} of {limit}");
    }
}

#[test]
fn what_was_taken_back_is_no_part_of_a_cap() {
    let caps = caps(&[(Metric::EarnedRevenue, Window::Daily, "100", "-30")], None, 0);
    let usage = usage(&caps, Metric::EarnedRevenue, Window::Daily, NOON);
    assert_eq!((usage.part, usage.pace, usage.full_at), (Some(Decimal::ZERO), Some(Decimal::ZERO), None));
}

#[test]
fn what_is_reserved_fills_a_cap_but_is_not_used() {
    let mut caps = caps(&[(Metric::Attempt, Window::Daily, "10", "4")], None, 0);
    caps.cells.iter_mut().for_each(|cap| cap.reserved = decimal("6"));
    let usage = usage(&caps, Metric::Attempt, Window::Daily, NOON);
    assert_eq!((usage.state, usage.part), (UsageState::Full, Some(decimal("0.4"))));
    assert_eq!((usage.remaining, usage.full_at), (Some(Decimal::ZERO), None));
}

#[test]
fn a_forecast_goes_on_at_the_pace_of_the_window() {
    let of = |limit, used, now| {
        let caps = caps(&[(Metric::Attempt, Window::Daily, limit, used)], None, 0);
        let usage = usage(&caps, Metric::Attempt, Window::Daily, now);
        (usage.pace.unwrap().to_string(), shown(usage.full_at))
    };
    // 60 in 12 hours are 5 an hour: 20 more take 4 hours.
    assert_eq!(of("80", "60", NOON), ("5".to_owned(), "2026-03-10T16:00".to_owned()));
    assert_eq!(of("80.9", "60", NOON).1, "2026-03-10T16:00", "80 of 80.9 calls leave no room");
    // 60 more would be full at midnight, when it starts anew.
    assert_eq!(of("120", "60", NOON).1, "never");
    assert_eq!(of("119", "60", NOON).1, "2026-03-10T23:48");
    assert_eq!(of("80", "0", NOON), ("0".to_owned(), "never".to_owned()));
    assert_eq!(of("60", "60", NOON).1, "never", "it is full");
    assert_eq!(of("", "60", NOON), ("5".to_owned(), "never".to_owned()));
}

#[test]
fn a_window_that_has_just_begun_makes_no_wild_forecast() {
    let caps = caps(&[(Metric::Attempt, Window::Hourly, "100", "5")], None, 0);
    let usage = usage(&caps, Metric::Attempt, Window::Hourly, "2026-03-10T12:00:01Z");
    assert_eq!((usage.pace, usage.full_at), (Some(decimal("30")), None));
    assert_eq!(shown(usage.resets_at), "2026-03-10T13:00");
}

#[test]
fn money_is_reached_exactly() {
    let caps = caps(&[(Metric::Revenue, Window::Daily, "12.5", "12")], None, 0);
    let usage = usage(&caps, Metric::Revenue, Window::Daily, NOON);
    assert_eq!((usage.pace, shown(usage.full_at)), (Some(Decimal::ONE), "2026-03-10T12:30".to_owned()));
}

#[test]
fn a_total_goes_on_at_the_pace_of_the_month() {
    let of = |limit| {
        let cells =
            [(Metric::Attempt, Window::Monthly, "", "228"), (Metric::Attempt, Window::Total, limit, "1000")];
        usage(&caps(&cells, None, 0), Metric::Attempt, Window::Total, NOON)
    };
    // 228 in 9.5 days are one an hour.
    let usage = of("1100");
    assert_eq!((usage.pace, usage.resets_at), (Some(Decimal::ONE), None));
    assert_eq!(shown(usage.full_at), "2026-03-14T16:00");
    assert_eq!(shown(of("10000").full_at), "never", "more than a year away");
}

#[test]
fn live_calls_have_neither_window_nor_pace() {
    let spans = Spans::at(Instant::parse(NOON).unwrap(), "Etc/UTC", &Utc);
    let of = |limit, live| *Usage::of(&caps(&[], limit, live), &spans).last().unwrap();
    assert_eq!(of(None, 3).state, UsageState::Uncapped);
    assert_eq!(of(Some(5), 3).state, UsageState::Open);
    assert_eq!(of(Some(5), 4).state, UsageState::Near);
    let full = of(Some(5), 6);
    assert_eq!((full.meter, full.state), (Meter::LiveCalls, UsageState::Full));
    assert_eq!((full.remaining, full.part), (Some(Decimal::ZERO), Some(decimal("1.2"))));
    assert_eq!((full.resets_at, full.pace), (None, None));
}

#[test]
fn the_fullest_come_first() {
    let cells = [
        (Metric::Attempt, Window::Hourly, "10", "5"),
        (Metric::Attempt, Window::Daily, "10", "5"),
        (Metric::Attempt, Window::Total, "10", "9"),
        (Metric::Connection, Window::Daily, "0", "0"),
        (Metric::Revenue, Window::Daily, "100", "95"),
    ];
    let spans = Spans::at(Instant::parse(NOON).unwrap(), "Etc/UTC", &Utc);
    let mut usages = Usage::of(&caps(&cells, None, 0), &spans);
    usages.sort_by_key(Usage::rank);
    let first: Vec<Meter> = usages.iter().take(5).map(|usage| usage.meter).collect();
    let sorted = [3, 4, 2, 0, 1].map(|at: usize| Meter::Cap(cells[at].0, cells[at].1));
    assert_eq!(first, sorted);
}

#[test]
fn a_row_has_every_column() {
    let spans = Spans::at(Instant::parse(NOON).unwrap(), "Etc/UTC", &Utc);
    let group = Id::parse("100001").unwrap();
    let row = |usage| UsageRow { group, name: "West".to_owned(), tier: Decimal::ONE, paused: false, usage };
    let full = caps(&[(Metric::Attempt, Window::Daily, "80", "60")], None, 0);
    for usage in Usage::of(&full, &spans) {
        let row = row(Some(usage));
        for field in USAGE_FIELDS {
            let value = row.value(field.key);
            assert!(field.is_nullable || !value.is_blank(), "{}", field.name);
            let holds = match value {
                Value::Null => true,
                Value::Text(text) => match field.kind {
                    Kind::Choice(choices) => choices.iter().any(|choice| choice.name == text),
                    kind => matches!(kind, Kind::Text(_)),
                },
                Value::Decimal(_) => matches!(field.kind, Kind::Decimal | Kind::Positive | Kind::Share),
                Value::Int(_) => field.kind == Kind::Id,
                Value::Bool(_) => field.kind == Kind::Boolean,
                Value::Instant(_) => field.kind == Kind::Instant,
                _ => false,
            };
            assert!(holds, "{}", field.name);
        }
    }
    let none = serde_json::to_string(&row(None)).unwrap();
    assert!(none.contains(r#""metric":null,"window":null,"limit":null,"used":null"#), "{none}");
    assert!(none.contains(r#""state":"uncapped""#), "{none}");
}

fn query(pairs: &[(&str, &str)]) -> Result<CapsQuery, Vec<Violation>> {
    let params: Params = pairs.iter().map(|&(name, text)| (name, Input::from(text))).collect();
    CapsQuery::parse(&params, Format::Json, &Utc)
}

#[test]
fn every_fault_names_its_parameter() {
    let faults = query(&[
        ("state", "full,filled"),
        ("buyer_group_id", "x"),
        ("offer_id", "-1"),
        ("tier", "upper"),
        ("metric", "calls"),
        ("window", "yearly"),
        ("page", "0"),
        ("per_page", "1001"),
    ])
    .unwrap_err();
    let mut names: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
    let mut known: Vec<&str> = CAPS_PARAMS.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    known.sort_unstable();
    assert_eq!(names, known);
}

#[test]
fn a_query_is_about_some_caps_and_the_groups_without_them() {
    let spans = Spans::at(Instant::parse(NOON).unwrap(), "Etc/UTC", &Utc);
    let cells = [(Metric::Attempt, Window::Daily, "80", "60"), (Metric::Revenue, Window::Total, "80", "60")];
    let usages = Usage::of(&caps(&cells, Some(3), 0), &spans);
    let rows = |pairs: &[(&str, &str)]| query(pairs).unwrap().rows_of(usages.clone());
    let meters = |pairs: &[(&str, &str)]| -> Vec<Option<Meter>> {
        rows(pairs).iter().map(|row| row.map(|usage| usage.meter)).collect()
    };
    let (attempts, revenue) =
        (Meter::Cap(Metric::Attempt, Window::Daily), Meter::Cap(Metric::Revenue, Window::Total));
    assert_eq!(meters(&[]), [Some(attempts), Some(revenue), Some(Meter::LiveCalls)]);
    assert_eq!(meters(&[("metric", "live_calls, revenue")]), [Some(revenue), Some(Meter::LiveCalls)]);
    assert_eq!(meters(&[("window", "daily")]), [Some(attempts)]);
    assert_eq!(meters(&[("window", "hourly")]), [None]);
    let states = query(&[("state", "near,uncapped")]).unwrap().states;
    assert_eq!(states, [UsageState::Uncapped, UsageState::Near]);
}
