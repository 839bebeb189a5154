//! Lists: pages, orders, filters, totals.
//!
//! A list in the order of an index is read in one statement. Any other is read in two: first the ids of the page, from
//! the few columns that decide, then the rows by their keys; a sort that carries all 66 columns would evaluate them for
//! every record of the company. Ties are broken by id in the order's own direction, so that one index serves both.

use domain::api::Metadata;
use domain::filter::FilterBy;
use domain::list::{Narrowing, Paging};
use domain::{Id, Instant, Key, ListQuery, Resource, Value, Violation, Window};

use crate::able::Able;
use crate::engine::{Engine, Param};
use crate::error::Error;
use crate::place::{cells, is_in_limits, table};
use crate::plan::{Surroundings, expression, next_resets};
use crate::reader::{Reader, join_limits};
use crate::records::{Company, Page};
use crate::share::{join_weights, push_routing, push_share};
use crate::sql::Sql;
use crate::{narrow, search, summary};

/// The orders that an index gives.
const INDEXED: [Key; 4] = [Key::Id, Key::Name, Key::CreatedAt, Key::Tier];

impl Reader<'_> {
    /// A page of a list, with totals and, if asked for, the summary.
    ///
    /// # Errors
    /// Those of the database.
    pub fn list(&mut self, company: &Company, query: &ListQuery, now: Instant) -> Result<Page, Error> {
        check(query)?;
        let mut metadata = self.metadata(company, query, now)?;
        let plan = self.shared.plans.get(query.resource, &query.columns);
        let walks = INDEXED.contains(&query.order) && query.fulltext.is_none() && !plan.needs_shares;
        let (ids, mut rows) = if walks {
            let mut sql = plan.select();
            self.page(&mut sql, company, query, plan.needs_limits, now)?;
            let zones = &*self.shared.zones;
            let mut around = Surroundings::new(company, zones, now);
            let found = self.tx.all(&sql.text, &sql.params, |row| plan.read(row, &mut around))?;
            found.into_iter().map(|(id, _, values)| (id, values)).unzip()
        } else {
            let ids = self.page_ids(company, query, now)?;
            let on_page = &ids[..ids.len().min(query.per_page as usize)];
            let rows = self.rows_for(company, query, on_page, now)?;
            (ids, rows)
        };
        if let Paging::Cursor(_) = query.paging {
            // One more than a page was read, to know whether anything follows.
            let last = ids.get(query.per_page as usize - 1).filter(|_| ids.len() > query.per_page as usize);
            metadata.next_cursor = Some(last.map_or(0, |id| id.get()));
            rows.truncate(query.per_page as usize);
        }
        Ok(Page { rows, metadata })
    }

    /// The ids of a page, in order: a short read, after which a long file can be read by [`Reader::rows_for`].
    ///
    /// # Errors
    /// Those of the database.
    pub fn ids(&mut self, company: &Company, query: &ListQuery, now: Instant) -> Result<Vec<Id>, Error> {
        check(query)?;
        let mut ids = self.page_ids(company, query, now)?;
        ids.truncate(query.per_page as usize);
        Ok(ids)
    }

    /// The query's columns of records by their ids, in that order. Shares are among the groups that the query's filter
    /// by offer leaves. An id that the company has no record of is left out.
    ///
    /// # Errors
    /// Those of the database.
    pub fn rows_for(
        &mut self,
        company: &Company,
        query: &ListQuery,
        ids: &[Id],
        now: Instant,
    ) -> Result<Vec<Vec<Value>>, Error> {
        let offers = offers(query);
        self.rows_among(company, query.resource, ids, &query.columns, offers.as_deref(), now)
    }

    /// The ids of a page and, for a cursor, one more.
    fn page_ids(&mut self, company: &Company, query: &ListQuery, now: Instant) -> Result<Vec<Id>, Error> {
        let mut sql = Sql::new("SELECT t.id");
        self.page(&mut sql, company, query, false, now)?;
        self.tx.all(&sql.text, &sql.params, |row| row.id(0))
    }

    /// Appends all that follows the select list of a page.
    fn page(
        &mut self,
        sql: &mut Sql,
        company: &Company,
        query: &ListQuery,
        needs_limits: bool,
        now: Instant,
    ) -> Result<(), Error> {
        let conditions = Conditions::of(query, needs_limits || is_in_limits(query.resource, query.order));
        conditions.push_from(sql, self.tx.engine(), company.id);
        let needs_able = matches!(query.order, Key::Share | Key::Routing);
        let able = if needs_able { Some(self.able(company, now)?) } else { None };
        if let Some(able) = able.as_ref().filter(|_| query.order == Key::Share) {
            join_weights(sql, able, offers(query).as_deref());
        }
        conditions.push_where(sql, company.id, now);
        let (limit, offset) = match query.paging {
            Paging::Page(page) => {
                (i64::from(query.per_page), i64::from(page - 1) * i64::from(query.per_page))
            }
            Paging::Cursor(after) => {
                if after == 0 {
                    // The end, as the page before said: not the start again, or a walk would never end.
                    sql.push(" AND 1 = 0");
                } else if after > 0 {
                    sql.push(if query.descending { " AND t.id < " } else { " AND t.id > " }).bind(after);
                }
                (i64::from(query.per_page) + 1, 0)
            }
        };
        self.order(sql, company, query, able.as_ref(), now)?;
        sql.push(" LIMIT ").bind(limit);
        if offset > 0 {
            sql.push(" OFFSET ").bind(offset);
        }
        Ok(())
    }

    fn order(
        &mut self,
        sql: &mut Sql,
        company: &Company,
        query: &ListQuery,
        able: Option<&Able>,
        now: Instant,
    ) -> Result<(), Error> {
        let (direction, opposite) = if query.descending { ("DESC", "ASC") } else { ("ASC", "DESC") };
        sql.push(" ORDER BY ");
        match (query.order, able) {
            (Key::Id, _) => {}
            (Key::Routing, Some(able)) => {
                sql.push("t.tier ").push(direction).push(", ");
                push_routing(sql, able, offers(query).as_deref());
                sql.push(" ").push(opposite).push(", ");
            }
            (Key::Share, Some(able)) => {
                push_share(sql, able);
                sql.push(" ").push(direction).push(", ");
            }
            (Key::CapResetAt, _) => {
                self.push_cap_reset(sql, company, now)?;
                sql.push(" ").push(direction).push(" NULLS LAST, ");
            }
            (key, _) => {
                sql.push_at(&expression(query.resource, key), now).push(" ").push(direction);
                // Those with an index are never null, and NULLS LAST would keep the index from being used.
                sql.push(if INDEXED.contains(&key) { ", " } else { " NULLS LAST, " });
            }
        }
        sql.push("t.id ").push(direction);
        Ok(())
    }

    /// Appends the earliest next reset among the windows that have a limit. The shorter window always ends first, or
    /// together with the longer.
    fn push_cap_reset(&mut self, sql: &mut Sql, company: &Company, now: Instant) -> Result<(), Error> {
        let zones = self.tx.all(
            "SELECT DISTINCT time_zone FROM buyer_groups WHERE company_id = $1 AND time_zone IS NOT NULL",
            &[company.id.into()],
            |row| row.text(0).map(str::to_owned),
        )?;
        let resets = |given: Option<&str>| next_resets(given, &company.iana, &*self.shared.zones, now);
        let own = resets(None);
        sql.push("(CASE");
        for window in Window::RESETTING {
            let limits = cells().filter(|(_, other)| *other == window);
            let limited: Vec<String> = limits
                .map(|(metric, window)| format!("c.{} IS NOT NULL", Key::Limit(metric, window).name()))
                .collect();
            sql.push(" WHEN ").push(&limited.join(" OR ")).push(" THEN ");
            if zones.is_empty() {
                sql.bind_int(own[window as usize]);
                continue;
            }
            sql.push("CASE t.time_zone");
            for zone in &zones {
                sql.push(" WHEN ").bind(zone.as_str()).push(" THEN ");
                sql.bind_int(resets(Some(zone))[window as usize]);
            }
            sql.push(" ELSE ").bind_int(own[window as usize]).push(" END");
        }
        sql.push(" END)");
        Ok(())
    }

    fn metadata(&mut self, company: &Company, query: &ListQuery, now: Instant) -> Result<Metadata, Error> {
        let mut metadata = Metadata { per_page: query.per_page, ..Metadata::default() };
        metadata.total_count = if query.summary {
            summary::add(self, company, query, now, &mut metadata)?
        } else {
            self.total(company.id, query, now)?
        };
        let total_pages = metadata.total_count.div_ceil(u64::from(query.per_page));
        metadata.total_pages = total_pages;
        if let Paging::Page(page) = query.paging {
            metadata.page = Some(page);
            metadata.next_page = (u64::from(page) < total_pages).then(|| page + 1);
        }
        Ok(metadata)
    }

    /// How many records the query finds in all: from the counters when nothing narrows it.
    pub(crate) fn total(&mut self, company: Id, query: &ListQuery, now: Instant) -> Result<u64, Error> {
        let conditions = Conditions::of(query, false);
        let is_counted = query.resource != Resource::Alert;
        let total = if is_counted && conditions.are_none() {
            let column = if query.deleted { "deleted" } else { "live" };
            let sql =
                format!("SELECT {column} FROM company_counters WHERE company_id = $1 AND resource = $2");
            let params = [company.into(), query.resource.singular().into()];
            self.tx.first(&sql, &params, |row| row.int(0))?
        } else {
            let sql = count(&conditions, self.tx.engine(), company, now);
            self.tx.first(&sql.text, &sql.params, |row| row.int(0))?
        };
        Ok(total.and_then(|total| u64::try_from(total).ok()).unwrap_or_default())
    }
}

