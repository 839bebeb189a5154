//! The members as rows or chips, those among them that were removed, and what can be done with each.

use domain::{Id, Resource};
use web_sys::KeyboardEvent;
use yew::prelude::*;

use super::{MemberPicker, Message};
use crate::components::drag::grip;
use crate::components::icon::icon;
use crate::components::pill::pill;
use crate::route::Route;

impl MemberPicker {
    pub(super) fn row(&self, ctx: &Context<Self>, id: Id, position: Option<usize>, now: &[Id]) -> Html {
        let (link, resource) = (ctx.link(), ctx.props().resource);
        let name = self.name(id);
        let known = self.known(id);
        let is_ordered = resource == Resource::Buyer;
        let onkeydown = link.batch_callback(move |event: KeyboardEvent| {
            let by = match event.key().as_str() {
                "ArrowUp" if event.alt_key() => -1,
                "ArrowDown" if event.alt_key() => 1,
                _ => return None,
            };
            event.prevent_default();
            is_ordered.then_some(Message::Move(id, by))
        });
        let arrow = |drawing: &'static str, label: &str, by: i32, is_end: bool| {
            html! {
                <button
                    type="button"
                    class="btn quiet icon"
                    id={button_id(id, drawing)}
                    aria-label={format!("{label}: {name}")}
                    aria-disabled={is_end.then_some("true")}
                    onclick={link.callback(move |_| Message::Move(id, by))}
                >
                    { icon(drawing) }
                </button>
            }
        };
        let dragged = self.drag.as_ref().and_then(|(dragged, drag)| {
            let from = now.iter().position(|own| own == dragged)?;
            drag.class(position?, from)
        });
        let class = if position.is_none() { Some("gone") } else { dragged };
        html! {
            <li key={id.to_string()} {class} {onkeydown}>
                if is_ordered {
                    { if position.is_some() { grip(&link.callback(move |pull| Message::Pull(id, pull))) } else { html! { <span class="grip" /> } } }
                    <span class="num faint">{ for position.map(|position| position + 1) }</span>
                }
                <span class="nm">
                    <a href={Route::record(resource, id).to_string()}>{ &name }</a>
                    { " " }
                    <span class="faint">{ id.to_string() }</span>
                </span>
                { for known.map(|record| pill(record)) }
                <span class="mini">
                    if let Some(position) = position.filter(|_| is_ordered) {
                        { arrow("up", "Move up", -1, position == 0) }
                        { arrow("down", "Move down", 1, position + 1 == now.len()) }
                    }
                    { self.toggler(ctx, id, position.is_some(), "btn quiet icon") }
                </span>
            </li>
        }
    }

    pub(super) fn chip(&self, ctx: &Context<Self>, id: Id, position: Option<usize>) -> Html {
        html! {
            <li key={id.to_string()} class={classes!("chip", position.is_none().then_some("gone"))}>
                <span class="nm">{ self.name(id) }</span>
                { self.toggler(ctx, id, position.is_some(), "") }
            </li>
        }
    }

    fn toggler(&self, ctx: &Context<Self>, id: Id, is_in: bool, class: &'static str) -> Html {
        let onclick = ctx.link().callback(move |_| Message::Toggle(id));
        let element = button_id(id, "toggle");
        if !is_in {
            let label = format!("Put back: {}", self.name(id));
            return html! {
                <button type="button" class="link" id={element} aria-label={label} {onclick}>{ "Put back" }</button>
            };
        }
        html! {
            <button
                type="button"
                {class}
                id={element}
                aria-label={format!("Remove: {}", self.name(id))}
                {onclick}
            >
                { icon("x") }
            </button>
        }
    }
}

/// The id of a button of a member, to take the focus back there.
pub(super) fn button_id(id: Id, what: &str) -> String {
    format!("member-{id}-{what}")
}

/// The members in their new order, each with its position, and among them those that were removed, each after the one
/// that stood before it.
pub(super) fn rows(original: &[Id], now: &[Id]) -> Vec<(Id, Option<usize>)> {
    let mut rows: Vec<(Id, Option<usize>)> =
        now.iter().enumerate().map(|(position, id)| (*id, Some(position))).collect();
    let mut before = None;
    for id in original {
        if !now.contains(id) {
            let at = before.and_then(|before| rows.iter().position(|(own, _)| *own == before));
            rows.insert(at.map_or(0, |at| at + 1), (*id, None));
        }
        before = Some(*id);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(numbers: &[i64]) -> Vec<Id> {
        numbers.iter().filter_map(|number| Id::new(*number)).collect()
    }

    fn shown(original: &[i64], now: &[i64]) -> String {
        let row = |(id, position): (Id, Option<usize>)| match position {
            Some(position) => format!("{}.{id}", position + 1),
            None => format!("-{id}"),
        };
        rows(&ids(original), &ids(now)).into_iter().map(row).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn removed_members_stay_where_they_stood() {
        assert_eq!(shown(&[1, 2, 3], &[1, 2, 3]), "1.1 2.2 3.3");
        assert_eq!(shown(&[1, 2, 3], &[1, 3]), "1.1 -2 2.3");
        assert_eq!(shown(&[1, 2, 3], &[3, 4]), "-1 -2 1.3 2.4");
        assert_eq!(shown(&[1, 2, 3], &[3, 2]), "-1 1.3 2.2");
        assert_eq!(shown(&[1, 2, 3], &[]), "-1 -2 -3");
        assert_eq!(shown(&[], &[5]), "1.5");
    }
}
