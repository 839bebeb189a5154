//! `fulltext`: exact, in any case, with exact totals.

use domain::{Key, Resource};

use crate::support::{World, now, on_both};

use Resource::{Buyer, BuyerGroup, Offer};

fn found(world: &World, resource: Resource, text: &str) -> Vec<String> {
    let (names, total) = world.column(resource, &[("fulltext", text), ("columns", "name")]);
    assert_eq!(names.len() as u64, total, "{text}");
    names
}

#[test]
fn every_part_of_every_searched_text_finds_the_group() {
    on_both(|world| {
        let buyer = world.create(
            Buyer,
            &[("name", "Große Käufer"), ("user_buyer_id", "loan-22-en"), ("external_record_id", "never")],
        );
        let group = world.create(
            BuyerGroup,
            &[("name", "West 100%_a"), ("external_record_id", "CRM/7"), ("buyer_ids", &buyer.to_string())],
        );
        world.create(BuyerGroup, &[("name", "Other")]);
        let uuid = world.value(BuyerGroup, group, Key::Uuid);
        let id = group.to_string();
        for text in [
            "west",
            "WEST 100",
            "t 1",
            "w",
            "00%_",
            "%_a",
            "%",
            "_",
            "crm/7",
            "m/7",
            &uuid,
            &uuid[4..12],
            &id,
            &id[3..],
            "große",
            "KÄUF",
            "ä",
            "an-22",
            "LOAN",
        ] {
            assert!(found(world, BuyerGroup, text).contains(&"West 100%_a".to_owned()), "{text}");
        }
        for text in [
            "west_",
            "100a",
            "w%t",
            "never",
            "west 100%_aCRM",
            "100%_a\ncrm",
            "zzz",
            "\"",
            "'",
            "names : x",
            "* OR",
            "!",
        ] {
            assert!(found(world, BuyerGroup, text).is_empty(), "{text}");
        }
        assert_eq!(found(world, Buyer, "never"), ["Große Käufer"]);
        assert_eq!(found(world, Buyer, "west"), Vec::<String>::new());
    });
}

#[test]
fn no_text_is_too_strange_to_be_looked_for() {
    on_both(|world| {
        world.create(BuyerGroup, &[("name", "West")]);
        let long = "west".repeat(20_000);
        for text in [
            "a\0b",
            "\0",
            "\u{fffd}",
            "we\u{301}",
            "😀😀😀",
            "\\",
            "[^]",
            "NEAR(a b)",
            "^west",
            &long,
            &long[..3_999],
        ] {
            assert!(found(world, BuyerGroup, text).is_empty(), "{text}");
        }
        let company = world.company();
        let name = store::Name::Uuid("\0".to_owned());
        let read = world.store.read(|reader| reader.get(&company, BuyerGroup, &name, &[Key::Id], now()));
        assert_eq!(read.unwrap_err(), store::Error::NotFound);
        assert_eq!(world.store.read(|reader| reader.key_by_public("a\0")), Ok(None));
    });
}

#[test]
fn a_rename_moves_what_is_found() {
    on_both(|world| {
        let buyer = world.create(Buyer, &[("name", "Before")]);
        let group = world.create(BuyerGroup, &[("name", "West"), ("buyer_ids", &buyer.to_string())]);
        assert_eq!(found(world, BuyerGroup, "before"), ["West"]);
        world.update(Buyer, buyer, &[("name", "After")]).unwrap();
        world.update(BuyerGroup, group, &[("name", "East")]).unwrap();
        assert!(found(world, BuyerGroup, "before").is_empty());
        assert!(found(world, BuyerGroup, "west").is_empty());
        assert_eq!(found(world, BuyerGroup, "afte"), ["East"]);
        world.update(BuyerGroup, group, &[("buyer_ids", "")]).unwrap();
        assert!(found(world, BuyerGroup, "after").is_empty());
    });
}

#[test]
fn a_search_keeps_to_its_resource_its_filters_and_the_living() {
    on_both(|world| {
        for (name, tier) in [("Alpha one", "1"), ("Alpha two", "2"), ("Beta", "1")] {
            world.create(BuyerGroup, &[("name", name), ("tier", tier)]);
        }
        let offer = world.create(Offer, &[("name", "Alpha offer"), ("user_offer_id", "al-1")]);
        assert_eq!(found(world, BuyerGroup, "alpha"), ["Alpha one", "Alpha two"]);
        assert_eq!(found(world, Offer, "al-1"), ["Alpha offer"]);
        let (names, total) = world.column(
            BuyerGroup,
            &[
                ("fulltext", "al"),
                ("tier", "2"),
                ("order", "name"),
                ("order_dir", "desc"),
                ("columns", "name"),
            ],
        );
        assert_eq!((names, total), (vec!["Alpha two".to_owned()], 1));
        world.delete(Offer, offer).unwrap();
        assert!(found(world, Offer, "alpha").is_empty());
        let deleted = [("fulltext", "alpha"), ("deleted", "1"), ("columns", "name")];
        assert_eq!(world.column(Offer, &deleted), (vec!["Alpha offer".to_owned()], 1));
        world.restore(Offer, offer, now()).unwrap();
        assert_eq!(found(world, Offer, "alp"), ["Alpha offer"]);
    });
}
