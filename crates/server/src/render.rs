//! Records as JSON and as CSV, written straight from their values into one buffer (COMPATIBILITY.md 4, 5, 6, 17).

pub(crate) mod members;
pub(crate) mod trace;

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write as _;
use std::sync::LazyLock;

use domain::api::Metadata;
use domain::{Key, Resource, Value};

use trace::Rendered;

/// `{"status":200,"buyer_groups":[…],"metadata":{…}}`, or the bare array.
pub(crate) fn list(
    resource: Resource,
    columns: &[Key],
    rows: &[Vec<Value>],
    metadata: &Metadata,
    root: bool,
) -> Vec<u8> {
    let names = names(columns);
    let mut out = Vec::with_capacity(256 + rows.len() * columns.len() * 28);
    if root {
        out.extend_from_slice(b"{\"status\":200,\"");
        out.extend_from_slice(resource.plural().as_bytes());
        out.extend_from_slice(b"\":");
    }
    out.push(b'[');
    for (index, row) in rows.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        object(&mut out, &names, row);
    }
    out.push(b']');
    if root {
        out.extend_from_slice(b",\"metadata\":");
        json(&mut out, metadata);
        out.push(b'}');
    }
    out
}

/// `{"status":200,"buyer_group":{…}}`, or the bare object. `more` stands in the object after the columns.
pub(crate) fn one(
    resource: Resource,
    columns: &[Key],
    row: &[Value],
    more: &[Rendered],
    status: u16,
    root: bool,
) -> String {
    let length = more.iter().map(|(name, json)| name.len() + json.len() + 4).sum::<usize>();
    let mut out = Vec::with_capacity(64 + columns.len() * 28 + length);
    if root {
        let _ = write!(out, "{{\"status\":{status},\"{}\":", resource.singular());
    }
    object(&mut out, &names(columns), row);
    if !more.is_empty() {
        // A record has at least one column.
        out.pop();
        for (name, json) in more {
            let _ = write!(out, ",\"{name}\":{json}");
        }
        out.push(b'}');
    }
    if root {
        out.push(b'}');
    }
    text(out)
}

/// An answer that is no record: `{"status":200,…}`, or without the status.
pub(crate) fn members(members: &[Rendered], status: u16, root: bool) -> String {
    let status = root.then(|| ("status", status.to_string()));
    let members = status.iter().chain(members).map(|(name, json)| format!("\"{name}\":{json}"));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

/// `"buyer_group":{…}`: a member of the body that says that a record has changed.
pub(crate) fn root_member(resource: Resource, columns: &[Key], row: &[Value]) -> String {
    let mut out = format!("\"{}\":", resource.singular()).into_bytes();
    object(&mut out, &names(columns), row);
    text(out)
}

/// Each column as it stands in an object: `"name":`.
fn names(columns: &[Key]) -> Vec<Cow<'static, str>> {
    let name = |key: &Key| NAMES.get(key).map_or_else(|| quoted(*key).into(), |name| name.as_str().into());
    columns.iter().map(name).collect()
}

/// The names of the listed resources' fields, put together once: for 66 columns that is a tenth of a short request.
static NAMES: LazyLock<HashMap<Key, String>> = LazyLock::new(|| {
    let fields = Resource::WITH_LIST.into_iter().flat_map(Resource::fields);
    fields.map(|field| (field.key, quoted(field.key))).collect()
});

/// API names need no escapes.
fn quoted(key: Key) -> String {
    format!("\"{}\":", key.name())
}

fn object(out: &mut Vec<u8>, names: &[Cow<'static, str>], row: &[Value]) {
    out.push(b'{');
    for (index, (name, value)) in names.iter().zip(row).enumerate() {
        if index > 0 {
            out.push(b',');
        }
        out.extend_from_slice(name.as_bytes());
        match value {
            Value::Null => out.extend_from_slice(b"null"),
            value => json(out, value),
        }
    }
    out.push(b'}');
}

/// A vector takes every byte and no value of ours has a key that is no text, so this cannot fail.
fn json(out: &mut Vec<u8>, value: &impl serde::Serialize) {
    let written = serde_json::to_writer(out, value);
    debug_assert!(written.is_ok(), "{written:?}");
}

/// JSON is UTF-8.
fn text(out: Vec<u8>) -> String {
    String::from_utf8(out).unwrap_or_default()
}

/// The header of a CSV file: the names of the columns.
pub(crate) fn csv_header(columns: &[Key]) -> Vec<u8> {
    let mut out = columns.iter().map(|key| key.name()).collect::<Vec<_>>().join(",").into_bytes();
    out.extend_from_slice(b"\r\n");
    out
}

/// Lines of a CSV file (RFC 4180): a cell is quoted where it has to be.
pub(crate) fn csv_lines(rows: &[Vec<Value>]) -> Vec<u8> {
    let mut out = Vec::with_capacity(rows.len() * rows.first().map_or(0, Vec::len) * 12);
    for row in rows {
        for (index, value) in row.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            cell(&mut out, value);
        }
        out.extend_from_slice(b"\r\n");
    }
    out
}

