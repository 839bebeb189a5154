//! [`Selection`]: which records of a list are selected, by their ids, on whatever page they stand.
//!
//! Selecting draws nothing anew: the boxes of the table are set as they stand, so that a thousand rows cost no more than
//! a thousand boxes. A row that is drawn for another reason asks [`Selection::has`].

use std::cell::RefCell;
use std::rc::Rc;

use domain::Id;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::browser;

/// The name of the boxes of rows, whose values are ids.
const BOX: &str = "selected";
/// The name of the box of the whole page.
const PAGE: &str = "page";

/// What is selected. Cheap to clone; the same as long as the list stands, whatever it shows.
#[derive(Clone, Default)]
pub struct Selection(Rc<Shared>);

impl PartialEq for Selection {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

#[derive(Default)]
struct Shared {
    set: RefCell<Set>,
    watchers: RefCell<Vec<Rc<Callback<()>>>>,
}

/// The selection without the page around it.
#[derive(Debug, Default)]
struct Set {
    /// In the order of the ids.
    ids: Vec<Id>,
    /// The ids of the rows that stand on the page, from the top.
    page: Vec<Id>,
    /// Where a range starts: the row that was selected last.
    anchor: Option<Id>,
    /// Where a range that the keyboard draws ends now.
    end: Option<Id>,
}

/// Hears of every change until it is dropped.
pub struct Watch(Selection, Rc<Callback<()>>);

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.0.watchers.borrow_mut().retain(|own| !Rc::ptr_eq(own, &self.1));
    }
}

impl Selection {
    /// Whether that record is selected.
    #[must_use]
    pub fn has(&self, id: Id) -> bool {
        self.0.set.borrow().has(id)
    }

    /// What is selected: the rows of the page from the top, then all others in the order of the ids.
    #[must_use]
    pub fn ids(&self) -> Vec<Id> {
        let set = self.0.set.borrow();
        let mut here: Vec<Id> = set.page.iter().copied().filter(|id| set.has(*id)).collect();
        let mut known = here.clone();
        known.sort_unstable();
        here.extend(set.ids.iter().filter(|id| known.binary_search(id).is_err()));
        here
    }

    /// How many are selected, and how many of them stand on the page.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        let set = self.0.set.borrow();
        (set.ids.len(), set.selected_on_page())
    }

    /// Whether every row of the page is selected.
    #[must_use]
    pub fn has_page(&self) -> bool {
        let set = self.0.set.borrow();
        !set.page.is_empty() && set.selected_on_page() == set.page.len()
    }

    /// Where a range starts: the row that was selected or left last.
    #[must_use]
    pub fn anchor(&self) -> Option<Id> {
        self.0.set.borrow().anchor
    }

    /// Calls back after each change, until what it gives is dropped.
    #[must_use]
    pub fn watch(&self, changed: Callback<()>) -> Watch {
        let changed = Rc::new(changed);
        self.0.watchers.borrow_mut().push(changed.clone());
        Watch(self.clone(), changed)
    }

    /// Says which rows stand on the page, from the top; what is selected elsewhere stays so.
    pub fn show(&self, page: Vec<Id>) {
        self.change(|set| set.page = page);
    }

    /// Selects a row, or no longer.
    pub fn toggle(&self, id: Id) {
        self.change(|set| {
            let on = !set.has(id);
            set.put(id, on);
            set.begin(id);
        });
    }

    /// Does to every row between the last one and this what a click on its box, with Shift held, does to it.
    pub fn range(&self, id: Id, on: bool) {
        self.change(|set| {
            set.range(id).into_iter().for_each(|id| set.put(id, on));
            set.begin(id);
        });
    }

    /// Draws the range that starts at the row `from`, or at the last one, out to the row `id`: rows that it leaves again
    /// are selected no longer.
    pub fn extend(&self, from: Option<Id>, id: Id) {
        self.change(|set| {
            if set.anchor.is_none() {
                set.anchor = from;
            }
            if let Some(end) = set.end {
                set.range(end).into_iter().for_each(|id| set.put(id, false));
            }
            set.range(id).into_iter().for_each(|id| set.put(id, true));
            set.end = Some(id);
        });
    }

    /// Selects the whole page, or none of it when it all was.
    pub fn toggle_page(&self) {
        let on = !self.has_page();
        self.change(|set| set.page.clone().into_iter().for_each(|id| set.put(id, on)));
    }

    /// Selects these beside what is selected.
    pub fn add(&self, ids: Vec<Id>) {
        self.change(|set| {
            set.ids.extend(ids);
            set.ids.sort_unstable();
            set.ids.dedup();
        });
    }

    /// These are selected no longer, since they are gone.
    pub fn remove(&self, ids: &[Id]) {
        self.change(|set| ids.iter().for_each(|id| set.put(*id, false)));
    }

    /// Nothing is selected any longer.
    pub fn clear(&self) {
        self.change(|set| {
            set.ids.clear();
            set.end = None;
        });
    }

    fn change(&self, change: impl FnOnce(&mut Set)) {
        change(&mut self.0.set.borrow_mut());
        self.paint();
        // One that hears of it may stop watching.
        let watchers = self.0.watchers.borrow().clone();
        watchers.iter().for_each(|changed| changed.emit(()));
    }

    /// Sets the boxes that stand.
    fn paint(&self) {
        let selector = format!("input[name={BOX}], input[name={PAGE}]");
        let boxes = browser::document().and_then(|document| document.query_selector_all(&selector).ok());
        let Some(boxes) = boxes else { return };
        let (has_page, (_, on_page)) = (self.has_page(), self.counts());
        for index in 0..boxes.length() {
            let Some(input) = boxes.get(index).and_then(|node| node.dyn_into::<HtmlInputElement>().ok())
            else {
                continue;
            };
            match Id::parse(&input.value()) {
                Some(id) => input.set_checked(self.has(id)),
                None => {
                    input.set_checked(has_page);
                    input.set_indeterminate(on_page > 0 && !has_page);
                }
            }
        }
    }

    /// The box of a row.
    pub fn row_box(&self, id: Id, name: &str) -> Html {
        html! {
            <label class="pick">
                <input
                    type="checkbox"
                    name={BOX}
                    value={id.to_string()}
                    checked={self.has(id)}
                    aria-label={format!("Select {name}")}
                />
            </label>
        }
    }

    /// The box of the page.
    pub fn page_box(&self) -> Html {
        html! {
            <label class="pick">
                <input type="checkbox" name={PAGE} checked={self.has_page()} aria-label="Select all on this page" />
            </label>
        }
    }

    /// Hears clicks on the boxes of a table.
    #[must_use]
    pub fn onclick(&self) -> Callback<MouseEvent> {
        let selection = self.clone();
        Callback::from(move |event: MouseEvent| {
            let Some(input) = event.target_dyn_into::<HtmlInputElement>() else { return };
            match (input.name().as_str(), Id::parse(&input.value())) {
                (BOX, Some(id)) if event.shift_key() => selection.range(id, input.checked()),
                (BOX, Some(id)) => selection.toggle(id),
                (PAGE, _) => selection.toggle_page(),
                _ => {}
            }
        })
    }
}

