//! What must hold for any text at all: parse ∘ print = identity, and a value or a reason, never a panic.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use domain::{
    Change, Civil, Decimal, Id, Input, Instant, Intent, Kind, ListQuery, Params, Resource, TimeZone,
};
use domain::{Format, Value, WrittenDate, ZoneNames, Zones, check};
use proptest::prelude::*;

/// One zone, five hours behind UTC, whatever its name, if that has a slash.
struct OneZone;

impl ZoneNames for OneZone {
    fn canonical(&self, name: &str) -> Option<String> {
        name.contains('/').then(|| name.to_owned())
    }
}

impl Zones for OneZone {
    fn offset_at(&self, _: &str, _: Instant) -> i32 {
        -5 * 3600
    }

    fn instants(&self, _: &str, civil: Civil) -> (Instant, Instant) {
        (civil.at_offset(-5 * 3600), civil.at_offset(-5 * 3600))
    }
}

const RESOURCES: [Resource; 4] = [Resource::BuyerGroup, Resource::Buyer, Resource::Offer, Resource::Company];

/// Any input, and those that come close to what fields take.
fn input() -> impl Strategy<Value = Input> {
    let leaf = prop_oneof![
        Just(Input::Null),
        any::<bool>().prop_map(Input::Bool),
        "-?[0-9]{1,13}(\\.[0-9]{0,6})?([eE][+-]?[0-9]{1,3})?".prop_map(Input::Number),
        any::<String>().prop_map(Input::Text),
        "[0-9$,. +O-]{0,12}".prop_map(Input::Text),
        "[a-z.]{1,8}@[a-z.-]{1,12}".prop_map(Input::Text),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Input::List),
            prop::collection::vec((any::<String>(), inner), 0..3).prop_map(Input::Map),
        ]
    })
}

fn decimal() -> impl Strategy<Value = Decimal> {
    (-999_999_999_999_999_i64..=999_999_999_999_999).prop_map(|units| Decimal::from_units(units).unwrap())
}

proptest! {
    #[test]
    fn a_decimal_reads_what_it_prints(decimal in decimal()) {
        prop_assert_eq!(decimal.to_string().parse(), Ok(decimal));
        prop_assert_eq!(Decimal::from_f64(decimal.to_f64()), Some(decimal));
        let json = serde_json::to_string(&decimal).unwrap();
        prop_assert_eq!(json.parse(), Ok(decimal));
    }

    #[test]
    fn a_decimal_is_read_exactly_or_refused(text in "[+-]?[0-9]{0,14}(\\.[0-9]{0,7})?([eE][+-]?[0-9]{1,2})?") {
        if let Ok(decimal) = text.parse::<Decimal>() {
            // The nearest double of the text is the nearest double of what was read.
            let double: f64 = text.parse().unwrap();
            prop_assert!((double - decimal.to_f64()).abs() < 1e-9 * double.abs().max(1e-9), "{} {}", text, decimal);
        }
    }

    #[test]
    fn an_instant_reads_what_it_prints(ms in -62_135_596_800_000_i64..=253_402_300_799_999) {
        let instant = Instant::from_ms(ms);
        prop_assert_eq!(Instant::parse(&instant.to_string()), Some(instant));
    }

    #[test]
    fn civil_time_and_instants_are_two_views_of_one(ms in -62_000_000_000_000_i64..=253_000_000_000_000, offset in -64_800..=64_800) {
        let instant = Instant::from_ms(ms);
        prop_assert_eq!(instant.civil(offset).at_offset(offset), instant);
    }

    #[test]
    fn an_id_reads_what_it_prints(number in 1_i64..(1 << 53)) {
        let id = Id::new(number).unwrap();
        prop_assert_eq!(Id::parse(&id.to_string()), Some(id));
    }

    #[test]
    fn any_text_is_a_date_or_none(text in any::<String>(), near in "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[ T]?[0-9:. +-]{0,16}") {
        let _ = WrittenDate::parse(&text);
        let _ = WrittenDate::parse(&near);
    }

    #[test]
    fn any_text_is_a_time_zone_or_refused(text in any::<String>()) {
        let _ = TimeZone::parse(&text, &OneZone);
    }

    #[test]
    fn any_input_is_a_value_of_its_field_or_a_reason(input in input()) {
        for resource in RESOURCES {
            for field in resource.writable() {
                if let Err(message) = check(field, &input, &OneZone) {
                    prop_assert!(!message.is_empty());
                    prop_assert!(!message.ends_with('.'), "{}", message);
                }
                let _ = field.kind.read(&input);
            }
        }
    }

    /// What a field shows, it takes: the text of an input and a cell of CSV can be sent back.
    #[test]
    fn a_value_reads_what_it_prints(input in input()) {
        for field in Resource::BuyerGroup.writable() {
            if let Ok(Some(value)) = check(field, &input, &OneZone) {
                let again = check(field, &Input::Text(value.to_string()), &OneZone);
                let holds_a_comma = value.as_texts().iter().any(|text| text.contains(','));
                if !value.is_blank() && !holds_a_comma {
                    prop_assert_eq!(again, Ok(Some(value)), "{}", field.name);
                }
            }
        }
    }

    /// What the server sends, the browser reads.
    #[test]
    fn json_is_read_back_as_it_was(input in input()) {
        for field in Resource::BuyerGroup.writable() {
            if let Ok(Some(value)) = check(field, &input, &OneZone) {
                let json = serde_json::to_string(&value).unwrap();
                let sent: Input = serde_json::from_str(&json).unwrap();
                prop_assert_eq!(field.kind.read(&sent), value, "{}", field.name);
            }
        }
    }

    #[test]
    fn any_parameters_are_a_change_or_violations(pairs in prop::collection::vec(("(name|tier|weight|buyer_ids|paused|[a-z_]{0,12}) ?", input()), 0..8)) {
        let params: Params = pairs.into_iter().collect();
        for resource in RESOURCES {
            for intent in [Intent::Create, Intent::Update] {
                if let Err(violations) = Change::parse(resource, intent, &params, &[], &OneZone) {
                    prop_assert!(!violations.is_empty());
                }
            }
        }
    }

    #[test]
    fn any_list_parameters_are_a_query_or_violations(pairs in prop::collection::vec(("(page|per_page|order|columns|created_at_to|time_zone|cursor|tier|state)", input()), 0..6)) {
        let params: Params = pairs.into_iter().collect();
        for format in [Format::Json, Format::Csv] {
            if let Ok(query) = ListQuery::parse(Resource::BuyerGroup, &params, format, "Etc/UTC", &OneZone) {
                prop_assert!(query.per_page >= 1);
            }
        }
    }
}

/// Thousands of digits are judged in the time that they take to read.
#[test]
fn long_numbers_do_no_harm() {
    let long = "9".repeat(1_000_000);
    assert!(Kind::Decimal.parse(&Input::Number(long), &OneZone).is_err());
    assert!(Kind::Decimal.parse(&Input::Number(format!("1e{}", i32::MAX)), &OneZone).is_err());
    assert!(Kind::Decimal.parse(&Input::Number(format!("1e-{}", i32::MAX)), &OneZone).is_err());
    assert_eq!(Kind::Decimal.parse(&"0e-2147483648".into(), &OneZone), Ok(Value::Decimal(Decimal::ZERO)));
}
