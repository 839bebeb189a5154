//! The table that the benchmark prints, line by line as it measures.

use std::time::Duration;

/// The most or the least that a number should be.
#[derive(Clone, Copy)]
pub(crate) enum Aim {
    /// At most this.
    Most(f64),
    /// At least this.
    Least(f64),
    /// Shown for comparison only.
    None,
}

/// Prints lines and remembers how many aims were missed.
#[derive(Default)]
pub(crate) struct Table {
    missed: usize,
}

impl Table {
    /// Prints the heading.
    pub(crate) fn heading() {
        println!(
            "{:<46} {:>20} {:>20} {:>8}  {:<8} outcome",
            "measure", "ours", "beside it", "number", "aim"
        );
    }

    /// Prints a line: what was measured, both sides in words, and the number that the aim is about.
    pub(crate) fn line(&mut self, what: &str, ours: &str, other: &str, number: f64, aim: Aim) {
        let (aim, outcome) = match aim {
            Aim::Most(most) => (format!("≤ {most}"), self.judge(number <= most)),
            Aim::Least(least) => (format!("≥ {least}"), self.judge(number >= least)),
            Aim::None => (String::new(), ""),
        };
        println!("{what:<46} {ours:>20} {other:>20} {number:>8.2}  {aim:<8} {outcome}");
    }

    fn judge(&mut self, met: bool) -> &'static str {
        self.missed += usize::from(!met);
        if met { "met" } else { "missed" }
    }

    /// How many aims were missed.
    pub(crate) fn missed(&self) -> usize {
        self.missed
    }
}

/// Microseconds, such as `215 µs`.
pub(crate) fn micros(time: Duration) -> String {
    format!("{:.0} µs", time.as_secs_f64() * 1e6)
}

/// The number in the middle.
pub(crate) fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_missed_aim_counts() {
        let mut table = Table::default();
        table.line("a", "", "", 1.3, Aim::Most(1.3));
        table.line("b", "", "", 2.4, Aim::Least(2.5));
        table.line("c", "", "", 9.0, Aim::None);
        assert_eq!(table.missed(), 1);
    }

    #[test]
    fn the_median_is_a_number_that_was_measured() {
        assert_eq!(median(vec![9.0, 1.0, 4.0]), 4.0);
        assert_eq!(median(Vec::new()), 0.0);
    }
}
