//! Query strings and forms.

use std::borrow::Cow;
use std::collections::HashMap;

use domain::Input;

use super::{MOST_NAMES, too_many};
use crate::error::Refusal;

/// The pairs of a query string or a form, decoded; empty ones, as after a trailing `&`, are no pairs.
pub(crate) fn pairs(text: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(text)
        .filter(|(name, _)| !name.is_empty())
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

/// Gathers `buyer_ids[]=1&buyer_ids[]=2` into a list, and `buyer_group[name]=West` into an object.
pub(super) fn gathered(pairs: Vec<(String, String)>) -> Result<Vec<(String, Input)>, Refusal> {
    let mut members = Members::default();
    for (name, value) in pairs {
        members.add(&name, value)?;
    }
    Ok(members.0)
}

/// Names in the order in which each first came. Plain names stay as they came, repeats included.
#[derive(Default)]
struct Members(Vec<(String, Input)>, HashMap<String, usize>);

impl Members {
    fn add(&mut self, name: &str, value: String) -> Result<(), Refusal> {
        let name = &without_index(name);
        if let Some(name) = name.strip_suffix("[]").filter(|name| !name.contains('[')) {
            self.group(name, Input::List(Vec::new()))?.push_item(value);
        } else if let Some((name, inner)) = object(name) {
            if let Input::Map(members) = self.group(name, Input::Map(Vec::new()))? {
                if members.len() >= MOST_NAMES {
                    return Err(too_many());
                }
                match inner.strip_suffix("][]").or_else(|| inner.strip_suffix("[]")) {
                    Some(list) => {
                        let list = list.trim_end_matches(']');
                        let index = members.iter().position(|(own, _)| own == list).unwrap_or_else(|| {
                            members.push((list.to_owned(), Input::List(Vec::new())));
                            members.len() - 1
                        });
                        members[index].1.push_item(value);
                    }
                    None => {
                        let inner = inner.strip_suffix(']').unwrap_or(inner);
                        members.push((inner.to_owned(), Input::Text(value)));
                    }
                }
            }
        } else {
            self.insert(name, Input::Text(value))?;
        }
        Ok(())
    }

    /// The list or object of that name, made at its first member.
    fn group(&mut self, name: &str, empty: Input) -> Result<&mut Input, Refusal> {
        let index = match self.1.get(name) {
            Some(index) => *index,
            None => {
                self.1.insert(name.to_owned(), self.0.len());
                self.insert(name, empty)?
            }
        };
        Ok(&mut self.0[index].1)
    }

    fn insert(&mut self, name: &str, input: Input) -> Result<usize, Refusal> {
        if self.0.len() >= MOST_NAMES {
            return Err(too_many());
        }
        self.0.push((name.to_owned(), input));
        Ok(self.0.len() - 1)
    }
}

/// PHP's `http_build_query` numbers the items of a list: `buyer_ids[0]=1&buyer_ids[1]=2`.
fn without_index(name: &str) -> Cow<'_, str> {
    match name.strip_suffix(']').and_then(|name| name.rsplit_once('[')) {
        Some((list, index)) if !index.is_empty() && index.bytes().all(|b| b.is_ascii_digit()) => {
            format!("{list}[]").into()
        }
        _ => name.into(),
    }
}

/// Splits `buyer_group[name]` into `buyer_group` and `name]`.
fn object(name: &str) -> Option<(&str, &str)> {
    let (outer, inner) = name.split_once('[')?;
    (!outer.is_empty() && (inner.ends_with(']'))).then_some((outer, inner))
}

/// A list grows; whatever else stands there stays.
trait PushItem {
    fn push_item(&mut self, value: String);
}

impl PushItem for Input {
    fn push_item(&mut self, value: String) {
        if let Self::List(items) = self {
            items.push(Self::Text(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, Input)> {
        gathered(pairs(text.as_bytes())).unwrap()
    }

    fn list(items: &[&str]) -> Input {
        Input::List(items.iter().map(|&item| item.into()).collect())
    }

    #[test]
    fn brackets_make_lists_and_objects() {
        assert_eq!(read("buyer_ids[]=1&buyer_ids%5B%5D=2"), [("buyer_ids".to_owned(), list(&["1", "2"]))]);
        assert_eq!(read("buyer_ids[]="), [("buyer_ids".to_owned(), list(&[""]))]);
        assert_eq!(
            read("buyer_group[name]=West&buyer_group[buyer_ids][]=1&buyer_group[buyer_ids][]=2"),
            [(
                "buyer_group".to_owned(),
                Input::Map(vec![
                    ("name".to_owned(), "West".into()),
                    ("buyer_ids".to_owned(), list(&["1", "2"]))
                ])
            )]
        );
    }

    #[test]
    fn numbered_items_make_lists() {
        assert_eq!(read("buyer_ids[0]=1&buyer_ids%5B1%5D=2"), [("buyer_ids".to_owned(), list(&["1", "2"]))]);
        assert_eq!(
            read("buyer_group[buyer_ids][0]=1&buyer_group[buyer_ids][1]=2"),
            [("buyer_group".to_owned(), Input::Map(vec![("buyer_ids".to_owned(), list(&["1", "2"]))]))]
        );
    }

    #[test]
    fn nothing_is_made_of_a_trailing_ampersand() {
        assert_eq!(read("page=1&order=created_at&").len(), 2);
        assert_eq!(read("&&=x&").len(), 0);
    }

    #[test]
    fn an_unescaped_ampersand_cuts_a_time_zone() {
        assert_eq!(read("time_zone=Pacific+Time+(US+&+Canada)")[0].1, "Pacific Time (US ".into());
    }

    #[test]
    fn strange_names_do_no_harm() {
        for text in ["[]=1", "[", "a[", "a]=1", "a[b", "a[][]=2", "a[b][c][]=1", "%ff=%fe", "a[]=1&a[b]=2"] {
            read(text);
        }
    }

    #[test]
    fn the_number_of_names_has_a_limit() {
        let many = "a&".repeat(1_001);
        assert!(gathered(pairs(many.as_bytes())).is_err());
        let one_list = "a[]=1&".repeat(2_000);
        assert_eq!(read(&one_list).len(), 1);
    }
}
