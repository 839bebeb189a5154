//! [`Id`]: what names a record.

use std::fmt;

use serde::{Serialize, Serializer};

/// The number of a record: a whole number from 1 to 2^53 - 1, so that every client reads it exactly.
///
/// The server gives out numbers from [`Id::FIRST`] up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(i64);

impl Id {
    /// The first number that is given out.
    pub const FIRST: i64 = 100_001;
    const LAST: i64 = (1 << 53) - 1;

    /// The id, if the number is one.
    #[must_use]
    pub const fn new(number: i64) -> Option<Self> {
        if number >= 1 && number <= Self::LAST { Some(Self(number)) } else { None }
    }

    /// Reads digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok().and_then(Self::new))?
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_numbers_that_every_client_reads_exactly() {
        assert_eq!(Id::parse("100123").map(Id::get), Some(100_123));
        for text in ["", "0", "-1", "1.0", "9007199254740992", "abc", "+1", "99999999999999999999"] {
            assert_eq!(Id::parse(text), None, "{text}");
        }
    }
}
