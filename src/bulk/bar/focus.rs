//! Where the focus is, and where it goes when what had it is gone.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::BAR;
use crate::browser;
use crate::pages::list::selection::Selection;

/// Whether the bar has the focus.
pub(super) fn has_focus() -> bool {
    let active = browser::document().and_then(|document| document.active_element());
    active.is_some_and(|active| active.closest(&["#", BAR].concat()).is_ok_and(|bar| bar.is_some()))
}

/// Whether what had the focus is gone, so that the page itself has it.
pub(super) fn is_focus_lost() -> bool {
    let active = browser::document().and_then(|document| document.active_element());
    active.is_none_or(|active| active.tag_name() == "BODY")
}

/// Moves the focus to the row that was selected last, or to the page where it does not stand.
pub(super) fn focus_row(selection: &Selection) {
    let row = selection.anchor().map(|id| format!("input[name=selected][value=\"{id}\"]"));
    let boxes = row.into_iter().chain(["input[name=page]".to_owned(), "#main".to_owned()]);
    let Some(document) = browser::document() else { return };
    let element = boxes.filter_map(|selector| document.query_selector(&selector).ok()?).next();
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // A visible box takes the focus.
        let _ = element.focus();
    }
}
