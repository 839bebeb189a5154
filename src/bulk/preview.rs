//! What edits make of what is selected, as a table, before anything is sent.

use std::rc::Rc;

use domain::{Id, Kind, Resource, Value, ZoneNames};
use yew::prelude::*;

use super::edit::{Edit, Way};
use super::plan::Outlook;
use super::words::{NAMED, shown};
use crate::form::names;
use crate::record::Record;

/// So many records are shown; the others are counted.
const MOST: usize = 50;

/// What edits make of records.
#[derive(Clone, Default)]
pub struct Preview {
    /// The edits.
    pub edits: Rc<[Edit]>,
    /// The first records: those that would break a rule before those that change, those that stay last.
    first: Vec<Outlook>,
    /// How many change.
    pub changed: usize,
    /// How many would break a rule.
    pub faulty: usize,
    /// How many stay as they are.
    pub same: usize,
}

impl Preview {
    /// Of these edits on these records.
    #[must_use]
    pub fn of(edits: Vec<Edit>, records: &[Rc<Record>], zones: &dyn ZoneNames) -> Self {
        let (mut faulty, mut changed, mut same) =
            (Counted::default(), Counted::default(), Counted::default());
        for record in records {
            let outlook = Outlook::of(record, &edits, zones);
            if outlook.fault().is_some() {
                faulty.add(outlook);
            } else if outlook.is_changed() {
                changed.add(outlook);
            } else {
                same.add(outlook);
            }
        }
        let counts = (faulty.count, changed.count, same.count);
        let mut first = faulty.first;
        first.extend(changed.first);
        first.extend(same.first);
        first.truncate(MOST);
        Self { edits: edits.into(), first, faulty: counts.0, changed: counts.1, same: counts.2 }
    }

    /// The records that the table names, as far as it is not known what they are called: for each kind its ids.
    #[must_use]
    pub fn nameless(&self) -> Vec<(Resource, Vec<Id>)> {
        let of_field = |(at, edit): (usize, &Edit)| {
            let Kind::Ids(resource) = edit.field.kind else { return None };
            let cells = self.first.iter().filter_map(|outlook| outlook.cells.get(at));
            let lists = cells.flat_map(|(before, after)| [Some(before), after.as_ref().ok()]).flatten();
            let shown = lists.flat_map(|list| list.as_ids().iter().take(NAMED));
            let mut ids: Vec<Id> = shown.filter(|id| !names::is_known(resource, **id)).copied().collect();
            ids.sort_unstable();
            ids.dedup();
            (!ids.is_empty()).then_some((resource, ids))
        };
        self.edits.iter().enumerate().filter_map(of_field).collect()
    }

    /// The table. `currency`: how its money is shown.
    pub fn table(&self, currency: &str) -> Html {
        let more = (self.faulty + self.changed + self.same).saturating_sub(self.first.len());
        let row = |outlook: &Outlook| {
            let cells =
                self.edits.iter().zip(&outlook.cells).map(|(edit, cell)| cell_of(edit, cell, currency));
            html! {
                <tr class={outlook.fault().map(|_| "bad")}>
                    <th scope="row">{ outlook.record.name() }</th>
                    { for cells }
                </tr>
            }
        };
        html! {
            <>
                <div class="diff" tabindex="0" role="region" aria-label="Before and after">
                    <table>
                        <thead>
                            <tr>
                                <th scope="col">{ "Name" }</th>
                                { for self.edits.iter().map(|edit| html! { <th scope="col">{ edit.field.label }</th> }) }
                            </tr>
                        </thead>
                        <tbody>{ for self.first.iter().map(row) }</tbody>
                    </table>
                </div>
                if more > 0 {
                    <p class="help">{ format!("and {more} more") }</p>
                }
            </>
        }
    }
}

/// The first of them, and how many there are.
#[derive(Default)]
struct Counted {
    first: Vec<Outlook>,
    count: usize,
}

impl Counted {
    fn add(&mut self, outlook: Outlook) {
        self.count += 1;
        if self.first.len() < MOST {
            self.first.push(outlook);
        }
    }
}

/// What a field holds afterwards; of a list that items are added to or taken from, these: it may be long.
fn said(edit: &Edit, before: &Value, after: &Value, text: impl Fn(&Value) -> String) -> String {
    match edit.way {
        Way::Include => ["+\u{a0}", &text(&without(after, before))].concat(),
        Way::Exclude => ["−\u{a0}", &text(&without(before, after))].concat(),
        _ => text(after),
    }
}

/// The items of a list that are not in another one.
fn without(list: &Value, other: &Value) -> Value {
    match list {
        Value::Ids(ids) => {
            Value::Ids(ids.iter().filter(|id| !other.as_ids().contains(id)).copied().collect())
        }
        Value::Texts(texts) => {
            Value::Texts(texts.iter().filter(|text| !other.as_texts().contains(text)).cloned().collect())
        }
        other => other.clone(),
    }
}

fn cell_of(edit: &Edit, (before, after): &(Value, Result<Value, String>), currency: &str) -> Html {
    let text = |value: &Value| shown(edit.field, value, currency);
    match after {
        Ok(after) if after == before => html! { <td class="faint">{ text(before) }{ ", stays" }</td> },
        Ok(after) => html! {
            <td>
                <span class="faint">{ text(before) }</span>
                <span aria-hidden="true">{ " → " }</span>
                <span class="sr">{ ", then " }</span>
                <b>{ said(edit, before, after, text) }</b>
            </td>
        },
        Err(fault) => html! {
            <td>
                <span class="faint">{ text(before) }</span>
                { " " }
                <span class="err">{ fault }</span>
            </td>
        },
    }
}

#[cfg(test)]
mod tests {
    use domain::{Decimal, Input, Key};

    use super::*;
    use crate::form::zones::BrowserZones;

    #[test]
    fn those_that_would_break_a_rule_come_first_and_all_are_counted() {
        let record = |weight: i32| {
            let record = Record::read(Resource::BuyerGroup, &Input::Null);
            Rc::new(record.with(Key::Weight, Value::Decimal(Decimal::whole(weight))))
        };
        let records: Vec<Rc<Record>> = (0..120).map(record).collect();
        let field = Resource::BuyerGroup.field(Key::Weight).expect("it is in the table");
        let edit = Edit { field, way: Way::Subtract, input: "60".into() };
        let preview = Preview::of(vec![edit], &records, &BrowserZones);
        assert_eq!((preview.faulty, preview.changed, preview.same), (60, 60, 0));
        assert_eq!(preview.first.len(), MOST);
        assert!(preview.first.iter().all(|outlook| outlook.fault().is_some()));
    }

    #[test]
    fn of_a_long_list_what_is_added_or_taken_away_is_said() {
        let ids = |numbers: &[i64]| Value::Ids(numbers.iter().filter_map(|id| Id::new(*id)).collect());
        let field = Resource::BuyerGroup.field(Key::BuyerIds).expect("it is in the table");
        let said = |way, before: &[i64], after: &[i64]| {
            let edit = Edit { field, way, input: Input::Null };
            said(&edit, &ids(before), &ids(after), |value| shown(field, value, "USD"))
        };
        assert_eq!(said(Way::Include, &[11, 12, 13, 14], &[11, 12, 13, 14, 15]), "+\u{a0}15");
        assert_eq!(said(Way::Exclude, &[11, 12, 13, 14], &[11, 13]), "−\u{a0}12, 14");
        assert_eq!(said(Way::Set, &[11], &[12, 13, 14, 15, 16]), "12, 13, 14 and 2 more");
    }
}
