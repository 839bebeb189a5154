//! The third step: a company says whether its keys may come in addresses.

use crate::engine::Engine;

/// One column; what was taken so far is taken still.
pub(super) fn query_auth(_: Engine) -> String {
    "ALTER TABLE companies ADD COLUMN query_auth BIGINT NOT NULL DEFAULT 1;\n".to_owned()
}
