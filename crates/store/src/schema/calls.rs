//! The fourth step: calls, what they hold and have counted, and the sequence of a company's changes.

use domain::{Key, Metric, Window};

use crate::engine::Engine;
use crate::place::{LIVE, began, reserved};

/// New columns, and the tables of calls.
pub(super) fn calls(engine: Engine) -> String {
    let mut text = COLUMNS.to_owned();
    for metric in Metric::ALL {
        text.push_str(&format!(
            "ALTER TABLE call_limits ADD COLUMN {} BIGINT NOT NULL DEFAULT 0;\n",
            reserved(metric)
        ));
    }
    for window in Window::ALL {
        text.push_str(&format!(
            "ALTER TABLE call_limits ADD COLUMN {} BIGINT NOT NULL DEFAULT 0;\n",
            began(window)
        ));
    }
    text.push_str(TABLES);
    text.push_str(&openings());
    // Texts are compared byte by byte on both, or the orders of lists would differ.
    text.replace("{text}", if engine == Engine::Sqlite { "TEXT" } else { "TEXT COLLATE \"C\"" })
}

/// What was counted before there were calls opens the balance of its window; so do calls that were said to be live.
fn openings() -> String {
    let mut text = format!(
        "INSERT INTO opening_balances (company_id, buyer_group_id, metric, time_window, amount, began)
    SELECT c.company_id, c.buyer_group_id, '{LIVE}', '', c.{LIVE}, 0 FROM call_limits c WHERE c.{LIVE} <> 0;\n"
    );
    for (metric, window) in crate::place::cells() {
        let used = Key::Used(metric, window).name();
        text.push_str(&format!(
            "INSERT INTO opening_balances (company_id, buyer_group_id, metric, time_window, amount, began)
    SELECT c.company_id, c.buyer_group_id, '{}', '{}', c.{used}, 0 FROM call_limits c WHERE c.{used} <> 0;\n",
            metric.name(),
            window.name()
        ));
    }
    text
}

const COLUMNS: &str = "ALTER TABLE companies ADD COLUMN max_call_minutes BIGINT NOT NULL DEFAULT 240;
ALTER TABLE companies ADD COLUMN alert_share BIGINT NOT NULL DEFAULT 80;
ALTER TABLE buyers ADD COLUMN concurrency_cap_used BIGINT NOT NULL DEFAULT 0;
ALTER TABLE buyer_groups ADD COLUMN hours {text};
CREATE INDEX buyers_busy ON buyers (company_id, id) WHERE concurrency_cap_used >= concurrency_cap_limit;
DROP INDEX buyer_groups_tier;
CREATE INDEX buyer_groups_tier ON buyer_groups
    (company_id, tier, id, weight, paused, active_buyers_count, full_until, near_until, hours, time_zone, deleted_at)
    WHERE deleted_at IS NULL;
CREATE INDEX buyer_groups_hours ON buyer_groups (company_id, hours, time_zone, deleted_at)
    WHERE hours IS NOT NULL AND deleted_at IS NULL;
";

const TABLES: &str = "CREATE TABLE calls (
    company_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    uuid {text} NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    revision BIGINT NOT NULL DEFAULT 1,
    caller_number {text},
    offer_id BIGINT,
    asked_group_id BIGINT,
    buyer_group_id BIGINT,
    buyer_id BIGINT,
    status {text} NOT NULL,
    steps_count BIGINT NOT NULL DEFAULT 0,
    connected_step BIGINT,
    connected_at BIGINT,
    ended_at BIGINT,
    duration BIGINT,
    converted BIGINT NOT NULL DEFAULT 0,
    revenue BIGINT NOT NULL DEFAULT 0,
    reversed BIGINT NOT NULL DEFAULT 0,
    earned_revenue BIGINT NOT NULL DEFAULT 0,
    past_limit BIGINT NOT NULL DEFAULT 0,
    reservation_id BIGINT,
    expires_at BIGINT,
    PRIMARY KEY (company_id, id)
);
CREATE UNIQUE INDEX calls_uuid ON calls (company_id, uuid);
CREATE INDEX calls_created ON calls (company_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX calls_group ON calls (company_id, buyer_group_id, id) WHERE deleted_at IS NULL;
CREATE INDEX calls_live ON calls (company_id, expires_at, id) WHERE expires_at IS NOT NULL;
CREATE TABLE call_steps (
    company_id BIGINT NOT NULL,
    call_id BIGINT NOT NULL,
    step BIGINT NOT NULL,
    decided_at BIGINT NOT NULL,
    decision {text} NOT NULL,
    reservation_id BIGINT,
    buyer_group_id BIGINT,
    buyer_ids {text} NOT NULL,
    dialed_ids {text} NOT NULL,
    failed_ids {text} NOT NULL,
    busy_ids {text} NOT NULL,
    expected_revenue BIGINT NOT NULL,
    attempts_held BIGINT NOT NULL,
    connections_held BIGINT NOT NULL,
    conversions_held BIGINT NOT NULL,
    revenue_held BIGINT NOT NULL,
    slots_held BIGINT NOT NULL,
    PRIMARY KEY (company_id, call_id, step)
);
CREATE TABLE call_events (
    company_id BIGINT NOT NULL,
    call_id BIGINT NOT NULL,
    event_id {text} NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    event {text} NOT NULL,
    step BIGINT,
    buyer_id BIGINT,
    revenue BIGINT,
    PRIMARY KEY (company_id, call_id, event_id)
);
CREATE TABLE call_counts (
    company_id BIGINT NOT NULL,
    buyer_group_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    call_id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    connections BIGINT NOT NULL,
    conversions BIGINT NOT NULL,
    revenue BIGINT NOT NULL,
    earned BIGINT NOT NULL,
    PRIMARY KEY (company_id, buyer_group_id, seq)
);
CREATE TABLE opening_balances (
    company_id BIGINT NOT NULL,
    buyer_group_id BIGINT NOT NULL,
    metric {text} NOT NULL,
    time_window {text} NOT NULL,
    amount BIGINT NOT NULL,
    began BIGINT NOT NULL,
    PRIMARY KEY (company_id, buyer_group_id, metric, time_window)
);
CREATE TABLE event_heads (
    company_id BIGINT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    floor BIGINT NOT NULL
);
INSERT INTO event_heads (company_id, seq, floor) SELECT id, 0, 0 FROM companies;
INSERT INTO company_counters (company_id, resource, live, deleted) SELECT id, 'call', 0, 0 FROM companies;
CREATE TABLE record_events (
    company_id BIGINT NOT NULL,
    resource {text} NOT NULL,
    record_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (company_id, resource, record_id)
);
CREATE INDEX record_events_seq ON record_events (company_id, seq);
";
