//! The lists that records hold: set, add, remove, and what follows from a buyer.

use std::collections::BTreeSet;

use domain::{Change, Key, Resource};
use store::{Error, Name, Reader, Store};

use crate::support::{World, alteration, creation, now, on_both, open, sentences};

use Resource::{Buyer, BuyerGroup, Offer};

fn buyers(world: &World, count: usize) -> Vec<String> {
    (0..count)
        .map(|n| {
            let own = format!("own-{n}");
            world.create(Buyer, &[("name", &format!("Buyer {n}")), ("user_buyer_id", &own)]).to_string()
        })
        .collect()
}

#[test]
fn members_are_set_then_added_then_removed_and_keep_their_order() {
    on_both(|world| {
        let b = buyers(world, 6);
        let group =
            world.create(BuyerGroup, &[("name", "West"), ("buyer_ids", &format!("{},{}", b[2], b[0]))]);
        let ids = || world.value(BuyerGroup, group, Key::BuyerIds);
        let joined = |order: &[usize]| order.iter().map(|n| b[*n].as_str()).collect::<Vec<_>>().join(",");
        assert_eq!(ids(), joined(&[2, 0]));
        let change = |fields: &[(&str, &str)]| world.update(BuyerGroup, group, fields).unwrap();
        change(&[("add_buyer_ids", &joined(&[5, 2, 1]))]);
        assert_eq!(ids(), joined(&[2, 0, 5, 1]));
        change(&[("remove_buyer_ids", &joined(&[0, 4])), ("add_user_buyer_ids", "own-3,own-1")]);
        assert_eq!(ids(), joined(&[2, 5, 1, 3]));
        change(&[
            ("buyer_ids", &joined(&[3, 1, 3, 0])),
            ("add_buyer_ids", &b[4]),
            ("remove_user_buyer_ids", "own-1"),
        ]);
        assert_eq!(ids(), joined(&[3, 0, 4]));
        change(&[("add_buyer_ids", &b[5])]);
        assert_eq!(ids(), joined(&[3, 0, 4, 5]));
        assert_eq!(world.value(BuyerGroup, group, Key::BuyersCount), "4");
        assert_eq!(
            world.value(
                Buyer,
                b[5].parse::<i64>().ok().and_then(domain::Id::new).unwrap(),
                Key::BuyerGroupIds
            ),
            group.to_string()
        );
        change(&[("buyer_ids", "")]);
        assert_eq!(ids(), "");
        assert_eq!(world.value(BuyerGroup, group, Key::BuyersCount), "0");
    });
}

#[test]
fn every_unknown_member_is_named_under_its_parameter() {
    on_both(|world| {
        let group = world.create(BuyerGroup, &[("name", "West")]);
        let gone = world.create(Buyer, &[("name", "Gone")]);
        world.delete(Buyer, gone).unwrap();
        let refused = world.update(
            BuyerGroup,
            group,
            &[
                ("add_buyer_ids", &format!("100999,{gone}")),
                ("remove_user_buyer_ids", "nobody"),
                ("team_offer_ids", "7"),
            ],
        );
        assert_eq!(
            sentences(refused),
            [
                "Buyers to add must be ids of buyers: 100999 is not a buyer.".to_owned(),
                format!("Buyers to add must be ids of buyers: {gone} is not a buyer."),
                "Buyers to remove by own id must be own ids of buyers: “nobody” is not a buyer.".to_owned(),
                "Offers the team sees calls of must be ids of offers: 7 is not an offer.".to_owned(),
            ]
        );
        assert_eq!(world.value(BuyerGroup, group, Key::Revision), "1");
        let refused = world.try_create(Offer, &[("name", "Loans"), ("buyer_group_ids", "8")]);
        assert_eq!(sentences(refused), ["Buyer groups must be ids of buyer groups: 8 is not a buyer group."]);
    });
}

