//! Two people changed one record: what nobody else touched goes together by itself, the rest is a [`Clash`].
//!
//! Three values are looked at of each field: what both began with, what is typed here, what the server keeps now.

use std::rc::Rc;

use domain::{Id, Input, Key, Kind, Value, ZoneNames};

use super::{Entry, FormState, checked, meant, typed};

/// A field that was changed here and elsewhere, to different values. The entry's `original` is theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// What both began with.
    pub was: Value,
    /// What was typed here.
    pub mine: Input,
    /// Whose is to stand; `None` until somebody chooses.
    pub choice: Option<Side>,
}

/// Whose value stands in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What the server keeps.
    Theirs,
    /// What was typed here.
    Mine,
}

impl FormState {
    /// Takes over the record as the server keeps it now, under what was typed. Gives the fields in which something
    /// came in by itself; those in which it could not are then [`FormState::clashes`].
    pub fn merge(
        &mut self,
        revision: Option<i64>,
        value: impl Fn(Key) -> Value,
        zones: &dyn ZoneNames,
    ) -> Vec<Key> {
        self.revision = revision;
        let mut came_in = Vec::new();
        for entry in &mut self.entries {
            let theirs = Entry::new(entry.field, value(entry.field.key), entry.intent, zones);
            if theirs.original != entry.original && Rc::make_mut(entry).merge(theirs, zones) {
                came_in.push(entry.field.key);
            }
        }
        came_in
    }

    /// The fields that two people changed, whether or not it is chosen yet whose value stands.
    pub fn clashes(&self) -> impl Iterator<Item = (&Entry, &Clash)> {
        self.entries().filter_map(|entry| Some((entry, entry.clash.as_ref()?)))
    }

    /// How many choices are open.
    #[must_use]
    pub fn open_clashes(&self) -> usize {
        self.clashes().filter(|(_, clash)| clash.choice.is_none()).count()
    }

    /// Lets one side's value stand in a field with a clash.
    pub fn choose(&mut self, key: Key, side: Side, zones: &dyn ZoneNames) {
        let Some(entry) = self.entry_mut(key) else { return };
        let Some(mut clash) = entry.clash.take() else { return };
        let input = match side {
            Side::Theirs => typed(entry.field.kind, &entry.original),
            Side::Mine => clash.mine.clone(),
        };
        clash.choice = Some(side);
        entry.put(input, zones);
        entry.touched = true;
        entry.clash = Some(clash);
    }
}

impl Entry {
    /// Brings in a value that is not the one that this began with. Tells whether it came in without a question.
    pub(super) fn merge(&mut self, theirs: Self, zones: &dyn ZoneNames) -> bool {
        let is_typed = self.is_changed() || self.clash.as_ref().is_some_and(|clash| clash.choice.is_none());
        if !is_typed {
            *self = theirs;
            return true;
        }
        let was = std::mem::replace(&mut self.original, theirs.original);
        self.checked = checked(self.field, &self.input, &self.original, zones);
        self.original = meant(self.original.clone(), &theirs.checked);
        if !self.is_changed() {
            // Both did the same.
            self.clash = None;
            return false;
        }
        if self.clash.is_none()
            && let Some(together) =
                self.checked.as_ref().ok().and_then(|mine| both(self.field.kind, &was, mine, &self.original))
        {
            self.put(together, zones);
            return true;
        }
        let was = self.clash.take().map_or(was, |clash| clash.was);
        self.clash = Some(Clash { was, mine: self.input.clone(), choice: None });
        false
    }
}

/// What two changes of a list come to, when they can stand together.
fn both(kind: Kind, was: &Value, mine: &Value, theirs: &Value) -> Option<Input> {
    let together = match kind {
        Kind::Ids(_) => Value::Ids(lists::<Id>(was.as_ids(), mine.as_ids(), theirs.as_ids())?),
        Kind::Texts | Kind::Emails => {
            Value::Texts(lists(was.as_texts(), mine.as_texts(), theirs.as_texts())?)
        }
        _ => return None,
    };
    Some(typed(kind, &together))
}

