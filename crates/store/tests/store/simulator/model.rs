//! What counters should be, kept apart from the store: each window counts what was counted, and starts anew at its end.

use std::collections::HashMap;

use domain::{Counted, Decimal, Id, Instant, Key, Metric, TimeZone, Window};

use crate::lists::cells;
use crate::support::{Jiff, World};

/// A group's windows.
#[derive(Clone, Debug, Default)]
struct Windows {
    /// By [`Window`]; the total has none.
    ends: [Instant; 3],
    used: HashMap<(Metric, Window), i64>,
}

/// Every group's windows.
pub(super) struct Model(HashMap<Id, Windows>);

impl Model {
    pub(super) fn new(groups: &[Id]) -> Self {
        Self(groups.iter().map(|group| (*group, Windows::default())).collect())
    }

    fn windows(&mut self, group: Id) -> &mut Windows {
        self.0.get_mut(&group).unwrap()
    }

    pub(super) fn count(&mut self, world: &World, group: Id, counted: &Counted, now: Instant) {
        if *counted == Counted::default() {
            return;
        }
        let next = next_ends(world, group, now);
        let windows = self.windows(group);
        for window in Window::RESETTING {
            if windows.ends[window as usize] <= now {
                windows.ends[window as usize] = next[window as usize];
                windows.used.retain(|(_, other), _| *other != window);
            }
        }
        for (metric, window) in cells() {
            *windows.used.entry((metric, window)).or_default() += counted.metric(metric).units();
        }
    }

    pub(super) fn set(&mut self, group: Id, metric: Metric, window: Window, used: Decimal) {
        self.windows(group).used.insert((metric, window), used.units());
    }

    pub(super) fn reset_totals(&mut self, group: Id, world: &World) {
        if is_live(world, group) {
            self.windows(group).used.retain(|(_, window), _| *window != Window::Total);
        }
    }

    /// The clocks are those of another zone: open windows end when these say so.
    pub(super) fn move_ends(&mut self, world: &World, group: Id, now: Instant) {
        let next = next_ends(world, group, now);
        let windows = self.windows(group);
        for (end, next) in windows.ends.iter_mut().zip(next) {
            if *end > now {
                *end = next;
            }
        }
    }

    /// What the store has, window by window; a passed one has nothing.
    pub(super) fn compare(&self, world: &World, now: Instant) {
        let columns: Vec<String> = cells().map(|cell| format!("c.{}", used(cell))).collect();
        let ends = Window::RESETTING.map(|window| format!("c.{}", Key::ResetsAt(window).name()));
        let sql = format!(
            "SELECT c.buyer_group_id, {}, {} FROM call_limits c",
            ends.join(", "),
            columns.join(", ")
        );
        for row in world.numbers(&sql) {
            let row: Vec<i64> = row.into_iter().map(Option::unwrap).collect();
            let windows = &self.0[&Id::new(row[0]).unwrap()];
            for ((metric, window), kept) in cells().zip(&row[4..]) {
                let is_open = window == Window::Total || row[1 + window as usize] > now.ms();
                let should = window == Window::Total || windows.ends[window as usize] > now;
                assert_eq!(is_open, should, "group {}: {window:?} at {now}", row[0]);
                let counted = windows.used.get(&(metric, window)).copied().unwrap_or_default();
                if is_open {
                    assert_eq!(*kept, counted, "group {}: {metric:?} {window:?} at {now}", row[0]);
                }
            }
        }
    }
}

fn used((metric, window): (Metric, Window)) -> String {
    Key::Used(metric, window).name().into_owned()
}

fn is_live(world: &World, group: Id) -> bool {
    !world
        .numbers(&format!("SELECT id FROM buyer_groups WHERE id = {group} AND deleted_at IS NULL"))
        .is_empty()
}

/// The zone of a group, deleted or not, if it has one of its own.
pub(super) fn zone(world: &World, group: Id) -> Option<String> {
    world.text(&format!("SELECT time_zone FROM buyer_groups WHERE id = {group}"))
}

/// When the windows of a group that are open now end, by its clocks.
fn next_ends(world: &World, group: Id, now: Instant) -> [Instant; 3] {
    let given = zone(world, group).unwrap_or_else(|| world.company().time_zone);
    let zone = TimeZone::parse(&given, &Jiff).unwrap();
    Window::RESETTING.map(|window| window.next_reset(now, zone.iana(), &Jiff).unwrap())
}

/// Used and reserved of a group, in every window, are within its limits.
pub(super) fn assert_within_limits(world: &World, group: Id, now: Instant) {
    let mut columns = vec!["concurrency_cap_used".to_owned(), "concurrency_cap_limit".to_owned()];
    for (metric, window) in cells() {
        columns.push(match window {
            Window::Total => used((metric, window)),
            _ => {
                let (used, end) = (used((metric, window)), Key::ResetsAt(window).name());
                format!("CASE WHEN {end} > {} THEN {used} ELSE 0 END", now.ms())
            }
        });
        columns.push(format!("{}_reserved", metric.name()));
        columns.push(Key::Limit(metric, window).name().into_owned());
    }
    let sql = format!("SELECT {} FROM call_limits WHERE buyer_group_id = {group}", columns.join(", "));
    let row = world.numbers(&sql).remove(0);
    assert!(row[1].is_none_or(|limit| row[0].unwrap() <= limit), "live calls: {:?}", &row[..2]);
    for ((metric, window), cap) in cells().zip(row[2..].chunks(3)) {
        let (used, reserved) = (cap[0].unwrap(), cap[1].unwrap());
        let within = cap[2].is_none_or(|limit| used.max(0) + reserved <= limit);
        assert!(within, "group {group}: {metric:?} {window:?} has {used} and {reserved} of {:?}", cap[2]);
    }
}

/// What each call says of itself is what its reports have counted; gives how many have converted.
pub(super) fn assert_calls_come_to_what_was_counted(world: &World, calls: &[Id]) -> i64 {
    let mut converted = 0;
    for call in calls {
        let trace = world.trace(*call);
        let sum =
            |of: &dyn Fn(&Counted) -> i64| trace.events.iter().map(|event| of(&event.counted)).sum::<i64>();
        let dialed: usize = trace.steps.iter().filter_map(|t| t.step.as_ref()).map(|s| s.dialed.len()).sum();
        assert_eq!(sum(&|counted| counted.attempts), dialed as i64);
        let sql =
            format!("SELECT connected_step, converted, revenue, earned_revenue FROM calls WHERE id = {call}");
        let row = world.numbers(&sql).remove(0);
        assert_eq!(sum(&|counted| counted.connections), i64::from(row[0].is_some()));
        assert_eq!(sum(&|counted| counted.conversions), row[1].unwrap());
        assert_eq!(sum(&|counted| counted.revenue.units()), row[2].unwrap());
        assert_eq!(sum(&|counted| counted.earned.units()), row[3].unwrap());
        converted += row[1].unwrap();
    }
    converted
}
