//! Who gets a call, and a simulated day, without the database: in processor time of the thread, since that depends far
//! less than the clock on what else the machine is doing.

use std::time::Duration;

use anyhow::Result;
use domain::{
    Candidate, Cap, Caps, Contender, Decimal, Decision, Eligibility, Hours, Id, Instant, Metric, Need,
    Opening, Pattern, Random, Standing, Window, Zones, simulate,
};
use nix::time::{ClockId, clock_gettime};

use crate::table::{Aim, Table, micros};

/// For how long decisions are made of each size.
const ROUND: Duration = Duration::from_millis(700);
const ZONE: &str = "America/New_York";
const CALLS: u32 = 100_000;
const GROUPS_OF_DAY: usize = 200;

/// Measures both.
///
/// # Errors
/// When the system does not tell how long a thread has run.
pub(crate) fn measure(table: &mut Table, zones: &dyn Zones, now: Instant) -> Result<()> {
    println!("— routing, without the database");
    for count in [10, 1_000, 10_000] {
        let mut times = decisions(&groups(count), zones, now)?;
        times.sort_unstable();
        let p99 = times.get(times.len() * 99 / 100).copied().unwrap_or_default();
        let sum: Duration = times.iter().sum();
        let rate = times.len() as f64 / sum.as_secs_f64();
        let aim = if count == 1_000 { Aim::Most(1.0) } else { Aim::None };
        let what = format!("a decision among {count} groups, p99 in ms");
        table.line(&what, &micros(p99), &format!("{rate:.0}/s"), p99.as_secs_f64() * 1e3, aim);
    }
    let groups = groups(GROUPS_OF_DAY);
    let pattern = pattern(now);
    let began = ran()?;
    let day = std::hint::black_box(simulate(&groups, CALLS, &pattern, 1));
    let took = ran()? - began;
    let what = format!("a day of {CALLS} calls among {GROUPS_OF_DAY} groups, s");
    table.line(&what, &micros(took), &format!("{} taken", day.taken), took.as_secs_f64(), Aim::Most(1.0));
    Ok(())
}

/// How long this thread has run.
fn ran() -> Result<Duration> {
    Ok(Duration::from(clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID)?))
}

/// How long each decision took: every group is judged anew, and one is drawn.
fn decisions(groups: &[Contender], zones: &dyn Zones, now: Instant) -> Result<Vec<Duration>> {
    let mut random = Random::seeded(1);
    let mut times = Vec::new();
    let began = ran()?;
    while ran()? - began < ROUND {
        let start = ran()?;
        let candidates = groups.iter().map(|group| candidate(group, zones, now)).collect();
        std::hint::black_box(Decision::among(candidates, &mut random));
        times.push(ran()? - start);
    }
    Ok(times)
}

fn candidate(group: &Contender, zones: &dyn Zones, now: Instant) -> Candidate {
    let standing = Standing {
        paused: group.paused,
        opening: Opening::at(group.hours.as_ref(), now, ZONE, zones),
        caps: &group.caps,
        buyers: group.buyers,
        buyers_on: group.buyers,
    };
    let need = Need { attempts: 1, revenue: Decimal::whole(25) };
    let eligibility = Eligibility::of(standing, need, |window| window.next_reset(now, ZONE, zones));
    Candidate { group: group.group, tier: group.tier, weight: group.weight, eligibility }
}

/// Groups of three tiers, every fourth with hours, with six of twenty caps limited; some are paused, and some full.
fn groups(count: usize) -> Vec<Contender> {
    let hours: Option<Hours> = "Mon-Fri 08:00-20:00, Sat 10:00-16:00".parse().ok();
    let small = |number: usize| Decimal::whole(i32::try_from(number).unwrap_or(i32::MAX));
    let group = |(at, group): (usize, Id)| Contender {
        group,
        tier: small(at % 3 + 1),
        weight: small(at % 7),
        paused: at.is_multiple_of(29),
        hours: hours.clone().filter(|_| at.is_multiple_of(4)),
        offset: -5 * 3600,
        caps: Caps { cells: cells(at), live_limit: Some(20).filter(|_| at.is_multiple_of(5)), live: 0 },
        buyers: at % 4 + 1,
        at_once: at.is_multiple_of(6),
    };
    (Id::FIRST..).filter_map(Id::new).take(count).enumerate().map(group).collect()
}

fn cells(at: usize) -> Vec<Cap> {
    let limit = |metric, window| match (metric, window) {
        (Metric::Attempt, Window::Hourly) => Some(120),
        (Metric::Attempt, Window::Daily) => Some(900),
        (Metric::Connection, Window::Daily) => Some(400),
        (Metric::BuyerConversion, Window::Daily) => Some(150),
        (Metric::BuyerConversion, Window::Monthly) => Some(3_000),
        (Metric::Revenue, Window::Daily) => Some(5_000),
        _ => None,
    };
    let cells = Metric::ALL.into_iter().flat_map(|metric| Window::ALL.map(|window| (metric, window)));
    let used = if at.is_multiple_of(11) { 900 } else { 40 };
    cells
        .map(|(metric, window)| {
            Cap::new(metric, window, limit(metric, window).map(Decimal::whole), Decimal::whole(used))
        })
        .collect()
}

fn pattern(from: Instant) -> Pattern {
    let mut calls_by_hour = [1; 24];
    calls_by_hour[8..20].fill(8);
    let part = |ten_thousandths| Decimal::from_units_saturating(ten_thousandths);
    Pattern {
        from,
        offset: -5 * 3600,
        calls_by_hour,
        answered: part(6_500),
        converted: part(3_000),
        duration_s: 240,
        revenue: Decimal::whole(25),
    }
}
