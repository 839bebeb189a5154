//! The API document's own lists, held against the field table of buyer groups.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use domain::field::{Blank, Column, Order, Param};
use domain::{Field, Resource, list};

const DOCUMENT: &str = include_str!("fixtures/document.txt");

/// The lines of one list of the document.
fn entries(heading: &str) -> Vec<&'static str> {
    let start = format!("## {heading}\n");
    let (_, rest) = DOCUMENT.split_once(&start).unwrap();
    rest.split("\n\n").next().unwrap().lines().collect()
}

/// Name and rule of each parameter of one list of the document.
fn params(heading: &str) -> Vec<(&'static str, &'static str)> {
    entries(heading).into_iter().map(|line| line.split_once(": ").unwrap()).collect()
}

fn fields() -> &'static [Field] {
    Resource::BuyerGroup.fields()
}

#[test]
fn the_standard_columns_are_the_66_of_the_document_in_its_order() {
    let ours: Vec<&str> = fields().iter().filter(|f| f.column == Column::Standard).map(|f| f.name).collect();
    let documented = entries("Columns");
    assert_eq!(documented.len(), 66);
    assert_eq!(ours, documented);
}

#[test]
fn the_standard_orders_are_the_36_of_the_document() {
    let mut ours: Vec<String> = fields()
        .iter()
        .filter(|f| f.order == Order::Standard)
        .map(|f| f.key.order_name().into_owned())
        .collect();
    let mut documented = entries("Orders");
    assert_eq!(documented.len(), 36);
    ours.sort_unstable();
    documented.sort_unstable();
    assert_eq!(ours, documented);
}

#[test]
fn every_parameter_of_the_list_is_known() {
    let documented: Vec<&str> = params("Parameters of the list").into_iter().map(|(name, _)| name).collect();
    assert_eq!(documented.len(), 10);
    let mut ours: Vec<&str> = list::PARAMS.iter().map(|(name, _)| *name).collect();
    let mut sorted = documented.clone();
    ours.sort_unstable();
    sorted.sort_unstable();
    assert_eq!(ours, sorted);
}

/// Holds the parameters that the field table calls documented against one list of the document.
fn assert_params(heading: &str, count: usize, is_documented: impl Fn(Param) -> bool) {
    let documented = params(heading);
    assert_eq!(documented.len(), count);
    let mut ours: Vec<&str> = fields().iter().filter(|f| is_documented(f.param)).map(|f| f.name).collect();
    let mut names: Vec<&str> = documented.iter().map(|(name, _)| *name).collect();
    ours.sort_unstable();
    names.sort_unstable();
    assert_eq!(ours, names);
    for (name, rule) in documented {
        let field = Resource::BuyerGroup.field_named(name).unwrap();
        if rule.ends_with("Blank Value Allowed") {
            assert_ne!(field.blank, Blank::Refused, "{name}");
        }
        if rule.starts_with("Required") {
            assert!(field.is_required(), "{name}");
        }
    }
}

#[test]
fn post_takes_the_22_parameters_of_the_document() {
    assert_params("Parameters of POST", 22, |param| param == Param::CreateAndUpdate);
}

#[test]
fn put_takes_the_26_parameters_of_the_document() {
    assert_params("Parameters of PUT", 26, |param| matches!(param, Param::CreateAndUpdate | Param::Update));
}

#[test]
fn each_field_stands_in_its_table_once() {
    for resource in [Resource::BuyerGroup, Resource::Buyer, Resource::Offer, Resource::Company] {
        let mut names: Vec<&str> = resource.fields().iter().map(|field| field.name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count, "{}", resource.plural());
    }
}
