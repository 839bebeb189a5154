//! The page of one record, new or kept: reads it, then mounts its form.

use domain::Resource;
use yew::prelude::*;

use super::{buyer, company, group, offer};
use crate::api::ApiError;
use crate::components::page::PageHead;
use crate::components::toasts::use_toasts;
use crate::form::edit::Edit;
use crate::form::reading::read;
use crate::form::scene::{Blueprint, Tools};
use crate::navigation::use_navigator;
use crate::palette::recent;
use crate::query::{Load, use_query};
use crate::route::Route;
use crate::session::{use_api, use_session};

/// See [`RecordPage`].
#[derive(Properties, Clone, PartialEq)]
pub struct RecordPageProps {
    /// What kind of record it is.
    pub resource: Resource,
    /// Which one, by id or uuid; the company needs none, and for the others none means a new one.
    #[prop_or_default]
    pub id: Option<AttrValue>,
    /// The one that a new one is filled in from, by id or uuid.
    #[prop_or_default]
    pub copy: Option<AttrValue>,
}

fn blueprint(resource: Resource) -> &'static Blueprint {
    match resource {
        Resource::BuyerGroup => &group::BLUEPRINT,
        Resource::Buyer => &buyer::BLUEPRINT,
        Resource::Offer => &offer::BLUEPRINT,
        Resource::Company | Resource::Call | Resource::Alert => &company::BLUEPRINT,
    }
}

/// One group, buyer, offer, or the company: shown and edited in one place.
#[component]
pub fn RecordPage(props: &RecordPageProps) -> Html {
    let (api, toasts, navigator, session) = (use_api(), use_toasts(), use_navigator(), use_session());
    let Some(session) = session else { return Html::default() };
    let tools = Tools { api, toasts, navigator, session };
    let blueprint = blueprint(props.resource);
    match (&props.id, &props.copy, props.resource) {
        (None, _, Resource::Company) => html! { <Kept {blueprint} id="" is_copy=false {tools} /> },
        (None, Some(id), _) => html! { <Kept {blueprint} {id} is_copy=true {tools} /> },
        (None, None, _) => html! { <Edit key="new" {blueprint} record={None} copied={None} {tools} /> },
        (Some(id), ..) => html! { <Kept {blueprint} {id} is_copy=false {tools} /> },
    }
}

#[derive(Properties)]
struct KeptProps {
    blueprint: &'static Blueprint,
    id: AttrValue,
    /// Whether a new one is filled in from it.
    is_copy: bool,
    tools: Tools,
}

impl PartialEq for KeptProps {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.blueprint, other.blueprint) && self.id == other.id && self.tools == other.tools
    }
}

/// A record that the server has.
#[component]
fn Kept(props: &KeptProps) -> Html {
    let (blueprint, resource) = (props.blueprint, props.blueprint.resource);
    let record = use_query((resource, props.id.clone()), |api, (resource, id)| {
        let (resource, id) = (*resource, id.clone());
        Box::pin(async move { read(&api, resource, &id).await })
    });
    let name = record.load.data().map(|kept| (kept.id(), kept.name().to_owned()));
    {
        let session = props.tools.session.clone();
        use_effect_with((name, session), move |(named, session)| {
            if let Some((Some(id), name)) = named
                && resource != Resource::Company
            {
                recent::note(session, &Route::record(resource, *id), name);
            }
        });
    }
    // Once a form stands it stays, whatever is asked for anew: what was typed in it is nowhere else.
    if let Some(kept) = record.load.data() {
        let key = format!("{resource:?}-{}", kept.id().map(|id| id.to_string()).unwrap_or_default());
        let (record, copied) =
            if props.is_copy { (None, Some(kept.clone())) } else { (Some(kept.clone()), None) };
        return html! { <Edit {key} {blueprint} {record} {copied} tools={props.tools.clone()} /> };
    }
    match record.load {
        Load::Ready(_) | Load::Loading(_) => html! {
            <>
                <PageHead title={resource.heading()} parent={parent(resource)} />
                <p class="state late" role="status">{ "Loading…" }</p>
            </>
        },
        Load::Failed(error, _) => {
            let is_gone = error == ApiError::NotFound;
            let title = format!("{} not found", sentence_case(resource.noun()));
            html! {
                <>
                    <PageHead
                        title={if is_gone { title } else { resource.heading().to_owned() }}
                        parent={parent(resource)}
                    />
                    <div class="state">
                        <p role="alert">
                            { if is_gone { "It may have been deleted. Deleted records can be restored for 30 days.".into() } else { error.sentence() } }
                        </p>
                        if is_gone {
                            <a class="btn" href={Route::list(resource).to_string()}>{ resource.heading() }</a>
                        } else {
                            <button type="button" class="btn" onclick={record.reload.reform(|_| ())}>{ "Try again" }</button>
                        }
                    </div>
                </>
            }
        }
    }
}

fn parent(resource: Resource) -> Option<(Route, AttrValue)> {
    (resource != Resource::Company).then(|| (Route::list(resource), AttrValue::Static(resource.heading())))
}

fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| [first.to_ascii_uppercase()].into_iter().chain(letters).collect())
        .unwrap_or_default()
}
