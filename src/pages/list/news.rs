//! [`News`]: in what the rows of a list would stand otherwise than they do, were it asked for anew.

use std::rc::Rc;

use domain::Key;

use crate::api::Page;
use crate::record::Record;

/// Puts the values of a new answer into the rows that are shown, which keep their order; a row that is not among the new
/// ones keeps its values. A record that did not change stays the very same, in both pages.
#[must_use]
pub fn renewed(shown: &Page, fresh: Page) -> (Page, Page) {
    let newest = |(at, own): (usize, &Rc<Record>)| match place(&fresh.records, own, at) {
        Some(at) if fresh.records[at] != *own => fresh.records[at].clone(),
        _ => own.clone(),
    };
    let in_place: Vec<Rc<Record>> = shown.records.iter().enumerate().map(newest).collect();
    let kept = |(at, own): (usize, &Rc<Record>)| match place(&in_place, own, at) {
        Some(at) => in_place[at].clone(),
        None => own.clone(),
    };
    let records = fresh.records.iter().enumerate().map(kept).collect();
    let Page { metadata, at, .. } = fresh;
    (Page { records: in_place, metadata: metadata.clone(), at }, Page { records, metadata, at })
}

/// Where the record with the id of another one stands; mostly where that one does.
fn place(records: &[Rc<Record>], other: &Record, guess: usize) -> Option<usize> {
    let is_same = |record: &Rc<Record>| record.id() == other.id();
    let guessed = records.get(guess).is_some_and(is_same);
    if guessed { Some(guess) } else { records.iter().position(is_same) }
}

/// How many rows a new answer would add, take away and move.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct News {
    new: usize,
    moved: usize,
    gone: usize,
}

impl News {
    /// Between the rows as they stand and a new answer; `by_tier`: whether rows stand under their tiers.
    ///
    /// A page shows a part of a list. So what comes to it or leaves it is new or gone as far as the whole list has grown
    /// or shrunk, and has moved across its edge otherwise.
    #[must_use]
    pub fn of(stands: &Page, fresh: &Page, by_tier: bool) -> Self {
        let places: Vec<(usize, Option<usize>)> =
            stands.records.iter().enumerate().map(|(at, own)| (at, place(&fresh.records, own, at))).collect();
        let kept: Vec<usize> = places.iter().filter_map(|(_, to)| *to).collect();
        let (left, came) = (places.len() - kept.len(), fresh.records.len() - kept.len());
        let (before, after) = (stands.metadata.total_count, fresh.metadata.total_count);
        let grown = |from: u64, to: u64| usize::try_from(to.saturating_sub(from)).unwrap_or(usize::MAX);
        let new = came.min(grown(before, after));
        let gone = left.min(grown(after, before));
        // One that came to the page pushes another one off its end.
        let crossed = left.max(came) - new.max(gone);
        let is_other_tier = |(at, to): &&(usize, Option<usize>)| {
            to.is_some_and(|to| stands.records[*at].get(Key::Tier) != fresh.records[to].get(Key::Tier))
        };
        let other_tier = if by_tier { places.iter().filter(is_other_tier).count() } else { 0 };
        let displaced = kept.len() - longest_rise(&kept);
        Self { new, moved: displaced.max(other_tier) + crossed, gone }
    }

