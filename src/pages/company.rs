//! The company: its name, time zone and currency.

use domain::{Resource, Section};

use crate::form::scene::Blueprint;

/// What the page of the company has.
pub static BLUEPRINT: Blueprint = Blueprint {
    resource: Resource::Company,
    sections: &[Section::Details, Section::Record],
    seen: &[],
    count: |_, _, _| None,
    part: |_, _| None,
    rail: None,
};