/// Both sides' additions and removals; `None` when both put what they share in orders of their own.
///
/// The side that changed the order leads. What the other one added goes behind whatever it stood behind there.
fn lists<T: Clone + PartialEq>(was: &[T], mine: &[T], theirs: &[T]) -> Option<Vec<T>> {
    let (lead, follow) = if in_one_order(was, mine) || in_one_order(mine, theirs) {
        (theirs, mine)
    } else if in_one_order(was, theirs) {
        (mine, theirs)
    } else {
        return None;
    };
    let mut together: Vec<T> =
        lead.iter().filter(|item| follow.contains(item) || !was.contains(item)).cloned().collect();
    for (at, item) in follow.iter().enumerate() {
        if was.contains(item) || together.contains(item) {
            continue;
        }
        let before = follow[..at].iter().rev();
        let place = before.filter_map(|before| together.iter().position(|own| own == before)).next();
        together.insert(place.map_or(0, |place| place + 1), item.clone());
    }
    Some(together)
}

/// Whether what two lists share stands in the same order in both.
fn in_one_order<T: PartialEq>(one: &[T], two: &[T]) -> bool {
    one.iter().filter(|item| two.contains(item)).eq(two.iter().filter(|item| one.contains(item)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn merged(was: &[u8], mine: &[u8], theirs: &[u8]) -> Option<Vec<u8>> {
        lists(was, mine, theirs)
    }

    #[test]
    fn additions_and_removals_of_both_stand_together() {
        for (was, mine, theirs, together) in [
            (&[1, 2, 3][..], &[1, 2, 3, 4][..], &[1, 2, 3, 5][..], &[1, 2, 3, 4, 5][..]),
            (&[1, 2, 3], &[1, 3], &[1, 2], &[1]),
            (&[1, 2, 3], &[9, 1, 2, 3], &[2, 3], &[9, 2, 3]),
            (&[1, 2, 3], &[1, 2, 3, 4], &[1, 2, 3, 4], &[1, 2, 3, 4]),
            // Who put them in another order leads, whoever it is.
            (&[1, 2, 3], &[3, 2, 1], &[1, 2, 3, 4], &[3, 4, 2, 1]),
            (&[1, 2, 3], &[1, 2, 4, 3], &[3, 2, 1], &[3, 2, 4, 1]),
            (&[1, 2, 3], &[3, 2, 1], &[3, 2, 1, 7], &[3, 2, 1, 7]),
        ] {
            assert_eq!(merged(was, mine, theirs).as_deref(), Some(together), "{was:?} {mine:?} {theirs:?}");
        }
    }

    #[test]
    fn two_orders_of_the_same_are_a_question() {
        assert_eq!(merged(&[1, 2, 3], &[3, 2, 1], &[2, 1, 3]), None);
    }

    fn list() -> impl Strategy<Value = Vec<u8>> {
        Just((0..6_u8).collect::<Vec<_>>())
            .prop_shuffle()
            .prop_flat_map(|all| proptest::sample::subsequence(all, 0..=6).prop_shuffle())
    }

    proptest! {
        #[test]
        fn nobodys_addition_or_removal_is_lost(was in list(), mine in list(), theirs in list()) {
            let Some(together) = merged(&was, &mine, &theirs) else { return Ok(()) };
            for item in 0..6 {
                let [was, mine, theirs] = [&was, &mine, &theirs].map(|list| list.contains(&item));
                let expected = if was { mine && theirs } else { mine || theirs };
                let count = together.iter().filter(|own| **own == item).count();
                prop_assert_eq!(count, usize::from(expected), "{} in {:?}", item, together);
            }
        }

        #[test]
        fn alone_ones_own_list_stands(was in list(), mine in list()) {
            prop_assert_eq!(merged(&was, &mine, &was), Some(mine));
        }
    }
}
