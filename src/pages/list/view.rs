//! [`View`]: what a list shows, as its address says it; and the request that fetches just that.

use domain::field::{Column, Order};
use domain::list::{MOST_IN_CSV, PER_PAGE};
use domain::{Field, Key, Metric, Resource, Window};

use crate::route::Query;

/// A column that is shown.
#[derive(Clone, Copy, Debug)]
pub struct Shown {
    /// What stands in it.
    pub field: &'static Field,
    /// The class that takes it away where the page is narrow; blank: it stays.
    pub leaves: &'static str,
}

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        self.field.key == other.field.key && self.leaves == other.leaves
    }
}

const STAYS: &str = "";
/// Leaves under 620 px.
const SMALL: &str = "sm";
/// Leaves under 880 px.
const MIDDLE: &str = "mid";
/// Leaves under 1040 px.
const LOW: &str = "lo";

/// The columns of a list when the address names none.
const GROUPS: &[(Key, &str)] = &[
    (Key::Name, STAYS),
    (Key::State, SMALL),
    (Key::Tier, MIDDLE),
    (Key::Share, STAYS),
    (Key::Weight, MIDDLE),
    (Key::DialBuyersType, LOW),
    (Key::BuyersCount, LOW),
    (Key::Used(Metric::Attempt, Window::Daily), SMALL),
    (Key::Used(Metric::Revenue, Window::Daily), MIDDLE),
];
const BUYERS: &[(Key, &str)] = &[
    (Key::Name, STAYS),
    (Key::Paused, SMALL),
    (Key::UserBuyerId, MIDDLE),
    (Key::PhoneNumber, SMALL),
    (Key::ConcurrencyCapLimit, LOW),
    (Key::BuyerGroupsCount, SMALL),
    (Key::TimeZone, LOW),
];
const OFFERS: &[(Key, &str)] = &[
    (Key::Name, STAYS),
    (Key::UserOfferId, SMALL),
    (Key::ExpectedRevenue, STAYS),
    (Key::BuyerGroupsCount, SMALL),
    (Key::UpdatedAt, MIDDLE),
];

const CALLS: &[(Key, &str)] = &[
    (Key::CallerNumber, STAYS),
    (Key::Status, SMALL),
    (Key::CreatedAt, STAYS),
    (Key::OfferId, LOW),
    (Key::BuyerGroupId, SMALL),
    (Key::BuyerId, MIDDLE),
    (Key::Duration, LOW),
    (Key::Revenue, MIDDLE),
];

const ALERTS: &[(Key, &str)] = &[
    (Key::BuyerGroupName, STAYS),
    (Key::AlertKind, SMALL),
    (Key::Metric, SMALL),
    (Key::Window, SMALL),
    (Key::CapUsed, MIDDLE),
    (Key::CapLimit, MIDDLE),
    (Key::CreatedAt, STAYS),
    (Key::Read, STAYS),
];

/// The same of those that are deleted, whatever they are.
const DELETED: &[(Key, &str)] =
    &[(Key::Name, STAYS), (Key::DeletedAt, STAYS), (Key::DeletedBy, SMALL), (Key::CreatedAt, LOW)];

/// What of an address says how a list is shown, and not which records stand in it.
const NO_FILTERS: [&str; 6] = ["page", "per_page", "order", "order_dir", "columns", "deleted"];

/// The pages' sizes that are offered.
pub const SIZES: [u32; 4] = [25, 50, 100, 250];

/// What a list shows.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// Of which records.
    pub resource: Resource,
    /// The query of the address.
    pub query: Query,
}

impl View {
    /// Whether the address names the columns.
    #[must_use]
    pub fn is_chosen(&self) -> bool {
        !self.query.get("columns").is_empty()
    }

