//! [`Hours`]: the hours of the week in which a group takes calls.

use std::fmt;

use crate::instant::{Civil, Date, Instant};
use crate::time_zone::Zones;

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const DAY: u16 = 24 * 60;
const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// The hours of the week in which a group takes calls, by the clocks of its zone.
///
/// Written `Mon-Fri 09:00-17:00, Sat 10:00-14:00`. An end that is not after its start lies on the next day: `Fri
/// 22:00-02:00` ends on Saturday. A time that the clocks skip begins or ends with the jump; one that they have twice
/// counts both times.
///
/// ```
/// use domain::Hours;
/// let hours: Hours = "mon-fri 9am-5pm; sat 10-14".parse()?;
/// assert_eq!(hours.to_string(), "Mon-Fri 09:00-17:00, Sat 10:00-14:00");
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    /// From Monday: what begins on that day, in minutes since its midnight, sorted and apart.
    days: [Vec<Stretch>; 7],
}

/// From, and up to; the end may lie on the next day.
type Stretch = (u16, u16);

/// Whether a group is within its hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// It takes calls.
    Open {
        /// Until then; `None`: always.
        closes_at: Option<Instant>,
    },
    /// It takes none.
    Closed {
        /// Until then.
        opens_at: Option<Instant>,
    },
}

impl Opening {
    /// Of a group without hours.
    pub const ALWAYS: Self = Self::Open { closes_at: None };

    /// How hours stand at an instant in a zone; a group without any is always open.
    #[must_use]
    pub fn at(hours: Option<&Hours>, now: Instant, iana: &str, zones: &dyn Zones) -> Self {
        let Some(hours) = hours else { return Self::ALWAYS };
        let change = hours.next_change(now, iana, zones);
        if hours.is_open(now, iana, zones) {
            Self::Open { closes_at: change }
        } else {
            Self::Closed { opens_at: change }
        }
    }
}

impl Hours {
    /// Whether the clocks of a zone stand within these hours.
    #[must_use]
    pub fn is_open(&self, now: Instant, iana: &str, zones: &dyn Zones) -> bool {
        self.holds(now.civil(zones.offset_at(iana, now)))
    }

    fn holds(&self, clock: Civil) -> bool {
        let minute = minute_of(clock);
        let within =
            |day: usize, minute: u16| self.days[day].iter().any(|(from, to)| (*from..*to).contains(&minute));
        let today = weekday(clock.date);
        within(today, minute) || within(before(today), minute + DAY)
    }

    /// The first instant after `now` at which they begin or end; `None` when they never do.
    ///
    /// Walks from one time of day that may matter to the next, at most from midnight to midnight, and stops at each jump
    /// of the clocks on the way.
    #[must_use]
    pub fn next_change(&self, now: Instant, iana: &str, zones: &dyn Zones) -> Option<Instant> {
        // The only hours of a week may be those that the clocks skip, so one week is too little.
        let end = now.plus_ms(15 * DAY_MS);
        let mut at = now;
        let mut offset = zones.offset_at(iana, at);
        let open = self.holds(at.civil(offset));
        while at < end {
            let clock = at.civil(offset);
            let mut next = at.plus_ms(i64::from(self.next_minute(clock)) * MINUTE_MS - clock.ms_of_day);
            if zones.offset_at(iana, next) != offset {
                next = jump(at, next, offset, iana, zones);
            }
            offset = zones.offset_at(iana, next);
            if self.holds(next.civil(offset)) != open {
                return Some(next);
            }
            at = next;
        }
        None
    }

    /// The next minute of a day at which something begins or ends, or the end of the day.
    fn next_minute(&self, clock: Civil) -> u16 {
        let today = weekday(clock.date);
        let own = self.days[today].iter().flat_map(|(from, to)| [*from, *to]);
        let over_night = self.days[before(today)].iter().filter_map(|(_, to)| to.checked_sub(DAY));
        own.chain(over_night).filter(|minute| *minute > minute_of(clock)).fold(DAY, u16::min)
    }
}

/// The first instant after `from`, until `to`, at which the clocks of a zone show another offset than `offset`, which they
/// show at `from` and not at `to`.
fn jump(from: Instant, to: Instant, offset: i32, iana: &str, zones: &dyn Zones) -> Instant {
    let (mut low, mut high) = (from.ms(), to.ms());
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if zones.offset_at(iana, Instant::from_ms(middle)) == offset { low = middle } else { high = middle }
    }
    Instant::from_ms(high)
}

fn minute_of(clock: Civil) -> u16 {
    u16::try_from(clock.ms_of_day / MINUTE_MS).unwrap_or_default()
}

/// The day of the week before that one.
const fn before(day: usize) -> usize {
    (day + 6) % 7
}

/// Monday is 0.
fn weekday(date: Date) -> usize {
    // 1970 began on a Thursday.
    usize::try_from((date.days() + 3).rem_euclid(7)).unwrap_or_default()
}

impl std::str::FromStr for Hours {
    type Err = String;

