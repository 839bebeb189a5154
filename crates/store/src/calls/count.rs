//! What calls hold becomes what is counted, or room again: in the group's row, its ledger and its buyers.

use std::sync::LazyLock;

use domain::{Effect, Id, Instant, Key, Metric, Window};

use super::keep::Kept;
use crate::engine::Param;
use crate::error::Error;
use crate::place::{LIVE, began, cells, reserved};
use crate::plan::next_resets;
use crate::records::Company;
use crate::writer::Writer;

/// The one statement that counts. A window that has passed starts anew: with what is counted now, at this change, until
/// its next end; so no window starts twice, wherever the clock goes meanwhile. It tells whether a cap that was counted is
/// past its limit.
///
/// What it needs: what is released of each metric, and of live slots; the instant up to which windows have passed; what is counted of each metric; the number of
/// this change; the next ends; the company and the group.
static COUNT: LazyLock<String> = LazyLock::new(|| {
    const PASSED: usize = 7;
    const SEQ: usize = 13;
    let place = |metric: Metric, first: usize| first + metric as usize;
    let mut sets = Vec::new();
    for metric in Metric::ALL {
        let column = reserved(metric);
        sets.push(format!("{column} = {column} - ${}", place(metric, 1)));
    }
    sets.push(format!("{LIVE} = {LIVE} - $6"));
    for (metric, window) in cells() {
        let (used, more) = (Key::Used(metric, window).name(), place(metric, 8));
        sets.push(match window {
            Window::Total => format!("{used} = {used} + ${more}"),
            window => format!(
                "{used} = CASE WHEN {} <= ${PASSED} THEN CAST(${more} AS BIGINT) ELSE {used} + ${more} END",
                Key::ResetsAt(window).name()
            ),
        });
    }
    for window in Window::RESETTING {
        let (end, began) = (Key::ResetsAt(window).name(), began(window));
        sets.push(format!(
            "{began} = CASE WHEN {end} <= ${PASSED} THEN CAST(${SEQ} AS BIGINT) ELSE {began} END"
        ));
    }
    for window in Window::RESETTING {
        let (end, next) = (Key::ResetsAt(window).name(), SEQ + 1 + window as usize);
        sets.push(format!(
            "{end} = CASE WHEN {end} <= ${PASSED} THEN CAST(${next} AS BIGINT) ELSE {end} END"
        ));
    }
    let past: Vec<String> = cells()
        .map(|(metric, window)| {
            let (limit, used) = (Key::Limit(metric, window).name(), Key::Used(metric, window).name());
            format!("${} > 0 AND {used} > {limit}", place(metric, 8))
        })
        .collect();
    format!(
        "UPDATE call_limits SET {} WHERE company_id = $17 AND buyer_group_id = $18 RETURNING CASE WHEN {} THEN 1 ELSE 0 END",
        sets.join(", "),
        past.join(" OR ")
    )
});

impl Writer<'_> {
    /// Does to the counters what an event means for them. A group or buyer that is gone for good has none.
    pub(super) fn count_effect(
        &mut self,
        company: &Company,
        call: Id,
        kept: &mut Kept,
        effect: &Effect,
        now: Instant,
    ) -> Result<(), Error> {
        self.free_buyers(company.id, &effect.freed)?;
        if effect.counted.is_nothing() && effect.released.is_nothing() {
            return Ok(());
        }
        let Some(step) = kept.progress.steps.get(effect.step) else { return Ok(()) };
        let (group, seq) = (step.group, self.number(company.id)?);
        let Some(past_limit) = self.count_in_windows(company, group, effect, seq, now)? else {
            return Ok(());
        };
        kept.past_limit |= past_limit;
        if !effect.counted.is_nothing() {
            self.tx.execute(
                "INSERT INTO call_counts (company_id, buyer_group_id, seq, call_id, at, \
                 attempts, connections, conversions, revenue, earned) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                &[
                    company.id.into(),
                    group.into(),
                    seq.into(),
                    call.into(),
                    now.into(),
                    effect.counted.attempts.into(),
                    effect.counted.connections.into(),
                    effect.counted.conversions.into(),
                    effect.counted.revenue.units().into(),
                    effect.counted.earned.units().into(),
                ],
            )?;
        }
        self.judge(company.id, &[group], now)
    }

    /// Counts in every window of a group at once; tells whether that took a cap past its limit, `None` when there is no
    /// such group any more.
    fn count_in_windows(
        &mut self,
        company: &Company,
        group: Id,
        effect: &Effect,
        seq: i64,
        now: Instant,
    ) -> Result<Option<bool>, Error> {
        let zone = self.tx.first(
            "SELECT time_zone FROM buyer_groups WHERE company_id = $1 AND id = $2",
            &[company.id.into(), group.into()],
            |row| Ok(row.maybe_text(0)?.map(str::to_owned)),
        )?;
        let Some(zone) = zone else { return Ok(None) };
        let resets = next_resets(zone.as_deref(), &company.iana, &*self.shared.zones, now);
        let mut params: Vec<Param> =
            Metric::ALL.map(|metric| effect.released.metric(metric).units().into()).to_vec();
        // What counts nothing starts no window: then none is taken for passed.
        let passed = if effect.counted.is_nothing() { Instant::from_ms(i64::MIN) } else { now };
        params.extend([effect.released.slots.into(), passed.into()]);
        params.extend(Metric::ALL.map(|metric| Param::from(effect.counted.metric(metric).units())));
        params.push(seq.into());
        params.extend(Window::RESETTING.map(|window| Param::from(resets[window as usize])));
        params.extend([company.id.into(), group.into()]);
        self.tx.first(&COUNT, &params, |row| Ok(row.int(0)? != 0))
    }
}
