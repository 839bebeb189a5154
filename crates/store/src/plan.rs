//! [`Plan`]: the select list for some columns, and how its values are read.

use std::collections::HashMap;

use domain::{
    Cap, Caps, Competitor, Decimal, Eligibility, Id, Instant, Key, Kind, Resource, State, TimeZone, Value,
    Window, Zones,
};

use crate::engine::Row;
use crate::error::Error;
use crate::place::{ELIGIBLE, LIVE, MAXED_OUT, Place, STATE, cells, needs_limits, place, used};
use crate::records::Company;
use crate::sql::{NOW, Sql};

/// The select list for some columns of a resource.
///
/// The id and the revision always come first. Made once for each choice of columns and kept.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) resource: Resource,
    /// The expressions with commas between them; `$1` is the instant, if [`Plan::needs_now`].
    list: String,
    readings: Vec<Reading>,
    needs_now: bool,
    pub(crate) needs_limits: bool,
    pub(crate) needs_shares: bool,
}

/// How one column is read, with the places in the row where it starts.
#[derive(Clone, Copy, Debug)]
enum Reading {
    Plain(Kind, usize),
    Id,
    Type,
    ShowPath,
    EditPath,
    State(usize),
    /// Tier, weight, eligible.
    Share(usize),
    /// Paused, buyers, active buyers, zone, live limit, live, then limit and used of each cap.
    Eligibility(usize),
    /// The zone of the record.
    ResetsAt(Window, usize),
}

/// How many places come before the columns that were asked for.
const HEAD: usize = 2;

impl Plan {
    pub(crate) fn new(resource: Resource, columns: &[Key]) -> Self {
        let mut items = vec!["t.id".to_owned(), "t.revision".to_owned()];
        let readings = columns.iter().map(|key| reading(resource, *key, &mut items)).collect();
        let list = items.join(", ");
        Self {
            resource,
            readings,
            needs_now: list.contains(NOW),
            needs_limits: columns.iter().any(|key| needs_limits(resource, *key)),
            needs_shares: columns.contains(&Key::Share),
            list: list.replace(NOW, "$1"),
        }
    }

    /// The start of a statement: `SELECT …`.
    pub(crate) fn select(&self, now: Instant) -> Sql {
        let text = format!("SELECT {}", self.list);
        if self.needs_now { Sql::with_now(text, now) } else { Sql::new(text) }
    }

    /// The id, the revision and the values of a row.
    pub(crate) fn read(
        &self,
        row: &dyn Row,
        around: &mut Surroundings<'_>,
    ) -> Result<(Id, i64, Vec<Value>), Error> {
        let id = row.id(0)?;
        let mut values = Vec::with_capacity(self.readings.len());
        for reading in &self.readings {
            values.push(self.value(*reading, id, row, around)?);
        }
        Ok((id, row.int(1)?, values))
    }

    fn value(
        &self,
        reading: Reading,
        id: Id,
        row: &dyn Row,
        around: &mut Surroundings<'_>,
    ) -> Result<Value, Error> {
        Ok(match reading {
            Reading::Plain(kind, at) => plain(kind, at, row)?,
            Reading::Id => Value::Int(id.get()),
            Reading::Type => Value::Text(self.resource.type_name().to_owned()),
            Reading::ShowPath => Value::Text(format!("/{}/{id}", self.resource.plural())),
            Reading::EditPath => Value::Text(format!("/{}/{id}/edit", self.resource.plural())),
            Reading::State(at) => {
                let rank = usize::try_from(row.int(at)?).unwrap_or_default();
                Value::Text(State::ALL.get(rank).map_or("", |state| state.name()).to_owned())
            }
            Reading::Share(at) => {
                let competitor = Competitor {
                    weight: Decimal::from_units_saturating(row.int(at + 1)?),
                    eligible: row.int(at + 2)? == 1,
                };
                Value::Decimal(around.share(row.int(at)?, competitor))
            }
            Reading::Eligibility(at) => Value::Eligibility(eligibility(at, row, around)?),
            Reading::ResetsAt(window, at) => {
                let resets = around.resets(row.maybe_text(at)?);
                resets[window as usize].map_or(Value::Null, Value::Instant)
            }
        })
    }
}

/// Appends what a column needs to the select list, and says how it is read from there.
fn reading(resource: Resource, key: Key, items: &mut Vec<String>) -> Reading {
    let at = items.len();
    let kind = resource.field(key).map_or(Kind::Count, |field| field.kind);
    match key {
        Key::Id | Key::LegacyId => return Reading::Id,
        Key::Type => return Reading::Type,
        Key::RoutesShowPath => return Reading::ShowPath,
        Key::RoutesEditPath => return Reading::EditPath,
        Key::State => {
            items.push(STATE.clone());
            return Reading::State(at);
        }
        Key::Share => {
            items.extend(["t.tier".to_owned(), "t.weight".to_owned(), ELIGIBLE.clone()]);
            return Reading::Share(at);
        }
        Key::Eligibility => {
            items.extend(
                [
                    "t.paused",
                    "t.buyers_count",
                    "t.active_buyers_count",
                    "t.time_zone",
                    "c.concurrency_cap_limit",
                ]
                .map(str::to_owned),
            );
            items.push(format!("c.{LIVE}"));
            for (metric, window) in cells() {
                items.push(format!("c.{}", Key::Limit(metric, window).name()));
                items.push(used(metric, window));
            }
            return Reading::Eligibility(at);
        }
        Key::ResetsAt(window) => {
            items.push("t.time_zone".to_owned());
            return Reading::ResetsAt(window, at);
        }
        _ => {}
    }
    if place(resource, key) == Place::Own && key == Key::Revision {
        return Reading::Plain(kind, HEAD - 1);
    }
    items.push(expression(resource, key));
    Reading::Plain(kind, at)
}

