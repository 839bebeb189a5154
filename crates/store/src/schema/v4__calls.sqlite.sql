ALTER TABLE companies ADD COLUMN max_call_minutes BIGINT NOT NULL DEFAULT 240;
ALTER TABLE companies ADD COLUMN alert_share BIGINT NOT NULL DEFAULT 80;
ALTER TABLE buyers ADD COLUMN concurrency_cap_used BIGINT NOT NULL DEFAULT 0;
ALTER TABLE buyer_groups ADD COLUMN hours TEXT;
CREATE INDEX buyers_busy ON buyers (company_id, id) WHERE concurrency_cap_used >= concurrency_cap_limit;
DROP INDEX buyer_groups_tier;
CREATE INDEX buyer_groups_tier ON buyer_groups
    (company_id, tier, id, weight, paused, active_buyers_count, full_until, near_until, hours, time_zone, deleted_at)
    WHERE deleted_at IS NULL;
CREATE INDEX buyer_groups_hours ON buyer_groups (company_id, hours, time_zone, deleted_at)
    WHERE hours IS NOT NULL AND deleted_at IS NULL;
ALTER TABLE call_limits ADD COLUMN attempt_reserved BIGINT NOT NULL DEFAULT 0;
ALTER TABLE call_limits ADD COLUMN connection_reserved BIGINT NOT NULL DEFAULT 0;
ALTER TABLE call_limits ADD COLUMN buyer_conversion_reserved BIGINT NOT NULL DEFAULT 0;
ALTER TABLE call_limits ADD COLUMN revenue_reserved BIGINT NOT NULL DEFAULT 0;
ALTER TABLE call_limits ADD COLUMN earned_revenue_reserved BIGINT NOT NULL DEFAULT 0;
ALTER TABLE call_limits ADD COLUMN hourly_began BIGINT NOT NULL DEFAULT 0;
ALTER TABLE call_limits ADD COLUMN daily_began BIGINT NOT NULL DEFAULT 0;
ALTER TABLE call_limits ADD COLUMN monthly_began BIGINT NOT NULL DEFAULT 0;
ALTER TABLE call_limits ADD COLUMN total_began BIGINT NOT NULL DEFAULT 0;
CREATE TABLE calls (
    company_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    uuid TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    revision BIGINT NOT NULL DEFAULT 1,
    caller_number TEXT,
    offer_id BIGINT,
    asked_group_id BIGINT,
    buyer_group_id BIGINT,
    buyer_id BIGINT,
    status TEXT NOT NULL,
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
    decision TEXT NOT NULL,
    reservation_id BIGINT,
    buyer_group_id BIGINT,
    buyer_ids TEXT NOT NULL,
    dialed_ids TEXT NOT NULL,
    failed_ids TEXT NOT NULL,
    busy_ids TEXT NOT NULL,
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
    event_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    event TEXT NOT NULL,
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
    metric TEXT NOT NULL,
    time_window TEXT NOT NULL,
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
    resource TEXT NOT NULL,
    record_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (company_id, resource, record_id)
);
CREATE INDEX record_events_seq ON record_events (company_id, seq);
INSERT INTO opening_balances (company_id, buyer_group_id, metric, time_window, amount, began)
    SELECT c.company_id, c.buyer_group_id, 'concurrency_cap_used', '', c.concurrency_cap_used, 0 FROM call_limits c WHERE c.concurrency_cap_used <> 0;
INSERT INTO opening_balances (company_id, buyer_group_id, metric, time_window, amount, began)
    SELECT c.company_id, c.buyer_group_id, 'attempt', 'hourly', c.attempt_hourly_used, 0 FROM call_limits c WHERE c.attempt_hourly_used <> 0;
INSERT INTO opening_balances (company_id, buyer_group_id, metric, time_window, amount, began)
    SELECT c.company_id, c.buyer_group_id, 'attempt', 'daily', c.attempt_daily_used, 0 FROM call_limits c WHERE c.attempt_daily_used <> 0;
INSERT INTO opening_balances (company_id, buyer_group_id, metric, time_window, amount, began)
    SELECT c.company_id, c.buyer_group_id, 'attempt', 'monthly', c.attempt_monthly_used, 0 FROM call_limits c WHERE c.attempt_monthly_used <> 0;
INSERT INTO opening_balances (company_id, buyer_group_id, metric, time_window, amount, began)
    SELECT c.company_id, c.buyer_group_id, 'attempt', 'total', c.attempt_total_used, 0 FROM call_limits c WHERE c.attempt_total_used <> 0;
INSERT INTO opening_balances (company_id, buyer_group_id, metric, time_window, amount, began)
    SELECT c.company_id, c.buyer_group_id, 'connection', 'hourly', c.connection_hourly_used, 0 FROM call_limits c WHERE c.connection_hourly_used <> 0;
