//! Filters: each of them on both databases, against the values that the list itself shows.

use std::cmp::Ordering;

use domain::filter::{Filter, FilterBy, Test};
use domain::{Resource, Value};

use crate::lists::many_groups;
use crate::support::{World, on_both};

use Resource::{Buyer, BuyerGroup, Offer};

/// The values of some column, by the id of the record.
type Column = Vec<(String, Value)>;

fn column(world: &World, resource: Resource, filter: &Filter, deleted: &str) -> Column {
    let FilterBy::Field(key) = filter.by else { return Vec::new() };
    let columns = format!("id,{}", key.name());
    let page = world.list(resource, &[("columns", &columns), ("per_page", "1000"), ("deleted", deleted)]);
    // A column that is asked for twice comes once.
    let value = |row: &Vec<Value>| (row[0].to_string(), row.last().unwrap().clone());
    page.rows.iter().map(value).collect()
}

fn compare(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (Value::Int(one), Value::Int(other)) => Some(one.cmp(other)),
        (Value::Decimal(one), Value::Decimal(other)) => Some(one.cmp(other)),
        (Value::Instant(one), Value::Instant(other)) => Some(one.cmp(other)),
        _ => None,
    }
}

fn passes(test: Test, value: &Value, sent: &Value) -> bool {
    match test {
        Test::AnyOf => value == sent,
        Test::From => compare(value, sent).is_some_and(Ordering::is_ge),
        Test::To => compare(value, sent).is_some_and(Ordering::is_le),
        Test::Contains => {
            let lower = |value: &Value| value.as_text().map(str::to_ascii_lowercase);
            lower(value).zip(lower(sent)).is_some_and(|(text, part)| text.contains(&part))
        }
        Test::Blank => Value::Bool(*value == Value::Null) == *sent,
    }
}

/// What to send: some of the values that there are, in capitals and without their ends for a part.
fn samples(test: Test, column: &Column) -> Vec<Value> {
    let mut seen: Vec<Value> = Vec::new();
    for (_, value) in column.iter().filter(|(_, value)| *value != Value::Null) {
        let sample = match (test, value) {
            (Test::Blank, _) => continue,
            (Test::Contains, Value::Text(text)) => {
                let part: String = text.chars().skip(1).take(6).collect();
                Value::Text(part.trim().to_ascii_uppercase())
            }
            (_, value) => value.clone(),
        };
        if !seen.contains(&sample) && !sample.to_string().is_empty() {
            seen.push(sample);
        }
    }
    seen.truncate(4);
    if test == Test::Blank { vec![Value::Bool(true), Value::Bool(false)] } else { seen }
}

#[test]
fn every_filter_finds_what_the_list_shows() {
    on_both(|world| {
        let groups = many_groups(world, 60, 7);
        world
            .update(BuyerGroup, groups[3], &[("external_record_id", "100%_sure!"), ("paused", "1")])
            .unwrap();
        world.update(BuyerGroup, groups[4], &[("external_record_id", "100 sure")]).unwrap();
        for n in 0..6 {
            let (own, phone) = (format!("own-{n}"), format!("+1415555010{n}"));
            let fields = [("name", "Someone"), ("user_buyer_id", &own), ("phone_number", &phone)];
            world.create(Buyer, &fields[..1 + n % 3]);
            let fields = [("name", "Solar"), ("user_offer_id", &own), ("expected_revenue", "12.5")];
            world.create(Offer, &fields[..1 + n % 3]);
        }
        for group in &groups[..5] {
            world.delete(BuyerGroup, *group).unwrap();
        }
        let mut found_some = 0;
        for resource in Resource::LISTED {
            for filter in resource.filters() {
                for deleted in ["false", "true"] {
                    let column = column(world, resource, filter, deleted);
                    for sent in samples(filter.test, &column) {
                        let is_found = |(_, value): &&(String, Value)| passes(filter.test, value, &sent);
                        let expected: Vec<&String> =
                            column.iter().filter(is_found).map(|(id, _)| id).collect();
                        let sent = sent.to_string();
                        let params = [
                            ("columns", "id"),
                            ("per_page", "1000"),
                            ("deleted", deleted),
                            (filter.name, &sent),
                        ];
                        let (found, total) = world.column(resource, &params);
                        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{}={sent}", filter.name);
                        assert_eq!(total, expected.len() as u64);
                        found_some += usize::from(!found.is_empty());
                    }
                }
            }
        }
        assert!(found_some > 300, "{found_some}");
    });
}

#[test]
fn a_part_of_a_text_is_taken_letter_by_letter() {
    on_both(|world| {
        let name = |name: &str| world.create(BuyerGroup, &[("name", name)]).to_string();
        let (percent, other, state) = (name("100%_sure!"), name("100 sure"), name("paused"));
        let found =
            |filter: &str, text: &str| world.column(BuyerGroup, &[("columns", "id"), (filter, text)]).0;
        assert_eq!(found("name_contains", "%_S"), [percent.as_str()]);
        assert_eq!(found("name_contains", "!"), [percent.as_str()]);
        assert_eq!(found("name_contains", "100"), [percent, other]);
        // A name may be that of a state.
        assert_eq!(found("name", "paused"), [state]);
        assert!(found("name_contains", "\\").is_empty());
    });
}

/// The summary counts what a range leaves, and each count leaves its own filter aside.
#[test]
fn a_range_of_tiers_narrows_the_summary_too() {
    on_both(|world| {
        many_groups(world, 60, 3);
        let list = |params: &[(&str, &str)]| world.list(BuyerGroup, params).metadata;
        let narrowed = list(&[("summary", "1"), ("tier_from", "1"), ("tier_to", "2")]);
        assert_eq!(narrowed.total_count, list(&[("tier", "1")]).total_count);
        assert_eq!(narrowed.states.unwrap().all, narrowed.total_count);
        assert_eq!(narrowed.tiers, list(&[("summary", "1")]).tiers);
        let wide = list(&[("summary", "1"), ("weight_from", "2")]);
        assert_eq!(wide.states.unwrap().all, list(&[("weight", "2,3")]).total_count);
    });
}
