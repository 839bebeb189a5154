//! The field tables as a snapshot, so that a change of one is seen and meant.
//! `UPDATE=1 cargo test -p domain --test fields` writes it anew.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fmt::Write;

use domain::Resource;

#[test]
fn the_field_tables_are_as_recorded() {
    let mut table = String::new();
    for resource in [Resource::BuyerGroup, Resource::Buyer, Resource::Offer, Resource::Company] {
        writeln!(table, "# {}", resource.plural()).unwrap();
        for f in resource.fields() {
            let default = f.default.map_or(String::new(), |default| format!(" default={default}"));
            writeln!(
                table,
                "{}: {:?} {:?} column={:?} param={:?} blank={:?} order={:?}{default} | {}",
                f.name, f.kind, f.section, f.column, f.param, f.blank, f.order, f.label
            )
            .unwrap();
        }
        for filter in resource.filters() {
            writeln!(table, "filter {}: {:?} | {}", filter.name, filter.kind, filter.label).unwrap();
        }
        table.push('\n');
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/fields.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &table).unwrap();
    }
    let recorded = std::fs::read_to_string(path).unwrap();
    for (ours, recorded) in table.lines().zip(recorded.lines()) {
        assert_eq!(ours, recorded, "write the snapshot anew if this is meant: UPDATE=1");
    }
    assert_eq!(table.len(), recorded.len());
}