/// The statement that counts what some conditions find.
fn count(conditions: &Conditions<'_>, engine: Engine, company: Id, now: Instant) -> Sql {
    let mut sql = Sql::new("SELECT count(*)");
    conditions.push_from(&mut sql, engine, company);
    conditions.push_where(&mut sql, company, now);
    sql
}

/// Values of one filter, at most: a statement takes only so many.
const MOST_VALUES: usize = 1_000;

fn check(query: &ListQuery) -> Result<(), Error> {
    let too_long = |narrowing: &&Narrowing| narrowing.values.len() > MOST_VALUES;
    let violations: Vec<Violation> = query
        .narrowings
        .iter()
        .filter(too_long)
        .filter_map(|narrowing| {
            query
                .resource
                .filters()
                .iter()
                .find(|filter| (filter.by, filter.test) == (narrowing.by, narrowing.test))
        })
        .map(|filter| Violation::new(filter.name, filter.label, "must have at most 1,000 values"))
        .collect();
    if violations.is_empty() { Ok(()) } else { Err(Error::Violations(violations)) }
}

/// The offers that a list of groups is narrowed to: then only groups that serve them compete.
fn offers(query: &ListQuery) -> Option<Vec<Param>> {
    let by_offer = |narrowing: &&Narrowing| narrowing.by == FilterBy::Member(Resource::Offer);
    let narrowing = query.narrowings.iter().find(by_offer)?;
    (query.resource == Resource::BuyerGroup).then(|| narrow::params(narrowing))
}

