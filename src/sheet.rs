//! Style sheets of parts: what the first page does not show is styled by the part that shows it.
//!
//! Such a sheet is a text in the part's own file, adopted by the document when the part comes: no request more, no moment
//! without it, and nothing that the page's policy (`style-src 'self'`) has to allow.

use std::cell::RefCell;

use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::browser;

/// Of what several parts share; it comes with the first of them.
const FORM: &str = include_str!("../static/form.css");
/// Of pages on which records are edited: sections, members, caps, the rail, the bar of what is not saved.
pub const RECORD: &str = include_str!("../static/record.css");
/// Of what is done to many records at once.
pub const BULK: &str = include_str!("../static/bulk.css");
/// Of the palette and the list of keys.
pub const COMMANDS: &str = include_str!("../static/commands.css");
/// Of calls, and of who gets the next one.
pub const TRAFFIC: &str = include_str!("../static/traffic.css");
/// Of values that are edited in a list.
pub const DESK: &str = include_str!("../static/desk.css");

#[wasm_bindgen]
extern "C" {
    type CSSStyleSheet;

    #[wasm_bindgen(constructor)]
    fn new() -> CSSStyleSheet;

    #[wasm_bindgen(method, js_name = replaceSync)]
    fn replace_sync(this: &CSSStyleSheet, text: &str);

    type Adopting;

    #[wasm_bindgen(method, getter, js_name = adoptedStyleSheets)]
    fn adopted(this: &Adopting) -> Array;
}

thread_local! {
    static ADOPTED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

/// Adds the sheets of a part to the page, after those that it has; each once.
pub fn adopt(sheets: &[&'static str]) {
    let Some(document) = browser::document() else { return };
    let document: Adopting = document.unchecked_into();
    ADOPTED.with_borrow_mut(|adopted| {
        for text in [&FORM].into_iter().chain(sheets) {
            if !adopted.contains(text) {
                adopted.push(text);
                let sheet = CSSStyleSheet::new();
                sheet.replace_sync(text);
                document.adopted().push(&sheet);
            }
        }
    });
}
