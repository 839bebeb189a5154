//! [`DeleteDialog`]: asks before a record is deleted, and says what stops.

use std::rc::Rc;

use domain::{Key, Resource, Value};
use yew::prelude::*;

use crate::components::confirm::Confirm;
use crate::query::use_query;
use crate::record::Record;

/// See [`DeleteDialog`].
#[derive(Properties, Clone, PartialEq)]
pub struct DeleteDialogProps {
    /// What is to be deleted; its id and name are looked at.
    pub record: Rc<Record>,
    /// It is to be deleted.
    pub onconfirm: Callback<Rc<Record>>,
    /// It is not to be deleted.
    pub oncancel: Callback<()>,
}

/// The question, with what stops as the server knows it now.
#[component]
pub fn DeleteDialog(props: &DeleteDialogProps) -> Html {
    let record = props.record.clone();
    let ties = use_query(record.clone(), |api, record| {
        let (resource, id) = (record.resource(), record.id());
        Box::pin(async move {
            let id = id.map(|id| id.to_string()).unwrap_or_default();
            api.get(resource, &id, ties_of(resource)).await
        })
    });
    let onconfirm = props.onconfirm.reform(move |()| record.clone());
    let name = props.record.name();
    html! {
        <Confirm
            title={format!("Delete {name}?")}
            confirm="Delete"
            danger=true
            {onconfirm}
            oncancel={props.oncancel.clone()}
        >
            <p>{ ties.load.data().map(|ties| what_stops(ties)).unwrap_or_default() }</p>
            <p>{ "It can be undone." }</p>
        </Confirm>
    }
}

/// The columns that tell what a record is tied to.
#[must_use]
pub fn ties_of(resource: Resource) -> &'static [Key] {
    match resource {
        Resource::BuyerGroup => &[Key::OfferIds, Key::BuyersCount],
        _ => &[Key::BuyerGroupsCount],
    }
}

/// A sentence on what stops when the record is deleted.
fn what_stops(ties: &Record) -> String {
    let number = |key| match ties.get(key) {
        Value::Int(number) => *number,
        value => i64::try_from(value.as_ids().len()).unwrap_or_default(),
    };
    let groups = counted(number(Key::BuyerGroupsCount), "group");
    match ties.resource() {
        Resource::BuyerGroup => {
            let offers = match number(Key::OfferIds) {
                0 => "It takes no more calls".to_owned(),
                1 => "1 offer loses this group".to_owned(),
                offers => format!("{offers} offers lose this group"),
            };
            let buyers = match number(Key::BuyersCount) {
                0 => "it has no buyers".to_owned(),
                1 => "its buyer stays".to_owned(),
                buyers => format!("its {buyers} buyers stay"),
            };
            format!("{offers}; {buyers}.")
        }
        Resource::Buyer if number(Key::BuyerGroupsCount) == 0 => "It stands in no group.".to_owned(),
        Resource::Buyer => {
            format!("It is taken out of {groups}; bringing it back does not put it back in.")
        }
        _ if number(Key::BuyerGroupsCount) == 0 => "No group serves it.".to_owned(),
        _ => format!("Its calls are served no more by {groups}."),
    }
}

/// "1 group", "3 groups".
#[must_use]
pub fn counted(number: i64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(resource: Resource, values: &[(Key, Value)]) -> String {
        let empty = Record::read(resource, &domain::Input::Null);
        let record = values.iter().cloned().fold(empty, |record, (key, value)| record.with(key, value));
        what_stops(&record)
    }

    #[test]
    fn it_says_what_stops() {
        let offers = |ids: &[i64]| Value::Ids(ids.iter().filter_map(|id| domain::Id::new(*id)).collect());
        let group = |ids: &[i64], buyers| {
            let values = [(Key::OfferIds, offers(ids)), (Key::BuyersCount, Value::Int(buyers))];
            sentence(Resource::BuyerGroup, &values)
        };
        assert_eq!(group(&[1, 2], 3), "2 offers lose this group; its 3 buyers stay.");
        assert_eq!(group(&[1], 1), "1 offer loses this group; its buyer stays.");
        assert_eq!(group(&[], 0), "It takes no more calls; it has no buyers.");
        let groups = |resource, count| sentence(resource, &[(Key::BuyerGroupsCount, Value::Int(count))]);
        assert_eq!(
            groups(Resource::Buyer, 1),
            "It is taken out of 1 group; bringing it back does not put it back in."
        );
        assert_eq!(groups(Resource::Offer, 2), "Its calls are served no more by 2 groups.");
    }
}
