//! The first step: every table.

use domain::{Key, Window};

use crate::engine::Engine;
use crate::place::cells;
use crate::relation::{Members, RELATIONS, Relation};

/// The tables as they were first made.
pub(super) fn start(engine: Engine) -> String {
    let mut text = START.replace("{caps}", &cap_columns()).replace("{lists}", &lists());
    text.push_str(match engine {
        Engine::Sqlite => SEARCH_SQLITE,
        Engine::Postgres => SEARCH_POSTGRES,
    });
    // Texts are compared byte by byte on both, or the orders of lists would differ.
    text.replace("{text}", if engine == Engine::Sqlite { "TEXT" } else { "TEXT COLLATE \"C\"" })
}

fn cap_columns() -> String {
    let mut lines = Vec::new();
    for (metric, window) in cells() {
        lines.push(format!("    {} BIGINT,", Key::Limit(metric, window).name()));
        lines.push(format!("    {} BIGINT NOT NULL DEFAULT 0,", Key::Used(metric, window).name()));
    }
    for window in Window::RESETTING {
        lines.push(format!("    {} BIGINT NOT NULL DEFAULT 0,", Key::ResetsAt(window).name()));
    }
    lines.join("\n")
}

/// The tables of lists. The key is in the order in which a list is read; the index beside it keeps members unique and
/// finds the owners of a member.
fn lists() -> String {
    let one = |relation: &&Relation| {
        let Relation { table, owner, owner_column, members, member_column, .. } = relation;
        let (kind, reference) = match members {
            Members::Texts => ("{text}", String::new()),
            Members::Records(resource) => (
                "BIGINT",
                format!(
                    ",\n    FOREIGN KEY (company_id, {member_column}) REFERENCES {} (company_id, id)",
                    resource.plural()
                ),
            ),
        };
        format!(
            "CREATE TABLE {table} (
    company_id BIGINT NOT NULL,
    {owner_column} BIGINT NOT NULL,
    {member_column} {kind} NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (company_id, {owner_column}, position, {member_column}),
    FOREIGN KEY (company_id, {owner_column}) REFERENCES {} (company_id, id){reference}
);
CREATE UNIQUE INDEX {table}_member ON {table} (company_id, {member_column}, {owner_column});",
            owner.plural()
        )
    };
    RELATIONS.iter().map(one).collect::<Vec<_>>().join("\n")
}

