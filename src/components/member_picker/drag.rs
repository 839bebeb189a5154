//! Putting a member elsewhere by its grip, with mouse, pen or finger.
//!
//! While a row is dragged, no row changes its place in the document: moving an element would let go of the pointer. The
//! row follows the pointer, a line shows where it would stand, and letting go puts it there.

use domain::Id;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, PointerEvent};
use yew::prelude::*;

use super::{MemberPicker, Message};
use crate::browser;
use crate::components::icon::icon;

/// So near to an edge of the window, in pixels, a dragged row scrolls the page.
const EDGE: i32 = 56;
/// By so much at each move.
const STEP: f64 = 12.0;

/// A row that is being dragged.
pub(super) struct Drag {
    pub(super) id: Id,
    row: HtmlElement,
    /// Where on the page it was taken.
    from: i32,
    /// The place among the members that it would get.
    pub(super) to: usize,
}

impl Drag {
    /// Takes the row of a member, which stands at that place.
    pub(super) fn start(id: Id, at: usize, event: &PointerEvent) -> Option<Self> {
        let grip = event.target()?.dyn_into::<Element>().ok()?;
        let row = grip.closest("li").ok()??.dyn_into::<HtmlElement>().ok()?;
        // All that the pointer does now is heard by the grip. A pointer that is gone already drags nothing.
        grip.closest(".grip").ok()??.set_pointer_capture(event.pointer_id()).ok()?;
        event.prevent_default();
        Some(Self { id, row, from: event.page_y(), to: at })
    }

    /// Follows the pointer. Tells whether the row would get another place than before.
    pub(super) fn follow(&mut self, event: &PointerEvent) -> bool {
        let offset = ["0 ", &(event.page_y() - self.from).to_string(), "px"].concat();
        // The sheet of an element takes any property.
        let _ = self.row.style().set_property("translate", &offset);
        scroll_near_edge(event.client_y());
        let to = self.place(f64::from(event.client_y()));
        std::mem::replace(&mut self.to, to) != to
    }

    /// How many of the other members stand above a height in the window.
    fn place(&self, y: f64) -> usize {
        let Some(list) = self.row.parent_element() else { return self.to };
        let rows = list.children();
        let is_above = |row: &Element| {
            let area = row.get_bounding_client_rect();
            !row.is_same_node(Some(&self.row))
                && !row.class_list().contains("gone")
                && area.top() + area.height() / 2.0 < y
        };
        (0..rows.length()).filter_map(|at| rows.item(at)).filter(is_above).count()
    }
}

impl Drop for Drag {
    fn drop(&mut self) {
        // As in `follow`.
        let _ = self.row.style().remove_property("translate");
    }
}

fn scroll_near_edge(y: i32) {
    let Some(window) = browser::window() else { return };
    let height = window.inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
    if y < EDGE {
        window.scroll_by_with_x_and_y(0.0, -STEP);
    } else if f64::from(y) > height - f64::from(EDGE) {
        window.scroll_by_with_x_and_y(0.0, STEP);
    }
}

impl MemberPicker {
    /// What a row is dragged by. Keys and buttons do the same for those who cannot.
    pub(super) fn grip(&self, ctx: &Context<Self>, id: Id) -> Html {
        let link = ctx.link();
        html! {
            <span
                class="grip"
                onpointerdown={link.batch_callback(move |event: PointerEvent| {
                    (event.button() == 0 && event.is_primary()).then_some(Message::Grab(id, event))
                })}
                onpointermove={link.callback(Message::Drag)}
                onpointerup={link.callback(|_| Message::Drop)}
                onpointercancel={link.callback(|_| Message::LetGo)}
            >
                { icon("grip") }
            </span>
        }
    }

    /// How the row at a place looks while one is dragged, which stands at `from`: where that would come to stand, a
    /// line is drawn.
    pub(super) fn drag_class(
        &self,
        id: Id,
        position: Option<usize>,
        from: Option<usize>,
    ) -> Option<&'static str> {
        let drag = self.drag.as_ref()?;
        match (position?, from?) {
            _ if drag.id == id => Some("dragged"),
            (at, from) if at == drag.to && at < from => Some("before"),
            (at, from) if at == drag.to && at > from => Some("after"),
            _ => None,
        }
    }
}
