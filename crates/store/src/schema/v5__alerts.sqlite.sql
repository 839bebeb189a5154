ALTER TABLE companies ADD COLUMN webhook_url TEXT;
ALTER TABLE call_limits ADD COLUMN alert_levels BIGINT NOT NULL DEFAULT 0;
ALTER TABLE call_limits ADD COLUMN alert_until BIGINT NOT NULL DEFAULT 0;
CREATE TABLE alerts (
    company_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    uuid TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    deleted_at BIGINT,
    revision BIGINT NOT NULL DEFAULT 1,
    kind TEXT NOT NULL,
    buyer_group_id BIGINT,
    buyer_group_name TEXT,
    metric TEXT,
    time_window TEXT,
    cap_limit BIGINT,
    used BIGINT,
    resets_at BIGINT,
    open BIGINT NOT NULL,
    read BIGINT NOT NULL DEFAULT 0,
    message TEXT NOT NULL,
    PRIMARY KEY (company_id, id)
);
CREATE UNIQUE INDEX alerts_uuid ON alerts (company_id, uuid);
CREATE INDEX alerts_created ON alerts (company_id, created_at, id);
CREATE INDEX alerts_read ON alerts (company_id, read, id);
CREATE INDEX alerts_open ON alerts (company_id, open, id);
CREATE TABLE cap_alerts (
    company_id BIGINT NOT NULL,
    buyer_group_id BIGINT NOT NULL,
    metric TEXT NOT NULL,
    time_window TEXT NOT NULL,
    began BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    level BIGINT NOT NULL,
    near_raised BIGINT NOT NULL,
    full_raised BIGINT NOT NULL,
    released BIGINT NOT NULL,
    near_alert BIGINT,
    full_alert BIGINT,
    PRIMARY KEY (company_id, buyer_group_id, metric, time_window)
);
CREATE INDEX cap_alerts_ends ON cap_alerts (ends_at) WHERE level > 0;
CREATE TABLE webhook_secrets (
    company_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    secret TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    ends_at BIGINT,
    PRIMARY KEY (company_id, id)
);
CREATE TABLE webhook_deliveries (
    company_id BIGINT NOT NULL,
    alert_id BIGINT NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    next_at BIGINT,
    attempts BIGINT NOT NULL DEFAULT 0,
    delivered_at BIGINT,
    failure TEXT,
    PRIMARY KEY (company_id, alert_id)
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_at) WHERE next_at IS NOT NULL;
DELETE FROM oldest_program;
INSERT INTO oldest_program (version) VALUES ('0.3.0');