/// The expression whose value a field is.
pub(crate) fn expression(resource: Resource, key: Key) -> String {
    match place(resource, key) {
        Place::Own => format!("t.{}", key.name()),
        Place::Limits => format!("c.{}", key.name()),
        Place::List(view) => view.list(),
        Place::Count(view) => view.count(),
        Place::Derived | Place::Action => match key {
            Key::Used(metric, window) => used(metric, window),
            Key::ConcurrencyCapUsed | Key::InProgressCount | Key::InProgressUsed => format!("c.{LIVE}"),
            Key::MaxedOut => MAXED_OUT.clone(),
            Key::State => STATE.clone(),
            _ => "t.id".to_owned(),
        },
    }
}

/// The value of a column that is kept as it is shown.
pub(crate) fn plain(kind: Kind, at: usize, row: &dyn Row) -> Result<Value, Error> {
    let value = match kind {
        Kind::Id | Kind::Count => row.maybe_int(at)?.map(Value::Int),
        Kind::Decimal | Kind::Positive | Kind::Money | Kind::Share => {
            row.maybe_int(at)?.map(|units| Value::Decimal(Decimal::from_units_saturating(units)))
        }
        Kind::Boolean => row.maybe_int(at)?.map(|truth| Value::Bool(truth != 0)),
        Kind::Instant => row.maybe_int(at)?.map(|ms| Value::Instant(Instant::from_ms(ms))),
        Kind::Ids(_) => {
            let text = row.maybe_text(at)?.unwrap_or_default();
            Some(Value::Ids(text.split(',').filter_map(|id| Id::new(id.parse().ok()?)).collect()))
        }
        Kind::Texts | Kind::Emails => {
            let text = row.maybe_text(at)?.filter(|text| !text.is_empty());
            Some(Value::Texts(
                text.map(|text| text.split(',').map(str::to_owned).collect()).unwrap_or_default(),
            ))
        }
        Kind::Text(_)
        | Kind::Choice(_)
        | Kind::TimeZone
        | Kind::Currency
        | Kind::Phone
        | Kind::Eligibility => row.maybe_text(at)?.map(|text| Value::Text(text.to_owned())),
    };
    Ok(value.unwrap_or(Value::Null))
}

fn eligibility(at: usize, row: &dyn Row, around: &mut Surroundings<'_>) -> Result<Eligibility, Error> {
    let mut next = at + 6;
    let mut caps = Caps { cells: Vec::new(), live_limit: row.maybe_int(at + 4)?, live: row.int(at + 5)? };
    for (metric, window) in cells() {
        let limit = row.maybe_int(next)?.map(Decimal::from_units_saturating);
        let used = Decimal::from_units_saturating(row.int(next + 1)?);
        caps.cells.push(Cap { metric, window, limit, used });
        next += 2;
    }
    let resets = around.resets(row.maybe_text(at + 3)?);
    let count = |number: i64| usize::try_from(number).unwrap_or_default();
    let (buyers, active) = (count(row.int(at + 1)?), count(row.int(at + 2)?));
    Ok(Eligibility::of(row.int(at)? == 1, &caps, buyers, active, |window| resets[window as usize]))
}

/// When each window starts anew, by [`Window`].
pub(crate) type Resets = [Option<Instant>; 4];

/// What the eligible groups of each tier weigh: how many they are, and the sum of their weights in units.
pub(crate) type TierWeights = HashMap<i64, (usize, i64)>;

/// What reading a record needs beyond its row.
pub(crate) struct Surroundings<'a> {
    company_zone: &'a str,
    zones: &'a dyn Zones,
    now: Instant,
    /// By the zone as it was given; looked up once for all rows. There are few.
    resets: Vec<(Option<String>, Resets)>,
    pub(crate) weights: TierWeights,
}

impl<'a> Surroundings<'a> {
    pub(crate) fn new(company: &'a Company, zones: &'a dyn Zones, now: Instant) -> Self {
        Self { company_zone: &company.iana, zones, now, resets: Vec::new(), weights: HashMap::new() }
    }

    fn share(&self, tier: i64, competitor: Competitor) -> Decimal {
        let (eligible, sum) = self.weights.get(&tier).copied().unwrap_or_default();
        domain::share(competitor, eligible, sum)
    }

    /// The next resets by the clocks of a zone as it was given, or of the company's.
    pub(crate) fn resets(&mut self, given: Option<&str>) -> Resets {
        if let Some((_, resets)) = self.resets.iter().find(|(zone, _)| zone.as_deref() == given) {
            return *resets;
        }
        let resets = next_resets(given, self.company_zone, self.zones, self.now);
        self.resets.push((given.map(str::to_owned), resets));
        resets
    }
}

/// The next resets after `now` by the clocks of a zone as it was given, or of the company's.
pub(crate) fn next_resets(
    given: Option<&str>,
    company_zone: &str,
    zones: &dyn Zones,
    now: Instant,
) -> Resets {
    let own = given.and_then(|given| TimeZone::parse(given, zones).ok());
    let iana = own.as_ref().map_or(company_zone, TimeZone::iana);
    Window::ALL.map(|window| window.next_reset(now, iana, zones))
}
