//! `fulltext`: a part of a record's texts, in any case; exact, and with exact totals.
//!
//! Each record has one row of texts, lower-cased: `names` are those that are searched from elsewhere too (a group is
//! found by the names and own ids of its buyers), `others` by itself only. So a rename writes one row.
//! Fields have no control characters, so a line break between them keeps a match from crossing from one to the next.
//!
//! Texts of three characters and more are found by an index of trigrams, which the two databases have in different
//! forms; shorter ones by reading the company's rows of this narrow table.

use domain::{Id, Key, Resource, Value};

use crate::engine::{Connection, Engine, Param};
use crate::error::Error;
use crate::place::table;
use crate::relation::BUYERS_OF_GROUP;
use crate::sql::Sql;

/// Characters from which the index of trigrams can be asked.
const TRIGRAM: usize = 3;

/// The fields of a record that are searched: those that groups are found by too, and the others.
pub(crate) const fn searched(resource: Resource) -> (&'static [Key], &'static [Key]) {
    match resource {
        Resource::BuyerGroup => (&[Key::Name], &[Key::Uuid, Key::Id, Key::ExternalRecordId]),
        Resource::Buyer => {
            (&[Key::Name, Key::UserBuyerId], &[Key::Uuid, Key::Id, Key::ExternalRecordId, Key::PhoneNumber])
        }
        Resource::Offer => (&[Key::Name, Key::UserOfferId], &[Key::Uuid, Key::Id, Key::ExternalRecordId]),
        // Calls and alerts are found by their own rows: there are far too many to index.
        Resource::Company | Resource::Call | Resource::Alert => (&[], &[]),
    }
}

/// Which of the texts are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Texts {
    Names,
    All,
}

/// Appends a subselect of the ids of the records whose texts hold `text`.
pub(crate) fn hits(sql: &mut Sql, engine: Engine, company: Id, resource: Resource, text: &str) {
    let own: &[&str] = match resource {
        Resource::Call => &["s.caller_number", "s.uuid", "CAST(s.id AS TEXT)"],
        Resource::Alert => &["lower(s.message)", "s.uuid", "CAST(s.id AS TEXT)"],
        _ => &[],
    };
    if !own.is_empty() {
        hits_in_rows(sql, company, resource, own, text);
        return;
    }
    sql.push("(SELECT s.record_id AS id FROM ");
    matching(sql, engine, company, resource, text, Texts::All, "");
    if resource == Resource::BuyerGroup {
        let members = &BUYERS_OF_GROUP;
        sql.push(&format!(" UNION SELECT m.{} FROM ", members.owner_column));
        let joined = format!(" CROSS JOIN {} m", members.table);
        matching(sql, engine, company, Resource::Buyer, text, Texts::Names, &joined);
        let member = members.member_column;
        sql.push(&format!(" AND m.company_id = s.company_id AND m.{member} = s.record_id"));
    }
    sql.push(")");
}

/// Appends a subselect of the ids of the records that have `text` in some expressions of their own rows `s`.
fn hits_in_rows(sql: &mut Sql, company: Id, resource: Resource, columns: &[&str], text: &str) {
    sql.push(&format!("(SELECT s.id FROM {} s WHERE s.company_id = ", table(resource))).bind(company);
    for (index, column) in columns.iter().enumerate() {
        sql.push(if index == 0 { " AND (" } else { " OR " }).push(column);
        sql.push(" LIKE ").bind(format!("%{}%", escaped(text))).push(" ESCAPE '!'");
    }
    sql.push("))");
}

/// Appends FROM and WHERE so that `s` is each row of texts that match.
fn matching(
    sql: &mut Sql,
    engine: Engine,
    company: Id,
    resource: Resource,
    text: &str,
    texts: Texts,
    joined: &str,
) {
    let indexed = text.chars().count() >= TRIGRAM;
    let anywhere = format!("%{}%", escaped(text));
    if indexed && engine == Engine::Sqlite {
        sql.push("search_index CROSS JOIN search_texts s").push(joined);
        sql.push(" WHERE search_index MATCH ").bind(phrase(text, texts));
        sql.push(" AND s.record_id = search_index.rowid");
    } else {
        // With something appended, the index of trigrams, which is slow for short texts, cannot be used.
        let column = |name: &str| if indexed { format!("s.{name}") } else { format!("(s.{name} || '')") };
        sql.push("search_texts s").push(joined).push(" WHERE (").push(&column("names"));
        sql.push(" LIKE ").bind(anywhere.clone()).push(" ESCAPE '!'");
        if texts == Texts::All {
            sql.push(" OR ").push(&column("others")).push(" LIKE ").bind(anywhere).push(" ESCAPE '!'");
        }
        sql.push(")");
    }
    sql.push(" AND s.company_id = ").bind(company);
    sql.push(&format!(" AND s.resource = '{}'", resource.singular()));
}

