//! [`Reader`]: one snapshot of the database.

use domain::{Id, Instant, Key, Resource, Value};

use crate::engine::{Connection, Param};
use crate::error::Error;
use crate::place::table;
use crate::plan::{Plan, Surroundings};
use crate::records::{Company, Found, Name};
use crate::sql::Sql;
use crate::store::Shared;

/// One snapshot of the database. The methods for lists stand in `list.rs`, for keys and sessions in `accounts.rs`.
pub struct Reader<'a> {
    pub(crate) tx: &'a mut (dyn Connection + 'a),
    pub(crate) shared: &'a Shared,
}

/// Whether a record that is deleted is found too.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    Live,
    DeletedToo,
}

impl Reader<'_> {
    /// The company with that number.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub fn company(&mut self, id: Id) -> Result<Company, Error> {
        let sql = format!("SELECT {COMPANY} FROM companies o WHERE o.company_id = $1 AND o.id = $1");
        self.tx.first(&sql, &[id.into()], company)?.ok_or(Error::NotFound)
    }

    /// Every company, by id.
    ///
    /// # Errors
    /// Those of the database.
    pub fn companies(&mut self) -> Result<Vec<Company>, Error> {
        self.tx.all(&format!("SELECT {COMPANY} FROM companies o ORDER BY o.id"), &[], company)
    }

    /// The oldest company of that name.
    ///
    /// # Errors
    /// Those of the database.
    pub fn company_named(&mut self, name: &str) -> Result<Option<Company>, Error> {
        let sql = format!("SELECT {COMPANY} FROM companies o WHERE o.name = $1 ORDER BY o.id");
        self.tx.first(&sql, &[name.into()], company)
    }

    /// Some columns of the company, as of any other record.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub fn company_record(&mut self, company: Id, columns: &[Key]) -> Result<Found, Error> {
        let company = self.company(company)?;
        // No field of the company depends on the time.
        self.one(&company, Resource::Company, company.id, columns, Scope::Live, Instant::default())
    }

    /// Some columns of a record that is not deleted.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the company has none of that name.
    pub fn get(
        &mut self,
        company: &Company,
        resource: Resource,
        name: &Name,
        columns: &[Key],
        now: Instant,
    ) -> Result<Found, Error> {
        let id = self.id(company.id, resource, name)?;
        self.one(company, resource, id, columns, Scope::Live, now)
    }

    /// The same for a record that may be deleted: what the answer to a DELETE shows.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the company has none of that name.
    pub fn get_deleted(
        &mut self,
        company: &Company,
        resource: Resource,
        name: &Name,
        columns: &[Key],
        now: Instant,
    ) -> Result<Found, Error> {
        let id = self.id(company.id, resource, name)?;
        self.one(company, resource, id, columns, Scope::DeletedToo, now)
    }

    fn one(
        &mut self,
        company: &Company,
        resource: Resource,
        id: Id,
        columns: &[Key],
        scope: Scope,
        now: Instant,
    ) -> Result<Found, Error> {
        let plan = self.shared.plans.get(resource, columns);
        let mut sql = plan.select();
        from(&mut sql, &plan);
        sql.push(" WHERE t.company_id = ").bind(company.id).push(" AND t.id = ").bind(id);
        join_limits(&mut sql, plan.needs_limits);
        if scope == Scope::Live {
            sql.push(" AND t.deleted_at IS NULL");
        }
        let zones = &*self.shared.zones;
        let mut around = Surroundings::new(company, zones, now);
        if plan.needs_shares {
            let able = self.able(company, now)?;
            around.weights = self.tier_weights(&able, &[id], None)?;
        }
        let found = self.tx.first(&sql.text, &sql.params, |row| plan.read(row, &mut around))?;
        let (id, revision, values) = found.ok_or(Error::NotFound)?;
        Ok(Found { id, revision, values })
    }

    /// The columns of records by their ids, in that order; deleted ones too, since a list may be of those. An id that
    /// the company has no record of is left out.
    ///
    /// # Errors
    /// Those of the database.
    pub fn rows(
        &mut self,
        company: &Company,
        resource: Resource,
        ids: &[Id],
        columns: &[Key],
        now: Instant,
    ) -> Result<Vec<Vec<Value>>, Error> {
        self.rows_among(company, resource, ids, columns, None, now)
    }

    /// The same; shares are those among the groups that serve one of `offers`, if any are given.
    pub(crate) fn rows_among(
        &mut self,
        company: &Company,
        resource: Resource,
        ids: &[Id],
        columns: &[Key],
        offers: Option<&[Param]>,
        now: Instant,
    ) -> Result<Vec<Vec<Value>>, Error> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let plan = self.shared.plans.get(resource, columns);
        let zones = &*self.shared.zones;
        let mut around = Surroundings::new(company, zones, now);
        let able = if plan.needs_shares { Some(self.able(company, now)?) } else { None };
        let mut found = std::collections::HashMap::with_capacity(ids.len());
        for some in ids.chunks(CHUNK) {
            if let Some(able) = &able {
                around.weights.extend(self.tier_weights(able, some, offers)?);
            }
            let mut sql = plan.select();
            from(&mut sql, &plan);
            sql.push(" WHERE t.company_id = ").bind(company.id).push(" AND t.id IN (");
            bind_padded(&mut sql, some);
            sql.push(")");
            join_limits(&mut sql, plan.needs_limits);
            self.tx.query(&sql.text, &sql.params, &mut |row| {
                let (id, _, values) = plan.read(row, &mut around)?;
                found.insert(id, values);
                Ok(())
            })?;
        }
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    /// The number of a record that an address names. A number is taken as it is.
    pub(crate) fn id(&mut self, company: Id, resource: Resource, name: &Name) -> Result<Id, Error> {
        match name {
            Name::Id(id) => Ok(*id),
            Name::Uuid(_) if resource == Resource::Company => Err(Error::NotFound),
            Name::Uuid(uuid) => {
                let sql = format!("SELECT id FROM {} WHERE company_id = $1 AND uuid = $2", table(resource));
                let params = [company.into(), uuid.to_lowercase().into()];
                self.tx.first(&sql, &params, |row| row.id(0))?.ok_or(Error::NotFound)
            }
        }
    }
}

