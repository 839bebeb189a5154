//! An offer: what it is called, what it brings, and the groups that serve it.

use domain::{Key, Resource, Section};

use crate::form::input::Manner;
use crate::form::scene::{Blueprint, Part, Scene};

/// What the page of an offer has.
pub static BLUEPRINT: Blueprint = Blueprint {
    resource: Resource::Offer,
    sections: &[Section::Details, Section::Groups, Section::Record],
    part,
    rail: None,
};

fn part(section: Section, scene: &Scene) -> Option<Part> {
    (section == Section::Groups).then(|| Part {
        note: "Its calls go to these, by tier and weight.".into(),
        body: scene.field(Key::BuyerGroupIds, &Manner { quiet: true, ..Manner::default() }),
        count: Some(scene.form.value(Key::BuyerGroupIds).as_ids().len()),
        ..Part::default()
    })
}
