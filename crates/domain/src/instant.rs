//! [`Instant`]: a point in time, and the civil dates that people write.

use std::fmt;

use serde::{Serialize, Serializer};

const DAY_MS: i64 = 86_400_000;

/// A point in time, in whole milliseconds since 1970-01-01T00:00:00Z, from year 1 to year 9999.
///
/// The domain has no clock: every instant is passed in.
///
/// ```
/// use domain::Instant;
/// assert_eq!(Instant::from_ms(1_498_117_660_772).to_string(), "2017-06-22T07:47:40.772+00:00");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(i64);

impl Instant {
    const EARLIEST: i64 = -62_135_596_800_000;
    const LATEST: i64 = 253_402_300_799_999;

    /// The instant that many milliseconds after 1970, held within the years 1 to 9999.
    #[must_use]
    pub fn from_ms(ms: i64) -> Self {
        Self(ms.clamp(Self::EARLIEST, Self::LATEST))
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub const fn ms(self) -> i64 {
        self.0
    }

    /// The instant that many milliseconds later (earlier, if negative).
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> Self {
        Self::from_ms(self.0.saturating_add(ms))
    }

    /// What a clock shows that is `offset` seconds ahead of UTC.
    #[must_use]
    pub fn civil(self, offset: i32) -> Civil {
        let local = self.0 + i64::from(offset) * 1000;
        Civil { date: Date::from_days(local.div_euclid(DAY_MS)), ms_of_day: local.rem_euclid(DAY_MS) }
    }

    /// Reads what [`Display`](fmt::Display) prints.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let written = WrittenDate::parse(text)?;
        Some(written.civil().at_offset(written.offset?))
    }
}

impl fmt::Display for Instant {
    /// As the API prints it: UTC, milliseconds, `+00:00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Civil { date, ms_of_day } = self.civil(0);
        let (s, ms) = (ms_of_day / 1000, ms_of_day % 1000);
        let (h, m, s) = (s / 3600, s / 60 % 60, s % 60);
        write!(f, "{date}T{h:02}:{m:02}:{s:02}.{ms:03}+00:00")
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A day of the Gregorian calendar, from year 1 to year 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    /// 1 to 9999.
    pub year: i32,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

impl Date {
    /// The date, if the calendar has it.
    #[must_use]
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let date = Self { year, month, day };
        let exists = (1..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=31).contains(&day)
            && Self::from_days(date.days()) == date;
        exists.then_some(date)
    }

    /// Days since 1970-01-01 (days_from_civil in Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms").
    #[must_use]
    pub fn days(self) -> i64 {
        let (month, day) = (i64::from(self.month), i64::from(self.day));
        let year = i64::from(self.year) - i64::from(month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }

    /// The inverse of [`Date::days`].
    #[must_use]
    pub fn from_days(days: i64) -> Self {
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = (day_of_year - (153 * shifted_month + 2) / 5 + 1) as u8;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 } as u8;
        Self { year: (year_of_era + era * 400 + i64::from(month <= 2)) as i32, month, day }
    }

    /// The next day.
    #[must_use]
    pub fn next_day(self) -> Self {
        Self::from_days(self.days() + 1)
    }

    /// The first day of the next month.
    #[must_use]
    pub fn next_month(self) -> Self {
        if self.month == 12 {
            Self { year: self.year + 1, month: 1, day: 1 }
        } else {
            Self { month: self.month + 1, day: 1, ..self }
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// What a calendar and a clock on the wall show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Civil {
    /// The day.
    pub date: Date,
    /// Milliseconds since midnight.
    pub ms_of_day: i64,
}

impl Civil {
    /// The instant at which a clock `offset` seconds ahead of UTC shows this.
    #[must_use]
    pub fn at_offset(self, offset: i32) -> Instant {
        Instant::from_ms(self.date.days() * DAY_MS + self.ms_of_day - i64::from(offset) * 1000)
    }
}

/// A date as the list parameters take it: `2016-01-01 12:25:15 -0500`, and what comes close.
///
/// One-digit day and month, `T`, fractions of a second, `Z`, `±hh:mm`, no zone, and the date alone are read too.
/// A `+` that arrived as a blank is a plus (COMPATIBILITY.md 15).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrittenDate {
    /// The day.
    pub date: Date,
    /// Milliseconds since midnight; `None` when only the date was written.
    pub ms_of_day: Option<i64>,
    /// Seconds ahead of UTC; `None` when no zone was written.
    pub offset: Option<i32>,
}

impl WrittenDate {
    /// Reads the text; `None` when it is no such date.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = text.trim();
        let year = digits(&mut rest, 4, 4)?;
        take(&mut rest, '-')?;
        let month = digits(&mut rest, 1, 2)?;
        take(&mut rest, '-')?;
        let day = digits(&mut rest, 1, 2)?;
        let date = Date::new(year as i32, month as u8, day as u8)?;
        if rest.is_empty() {
            return Some(Self { date, ms_of_day: None, offset: None });
        }
        rest = rest.strip_prefix(['T', 't']).unwrap_or_else(|| rest.trim_start());
        let hour = digits(&mut rest, 1, 2)?;
        take(&mut rest, ':')?;
        let minute = digits(&mut rest, 2, 2)?;
        let (mut second, mut ms) = (0, 0);
        if take(&mut rest, ':').is_some() {
            second = digits(&mut rest, 2, 2)?;
            if rest.starts_with(['.', ',']) {
                rest = &rest[1..];
                ms = fraction_ms(&mut rest)?;
            }
        }
        if hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let ms_of_day = ((hour * 60 + minute) * 60 + second.min(59)) * 1000 + ms;
        let offset = if rest.is_empty() { None } else { Some(offset(rest)?) };
        Some(Self { date, ms_of_day: Some(ms_of_day), offset })
    }

