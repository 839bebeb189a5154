//! One buyer group, as somebody would write it by hand for this one resource: a struct, its columns, its JSON.

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;
use jiff::tz::Offset;
use rusqlite::Row;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use serde::{Serialize, Serializer};

/// What [`BuyerGroup::read`] reads, for SELECT; `?1` is the time in milliseconds.
pub(super) const COLUMNS: &str = include_str!("columns.sql");

/// The 66 columns of the API document. `L` is the list of buyers: [`Ids`] in JSON, a text in CSV.
#[derive(Serialize)]
pub(super) struct BuyerGroup<L> {
    id: i64,
    legacy_id: i64,
    #[serde(rename = "type")]
    kind: &'static str,
    uuid: String,
    created_at: Instant,
    updated_at: Instant,
    deleted_at: Option<Instant>,
    user_updated_at: Option<Instant>,
    routes_show_path: String,
    routes_edit_path: String,
    external_record_id: Option<String>,
    concurrency_cap_limit: Option<i64>,
    concurrency_cap_used: i64,
    buyer_ids: L,
    buyers_count: i64,
    company_id: i64,
    name: String,
    maxed_out: bool,
    weight: Decimal,
    tier: Decimal,
    time_zone: Option<String>,
    paused: bool,
    paused_at: Option<Instant>,
    paused_by_user_id: Option<i64>,
    unpaused_at: Option<Instant>,
    dial_buyers_type: String,
    attempt_daily_used: Decimal,
    attempt_hourly_used: Decimal,
    attempt_monthly_used: Decimal,
    attempt_total_used: Decimal,
    buyer_conversion_daily_used: Decimal,
    buyer_conversion_hourly_used: Decimal,
    buyer_conversion_monthly_used: Decimal,
    buyer_conversion_total_used: Decimal,
    connection_daily_used: Decimal,
    connection_hourly_used: Decimal,
    connection_monthly_used: Decimal,
    connection_total_used: Decimal,
    earned_revenue_daily_used: Decimal,
    earned_revenue_hourly_used: Decimal,
    earned_revenue_monthly_used: Decimal,
    earned_revenue_total_used: Decimal,
    revenue_daily_used: Decimal,
    revenue_hourly_used: Decimal,
    revenue_monthly_used: Decimal,
    revenue_total_used: Decimal,
    attempt_daily_limit: Option<Decimal>,
    attempt_hourly_limit: Option<Decimal>,
    attempt_monthly_limit: Option<Decimal>,
    attempt_total_limit: Option<Decimal>,
    buyer_conversion_daily_limit: Option<Decimal>,
    buyer_conversion_hourly_limit: Option<Decimal>,
    buyer_conversion_monthly_limit: Option<Decimal>,
    buyer_conversion_total_limit: Option<Decimal>,
    connection_daily_limit: Option<Decimal>,
    connection_hourly_limit: Option<Decimal>,
    connection_monthly_limit: Option<Decimal>,
    connection_total_limit: Option<Decimal>,
    earned_revenue_daily_limit: Option<Decimal>,
    earned_revenue_hourly_limit: Option<Decimal>,
    earned_revenue_monthly_limit: Option<Decimal>,
    earned_revenue_total_limit: Option<Decimal>,
    revenue_daily_limit: Option<Decimal>,
    revenue_hourly_limit: Option<Decimal>,
    revenue_monthly_limit: Option<Decimal>,
    revenue_total_limit: Option<Decimal>,
}