    /// Reads days and times in any order of separators: `mon-fri 9:00-12:00, 13:00-17:00; sat 10am-2pm`.
    ///
    /// # Errors
    /// The rest of a sentence that says what is not understood.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut days: [Vec<Stretch>; 7] = Default::default();
        let text = text.to_ascii_lowercase().replace(['–', '—'], "-");
        let mut parts: Vec<String> = Vec::new();
        for word in text.split([',', ';', ' ']).filter(|word| !word.is_empty()) {
            // "9:00 - 17:00" and "9 am" are one word each.
            let joins = word.starts_with('-') || matches!(word, "am" | "pm");
            match parts.last_mut() {
                Some(last) if joins || last.ends_with('-') => last.push_str(word),
                _ => parts.push(word.to_owned()),
            }
        }
        let mut chosen: Vec<usize> = Vec::new();
        let mut timed = true;
        for part in &parts {
            if part.starts_with(|first: char| first.is_ascii_alphabetic()) {
                if timed {
                    chosen.clear();
                }
                timed = false;
                chosen.extend(day_range(part).ok_or_else(|| not_understood(part))?);
            } else {
                let stretch = stretch(part).ok_or_else(|| not_understood(part))?;
                if chosen.is_empty() {
                    return Err(format!("must name the days of “{part}”, such as Mon-Fri 09:00-17:00"));
                }
                timed = true;
                chosen.iter().for_each(|day| days[*day].push(stretch));
            }
        }
        if parts.is_empty() || !timed {
            return Err("must give times for its days, such as Mon-Fri 09:00-17:00".to_owned());
        }
        days.iter_mut().for_each(merge);
        Ok(Self { days })
    }
}

fn not_understood(part: &str) -> String {
    format!("must be days and times, such as Mon-Fri 09:00-17:00: “{part}” is neither")
}

/// The days of `mon`, `monday` or `fri-mon`.
fn day_range(part: &str) -> Option<impl Iterator<Item = usize> + use<>> {
    let day = |name: &str| {
        DAYS.iter()
            .position(|day| name.len() >= 3 && name.get(..3).is_some_and(|own| own.eq_ignore_ascii_case(day)))
    };
    let (first, last) = match part.split_once('-') {
        Some((first, last)) => (day(first)?, day(last)?),
        None if part == "daily" => (0, 6),
        None => (day(part)?, day(part)?),
    };
    Some((0..=(last + 7 - first) % 7).map(move |step| (first + step) % 7))
}

/// `9:00-17:00`, `9-17`, `9am-5:30pm`.
fn stretch(part: &str) -> Option<Stretch> {
    let (from, to) = part.split_once('-')?;
    let (from, to) = (minute(from)?, minute(to)?);
    if from >= DAY {
        return None;
    }
    Some((from, if to > from { to } else { to + DAY }))
}

/// Minutes since midnight, to 24:00.
fn minute(text: &str) -> Option<u16> {
    let (clock, half) = match (text.strip_suffix("am"), text.strip_suffix("pm")) {
        (Some(clock), _) => (clock, Some(0)),
        (_, Some(clock)) => (clock, Some(12)),
        _ => (text, None),
    };
    let (hour, minute) = clock.split_once(':').unwrap_or((clock, "0"));
    let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<u16>().ok())?;
    let (hour, minute) = (number(hour)?, number(minute)?);
    let hour = match half {
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return None,
        None => hour,
    };
    (minute < 60 && hour * 60 + minute <= DAY).then_some(hour * 60 + minute)
}