#[test]
fn a_snapshot_has_the_same_against_a_change_as_the_lane() {
    on_both(|world| {
        world.create(Buyer, &[("name", "First"), ("user_buyer_id", "taken")]);
        let (buyer, group) =
            (world.create(Buyer, &[("name", "Second")]), world.create(BuyerGroup, &[("name", "West")]));
        let company = world.company();
        let of_group =
            [("buyer_ids", "7,8"), ("remove_user_buyer_ids", "no"), ("team_users_emails", "a@b.io")];
        for (resource, id, fields) in [
            (Buyer, buyer, &[("user_buyer_id", "taken")][..]),
            (BuyerGroup, group, &of_group),
            (Offer, world.create(Offer, &[("name", "Auto")]), &[("buyer_group_ids", "9")]),
        ] {
            let judged = |name: Option<&Name>, change: &Change| {
                let mut faults = Vec::new();
                let add = |reader: &mut Reader<'_>| reader.add_faults(&company, name, change, &mut faults);
                world.store.read(add).unwrap();
                sentences(Err(Error::Violations(faults)))
            };
            let altered = judged(Some(&id.into()), &alteration(resource, fields));
            assert!(!altered.is_empty());
            assert_eq!(altered, sentences(world.update(resource, id, fields)));
            let named = [&[("name", "New")], fields].concat();
            assert_eq!(
                judged(None, &creation(resource, &named)),
                sentences(world.try_create(resource, &named))
            );
            let nobody = Name::Uuid("no-such-uuid".to_owned());
            let change = alteration(resource, fields);
            let missing =
                world.store.read(|r| r.add_faults(&company, Some(&nobody), &change, &mut Vec::new()));
            assert_eq!(missing, Err(Error::NotFound));
        }
    });
}

#[test]
fn one_buyer_cannot_be_added_by_id_and_removed_by_own_id() {
    on_both(|world| {
        let b = buyers(world, 1);
        let group = world.create(BuyerGroup, &[("name", "West")]);
        let refused =
            world.update(BuyerGroup, group, &[("add_buyer_ids", &b[0]), ("remove_user_buyer_ids", "own-0")]);
        assert_eq!(
            sentences(refused),
            [format!("Buyers to add must not name {}, which is to be removed too.", b[0])]
        );
    });
}

#[test]
fn a_group_holds_5000_buyers_at_most() {
    // The rule is in Rust: once, on the quicker of the two, is enough for so many records.
    let world = World::sqlite();
    let actor = world.actor;
    let names: Vec<String> = world
        .store
        .write_now(move |writer| {
            (0..5_001)
                .map(|n| {
                    let name = format!("Buyer {n}");
                    let change = crate::support::creation(Buyer, &[("name", &name)]);
                    writer.create(&actor, &change, now()).map(|id| id.to_string())
                })
                .collect()
        })
        .unwrap();
    let group = world.create(BuyerGroup, &[("name", "West")]);
    for thousand in names[..5_000].chunks(1_000) {
        world.update(BuyerGroup, group, &[("add_buyer_ids", &thousand.join(","))]).unwrap();
    }
    assert_eq!(world.value(BuyerGroup, group, Key::BuyersCount), "5000");
    let refused = world.update(BuyerGroup, group, &[("add_buyer_ids", &names[5_000])]);
    assert_eq!(sentences(refused), ["Buyers must name at most 5,000 buyers: there would be 5001."]);
}

#[test]
fn a_deleted_buyer_leaves_its_groups_and_raises_their_revisions() {
    on_both(|world| {
        let b = buyers(world, 3);
        let id = |n: usize| domain::Id::parse(&b[n]).unwrap();
        let all = b.join(",");
        let first = world.create(BuyerGroup, &[("name", "One"), ("buyer_ids", &all)]);
        let second = world.create(BuyerGroup, &[("name", "Two"), ("buyer_ids", &b[1])]);
        let other = world.create(BuyerGroup, &[("name", "Three"), ("buyer_ids", &b[2])]);
        world.update(Buyer, id(0), &[("paused", "1")]).unwrap();
        world.delete(Buyer, id(1)).unwrap();
        world.delete(Buyer, id(0)).unwrap();
        let seen = [Key::BuyerIds, Key::BuyersCount, Key::Revision, Key::Eligibility];
        assert_eq!(world.get(BuyerGroup, first, &seen).unwrap(), [b[2].as_str(), "1", "3", ""]);
        assert_eq!(world.get(BuyerGroup, second, &seen).unwrap(), ["", "0", "2", "no_buyer"]);
        assert_eq!(world.get(BuyerGroup, other, &seen).unwrap(), [b[2].as_str(), "1", "1", ""]);
        world.restore(Buyer, id(1), now()).unwrap();
        assert_eq!(world.value(BuyerGroup, second, Key::BuyerIds), "");
        assert_eq!(world.value(Buyer, id(1), Key::BuyerGroupsCount), "0");
        let company = world.actor.company;
        let changes =
            world.store.read(|reader| reader.changes_since(company, BuyerGroup, second, 1)).unwrap();
        assert_eq!(changes[0].fields, [("buyer_ids".to_owned(), format!("[{}]", b[1]), "[]".to_owned())]);
    });
}