fn cell(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Text(text) => text_cell(out, text),
        Value::Texts(texts) => text_cell(out, &texts.join(",")),
        Value::Ids(ids) if ids.len() > 1 => {
            let _ = write!(out, "\"{value}\"");
        }
        Value::Eligibility(_) => text_cell(out, &value.to_string()),
        value => {
            let _ = write!(out, "{value}");
        }
    }
}

/// A text that a spreadsheet would take for a formula gets an apostrophe before it.
fn text_cell(out: &mut Vec<u8>, text: &str) {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let is_quoted = text.contains([',', '"', '\r', '\n']);
    if is_quoted {
        out.push(b'"');
    }
    if is_formula {
        out.push(b'\'');
    }
    if is_quoted {
        out.extend_from_slice(text.replace('"', "\"\"").as_bytes());
        out.push(b'"');
    } else {
        out.extend_from_slice(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Id;

    fn decimal(text: &str) -> Value {
        Value::Decimal(text.parse().unwrap())
    }

    #[test]
    fn numbers_leave_in_their_shortest_form() {
        let columns = [Key::Tier, Key::Weight, Key::ExternalRecordId];
        let row = [decimal("-1.50"), decimal("3.0"), Value::Null];
        assert_eq!(
            one(Resource::BuyerGroup, &columns, &row, &[], 200, true),
            r#"{"status":200,"buyer_group":{"tier":-1.5,"weight":3,"external_record_id":null}}"#
        );
        assert_eq!(
            one(Resource::BuyerGroup, &columns[..1], &[decimal("99999999999.9999")], &[], 200, false),
            r#"{"tier":99999999999.9999}"#
        );
    }

    #[test]
    fn members_that_are_no_columns_follow_them() {
        let more = [("step", "null".to_owned()), ("candidates", "[]".to_owned())];
        let one = |root| one(Resource::Call, &[Key::Id], &[Value::Int(1)], &more, 201, root);
        assert_eq!(one(true), r#"{"status":201,"call":{"id":1,"step":null,"candidates":[]}}"#);
        assert_eq!(one(false), r#"{"id":1,"step":null,"candidates":[]}"#);
        assert_eq!(members(&more, 200, true), r#"{"status":200,"step":null,"candidates":[]}"#);
        assert_eq!(members(&more, 200, false), r#"{"step":null,"candidates":[]}"#);
    }

    #[test]
    fn a_list_has_its_root_and_metadata_or_neither() {
        let rows = [vec![Value::Int(1)], vec![Value::Int(2)]];
        let metadata =
            Metadata { total_count: 2, page: Some(1), per_page: 25, total_pages: 1, ..Metadata::default() };
        let list =
            |root| String::from_utf8(list(Resource::Offer, &[Key::Id], &rows, &metadata, root)).unwrap();
        assert_eq!(
            list(true),
            r#"{"status":200,"offers":[{"id":1},{"id":2}],"metadata":{"total_count":2,"page":1,"per_page":25,"total_pages":1,"next_page":null}}"#
        );
        assert_eq!(list(false), r#"[{"id":1},{"id":2}]"#);
    }

    #[test]
    fn csv_quotes_and_disarms_text() {
        let ids = Value::Ids(vec![Id::new(1).unwrap(), Id::new(2).unwrap()]);
        let text = |text: &str| Value::Text(text.to_owned());
        let rows = [
            vec![text("plain"), text("a \"b\", c"), ids, Value::Null, decimal("-1")],
            vec![text("=1+1"), text("-x,\r\n"), Value::Ids(Vec::new()), text("+1"), text("@a")],
        ];
        assert_eq!(
            String::from_utf8(csv_lines(&rows)).unwrap(),
            "plain,\"a \"\"b\"\", c\",\"1,2\",,-1\r\n'=1+1,\"'-x,\r\n\",,'+1,'@a\r\n"
        );
        assert_eq!(csv_header(&[Key::Tier, Key::Id]), b"tier,id\r\n");
    }
}
