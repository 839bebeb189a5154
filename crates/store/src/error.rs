//! [`Error`]: what can go wrong with a read or a write; it knows no status codes.

use std::fmt;

use domain::Violation;

/// Why a read or a write did not happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The company has no such record, or it is deleted.
    NotFound,
    /// The record has another revision than the caller thinks.
    Stale,
    /// Rules that only the database can judge are broken; each names the parameter.
    Violations(Vec<Violation>),
    /// Something else is in the way, said in a sentence for the caller.
    Conflict(String),
    /// The database is busy, locked or away; the same call may go through later. The text is for the log.
    Unavailable(String),
    /// The disk of the database is full; nothing of the change was kept. The text is for the log.
    Full(String),
    /// A fault of the program or of the database's files. The text is for the log, never for the caller.
    Internal(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("no such record"),
            Self::Stale => f.write_str("the record was changed meanwhile"),
            Self::Violations(violations) => {
                let sentences: Vec<String> = violations.iter().map(Violation::sentence).collect();
                f.write_str(&sentences.join(" "))
            }
            Self::Conflict(text) | Self::Internal(text) => f.write_str(text),
            Self::Unavailable(text) => write!(f, "the database cannot be reached: {text}"),
            Self::Full(text) => write!(f, "the disk is full: {text}"),
        }
    }
}

impl std::error::Error for Error {}

/// Why a database cannot be opened.
#[derive(Debug)]
pub enum OpenError {
    /// The address is not one of a database that this program knows.
    Address(String),
    /// It cannot be reached or read.
    Unreachable(String),
    /// A newer program has changed it so that this one may no longer run on it.
    TooOld {
        /// The oldest version that may.
        oldest: String,
    },
    /// Its tables could not be brought up to date.
    Migration(String),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(text) => write!(f, "not the address of a database: {text}"),
            Self::Unreachable(text) => write!(f, "the database cannot be opened: {text}"),
            Self::TooOld { oldest } => write!(
                f,
                "the database was changed by a newer program: this is {}, it takes {oldest} or later",
                crate::PROGRAM_VERSION
            ),
            Self::Migration(text) => write!(f, "the tables cannot be brought up to date: {text}"),
        }
    }
}

impl std::error::Error for OpenError {}

/// What the driver's codes mean to the one who decides what happens next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Another record has the same unique value: the job finds it when it runs again.
    Duplicate,
    /// Somebody else was in the way for a moment.
    Retry,
    /// The connection is of no more use.
    Lost,
    /// Anything else.
    Other,
}
