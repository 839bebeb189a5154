//! The second step: how each group stands, in its own row and in the index by tier (`judge.rs`).

use crate::engine::Engine;
use crate::judge::judge_all;

/// Two columns, filled, and the index that carries them.
pub(super) fn judgement(engine: Engine) -> String {
    // Judging every group may take longer than a statement is given elsewhere.
    let patience = if engine == Engine::Postgres { "SET LOCAL statement_timeout = 0;\n" } else { "" };
    format!("{patience}{COLUMNS}{}{INDEX}", judge_all())
}

const COLUMNS: &str = "ALTER TABLE buyer_groups ADD COLUMN full_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE buyer_groups ADD COLUMN near_until BIGINT NOT NULL DEFAULT 0;
";

/// It ends in `deleted_at`, though no other value than NULL is in it: SQLite looks at the row otherwise.
const INDEX: &str = "DROP INDEX buyer_groups_tier;
CREATE INDEX buyer_groups_tier ON buyer_groups
    (company_id, tier, id, weight, paused, active_buyers_count, full_until, near_until, deleted_at)
    WHERE deleted_at IS NULL;
";
