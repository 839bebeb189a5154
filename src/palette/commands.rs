//! What the palette offers for what was typed: a pure rule, tested on the host.

use std::rc::Rc;

use domain::{Key, Resource};
use yew::AttrValue;

use crate::components::shell::drawing;
use crate::find;
use crate::record::Record;
use crate::route::{Query, Route};

/// So many records of a resource are shown.
const MOST: usize = 6;
/// So many are asked for, of which those are shown that have all words.
const ASKED: &str = "24";

/// What choosing an item does.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// Goes to a page.
    Go(Route),
    /// Pauses a record (`true`), or resumes it.
    Pause(Rc<Record>, bool),
    /// Starts a sentence that goes on with a name.
    Type(&'static str),
    /// Does what that key does.
    Key(&'static str),
    /// Ends the session.
    SignOut,
}

/// One thing to choose.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Under which heading it stands.
    pub section: &'static str,
    /// What it is.
    pub label: AttrValue,
    /// Its drawing.
    pub icon: &'static str,
    /// Of which record it is.
    pub record: Option<Rc<Record>>,
    /// What it does.
    pub deed: Deed,
}

/// What is done to a record by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Takes it out of the calls.
    Pause,
    /// Lets it take calls again.
    Resume,
    /// Begins a new one that is filled in from it.
    Duplicate,
}

impl Verb {
    const ALL: [Self; 3] = [Self::Pause, Self::Resume, Self::Duplicate];

    /// How a sentence with it begins.
    const fn typed(self) -> &'static str {
        match self {
            Self::Pause => "pause ",
            Self::Resume => "resume ",
            Self::Duplicate => "duplicate ",
        }
    }

    /// Its name and its drawing.
    const fn face(self) -> (&'static str, &'static str) {
        match self {
            Self::Pause => ("Pause", "pause"),
            Self::Resume => ("Resume", "play"),
            Self::Duplicate => ("Duplicate", "copy"),
        }
    }

    /// Whether it switches records off or on.
    const fn pauses(self) -> Option<bool> {
        match self {
            Self::Pause => Some(true),
            Self::Resume => Some(false),
            Self::Duplicate => None,
        }
    }

    /// What it does to a record; `None` where there is nothing to do.
    fn deed(self, record: &Rc<Record>) -> Option<Deed> {
        match self.pauses() {
            Some(pauses) => {
                (record.get(Key::Paused).as_bool()? != pauses).then(|| Deed::Pause(record.clone(), pauses))
            }
            None => Some(Deed::Go(Route::Copy(record.resource(), record.id()?.to_string().into()))),
        }
    }
}

/// What was typed, understood.
#[derive(Debug, PartialEq)]
pub struct Wish {
    /// What is to be done to what is found; else it is opened.
    pub verb: Option<Verb>,
    /// What is to be found: in lower case as far as letters are English, as the API finds in any case.
    pub words: Vec<String>,
}

impl Wish {
    /// Reads what was typed.
    #[must_use]
    pub fn read(typed: &str) -> Self {
        let text = typed.trim_start().to_ascii_lowercase();
        let verb = Verb::ALL.into_iter().find(|verb| text.starts_with(verb.typed()));
        let rest = &text[verb.map_or(0, |verb| verb.typed().len())..];
        Self { verb, words: rest.split_whitespace().map(str::to_owned).collect() }
    }

    /// What the server is asked for: it finds parts of texts, so it gets the longest word, and the others are looked
    /// for in what it gives.
    #[must_use]
    pub fn questions(&self) -> Vec<(Resource, Query)> {
        let longest = self.words.iter().max_by_key(|word| word.len());
        if longest.is_none() && self.verb.is_none() {
            return Vec::new();
        }
        let question = |resource: Resource| {
            let pauses = self.verb.and_then(Verb::pauses);
            if pauses.is_some() && resource.field(Key::Paused).is_none() {
                return None;
            }
            let mut query = find::question(resource, longest.map_or("", String::as_str), ASKED);
            if let Some(pauses) = pauses {
                query.set("paused", if pauses { "false" } else { "true" });
            }
            Some((resource, query))
        };
        Resource::LISTED.into_iter().filter_map(question).collect()
    }

