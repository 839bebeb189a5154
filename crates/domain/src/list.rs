//! [`ListQuery`]: what a list is asked for (the parameters of `GET /api/v1/buyer_groups`).

use crate::field::{Field, Key, Order};
use crate::filter::{Filter, FilterBy, Test};
use crate::instant::{Civil, Instant, WrittenDate};
use crate::kind::{self, Kind};
use crate::params::Params;
use crate::resource::Resource;
use crate::time_zone::{TimeZone, ZoneNames, Zones};
use crate::value::{Input, Value};
use crate::violation::Violation;

/// Records on a page when nothing is asked.
pub const PER_PAGE: u32 = 25;
/// The most records on a page of JSON.
pub const MOST_PER_PAGE: u32 = 1_000;
/// The most records in a CSV file.
pub const MOST_IN_CSV: u32 = 100_000;

/// The form in which records leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// JSON.
    Json,
    /// CSV (RFC 4180); lists only.
    Csv,
}

/// Which part of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paging {
    /// The page with that number, from 1.
    Page(u32),
    /// What follows that id; -1 starts, 0 is the end.
    Cursor(i64),
}

/// One narrowing of the list, by one of its filters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Narrowing {
    /// What is compared.
    pub by: FilterBy,
    /// How.
    pub test: Test,
    /// With these; all tests but [`Test::AnyOf`] have one.
    pub values: Vec<Value>,
}

/// What a list is asked for, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListQuery {
    /// Of which records.
    pub resource: Resource,
    /// The columns to send, in the order asked.
    pub columns: Vec<Key>,
    /// What it is sorted by; the id breaks ties, in the same direction.
    pub order: Key,
    /// From the largest down.
    pub descending: bool,
    /// Which part.
    pub paging: Paging,
    /// How many records at most.
    pub per_page: u32,
    /// Made at this instant or later.
    pub created_from: Option<Instant>,
    /// Made at this instant or earlier.
    pub created_to: Option<Instant>,
    /// A part of one of the searched texts, in lower case.
    pub fulltext: Option<String>,
    /// All of these.
    pub narrowings: Vec<Narrowing>,
    /// The deleted records instead of the others.
    pub deleted: bool,
    /// With a root node and metadata.
    pub root: bool,
    /// With counts for each state and tier.
    pub summary: bool,
}

/// The parameters of every list: name and rule. Filters come on top, by resource.
pub const PARAMS: &[(&str, &str)] = &[
    ("page", "Return this page of results. Must be a number, 1 or more."),
    (
        "per_page",
        "How many results to return per page; 25 by default, at most 1,000 (CSV: 100,000). Must be a number.",
    ),
    ("created_at_from", "Made at this time or later. A date formatted like 2016-01-01 12:25:15 -0500."),
    ("created_at_to", "Made at this time or earlier. A date formatted like 2016-01-01 12:25:15 -0500."),
    ("fulltext", "Search for any record that matches this text."),
    ("time_zone", "Date ranges will be parsed using this time zone."),
    ("columns", "The columns to return, with commas between them. Limiting them makes the answer faster."),
    ("root", "Pass root=false to return results without a root node and metadata. Must be a boolean value."),
    ("order", "Sort results by this field."),
    ("order_dir", "Sort results in ascending or descending order. Must be one of: desc, asc."),
];

/// The rule of a date that a list is narrowed by.
pub const DATE_RULE: &str = "A date formatted like 2016-01-01 12:25:15 -0500.";

/// The parameters of every list that the API document does not have.
pub const EXTENSION_PARAMS: &[(&str, &str)] = &[
    (
        "cursor",
        "-1 starts a walk through all records by id; metadata.next_cursor continues it, 0 ends it. Not with page or order.",
    ),
    ("deleted", "Pass deleted=true for the deleted records instead. Must be a boolean value."),
];

/// The parameter that adds counts for each state and tier; of buyer groups only.
pub const SUMMARY_PARAM: (&str, &str) =
    ("summary", "Pass summary=true for metadata.states and metadata.tiers. Must be a boolean value.");

