//! A buyer: where its calls go, and the groups that it stands in.

use std::rc::Rc;

use domain::{Id, Key, Resource, Section};
use yew::prelude::*;

use crate::components::pill::pill;
use crate::form::FormState;
use crate::form::reading::all;
use crate::form::scene::{Blueprint, Part, Scene};
use crate::format;
use crate::query::use_query;
use crate::record::Record;
use crate::route::{Query, Route};

/// What the page of a buyer has.
pub static BLUEPRINT: Blueprint = Blueprint {
    resource: Resource::Buyer,
    sections: &[Section::Details, Section::Groups, Section::Record],
    seen: &[],
    count,
    part,
    rail: None,
};

fn count(section: Section, _: &FormState, buyer: Option<&Record>) -> Option<usize> {
    buyer.filter(|_| section == Section::Groups).map(|buyer| buyer.get(Key::BuyerGroupIds).as_ids().len())
}

fn part(section: Section, scene: &Scene) -> Option<Part> {
    if section != Section::Groups {
        return None;
    }
    let id = scene.record().and_then(Record::id);
    Some(Part {
        note: "It is dialed by these.".into(),
        body: match id {
            Some(id) => html! { <GroupsOf {id} /> },
            None => html! { <p class="help">{ "A buyer is added to groups on their pages." }</p> },
        },
        ..Part::default()
    })
}

#[derive(Properties, PartialEq)]
struct GroupsOfProps {
    id: Id,
}

/// The groups that a buyer stands in, in the order in which calls reach them.
#[component]
fn GroupsOf(props: &GroupsOfProps) -> Html {
    let groups = use_query(props.id, |api, id| {
        let query = Query::default().with("buyer_id", &id.to_string()).with("order", &Key::Routing.name());
        Box::pin(async move {
            all(&api, Resource::BuyerGroup, query, &[Key::Id, Key::Name, Key::Tier, Key::Share, Key::State])
                .await
        })
    });
    let row = |group: &Rc<Record>| {
        let id = group.id()?;
        let tier = group.number(Key::Tier).unwrap_or_default();
        let share = group.number(Key::Share).unwrap_or_default();
        Some(html! {
            <li key={id.to_string()}>
                <span class="nm">
                    <a href={Route::record(Resource::BuyerGroup, id).to_string()}>{ group.name() }</a>
                    { " " }
                    <span class="faint">{ id.to_string() }</span>
                </span>
                <span class="faint">{ format!("{} of tier {tier}", format::share(share)) }</span>
                { pill(group) }
            </li>
        })
    };
    match (groups.load.data(), groups.load.error()) {
        (Some(groups), _) if groups.is_empty() => {
            html! { <p class="help">{ "It stands in no group, so it gets no calls." }</p> }
        }
        (Some(groups), _) => html! { <ul class="members">{ for groups.iter().filter_map(row) }</ul> },
        (None, Some(error)) => html! { <p class="err" role="alert">{ error.sentence() }</p> },
        (None, None) => html! { <p class="help late">{ "Loading…" }</p> },
    }
}