    /// Whether the list is of the deleted records.
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        self.query.get("deleted") == "true"
    }

    /// The columns in their order. The [`lead`] is always the first.
    #[must_use]
    pub fn columns(&self) -> Vec<Shown> {
        let shown = |key: Key, leaves| Some(Shown { field: self.resource.field(key)?, leaves });
        if !self.is_chosen() {
            let columns = match self.resource {
                _ if self.is_deleted() => DELETED,
                Resource::BuyerGroup => GROUPS,
                Resource::Buyer => BUYERS,
                Resource::Call => CALLS,
                Resource::Alert => ALERTS,
                Resource::Offer | Resource::Company => OFFERS,
            };
            // Under its tier's heading a group need not say its tier.
            let columns = columns.iter().filter(|(key, _)| *key != Key::Tier || !self.is_by_tier());
            return columns.filter_map(|&(key, leaves)| shown(key, leaves)).collect();
        }
        let mut columns: Vec<Shown> = shown(lead(self.resource), STAYS).into_iter().collect();
        for name in self.query.list("columns") {
            let field = self.resource.field_named(name).filter(|field| field.is_column());
            if let Some(field) = field
                && !columns.iter().any(|column| column.field.key == field.key)
            {
                columns.push(Shown { field, leaves: STAYS });
            }
        }
        columns
    }

    /// The address with these columns.
    #[must_use]
    pub fn with_columns(&self, columns: &[Key]) -> Query {
        let names: Vec<_> = columns.iter().map(|key| key.name()).collect();
        self.query.clone().with("columns", &names.join(","))
    }

    /// What the list is sorted by, and whether from the largest down.
    #[must_use]
    pub fn order(&self) -> (&'static Field, bool) {
        let named = self.query.get("order");
        let (usual, from_largest) = self.usual_order();
        let asked = orders(self.resource).find(|field| field.key.order_name() == named);
        let descending = match self.query.get("order_dir") {
            "desc" => true,
            "asc" => false,
            _ => asked.is_none() && from_largest,
        };
        let usual = || orders(self.resource).find(|field| field.key == usual);
        (asked.or_else(usual).unwrap_or(&self.resource.fields()[0]), descending)
    }

    /// Groups stand in the order in which calls try them; calls, alerts and what was deleted from the latest on; all else
    /// by name.
    fn usual_order(&self) -> (Key, bool) {
        match self.resource {
            _ if self.is_deleted() => (Key::DeletedAt, true),
            Resource::BuyerGroup => (Key::Routing, false),
            Resource::Call | Resource::Alert => (Key::CreatedAt, true),
            _ => (Key::Name, false),
        }
    }

    /// Whether the list is in the order in which calls try the groups, so that each tier stands together.
    #[must_use]
    pub fn is_by_tier(&self) -> bool {
        let (field, descending) = self.order();
        field.key == Key::Routing && !descending
    }

    /// The address sorted by a field; the usual order takes its name out of the address.
    #[must_use]
    pub fn sorted_by(&self, key: Key, descending: bool) -> Query {
        let (usual, from_largest) = self.usual_order();
        let name = key.order_name();
        let (name, implied) = if key == usual { ("", from_largest) } else { (&*name, false) };
        let direction = match descending {
            _ if descending == implied => "",
            true => "desc",
            false => "asc",
        };
        self.query.clone().with("order", name).with("order_dir", direction).with("page", "")
    }

    /// The address narrowed by a filter or a search.
    #[must_use]
    pub fn narrowed_by(&self, name: &str, text: &str) -> Query {
        self.query.clone().with(name, text).with("page", "")
    }

    /// Whether something narrows the list.
    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        self.narrowings().next().is_some()
    }

    /// Whether something but the search and the views by status does; that shows as chips.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        self.narrowings().any(|name| name != "fulltext" && !self.is_view(name))
    }

    /// Whether that is a view of its own, as a single status is.
    #[must_use]
    pub fn is_view(&self, name: &str) -> bool {
        name == "state" && !self.query.get(name).contains(',')
    }

    /// The address with nothing that narrows the list.
    #[must_use]
    pub fn widened(&self) -> Query {
        let query = self.query.clone().with("page", "");
        self.narrowings().fold(query, |query, name| query.with(name, ""))
    }

    fn narrowings(&self) -> impl Iterator<Item = &str> {
        self.query.iter().map(|(name, _)| name).filter(|name| !NO_FILTERS.contains(name))
    }

    /// The number of the page, from 1.
    #[must_use]
    pub fn page(&self) -> u64 {
        self.query.get("page").parse().unwrap_or(1).max(1)
    }

    /// Records on a page.
    #[must_use]
    pub fn per_page(&self) -> u32 {
        self.query.get("per_page").parse().unwrap_or(PER_PAGE)
    }

    /// What the server is asked for: the query of the address with the columns that are shown or needed by them.
    #[must_use]
    pub fn request(&self) -> Query {
        let mut keys = vec![Key::Id, lead(self.resource)];
        let mut add = |key: Key| {
            if self.resource.field(key).is_some_and(Field::is_column) && !keys.contains(&key) {
                keys.push(key);
            }
        };
        // So that a value that is edited in place is not written over a newer one.
        add(Key::Revision);
        // For the row's own button and, where it is narrow, the line under the name.
        [Key::Paused, Key::State].into_iter().for_each(&mut add);
        if self.is_by_tier() {
            add(Key::Tier);
        }
        if self.is_deleted() {
            add(Key::DeletedAt);
        }
        if self.resource == Resource::Alert {
            // Where it leads, and where it is narrow the line under the name.
            [Key::BuyerGroupId, Key::AlertKind, Key::Message].into_iter().for_each(&mut add);
        }
        for column in self.columns() {
            add(column.field.key);
            limit_of(column.field.key).into_iter().for_each(&mut add);
        }
        let query = self.ordered(self.with_columns(&keys));
        if self.resource == Resource::BuyerGroup { query.with("summary", "true") } else { query }
    }

    /// With the order spelt out, as the server's own is another.
    fn ordered(&self, query: Query) -> Query {
        let (by, descending) = self.order();
        query.with("order", &by.key.order_name()).with("order_dir", if descending { "desc" } else { "" })
    }

    /// Where the CSV file of what is shown is: these columns, all pages.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut keys = vec![Key::Id];
        for column in self.columns() {
            keys.extend([Some(column.field.key), limit_of(column.field.key)].into_iter().flatten());
        }
        let most = MOST_IN_CSV.to_string();
        let query = self.ordered(self.with_columns(&keys)).with("per_page", &most).with("page", "");
        format!("/api/v1/{}.csv?{query}", self.resource.plural())
    }
}