impl ListQuery {
    /// Reads the parameters. `company_zone` is the IANA zone in which dates without one are read.
    ///
    /// # Errors
    /// Every broken rule at once.
    pub fn parse(
        resource: Resource,
        params: &Params,
        format: Format,
        company_zone: &str,
        zones: &dyn Zones,
    ) -> Result<Self, Vec<Violation>> {
        let mut faults = Faults::default();
        let text = |name: &str| params.get(name).filter(|input| !input.is_blank());
        let most = if format == Format::Csv { MOST_IN_CSV } else { MOST_PER_PAGE };

        let per_page =
            faults.keep("per_page", "Per page", text("per_page").map(|input| per_page(input, most)));
        let page = faults.keep("page", "Page", text("page").map(page));
        let cursor = faults.keep("cursor", "Cursor", text("cursor").map(cursor));
        let order = faults.keep("order", "Order", text("order").map(|input| order(resource, input)));
        let descending = faults.keep("order_dir", "Order direction", text("order_dir").map(direction));
        if cursor.is_some() && (text("page").is_some() || text("order").is_some()) {
            faults.push("cursor", "Cursor", "must not come together with page or order");
        }
        let zone = faults.keep("time_zone", "Time zone", text("time_zone").map(|input| zone(input, zones)));
        let zone = zone.as_ref().map_or(company_zone, TimeZone::iana);
        let date = |name: &str, end: End| text(name).map(|input| date(input, end, zone, zones));
        let created_from = faults.keep("created_at_from", "Created from", date("created_at_from", End::From));
        let created_to = faults.keep("created_at_to", "Created to", date("created_at_to", End::To));
        let named = |name: &str| text(name).filter(|input| !words(input).is_empty());
        let columns =
            faults.keep("columns", "Columns", named("columns").map(|input| columns(resource, input)));
        let boolean = |name: &str| text(name).map(kind::boolean);
        let root = faults.keep("root", "Root", boolean("root"));
        let deleted = faults.keep("deleted", "Deleted", boolean("deleted"));
        let summary = faults.keep("summary", "Summary", boolean("summary"));

        let mut narrowings = Vec::new();
        for (name, input) in params.iter().filter(|(_, input)| !input.is_blank()) {
            // There are far more filters than parameters.
            let Some(filter) = filter_named(resource, name) else { continue };
            let values = compared(filter, input, zone, zones);
            if let Some(values) =
                faults.keep(filter.name, filter.label, Some(values)).filter(|v| !v.is_empty())
            {
                narrowings.push(Narrowing { by: filter.by, test: filter.test, values });
            }
        }
        faults.into_result(Self {
            resource,
            columns: columns.unwrap_or_else(|| resource.standard_columns().map(|field| field.key).collect()),
            order: order.unwrap_or(Key::Id),
            // Of alerts the newest come first.
            descending: descending.unwrap_or(resource == Resource::Alert && cursor.is_none()),
            paging: cursor.map_or(Paging::Page(page.unwrap_or(1)), Paging::Cursor),
            per_page: per_page.unwrap_or(PER_PAGE),
            created_from,
            created_to,
            fulltext: text("fulltext").and_then(Input::as_text).map(|text| text.trim().to_lowercase()),
            narrowings,
            deleted: deleted.unwrap_or(false),
            root: root.unwrap_or(true),
            summary: summary.unwrap_or(false) && resource == Resource::BuyerGroup,
        })
    }

    /// Reads the `columns` and `root` of a request for one record.
    ///
    /// # Errors
    /// Every broken rule at once.
    pub fn parse_one(resource: Resource, params: &Params) -> Result<(Vec<Key>, bool), Vec<Violation>> {
        let mut faults = Faults::default();
        let text = |name: &str| params.get(name).filter(|input| !input.is_blank());
        let named = text("columns").filter(|input| !words(input).is_empty());
        let keys = faults.keep("columns", "Columns", named.map(|input| columns(resource, input)));
        let root = faults.keep("root", "Root", text("root").map(kind::boolean));
        let keys = keys.unwrap_or_else(|| resource.standard_columns().map(|field| field.key).collect());
        faults.into_result((keys, root.unwrap_or(true)))
    }
}

/// Gathers violations while parsing goes on.
#[derive(Default)]
pub(crate) struct Faults(Vec<Violation>);

impl Faults {
    fn push(&mut self, name: &str, label: &str, message: impl Into<String>) {
        self.0.push(Violation::new(name, label, message));
    }

