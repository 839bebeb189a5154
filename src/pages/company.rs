//! The company: its name, time zone and currency; when alerts are raised, and where they are sent.

pub mod webhook;

use domain::{Key, Resource, Section};
use yew::prelude::*;

use self::webhook::Webhook;
use crate::form::input::Manner;
use crate::form::scene::{Blueprint, Part, Scene};

/// What the page of the company has.
pub static BLUEPRINT: Blueprint = Blueprint {
    resource: Resource::Company,
    sections: &[Section::Details, Section::Alerts, Section::Record],
    seen: &[],
    count: |_, _, _| None,
    part,
    rail: None,
};

fn part(section: Section, scene: &Scene) -> Option<Part> {
    if section != Section::Alerts {
        return None;
    }
    let manner = Manner { placeholder: Some("https://".into()), ..Manner::default() };
    let url = scene.record().and_then(|company| company.get(Key::WebhookUrl).as_text()).unwrap_or_default();
    let is_changed = scene.form.entry(Key::WebhookUrl).is_some_and(|entry| entry.is_changed());
    let body = html! {
        <>
            <div class="row2">
                { scene.field(Key::AlertShare, &Manner::default()) }
                { scene.field(Key::WebhookUrl, &manner) }
            </div>
            <Webhook url={url.to_owned()} {is_changed} toasts={scene.tools.toasts.clone()} />
        </>
    };
    Some(Part { note: "Each is raised once for a cap and its window.".into(), body, ..Part::default() })
}
