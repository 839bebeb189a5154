//! The sections of the page, their tabs, and which of them is being read.

use domain::Section;
use yew::prelude::*;

use crate::browser::{self, Timeout};
use crate::form::FormState;
use crate::form::scene::Blueprint;
use crate::navigation;
use crate::record::Record;

/// The sections of the page; the system keeps nothing yet of a new record.
pub(super) fn shown(blueprint: &Blueprint, is_kept: bool) -> impl Iterator<Item = Section> {
    let is_there = move |section: &Section| is_kept || *section != Section::Record;
    blueprint.sections.iter().copied().filter(is_there)
}

/// A tab for each, the one that is being read marked; none where there are few.
pub(super) fn tabs(blueprint: &Blueprint, form: &FormState, record: Option<&Record>, read: &str) -> Html {
    let tab = |section: Section| {
        let anchor = section.anchor();
        let count = (blueprint.count)(section, form, record);
        html! {
            <a href={format!("#{anchor}")} aria-current={(read == anchor).then_some("true")}>
                { section.label() }
                if let Some(count) = count.filter(|count| *count > 0) {
                    <span class="num">{ count }</span>
                }
            </a>
        }
    };
    let shown: Vec<Section> = shown(blueprint, record.is_some()).collect();
    if shown.len() < 3 {
        return Html::default();
    }
    html! { <nav class="tabs" aria-label="Sections">{ for shown.into_iter().map(tab) }</nav> }
}

/// The section that is being read: the last one whose heading has passed the top of the window.
pub(super) fn in_view(sections: &[Section]) -> &'static str {
    /// So far below the top a heading still counts, in pixels: where a click on its tab leaves it.
    const TOP: f64 = 96.0;
    let top = |section: &Section| {
        browser::element(section.anchor())
            .map_or(f64::MAX, |element| element.get_bounding_client_rect().top())
    };
    let passed = sections.iter().rev().find(|section| top(section) < TOP);
    passed.or(sections.first()).map_or("", |section| section.anchor())
}

/// Goes to the anchor of the address, once it is drawn: the browser looked for it before there was one.
pub(super) fn go_to_anchor() -> Option<Timeout> {
    Some(navigation::anchor()).filter(|anchor| !anchor.is_empty()).map(|anchor| {
        Timeout::new(0, move || {
            if let Some(section) = browser::element(&anchor) {
                section.scroll_into_view();
            }
        })
    })
}