INSERT INTO opening_balances (company_id, buyer_group_id, metric, time_window, amount, began)
    SELECT c.company_id, c.buyer_group_id, 'connection', 'daily', c.connection_daily_used, 0 FROM call_limits c WHERE c.connection_daily_used <> 0;
INSERT INTO opening_balances (company_id, buyer_group_id, metric, time_window, amount, began)
    SELECT c.company_id, c.buyer_group_id, 'connection', 'monthly', c.connection_monthly_used, 0 FROM call_limits c WHERE c.connection_monthly_used <> 0;
INSERT INTO opening_balances (company_id, buyer_group_id, metric, time_window, amount, began)
    SELECT c.company_id, c.buyer_group_id, 'connection', 'total', c.connection_total_used, 0 FROM call_limits c WHERE c.connection_total_used <> 0;
INSERT INTO opening_balances (company_id, buyer_group_id, metric, time_window, amount, began)
    SELECT c.company_id, c.buyer_group_id, 'buyer_conversion', 'hourly', c.buyer_conversion_hourly_used, 0 FROM call_limits c WHERE c.buyer_conversion_hourly_used <> 0;
INSERT INTO opening_balances (company_id, buyer_group_id, metric, time_window, amount, began)
    SELECT c.company_id, c.buyer_group_id, 'buyer_conversion', 'daily', c.buyer_conversion_daily_used, 0 FROM call_limits c WHERE c.buyer_conversion_daily_used <> 0;
INSERT INTO opening_balances (company_id, buyer_group_id, metric, time_window, amount, began)
    SELECT c.company_id, c.buyer_group_id, 'buyer_conversion', 'monthly', c.buyer_conversion_monthly_used, 0 FROM call_limits c WHERE c.buyer_conversion_monthly_used <> 0;
INSERT INTO opening_balances (company_id, buyer_group_id, metric, time_window, amount, began)
    SELECT c.company_id, c.buyer_group_id, 'buyer_conversion', 'total', c.buyer_conversion_total_used, 0 FROM call_limits c WHERE c.buyer_conversion_total_used <> 0;
INSERT INTO opening_balances (company_id, buyer_group_id, metric, time_window, amount, began)
    SELECT c.company_id, c.buyer_group_id, 'revenue', 'hourly', c.revenue_hourly_used, 0 FROM call_limits c WHERE c.revenue_hourly_used <> 0;
INSERT INTO opening_balances (company_id, buyer_group_id, metric, time_window, amount, began)
    SELECT c.company_id, c.buyer_group_id, 'revenue', 'daily', c.revenue_daily_used, 0 FROM call_limits c WHERE c.revenue_daily_used <> 0;
INSERT INTO opening_balances (company_id, buyer_group_id, metric, time_window, amount, began)
    SELECT c.company_id, c.buyer_group_id, 'revenue', 'monthly', c.revenue_monthly_used, 0 FROM call_limits c WHERE c.revenue_monthly_used <> 0;
INSERT INTO opening_balances (company_id, buyer_group_id, metric, time_window, amount, began)
    SELECT c.company_id, c.buyer_group_id, 'revenue', 'total', c.revenue_total_used, 0 FROM call_limits c WHERE c.revenue_total_used <> 0;
INSERT INTO opening_balances (company_id, buyer_group_id, metric, time_window, amount, began)
    SELECT c.company_id, c.buyer_group_id, 'earned_revenue', 'hourly', c.earned_revenue_hourly_used, 0 FROM call_limits c WHERE c.earned_revenue_hourly_used <> 0;
INSERT INTO opening_balances (company_id, buyer_group_id, metric, time_window, amount, began)
    SELECT c.company_id, c.buyer_group_id, 'earned_revenue', 'daily', c.earned_revenue_daily_used, 0 FROM call_limits c WHERE c.earned_revenue_daily_used <> 0;
INSERT INTO opening_balances (company_id, buyer_group_id, metric, time_window, amount, began)
    SELECT c.company_id, c.buyer_group_id, 'earned_revenue', 'monthly', c.earned_revenue_monthly_used, 0 FROM call_limits c WHERE c.earned_revenue_monthly_used <> 0;
INSERT INTO opening_balances (company_id, buyer_group_id, metric, time_window, amount, began)
    SELECT c.company_id, c.buyer_group_id, 'earned_revenue', 'total', c.earned_revenue_total_used, 0 FROM call_limits c WHERE c.earned_revenue_total_used <> 0;
DELETE FROM oldest_program;
INSERT INTO oldest_program (version) VALUES ('0.3.0');
