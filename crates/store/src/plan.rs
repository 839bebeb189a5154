//! [`Plan`]: the select list for some columns, and how its values are read.

use std::collections::HashMap;

use domain::{
    Cap, Caps, Competitor, Decimal, Eligibility, Hours, Id, Instant, Key, Kind, Metric, Need, Opening,
    Resource, Standing, State, TimeZone, Value, Window, Zones,
};

use crate::engine::Row;
use crate::error::Error;
use crate::place::{LIVE, MAXED_OUT, Place, STATE, cells, needs_limits, place, reserved, used};
use crate::records::Company;
use crate::sql::Sql;

/// The select list for some columns of a resource.
///
/// The id and the revision always come first. Made once for each choice of columns and kept. What depends on caps is
/// computed by the domain from the plain columns: in SQL it costs more than reading them. What decides which records are
/// found reads what was judged before (`judge.rs`).
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) resource: Resource,
    /// `SELECT`, and the expressions with commas between them.
    select: String,
    readings: Vec<Reading>,
    /// Where the caps are, if any column depends on them.
    caps: Option<CapsAt>,
    pub(crate) needs_limits: bool,
    pub(crate) needs_shares: bool,
}

/// How one column is read, with the places in the row of what it is made from.
#[derive(Clone, Copy, Debug)]
enum Reading {
    Plain(Kind, usize),
    Id,
    Type,
    ShowPath,
    EditPath,
    Used {
        used: usize,
        ends: Option<usize>,
    },
    MaxedOut,
    State {
        paused: usize,
    },
    Share {
        tier: usize,
        weight: usize,
        paused: usize,
        active: usize,
        hours: usize,
        zone: usize,
        deleted: usize,
    },
    Eligibility {
        paused: usize,
        hours: usize,
        buyers: usize,
        active: usize,
        zone: usize,
    },
    ResetsAt {
        window: Window,
        zone: usize,
    },
}

/// Expressions to select, each once.
struct Items(Vec<String>);

impl Items {
    /// The place of an expression.
    fn at(&mut self, expression: impl Into<String>) -> usize {
        let expression = expression.into();
        self.0.iter().position(|item| *item == expression).unwrap_or_else(|| {
            self.0.push(expression);
            self.0.len() - 1
        })
    }

    /// The place of a column of the record's own.
    fn own(&mut self, key: Key) -> usize {
        self.at(format!("t.{}", key.name()))
    }

    /// The places of what a window has counted, and of its end.
    fn used(&mut self, metric: Metric, window: Window) -> (usize, Option<usize>) {
        let used = self.at(format!("c.{}", Key::Used(metric, window).name()));
        let ends = Window::RESETTING.contains(&window);
        (used, ends.then(|| self.at(format!("c.{}", Key::ResetsAt(window).name()))))
    }
}

impl Plan {
    pub(crate) fn new(resource: Resource, columns: &[Key]) -> Self {
        let mut items = Items(vec!["t.id".to_owned(), "t.revision".to_owned()]);
        let readings: Vec<Reading> = columns.iter().map(|key| reading(resource, *key, &mut items)).collect();
        let judges = |reading: &Reading| {
            matches!(
                reading,
                Reading::MaxedOut
                    | Reading::State { .. }
                    | Reading::Share { .. }
                    | Reading::Eligibility { .. }
            )
        };
        let caps = readings.iter().any(judges).then(|| CapsAt::new(&mut items));
        Self {
            resource,
            select: format!("SELECT {}", items.0.join(", ")),
            readings,
            caps,
            needs_limits: columns.iter().any(|key| needs_limits(resource, *key)),
            needs_shares: columns.contains(&Key::Share),
        }
    }

    /// The start of a statement: `SELECT …`.
    pub(crate) fn select(&self) -> Sql {
        Sql::new(self.select.as_str())
    }

    /// The id, the revision and the values of a row.
    pub(crate) fn read(
        &self,
        row: &dyn Row,
        around: &mut Surroundings<'_>,
    ) -> Result<(Id, i64, Vec<Value>), Error> {
        let id = row.id(0)?;
        if let Some(caps) = &self.caps {
            caps.read(row, around.now, &mut around.caps)?;
        }
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
            Reading::Used { used, ends } => Value::Decimal(counted(row, used, ends, around.now)?),
            Reading::MaxedOut => Value::Bool(around.caps.maxed_out()),
            Reading::State { paused } => {
                Value::Text(State::of(row.int(paused)? == 1, &around.caps).name().to_owned())
            }
            Reading::Share { tier, weight, paused, active, hours, zone, deleted } => {
                let opening = around.opening(row.maybe_text(hours)?, row.maybe_text(zone)?);
                let eligible = row.int(paused)? == 0
                    && matches!(opening, Opening::Open { .. })
                    && row.int(active)? > 0
                    && row.maybe_int(deleted)?.is_none()
                    && !around.caps.maxed_out();
                let weight = Decimal::from_units_saturating(row.int(weight)?);
                Value::Decimal(around.share(row.int(tier)?, Competitor { weight, eligible }))
            }
            Reading::Eligibility { paused, hours, buyers, active, zone } => {
                let zone = row.maybe_text(zone)?;
                let (resets, opening) = (around.resets(zone), around.opening(row.maybe_text(hours)?, zone));
                let count = |at| row.int(at).map(|number| usize::try_from(number).unwrap_or_default());
                let standing = Standing {
                    paused: row.int(paused)? == 1,
                    opening,
                    caps: &around.caps,
                    buyers: count(buyers)?,
                    buyers_on: count(active)?,
                };
                Value::Eligibility(Eligibility::of(standing, Need::LEAST, |window| resets[window as usize]))
            }
            Reading::ResetsAt { window, zone } => {
                let resets = around.resets(row.maybe_text(zone)?);
                resets[window as usize].map_or(Value::Null, Value::Instant)
            }
        })
    }
}