    pub(crate) fn keep<T>(
        &mut self,
        name: &str,
        label: &str,
        parsed: Option<Result<T, String>>,
    ) -> Option<T> {
        match parsed? {
            Ok(value) => Some(value),
            Err(message) => {
                self.push(name, label, message);
                None
            }
        }
    }

    pub(crate) fn into_result<T>(self, value: T) -> Result<T, Vec<Violation>> {
        if self.0.is_empty() { Ok(value) } else { Err(self.0) }
    }
}

/// Below 0 is as wrong as 0, and beyond the largest there is nothing either way.
fn number(input: &Input) -> Result<u32, String> {
    let number = kind::decimal(input).ok().filter(|number| number.is_whole());
    let number = number.map(crate::Decimal::trunc).ok_or_else(|| "must be a number".to_owned())?;
    Ok(u32::try_from(number.max(0)).unwrap_or(u32::MAX))
}

pub(crate) fn page(input: &Input) -> Result<u32, String> {
    number(input).and_then(|page| if page >= 1 { Ok(page) } else { Err("must be 1 or more".to_owned()) })
}

/// Never clamped: a client that gets fewer records than it asked for takes them for the last.
pub(crate) fn per_page(input: &Input, most: u32) -> Result<u32, String> {
    match number(input)? {
        per_page if (1..=most).contains(&per_page) => Ok(per_page),
        _ => Err(format!("must be from 1 to {most}")),
    }
}

fn cursor(input: &Input) -> Result<i64, String> {
    let number = input.as_text().and_then(|text| text.trim().parse().ok());
    number.filter(|number| *number >= -1).ok_or_else(|| "must be -1 or a next_cursor".to_owned())
}

fn order(resource: Resource, input: &Input) -> Result<Key, String> {
    let name = input.as_text().unwrap_or_default().trim();
    let sortable = || resource.fields().iter().filter(|field| field.order != Order::No);
    sortable().find(|field| field.key.order_name() == name).map(|field| field.key).ok_or_else(|| {
        let names: Vec<String> = sortable().map(|field| field.key.order_name().into_owned()).collect();
        format!("must be one of: {}", names.join(", "))
    })
}

fn direction(input: &Input) -> Result<bool, String> {
    match input.as_text().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "desc" => Ok(true),
        "asc" => Ok(false),
        _ => Err("must be one of: desc, asc".to_owned()),
    }
}

fn zone(input: &Input, zones: &dyn Zones) -> Result<TimeZone, String> {
    TimeZone::parse(input.as_text().unwrap_or_default(), zones)
}

/// Which end of a range of dates; both are inclusive (COMPATIBILITY.md 15).
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    From,
    To,
}

/// Reads one moment as a list reads the start of a range: in `zone` (IANA) where it has none itself.
///
/// # Errors
/// The broken rule, as the rest of a sentence.
pub fn moment(input: &Input, zone: &str, zones: &dyn Zones) -> Result<Instant, String> {
    date(input, End::From, zone, zones)
}

fn date(input: &Input, end: End, zone: &str, zones: &dyn Zones) -> Result<Instant, String> {
    const LAST_MS_OF_DAY: i64 = 86_399_999;
    let written = input.as_text().and_then(WrittenDate::parse);
    let written =
        written.ok_or_else(|| "must be a date formatted like 2016-01-01 12:25:15 -0500".to_owned())?;
    let start_or_end = if end == End::To { LAST_MS_OF_DAY } else { 0 };
    let civil = Civil { date: written.date, ms_of_day: written.ms_of_day.unwrap_or(start_or_end) };
    if let Some(offset) = written.offset {
        return Ok(civil.at_offset(offset));
    }
    let (earlier, later) = zones.instants(zone, civil);
    Ok(if end == End::From { earlier } else { later })
}

/// The texts of a list, or of one text with commas; blanks around them are fine.
fn words(input: &Input) -> Vec<String> {
    let split = |text: &str| text.split(',').map(|word| word.trim().to_owned()).collect::<Vec<_>>();
    let words = match input {
        Input::List(items) => items.iter().filter_map(Input::as_text).flat_map(split).collect(),
        other => other.as_text().map(split).unwrap_or_default(),
    };
    words.into_iter().filter(|word| !word.is_empty()).collect()
}

fn columns(resource: Resource, input: &Input) -> Result<Vec<Key>, String> {
    let mut keys = Vec::new();
    for name in words(input) {
        let Some(field) = resource.field_named(&name).filter(|field| field.is_column()) else {
            return Err(unknown_column(resource, &name));
        };
        if !keys.contains(&field.key) {
            keys.push(field.key);
        }
    }
    Ok(keys)
}

