//! The second step: how each group stands, in its own row and in the index by tier (`judge.rs`).

use domain::{Key, Metric, Window};

use crate::engine::Engine;
use crate::judge::NEVER;
use crate::place::{LIVE, cells};

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

/// Judges every group there is, as `domain::Caps::full_for` and `near_for` do: here the rule stands in SQL once more,
/// since a step of statements is all that this is.
fn judge_all() -> String {
    let live = format!("c.{LIVE}");
    let full = until(&format!("{live} >= c.concurrency_cap_limit"), |metric, used, limit| {
        if metric.is_money() { format!("{used} >= {limit}") } else { format!("{used} + 10000 > {limit}") }
    });
    let near = until(&format!("{live} * 5 >= c.concurrency_cap_limit * 4"), |_, used, limit| {
        format!("{used} * 5 >= {limit} * 4")
    });
    format!(
        "WITH judged AS MATERIALIZED (
SELECT c.company_id, c.buyer_group_id,\n{full} AS full_until,\n{near} AS near_until\nFROM call_limits c
)
UPDATE buyer_groups AS t SET full_until = j.full_until, near_until = j.near_until FROM judged j
WHERE t.company_id = j.company_id AND t.id = j.buyer_group_id AND (j.full_until > 0 OR j.near_until > 0);
"
    )
}

/// An expression: until when a condition on used and limit holds for some cap, or `live` does.
///
/// What holds for a count of nothing, for a total or for live calls never ends by itself; else it ends with the last of
/// the windows that it holds in, which may have passed.
fn until(live: &str, holds: impl Fn(Metric, &str, &str) -> String) -> String {
    let limit = |(metric, window)| format!("c.{}", Key::Limit(metric, window).name());
    let counted = |(metric, window)| format!("c.{}", Key::Used(metric, window).name());
    let mut always = vec![live.to_owned()];
    for cell in cells() {
        always.push(holds(cell.0, "0", &limit(cell)));
        if cell.1 == Window::Total {
            always.push(holds(cell.0, &counted(cell), &limit(cell)));
        }
    }
    let ends = Window::RESETTING.map(|window| {
        let some = cells().filter(|cell| cell.1 == window);
        let some: Vec<String> = some.map(|cell| holds(cell.0, &counted(cell), &limit(cell))).collect();
        let end = Key::ResetsAt(window).name();
        format!("    SELECT CASE WHEN {} THEN c.{end} ELSE 0 END AS until", some.join(" OR "))
    });
    // Neither database knows the largest of several values by the name that the other has for it.
    format!(
        "(CASE WHEN {} THEN {NEVER} ELSE (SELECT max(ends.until) FROM (\n{}\n) ends) END)",
        always.join(" OR "),
        ends.join(" UNION ALL\n")
    )
}
