//! [`use_live`]: what a list shows beside the answer that it asked for: newer values, values that are being saved, the
//! cell that is being edited. Where that comes from, [`desk`](super::desk) and [`inline`](super::inline) say.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use domain::{Field, Id, Key, Kind, Resource, Value};
use js_sys::Reflect;
use web_sys::Element;
use yew::prelude::*;

use super::desk::DeskProps;
use super::selection::Selection;
use super::view::{View, limit_of};
use crate::actions::Settled;
use crate::api::Page;
use crate::browser::{self, Timeout};
use crate::keyboard::{Keys, Shortcut};
use crate::lazy::Scene;
use crate::query::{Load, UseQuery};
use crate::record::Record;

/// The time until a list is asked for anew for the first time, in milliseconds.
const FIRST_MS: i32 = 15_000;

/// A row with a record.
pub const ROW: &str = ".list tr[data-id]";
/// A cell that is edited in place.
pub const CELL: &str = "[data-edit]";

/// What keys do in a list.
const SHORTCUTS: &[Shortcut] = &[
    ("j", "Next row"),
    ("k", "Row before"),
    ("ArrowDown", "Next row"),
    ("ArrowUp", "Row before"),
    ("Enter", "Open it"),
    ("e", "Edit a cell of it"),
    ("p", "Pause or resume it"),
    ("x", "Select it"),
    ("Shift ArrowDown", "Select on, downwards"),
    ("Shift ArrowUp", "Select on, upwards"),
];

/// Values that are shown for a record before the server has them.
pub type Ahead = (Rc<Record>, Vec<(Key, Value)>);

/// What the part that does it is asked for.
pub enum Order {
    /// A key was pressed.
    Key(&'static str),
    /// A record is to be paused or resumed.
    Pause(Rc<Record>),
}

/// What is asked for and not done yet.
pub type Orders = Rc<RefCell<VecDeque<Order>>>;

/// What happens to a list.
pub enum Turn {
    /// Newer values came for a page that had been asked for: the page, and its rows with these values.
    Came(Rc<Page>, Rc<Page>),
    /// Values are being saved.
    Ahead(Ahead),
    /// They were, or were refused: the record is what [`Turn::Ahead`] named.
    Settled(Settled),
    /// A cell is edited, or none any more.
    Edit(Option<(Id, Key)>),
    /// Something is asked for.
    Order(Order),
    /// It is time to ask anew.
    Due,
}

#[derive(Clone, Default)]
struct Course {
    newest: Option<(Rc<Page>, Rc<Page>)>,
    ahead: Vec<Ahead>,
    /// What the server said of single records after it said what is the newest.
    settled: Vec<Rc<Record>>,
    /// How often there was a reason to ask anew.
    due: u32,
    editing: Option<(Id, Key)>,
    /// How often something was asked for.
    ordered: u32,
    orders: Orders,
}

impl Reducible for Course {
    type Action = Turn;

