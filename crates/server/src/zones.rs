//! The time zones of the domain, from jiff's bundled database: the same on every machine.

use domain::{Civil, Instant, ZoneNames, Zones};
use jiff::tz::{TimeZone, TimeZoneDatabase};

/// The bundled time zone database.
#[derive(Clone, Debug)]
pub struct BundledZones(TimeZoneDatabase);

impl Default for BundledZones {
    fn default() -> Self {
        Self(TimeZoneDatabase::bundled())
    }
}

impl BundledZones {
    fn zone(&self, iana: &str) -> TimeZone {
        self.0.get(iana).unwrap_or(TimeZone::UTC)
    }
}

impl ZoneNames for BundledZones {
    fn canonical(&self, name: &str) -> Option<String> {
        self.0.get(name).ok()?.iana_name().map(str::to_owned)
    }
}

impl Zones for BundledZones {
    fn offset_at(&self, iana: &str, at: Instant) -> i32 {
        let at = jiff::Timestamp::from_millisecond(at.ms()).unwrap_or(jiff::Timestamp::MAX);
        self.zone(iana).to_offset(at).seconds()
    }

    fn instants(&self, iana: &str, civil: Civil) -> (Instant, Instant) {
        let zone = self.zone(iana);
        let (first, last) = match zone.to_ambiguous_zoned_datetime(to_jiff(civil)).offset() {
            jiff::tz::AmbiguousOffset::Unambiguous { offset } => (offset, offset),
            // In a doubled hour the clock of before comes first.
            jiff::tz::AmbiguousOffset::Fold { before, after } => (before, after),
            // Where the clock jumps over `civil`, both are the instant of the jump.
            jiff::tz::AmbiguousOffset::Gap { before, after } => {
                let past_the_gap = civil.at_offset(before.seconds());
                let jump = jump_before(&zone, past_the_gap).unwrap_or(civil.at_offset(after.seconds()));
                return (jump, jump);
            }
        };
        (civil.at_offset(first.seconds()), civil.at_offset(last.seconds()))
    }
}

/// The last change of the zone's clocks at or before an instant.
fn jump_before(zone: &TimeZone, at: Instant) -> Option<Instant> {
    let just_after = jiff::Timestamp::from_millisecond(at.ms().saturating_add(1)).ok()?;
    let transition = zone.preceding(just_after).next()?;
    Some(Instant::from_ms(transition.timestamp().as_millisecond()))
}

/// Years 1 to 9999 and the times of a day are within jiff's range, so nothing is clamped.
fn to_jiff(civil: Civil) -> jiff::civil::DateTime {
    let date = civil.date;
    let day = i16::try_from(date.year)
        .ok()
        .and_then(|year| jiff::civil::Date::new(year, date.month as i8, date.day as i8).ok())
        .unwrap_or(jiff::civil::Date::MIN);
    day.at(0, 0, 0, 0).saturating_add(jiff::SignedDuration::from_millis(civil.ms_of_day))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Date, TimeZone, Window};

    fn at(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    fn civil(month: u8, day: u8, hour: i64, minute: i64) -> Civil {
        Civil { date: Date::new(2026, month, day).unwrap(), ms_of_day: (hour * 60 + minute) * 60_000 }
    }

    #[test]
    fn names_whatever_their_case() {
        let zones = BundledZones::default();
        assert_eq!(zones.canonical("america/new_york").as_deref(), Some("America/New_York"));
        assert_eq!(zones.canonical("Mars/Olympus"), None);
        assert_eq!(zones.canonical(""), None);
    }

    #[test]
    fn every_rails_name_is_in_the_database() {
        let zones = BundledZones::default();
        for name in ["Eastern Time (US & Canada)", "EST", "HST", "PST", "Kyiv", "Greenland", "UTC"] {
            assert!(TimeZone::parse(name, &zones).is_ok(), "{name}");
        }
    }

    #[test]
    fn offsets_follow_daylight_saving() {
        let zones = BundledZones::default();
        assert_eq!(zones.offset_at("America/New_York", at("2026-01-15T12:00:00Z")), -5 * 3600);
        assert_eq!(zones.offset_at("America/New_York", at("2026-07-15T12:00:00Z")), -4 * 3600);
        assert_eq!(zones.offset_at("Mars/Olympus", at("2026-07-15T12:00:00Z")), 0);
    }

    #[test]
    fn a_skipped_time_is_the_first_instant_after_the_gap() {
        let (first, last) = BundledZones::default().instants("America/New_York", civil(3, 8, 2, 30));
        assert_eq!((first, last), (at("2026-03-08T07:00:00Z"), at("2026-03-08T07:00:00Z")));
    }

    #[test]
    fn a_doubled_time_has_two_instants() {
        let (first, last) = BundledZones::default().instants("America/New_York", civil(11, 1, 1, 30));
        assert_eq!((first, last), (at("2026-11-01T05:30:00Z"), at("2026-11-01T06:30:00Z")));
    }

    /// Each window begins where the one before ends, and any instant within it knows so.
    #[test]
    fn windows_begin_where_the_last_ended() {
        let zones = BundledZones::default();
        for iana in
            ["America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca", "Asia/Beirut"]
        {
            for (window, until) in
                [(Window::Hourly, "2025-01-01T00:00:00Z"), (Window::Daily, "2028-01-01T00:00:00Z")]
            {
                let mut began = window.next_reset(at("2024-01-01T00:00:00Z"), iana, &zones).unwrap();
                while began < at(until) {
                    let end = window.next_reset(began, iana, &zones).unwrap();
                    for now in [began, began.plus_ms(1), end.plus_ms(-1)] {
                        assert_eq!(window.began(now, iana, &zones), Some(began), "{iana} {window:?} {now}");
                    }
                    began = end;
                }
            }
            // The first of the month, and the middle of the one with a jump.
            for (now, month) in [("2025-03-01T12:00:00Z", 3), ("2025-10-31T12:00:00Z", 10)] {
                let began = Window::Monthly.began(at(now), iana, &zones).unwrap();
                let shown = began.civil(zones.offset_at(iana, began)).date;
                assert_eq!((shown.month, shown.day), (month, 1), "{iana}");
            }
        }
        assert_eq!(Window::Total.began(at("2025-03-01T12:00:00Z"), "Etc/UTC", &zones), None);
    }
}