/// What a list is narrowed by.
pub(crate) struct Conditions<'a> {
    query: &'a ListQuery,
    narrowings: Vec<&'a Narrowing>,
    needs_limits: bool,
}

impl<'a> Conditions<'a> {
    /// Every condition of a query.
    pub(crate) fn of(query: &'a ListQuery, needs_limits: bool) -> Self {
        Self::but(query, &[], needs_limits)
    }

    /// The same, but for the filters by some fields.
    pub(crate) fn but(query: &'a ListQuery, without: &[Key], needs_limits: bool) -> Self {
        let is_kept =
            |narrowing: &&Narrowing| !matches!(narrowing.by, FilterBy::Field(key) if without.contains(&key));
        let narrowings: Vec<&Narrowing> = query.narrowings.iter().filter(is_kept).collect();
        let narrowed = |narrowing: &&Narrowing| matches!(narrowing.by, FilterBy::Field(key) if is_in_limits(query.resource, key));
        let needs_limits = needs_limits || narrowings.iter().any(narrowed);
        Self { query, narrowings, needs_limits }
    }

    fn are_none(&self) -> bool {
        let query = self.query;
        self.narrowings.is_empty()
            && query.fulltext.is_none()
            && query.created_from.is_none()
            && query.created_to.is_none()
    }