fn unknown_column(resource: Resource, name: &str) -> String {
    let columns = resource.fields().iter().filter(|field| field.is_column());
    let nearest = columns.min_by_key(|field| distance(field.name, name)).map_or("", |field| field.name);
    let of = resource.heading().to_lowercase();
    format!("must be columns of {of}: “{name}” is not one; the nearest is {nearest}")
}

/// How many letters must be put in, taken out or replaced to get from one word to the other (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in other.chars().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

pub(crate) fn any_of(input: &Input, kind: Kind, zones: &dyn ZoneNames) -> Result<Vec<Value>, String> {
    words(input).into_iter().map(|word| kind.parse(&Input::Text(word), zones)).collect()
}

/// The values that a filter compares with; none when only blanks and commas were sent.
fn compared(filter: &Filter, input: &Input, zone: &str, zones: &dyn Zones) -> Result<Vec<Value>, String> {
    let one = |value: Result<Value, String>| value.map(|value| vec![value]);
    match (filter.test, filter.kind) {
        (Test::AnyOf, kind) => any_of(input, kind, zones),
        (Test::From, Kind::Instant) => one(date(input, End::From, zone, zones).map(Value::Instant)),
        (Test::To, Kind::Instant) => one(date(input, End::To, zone, zones).map(Value::Instant)),
        (Test::From | Test::To | Test::Contains | Test::Blank, kind) => one(kind.parse(input, zones)),
    }
}

/// Whether a parameter belongs to every list.
pub(crate) fn is_own_param(name: &str) -> bool {
    PARAMS.iter().chain(EXTENSION_PARAMS).chain([&SUMMARY_PARAM]).any(|(own, _)| *own == name)
}

fn filter_named(resource: Resource, name: &str) -> Option<&'static Filter> {
    resource.filters().iter().find(|filter| filter.name == name)
}

/// Whether a list of that resource takes a parameter.
#[must_use]
pub fn is_list_param(resource: Resource, name: &str) -> bool {
    is_own_param(name) || filter_named(resource, name).is_some()
}