    /// "1 new group, 2 moved"; `None` when all stands where it would.
    #[must_use]
    pub fn sentence(&self, noun: &str) -> Option<String> {
        let counted = |count: usize| format!("{noun}{}", if count == 1 { "" } else { "s" });
        let mut parts: Vec<String> = Vec::new();
        if self.new > 0 {
            parts.push(format!("{} new {}", self.new, counted(self.new)));
        }
        for (count, deed) in [(self.moved, "moved"), (self.gone, "gone")] {
            match count {
                0 => {}
                _ if parts.is_empty() => parts.push(format!("{count} {} {deed}", counted(count))),
                _ => parts.push(format!("{count} {deed}")),
            }
        }
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// How many of the numbers can stay where they are when the fewest move to make them rise.
fn longest_rise(numbers: &[usize]) -> usize {
    // The lowest number that a rise of each length ends with so far.
    let mut ends: Vec<usize> = Vec::new();
    for &number in numbers {
        let at = ends.partition_point(|end| *end < number);
        match ends.get_mut(at) {
            Some(end) => *end = number,
            None => ends.push(number),
        }
    }
    ends.len()
}

#[cfg(test)]
mod tests {
    use domain::api::Metadata;
    use domain::{Decimal, Input, Instant, Resource, Value};

    use super::*;

    /// A page of groups with these ids, all of tier 1, of a list of so many.
    fn page(ids: &[i64], total_count: u64) -> Page {
        let group = |id: &i64| {
            let input = Input::Map(vec![
                ("id".to_owned(), Input::Number(id.to_string())),
                ("tier".to_owned(), Input::Number("1".to_owned())),
            ]);
            Rc::new(Record::read(Resource::BuyerGroup, &input))
        };
        Page {
            records: ids.iter().map(group).collect(),
            metadata: Metadata { total_count, ..Metadata::default() },
            at: Instant::from_ms(0),
        }
    }

    fn with_tier(mut page: Page, at: usize, tier: i32) -> Page {
        let record = Record::clone(&page.records[at]).with(Key::Tier, Value::Decimal(Decimal::whole(tier)));
        page.records[at] = Rc::new(record);
        page
    }

    fn said(stands: &Page, fresh: &Page) -> String {
        News::of(stands, fresh, true).sentence("group").unwrap_or_default()
    }

    #[test]
    fn what_would_stand_otherwise_is_said_in_one_line() {
        let stands = page(&[1, 2, 3, 4], 4);
        assert_eq!(said(&stands, &page(&[1, 2, 3, 4], 4)), "");
        assert_eq!(said(&stands, &page(&[4, 1, 2, 3], 4)), "1 group moved");
        assert_eq!(said(&stands, &page(&[4, 3, 1, 2], 4)), "2 groups moved");
        assert_eq!(said(&stands, &page(&[1, 2, 9, 3, 4], 5)), "1 new group");
        assert_eq!(said(&stands, &page(&[8, 9, 2, 1, 3, 4], 6)), "2 new groups, 1 moved");
        assert_eq!(said(&stands, &page(&[1, 4], 2)), "2 groups gone");
        assert_eq!(said(&stands, &page(&[9, 1, 2, 3], 4)), "1 group moved", "it came where another left");
    }

    #[test]
    fn of_a_page_of_many_only_what_it_shows_counts() {
        let stands = page(&[1, 2, 3, 4], 60);
        assert_eq!(said(&stands, &page(&[1, 2, 3, 4], 61)), "", "one more on another page");
        assert_eq!(said(&stands, &page(&[9, 1, 2, 3], 61)), "1 new group");
        assert_eq!(said(&stands, &page(&[1, 3, 4, 5], 59)), "1 group gone");
        assert_eq!(said(&stands, &page(&[1, 2, 3, 7], 60)), "1 group moved");
    }

    #[test]
    fn a_group_of_another_tier_has_moved_though_none_stands_between() {
        let stands = page(&[1, 2], 2);
        let fresh = with_tier(page(&[1, 2], 2), 1, 2);
        assert_eq!(said(&stands, &fresh), "1 group moved");
        assert_eq!(News::of(&stands, &fresh, false), News::default(), "in a flat list tiers are values");
    }

    #[test]
    fn values_are_renewed_in_place_and_equal_records_stay_the_very_same() {
        let stands = page(&[1, 2, 3], 3);
        let (in_place, fresh) = renewed(&stands, with_tier(page(&[3, 1], 2), 1, 7));
        let ids: Vec<_> =
            in_place.records.iter().filter_map(|record| record.id()).map(domain::Id::get).collect();
        assert_eq!(ids, [1, 2, 3]);
        assert_eq!(in_place.records[0].number(Key::Tier), Some(Decimal::whole(7)));
        assert!(Rc::ptr_eq(&in_place.records[2], &stands.records[2]));
        assert!(Rc::ptr_eq(&fresh.records[0], &stands.records[2]));
        assert!(Rc::ptr_eq(&fresh.records[1], &in_place.records[0]));
        assert_eq!(in_place.metadata.total_count, 2);
    }
}