    /// The text to look for, if it is one that a field can hold.
    fn searched(&self) -> Option<&str> {
        self.query.fulltext.as_deref().filter(|text| search::is_possible(text))
    }

    /// Appends FROM. CROSS JOIN keeps SQLite to this order: what was found, its row, its counters.
    pub(crate) fn push_from(&self, sql: &mut Sql, engine: Engine, company: Id) {
        let resource = self.query.resource;
        sql.push(" FROM ");
        if let Some(text) = self.searched() {
            search::hits(sql, engine, company, resource, text);
            sql.push(" h CROSS JOIN ");
        }
        sql.push(table(resource)).push(" t");
        if self.needs_limits {
            sql.push(" CROSS JOIN call_limits c");
        }
    }

    /// Appends WHERE.
    pub(crate) fn push_where(&self, sql: &mut Sql, company: Id, now: Instant) {
        let query = self.query;
        sql.push(" WHERE t.company_id = ").bind(company);
        join_limits(sql, self.needs_limits);
        if query.fulltext.is_some() {
            sql.push(if self.searched().is_some() { " AND t.id = h.id" } else { " AND 1 = 0" });
        }
        sql.push(if query.deleted { " AND t.deleted_at IS NOT NULL" } else { " AND t.deleted_at IS NULL" });
        if let Some(from) = query.created_from {
            sql.push(" AND t.created_at >= ").bind(from);
        }
        if let Some(to) = query.created_to {
            sql.push(" AND t.created_at <= ").bind(to);
        }
        for narrowing in &self.narrowings {
            narrow::push(sql, company, query.resource, narrowing, now);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use domain::list::Format;
    use domain::{Change, Civil, Input, Intent, Params, TimeZone, ZoneNames, Zones};

    use super::*;
    use crate::{Settings, Store};

    /// Every zone is UTC.
    struct Utc;

    impl ZoneNames for Utc {
        fn canonical(&self, name: &str) -> Option<String> {
            Some(name.to_owned())
        }
    }

    impl Zones for Utc {
        fn offset_at(&self, _: &str, _: Instant) -> i32 {
            0
        }

        fn instants(&self, _: &str, civil: Civil) -> (Instant, Instant) {
            (civil.at_offset(0), civil.at_offset(0))
        }
    }

    /// A store with a company.
    fn new_store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        let store = Store::open(&url, Arc::new(Utc), Settings::default()).unwrap();
        let zone = TimeZone::parse("UTC", &Utc).unwrap();
        store.write_now(move |writer| writer.create_company("Acme", &zone, Instant::default())).unwrap();
        (folder, store)
    }

    fn query(params: &[(&str, &str)]) -> ListQuery {
        let params: Params = params.iter().map(|&(name, text)| (name, Input::from(text))).collect();
        ListQuery::parse(Resource::BuyerGroup, &params, Format::Json, "UTC", &Utc).unwrap()
    }

    /// Adds a group with such hours.
    fn with_hours(store: &Store, hours: &str) {
        let params: Params =
            [("name", Input::from("West")), ("hours", Input::from(hours))].into_iter().collect();
        let change = Change::parse(Resource::BuyerGroup, Intent::Create, &params, &[], &Utc).unwrap().change;
        let add = move |writer: &mut crate::Writer<'_>| {
            let company = writer.company_named("Acme")?.unwrap().id;
            let user = writer.create_user(
                company,
                "Olivia",
                "o@example.com",
                crate::Role::Owner,
                Instant::default(),
            )?;
            writer.create(&crate::Actor { company, user, key: None }, &change, Instant::default())
        };
        store.write_now(add).unwrap();
    }