/// How a column is read, after what it needs was added to the select list.
fn reading(resource: Resource, key: Key, items: &mut Items) -> Reading {
    match key {
        Key::Id | Key::LegacyId => Reading::Id,
        Key::Type => Reading::Type,
        Key::RoutesShowPath => Reading::ShowPath,
        Key::RoutesEditPath => Reading::EditPath,
        Key::Used(metric, window) => {
            let (used, ends) = items.used(metric, window);
            Reading::Used { used, ends }
        }
        Key::MaxedOut => Reading::MaxedOut,
        Key::State => Reading::State { paused: items.own(Key::Paused) },
        Key::Share => Reading::Share {
            tier: items.own(Key::Tier),
            weight: items.own(Key::Weight),
            paused: items.own(Key::Paused),
            active: items.at(ACTIVE_BUYERS),
            hours: items.own(Key::Hours),
            zone: items.own(Key::TimeZone),
            deleted: items.own(Key::DeletedAt),
        },
        Key::Eligibility => Reading::Eligibility {
            paused: items.own(Key::Paused),
            hours: items.own(Key::Hours),
            buyers: items.own(Key::BuyersCount),
            active: items.at(ACTIVE_BUYERS),
            zone: items.own(Key::TimeZone),
        },
        Key::ResetsAt(window) => Reading::ResetsAt { window, zone: items.own(Key::TimeZone) },
        key => {
            let kind = resource.field(key).map_or(Kind::Count, |field| field.kind);
            Reading::Plain(kind, items.at(expression(resource, key)))
        }
    }
}

const ACTIVE_BUYERS: &str = "t.active_buyers_count";

/// What a window has counted: nothing, when its end has passed.
fn counted(row: &dyn Row, used: usize, ends: Option<usize>, now: Instant) -> Result<Decimal, Error> {
    let has_passed = match ends {
        Some(ends) => row.int(ends)? <= now.ms(),
        None => false,
    };
    if has_passed { Ok(Decimal::ZERO) } else { row.int(used).map(Decimal::from_units_saturating) }
}

/// The places of the caps in a row.
#[derive(Debug)]
pub(crate) struct CapsAt {
    live_limit: usize,
    live: usize,
    cells: Vec<CapAt>,
}

#[derive(Debug)]
struct CapAt {
    metric: Metric,
    window: Window,
    limit: usize,
    used: usize,
    reserved: usize,
    ends: Option<usize>,
}

impl CapsAt {
    fn new(items: &mut Items) -> Self {
        let live_limit = items.at(format!("c.{}", Key::ConcurrencyCapLimit.name()));
        let live = items.at(format!("c.{LIVE}"));
        let cells = cells().map(|(metric, window)| {
            let (used, ends) = items.used(metric, window);
            let limit = items.at(format!("c.{}", Key::Limit(metric, window).name()));
            let reserved = items.at(format!("c.{}", reserved(metric)));
            CapAt { metric, window, limit, used, reserved, ends }
        });
        Self { live_limit, live, cells: cells.collect() }
    }

    /// The places of the caps in a row that starts with other expressions, and all of them.
    pub(crate) fn after(others: &[&str]) -> (Vec<String>, Self) {
        let mut items = Items(others.iter().map(|&other| other.to_owned()).collect());
        let caps = Self::new(&mut items);
        (items.0, caps)
    }

    /// Reads the caps of a row as they are at an instant: those with a limit, since no other is ever full or near.
    pub(crate) fn read(&self, row: &dyn Row, now: Instant, caps: &mut Caps) -> Result<(), Error> {
        self.read_some(row, now, caps, false)
    }

    /// The same, those without a limit too.
    pub(crate) fn read_all(&self, row: &dyn Row, now: Instant, caps: &mut Caps) -> Result<(), Error> {
        self.read_some(row, now, caps, true)
    }