    fn reduce(self: Rc<Self>, turn: Turn) -> Rc<Self> {
        let mut next = Self::clone(&self);
        match turn {
            Turn::Came(of, page) => {
                next.newest = Some((of, page));
                next.settled.clear();
            }
            Turn::Ahead(ahead) => next.ahead.push(ahead),
            Turn::Settled((of, now)) => {
                next.ahead.retain(|(own, _)| !Rc::ptr_eq(own, &of));
                if let Some(now) = now {
                    next.settled.retain(|own| own.id() != now.id());
                    next.settled.push(now);
                }
                next.due += 1;
            }
            Turn::Edit(cell) => next.editing = cell,
            Turn::Order(order) => {
                next.ordered += 1;
                next.orders.borrow_mut().push_back(order);
            }
            Turn::Due => next.due += 1,
        }
        Rc::new(next)
    }
}

impl Course {
    /// The rows of a page that was asked for, in its order, with what is known by now.
    fn page(&self, asked: &Rc<Page>) -> Rc<Page> {
        let newest = match &self.newest {
            Some((of, page)) if Rc::ptr_eq(of, asked) => page,
            _ => asked,
        };
        if self.ahead.is_empty() && self.settled.is_empty() {
            return newest.clone();
        }
        let row = |record: &Rc<Record>| {
            let is_same = |own: &Rc<Record>| own.id() == record.id();
            let mut record = self.settled.iter().find(|own| is_same(own)).unwrap_or(record).clone();
            for (_, values) in self.ahead.iter().filter(|(own, _)| is_same(own)) {
                let with = |record, (key, value): &(Key, Value)| Record::with(record, *key, value.clone());
                record = Rc::new(values.iter().fold(Record::clone(&record), with));
            }
            record
        };
        Rc::new(Page { records: newest.records.iter().map(row).collect(), ..Page::clone(newest) })
    }
}

/// See [`use_live`].
pub struct UseLive {
    /// The page that was asked for: its rows stand where they stood then.
    pub asked: Option<Rc<Page>>,
    /// The same rows with what is known of them by now.
    pub page: Option<Rc<Page>>,
    /// The cell that is being edited: the record, and the field that is written.
    pub editing: Option<(Id, Key)>,
    /// Hears what happens to the list.
    pub tell: Callback<Turn>,
    /// Pauses or resumes a record, at once.
    pub onpause: Callback<Rc<Record>>,
    /// What keeps it true, once it is needed.
    pub desk: Option<Scene>,
}

/// Keeps the list of a view true; `zone` is the one whose clock is read.
#[hook]
pub fn use_live(view: &View, list: &UseQuery<Page>, zone: &AttrValue, selection: &Selection) -> UseLive {
    let state = use_reducer(Course::default);
    let tell = use_callback(state.dispatcher(), |turn, dispatcher| dispatcher.dispatch(turn));
    {
        let tell = tell.clone();
        use_effect_with((), move |()| {
            let first = {
                let tell = tell.clone();
                Timeout::new(FIRST_MS, move || tell.emit(Turn::Due))
            };
            let keys = Keys::new("On the rows of a list", SHORTCUTS, move |key| {
                let is_ours = is_ours(key);
                if is_ours {
                    tell.emit(Turn::Order(Order::Key(key)));
                }
                is_ours
            });
            move || drop((first, keys))
        });
    }
    let onpause = use_callback((), {
        let tell = tell.clone();
        move |record, ()| tell.emit(Turn::Order(Order::Pause(record)))
    });
    let asked = list.load.data().cloned();
    let page = asked.as_ref().map(|asked| state.page(asked));
    let is_needed = state.due > 0 || state.ordered > 0 || state.editing.is_some();
    let desk = asked.clone().zip(page.clone()).filter(|_| is_needed).map(|(asked, page)| {
        Scene::Desk(DeskProps {
            view: view.clone(),
            asked,
            page,
            zone: zone.clone(),
            selection: selection.clone(),
            due: state.due,
            is_busy: !matches!(list.load, Load::Ready(_)) || !state.ahead.is_empty(),
            ordered: state.ordered,
            orders: state.orders.clone(),
            editing: state.editing,
            tell: tell.clone(),
            take: list.set.clone(),
        })
    });
    UseLive { asked, page, editing: state.editing, tell, onpause, desk }
}

/// Whether a key means something here: letters where there are rows, all others where one has the focus.
fn is_ours(key: &str) -> bool {
    let selector = match key {
        "j" | "k" => ROW,
        "e" | "p" | "x" => ".list .pick",
        // A link opens by itself.
        "Enter" => return false,
        _ => ".wrap:focus-within",
    };
    browser::document()
        .is_some_and(|document| document.query_selector(selector).is_ok_and(|row| row.is_some()))
}

/// The field that is written where a column is edited in place; `None` where that is done on the record's own page.
#[must_use]
pub fn edited(resource: Resource, column: Key) -> Option<&'static Field> {
    let field = resource.field(limit_of(column).unwrap_or(column))?;
    let is_value =
        field.kind.is_number() || matches!(field.kind, Kind::Text(_) | Kind::Phone | Kind::Choice(_));
    (resource.is_edited() && field.is_writable() && is_value).then_some(field)
}

/// Begins to edit the cell that was clicked twice, or touched.
pub fn onclick(resource: Resource, tell: &Callback<Turn>, by_touch: bool) -> Callback<MouseEvent> {
    let tell = tell.clone();
    Callback::from(move |event: MouseEvent| {
        let touch = Reflect::get(&event, &"pointerType".into()).is_ok_and(|by| by == "touch");
        let target = event.target_dyn_into::<Element>().filter(|_| touch || !by_touch);
        let cell = target.filter(|on| on.closest("a, button, input").is_ok_and(|on| on.is_none()));
        let cell = cell.and_then(|target| target.closest(CELL).ok()?);
        if let Some(place) = cell.and_then(|cell| place(resource, &cell)) {
            tell.emit(Turn::Edit(Some(place)));
        }
    })
}