    /// Whether a record that the server gave for one word has the others in its name as well.
    fn is_met_by(&self, record: &Record) -> bool {
        let name = record.name().to_ascii_lowercase();
        let missing = self.words.iter().filter(|word| !name.contains(word.as_str())).count();
        // A single word may have been found in an id, or in the name of a group's buyer.
        missing == 0 || (self.words.len() == 1 && missing == 1)
    }

    /// How far a record's name is from what was typed: "west" means "Auto, west" before "Western" before "Midwest".
    fn distance(&self, record: &Record) -> usize {
        let name = record.name().to_ascii_lowercase();
        let distance = |word: &String| {
            let words = name.split(|c: char| !c.is_alphanumeric());
            words
                .map(|own| {
                    if own == word {
                        0
                    } else if own.starts_with(word.as_str()) {
                        1
                    } else {
                        2
                    }
                })
                .min()
        };
        self.words.iter().filter_map(distance).sum()
    }
}

fn item(section: &'static str, label: impl Into<AttrValue>, icon: &'static str, deed: Deed) -> Item {
    Item { section, label: label.into(), icon, record: None, deed }
}

/// Every page and deed by itself, each with the words that it is found by besides its own.
fn own() -> Vec<(Item, &'static str)> {
    let page = |resource: Resource| {
        (item("Pages", resource.heading(), drawing(resource), Deed::Go(Route::list(resource))), "list go")
    };
    let new = |resource: Resource| {
        let label = ["New ", noun(resource)].concat();
        (item("Actions", label, "plus", Deed::Go(Route::New(resource))), "create add")
    };
    let mut all: Vec<_> = Resource::WITH_LIST.map(page).into();
    let routing = Deed::Go(Route::Routing(Query::default()));
    all.push((item("Pages", "Routing", "routing", routing), "next call tiers shares test what if simulate"));
    all.push((item("Pages", "Settings", "settings", Deed::Go(Route::Company)), "company time zone currency"));
    all.extend(Resource::LISTED.map(new));
    for verb in Verb::ALL {
        let (label, icon) = verb.face();
        all.push((item("Actions", [label, "…"].concat(), icon, Deed::Type(verb.typed())), ""));
    }
    all.push((item("Actions", "Show keys", "menu", Deed::Key("?")), "keyboard shortcuts help"));
    all.push((item("Actions", "Sign out", "x", Deed::SignOut), "log leave"));
    all
}

/// What is offered before anything was typed: what was open last, then everything that needs no name.
#[must_use]
pub fn at_rest(recent: Vec<(Route, String)>) -> Vec<Item> {
    let recent = recent.into_iter().filter_map(|(route, name)| {
        let Route::Record(resource, _) = route else { return None };
        Some(item("Recent", name, drawing(resource), Deed::Go(route)))
    });
    recent.chain(own().into_iter().map(|(item, _)| item)).collect()
}

/// What is offered for a wish, of pages, deeds and the records that were found.
#[must_use]
pub fn matching(wish: &Wish, hits: &[(Resource, Rc<Record>)]) -> Vec<Item> {
    let mut items = Vec::new();
    if wish.verb.is_none() {
        let is_meant = |(item, more): &(Item, &str)| {
            let own = item.label.to_ascii_lowercase();
            let begins = |word: &String| {
                own.split(' ').chain(more.split(' ')).any(|own| own.starts_with(word.as_str()))
            };
            wish.words.iter().all(begins)
        };
        items.extend(own().into_iter().filter(is_meant).map(|(item, _)| item));
    }
    for resource in Resource::LISTED {
        let of_it = hits.iter().filter(|(own, record)| *own == resource && wish.is_met_by(record));
        let mut of_it: Vec<_> = of_it.map(|(_, record)| record).collect();
        of_it.sort_by_key(|record| wish.distance(record));
        items.extend(of_it.into_iter().filter_map(|record| offered(wish, record)).take(MOST));
    }
    items
}