/// The text for LIKE, with `%` and `_` meaning themselves.
fn escaped(text: &str) -> String {
    text.replace('!', "!!").replace('%', "!%").replace('_', "!_")
}

/// The text as FTS5 reads it: a phrase, in one column or in any.
fn phrase(text: &str, texts: Texts) -> String {
    let column = if texts == Texts::Names { "names : " } else { "" };
    format!("{column}\"{}\"", text.replace('"', "\"\""))
}

/// The longest field has 255 characters, which in lower case may be a few more.
const LONGEST: usize = 1_000;

/// Whether a text can stand in a field at all.
pub(crate) fn is_possible(text: &str) -> bool {
    text.len() <= 4 * LONGEST && !text.chars().any(char::is_control)
}

/// Writes the row of texts of a record, new or changed.
pub(crate) fn index(
    tx: &mut dyn Connection,
    company: Id,
    resource: Resource,
    id: Id,
    read: impl Fn(Key) -> Value,
) -> Result<(), Error> {
    let joined = |keys: &[Key]| {
        let texts: Vec<String> = keys.iter().map(|key| read(*key).to_string().to_lowercase()).collect();
        texts.join("\n")
    };
    let (names, others) = searched(resource);
    let (names, others) = (joined(names), joined(others));
    let before = texts(tx, company, id)?;
    let row: [Param; 5] =
        [company.into(), id.into(), resource.singular().into(), names.clone().into(), others.clone().into()];
    match &before {
        Some((old_names, old_others)) if *old_names == names && *old_others == others => return Ok(()),
        Some(_) => tx.execute(
            "UPDATE search_texts SET names = $1, others = $2 WHERE company_id = $3 AND record_id = $4",
            &[names.clone().into(), others.clone().into(), company.into(), id.into()],
        )?,
        None => tx.execute(
            "INSERT INTO search_texts (company_id, record_id, resource, names, others) VALUES ($1, $2, $3, $4, $5)",
            &row,
        )?,
    };
    if tx.engine() == Engine::Sqlite {
        unindex(tx, id, before)?;
        tx.execute(
            "INSERT INTO search_index (rowid, names, others) VALUES ($1, $2, $3)",
            &[id.into(), names.into(), others.into()],
        )?;
    }
    Ok(())
}

/// Takes the row of texts of a record away.
pub(crate) fn forget(tx: &mut dyn Connection, company: Id, id: Id) -> Result<(), Error> {
    let before = texts(tx, company, id)?;
    if tx.engine() == Engine::Sqlite {
        unindex(tx, id, before)?;
    }
    let sql = "DELETE FROM search_texts WHERE company_id = $1 AND record_id = $2";
    tx.execute(sql, &[company.into(), id.into()]).map(|_| ())
}

/// The texts of a record, `names` and `others`.
fn texts(tx: &mut dyn Connection, company: Id, id: Id) -> Result<Option<(String, String)>, Error> {
    let sql = "SELECT names, others FROM search_texts WHERE company_id = $1 AND record_id = $2";
    tx.first(sql, &[company.into(), id.into()], |row| Ok((row.text(0)?.to_owned(), row.text(1)?.to_owned())))
}

/// Takes texts out of FTS5's index, which keeps no copy of them and so must be told what they were.
fn unindex(tx: &mut dyn Connection, id: Id, before: Option<(String, String)>) -> Result<(), Error> {
    let Some((names, others)) = before else { return Ok(()) };
    let sql = "INSERT INTO search_index (search_index, rowid, names, others) VALUES ('delete', $1, $2, $3)";
    tx.execute(sql, &[id.into(), names.into(), others.into()]).map(|_| ())
}