/// A click with Shift on a box draws a range of rows and not one of letters.
pub fn onmousedown(event: MouseEvent) {
    let target: Option<web_sys::Element> = event.target_dyn_into();
    if event.shift_key() && target.is_some_and(|target| target.closest(".pick").is_ok_and(|on| on.is_some()))
    {
        event.prevent_default();
    }
}

impl Set {
    fn has(&self, id: Id) -> bool {
        self.ids.binary_search(&id).is_ok()
    }

    fn put(&mut self, id: Id, on: bool) {
        match self.ids.binary_search(&id) {
            Ok(at) if !on => drop(self.ids.remove(at)),
            Err(at) if on => self.ids.insert(at, id),
            _ => {}
        }
    }

    fn selected_on_page(&self) -> usize {
        self.page.iter().filter(|id| self.has(**id)).count()
    }

    fn begin(&mut self, id: Id) {
        (self.anchor, self.end) = (Some(id), None);
    }

    /// The rows from the anchor to that one, both with them; that one alone when the anchor stands on another page.
    fn range(&self, id: Id) -> Vec<Id> {
        let place = |id: Id| self.page.iter().position(|own| *own == id);
        match (self.anchor.and_then(place), place(id)) {
            (Some(one), Some(two)) => self.page[one.min(two)..=one.max(two)].to_vec(),
            _ => vec![id],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: i64) -> Id {
        Id::new(number).expect("an id")
    }

    fn set(page: &[i64]) -> Selection {
        let selection = Selection::default();
        selection.0.set.borrow_mut().page = page.iter().map(|number| id(*number)).collect();
        selection
    }

    /// What `act` selects, without a document to paint.
    fn after(selection: &Selection, act: impl FnOnce(&mut Set)) -> Vec<i64> {
        act(&mut selection.0.set.borrow_mut());
        selection.ids().into_iter().map(Id::get).collect()
    }

    #[test]
    fn a_range_follows_the_rows_and_not_the_ids() {
        let selection = set(&[5, 3, 9, 1]);
        after(&selection, |set| {
            set.put(id(3), true);
            set.begin(id(3));
        });
        let range = selection.0.set.borrow().range(id(1));
        assert_eq!(range, [id(3), id(9), id(1)]);
        assert_eq!(selection.0.set.borrow().range(id(5)), [id(5), id(3)], "upwards too");
        assert_eq!(selection.0.set.borrow().range(id(77)), [id(77)], "not across pages");
    }

    #[test]
    fn what_is_selected_on_other_pages_is_counted_apart() {
        let selection = set(&[5, 3]);
        assert_eq!(
            after(&selection, |set| [5, 77, 3].map(id).into_iter().for_each(|id| set.put(id, true))),
            [5, 3, 77]
        );
        assert_eq!(selection.counts(), (3, 2));
        assert!(selection.has_page());
        assert_eq!(after(&selection, |set| set.put(id(5), false)), [3, 77]);
        assert!(!selection.has_page());
        assert!(!set(&[]).has_page(), "an empty page is not selected");
    }
}