/// The column that leads to the record.
#[must_use]
pub const fn lead(resource: Resource) -> Key {
    match resource {
        Resource::Call => Key::CallerNumber,
        Resource::Alert => Key::BuyerGroupName,
        _ => Key::Name,
    }
}

/// The limit that stands beside what is used, as one column.
#[must_use]
pub fn limit_of(used: Key) -> Option<Key> {
    match used {
        Key::Used(metric, window) => Some(Key::Limit(metric, window)),
        Key::ConcurrencyCapUsed => Some(Key::ConcurrencyCapLimit),
        _ => None,
    }
}

/// The fields that a list can be sorted by; of two with the same label the first.
pub fn orders(resource: Resource) -> impl Iterator<Item = &'static Field> {
    let sortable = |field: &&Field| field.order != Order::No;
    let fields = resource.fields().iter().filter(sortable);
    fields.filter(move |field| {
        let first = resource.fields().iter().filter(sortable).find(|other| other.label == field.label);
        first.is_some_and(|first| first.key == field.key)
    })
}

/// What a column is sorted by, when it can be.
#[must_use]
pub fn order_of(resource: Resource, column: &Field) -> Option<Key> {
    let same = |field: &&Field| field.key == column.key || field.label == column.label;
    orders(resource).find(same).map(|field| field.key)
}

/// Everything that can be a column.
pub fn all_columns(resource: Resource) -> impl Iterator<Item = &'static Field> {
    resource.fields().iter().filter(|field| field.column != Column::No)
}

/// The heading of a column: what is counted needs no "number of" there, and the switch of a buyer shows as its status.
#[must_use]
pub fn heading(resource: Resource, field: &Field) -> String {
    if (resource, field.key) == (Resource::Buyer, Key::Paused) {
        return "Status".to_owned();
    }
    match field.label.strip_prefix("Number of ") {
        Some(counted) => [&counted[..1].to_ascii_uppercase(), &counted[1..]].concat(),
        None => field.label.to_string(),
    }
}