/// A record as it is offered: to be opened, or for what the verb does.
fn offered(wish: &Wish, record: &Rc<Record>) -> Option<Item> {
    let resource = record.resource();
    let (label, icon, deed) = match wish.verb {
        None => {
            let deed = Deed::Go(Route::record(resource, record.id()?));
            (record.name().to_owned(), drawing(resource), deed)
        }
        Some(verb) => {
            let (name, icon) = verb.face();
            ([name, " ", record.name()].concat(), icon, verb.deed(record)?)
        }
    };
    Some(Item { section: resource.heading(), label: label.into(), icon, record: Some(record.clone()), deed })
}

fn noun(resource: Resource) -> &'static str {
    if resource == Resource::BuyerGroup { "group" } else { resource.noun() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Input, Value};

    fn group(name: &str, is_paused: bool) -> (Resource, Rc<Record>) {
        let record = Record::read(Resource::BuyerGroup, &Input::Null)
            .with(Key::Id, Value::Int(123_456))
            .with(Key::Name, Value::Text(name.to_owned()))
            .with(Key::Paused, Value::Bool(is_paused));
        (Resource::BuyerGroup, Rc::new(record))
    }

    fn labels(typed: &str, hits: &[(Resource, Rc<Record>)]) -> Vec<String> {
        matching(&Wish::read(typed), hits).iter().map(|item| item.label.to_string()).collect()
    }

    #[test]
    fn pages_and_deeds_are_found_by_the_beginnings_of_their_words() {
        assert_eq!(labels("buy", &[]), ["Buyer groups", "Buyers", "New buyer"]);
        assert_eq!(labels("new g", &[]), ["New group"]);
        assert_eq!(labels("create", &[]), ["New group", "New buyer", "New offer"]);
        assert_eq!(labels("company", &[]), ["Settings"]);
        assert_eq!(labels("SIGN", &[]), ["Sign out"]);
        assert_eq!(labels("uyer", &[]), Vec::<String>::new());
    }

    #[test]
    fn records_are_those_that_have_every_word() {
        let hits = [group("Auto insurance, west", false), group("Auto insurance, east", false)];
        assert_eq!(labels("auto west", &hits), ["Auto insurance, west"]);
        assert_eq!(labels("123456", &hits[..1]), ["Auto insurance, west"], "found by its id");
    }

    #[test]
    fn whole_words_come_before_beginnings_and_those_before_other_parts() {
        let hits = [group("Auto, midwest", false), group("Auto, western", false), group("Auto, west", false)];
        assert_eq!(labels("auto west", &hits), ["Auto, west", "Auto, western", "Auto, midwest"]);
    }

    #[test]
    fn a_verb_offers_only_what_it_can_be_done_to() {
        let hits = [group("Auto, west", false), group("Auto, far west", true)];
        assert_eq!(labels("Pause auto west", &hits), ["Pause Auto, west"]);
        assert_eq!(labels("Resume west", &hits), ["Resume Auto, far west"]);
        assert_eq!(labels("pause", &[]), ["Pause…"]);
        assert_eq!(labels("duplicate auto far", &hits), ["Duplicate Auto, far west"]);
        let copy = matching(&Wish::read("duplicate auto far"), &hits).remove(0).deed;
        assert_eq!(copy, Deed::Go(Route::Copy(Resource::BuyerGroup, "123456".into())));
    }

    #[test]
    fn the_server_is_asked_for_the_longest_word() {
        let questions = Wish::read("pause auto insurance").questions();
        let asked: Vec<_> =
            questions.iter().map(|(resource, query)| (resource.plural(), query.get("fulltext"))).collect();
        assert_eq!(asked, [("buyer_groups", "insurance"), ("buyers", "insurance")]);
        assert!(questions.iter().all(|(_, query)| query.get("paused") == "false"));
        assert_eq!(Wish::read("duplicate auto").questions().len(), 3);
        assert!(Wish::read("  ").questions().is_empty());
        assert_eq!(Wish::read("solar").questions().len(), 3);
    }

    #[test]
    fn at_rest_what_was_open_last_comes_first() {
        let recent =
            vec![(Route::parse("/buyers/100123", ""), "Mia".to_owned()), (Route::NotFound, "?".to_owned())];
        let items = at_rest(recent);
        assert_eq!((items[0].section, &*items[0].label, items[1].section), ("Recent", "Mia", "Pages"));
    }
}
