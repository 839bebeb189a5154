//! [`FilterEditor`]: chooses what a list is narrowed by, how, and to what. How it looks stands in `drawing`, how values
//! are compared in `how`.

mod drawing;
mod how;

use std::rc::Rc;

use domain::api::TierSummary;
use domain::filter::{FilterBy, Test};
use domain::{Kind, Resource};
use wasm_bindgen_futures::spawn_local;
use yew::html::Scope;
use yew::prelude::*;

use super::filters::{Subject, called, named, subjects};
use super::toolbar::Tool;
use super::tools::close;
use super::view::View;
use crate::browser::{self, Timeout};
use crate::find;
use crate::panel::Panel;
use crate::route::Query;
use how::{How, NOTHING, each, is_ticked, offered, read};

/// How long after the last letter records are looked for, in milliseconds.
const TYPING_MS: i32 = 150;
const SEARCH: &str = "filter-search";
const HOW: &str = "filter-how";
const VALUE: &str = "filter-value";

/// See [`FilterEditor`].
#[derive(Properties, PartialEq)]
pub struct EditorProps {
    /// The list.
    pub view: View,
    /// The tiers that there are.
    pub tiers: Vec<TierSummary>,
    /// The filter by that is to be changed; without one, the first thing is to choose.
    pub by: Option<FilterBy>,
    /// Another address is to be shown.
    pub go: Callback<Query>,
}

/// What the editor is told.
pub enum Message {
    /// Look for something to compare by that name.
    Find(String),
    /// Compare that.
    Choose(Subject),
    /// Choose something else to compare.
    Back,
    /// Compare so.
    Compare(How),
    /// The first or the second value is that.
    Type(usize, String),
    /// One of the offered values is wanted, or no longer.
    Toggle(String),
    /// Look for records by that text.
    Search(String),
    /// These were found: id and name.
    Found(Vec<(String, String)>),
    /// Those that are wanted already are called so.
    Named(Vec<(String, String)>),
    /// Narrow the list.
    Apply,
}

/// Chooses a filter.
pub struct FilterEditor {
    subjects: Vec<Subject>,
    wanted: String,
    subject: Option<Subject>,
    how: How,
    texts: [String; 2],
    chosen: Vec<String>,
    /// Records by id and name: those that are chosen, and those that were found.
    named: Vec<(String, String)>,
    found: Vec<(String, String)>,
    typing: Option<Timeout>,
    problem: Option<String>,
    focus: Option<&'static str>,
}

impl Component for FilterEditor {
    type Message = Message;
    type Properties = EditorProps;

    fn create(ctx: &Context<Self>) -> Self {
        let subjects = subjects(ctx.props().view.resource);
        let subject = ctx.props().by.and_then(|by| subjects.iter().find(|subject| subject.by == by).cloned());
        let mut editor = Self {
            subjects,
            wanted: String::new(),
            subject: None,
            how: How::Is,
            texts: Default::default(),
            chosen: Vec::new(),
            named: Vec::new(),
            found: Vec::new(),
            typing: None,
            problem: None,
            focus: Some(SEARCH),
        };
        if let Some(subject) = subject {
            editor.choose(ctx, subject);
        }
        editor
    }

    fn update(&mut self, ctx: &Context<Self>, message: Message) -> bool {
        match message {
            Message::Find(text) => self.wanted = text.trim().to_ascii_lowercase(),
            Message::Choose(subject) => self.choose(ctx, subject),
            Message::Back => {
                self.subject = None;
                self.focus = Some(SEARCH);
            }
            Message::Compare(how) => {
                self.how = how;
                self.problem = None;
            }
            Message::Type(at, text) => self.texts[at] = text,
            Message::Toggle(value) => match self.chosen.iter().position(|own| *own == value) {
                Some(at) => drop(self.chosen.remove(at)),
                None => {
                    let found = self.found.iter().find(|(id, _)| *id == value);
                    self.named.extend(found.cloned());
                    self.chosen.push(value);
                }
            },
            Message::Search(text) => {
                let link = ctx.link().clone();
                let member = self.subject.as_ref().and_then(|subject| subject.by.member());
                self.typing = Some(Timeout::new(TYPING_MS, move || look_for(&link, member, text)));
            }
            Message::Found(found) => self.found = found,
            Message::Named(named) => self.named.extend(named),
            Message::Apply => match self.query(&ctx.props().view.query) {
                Ok(query) => {
                    close(Tool::Filter(None));
                    ctx.props().go.emit(query);
                }
                Err(problem) => {
                    self.problem = Some(problem);
                    self.focus = Some(VALUE);
                }
            },
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        match &self.subject {
            None => self.subject_list(ctx),
            Some(subject) => self.form(ctx, subject),
        }
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        // What stands in a tool before it opens has `autofocus`; what comes later has to be given the focus.
        if let Some(id) = self.focus.take() {
            browser::focus(id);
        }
    }
}

impl FilterEditor {
    /// Starts with what the address says of it.
    fn choose(&mut self, ctx: &Context<Self>, subject: Subject) {
        let query = &ctx.props().view.query;
        let text = |test| subject.text(query, test).to_owned();
        let is_set = |how: &How| match how {
            How::Between => !text(Test::From).is_empty() || !text(Test::To).is_empty(),
            How::Blank => text(Test::Blank) == "true",
            How::Filled => text(Test::Blank) == "false",
            how => !text(how.test()).is_empty(),
        };
        let offered = offered(&subject);
        self.how = offered.iter().copied().find(is_set).or(offered.first().copied()).unwrap_or(How::Is);
        self.texts = match self.how {
            How::Between => [text(Test::From), text(Test::To)],
            how => [text(how.test()), String::new()],
        };
        self.chosen = query
            .list(subject.filter(Test::AnyOf).map_or("", |filter| filter.name))
            .map(str::to_owned)
            .collect();
        (self.named, self.found, self.problem) = (Vec::new(), Vec::new(), None);
        self.focus = Some(if offered.len() > 1 { HOW } else { VALUE });
        if let Some(resource) = subject.by.member() {
            look_for(ctx.link(), Some(resource), String::new());
            let (panel, ids) = (Panel::of(ctx), self.chosen.join(","));
            ctx.link().send_future(async move {
                Message::Named(named(&panel.api, resource, &ids).await.unwrap_or_default())
            });
        }
        self.subject = Some(subject);
    }