/// Sorts stretches of one day, and joins those that touch.
fn merge(stretches: &mut Vec<Stretch>) {
    stretches.sort_unstable();
    let mut merged: Vec<Stretch> = Vec::new();
    for (from, to) in stretches.drain(..) {
        match merged.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => merged.push((from, to)),
        }
    }
    *stretches = merged;
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut day = 0;
        let mut first = true;
        while day < 7 {
            let until =
                (day..7).take_while(|other| self.days[*other] == self.days[day]).last().unwrap_or(day);
            if !self.days[day].is_empty() {
                f.write_str(if first { "" } else { ", " })?;
                first = false;
                f.write_str(DAYS[day])?;
                if until > day {
                    write!(f, "-{}", DAYS[until])?;
                }
                for (index, (from, to)) in self.days[day].iter().enumerate() {
                    let to = if *to > DAY { to - DAY } else { *to };
                    let comma = if index > 0 { "," } else { "" };
                    write!(f, "{comma} {:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)?;
                }
            }
            day = until + 1;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time_zone::ZoneNames;

    /// Clocks that go from 2:00 to 3:00 on 29 March 2026 and back from 3:00 to 2:00 on 25 October, UTC+1 in winter.
    struct Berlin;
    impl ZoneNames for Berlin {
        fn canonical(&self, name: &str) -> Option<String> {
            Some(name.to_owned())
        }
    }
    impl Zones for Berlin {
        fn offset_at(&self, _: &str, at: Instant) -> i32 {
            let summer = Instant::parse("2026-03-29T01:00:00Z")..Instant::parse("2026-10-25T01:00:00Z");
            if summer.contains(&Some(at)) { 7200 } else { 3600 }
        }
        fn instants(&self, iana: &str, civil: Civil) -> (Instant, Instant) {
            let exact: Vec<Instant> = [7200, 3600]
                .map(|offset| (civil.at_offset(offset), offset))
                .into_iter()
                .filter(|(at, offset)| self.offset_at(iana, *at) == *offset)
                .map(|(at, _)| at)
                .collect();
            match exact[..] {
                [] => {
                    let after = Instant::parse("2026-03-29T01:00:00Z").unwrap();
                    (after, after)
                }
                [one] => (one, one),
                [one, other, ..] => (one, other),
            }
        }
    }

    fn at(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    fn change(hours: &str, now: &str) -> String {
        let hours: Hours = hours.parse().unwrap();
        match Opening::at(Some(&hours), at(now), "Europe/Berlin", &Berlin) {
            Opening::Open { closes_at } => format!("open until {}", closes_at.unwrap()),
            Opening::Closed { opens_at } => format!("closed until {}", opens_at.unwrap()),
        }
        .replace(":00.000+00:00", "")
    }

    #[test]
    fn hours_are_read_as_people_write_them() {
        for (text, shown) in [
            ("Mon-Fri 09:00-17:00", "Mon-Fri 09:00-17:00"),
            ("monday – friday 9am - 5:30 pm", "Mon-Fri 09:00-17:30"),
            ("Mon, Wed 9-12, 13-17", "Mon 09:00-12:00, 13:00-17:00, Wed 09:00-12:00, 13:00-17:00"),
            ("sat-mon 22:00-02:00", "Mon 22:00-02:00, Sat-Sun 22:00-02:00"),
            ("daily 0-24", "Mon-Sun 00:00-24:00"),
            ("Tue 9-12 Tue 11-15 Tue 15-16", "Tue 09:00-16:00"),
            ("Fri 12am-12pm", "Fri 00:00-12:00"),
        ] {
            let hours: Hours = text.parse().unwrap();
            assert_eq!(hours.to_string(), shown, "{text}");
            assert_eq!(shown.parse(), Ok(hours), "{shown}");
        }
        for text in
            ["", "Mon", "9-17", "Mon 25-26", "Mon 9", "Mon 9:60-10", "Mon 13pm-14", "Mooday 9-17", "Mon 24-2"]
        {
            assert!(text.parse::<Hours>().is_err(), "{text}");
        }
    }

    #[test]
    fn hours_follow_the_clocks_of_the_zone() {
        let office = "Mon-Fri 09:00-17:00";
        assert_eq!(change(office, "2026-01-05T08:00:00Z"), "open until 2026-01-05T16:00");
        assert_eq!(change(office, "2026-07-06T06:59:59Z"), "closed until 2026-07-06T07:00");
        assert_eq!(change(office, "2026-01-09T16:00:00Z"), "closed until 2026-01-12T08:00");
        assert_eq!(change("Fri 22:00-02:00", "2026-01-10T00:30:00Z"), "open until 2026-01-10T01:00");
        assert_eq!(change("Sun 22:00-02:00", "2026-01-12T00:30:00Z"), "open until 2026-01-12T01:00");
    }

    #[test]
    fn skipped_and_doubled_hours() {
        // 2:30 is skipped: the hours begin with the jump.
        assert_eq!(change("Sun 02:30-04:00", "2026-03-29T00:30:00Z"), "closed until 2026-03-29T01:00");
        // 2:00 to 3:00 comes twice: open, closed as the clocks go back, and open again.
        assert_eq!(change("Sun 02:30-04:00", "2026-10-25T00:15:00Z"), "closed until 2026-10-25T00:30");
        assert_eq!(change("Sun 02:30-04:00", "2026-10-25T00:30:00Z"), "open until 2026-10-25T01:00");
        assert_eq!(change("Sun 02:30-04:00", "2026-10-25T01:00:00Z"), "closed until 2026-10-25T01:30");
        assert_eq!(change("Sun 02:30-04:00", "2026-10-25T01:30:00Z"), "open until 2026-10-25T03:00");
    }

    #[test]
    fn hours_that_the_clocks_skip_come_a_week_later() {
        assert_eq!(change("Sun 02:00-03:00", "2026-03-28T12:00:00Z"), "closed until 2026-04-05T00:00");
        assert_eq!(change("Sun 02:00-03:00", "2026-03-22T02:00:00Z"), "closed until 2026-04-05T00:00");
    }

    #[test]
    fn hours_that_never_end_never_change() {
        let hours: Hours = "daily 00:00-24:00".parse().unwrap();
        assert_eq!(hours.next_change(at("2026-01-10T00:30:00Z"), "Europe/Berlin", &Berlin), None);
        assert_eq!(Opening::at(None, at("2026-01-10T00:30:00Z"), "", &Berlin), Opening::ALWAYS);
    }
}