/// The record and the field of a cell that is edited in place.
#[must_use]
pub fn place(resource: Resource, cell: &Element) -> Option<(Id, Key)> {
    let row = cell.closest(ROW).ok()??;
    let field = resource.field_named(&cell.get_attribute("data-edit")?)?;
    Some((Id::parse(&row.get_attribute("data-id")?)?, field.key))
}

#[cfg(test)]
mod tests {
    use domain::Decimal;
    use domain::api::Metadata;

    use super::*;

    fn group(id: i64, weight: i32) -> Rc<Record> {
        let input = domain::Input::Map(vec![
            ("id".to_owned(), domain::Input::Number(id.to_string())),
            ("weight".to_owned(), domain::Input::Number(weight.to_string())),
        ]);
        Rc::new(Record::read(Resource::BuyerGroup, &input))
    }

    fn page(groups: &[(i64, i32)]) -> Rc<Page> {
        let records = groups.iter().map(|&(id, weight)| group(id, weight)).collect();
        Rc::new(Page { records, metadata: Metadata::default(), at: domain::Instant::from_ms(0) })
    }

    fn weights(course: &Rc<Course>, asked: &Rc<Page>) -> Vec<Option<Decimal>> {
        course.page(asked).records.iter().map(|record| record.number(Key::Weight)).collect()
    }

    fn whole(numbers: &[i32]) -> Vec<Option<Decimal>> {
        numbers.iter().map(|number| Some(Decimal::whole(*number))).collect()
    }

    fn weight(number: i32) -> Vec<(Key, Value)> {
        vec![(Key::Weight, Value::Decimal(Decimal::whole(number)))]
    }

    #[test]
    fn newer_values_are_those_of_the_page_that_they_came_for() {
        let (asked, other) = (page(&[(100_001, 1)]), page(&[(100_001, 3)]));
        let course = Rc::new(Course::default()).reduce(Turn::Came(asked.clone(), page(&[(100_001, 2)])));
        assert_eq!(weights(&course, &asked), whole(&[2]));
        assert_eq!(weights(&course, &other), whole(&[3]));
    }

    #[test]
    fn what_is_being_saved_shows_at_once_and_goes_when_it_is_refused() {
        let asked = page(&[(100_001, 1), (100_002, 1)]);
        let of = asked.records[1].clone();
        let course = Rc::new(Course::default()).reduce(Turn::Ahead((of.clone(), weight(5))));
        assert_eq!(weights(&course, &asked), whole(&[1, 5]));
        let refused = course.clone().reduce(Turn::Settled((of.clone(), None)));
        assert_eq!(weights(&refused, &asked), whole(&[1, 1]));
        assert_eq!(refused.due, 1, "what the others make of it is asked for");
        let saved = course.reduce(Turn::Settled((of, Some(group(100_002, 6)))));
        assert_eq!(weights(&saved, &asked), whole(&[1, 6]), "as the server keeps it");
    }

    #[test]
    fn of_two_that_are_being_saved_one_may_be_refused() {
        let asked = page(&[(100_001, 1)]);
        let (first, second) = (group(100_001, 1), group(100_001, 2));
        let course = Rc::new(Course::default())
            .reduce(Turn::Ahead((first.clone(), weight(2))))
            .reduce(Turn::Ahead((second, weight(3))))
            .reduce(Turn::Settled((first, None)));
        assert_eq!(weights(&course, &asked), whole(&[3]));
    }

    #[test]
    fn a_used_amount_is_edited_by_its_limit_and_a_share_not_at_all() {
        let name = |key| edited(Resource::BuyerGroup, key).map(|field| field.name);
        let used = Key::Used(domain::Metric::Attempt, domain::Window::Daily);
        assert_eq!(name(used), Some("attempt_daily_limit"));
        assert_eq!(name(Key::ConcurrencyCapUsed), Some("concurrency_cap_limit"));
        assert_eq!(name(Key::Weight), Some("weight"));
        assert_eq!(name(Key::Name), Some("name"));
        assert_eq!(name(Key::DialBuyersType), Some("dial_buyers_type"));
        for key in [Key::Share, Key::Id, Key::State, Key::BuyerIds, Key::Revision] {
            assert_eq!(name(key), None);
        }
    }
}
