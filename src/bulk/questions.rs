//! What is asked before something stops or goes to zero.

use domain::{Decimal, Id, Key, Metric, Resource, Window};
use yew::prelude::*;

use super::plan::Plan;
use super::reading::Read;
use super::words::counted;
use crate::components::confirm::Confirm;
use crate::components::delete_dialog::counted as counted_of;
use crate::components::meter::amount;

/// So many are called by their names; the others are counted.
const NAMED: usize = 8;

/// The question before records are deleted, or their totals set to 0.
pub fn question(
    plan: &Plan,
    read: &Read,
    resource: Resource,
    currency: &str,
    onconfirm: Callback<()>,
    oncancel: Callback<()>,
) -> Html {
    let count = counted(read.records.len(), resource);
    let (title, verb, means, undo) = match plan {
        Plan::Reset => (
            format!("Reset the totals of {count}?"),
            "Reset totals",
            what_goes(read, currency),
            "The numbers are gone then: this cannot be undone.",
        ),
        _ => (format!("Delete {count}?"), "Delete", what_stops(read, resource), "It can be undone."),
    };
    let names = read.records.iter().take(NAMED).map(|record| html! { <li>{ record.name() }</li> });
    let more = read.records.len().saturating_sub(NAMED);
    html! {
        <Confirm {title} confirm={verb} danger=true {onconfirm} {oncancel}>
            <p>{ means }</p>
            <ul class="names">
                { for names }
                if more > 0 {
                    <li>{ format!("and {more} more") }</li>
                }
            </ul>
            <p>{ undo }</p>
        </Confirm>
    }
}

/// The sums of what the total caps have counted.
fn what_goes(read: &Read, currency: &str) -> String {
    let sums = Metric::ALL.into_iter().filter_map(|metric| {
        let used = read.records.iter().filter_map(|record| record.number(Key::Used(metric, Window::Total)));
        let sum = used.fold(0_i64, |sum, used| sum.saturating_add(used.units()));
        (sum > 0).then(|| {
            let sum = Decimal::from_units_saturating(sum);
            [&amount(metric, sum, currency), " ", &metric.label().to_ascii_lowercase()].concat()
        })
    });
    let sums: Vec<String> = sums.collect();
    match sums.as_slice() {
        [] => "Nothing has been counted in total yet.".to_owned(),
        [one] => format!("To zero goes, in all: {one}."),
        _ => format!("To zero go, in all: {}.", sums.join(", ")),
    }
}

/// What stops when the records are deleted.
fn what_stops(read: &Read, resource: Resource) -> String {
    let tied = read
        .records
        .iter()
        .filter(|record| record.get(Key::BuyerGroupsCount).as_int().is_some_and(|count| count > 0));
    match resource {
        Resource::BuyerGroup => {
            let ids = read.records.iter().flat_map(|record| record.get(Key::OfferIds).as_ids());
            let mut offers: Vec<Id> = ids.copied().collect();
            offers.sort_unstable();
            offers.dedup();
            match offers.len() {
                0 => "They take no more calls; their buyers stay.".to_owned(),
                1 => "1 offer loses groups; their buyers stay.".to_owned(),
                many => format!("{many} offers lose groups; their buyers stay."),
            }
        }
        Resource::Buyer => match tied.count() {
            0 => "None of them stands in a group.".to_owned(),
            many => format!(
                "{many} of them {} taken out of groups; bringing them back does not put them back in.",
                if many == 1 { "is" } else { "are" }
            ),
        },
        _ => match tied.count() {
            0 => "No group serves them.".to_owned(),
            many => format!("The calls of {} are served no more.", counted_of(many as i64, "offer")),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use domain::{Input, Value};

    use super::*;
    use crate::record::Record;

    fn read(resource: Resource, records: &[(Key, Value)]) -> Read {
        let empty = || Record::read(resource, &Input::Null);
        let records = records.iter().map(|(key, value)| Rc::new(empty().with(*key, value.clone())));
        Read { records: records.collect(), missing: Vec::new() }
    }

    #[test]
    fn offers_that_several_groups_serve_count_once() {
        let ids =
            |ids: &[i64]| (Key::OfferIds, Value::Ids(ids.iter().filter_map(|id| Id::new(*id)).collect()));
        let groups = read(Resource::BuyerGroup, &[ids(&[1, 2]), ids(&[2, 3])]);
        assert_eq!(what_stops(&groups, Resource::BuyerGroup), "3 offers lose groups; their buyers stay.");
    }

    #[test]
    fn buyers_leave_their_groups_for_good() {
        let buyers = read(
            Resource::Buyer,
            &[(Key::BuyerGroupsCount, Value::Int(2)), (Key::BuyerGroupsCount, Value::Int(0))],
        );
        assert_eq!(
            what_stops(&buyers, Resource::Buyer),
            "1 of them is taken out of groups; bringing them back does not put them back in."
        );
    }
}
