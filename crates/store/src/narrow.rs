//! What the filters of a list come to in SQL.

use domain::filter::{FilterBy, Test};
use domain::list::Narrowing;
use domain::{Id, Instant, Key, ListQuery, Resource, State, Value};

use crate::columns::kept;
use crate::engine::Param;
use crate::plan::expression;
use crate::relation::View;
use crate::sql::Sql;

/// Appends the condition of a filter on the record `t`.
pub(crate) fn push(sql: &mut Sql, company: Id, resource: Resource, narrowing: &Narrowing, now: Instant) {
    let values = params(narrowing);
    let key = match narrowing.by {
        FilterBy::Field(key) => key,
        FilterBy::Member(other) => {
            if let Some(view) = View::between(resource, other) {
                view.narrow(sql, company, &values);
            }
            return;
        }
    };
    let compared = expression(resource, key);
    let value = || values.first().cloned().unwrap_or(Param::Null);
    sql.push(" AND ");
    match narrowing.test {
        Test::AnyOf => sql.push_at(&compared, now).push(" IN (").bind_all(values).push(")"),
        Test::From => sql.push_at(&compared, now).push(" >= ").bind(value()),
        Test::To => sql.push_at(&compared, now).push(" <= ").bind(value()),
        // On both databases `lower` knows the letters from A to Z only: texts are compared byte by byte.
        Test::Contains => {
            sql.push_at(&format!("lower({compared})"), now).push(" LIKE ");
            sql.bind(pattern(narrowing)).push(" ESCAPE '!'")
        }
        Test::Blank => {
            let test = if value() == Param::from(true) { " IS NULL" } else { " IS NOT NULL" };
            sql.push_at(&compared, now).push(test)
        }
    };
}

/// What a text must be like that has the value in it.
fn pattern(narrowing: &Narrowing) -> String {
    let text = narrowing.values.first().and_then(Value::as_text).unwrap_or_default();
    let mut pattern = String::from("%");
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter.to_ascii_lowercase());
    }
    pattern.push('%');
    pattern
}

/// The values of a filter as they are kept; a state is its place in the order of states.
pub(crate) fn params(narrowing: &Narrowing) -> Vec<Param> {
    let rank = |value: &Value| {
        let name = value.as_text()?;
        State::ALL.iter().position(|state| state.name() == name).map(|rank| Param::Int(rank as i64))
    };
    let is_state = narrowing.by == FilterBy::Field(Key::State);
    let param = |value| if is_state { rank(value).unwrap_or(Param::Null) } else { kept(value) };
    narrowing.values.iter().map(param).collect()
}

/// Whether the filters of a query by a field, if there are any, let a number through as it is kept.
pub(crate) fn admits(query: &ListQuery, key: Key, number: i64) -> bool {
    query.narrowings.iter().filter(|narrowing| narrowing.by == FilterBy::Field(key)).all(|narrowing| {
        let mut values = params(narrowing).into_iter().filter_map(|param| match param {
            Param::Int(value) => Some(value),
            _ => None,
        });
        match narrowing.test {
            Test::AnyOf => values.any(|value| value == number),
            Test::From => values.all(|value| number >= value),
            Test::To => values.all(|value| number <= value),
            // Neither a text nor blank.
            Test::Contains | Test::Blank => true,
        }
    })
}
