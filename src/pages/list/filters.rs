//! What a list can be narrowed by: a [`Subject`] for each thing that can be compared, and a chip for each that is.

use domain::filter::{Filter, FilterBy, Test};
use domain::{Id, Key, Kind, Resource, Section};
use yew::prelude::*;

use super::toolbar::Tool;
use super::view::View;
use crate::api::{Answer, Api};
use crate::components::icon::icon;
use crate::find;
use crate::format;
use crate::query::use_query;
use crate::record::Record;
use crate::route::Query;

/// When a record was made is a range of every list, and so in no table of filters.
const CREATED: [Filter; 2] = {
    let by = FilterBy::Field(Key::CreatedAt);
    let (label, kind) = ("Created", Kind::Instant);
    [
        Filter { by, test: Test::From, name: "created_at_from", label, kind },
        Filter { by, test: Test::To, name: "created_at_to", label, kind },
    ]
};

/// What is compared, with every way to do so.
#[derive(Clone, PartialEq)]
pub struct Subject {
    /// What it is.
    pub by: FilterBy,
    /// What people call it.
    pub label: &'static str,
    /// Where it stands on the page of a record; `None` for what people narrow lists by most.
    pub section: Option<Section>,
    filters: Vec<&'static Filter>,
}

/// Everything that the list of a resource can be narrowed by, what is used most first.
#[must_use]
pub fn subjects(resource: Resource) -> Vec<Subject> {
    let main = resource.main_filters();
    let mut subjects: Vec<Subject> = Vec::new();
    for filter in resource.filters().iter().chain(&CREATED) {
        if let Some(subject) = subjects.iter_mut().find(|subject| subject.by == filter.by) {
            subject.filters.push(filter);
            continue;
        }
        let is_main = main.iter().any(|main| main.by == filter.by);
        let section = match filter.by {
            FilterBy::Field(key) if !is_main => resource.field(key).map(|field| field.section),
            _ => None,
        };
        subjects.push(Subject { by: filter.by, label: filter.label, section, filters: vec![filter] });
    }
    subjects
}

/// A name that no two subjects of a list share.
#[must_use]
pub fn name_of(by: FilterBy) -> String {
    match by {
        FilterBy::Field(key) => key.name().into_owned(),
        FilterBy::Member(resource) => resource.singular().to_owned(),
    }
}

impl Subject {
    /// The filter with that test, if it can be compared so.
    #[must_use]
    pub fn filter(&self, test: Test) -> Option<&'static Filter> {
        self.filters.iter().copied().find(|filter| filter.test == test)
    }

    /// The text that the query gives that filter.
    #[must_use]
    pub fn text<'a>(&self, query: &'a Query, test: Test) -> &'a str {
        self.filter(test).map_or("", |filter| query.get(filter.name))
    }

    /// Whether a query compares it.
    #[must_use]
    pub fn is_in(&self, query: &Query) -> bool {
        self.filters.iter().any(|filter| !query.get(filter.name).is_empty())
    }

    /// The query without it, from the first page on.
    #[must_use]
    pub fn out_of(&self, query: &Query) -> Query {
        let query = query.clone().with("page", "");
        self.filters.iter().fold(query, |query, filter| query.with(filter.name, ""))
    }

    /// What the query says of it, as verb and value: "is", "All at once". `names`: of records that it names by id.
    fn said(&self, query: &Query, names: &[String]) -> Vec<(&'static str, String)> {
        let mut said = Vec::new();
        let text = |test| Some(self.text(query, test)).filter(|text| !text.is_empty());
        if let Some(text) = text(Test::AnyOf) {
            let values = if names.is_empty() {
                text.split(',').map(|value| self.spoken(value.trim())).collect()
            } else {
                names.to_vec()
            };
            said.push(("is", values.join(" or ")));
        }
        match (text(Test::From), text(Test::To)) {
            (Some(from), Some(to)) => {
                said.push(("is from", [&self.spoken(from), " to ", &self.spoken(to)].concat()));
            }
            (Some(from), None) if self.is_time() => said.push(("is since", self.spoken(from))),
            (None, Some(to)) if self.is_time() => said.push(("is until", self.spoken(to))),
            (Some(from), None) => said.push(("is at least", self.spoken(from))),
            (None, Some(to)) => said.push(("is at most", self.spoken(to))),
            (None, None) => {}
        }
        if let Some(text) = text(Test::Contains) {
            said.push(("contains", text.to_owned()));
        }
        if let Some(text) = text(Test::Blank) {
            said.push((if text == "true" { "is" } else { "is not" }, "blank".to_owned()));
        }
        said
    }

    /// Whether it is a point in time.
    #[must_use]
    pub fn is_time(&self) -> bool {
        self.filters.iter().any(|filter| filter.kind == Kind::Instant)
    }

    /// A value of the API as people say it.
    fn spoken(&self, value: &str) -> String {
        match self.filters[0].kind {
            Kind::Choice(choices) => {
                let choice = choices.iter().find(|choice| choice.name == value);
                choice.map_or(value, |choice| choice.label).to_owned()
            }
            Kind::Boolean => if value == "true" { "Yes" } else { "No" }.to_owned(),
            kind if kind.is_number() => format::with_minus(value),
            _ => value.to_owned(),
        }
    }
}

