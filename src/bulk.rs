//! What is done to many records at once: pause, resume, change fields, reset totals, delete, bring back; each with its
//! progress, its failures, and a way back.
//!
//! [`bar::Bulk`] is the bar under a list. It reads what is selected ([`reading`]), makes a [`plan::Plan`] of what is to be
//! done, lets it be looked at, and turns it into the tasks of a [`job::Job`], which [`run`] sends, a few at a time.

pub mod bar;
pub mod edit;
pub mod fields;
pub mod job;
pub mod plan;
pub mod preview;
pub mod questions;
pub mod reading;
pub mod run;
pub mod words;