/// Ids in one statement, at most.
const CHUNK: usize = 500;

/// Appends values so that there are few different statements: the last is repeated up to the next of a few lengths.
pub(crate) fn bind_padded<P: Clone + Into<Param>>(sql: &mut Sql, values: &[P]) {
    if values.is_empty() {
        sql.push("NULL");
    }
    sql.bind_all(padded(values));
}

/// Values, the last of which is repeated up to the next of a few lengths.
pub(crate) fn padded<P: Clone>(values: &[P]) -> Vec<P> {
    let length =
        [1, 5, 25, 100, CHUNK].into_iter().find(|length| *length >= values.len()).unwrap_or(values.len());
    let last = values.last().into_iter().flat_map(std::iter::repeat);
    values.iter().chain(last).take(length).cloned().collect()
}

/// Appends the tables that a plan reads. CROSS JOIN keeps SQLite from starting at the counters.
pub(crate) fn from(sql: &mut Sql, plan: &Plan) {
    sql.push(" FROM ").push(table(plan.resource)).push(" t");
    if plan.needs_limits {
        sql.push(" CROSS JOIN call_limits c");
    }
}

/// Appends the condition that joins a group's counters.
pub(crate) fn join_limits(sql: &mut Sql, needed: bool) {
    if needed {
        sql.push(" AND c.company_id = t.company_id AND c.buyer_group_id = t.id");
    }
}

/// The columns of a company `o` that [`company`] reads; whoever needs it together with something else selects them first.
pub(crate) const COMPANY: &str =
    "o.id, o.name, o.time_zone, o.iana, o.currency, o.query_auth, o.max_call_minutes, o.revision";
/// How many they are.
pub(crate) const COMPANY_COLUMNS: usize = 8;

pub(crate) fn company(row: &dyn crate::engine::Row) -> Result<Company, Error> {
    Ok(Company {
        id: row.id(0)?,
        name: row.text(1)?.to_owned(),
        time_zone: row.text(2)?.to_owned(),
        iana: row.text(3)?.to_owned(),
        currency: row.text(4)?.to_owned(),
        query_auth: row.int(5)? != 0,
        max_call_minutes: row.int(6)?,
        revision: row.int(7)?,
    })
}
