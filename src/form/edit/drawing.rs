//! How the page of a record looks: its heading, notes, sections, rail and the bar of what is not saved.

use domain::{Resource, Section};
use web_sys::{FocusEvent, InputEvent, SubmitEvent};
use yew::prelude::*;

use super::{Edit, EditProps, Message, saving, sections};
use crate::components::page::Page;
use crate::components::pill::pill;
use crate::form::acts::Acts;
use crate::form::scene::{self, Part, Scene};
use crate::form::zones::BrowserZones;
use crate::form::{input, notes};
use crate::route::Route;

impl Edit {
    pub(super) fn draw(&self, ctx: &Context<Self>) -> Html {
        let EditProps { blueprint, tools, .. } = ctx.props();
        let (resource, link) = (blueprint.resource, ctx.link());
        let record = self.record.as_ref();
        let title = match record {
            _ if resource == Resource::Company => "Company".to_owned(),
            Some(record) => record.name().to_owned(),
            None if resource == Resource::BuyerGroup => "New group".to_owned(),
            None => format!("New {}", resource.noun()),
        };
        let parent = (resource != Resource::Company)
            .then(|| (Route::list(resource), AttrValue::Static(resource.heading())));
        let scene = Scene {
            form: &self.form,
            record,
            tools,
            set: &self.set,
            pasted: &self.pasted,
            changed: &self.changed,
            named: &self.named,
        };
        let parts: Vec<(Section, Part)> = sections::shown(blueprint, record.is_some())
            .map(|section| (section, scene.part(blueprint, section)))
            .collect();
        let badge = record.map(|record| pill(record)).unwrap_or_default();
        let actions = record.map(|record| {
            let (tools, link, kept) = (tools.clone(), link.clone(), record.clone());
            let deleted =
                Callback::from(move |()| saving::look_again(tools.clone(), link.clone(), kept.clone()));
            html! { <Acts record={record.clone()} changed={self.changed.clone()} {deleted} /> }
        });
        html! {
            <Page {title} {parent} {badge} actions={actions.unwrap_or_default()}>
                if parts.len() > 2 {
                    { sections::tabs(&parts, self.section) }
                }
                { self.notes(ctx) }
                <div class={classes!("cols", blueprint.rail.is_none().then_some("one"))}>
                    <form
                        novalidate=true
                        autocomplete="off"
                        oninput={link.batch_callback(move |event: InputEvent| {
                            let (name, input) = input::typed(event.target())?;
                            Some(Message::Set(resource.field_named(&name)?.key, input))
                        })}
                        onfocusout={link.batch_callback(move |event: FocusEvent| {
                            let (name, _) = input::typed(event.target())?;
                            Some(Message::Leave(resource.field_named(&name)?.key))
                        })}
                        onsubmit={link.callback(|event: SubmitEvent| {
                            event.prevent_default();
                            Message::Save
                        })}
                    >
                        { for parts.into_iter().map(|(section, part)| scene::section(section, part)) }
                        // Enter in a field saves only where there is a button to submit with.
                        <button type="submit" hidden=true></button>
                    </form>
                    if let Some(rail) = blueprint.rail {
                        <aside class="rail" aria-label="Effect of your changes">{ rail(&scene) }</aside>
                    }
                </div>
                { notes::save_bar(self.form.changed().count(), record.is_none(), self.sent.is_some() && self.waits.is_none(), link) }
                if self.reviews {
                    { notes::review(&self.form, link) }
                }
            </Page>
        }
    }

    /// What stands over the fields: a draft that was left, what is wrong, what two people changed.
    fn notes(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        html! {
            <div class="notes">
                if let Some(left) = &self.left {
                    { notes::left(left, self.form.would_change(left, &BrowserZones), self.form.revision, link) }
                }
                if self.is_refused {
                    { notes::summary(&self.form, &self.problems) }
                }
                if self.form.clashes().next().is_some() {
                    { notes::clashes(&self.form, &self.changes, link) }
                }
            </div>
        }
    }
}