const START: &str = "CREATE TABLE oldest_program (version {text} NOT NULL);
CREATE TABLE id_lease (name {text} NOT NULL PRIMARY KEY, next_id BIGINT NOT NULL);
INSERT INTO id_lease (name, next_id) VALUES ('records', 100001), ('entries', 1);
CREATE TABLE companies (
    company_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    user_updated_at BIGINT,
    revision BIGINT NOT NULL DEFAULT 1,
    name {text} NOT NULL,
    time_zone {text} NOT NULL DEFAULT 'UTC',
    iana {text} NOT NULL DEFAULT 'Etc/UTC',
    currency {text} NOT NULL DEFAULT 'USD',
    PRIMARY KEY (company_id, id)
);
CREATE INDEX companies_name ON companies (name);
CREATE TABLE users (
    id BIGINT NOT NULL PRIMARY KEY,
    name {text} NOT NULL,
    email {text} NOT NULL,
    email_identity {text} NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX users_email ON users (email_identity);
CREATE TABLE memberships (
    company_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    role {text} NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (company_id, user_id)
);
CREATE TABLE api_keys (
    company_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    public {text} NOT NULL,
    private_hash {text} NOT NULL,
    name {text} NOT NULL,
    role {text} NOT NULL,
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
    token_hash {text} NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (company_id, id)
);
CREATE UNIQUE INDEX sessions_token ON sessions (token_hash);
CREATE TABLE sign_in_tokens (
    company_id BIGINT NOT NULL,
    token_hash {text} NOT NULL,
    user_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (company_id, token_hash)
);
CREATE UNIQUE INDEX sign_in_tokens_token ON sign_in_tokens (token_hash);
CREATE TABLE buyers (
    company_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    uuid {text} NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    user_updated_at BIGINT,
    revision BIGINT NOT NULL DEFAULT 1,
    external_record_id {text},
    name {text} NOT NULL,
    user_buyer_id {text},
    phone_number {text},
    concurrency_cap_limit BIGINT,
    time_zone {text},
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
    uuid {text} NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    user_updated_at BIGINT,
    revision BIGINT NOT NULL DEFAULT 1,
    external_record_id {text},
    name {text} NOT NULL,
    tier BIGINT NOT NULL,
    weight BIGINT NOT NULL,
    paused BIGINT NOT NULL DEFAULT 0,
    buyers_count BIGINT NOT NULL DEFAULT 0,
    active_buyers_count BIGINT NOT NULL DEFAULT 0,
    dial_buyers_type {text} NOT NULL,
    time_zone {text},
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
    uuid {text} NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    user_updated_at BIGINT,
    revision BIGINT NOT NULL DEFAULT 1,
    external_record_id {text},
    name {text} NOT NULL,
    user_offer_id {text},
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
{caps}
    PRIMARY KEY (company_id, buyer_group_id),
    FOREIGN KEY (company_id, buyer_group_id) REFERENCES buyer_groups (company_id, id)
);
{lists}
CREATE TABLE company_counters (
    company_id BIGINT NOT NULL,
    resource {text} NOT NULL,
    live BIGINT NOT NULL,
    deleted BIGINT NOT NULL,
    PRIMARY KEY (company_id, resource)
);
CREATE TABLE changes (
    company_id BIGINT NOT NULL,
    record_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    resource {text} NOT NULL,
    revision BIGINT NOT NULL,
    at BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    key_id BIGINT,
    before {text} NOT NULL,
    after {text} NOT NULL,
    PRIMARY KEY (company_id, record_id, id)
);
CREATE TABLE idempotent_answers (
    company_id BIGINT NOT NULL,
    key_id BIGINT NOT NULL,
    idempotency_key {text} NOT NULL,
    fingerprint {text} NOT NULL,
    created_at BIGINT NOT NULL,
    status BIGINT NOT NULL,
    headers {text} NOT NULL,
    body {text} NOT NULL,
    PRIMARY KEY (company_id, key_id, idempotency_key)
);
CREATE INDEX idempotent_answers_created ON idempotent_answers (company_id, created_at);
";

/// Three characters and more are found by FTS5's trigrams. The texts stand in `search_texts` only; the index follows
/// by hand (`search.rs`), since triggers are not portable.
const SEARCH_SQLITE: &str = "CREATE TABLE search_texts (
    record_id INTEGER PRIMARY KEY,
    company_id BIGINT NOT NULL,
    resource {text} NOT NULL,
    names {text} NOT NULL,
    others {text} NOT NULL
);
CREATE INDEX search_texts_company ON search_texts (company_id, resource, record_id);
CREATE VIRTUAL TABLE search_index USING fts5(
    names, others, content='search_texts', content_rowid='record_id', tokenize='trigram case_sensitive 1'
);
";

/// Three characters and more are found by pg_trgm.
const SEARCH_POSTGRES: &str = "CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE TABLE search_texts (
    company_id BIGINT NOT NULL,
    record_id BIGINT NOT NULL,
    resource {text} NOT NULL,
    names {text} NOT NULL,
    others {text} NOT NULL,
    PRIMARY KEY (company_id, record_id)
);
CREATE INDEX search_texts_company ON search_texts (company_id, resource, record_id);
CREATE INDEX search_texts_names ON search_texts USING gin (names gin_trgm_ops);
CREATE INDEX search_texts_others ON search_texts USING gin (others gin_trgm_ops);
";