/// The fields that lists can be sorted by.
pub fn sortable(resource: Resource) -> impl Iterator<Item = &'static Field> {
    resource.fields().iter().filter(|field| field.order != Order::No)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every zone is five hours behind UTC, and has two instants for each time of day at 2:30.
    struct FiveHoursBehind;
    impl ZoneNames for FiveHoursBehind {
        fn canonical(&self, name: &str) -> Option<String> {
            name.contains('/').then(|| name.to_owned())
        }
    }
    impl Zones for FiveHoursBehind {
        fn offset_at(&self, _: &str, _: Instant) -> i32 {
            -5 * 3600
        }
        fn instants(&self, _: &str, civil: Civil) -> (Instant, Instant) {
            let first = civil.at_offset(-5 * 3600);
            let doubled = civil.ms_of_day == 9_000_000;
            (first, if doubled { first.plus_ms(3_600_000) } else { first })
        }
    }

    fn parse(pairs: &[(&str, &str)]) -> Result<ListQuery, Vec<Violation>> {
        let params: Params = pairs.iter().map(|&(name, text)| (name, Input::from(text))).collect();
        ListQuery::parse(Resource::BuyerGroup, &params, Format::Json, "Etc/UTC", &FiveHoursBehind)
    }

    fn fault(pairs: &[(&str, &str)]) -> String {
        parse(pairs).unwrap_err().iter().map(Violation::sentence).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn nothing_asked_is_the_first_25_by_id_with_the_66_columns() {
        let query = parse(&[]).unwrap();
        assert_eq!((query.order, query.descending, query.per_page), (Key::Id, false, 25));
        assert_eq!(query.columns.len(), 66);
        assert_eq!(query.paging, Paging::Page(1));
    }

    #[test]
    fn pages_are_never_clamped() {
        assert_eq!(fault(&[("per_page", "1001")]), "Per page must be from 1 to 1000.");
        assert_eq!(fault(&[("page", "0")]), "Page must be 1 or more.");
        assert_eq!(fault(&[("page", "x")]), "Page must be a number.");
        assert_eq!(
            fault(&[("cursor", "-1"), ("page", "1")]),
            "Cursor must not come together with page or order."
        );
    }

    #[test]
    fn an_unknown_column_names_the_nearest() {
        assert_eq!(
            fault(&[("columns", "id, nmae")]),
            "Columns must be columns of buyer groups: “nmae” is not one; the nearest is name."
        );
        assert_eq!(parse(&[("columns", " tier , id,tier")]).unwrap().columns, [Key::Tier, Key::Id]);
    }

    #[test]
    fn dates_are_inclusive_at_both_ends() {
        let query = parse(&[("created_at_from", "2016-01-01"), ("created_at_to", "2016-01-01")]).unwrap();
        assert_eq!(query.created_from.unwrap().to_string(), "2016-01-01T05:00:00.000+00:00");
        assert_eq!(query.created_to.unwrap().to_string(), "2016-01-02T04:59:59.999+00:00");
        let query =
            parse(&[("created_at_from", "2016-01-01 2:30"), ("created_at_to", "2016-01-01 2:30")]).unwrap();
        assert_eq!(query.created_to.unwrap().ms() - query.created_from.unwrap().ms(), 3_600_000);
        let query = parse(&[("created_at_from", "2016-01-01 12:25:15 -0500")]).unwrap();
        assert_eq!(query.created_from.unwrap().to_string(), "2016-01-01T17:25:15.000+00:00");
    }

    #[test]
    fn filters_take_several_values() {
        let query = parse(&[("tier", "1, 2.5"), ("state", "paused,maxed_out")]).unwrap();
        assert_eq!(query.narrowings.len(), 2);
        assert_eq!(query.narrowings[1].values.len(), 2);
        assert!(fault(&[("state", "asleep")]).starts_with("Status must be one of: taking_calls"));
    }

    #[test]
    fn columns_are_compared_by_their_kind() {
        let query = parse(&[
            ("weight_from", "1.5"),
            ("updated_at_to", "2016-01-01"),
            ("name_contains", " West, "),
            ("attempt_daily_limit_blank", "yes"),
        ]);
        let narrowings = query.unwrap().narrowings;
        let tests: Vec<Test> = narrowings.iter().map(|narrowing| narrowing.test).collect();
        assert_eq!(tests, [Test::From, Test::To, Test::Contains, Test::Blank]);
        let shown: Vec<String> = narrowings.iter().map(|narrowing| narrowing.values[0].to_string()).collect();
        assert_eq!(shown, ["1.5", "2016-01-02T04:59:59.999+00:00", "West,", "true"]);
        assert_eq!(fault(&[("weight_to", "x")]), "Weight must be a decimal number.");
        assert_eq!(
            fault(&[("paused_at_from", "1")]),
            "Paused at must be a date formatted like 2016-01-01 12:25:15 -0500."
        );
        assert_eq!(
            fault(&[("attempt_daily_limit_blank", "5")]),
            "Daily attempt limit must be a boolean value: 1, true, yes, on, 0, false, no, off."
        );
    }

    #[test]
    fn a_list_of_nothing_is_as_good_as_none() {
        let query = parse(&[("columns", ","), ("state", " , "), ("tier", ",")]).unwrap();
        assert!(query.narrowings.is_empty());
        assert_eq!(query.columns, parse(&[]).unwrap().columns);
        let params: Params = [("columns", Input::from(","))].into_iter().collect();
        assert_eq!(ListQuery::parse_one(Resource::BuyerGroup, &params).unwrap().0, query.columns);
    }

    #[test]
    fn pages_out_of_range_are_told_apart_from_what_is_no_number() {
        assert_eq!(fault(&[("page", "-1")]), "Page must be 1 or more.");
        assert_eq!(fault(&[("page", "one")]), "Page must be a number.");
        assert_eq!(parse(&[("page", "99999999999")]).unwrap().paging, Paging::Page(u32::MAX));
    }

    #[test]
    fn every_order_of_the_document_is_known_and_no_other() {
        assert_eq!(
            parse(&[("order", "call_limits.revenue_daily_used")]).unwrap().order.name(),
            "revenue_daily_used"
        );
        assert!(fault(&[("order", "revenue_daily_used")]).starts_with("Order must be one of: "));
        assert_eq!(fault(&[("order_dir", "up")]), "Order direction must be one of: desc, asc.");
    }
}
