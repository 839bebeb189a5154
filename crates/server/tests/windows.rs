//! Windows and hours in the zones with the most awkward clocks, from 2024 to 2030: half hours, midnights that are skipped
//! or come twice, two hours at once, other months each year.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use domain::{Civil, Hours, Instant, Opening, Window, ZoneNames, Zones};
use server::BundledZones;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

const ZONES: [&str; 14] = [
    "Africa/Casablanca",
    "America/Havana",
    "America/Nuuk",
    "America/Santiago",
    "America/Scoresbysund",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Europe/London",
    "Pacific/Apia",
    "Pacific/Chatham",
];

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn years() -> (Instant, Instant) {
    (at("2024-01-01T00:00:00Z"), at("2031-01-01T00:00:00Z"))
}

/// The jumps of a zone's clocks: all of them lie on full minutes, so that those are looked at.
fn jumps(iana: &str, zones: &BundledZones) -> Vec<Instant> {
    let (from, to) = years();
    let mut jumps = Vec::new();
    let mut day = from;
    while day < to {
        let next = day.plus_ms(24 * HOUR_MS);
        if zones.offset_at(iana, day) != zones.offset_at(iana, next) {
            let minutes = (1..=24 * 60).map(|minute| day.plus_ms(minute * MINUTE_MS));
            let before = zones.offset_at(iana, day);
            jumps.extend(minutes.into_iter().find(|at| zones.offset_at(iana, *at) != before));
        }
        day = next;
    }
    jumps
}

fn clock(iana: &str, at: Instant, zones: &BundledZones) -> Civil {
    at.civil(zones.offset_at(iana, at))
}

/// The instants between two at which a window starts anew.
fn resets(window: Window, (from, to): (Instant, Instant), iana: &str, zones: &BundledZones) -> Vec<Instant> {
    let mut resets = vec![from];
    while let Some(next) = window.next_reset(resets[resets.len() - 1], iana, zones).filter(|next| *next < to)
    {
        assert!(next > resets[resets.len() - 1], "{iana} {window:?} {next}");
        resets.push(next);
    }
    resets.remove(0);
    resets
}

#[test]
fn the_zones_are_as_awkward_as_they_are_said_to_be() {
    let zones = BundledZones::default();
    for iana in ZONES {
        assert!(zones.canonical(iana).is_some(), "{iana}");
        let still = ["Asia/Kathmandu", "Pacific/Apia"].contains(&iana);
        assert_eq!(jumps(iana, &zones).is_empty(), still, "{iana}");
    }
}

#[test]
fn each_day_and_each_month_begins_once() {
    let zones = BundledZones::default();
    for iana in ZONES {
        for window in [Window::Daily, Window::Monthly] {
            let mut expected = Vec::new();
            let (from, to) = years();
            let mut date = clock(iana, from, &zones).date;
            loop {
                date = if window == Window::Daily { date.next_day() } else { date.next_month() };
                let (earlier, _) = zones.instants(iana, Civil { date, ms_of_day: 0 });
                if earlier >= to {
                    break;
                }
                expected.push((earlier, date));
            }
            let resets = resets(window, (from, to), iana, &zones);
            let found: Vec<_> = resets.iter().map(|at| (*at, clock(iana, *at, &zones).date)).collect();
            assert_eq!(found, expected, "{iana} {window:?}");
            // Just before, the clock has not yet shown that day.
            for (at, date) in expected {
                assert!(clock(iana, at.plus_ms(-1), &zones).date < date, "{iana} {date}");
            }
        }
    }
}

/// An hour begins whenever the clock shows a full hour, and where it jumps over one or back to before one.
#[test]
fn each_hour_begins_once() {
    let zones = BundledZones::default();
    for iana in ZONES {
        let jumps = jumps(iana, &zones);
        let resets = resets(Window::Hourly, years(), iana, &zones);
        for pair in resets.windows(2) {
            let [from, to] = pair else { continue };
            let lasts = to.ms() - from.ms();
            let jumped = jumps.iter().any(|jump| (*from..=*to).contains(jump));
            assert!(lasts == HOUR_MS || jumped && lasts < HOUR_MS, "{iana} {from} {lasts}");
        }
        for at in &resets {
            let full = clock(iana, *at, &zones).ms_of_day % HOUR_MS == 0;
            assert!(full || jumps.contains(at), "{iana} {at}");
        }
        let full_hours = |from: Instant, to: Instant| {
            let minutes = (to.ms() - from.ms()) / MINUTE_MS;
            let at = (0..minutes).map(|minute| from.plus_ms(minute * MINUTE_MS));
            at.filter(|at| clock(iana, *at, &zones).ms_of_day % HOUR_MS == 0).collect::<Vec<_>>()
        };
        for jump in jumps {
            // No full hour near a jump is forgotten.
            for hour in full_hours(jump.plus_ms(-6 * HOUR_MS), jump.plus_ms(6 * HOUR_MS)) {
                assert!(resets.binary_search(&hour).is_ok(), "{iana} {hour}");
            }
        }
    }
}

