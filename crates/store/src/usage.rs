//! The caps screen: how full each cap of a company's groups is.
//!
//! What is fullest depends on every limit and counter of the company, so they are all read, in one statement; only what
//! stands on the page, and a little more, is kept of them.

use std::collections::HashMap;

use domain::api::{CapsMetadata, UsageStates};
use domain::usage::Rank;
use domain::{Caps, CapsQuery, Decimal, Id, Instant, Resource, Spans, Usage, UsageRow, UsageState, Zones};

use crate::engine::{Param, Row};
use crate::error::Error;
use crate::plan::{CapsAt, in_zone};
use crate::reader::{Reader, bind_padded};
use crate::records::{Company, Name};
use crate::relation::{End, GROUPS_OF_OFFER, View};
use crate::sql::Sql;

/// A page of the caps screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapsPage {
    /// The fullest first.
    pub rows: Vec<UsageRow>,
    /// Totals, and how many there are in each state.
    pub metadata: CapsMetadata,
}

/// `SELECT` of a group with its counters, and where the caps are in it.
static SELECTED: std::sync::LazyLock<(String, CapsAt)> = std::sync::LazyLock::new(|| {
    let (items, caps) = CapsAt::after(&["t.id", "t.tier", "t.paused", "t.time_zone"]);
    let from = "buyer_groups t CROSS JOIN call_limits c \
        WHERE c.company_id = t.company_id AND c.buyer_group_id = t.id AND t.deleted_at IS NULL";
    (format!("SELECT {} FROM {from} AND t.company_id = ", items.join(", ")), caps)
});

/// A row of the screen before its name is known.
#[derive(Clone, Copy)]
struct Entry {
    group: Id,
    tier: Decimal,
    paused: bool,
    usage: Option<Usage>,
}

impl Entry {
    /// The fullest first, then what is next to reset, then by id.
    fn key(&self) -> (Rank, Id, Option<domain::Meter>) {
        let rank = self.usage.map_or(Usage::NONE, |usage| usage.rank());
        (rank, self.group, self.usage.map(|usage| usage.meter))
    }
}