#[test]
fn a_paused_buyer_counts_for_eligibility_but_moves_no_revision() {
    on_both(|world| {
        let b = buyers(world, 2);
        let id = |n: usize| domain::Id::parse(&b[n]).unwrap();
        let group = world.create(BuyerGroup, &[("name", "One"), ("buyer_ids", &b.join(","))]);
        let seen = || world.get(BuyerGroup, group, &[Key::Eligibility, Key::Revision]).unwrap();
        world.update(Buyer, id(0), &[("paused", "1")]).unwrap();
        assert_eq!(seen(), ["", "1"]);
        world.update(Buyer, id(1), &[("paused", "1")]).unwrap();
        assert_eq!(seen(), ["buyers_paused", "1"]);
        world.update(Buyer, id(0), &[("paused", "0")]).unwrap();
        assert_eq!(seen(), ["", "1"]);
    });
}

#[test]
fn deleted_groups_and_offers_are_hidden_in_lists_until_they_are_restored() {
    on_both(|world| {
        let buyer = world.create(Buyer, &[("name", "East")]);
        let group = world.create(BuyerGroup, &[("name", "One"), ("buyer_ids", &buyer.to_string())]);
        let offer = world.create(Offer, &[("name", "Loans"), ("buyer_group_ids", &group.to_string())]);
        let seen = |world: &World| {
            [
                world.value(Offer, offer, Key::BuyerGroupIds),
                world.value(Offer, offer, Key::BuyerGroupsCount),
                world.value(Buyer, buyer, Key::BuyerGroupIds),
                world.value(Buyer, buyer, Key::BuyerGroupsCount),
            ]
        };
        let group_id = group.to_string();
        assert_eq!(seen(world), [&group_id, "1", &group_id, "1"]);
        assert_eq!(world.value(BuyerGroup, group, Key::OfferIds), offer.to_string());
        world.delete(BuyerGroup, group).unwrap();
        assert_eq!(seen(world), ["", "0", "", "0"]);
        // A client that sends back what it read changes nothing.
        world.update(Offer, offer, &[("buyer_group_ids", "")]).unwrap();
        assert_eq!(world.value(Offer, offer, Key::Revision), "1");
        world.restore(BuyerGroup, group, now()).unwrap();
        assert_eq!(seen(world), [&group_id, "1", &group_id, "1"]);
        world.delete(Offer, offer).unwrap();
        assert_eq!(world.value(BuyerGroup, group, Key::OfferIds), "");
    });
}

#[test]
fn a_team_has_addresses_and_one_that_is_revoked_has_none() {
    on_both(|world| {
        let sentence = "Team e-mails must be blank while generate_team is false.";
        let refused = world.try_create(BuyerGroup, &[("name", "x"), ("team_users_emails", "a@example.com")]);
        assert_eq!(sentences(refused), [sentence]);
        let group = world.create(BuyerGroup, &[("name", "One"), ("team_users_emails", "")]);
        let change = |fields: &[(&str, &str)]| world.update(BuyerGroup, group, fields);
        let emails = || world.value(BuyerGroup, group, Key::TeamUsersEmails);
        assert_eq!(sentences(change(&[("team_users_emails", "a@example.com")])), [sentence]);
        change(&[("generate_team", "1"), ("team_users_emails", "b@example.com,a@example.com")]).unwrap();
        assert_eq!(emails(), "b@example.com,a@example.com");
        change(&[("team_users_emails", "a@example.com")]).unwrap();
        assert_eq!(emails(), "a@example.com");
        assert_eq!(
            sentences(change(&[("generate_team", "0"), ("team_users_emails", "a@example.com")])),
            [sentence]
        );
        change(&[("generate_team", "0")]).unwrap();
        assert_eq!(
            (emails(), world.value(BuyerGroup, group, Key::GenerateTeam)),
            (String::new(), "false".to_owned())
        );
    });
}