    fn read_some(&self, row: &dyn Row, now: Instant, caps: &mut Caps, unlimited: bool) -> Result<(), Error> {
        caps.live_limit = row.maybe_int(self.live_limit)?;
        caps.live = row.int(self.live)?;
        caps.cells.clear();
        for at in &self.cells {
            let limit = row.maybe_int(at.limit)?.map(Decimal::from_units_saturating);
            if limit.is_none() && !unlimited {
                continue;
            }
            let used = counted(row, at.used, at.ends, now)?;
            let reserved = Decimal::from_units_saturating(row.int(at.reserved)?);
            caps.cells.push(Cap { metric: at.metric, window: at.window, limit, used, reserved });
        }
        Ok(())
    }

    /// The ends of the windows of a row, by [`Window`].
    pub(crate) fn ends(&self, row: &dyn Row) -> Result<Resets, Error> {
        let mut ends = Resets::default();
        for at in &self.cells {
            if let Some(end) = at.ends {
                ends[at.window as usize] = Some(row.instant(end)?);
            }
        }
        Ok(ends)
    }
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
            Key::MaxedOut => MAXED_OUT.to_owned(),
            Key::State => STATE.to_owned(),
            Key::DeletedBy => DELETED_BY.to_owned(),
            // Both databases have these names for themselves.
            Key::Window => "t.time_window".to_owned(),
            Key::CapLimit => "t.cap_limit".to_owned(),
            _ => "t.id".to_owned(),
        },
    }
}

/// The name of who made the change that a deleted record has its revision from.
const DELETED_BY: &str = "(SELECT u.name FROM changes d CROSS JOIN users u WHERE t.deleted_at IS NOT NULL \
    AND d.company_id = t.company_id AND d.record_id = t.id AND d.revision = t.revision AND u.id = d.user_id LIMIT 1)";

/// The value of a column that is kept as it is shown.
pub(crate) fn plain(kind: Kind, at: usize, row: &dyn Row) -> Result<Value, Error> {
    let value = match kind {
        Kind::Id | Kind::Count | Kind::Percent => row.maybe_int(at)?.map(Value::Int),
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
        | Kind::Hours
        | Kind::Phone
        | Kind::Address
        | Kind::Eligibility => row.maybe_text(at)?.map(|text| Value::Text(text.to_owned())),
    };
    Ok(value.unwrap_or(Value::Null))
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
    /// Those of the row that is being read.
    caps: Caps,
    /// By the zone as it was given; looked up once for all rows. There are few.
    resets: Vec<(Option<String>, Resets)>,
    /// By hours and zone as they were given; there are few too.
    openings: Vec<(String, Option<String>, Opening)>,
    pub(crate) weights: TierWeights,
}

impl<'a> Surroundings<'a> {
    pub(crate) fn new(company: &'a Company, zones: &'a dyn Zones, now: Instant) -> Self {
        Self {
            company_zone: &company.iana,
            zones,
            now,
            caps: Caps { cells: Vec::new(), live_limit: None, live: 0 },
            resets: Vec::new(),
            openings: Vec::new(),
            weights: HashMap::new(),
        }
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

    /// How hours stand by the clocks of a zone, both as they were given; no hours are always open.
    pub(crate) fn opening(&mut self, hours: Option<&str>, given: Option<&str>) -> Opening {
        let Some(hours) = hours else { return Opening::ALWAYS };
        let is_known =
            |(own, zone, _): &&(String, Option<String>, Opening)| own == hours && zone.as_deref() == given;
        if let Some((_, _, opening)) = self.openings.iter().find(is_known) {
            return *opening;
        }
        let opening = opening(hours, given, self.company_zone, self.zones, self.now);
        self.openings.push((hours.to_owned(), given.map(str::to_owned), opening));
        opening
    }
}

/// How hours stand at an instant by the clocks of a zone as it was given, or of the company's.
pub(crate) fn opening(
    hours: &str,
    given: Option<&str>,
    company_zone: &str,
    zones: &dyn Zones,
    now: Instant,
) -> Opening {
    let hours: Option<Hours> = hours.parse().ok();
    in_zone(given, company_zone, zones, |iana| Opening::at(hours.as_ref(), now, iana, zones))
}

/// The next resets after `now` by the clocks of a zone as it was given, or of the company's.
pub(crate) fn next_resets(
    given: Option<&str>,
    company_zone: &str,
    zones: &dyn Zones,
    now: Instant,
) -> Resets {
    in_zone(given, company_zone, zones, |iana| Window::ALL.map(|window| window.next_reset(now, iana, zones)))
}

/// What is so in a zone as it was given, or in the company's.
pub(crate) fn in_zone<T>(
    given: Option<&str>,
    company_zone: &str,
    zones: &dyn Zones,
    of: impl FnOnce(&str) -> T,
) -> T {
    let own = given.and_then(|given| TimeZone::parse(given, zones).ok());
    of(own.as_ref().map_or(company_zone, TimeZone::iana))
}