/// "group", "buyer", "offer": what the list calls one of its records.
#[must_use]
pub const fn noun(resource: Resource) -> &'static str {
    if matches!(resource, Resource::BuyerGroup) { "group" } else { resource.noun() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(search: &str) -> View {
        View { resource: Resource::BuyerGroup, query: Query::parse(search) }
    }

    fn names(view: &View) -> Vec<&'static str> {
        view.columns().iter().map(|column| column.field.name).collect()
    }

    #[test]
    fn the_plain_list_of_groups_is_the_routing_order() {
        let view = groups("");
        assert!(view.is_by_tier());
        assert!(!names(&view).contains(&"tier"));
        assert!(names(&groups("order=name")).contains(&"tier"));
        assert!(!groups("order=name").is_by_tier());
    }

    #[test]
    fn only_the_columns_that_are_shown_are_fetched_and_each_with_its_limit() {
        let request = groups("columns=attempt_daily_used,updated_at&state=paused&order=tier").request();
        assert_eq!(
            request.get("columns"),
            "id,name,revision,paused,state,attempt_daily_used,attempt_daily_limit,updated_at"
        );
        assert_eq!(request.get("state"), "paused");
        assert_eq!(request.get("order"), "tier");
    }

    #[test]
    fn every_column_list_of_ours_stands_in_the_field_table() {
        for (resource, columns) in [
            (Resource::BuyerGroup, GROUPS),
            (Resource::Buyer, BUYERS),
            (Resource::Offer, OFFERS),
            (Resource::Call, CALLS),
            (Resource::Alert, ALERTS),
        ] {
            for (key, _) in columns {
                assert!(resource.field(*key).is_some_and(Field::is_column), "{key:?} of {resource:?}");
            }
        }
    }

    #[test]
    fn the_name_is_always_first_and_a_column_never_twice() {
        assert_eq!(names(&groups("columns=weight,name,weight,nonsense,uuid")), ["name", "weight", "uuid"]);
    }

    #[test]
    fn calls_stand_from_the_latest_on_and_are_led_to_by_their_number() {
        let view = View { resource: Resource::Call, query: Query::parse("columns=revenue") };
        assert_eq!(names(&view), ["caller_number", "revenue"]);
        let request = view.request();
        assert_eq!((request.get("order"), request.get("order_dir")), ("created_at", "desc"));
        assert_eq!(request.get("columns"), "id,caller_number,revision,revenue");
    }

    #[test]
    fn all_66_columns_and_those_beyond_can_be_chosen() {
        let standard = all_columns(Resource::BuyerGroup).filter(|field| field.column == Column::Standard);
        assert_eq!(standard.count(), 66);
        assert!(all_columns(Resource::BuyerGroup).any(|field| field.key == Key::Eligibility));
    }

    #[test]
    fn a_count_is_headed_by_what_it_counts() {
        let heading = |key| Resource::BuyerGroup.field(key).map(|field| heading(Resource::BuyerGroup, field));
        assert_eq!(heading(Key::BuyersCount).as_deref(), Some("Buyers"));
        assert_eq!(heading(Key::Weight).as_deref(), Some("Weight"));
    }

    #[test]
    fn sorting_starts_again_at_the_first_page() {
        let view = groups("page=3&tier=1");
        assert_eq!(view.sorted_by(Key::Weight, true).to_string(), "tier=1&order=weight&order_dir=desc");
        assert_eq!(groups("order=weight&order_dir=desc").sorted_by(Key::Routing, false).to_string(), "");
        let used = Key::Used(Metric::Attempt, Window::Daily);
        assert_eq!(view.sorted_by(used, false).get("order"), "call_limits.attempt_daily_used");
    }

    #[test]
    fn no_two_orders_have_the_same_label() {
        let labels: Vec<_> = orders(Resource::BuyerGroup).map(|field| &field.label).collect();
        let mut unique = labels.clone();
        unique.sort();
        unique.dedup();
        assert_eq!(labels.len(), unique.len());
        let live = Resource::BuyerGroup.field(Key::ConcurrencyCapUsed).expect("it is in the table");
        assert_eq!(order_of(Resource::BuyerGroup, live), Some(Key::InProgressCount));
    }

    #[test]
    fn what_narrows_can_be_cleared_and_all_else_stays() {
        let view = groups("fulltext=auto&state=paused&order=name&columns=tier&page=2");
        assert!(view.is_narrowed());
        assert_eq!(view.widened().to_string(), "order=name&columns=tier");
        assert!(!groups("order=name").is_narrowed());
    }

    #[test]
    fn a_status_alone_is_a_view_and_all_other_filters_are_chips() {
        assert!(!groups("state=paused&fulltext=auto&order=name&deleted=true").is_filtered());
        assert!(groups("state=paused,near_cap").is_filtered());
        assert!(groups("weight_from=2").is_filtered());
    }

    #[test]
    fn what_was_deleted_stands_from_the_latest_on_and_says_when_and_by_whom() {
        let view = groups("deleted=true");
        assert_eq!(names(&view), ["name", "deleted_at", "deleted_by", "created_at"]);
        let request = view.request();
        assert_eq!((request.get("order"), request.get("order_dir")), ("deleted_at", "desc"));
        assert_eq!(view.sorted_by(Key::DeletedAt, false).to_string(), "deleted=true&order_dir=asc");
        assert_eq!(view.sorted_by(Key::Name, false).to_string(), "deleted=true&order=name");
        assert!(!groups("deleted=true&order_dir=asc").order().1);
        assert!(!view.is_narrowed() && !view.is_by_tier());
    }

    #[test]
    fn the_file_has_the_columns_that_are_shown_and_all_pages() {
        let csv = groups("columns=attempt_daily_used&page=2&per_page=50&tier=1").csv();
        assert_eq!(
            csv,
            "/api/v1/buyer_groups.csv?columns=id,name,attempt_daily_used,attempt_daily_limit&per_page=100000&tier=1\
             &order=routing"
        );
    }
}
