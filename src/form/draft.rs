//! [`Draft`]: what was typed and not saved, as a text that outlives the page.
//!
//! A line for when and on which revision, then one for each field: its name, what it held when it was typed into, and
//! what was typed. So a draft can be brought onto a record that somebody else has changed since.

use std::rc::Rc;

use domain::{Input, Instant, ZoneNames, check};

use super::{Entry, FormState, typed};

/// What was typed into a form and not saved.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// When something was typed last.
    pub at: Instant,
    /// The revision that it was typed on; a new record has none.
    pub revision: Option<i64>,
    /// The fields, in the order of the field table.
    pub fields: Vec<Typed>,
}

/// What was typed into one field.
#[derive(Clone, Debug, PartialEq)]
pub struct Typed {
    /// The API's name of the field.
    pub name: String,
    /// What the record held.
    pub was: Input,
    /// What was typed.
    pub now: Input,
}

/// Texts of another form are not read.
const VERSION: &str = "1";

impl Draft {
    /// The text to keep.
    #[must_use]
    pub fn encode(&self) -> String {
        let revision = self.revision.map(|revision| revision.to_string()).unwrap_or_default();
        let mut text = [VERSION, &self.at.ms().to_string(), &revision].join("\t");
        for field in &self.fields {
            text.push('\n');
            push_escaped(&mut text, &field.name);
            for input in [&field.was, &field.now] {
                text.push('\t');
                push_input(&mut text, input);
            }
        }
        text
    }

    /// Reads a kept text; `None` when it is none of ours.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        let mut lines = text.split('\n');
        let mut head = lines.next()?.split('\t');
        if head.next()? != VERSION {
            return None;
        }
        let at = Instant::from_ms(head.next()?.parse().ok()?);
        let revision = match head.next()? {
            "" => None,
            revision => Some(revision.parse().ok()?),
        };
        let fields = lines.map(|line| {
            let mut parts = line.split('\t');
            let field =
                Typed { name: plain(parts.next()?)?, was: input(parts.next()?)?, now: input(parts.next()?)? };
            parts.next().is_none().then_some(field)
        });
        Some(Self { at, revision, fields: fields.collect::<Option<_>>()? })
    }

    /// The same with what an older draft has of other fields.
    #[must_use]
    pub fn with(mut self, older: &Self) -> Self {
        for field in &older.fields {
            if self.fields.iter().all(|own| own.name != field.name) {
                self.fields.push(field.clone());
            }
        }
        self
    }
}

impl FormState {
    /// What is not saved, typed last at that time. It may be of no field.
    #[must_use]
    pub fn draft(&self, at: Instant) -> Draft {
        let field = |entry: &Entry| {
            let was = entry.clash.as_ref().map_or(&entry.original, |clash| &clash.was);
            Typed {
                name: entry.field.name.to_owned(),
                was: typed(entry.field.kind, was),
                now: entry.input.clone(),
            }
        };
        Draft { at, revision: self.revision, fields: self.changed().map(field).collect() }
    }

    /// Types again what a draft has, but for the fields in which something else is typed by now. What the record held
    /// then and what it holds now are merged.
    pub fn restore(&mut self, draft: &Draft, zones: &dyn ZoneNames) {
        for field in &draft.fields {
            let entry = self.entries.iter_mut().find(|entry| entry.field.name == field.name);
            let Some(entry) = entry.filter(|entry| !entry.is_changed()) else { continue };
            let was = match check(entry.field, &field.was, zones) {
                Ok(Some(value)) => value,
                _ => entry.field.kind.cleared(),
            };
            let theirs = (**entry).clone();
            let mut then = Entry::new(entry.field, was, entry.intent, zones);
            then.put(field.now.clone(), zones);
            then.touched = true;
            if then.original != theirs.original {
                then.merge(theirs, zones);
            }
            *entry = Rc::new(then);
        }
    }

    /// How many fields a draft would change.
    #[must_use]
    pub fn would_change(&self, draft: &Draft, zones: &dyn ZoneNames) -> usize {
        let mut then = self.clone();
        then.discard(zones);
        then.restore(draft, zones);
        then.changed().count()
    }
}

/// What separates the items of a list.
const BETWEEN: char = '\u{1f}';

fn push_input(text: &mut String, input: &Input) {
    match input {
        Input::Bool(truth) => text.push_str(if *truth { "+" } else { "-" }),
        Input::List(items) => {
            text.push('*');
            for item in items.iter().filter_map(Input::as_text) {
                text.push(BETWEEN);
                push_escaped(text, item);
            }
        }
        input => {
            text.push('=');
            push_escaped(text, input.as_text().unwrap_or_default());
        }
    }
}

fn input(text: &str) -> Option<Input> {
    let rest = text.get(1..)?;
    match text.chars().next()? {
        '+' => Some(Input::Bool(true)),
        '-' => Some(Input::Bool(false)),
        '*' => rest
            .split(BETWEEN)
            .skip(1)
            .map(|item| plain(item).map(Input::Text))
            .collect::<Option<_>>()
            .map(Input::List),
        '=' => plain(rest).map(Input::Text),
        _ => None,
    }
}

/// The characters that part fields, lines and items, and what stands for each.
const ESCAPES: [(char, char); 4] = [('\\', '\\'), ('\n', 'n'), ('\t', 't'), (BETWEEN, 'u')];

fn push_escaped(text: &mut String, item: &str) {
    for own in item.chars() {
        match ESCAPES.iter().find(|(plain, _)| *plain == own) {
            Some((_, name)) => text.extend(['\\', *name]),
            None => text.push(own),
        }
    }
}

fn plain(escaped: &str) -> Option<String> {
    let mut text = String::with_capacity(escaped.len());
    let mut letters = escaped.chars();
    while let Some(letter) = letters.next() {
        if letter == '\\' {
            let name = letters.next()?;
            text.push(ESCAPES.iter().find(|(_, own)| *own == name)?.0);
        } else {
            text.push(letter);
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_input() -> impl Strategy<Value = Input> {
        let text = || any::<String>().prop_map(Input::Text);
        prop_oneof![
            text(),
            any::<bool>().prop_map(Input::Bool),
            proptest::collection::vec(text(), 0..4).prop_map(Input::List),
            "[\\\\\n\t\u{1f}a]{0,6}".prop_map(Input::Text),
        ]
    }

    proptest! {
        #[test]
        fn a_draft_reads_back_as_it_was(
            ms in 0_i64..4_000_000_000_000,
            revision in proptest::option::of(any::<i64>()),
            fields in proptest::collection::vec(("[a-z_]{1,20}", any_input(), any_input()), 0..5),
        ) {
            let fields = fields.into_iter().map(|(name, was, now)| Typed { name, was, now }).collect();
            let draft = Draft { at: Instant::from_ms(ms), revision, fields };
            prop_assert_eq!(Draft::decode(&draft.encode()), Some(draft));
        }

        #[test]
        fn any_text_is_read_or_refused(text in any::<String>(), tail in "[=*+\\-\\\\nt\t\u{1f}é]{0,12}") {
            let _ = Draft::decode(&text);
            if let Some(draft) = Draft::decode(&format!("1\t0\t\nname\t{tail}")) {
                prop_assert_eq!(Draft::decode(&draft.encode()), Some(draft));
            }
        }
    }

    #[test]
    fn texts_of_another_form_are_no_drafts() {
        for text in ["", "2\t0\t", "1\tx\t", "1\t0\tx", "1\t0\t\nname\t=1", "1\t0\t\nname\t=1\t=2\t=3"] {
            assert_eq!(Draft::decode(text), None, "{text}");
        }
    }
}
