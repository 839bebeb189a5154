//! Shared domain types.
