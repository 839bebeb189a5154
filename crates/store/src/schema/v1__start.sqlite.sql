CREATE TABLE oldest_program (version TEXT NOT NULL);
CREATE TABLE id_lease (name TEXT NOT NULL PRIMARY KEY, next_id BIGINT NOT NULL);
INSERT INTO id_lease (name, next_id) VALUES ('records', 100001), ('entries', 1);
CREATE TABLE companies (
    company_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    user_updated_at BIGINT,
    revision BIGINT NOT NULL DEFAULT 1,
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL DEFAULT 'UTC',
    iana TEXT NOT NULL DEFAULT 'Etc/UTC',
    currency TEXT NOT NULL DEFAULT 'USD',
    PRIMARY KEY (company_id, id)
);
CREATE INDEX companies_name ON companies (name);
CREATE TABLE users (
    id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    email_identity TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX users_email ON users (email_identity);
CREATE TABLE memberships (
    company_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (company_id, user_id)
);
CREATE TABLE api_keys (
    company_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    public TEXT NOT NULL,
    private_hash TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    query_auth BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT,
    PRIMARY KEY (company_id, id)
);
CREATE UNIQUE INDEX api_keys_public ON api_keys (public);
CREATE UNIQUE INDEX api_keys_private ON api_keys (private_hash);
CREATE TABLE sessions (
    company_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    token_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (company_id, id)
);
CREATE UNIQUE INDEX sessions_token ON sessions (token_hash);
CREATE TABLE sign_in_tokens (
    company_id BIGINT NOT NULL,
    token_hash TEXT NOT NULL,
    user_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (company_id, token_hash)
);
CREATE UNIQUE INDEX sign_in_tokens_token ON sign_in_tokens (token_hash);
CREATE TABLE buyers (
    company_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    uuid TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    user_updated_at BIGINT,
    revision BIGINT NOT NULL DEFAULT 1,
    external_record_id TEXT,
    name TEXT NOT NULL,
    user_buyer_id TEXT,
    phone_number TEXT,
    concurrency_cap_limit BIGINT,
    time_zone TEXT,
    paused BIGINT NOT NULL DEFAULT 0,
    paused_at BIGINT,
    paused_by_user_id BIGINT,
    unpaused_at BIGINT,
    PRIMARY KEY (company_id, id)
);
CREATE UNIQUE INDEX buyers_uuid ON buyers (company_id, uuid);
CREATE UNIQUE INDEX buyers_own_id ON buyers (company_id, user_buyer_id) WHERE deleted_at IS NULL;
CREATE INDEX buyers_name ON buyers (company_id, name, id) WHERE deleted_at IS NULL;
CREATE INDEX buyers_created ON buyers (company_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX buyers_deleted ON buyers (company_id, deleted_at) WHERE deleted_at IS NOT NULL;
CREATE TABLE buyer_groups (
    company_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    uuid TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    user_updated_at BIGINT,
    revision BIGINT NOT NULL DEFAULT 1,
    external_record_id TEXT,
    name TEXT NOT NULL,
    tier BIGINT NOT NULL,
    weight BIGINT NOT NULL,
    paused BIGINT NOT NULL DEFAULT 0,
    buyers_count BIGINT NOT NULL DEFAULT 0,
    active_buyers_count BIGINT NOT NULL DEFAULT 0,
    dial_buyers_type TEXT NOT NULL,
    time_zone TEXT,
    paused_at BIGINT,
    paused_by_user_id BIGINT,
    unpaused_at BIGINT,
    generate_team BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (company_id, id)
);
CREATE UNIQUE INDEX buyer_groups_uuid ON buyer_groups (company_id, uuid);
CREATE INDEX buyer_groups_name ON buyer_groups (company_id, name, id) WHERE deleted_at IS NULL;
CREATE INDEX buyer_groups_created ON buyer_groups (company_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX buyer_groups_tier ON buyer_groups (company_id, tier, id) WHERE deleted_at IS NULL;
CREATE INDEX buyer_groups_deleted ON buyer_groups (company_id, deleted_at) WHERE deleted_at IS NOT NULL;
CREATE TABLE offers (
    company_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    uuid TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    user_updated_at BIGINT,
    revision BIGINT NOT NULL DEFAULT 1,
    external_record_id TEXT,
    name TEXT NOT NULL,
    user_offer_id TEXT,
    expected_revenue BIGINT,
    PRIMARY KEY (company_id, id)
);
CREATE UNIQUE INDEX offers_uuid ON offers (company_id, uuid);
CREATE UNIQUE INDEX offers_own_id ON offers (company_id, user_offer_id) WHERE deleted_at IS NULL;
CREATE INDEX offers_name ON offers (company_id, name, id) WHERE deleted_at IS NULL;
CREATE INDEX offers_created ON offers (company_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX offers_deleted ON offers (company_id, deleted_at) WHERE deleted_at IS NOT NULL;
CREATE TABLE call_limits (
    company_id BIGINT NOT NULL,
    buyer_group_id BIGINT NOT NULL,
    concurrency_cap_limit BIGINT,
    concurrency_cap_used BIGINT NOT NULL DEFAULT 0,
    attempt_hourly_limit BIGINT,
    attempt_hourly_used BIGINT NOT NULL DEFAULT 0,
    attempt_daily_limit BIGINT,
    attempt_daily_used BIGINT NOT NULL DEFAULT 0,
    attempt_monthly_limit BIGINT,
    attempt_monthly_used BIGINT NOT NULL DEFAULT 0,
    attempt_total_limit BIGINT,
    attempt_total_used BIGINT NOT NULL DEFAULT 0,
    connection_hourly_limit BIGINT,
    connection_hourly_used BIGINT NOT NULL DEFAULT 0,
    connection_daily_limit BIGINT,
    connection_daily_used BIGINT NOT NULL DEFAULT 0,
    connection_monthly_limit BIGINT,
    connection_monthly_used BIGINT NOT NULL DEFAULT 0,
    connection_total_limit BIGINT,
    connection_total_used BIGINT NOT NULL DEFAULT 0,
    buyer_conversion_hourly_limit BIGINT,
    buyer_conversion_hourly_used BIGINT NOT NULL DEFAULT 0,
    buyer_conversion_daily_limit BIGINT,
    buyer_conversion_daily_used BIGINT NOT NULL DEFAULT 0,
    buyer_conversion_monthly_limit BIGINT,
    buyer_conversion_monthly_used BIGINT NOT NULL DEFAULT 0,
    buyer_conversion_total_limit BIGINT,
    buyer_conversion_total_used BIGINT NOT NULL DEFAULT 0,
    revenue_hourly_limit BIGINT,
    revenue_hourly_used BIGINT NOT NULL DEFAULT 0,
    revenue_daily_limit BIGINT,
    revenue_daily_used BIGINT NOT NULL DEFAULT 0,
    revenue_monthly_limit BIGINT,
    revenue_monthly_used BIGINT NOT NULL DEFAULT 0,
    revenue_total_limit BIGINT,
    revenue_total_used BIGINT NOT NULL DEFAULT 0,
    earned_revenue_hourly_limit BIGINT,
    earned_revenue_hourly_used BIGINT NOT NULL DEFAULT 0,
    earned_revenue_daily_limit BIGINT,
    earned_revenue_daily_used BIGINT NOT NULL DEFAULT 0,
    earned_revenue_monthly_limit BIGINT,
    earned_revenue_monthly_used BIGINT NOT NULL DEFAULT 0,
    earned_revenue_total_limit BIGINT,
    earned_revenue_total_used BIGINT NOT NULL DEFAULT 0,
    hourly_resets_at BIGINT NOT NULL DEFAULT 0,
    daily_resets_at BIGINT NOT NULL DEFAULT 0,
    monthly_resets_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (company_id, buyer_group_id),
    FOREIGN KEY (company_id, buyer_group_id) REFERENCES buyer_groups (company_id, id)
);
CREATE TABLE buyer_group_buyers (
    company_id BIGINT NOT NULL,
    buyer_group_id BIGINT NOT NULL,
    buyer_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (company_id, buyer_group_id, position, buyer_id),
    FOREIGN KEY (company_id, buyer_group_id) REFERENCES buyer_groups (company_id, id),
    FOREIGN KEY (company_id, buyer_id) REFERENCES buyers (company_id, id)
);
CREATE UNIQUE INDEX buyer_group_buyers_member ON buyer_group_buyers (company_id, buyer_id, buyer_group_id);
CREATE TABLE offer_buyer_groups (
    company_id BIGINT NOT NULL,
    offer_id BIGINT NOT NULL,
    buyer_group_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (company_id, offer_id, position, buyer_group_id),
    FOREIGN KEY (company_id, offer_id) REFERENCES offers (company_id, id),
    FOREIGN KEY (company_id, buyer_group_id) REFERENCES buyer_groups (company_id, id)
);
CREATE UNIQUE INDEX offer_buyer_groups_member ON offer_buyer_groups (company_id, buyer_group_id, offer_id);
CREATE TABLE buyer_group_team_offers (
    company_id BIGINT NOT NULL,
    buyer_group_id BIGINT NOT NULL,
    offer_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (company_id, buyer_group_id, position, offer_id),
    FOREIGN KEY (company_id, buyer_group_id) REFERENCES buyer_groups (company_id, id),
    FOREIGN KEY (company_id, offer_id) REFERENCES offers (company_id, id)
);
CREATE UNIQUE INDEX buyer_group_team_offers_member ON buyer_group_team_offers (company_id, offer_id, buyer_group_id);
CREATE TABLE buyer_group_team_emails (
    company_id BIGINT NOT NULL,
    buyer_group_id BIGINT NOT NULL,
    email TEXT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (company_id, buyer_group_id, position, email),
    FOREIGN KEY (company_id, buyer_group_id) REFERENCES buyer_groups (company_id, id)
);
CREATE UNIQUE INDEX buyer_group_team_emails_member ON buyer_group_team_emails (company_id, email, buyer_group_id);
CREATE TABLE company_counters (
    company_id BIGINT NOT NULL,
    resource TEXT NOT NULL,
    live BIGINT NOT NULL,
    deleted BIGINT NOT NULL,
    PRIMARY KEY (company_id, resource)
);
CREATE TABLE changes (
    company_id BIGINT NOT NULL,
    record_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    resource TEXT NOT NULL,
    revision BIGINT NOT NULL,
    at BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    key_id BIGINT,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    PRIMARY KEY (company_id, record_id, id)
);
CREATE TABLE idempotent_answers (
    company_id BIGINT NOT NULL,
    key_id BIGINT NOT NULL,
    idempotency_key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    status BIGINT NOT NULL,
    headers TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (company_id, key_id, idempotency_key)
);
CREATE INDEX idempotent_answers_created ON idempotent_answers (company_id, created_at);
CREATE TABLE search_texts (
    record_id INTEGER PRIMARY KEY,
    company_id BIGINT NOT NULL,
    resource TEXT NOT NULL,
    names TEXT NOT NULL,
    others TEXT NOT NULL
);
CREATE INDEX search_texts_company ON search_texts (company_id, resource, record_id);
CREATE VIRTUAL TABLE search_index USING fts5(
    names, others, content='search_texts', content_rowid='record_id', tokenize='trigram case_sensitive 1'
);
DELETE FROM oldest_program;
INSERT INTO oldest_program (version) VALUES ('0.1.0');