impl<L: FromSql> BuyerGroup<L> {
    /// Reads a row of [`COLUMNS`].
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let id: i64 = row.get(0)?;
        Ok(Self {
            id,
            legacy_id: id,
            kind: "BuyerGroup",
            uuid: row.get(1)?,
            created_at: row.get(2)?,
            updated_at: row.get(3)?,
            deleted_at: row.get(4)?,
            user_updated_at: row.get(5)?,
            routes_show_path: format!("/buyer_groups/{id}"),
            routes_edit_path: format!("/buyer_groups/{id}/edit"),
            external_record_id: row.get(6)?,
            concurrency_cap_limit: row.get(7)?,
            concurrency_cap_used: row.get(8)?,
            buyer_ids: row.get(9)?,
            buyers_count: row.get(10)?,
            company_id: row.get(11)?,
            name: row.get(12)?,
            maxed_out: row.get(13)?,
            weight: row.get(14)?,
            tier: row.get(15)?,
            time_zone: row.get(16)?,
            paused: row.get(17)?,
            paused_at: row.get(18)?,
            paused_by_user_id: row.get(19)?,
            unpaused_at: row.get(20)?,
            dial_buyers_type: row.get(21)?,
            attempt_daily_used: row.get(22)?,
            attempt_hourly_used: row.get(23)?,
            attempt_monthly_used: row.get(24)?,
            attempt_total_used: row.get(25)?,
            buyer_conversion_daily_used: row.get(26)?,
            buyer_conversion_hourly_used: row.get(27)?,
            buyer_conversion_monthly_used: row.get(28)?,
            buyer_conversion_total_used: row.get(29)?,
            connection_daily_used: row.get(30)?,
            connection_hourly_used: row.get(31)?,
            connection_monthly_used: row.get(32)?,
            connection_total_used: row.get(33)?,
            earned_revenue_daily_used: row.get(34)?,
            earned_revenue_hourly_used: row.get(35)?,
            earned_revenue_monthly_used: row.get(36)?,
            earned_revenue_total_used: row.get(37)?,
            revenue_daily_used: row.get(38)?,
            revenue_hourly_used: row.get(39)?,
            revenue_monthly_used: row.get(40)?,
            revenue_total_used: row.get(41)?,
            attempt_daily_limit: row.get(42)?,
            attempt_hourly_limit: row.get(43)?,
            attempt_monthly_limit: row.get(44)?,
            attempt_total_limit: row.get(45)?,
            buyer_conversion_daily_limit: row.get(46)?,
            buyer_conversion_hourly_limit: row.get(47)?,
            buyer_conversion_monthly_limit: row.get(48)?,
            buyer_conversion_total_limit: row.get(49)?,
            connection_daily_limit: row.get(50)?,
            connection_hourly_limit: row.get(51)?,
            connection_monthly_limit: row.get(52)?,
            connection_total_limit: row.get(53)?,
            earned_revenue_daily_limit: row.get(54)?,
            earned_revenue_hourly_limit: row.get(55)?,
            earned_revenue_monthly_limit: row.get(56)?,
            earned_revenue_total_limit: row.get(57)?,
            revenue_daily_limit: row.get(58)?,
            revenue_hourly_limit: row.get(59)?,
            revenue_monthly_limit: row.get(60)?,
            revenue_total_limit: row.get(61)?,
        })
    }
}

/// Ten-thousandths, written as a number.
pub(super) struct Decimal(i64);

impl FromSql for Decimal {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(Self)
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 10_000 == 0 {
            serializer.serialize_i64(self.0 / 10_000)
        } else {
            serializer.serialize_f64(self.0 as f64 / 10_000.0)
        }
    }
}

/// A point in time.
pub(super) struct Instant(Timestamp);

impl FromSql for Instant {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let at = Timestamp::from_millisecond(value.as_i64()?);
        at.map(Self).map_err(|error| FromSqlError::Other(Box::new(error)))
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(3));
        serializer.serialize_str(&PRINTER.timestamp_with_offset_to_string(&self.0, Offset::UTC))
    }
}

/// A list of ids, as string_agg gives it.
pub(super) struct Ids(Vec<i64>);

impl FromSql for Ids {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let text = value.as_str_or_null()?.unwrap_or_default();
        let ids = text.split(',').filter(|id| !id.is_empty()).map(str::parse);
        ids.collect::<Result<_, _>>().map(Self).map_err(|error| FromSqlError::Other(Box::new(error)))
    }
}

impl Serialize for Ids {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