    /// The address narrowed by what was chosen.
    fn query(&self, query: &Query) -> Result<Query, String> {
        let Some(subject) = &self.subject else { return Ok(query.clone()) };
        let mut narrowed = subject.out_of(query);
        let mut set = |test: Test, text: &str| {
            if let Some(filter) = subject.filter(test) {
                narrowed.set(filter.name, text);
            }
        };
        let kind = subject.filter(self.how.test()).map_or(Kind::Boolean, |filter| filter.kind);
        let [first, second] = &self.texts;
        let first = match self.how {
            How::Blank => "true".to_owned(),
            How::Filled => "false".to_owned(),
            How::Is if is_ticked(subject) => self.chosen.join(","),
            How::Is => each(first, |word| read(kind, word))?.join(","),
            How::Between | How::Contains => read(kind, first.trim())?,
        };
        set(self.how.test(), &first);
        if self.how == How::Between {
            let second = read(kind, second.trim())?;
            set(Test::To, &second);
            return if first.is_empty() && second.is_empty() {
                Err(NOTHING.to_owned())
            } else {
                Ok(narrowed)
            };
        }
        if first.is_empty() { Err(NOTHING.to_owned()) } else { Ok(narrowed) }
    }
}

/// Looks for records of a resource; what was found is told.
fn look_for(link: &Scope<FilterEditor>, resource: Option<Resource>, text: String) {
    let (Some(resource), Some((panel, _))) = (resource, link.context::<Rc<Panel>>(Callback::noop())) else {
        return;
    };
    let link = link.clone();
    spawn_local(async move {
        // Without an answer there is nothing to offer; the page itself says that the server is away.
        if let Ok(found) = find::by_text(&panel.api, resource, &text).await {
            link.send_message(Message::Found(found.iter().map(|record| called(record)).collect()));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::how::tests::subject;
    use super::*;

    fn editor(label: &str, how: How, texts: [&str; 2]) -> FilterEditor {
        FilterEditor {
            subjects: Vec::new(),
            wanted: String::new(),
            subject: Some(subject(label)),
            how,
            texts: texts.map(str::to_owned),
            chosen: Vec::new(),
            named: Vec::new(),
            found: Vec::new(),
            typing: None,
            problem: None,
            focus: None,
        }
    }

    fn narrowed(label: &str, how: How, texts: [&str; 2]) -> Result<String, String> {
        editor(label, how, texts).query(&Query::parse("weight=9&page=2")).map(|query| query.to_string())
    }

    #[test]
    fn what_is_chosen_takes_the_place_of_what_stood_there() {
        assert_eq!(narrowed("Weight", How::Is, ["2, 3.5", ""]).as_deref(), Ok("weight=2,3.5"));
        assert_eq!(narrowed("Weight", How::Between, ["$1,500", ""]).as_deref(), Ok("weight_from=1500"));
        assert_eq!(narrowed("Weight", How::Between, ["1", "2"]).as_deref(), Ok("weight_from=1&weight_to=2"));
        assert_eq!(
            narrowed("Name", How::Contains, [" west ", ""]).as_deref(),
            Ok("weight=9&name_contains=west")
        );
        assert_eq!(
            narrowed("External id", How::Filled, ["", ""]).as_deref(),
            Ok("weight=9&external_record_id_blank=false")
        );
    }

    #[test]
    fn what_is_no_value_is_said() {
        assert_eq!(narrowed("Weight", How::Is, ["", ""]), Err(NOTHING.to_owned()));
        assert_eq!(narrowed("Status", How::Is, ["", ""]), Err(NOTHING.to_owned()));
        let problem = "“1x” is not a number. Use digits and a point: 1.5.";
        assert_eq!(narrowed("Weight", How::Between, ["1x", ""]), Err(problem.to_owned()));
    }
}