impl Reader<'_> {
    /// The caps of a company's groups, the fullest first. A group without a limit among those asked for is one row
    /// without a cap.
    ///
    /// # Errors
    /// Those of the database.
    pub fn caps(&mut self, company: &Company, query: &CapsQuery, now: Instant) -> Result<CapsPage, Error> {
        let mut sql = Sql::new(SELECTED.0.as_str());
        sql.bind(company.id);
        let groups: Vec<Param> = query.groups.iter().map(|id| (*id).into()).collect();
        let tiers: Vec<Param> = query.tiers.iter().map(|tier| tier.units().into()).collect();
        for (column, values) in [("t.id", groups), ("t.tier", tiers)] {
            if !values.is_empty() {
                sql.push(" AND ").push(column).push(" IN (");
                bind_padded(&mut sql, &values);
                sql.push(")");
            }
        }
        if !query.offers.is_empty() {
            let offers: Vec<Param> = query.offers.iter().map(|id| (*id).into()).collect();
            View { relation: &GROUPS_OF_OFFER, end: End::Member }.narrow(&mut sql, company.id, &offers);
        }
        let mut states = UsageStates::default();
        let mut page = Fullest::new(query);
        self.meters(&sql, company, now, |group, usages| {
            for usage in query.rows_of(usages) {
                let state = usage.map_or(UsageState::Uncapped, |usage| usage.state);
                states.add(state);
                if query.admits(state) {
                    page.push(Entry { usage, ..group });
                }
            }
        })?;
        let (entries, total) = page.end();
        Ok(CapsPage {
            rows: self.named(company.id, entries)?,
            metadata: CapsMetadata::of(query, total, states),
        })
    }

    /// How full every cap of one group is, those without a limit among them, and its live calls.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the company has no group of that name.
    pub fn usage(&mut self, company: &Company, name: &Name, now: Instant) -> Result<Vec<UsageRow>, Error> {
        let id = self.id(company.id, Resource::BuyerGroup, name)?;
        let mut sql = Sql::new(SELECTED.0.as_str());
        sql.bind(company.id).push(" AND t.id = ").bind(id);
        let mut entries = Vec::new();
        self.meters(&sql, company, now, |group, usages| {
            entries.extend(usages.into_iter().map(|usage| Entry { usage: Some(usage), ..group }));
        })?;
        if entries.is_empty() { Err(Error::NotFound) } else { self.named(company.id, entries) }
    }

    /// Reads groups with their counters, and hands on each with how full all of its caps are.
    fn meters(
        &mut self,
        sql: &Sql,
        company: &Company,
        now: Instant,
        mut take: impl FnMut(Entry, Vec<Usage>),
    ) -> Result<(), Error> {
        let caps_at = &SELECTED.1;
        let mut spans = SpansByZone { company, zones: &*self.shared.zones, now, known: Vec::new() };
        let mut caps = Caps { cells: Vec::new(), live_limit: None, live: 0 };
        self.tx.query(&sql.text, &sql.params, &mut |row: &dyn Row| {
            let group = Entry {
                group: row.id(0)?,
                tier: Decimal::from_units_saturating(row.int(1)?),
                paused: row.int(2)? != 0,
                usage: None,
            };
            caps_at.read_all(row, now, &mut caps)?;
            take(group, Usage::of(&caps, &spans.of(row.maybe_text(3)?)));
            Ok(())
        })
    }

    /// Adds the names of the groups.
    fn named(&mut self, company: Id, entries: Vec<Entry>) -> Result<Vec<UsageRow>, Error> {
        let mut ids: Vec<Id> = entries.iter().map(|entry| entry.group).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut names = HashMap::with_capacity(ids.len());
        for some in ids.chunks(CHUNK) {
            let mut sql = Sql::new("SELECT t.id, t.name FROM buyer_groups t WHERE t.company_id = ");
            sql.bind(company).push(" AND t.id IN (");
            bind_padded(&mut sql, some);
            sql.push(")");
            self.tx.query(&sql.text, &sql.params, &mut |row| {
                names.insert(row.id(0)?, row.text(1)?.to_owned());
                Ok(())
            })?;
        }
        let row = |Entry { group, tier, paused, usage }| {
            let name = names.get(&group).cloned().unwrap_or_default();
            UsageRow { group, name, tier, paused, usage }
        };
        Ok(entries.into_iter().map(row).collect())
    }
}

/// Names that are asked for in one statement, at most.
const CHUNK: usize = 500;

/// The windows of each zone as it was given; looked up once for all rows. There are few.
struct SpansByZone<'a> {
    company: &'a Company,
    zones: &'a dyn Zones,
    now: Instant,
    known: Vec<(Option<String>, Spans)>,
}

impl SpansByZone<'_> {
    fn of(&mut self, given: Option<&str>) -> Spans {
        if let Some((_, spans)) = self.known.iter().find(|(zone, _)| zone.as_deref() == given) {
            return *spans;
        }
        let spans =
            in_zone(given, &self.company.iana, self.zones, |iana| Spans::at(self.now, iana, self.zones));
        self.known.push((given.map(str::to_owned), spans));
        spans
    }
}

/// The first rows of a list that comes unsorted: no more than twice as many are kept as are needed, however many come.
struct Fullest {
    entries: Vec<Entry>,
    /// How many rows come before the page, and together with it.
    before: usize,
    needed: usize,
    total: u64,
}

impl Fullest {
    fn new(query: &CapsQuery) -> Self {
        let (page, per_page) = (query.page as usize, query.per_page as usize);
        let needed = page.saturating_mul(per_page);
        Self { entries: Vec::new(), before: needed.saturating_sub(per_page), needed, total: 0 }
    }

    fn push(&mut self, entry: Entry) {
        self.total += 1;
        self.entries.push(entry);
        if self.entries.len() >= self.needed.saturating_mul(2).max(1_000) {
            self.entries.select_nth_unstable_by_key(self.needed, Entry::key);
            self.entries.truncate(self.needed);
        }
    }

    /// The page, sorted, and how many rows came in all.
    fn end(mut self) -> (Vec<Entry>, u64) {
        self.entries.sort_unstable_by_key(Entry::key);
        let page = self.entries.into_iter().take(self.needed).skip(self.before).collect();
        (page, self.total)
    }
}