    /// How SQLite goes about a statement.
    fn explain(store: &Store, sql: Sql) -> String {
        let text = format!("EXPLAIN QUERY PLAN {}", sql.text);
        let step = |row: &dyn crate::engine::Row| row.text(3).map(str::to_owned);
        store.read(|reader| reader.tx.all(&text, &sql.params, step)).unwrap().join("\n")
    }

    /// How SQLite goes about a page.
    fn plan(store: &Store, params: &[(&str, &str)]) -> String {
        let mut sql = Sql::new("SELECT t.id");
        let write = |reader: &mut Reader<'_>| {
            let company = reader.company_named("Acme")?.unwrap();
            reader.page(&mut sql, &company, &query(params), true, Instant::default())
        };
        store.read(write).unwrap();
        explain(store, sql)
    }

    /// Each of these collapses when SQLite starts at the wrong table or sorts what an index has sorted.
    #[test]
    fn sqlite_reads_pages_by_the_indexes_that_are_there_for_them() {
        let (_folder, store) = new_store();
        for direction in ["asc", "desc"] {
            for (order, index) in [
                ("id", "sqlite_autoindex_buyer_groups_1 (company_id=?)"),
                ("name", "buyer_groups_name (company_id=?)"),
                ("created_at", "buyer_groups_created (company_id=?)"),
                ("tier", "buyer_groups_tier (company_id=?)"),
            ] {
                let plan = plan(&store, &[("order", order), ("order_dir", direction)]);
                assert!(
                    plan.contains(index) && !plan.contains("TEMP B-TREE"),
                    "{order} {direction}:\n{plan}"
                );
            }
        }
        let by_id = "SEARCH t USING INDEX sqlite_autoindex_buyer_groups_1 (company_id=? AND id=?)";
        for params in [
            &[("fulltext", "west")][..],
            &[("fulltext", "west"), ("order", "name"), ("state", "paused")],
            &[("fulltext", "we")],
        ] {
            let plan = plan(&store, params);
            assert!(plan.contains(by_id) && !plan.contains("SCAN t"), "{params:?}:\n{plan}");
        }
        let plan = plan(&store, &[("cursor", "100")]);
        assert!(plan.contains("(company_id=? AND id>?)"), "{plan}");
    }

    /// What depends on every group of a company, or of a tier, is read from the index by tier alone.
    #[test]
    fn sqlite_judges_whole_companies_by_one_index_without_their_rows() {
        let (_folder, store) = new_store();
        let at = Instant::default();
        let query = query(&[("summary", "1")]);
        let acme = store.read(|reader| reader.company_named("Acme")).unwrap().unwrap();
        let company = acme.id;
        let mut page = Sql::new("SELECT t.id");
        let routing = self::query(&[("order", "routing")]);
        // One whose hours are closed, on the Thursday that 1970 began with.
        with_hours(&store, "Sat 10:00-14:00");
        let able = store.read(|reader| reader.able(&acme, at)).unwrap();
        store.read(|reader| reader.page(&mut page, &acme, &routing, false, at)).unwrap();
        let by_state = self::query(&[("state", "paused")]);
        let statements = [
            (summary::counts(Engine::Sqlite, &able, &query, at), "(company_id=?)"),
            (count(&Conditions::of(&by_state, false), Engine::Sqlite, company, at), "(company_id=?)"),
            (crate::share::weights_of(&able, &[company], None), "(company_id=? AND tier=?)"),
            (page, "(company_id=?)"),
        ];
        for (index, (sql, by)) in statements.into_iter().enumerate() {
            // Only the filter by state does not ask who can take calls.
            assert_eq!(sql.text.contains("t.hours"), index != 1, "{}", sql.text);
            let steps = explain(&store, sql);
            let index = format!("USING COVERING INDEX buyer_groups_tier {by}");
            assert!(steps.contains(&index), "{index}:\n{steps}");
            assert!(!steps.contains("FOR GROUP BY") && !steps.contains("FOR ORDER BY"), "{steps}");
        }
        let mut hours = Sql::new(crate::able::DISTINCT);
        hours.params.push(company.into());
        let steps = explain(&store, hours);
        assert_eq!(steps, "SEARCH t USING COVERING INDEX buyer_groups_hours (company_id=? AND hours>?)");
    }
}