/// Whoever asks within a window hears the same end, and it is yet to come: so a counter starts anew once.
#[test]
fn within_a_window_its_end_does_not_move() {
    let zones = BundledZones::default();
    for iana in ZONES {
        let jumps = jumps(iana, &zones);
        for window in Window::RESETTING {
            let asked = |now: Instant, next: Instant| {
                assert_eq!(window.next_reset(now, iana, &zones), Some(next), "{iana} {window:?} {now}");
            };
            // Hours around the jumps, days and months everywhere.
            let (near, years) = (|jump: &Instant| (jump.plus_ms(-DAY_MS), jump.plus_ms(DAY_MS)), years());
            let stretches =
                if window == Window::Hourly { jumps.iter().map(near).collect() } else { vec![years] };
            for stretch in stretches {
                for pair in resets(window, stretch, iana, &zones).windows(2) {
                    let [from, to] = pair else { continue };
                    let lasts = to.ms() - from.ms();
                    for ms in [0, 1, lasts / 3, lasts / 2, lasts - 1] {
                        asked(from.plus_ms(ms), *to);
                    }
                }
            }
            for jump in &jumps {
                let next = resets(
                    window,
                    (
                        jump.plus_ms(-DAY_MS),
                        jump.plus_ms(if window == Window::Hourly { DAY_MS } else { 40 * DAY_MS }),
                    ),
                    iana,
                    &zones,
                );
                for now in (-200..200).map(|minute| jump.plus_ms(minute * MINUTE_MS)) {
                    asked(now, next[next.partition_point(|reset| *reset <= now)]);
                }
            }
        }
    }
}

#[test]
fn hours_begin_and_end_when_the_clock_says_so() {
    let zones = BundledZones::default();
    let all = [
        "Mon-Fri 09:00-17:00",
        "daily 23:30-00:30",
        "daily 00:00-24:00",
        "Sat-Sun 00:00-01:00, 01:30-02:15, 02:45-03:30",
        "Sun 02:00-03:00",
        "Thu-Sat 22:00-06:00",
    ];
    for iana in ZONES {
        for jump in jumps(iana, &zones).into_iter().step_by(2).take(3).chain([at("2027-06-01T00:00:00Z")]) {
            for text in all {
                let hours: Hours = text.parse().unwrap();
                let from = jump.plus_ms(-36 * HOUR_MS - 17 * MINUTE_MS - 1);
                // Looked at minute by minute, from the last millisecond of one to that of the next.
                let minutes: Vec<Instant> =
                    (0..3 * 24 * 60).map(|minute| from.plus_ms(minute * MINUTE_MS)).collect();
                let open: Vec<bool> = minutes.iter().map(|at| hours.is_open(*at, iana, &zones)).collect();
                let mut told = from;
                let mut next = hours.next_change(told, iana, &zones);
                for (minute, pair) in open.windows(2).enumerate() {
                    let changed = pair[0] != pair[1];
                    let until = minutes[minute + 1];
                    let expected = next.is_some_and(|next| next <= until);
                    assert_eq!(changed, expected, "{iana} {text} {until}, told {next:?} at {told}");
                    if changed {
                        assert_eq!(next, Some(until.plus_ms(1 - MINUTE_MS)), "{iana} {text}: on the minute");
                        told = until;
                        next = hours.next_change(told, iana, &zones);
                    }
                }
                let opening = Opening::at(Some(&hours), from, iana, &zones);
                assert_eq!(matches!(opening, Opening::Open { .. }), open[0], "{iana} {text}");
            }
        }
    }
}
