//! [`Keys`]: what keys do wherever the focus is. The tables that stand are what the one listener acts by, and what the
//! list of keys shows: so that list is never wrong.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Date;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, KeyboardEvent};

use crate::browser::{self, Listener};

/// A key and what it does, as a verb.
///
/// A key has the browser's name (`j`, `?`, `Enter`, `ArrowDown`), after `Ctrl ` or `Shift ` where those are held. Two
/// that are pressed one after the other stand with a space between them: `g b`.
pub type Shortcut = (&'static str, &'static str);

/// Does what a key of the table stands for; `false` when there was nothing to do, so that others may.
type Act = Rc<dyn Fn(&'static str) -> bool>;

/// Keys that work together.
#[derive(Clone)]
pub struct Table {
    /// Where they work.
    pub heading: &'static str,
    /// What they do.
    pub shortcuts: &'static [Shortcut],
    act: Act,
    number: u32,
}

/// How long the second of two keys may take, in milliseconds.
const PAIR_MS: f64 = 1_500.0;
/// Where it is kept that keys without Ctrl are switched off.
const SWITCH: &str = "buyer-groups-keys";
/// How long a dialog may take to open before keys act again, in milliseconds.
const AHEAD_MS: f64 = 5_000.0;
/// What letters are typed into.
const FIELDS: &str = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
/// What Enter and Space mean something to already.
const PRESSABLE: &str = "a, button, input, summary";

#[derive(Default)]
struct Board {
    tables: Vec<Table>,
    count: u32,
    /// The first of two keys, and when it was pressed.
    begun: Option<(String, f64)>,
    /// What was typed ahead of the dialog that takes it, and since when.
    ahead: Option<(String, f64)>,
    listener: Option<Listener>,
}

thread_local! {
    static BOARD: RefCell<Board> = RefCell::default();
}

/// A table that stands as long as this is kept.
pub struct Keys(u32);

impl Keys {
    /// Puts up a table. Of two that know a key, the newer is asked first.
    ///
    /// Keys with Ctrl and Esc act everywhere, all others outside of fields only; letters and signs can be switched off
    /// ([`are_on`]), as WCAG 2.1.4 asks. While a dialog is open, none acts.
    pub fn new(
        heading: &'static str,
        shortcuts: &'static [Shortcut],
        act: impl Fn(&'static str) -> bool + 'static,
    ) -> Self {
        Self::put_up(heading, shortcuts, Rc::new(act))
    }

    /// As [`Keys::new`], once in the module and not once for each table.
    fn put_up(heading: &'static str, shortcuts: &'static [Shortcut], act: Act) -> Self {
        BOARD.with_borrow_mut(|board| {
            board.count += 1;
            let number = board.count;
            board.tables.push(Table { heading, shortcuts, act, number });
            if board.listener.is_none() {
                board.listener = Listener::new(browser::window(), "keydown", |event| {
                    if let Some(event) = event.dyn_ref() {
                        hear(event);
                    }
                });
            }
            Self(number)
        })
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        BOARD.with_borrow_mut(|board| board.tables.retain(|table| table.number != self.0));
    }
}

/// The tables that stand, the oldest first.
#[must_use]
pub fn tables() -> Vec<Table> {
    BOARD.with_borrow(|board| board.tables.clone())
}

/// Whether keys without Ctrl act at all.
#[must_use]
pub fn are_on() -> bool {
    browser::storage().and_then(|storage| storage.get_item(SWITCH).ok()?).is_none()
}

/// Switches keys without Ctrl on or off, for this browser.
pub fn switch(on: bool) {
    if let Some(storage) = browser::storage() {
        // A storage that is full or forbidden keeps nothing: the next page load starts with keys that act.
        let _ = if on { storage.remove_item(SWITCH) } else { storage.set_item(SWITCH, "off") };
    }
}

/// Does what a key stands for, as if it had been pressed: for buttons that do the same.
pub fn press(name: &str) {
    run(name);
}

fn run(name: &str) -> bool {
    // A table may be put up or taken down by what is done.
    known(&tables(), name).into_iter().any(|(act, own)| act(own))
}

/// Keeps what is typed from now on for a dialog that is about to open, and which takes it by [`typed_ahead`].
pub fn keep_for_dialog() {
    BOARD.with_borrow_mut(|board| board.ahead = Some((String::new(), Date::now())));
}

/// What was typed since the dialog was asked for.
#[must_use]
pub fn typed_ahead() -> String {
    BOARD.with_borrow_mut(|board| board.ahead.take()).map(|(text, _)| text).unwrap_or_default()
}

/// Whether a dialog is awaited.
fn is_keeping() -> bool {
    BOARD.with_borrow(|board| board.ahead.is_some())
}

fn is_kept(key: &str, held: bool) -> bool {
    BOARD.with_borrow_mut(|board| match &mut board.ahead {
        Some((text, since)) if Date::now() - *since < AHEAD_MS && !held && is_sign(key) => {
            text.push_str(key);
            true
        }
        _ => false,
    })
}

/// Takes the focus out of a field, so that keys act again; `false` when none has it, or Esc means something to it.
pub fn leave_field() -> bool {
    let active = browser::document().and_then(|document| document.active_element());
    let field = active.filter(|active| active.matches(FIELDS).unwrap_or_default());
    let Some(field) = field.and_then(|field| field.dyn_into::<HtmlElement>().ok()) else { return false };
    let searched = field.dyn_ref::<HtmlInputElement>().filter(|input| input.type_() == "search");
    match searched {
        Some(input) if !input.value().is_empty() => false,
        Some(_) if go_to_rows() => true,
        // It fails for nothing that has the focus.
        _ => field.blur().is_ok(),
    }
}

/// Takes the focus to the first row of the list; `false` when there is none.
pub fn go_to_rows() -> bool {
    let row = browser::document().and_then(|document| document.query_selector(".list .name a").ok()?);
    row.and_then(|row| row.dyn_into::<HtmlElement>().ok()).is_some_and(|row| row.focus().is_ok())
}

fn hear(event: &KeyboardEvent) {
    let held = event.ctrl_key() || event.meta_key();
    if event.default_prevented() || event.is_composing() || event.alt_key() {
        return;
    }
    let name = name_of(&event.key(), held, event.shift_key());
    // Most keys are typed into a field: those must not cost a search through the page.
    let is_ours = held || is_free(event, &name);
    if !is_ours && !is_keeping() {
        return;
    }
    if is_open("dialog[open]") {
        // The browser has other uses for some, which would be a surprise here.
        if held && !known(&tables(), &name).is_empty() {
            event.prevent_default();
        }
        return;
    }
    if is_kept(&event.key(), held) {
        return event.prevent_default();
    }
    if !is_ours {
        return;
    }
    let begun = BOARD.with_borrow_mut(|board| board.begun.take());
    let pair = begun.filter(|(_, at)| Date::now() - at < PAIR_MS);
    let is_done = pair.is_some_and(|(first, _)| run(&[&first, " ", &name].concat())) || run(&name);
    if is_done {
        event.prevent_default();
    } else if !held && begins_pair(&tables(), &name) {
        BOARD.with_borrow_mut(|board| board.begun = Some((name, Date::now())));
    }
}

/// Whether a key without Ctrl is nobody else's.
fn is_free(event: &KeyboardEvent, name: &str) -> bool {
    let target: Option<Element> = event.target().and_then(|target| target.dyn_into().ok());
    let is_on = |selector| {
        target.as_ref().is_some_and(|target| target.closest(selector).is_ok_and(|on| on.is_some()))
    };
    match name {
        // What is open closes by it.
        "Escape" => !is_open(":popover-open"),
        "Enter" | " " => !is_on(PRESSABLE) && !is_on(FIELDS),
        // It leads from a search box to what was found.
        "ArrowDown" if is_on("[type=search]") => true,
        _ => !is_on(FIELDS) && (!is_sign(name) || are_on()),
    }
}

fn is_open(selector: &str) -> bool {
    browser::document()
        .is_some_and(|document| document.query_selector(selector).is_ok_and(|one| one.is_some()))
}

/// The name of a key in a table. Shift says nothing of a sign, which is another one with it.
fn name_of(key: &str, held: bool, shift: bool) -> String {
    let key = match key {
        // Caps Lock is no Shift.
        key if is_sign(key) && (held || !shift) => key.to_ascii_lowercase(),
        key if shift && !is_sign(key) => ["Shift ", key].concat(),
        key => key.to_owned(),
    };
    if held { ["Ctrl ", &key].concat() } else { key }
}

/// Whether a key writes one sign.
fn is_sign(key: &str) -> bool {
    key.chars().nth(1).is_none()
}

fn known(tables: &[Table], name: &str) -> Vec<(Act, &'static str)> {
    let own = |table: &Table| {
        let (name, _) = table.shortcuts.iter().find(|(own, _)| *own == name)?;
        Some((table.act.clone(), *name))
    };
    tables.iter().rev().filter_map(own).collect()
}

fn begins_pair(tables: &[Table], name: &str) -> bool {
    let begins = |own: &str| own.strip_prefix(name).is_some_and(|rest| rest.starts_with(' '));
    tables.iter().any(|table| table.shortcuts.iter().any(|(own, _)| begins(own)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_named_as_in_the_tables() {
        for (key, held, shift, name) in [
            ("j", false, false, "j"),
            ("J", false, false, "j"),
            ("J", false, true, "J"),
            ("?", false, true, "?"),
            ("k", true, false, "Ctrl k"),
            ("K", true, false, "Ctrl k"),
            ("ArrowDown", false, true, "Shift ArrowDown"),
            ("Enter", false, false, "Enter"),
        ] {
            assert_eq!(name_of(key, held, shift), name, "{key}");
        }
    }

    #[test]
    fn the_newer_table_is_asked_first_and_the_older_when_it_has_nothing_to_do() {
        let table =
            |number, shortcuts| Table { heading: "", shortcuts, act: Rc::new(move |_| number == 1), number };
        let tables = [table(1, &[("x", "Select")]), table(2, &[("x", "Close"), ("g b", "Go to buyers")])];
        let done: Vec<bool> = known(&tables, "x").into_iter().map(|(act, own)| act(own)).collect();
        assert_eq!(done, [false, true]);
        assert!(known(&tables, "g").is_empty());
        assert!(begins_pair(&tables, "g"));
        assert!(!begins_pair(&tables, "x"));
    }
}