/// See [`Chips`].
#[derive(Properties, Clone, PartialEq)]
pub struct ChipsProps {
    /// The list.
    pub view: View,
    /// Another address is to be shown.
    pub go: Callback<Query>,
    /// The filter by that is to be changed.
    pub edit: Callback<FilterBy>,
}

/// A chip for each filter that is set.
#[component]
pub fn Chips(props: &ChipsProps) -> Html {
    let ChipsProps { view, go, edit } = props;
    let shown = subjects(view.resource).into_iter().filter(|subject| {
        subject.is_in(&view.query)
            && !subject.filter(Test::AnyOf).is_some_and(|filter| view.is_view(filter.name))
    });
    let chip = |subject: Subject| {
        let by = subject.by;
        html! {
            <Chip
                key={name_of(by)}
                {subject}
                query={view.query.clone()}
                {go}
                onedit={edit.reform(move |()| by)}
            />
        }
    };
    html! { <>{ for shown.map(chip) }</> }
}

#[derive(Properties, PartialEq)]
struct ChipProps {
    subject: Subject,
    query: Query,
    go: Callback<Query>,
    onedit: Callback<()>,
}

/// A filter that is set: "Dialing is All at once". A click changes it; a button takes it away.
#[component]
fn Chip(props: &ChipProps) -> Html {
    let ChipProps { subject, query, go, onedit } = props;
    let member = subject.by.member();
    let ids = subject.text(query, Test::AnyOf).to_owned();
    let names = use_query((member, ids), |api, (member, ids)| {
        let (member, ids) = (*member, ids.clone());
        Box::pin(async move {
            match member {
                Some(resource) => {
                    Ok(named(&api, resource, &ids).await?.into_iter().map(|(_, name)| name).collect())
                }
                None => Ok(Vec::new()),
            }
        })
    });
    let names = names.load.data().cloned().unwrap_or_default();
    let said = subject.said(query, &names).into_iter().enumerate().map(|(at, (verb, value))| {
        html! { <>{ if at > 0 { " and " } else { " " } }{ verb }{ " " }<b>{ value }</b></> }
    });
    let rest = subject.out_of(query);
    html! {
        <span class="chip">
            <button
                type="button"
                class="edit"
                title="Change this filter"
                popovertarget={Tool::Filter(None).face().0}
                popovertargetaction="show"
                onclick={onedit.reform(|_| ())}
            >
                { subject.label }{ for said }
            </button>
            <button
                type="button"
                aria-label={format!("Remove filter {}", subject.label)}
                onclick={go.reform(move |_: MouseEvent| rest.clone())}
            >
                { icon("x") }
            </button>
        </span>
    }
}

/// The records with those ids (with commas between them) and their names, those that there are.
///
/// # Errors
/// When the server cannot be asked.
pub async fn named(api: &Api, resource: Resource, ids: &str) -> Answer<Vec<(String, String)>> {
    let ids: Vec<Id> = ids.split(',').filter_map(Id::parse).collect();
    Ok(find::by_ids(api, resource, &ids).await?.iter().map(|record| called(record)).collect())
}

/// The id of a record, as a filter names it, and what it is called.
#[must_use]
pub fn called(record: &Record) -> (String, String) {
    (record.id().map(|id| id.to_string()).unwrap_or_default(), record.name().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(search: &str) -> Vec<String> {
        let query = Query::parse(search);
        let shown = subjects(Resource::BuyerGroup).into_iter().filter(|subject| subject.is_in(&query));
        let sentence = |subject: Subject| {
            let said = subject.said(&query, &[]).into_iter().map(|(verb, value)| format!("{verb} {value}"));
            format!("{} {}", subject.label, said.collect::<Vec<_>>().join(" and "))
        };
        shown.map(sentence).collect()
    }

    #[test]
    fn chips_say_what_the_address_says() {
        assert_eq!(said("dial_buyers_type=simultaneously"), ["Dialing is All at once"]);
        assert_eq!(said("tier=-1,1.5"), ["Tier is −1 or 1.5"]);
        assert_eq!(said("weight_from=2&weight_to=5"), ["Weight is from 2 to 5"]);
        assert_eq!(said("weight_from=2&weight=3"), ["Weight is 3 and is at least 2"]);
        assert_eq!(said("name_contains=west"), ["Name contains west"]);
        assert_eq!(said("attempt_daily_limit_blank=false"), ["Daily attempt limit is not blank"]);
        assert_eq!(said("created_at_from=2026-01-01"), ["Created is since 2026-01-01"]);
        assert_eq!(said("maxed_out=true&paused=false"), ["Maxed out is Yes", "Paused is No"]);
    }

    #[test]
    fn every_filter_of_every_list_has_one_subject() {
        for resource in Resource::WITH_LIST {
            let subjects = subjects(resource);
            let filters: usize = subjects.iter().map(|subject| subject.filters.len()).sum();
            assert_eq!(filters, resource.filters().len() + CREATED.len());
            assert!(subjects[0].section.is_none());
            let mut names: Vec<String> = subjects.iter().map(|subject| name_of(subject.by)).collect();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), subjects.len());
        }
    }

    #[test]
    fn a_filter_that_is_taken_away_leaves_the_others() {
        let query = Query::parse("weight_from=2&weight_to=5&tier=1&page=3");
        let weight = subjects(Resource::BuyerGroup).into_iter().find(|subject| subject.label == "Weight");
        assert_eq!(weight.expect("groups have it").out_of(&query).to_string(), "tier=1");
    }
}