/// Some threads add, others remove, over two stores as if they were two processes: every buyer that was added and not
/// removed is there, once.
#[test]
fn adds_and_removes_are_exact_under_parallel_requests_and_processes() {
    on_both(|world| {
        let b = buyers(world, 40);
        let before = b[..10].join(",");
        let group = world.create(BuyerGroup, &[("name", "Hot"), ("buyer_ids", &before)]);
        let stores = [world.store.clone(), open(&world.url)];
        let actor = world.actor;
        let alter = |store: &Store, parameter: &str, id: &str| {
            let change = alteration(BuyerGroup, &[(parameter, id)]);
            let outcome = store.write_now(move |w| w.update(&actor, &Name::Id(group), &change, None, now()));
            outcome.unwrap();
        };
        std::thread::scope(|scope| {
            for (n, id) in b.iter().enumerate() {
                let store = &stores[n % 2];
                let parameter = if n < 10 { "remove_buyer_ids" } else { "add_buyer_ids" };
                scope.spawn(move || alter(store, parameter, id));
            }
        });
        let ids = world.value(BuyerGroup, group, Key::BuyerIds);
        let found: Vec<&str> = ids.split(',').collect();
        let expected: BTreeSet<&str> = b[10..].iter().map(String::as_str).collect();
        assert_eq!(found.iter().copied().collect::<BTreeSet<_>>(), expected);
        assert_eq!(found.len(), 30);
        assert_eq!(world.value(BuyerGroup, group, Key::BuyersCount), "30");
        assert_eq!(world.value(BuyerGroup, group, Key::Revision), "41");
    });
}

/// A buyer is deleted and paused while it is added to groups, by two stores: no group keeps a deleted buyer, and the
/// counts are those of the members.
#[test]
fn a_buyer_that_goes_while_it_is_added_is_in_no_group() {
    on_both(|world| {
        let stores = [world.store.clone(), open(&world.url)];
        let actor = world.actor;
        for round in 0..8 {
            let stays = world.create(Buyer, &[("name", "Stays")]);
            let goes = world.create(Buyer, &[("name", "Goes")]);
            let groups: Vec<_> = (0..4).map(|_| world.create(BuyerGroup, &[("name", "West")])).collect();
            std::thread::scope(|scope| {
                for (n, group) in groups.iter().copied().enumerate() {
                    let store = &stores[(n + round) % 2];
                    let both = format!("{stays},{goes}");
                    scope.spawn(move || {
                        let change = alteration(BuyerGroup, &[("add_buyer_ids", &both)]);
                        let outcome = store
                            .write_now(move |w| w.update(&actor, &Name::Id(group), &change, None, now()));
                        assert!(matches!(outcome, Ok(_) | Err(store::Error::Violations(_))), "{outcome:?}");
                    });
                }
                let store = &stores[round % 2];
                scope.spawn(move || {
                    store.write_now(move |w| w.delete(&actor, Buyer, &Name::Id(goes), None, now())).unwrap();
                });
                let store = &stores[(round + 1) % 2];
                scope.spawn(move || {
                    let change = alteration(Buyer, &[("paused", "1")]);
                    store
                        .write_now(move |w| w.update(&actor, &Name::Id(stays), &change, None, now()))
                        .unwrap();
                });
            });
            for group in groups {
                let seen = world
                    .get(BuyerGroup, group, &[Key::BuyerIds, Key::BuyersCount, Key::Eligibility])
                    .unwrap();
                let joined = [stays.to_string(), "1".to_owned(), "buyers_paused".to_owned()];
                let apart = [String::new(), "0".to_owned(), "no_buyer".to_owned()];
                assert!(seen == joined || seen == apart, "{seen:?}");
            }
        }
    });
}
