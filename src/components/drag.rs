//! Putting a row of a list elsewhere by its grip, with mouse, pen or finger.
//!
//! While a row is dragged, no row changes its place in the document: moving an element would let go of the pointer. The
//! row follows the pointer, a line shows where it would stand, and letting go puts it there.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, PointerEvent};
use yew::prelude::*;

use crate::browser;
use crate::components::icon::icon;

/// So near to an edge of the window, in pixels, a dragged row scrolls the page.
const EDGE: i32 = 56;
/// By so much at each move.
const STEP: f64 = 12.0;

/// What is done with a grip.
pub enum Pull {
    /// The row is taken by it.
    Take(PointerEvent),
    /// It is dragged.
    Move(PointerEvent),
    /// It is let go where it would stand.
    Drop,
    /// It stays where it was.
    LetGo,
}

/// A row that is being dragged.
pub struct Drag {
    row: HtmlElement,
    /// Where on the page it was taken.
    from: i32,
    /// The place among the rows that it would get.
    pub to: usize,
}

impl Drag {
    /// Takes the row of a grip, which stands at that place; `None` for a pointer that is gone already.
    #[must_use]
    pub fn start(at: usize, event: &PointerEvent) -> Option<Self> {
        let grip = event.target()?.dyn_into::<Element>().ok()?;
        let row = grip.closest("li").ok()??.dyn_into::<HtmlElement>().ok()?;
        // All that the pointer does now is heard by the grip. A pointer that is gone already drags nothing.
        grip.closest(".grip").ok()??.set_pointer_capture(event.pointer_id()).ok()?;
        event.prevent_default();
        Some(Self { row, from: event.page_y(), to: at })
    }

    /// Follows the pointer. Tells whether the row would get another place than before.
    pub fn follow(&mut self, event: &PointerEvent) -> bool {
        let offset = ["0 ", &(event.page_y() - self.from).to_string(), "px"].concat();
        // The sheet of an element takes any property.
        let _ = self.row.style().set_property("translate", &offset);
        scroll_near_edge(event.client_y());
        let to = self.place(f64::from(event.client_y()));
        std::mem::replace(&mut self.to, to) != to
    }

    /// How the row at a place looks while the one that stands at `from` is dragged: where that would come to stand, a line
    /// is drawn.
    #[must_use]
    pub fn class(&self, at: usize, from: usize) -> Option<&'static str> {
        match at {
            _ if at == from => Some("dragged"),
            _ if at != self.to => None,
            _ if at < from => Some("before"),
            _ => Some("after"),
        }
    }

    /// How many of the other rows stand above a height in the window.
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

/// What a row is dragged by. Keys and buttons do the same for those who cannot.
pub fn grip(pull: &Callback<Pull>) -> Html {
    let pull = || pull.clone();
    let (take, move_on, drop, let_go) = (pull(), pull(), pull(), pull());
    html! {
        <span
            class="grip"
            onpointerdown={move |event: PointerEvent| {
                if event.button() == 0 && event.is_primary() {
                    take.emit(Pull::Take(event));
                }
            }}
            onpointermove={move |event| move_on.emit(Pull::Move(event))}
            onpointerup={move |_| drop.emit(Pull::Drop)}
            onpointercancel={move |_| let_go.emit(Pull::LetGo)}
        >
            { icon("grip") }
        </span>
    }
}
