//! [`Params`]: what came with a request, by name.

use crate::resource::Resource;
use crate::value::Input;

/// Named inputs, each name once (COMPATIBILITY.md 3).
///
/// Names are trimmed; a name that needed no trimming wins over one that did, and a later one over an earlier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params {
    entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    name: String,
    exact: bool,
    input: Input,
}

impl Params {
    /// Adds an input; see the type for which one stays when two have the same name.
    pub fn set(&mut self, name: &str, input: Input) {
        let exact = name.trim() == name;
        let name = name.trim();
        match self.entries.iter_mut().find(|entry| entry.name == name) {
            Some(entry) if entry.exact && !exact => {}
            Some(entry) => (entry.exact, entry.input) = (exact, input),
            None => self.entries.push(Entry { name: name.to_owned(), exact, input }),
        }
    }

    /// The input of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Input> {
        self.entries.iter().find(|entry| entry.name == name).map(|entry| &entry.input)
    }

    /// Every name and input, in the order in which the names first came.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Input)> {
        self.entries.iter().map(|entry| (entry.name.as_str(), &entry.input))
    }

    /// Takes the fields that stand under the resource's own name, as in `{"buyer_group": {...}}`, up among the flat
    /// ones, which win.
    #[must_use]
    pub fn unwrapped(mut self, resource: Resource) -> Self {
        let root = resource.singular();
        let Some(index) = self.entries.iter().position(|entry| entry.name == root) else { return self };
        if !matches!(self.entries[index].input, Input::Map(_)) {
            return self;
        }
        if let Input::Map(members) = self.entries.remove(index).input {
            let nested: Self = members.into_iter().collect();
            for entry in nested.entries {
                if self.get(&entry.name).is_none() {
                    self.entries.push(entry);
                }
            }
        }
        self
    }
}

impl<N: AsRef<str>> FromIterator<(N, Input)> for Params {
    fn from_iter<I: IntoIterator<Item = (N, Input)>>(pairs: I) -> Self {
        let mut params = Self::default();
        for (name, input) in pairs {
            params.set(name.as_ref(), input);
        }
        params
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exact_name_wins_over_a_trimmed_one() {
        let params: Params =
            [("name ", "a".into()), ("name", "b".into()), (" name", "c".into())].into_iter().collect();
        assert_eq!(params.get("name"), Some(&"b".into()));
        let params: Params = [("name ", "a".into())].into_iter().collect();
        assert_eq!(params.get("name"), Some(&"a".into()));
    }

    #[test]
    fn flat_fields_win_over_nested_ones() {
        let nested = Input::Map(vec![("name".to_owned(), "nested".into()), ("tier".to_owned(), "2".into())]);
        let params: Params = [("buyer_group", nested), ("name", "flat".into())].into_iter().collect();
        let params = params.unwrapped(Resource::BuyerGroup);
        assert_eq!(params.get("name"), Some(&"flat".into()));
        assert_eq!(params.get("tier"), Some(&"2".into()));
        assert_eq!(params.get("buyer_group"), None);
    }
}
