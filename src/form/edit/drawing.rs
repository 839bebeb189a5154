//! How the page of a record looks: its heading, notes, sections, rail and the bar of what is not saved.

use domain::{Resource, Section};
use yew::prelude::*;

use super::{Edit, EditProps, sections};
use crate::components::page::PageHead;
use crate::components::pill::pill;
use crate::form::acts::Acts;
use crate::form::notes::{self, SaveBar};
use crate::form::scene::{Draw, PartOfPage, Scene};
use crate::form::zones::BrowserZones;
use crate::route::Route;

impl Edit {
    pub(super) fn draw(&self, ctx: &Context<Self>) -> Html {
        let EditProps { blueprint, tools, .. } = ctx.props();
        let (blueprint, resource, link) = (*blueprint, blueprint.resource, ctx.link());
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
            form: self.form.clone(),
            record: record.cloned(),
            tools: tools.clone(),
            set: self.hears.set.clone(),
            pasted: self.hears.pasted.clone(),
            changed: self.hears.changed.clone(),
            named: self.hears.named.clone(),
        };
        let section = |section: Section| {
            let scene = scene.of_section(blueprint, section);
            html! { <PartOfPage key={section.anchor()} {scene} draw={Draw::Section(blueprint, section)} /> }
        };
        let badge = record.map(|record| pill(record)).unwrap_or_default();
        let actions = record.map(|record| {
            html! { <Acts record={record.clone()} changed={self.hears.changed.clone()} deleted={self.hears.deleted.clone()} /> }
        });
        html! {
            <>
                <PageHead {title} {parent} {badge} actions={actions.unwrap_or_default()} />
                { sections::tabs(blueprint, &self.form, record.map(|record| &**record), self.section) }
                { self.notes(ctx) }
                <div class={classes!("cols", blueprint.rail.is_none().then_some("one"))}>
                    <form
                        novalidate=true
                        autocomplete="off"
                        oninput={&self.hears.input}
                        onfocusout={&self.hears.leave}
                        onsubmit={&self.hears.submit}
                    >
                        { for sections::shown(blueprint, record.is_some()).map(section) }
                        // Enter in a field saves only where there is a button to submit with.
                        <button type="submit" hidden=true></button>
                    </form>
                    if blueprint.rail.is_some() {
                        <aside class="rail" aria-label="Effect of your changes">
                            <PartOfPage scene={Scene { form: self.rested.clone(), ..scene }} draw={Draw::Rail(blueprint)} />
                        </aside>
                    }
                </div>
                <SaveBar
                    unsaved={self.form.changed().count()}
                    is_new={record.is_none()}
                    is_saving={self.sent.is_some() && self.waits.is_none()}
                    tell={&self.hears.tell}
                />
                if self.reviews {
                    { notes::review(&self.form, link) }
                }
            </>
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
