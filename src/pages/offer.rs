//! An offer: what it is called, what it brings, and the groups that serve it.

use domain::{Key, Resource, Section};

use crate::form::FormState;
use crate::form::scene::{Blueprint, Part, Scene};
use crate::record::Record;

/// What the page of an offer has.
pub static BLUEPRINT: Blueprint = Blueprint {
    resource: Resource::Offer,
    sections: &[Section::Details, Section::Groups, Section::Record],
    seen: &[],
    count,
    part,
    rail: None,
};

fn count(section: Section, form: &FormState, _: Option<&Record>) -> Option<usize> {
    (section == Section::Groups).then(|| form.value(Key::BuyerGroupIds).as_ids().len())
}

fn part(section: Section, scene: &Scene) -> Option<Part> {
    let is_groups = section == Section::Groups;
    is_groups.then(|| scene.members_part(Key::BuyerGroupIds, "Its calls go to these, by tier and weight."))
}
