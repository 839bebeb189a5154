//! [`Cursor`]: the row that keys are about. It is the row whose name has the focus, so that it is seen, and read out, as
//! any link is; where the focus is elsewhere, the row that had it last.

use domain::{Id, Key, Resource};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::desk::DeskProps;
use super::live::{CELL, Order, ROW, Turn, place};
use crate::browser;

/// Where keys are at work in a list.
#[derive(Default)]
pub struct Cursor {
    /// The row that had the focus last.
    row: Option<Id>,
    /// The field that was edited last, which `e` edits again in the next row.
    field: Option<Key>,
}

impl Cursor {
    /// A cell is being edited.
    pub fn at(&mut self, (row, field): (Id, Key)) {
        (self.row, self.field) = (Some(row), Some(field));
    }

    /// Does what a key stands for.
    pub fn press(&mut self, key: &str, props: &DeskProps) {
        let rows = all(ROW);
        let at = self.place(&rows);
        match key {
            "j" | "ArrowDown" => self.go(&rows, at.map_or(0, |at| at + 1)),
            "k" | "ArrowUp" => self.go(&rows, at.map_or(0, |at| at.saturating_sub(1))),
            "Shift ArrowDown" => self.extend(props, &rows, at.map_or(0, |at| at + 1)),
            "Shift ArrowUp" => self.extend(props, &rows, at.map_or(0, |at| at.saturating_sub(1))),
            "x" => {
                if let Some(id) = self.row.filter(|_| at.is_some()) {
                    props.selection.toggle(id);
                }
            }
            "e" => self.edit(props, at.and_then(|at| rows.get(at))),
            "p" => {
                let record = props.page.records.iter().find(|record| at.is_some() && record.id() == self.row);
                if let Some(record) = record {
                    props.tell.emit(Turn::Order(Order::Pause(record.clone())));
                }
            }
            _ => {}
        }
    }

    /// Takes the focus back to the row, or to the table when there is none, once the page is drawn.
    pub fn focus_soon(&self) {
        let row = self.row;
        browser::soon(move || {
            let rows = all(ROW);
            let own = rows.iter().find(|element| row.is_some() && id(element) == row);
            let table = || all(".wrap").into_iter().next().and_then(|table| table.dyn_into().ok());
            if let Some(element) = own.and_then(name_of).or_else(table) {
                // Both are there to take it.
                let _ = element.focus();
            }
        });
    }

    /// Where the row stands among all.
    fn place(&mut self, rows: &[Element]) -> Option<usize> {
        let active = browser::document().and_then(|document| document.active_element());
        let focused = active.and_then(|active| active.closest(ROW).ok()?);
        if let Some(row) = focused {
            self.row = id(&row);
        }
        rows.iter().position(|row| self.row.is_some() && id(row) == self.row)
    }

    fn go(&mut self, rows: &[Element], to: usize) {
        let Some(row) = rows.get(to.min(rows.len().saturating_sub(1))) else { return };
        self.row = id(row);
        if let Some(name) = name_of(row) {
            // A link takes the focus.
            let _ = name.focus();
        }
    }

    /// Goes to a row and selects from the one that was left, or that was selected last, to it.
    fn extend(&mut self, props: &DeskProps, rows: &[Element], to: usize) {
        let from = self.row;
        self.go(rows, to);
        if let Some(id) = self.row {
            props.selection.extend(from, id);
        }
    }

    /// Edits the cell of the column that was edited last; at first, or where it is gone, the first one beside the name.
    fn edit(&mut self, props: &DeskProps, row: Option<&Element>) {
        let resource = props.view.resource;
        let places = row.map(|row| places(resource, row)).unwrap_or_default();
        let last = places.iter().find(|(_, field)| Some(*field) == self.field).copied();
        if let Some(place) = last.or_else(|| first(&places)) {
            props.tell.emit(Turn::Edit(Some(place)));
        }
    }
}

/// What is edited first in a row: what stands after the name, where something does.
#[must_use]
pub fn first(places: &[(Id, Key)]) -> Option<(Id, Key)> {
    places.get(1).or_else(|| places.first()).copied()
}

/// What is edited in place in a row and is shown, the name first.
#[must_use]
pub fn places(resource: Resource, row: &Element) -> Vec<(Id, Key)> {
    cells(row).iter().filter_map(|cell| place(resource, cell)).collect()
}

/// The name of a row, which leads to its record.
pub fn name_of(row: &Element) -> Option<HtmlElement> {
    row.query_selector(".name a").ok()??.dyn_into().ok()
}

/// The cells in it that are edited in place and are shown, the name first.
pub fn cells(within: &Element) -> Vec<Element> {
    let found = within.query_selector_all(CELL).map(|cells| elements(&cells)).unwrap_or_default();
    found.into_iter().filter(|cell| cell.client_width() > 0).collect()
}

fn id(row: &Element) -> Option<Id> {
    Id::parse(&row.get_attribute("data-id")?)
}

fn all(selector: &str) -> Vec<Element> {
    let found = browser::document().and_then(|document| document.query_selector_all(selector).ok());
    found.map(|found| elements(&found)).unwrap_or_default()
}

fn elements(nodes: &web_sys::NodeList) -> Vec<Element> {
    (0..nodes.length()).filter_map(|at| nodes.get(at)?.dyn_into().ok()).collect()
}
