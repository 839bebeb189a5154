//! [`Decimal`]: the one kind of number with a fraction.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// How many units of the last place make one.
const SCALE: i64 = 10_000;
/// 11 digits before the point and 4 after, in ten-thousandths.
const MAX: i64 = 99_999_999_999 * SCALE + 9_999;

/// A decimal number with at most 11 digits before and 4 after the point.
///
/// It is a whole number of ten-thousandths, so it adds exactly, is a plain BIGINT in a database,
/// and with at most 15 significant digits survives a JSON number in any client that reads doubles.
/// It can never be NaN, infinite or rounded: what does not fit is refused.
///
/// ```
/// use domain::Decimal;
/// let tier: Decimal = "-1.50".parse().unwrap();
/// assert_eq!(tier.to_string(), "-1.5");
/// assert!("0.00001".parse::<Decimal>().is_err());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(i64);

impl Decimal {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// One.
    pub const ONE: Self = Self(SCALE);
    /// The largest decimal, 99,999,999,999.9999.
    pub const LARGEST: Self = Self(MAX);

    /// The decimal of that many ten-thousandths, as databases keep it; `None` when it is out of range.
    #[must_use]
    pub const fn from_units(units: i64) -> Option<Self> {
        if units >= -MAX && units <= MAX { Some(Self(units)) } else { None }
    }

    /// The decimal nearest to that many ten-thousandths: for sums that may have grown out of range.
    #[must_use]
    pub const fn from_units_saturating(units: i64) -> Self {
        if units > MAX {
            Self(MAX)
        } else if units < -MAX {
            Self(-MAX)
        } else {
            Self(units)
        }
    }

    /// A small whole number.
    #[must_use]
    pub const fn whole(number: i32) -> Self {
        Self(number as i64 * SCALE)
    }

    /// The number of ten-thousandths.
    #[must_use]
    pub const fn units(self) -> i64 {
        self.0
    }

    /// Whether there is nothing after the point.
    #[must_use]
    pub const fn is_whole(self) -> bool {
        self.0 % SCALE == 0
    }

    /// The whole part, rounded towards zero: a limit of 10.5 attempts allows 10.
    #[must_use]
    pub const fn trunc(self) -> i64 {
        self.0 / SCALE
    }

    /// The sum.
    ///
    /// # Errors
    /// When it has more digits before the point than a decimal can have.
    pub fn plus(self, other: Self) -> Result<Self, DecimalError> {
        self.0.checked_add(other.0).and_then(Self::from_units).ok_or(DecimalError::TooLarge)
    }

    /// The product, never rounded.
    ///
    /// # Errors
    /// When it has more digits before or after the point than a decimal can have.
    ///
    /// ```
    /// use domain::{Decimal, DecimalError};
    /// let rate: Decimal = "1.1".parse().unwrap();
    /// assert_eq!(Decimal::whole(3).times(rate), "3.3".parse());
    /// assert_eq!("0.0001".parse::<Decimal>().unwrap().times(rate), Err(DecimalError::TooFine));
    /// ```
    pub fn times(self, other: Self) -> Result<Self, DecimalError> {
        let (product, scale) = (i128::from(self.0) * i128::from(other.0), i128::from(SCALE));
        if product % scale != 0 {
            return Err(DecimalError::TooFine);
        }
        let units = i64::try_from(product / scale).ok().and_then(Self::from_units);
        units.ok_or(DecimalError::TooLarge)
    }

    /// The same below 0 instead of above, or the other way round.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self(-self.0)
    }

    /// `self / whole` to 4 places, half rounded up; 0 when `whole` is 0. Both must not be negative.
    ///
    /// ```
    /// use domain::Decimal;
    /// assert_eq!(Decimal::whole(2).part_of(Decimal::whole(3)).to_string(), "0.6667");
    /// ```
    #[must_use]
    pub fn part_of(self, whole: Self) -> Self {
        if whole.0 <= 0 {
            return Self::ZERO;
        }
        let (part, whole) = (i128::from(self.0), i128::from(whole.0));
        let units = (part * i128::from(SCALE) * 2 + whole) / (whole * 2);
        Self(i64::try_from(units).unwrap_or(MAX).clamp(-MAX, MAX))
    }

    /// The nearest double, exact for every decimal (at most 15 significant digits). For JSON and JavaScript.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / SCALE as f64
    }

    /// The decimal that a double of JavaScript stands for; `None` when it is out of range or has more than 4 places.
    #[must_use]
    pub fn from_f64(number: f64) -> Option<Self> {
        let units = (number * SCALE as f64).round();
        let decimal = (units.abs() <= MAX as f64).then_some(Self(units as i64))?;
        (decimal.to_f64() == number).then_some(decimal)
    }
}