    /// The civil time; midnight when only the date was written.
    #[must_use]
    pub fn civil(self) -> Civil {
        Civil { date: self.date, ms_of_day: self.ms_of_day.unwrap_or(0) }
    }
}

/// Takes between `least` and `most` digits off the front.
fn digits(rest: &mut &str, least: usize, most: usize) -> Option<i64> {
    let count = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let number = rest.get(..count).filter(|_| count >= least)?.parse().ok()?;
    *rest = &rest[count..];
    Some(number)
}

fn take(rest: &mut &str, expected: char) -> Option<()> {
    *rest = rest.strip_prefix(expected)?;
    Some(())
}

/// Fractions of a second finer than a millisecond are cut off.
fn fraction_ms(rest: &mut &str) -> Option<i64> {
    let count = rest.bytes().take_while(u8::is_ascii_digit).count();
    let ms = rest
        .bytes()
        .take(count)
        .chain(std::iter::repeat(b'0'))
        .take(3)
        .fold(0, |ms, b| ms * 10 + i64::from(b - b'0'));
    *rest = &rest[count..];
    (count > 0).then_some(ms)
}

/// `Z`, `UTC`, `-0500`, `-05:00`, `+05`, and ` 0500`, whose plus was lost on the way.
fn offset(text: &str) -> Option<i32> {
    let trimmed = text.trim_start();
    if matches!(trimmed, "Z" | "z" | "UTC" | "GMT") {
        return Some(0);
    }
    let (sign, mut rest) = match trimmed.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (-1, rest),
        None => match trimmed.strip_prefix('+') {
            Some(rest) => (1, rest),
            None if trimmed.len() < text.len() => (1, trimmed),
            None => return None,
        },
    };
    let hours = digits(&mut rest, 2, 2)?;
    let _ = take(&mut rest, ':');
    let minutes = if rest.is_empty() { 0 } else { digits(&mut rest, 2, 2)? };
    (rest.is_empty() && hours <= 18 && minutes <= 59).then_some(sign * (hours * 3600 + minutes * 60) as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_agree_with_the_calendar() {
        for (days, text) in
            [(0, "1970-01-01"), (-1, "1969-12-31"), (19_782, "2024-02-29"), (2_932_896, "9999-12-31")]
        {
            assert_eq!(Date::from_days(days).to_string(), text);
            assert_eq!(Date::from_days(days).days(), days);
        }
        assert_eq!(Date::new(2023, 2, 29), None);
        assert_eq!(Date::new(2023, 13, 1), None);
        assert_eq!(Date::new(2023, 12, 31).unwrap().next_month().to_string(), "2024-01-01");
    }

    #[test]
    fn reads_the_dates_of_the_document_and_what_comes_close() {
        let at = |text: &str| Instant::parse(text).map(|i| i.to_string());
        let expected = Some("2016-01-01T17:25:15.000+00:00".to_owned());
        for text in [
            "2016-01-01 12:25:15 -0500",
            "2016-1-1 12:25:15 -0500",
            "2016-01-01T12:25:15-05:00",
            "2016-01-01T17:25:15Z",
            "2016-01-01 17:25:15.000000 UTC",
            "2016-01-01 22:25:15 +05",
            "2016-01-01 22:25:15  0500",
            "2016-01-01T22:25:15 05:00",
        ] {
            assert_eq!(at(text), expected, "{text}");
        }
        assert_eq!(WrittenDate::parse("2016-01-01").unwrap().ms_of_day, None);
        assert_eq!(WrittenDate::parse("2016-01-01 10:00").unwrap().offset, None);
        for text in [
            "",
            "2016",
            "2016-02-30",
            "2016-01-01 25:00",
            "2016-01-01 10:00 0",
            "01/02/2016",
            "2016-01-01 10:00:00 EST",
        ] {
            assert_eq!(WrittenDate::parse(text), None, "{text}");
        }
    }

    #[test]
    fn prints_what_it_reads() {
        for ms in [0, -1, 1_498_117_660_772, Instant::EARLIEST, Instant::LATEST] {
            let instant = Instant::from_ms(ms);
            assert_eq!(Instant::parse(&instant.to_string()), Some(instant));
        }
    }
}