/// Why a text is not a [`Decimal`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecimalError {
    /// Nothing stands there.
    Blank,
    /// It is no number at all.
    NotANumber,
    /// A comma stands where the point belongs, as in "1,5".
    Comma,
    /// A letter that looks like a digit, as in "15O,000".
    Letter(char),
    /// More than 11 digits before the point.
    TooLarge,
    /// More than 4 digits after the point.
    TooFine,
}

impl fmt::Display for DecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blank | Self::NotANumber => f.write_str("must be a decimal number"),
            Self::Comma => f.write_str("must be a decimal number: use a point instead of the comma"),
            Self::Letter(letter) => {
                write!(f, "must be a decimal number: it has the letter {letter} in it")
            }
            Self::TooLarge => f.write_str("must have at most 11 digits before the point"),
            Self::TooFine => f.write_str("must have at most 4 digits after the point"),
        }
    }
}

impl std::error::Error for DecimalError {}

impl FromStr for Decimal {
    type Err = DecimalError;

    /// Reads `3`, `-1.5`, `+2`, `.5`, `1e3`, and what people type: `1,500`, `1 500`, `$1,500`.
    ///
    /// Trailing zeros are no digits: `1.50000` is 1.5. An exponent is how JSON may write a number.
    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let text = text.trim();
        let (negative, rest) = match text.strip_prefix(['-', '\u{2212}']) {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let rest = rest.strip_prefix('$').unwrap_or(rest);
        if rest.is_empty() {
            return Err(if text.is_empty() { DecimalError::Blank } else { DecimalError::NotANumber });
        }
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) if !exponent.is_empty() && is_exponent(exponent) => {
                // An exponent beyond this is out of range whatever the mantissa says, unless that is 0.
                (
                    mantissa,
                    exponent.parse::<i32>().unwrap_or(if exponent.starts_with('-') { -400 } else { 400 }),
                )
            }
            _ => (rest, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let whole = ungroup(whole).ok_or_else(|| why_not(rest))?;
        if (whole.is_empty() && fraction.is_empty()) || !fraction.bytes().all(|b| b.is_ascii_digit()) {
            return Err(why_not(rest));
        }
        let units = units(&whole, fraction, exponent)?;
        Ok(Self(if negative { -units } else { units }))
    }
}

/// An optional sign and digits.
fn is_exponent(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

/// Takes the thousands separators out of a whole part: groups of three after a comma or a blank.
fn ungroup(whole: &str) -> Option<String> {
    let is_separator = |c: char| matches!(c, ',' | ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}');
    let mut groups = whole.split(is_separator);
    let first = groups.next().unwrap_or_default();
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 || first.is_empty() || first.len() > 3 {
            return None;
        }
        digits.push_str(group);
    }
    digits.bytes().all(|b| b.is_ascii_digit()).then_some(digits)
}

/// The number of ten-thousandths of `whole.fraction × 10^exponent`.
fn units(whole: &str, fraction: &str, exponent: i32) -> Result<i64, DecimalError> {
    let digits = [whole, fraction].concat();
    let significant = digits.trim_start_matches('0').trim_end_matches('0');
    if significant.is_empty() {
        return Ok(0);
    }
    let trailing = digits.len() - digits.trim_end_matches('0').len();
    // value = significant × 10^places
    let places = i64::from(exponent) - fraction.len() as i64 + trailing as i64;
    if significant.len() as i64 + places > 11 {
        return Err(DecimalError::TooLarge);
    }
    if places < -4 {
        return Err(DecimalError::TooFine);
    }
    let zeros = "0".repeat((places + 4) as usize);
    [significant, &zeros].concat().parse().map_err(|_| DecimalError::TooLarge)
}

/// The most helpful reason why a text is no number.
fn why_not(text: &str) -> DecimalError {
    let looks_numeric = text.bytes().filter(u8::is_ascii_digit).count() * 2 > text.len();
    if let Some(letter) = text.chars().find(|c| matches!(c, 'O' | 'o' | 'l' | 'I'))
        && looks_numeric
    {
        return DecimalError::Letter(letter);
    }
    let commas = text.matches(',').count();
    if commas == 1 && !text.contains('.') && text.chars().all(|c| c.is_ascii_digit() || c == ',') {
        return DecimalError::Comma;
    }
    DecimalError::NotANumber
}

impl fmt::Display for Decimal {
    /// The shortest form: 3, 2.5, -1, never 3.0.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (units, sign) = (self.0.unsigned_abs(), if self.0 < 0 { "-" } else { "" });
        let (whole, fraction) = (units / SCALE as u64, units % SCALE as u64);
        if fraction == 0 {
            return write!(f, "{sign}{whole}");
        }
        let mut places = 4;
        let mut fraction = fraction;
        while fraction % 10 == 0 {
            fraction /= 10;
            places -= 1;
        }
        write!(f, "{sign}{whole}.{fraction:0places$}")
    }
}

impl Serialize for Decimal {
    /// A JSON number in its shortest form: clients parse weight as an integer.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.is_whole() {
            serializer.serialize_i64(self.trunc())
        } else {
            serializer.serialize_f64(self.to_f64())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_clients_and_people_write() {
        for (text, shown) in [
            ("3", "3"),
            ("-1", "-1"),
            ("2.50", "2.5"),
            (".5", "0.5"),
            ("5.", "5"),
            ("+7", "7"),
            ("1e3", "1000"),
            ("1.5E-1", "0.15"),
            ("0e99", "0"),
            (" 4 ", "4"),
            ("1,500", "1500"),
            ("$1,500.25", "1500.25"),
            ("1 500", "1500"),
            ("007", "7"),
            ("1.50000", "1.5"),
            ("-0", "0"),
            ("\u{2212}2", "-2"),
            ("99999999999.9999", "99999999999.9999"),
            ("-99,999,999,999", "-99999999999"),
        ] {
            assert_eq!(text.parse::<Decimal>().map(|d| d.to_string()).as_deref(), Ok(shown), "{text}");
        }
    }

    #[test]
    fn says_why_a_text_is_no_number() {
        use DecimalError::*;
        for (text, error) in [
            ("", Blank),
            ("  ", Blank),
            ("abc", NotANumber),
            ("1.2.3", NotANumber),
            ("-", NotANumber),
            (".", NotANumber),
            ("1,5", Comma),
            ("1,50000", Comma),
            ("15O,000", Letter('O')),
            ("1l", NotANumber),
            ("100l", Letter('l')),
            ("100000000000", TooLarge),
            ("1e11", TooLarge),
            ("1e999999999999", TooLarge),
            ("0.00001", TooFine),
            ("1e-5", TooFine),
            ("NaN", NotANumber),
            ("Infinity", NotANumber),
            ("0x10", NotANumber),
            ("1e", NotANumber),
            ("12,34,567", NotANumber),
            ("٣", NotANumber),
        ] {
            assert_eq!(text.parse::<Decimal>(), Err(error), "{text}");
        }
    }

    #[test]
    fn doubles_survive_the_round_trip() {
        for text in ["0.0001", "99999999999.9999", "-0.3", "1234567.8901"] {
            let decimal: Decimal = text.parse().unwrap();
            assert_eq!(Decimal::from_f64(decimal.to_f64()), Some(decimal));
        }
        assert_eq!(Decimal::from_f64(0.000_01), None);
        assert_eq!(Decimal::from_f64(f64::NAN), None);
        assert_eq!(Decimal::from_f64(1e12), None);
    }
}
