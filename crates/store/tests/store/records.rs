//! Making, altering, deleting and restoring records.

use domain::{Id, Key, Resource, Value};
use store::{Error, Name};

use crate::support::{World, alteration, later, now, on_both, sentences};

use Resource::{Buyer, BuyerGroup, Offer};

#[test]
fn a_new_group_has_every_column() {
    on_both(|world| {
        let buyer = world.create(Buyer, &[("name", "East"), ("user_buyer_id", "e-1")]);
        let id = world.create(
            BuyerGroup,
            &[
                ("name", "West"),
                ("buyer_ids", &buyer.to_string()),
                ("tier", "-1.5"),
                ("attempt_daily_limit", "10.5"),
            ],
        );
        let columns: Vec<Key> =
            BuyerGroup.fields().iter().filter(|field| field.is_column()).map(|field| field.key).collect();
        let values = world.get(BuyerGroup, id, &columns).unwrap();
        let shown = |key: Key| values[columns.iter().position(|own| *own == key).unwrap()].as_str();
        assert_eq!(shown(Key::Name), "West");
        assert_eq!(shown(Key::Type), "BuyerGroup");
        assert_eq!(shown(Key::LegacyId), id.to_string());
        assert_eq!(shown(Key::RoutesShowPath), format!("/buyer_groups/{id}"));
        assert_eq!(shown(Key::RoutesEditPath), format!("/buyer_groups/{id}/edit"));
        assert_eq!(shown(Key::BuyerIds), buyer.to_string());
        assert_eq!(shown(Key::BuyersCount), "1");
        assert_eq!(shown(Key::Tier), "-1.5");
        assert_eq!(shown(Key::Weight), "1");
        assert_eq!(shown(Key::DialBuyersType), "sequentially");
        assert_eq!(shown(Key::CreatedAt), now().to_string());
        assert_eq!(shown(Key::CompanyId), world.actor.company.to_string());
        assert_eq!(shown(Key::Limit(domain::Metric::Attempt, domain::Window::Daily)), "10.5");
        assert_eq!(shown(Key::Used(domain::Metric::Attempt, domain::Window::Daily)), "0");
        assert_eq!(shown(Key::MaxedOut), "false");
        assert_eq!(shown(Key::State), "taking_calls");
        assert_eq!(shown(Key::Share), "1");
        assert_eq!(shown(Key::Eligibility), "");
        // 15:20:30 UTC is 11:20:30 in New York, in daylight saving since two days.
        assert_eq!(shown(Key::ResetsAt(domain::Window::Hourly)), "2026-03-10T16:00:00.000+00:00");
        assert_eq!(shown(Key::ResetsAt(domain::Window::Daily)), "2026-03-11T04:00:00.000+00:00");
        assert_eq!(shown(Key::ResetsAt(domain::Window::Monthly)), "2026-04-01T04:00:00.000+00:00");
        assert!(id.get() >= Id::FIRST);
    });
}

#[test]
fn a_record_is_found_by_its_uuid_too() {
    on_both(|world| {
        let id = world.create(Offer, &[("name", "Loans"), ("expected_revenue", "12.5")]);
        let uuid = world.value(Offer, id, Key::Uuid);
        let company = world.company();
        let by = |uuid: &str| {
            let name = Name::Uuid(uuid.to_owned());
            world.store.read(|reader| reader.get(&company, Offer, &name, &[Key::ExpectedRevenue], now()))
        };
        let found = by(&uuid.to_uppercase()).unwrap();
        assert_eq!((found.id, found.revision, found.values[0].to_string().as_str()), (id, 1, "12.5"));
        assert_eq!(by("no-uuid").unwrap_err(), Error::NotFound);
    });
}

#[test]
fn an_update_moves_the_revision_only_when_something_changed() {
    on_both(|world| {
        let id = world.create(BuyerGroup, &[("name", "West"), ("tier", "2")]);
        let seen = |world: &World| {
            world.get(BuyerGroup, id, &[Key::Revision, Key::UpdatedAt, Key::UserUpdatedAt]).unwrap()
        };
        let before = seen(world);
        world
            .update(BuyerGroup, id, &[("name", "West"), ("tier", "2.0"), ("attempt_daily_limit", "")])
            .unwrap();
        world.update(BuyerGroup, id, &[]).unwrap();
        assert_eq!(seen(world), before);
        world.update(BuyerGroup, id, &[("tier", "3"), ("revenue_total_limit", "5")]).unwrap();
        let at = later().to_string();
        assert_eq!(seen(world), ["2", &at, &at]);
        world.update(BuyerGroup, id, &[("revenue_total_limit", "")]).unwrap();
        assert_eq!(seen(world)[0], "3");
    });
}

#[test]
fn a_lost_race_is_told_with_who_changed_what() {
    on_both(|world| {
        let id = world.create(BuyerGroup, &[("name", "West")]);
        world.update_if(BuyerGroup, id, Some(1), &[("tier", "4"), ("name", "Far west")]).unwrap();
        let lost = world.update_if(BuyerGroup, id, Some(1), &[("tier", "5")]);
        assert_eq!(lost.unwrap_err(), Error::Stale);
        let nobody = world.update_if(BuyerGroup, Id::new(7).unwrap(), Some(1), &[("tier", "5")]);
        assert_eq!(nobody.unwrap_err(), Error::NotFound);
        let company = world.actor.company;
        let changes = world.store.read(|reader| reader.changes_since(company, BuyerGroup, id, 1)).unwrap();
        assert_eq!(changes.len(), 1);
        assert_eq!(
            (changes[0].at, changes[0].user_name.as_str(), changes[0].revision),
            (later(), "Olivia Owner", 2)
        );
        let mut fields = changes[0].fields.clone();
        fields.sort();
        let field =
            |name: &str, before: &str, after: &str| (name.to_owned(), before.to_owned(), after.to_owned());
        assert_eq!(fields, [field("name", "\"West\"", "\"Far west\""), field("tier", "1", "4")]);
    });
}

#[test]
fn a_pause_is_remembered_with_time_and_user() {
    on_both(|world| {
        for resource in [BuyerGroup, Buyer] {
            let id = world.create(resource, &[("name", "West")]);
            let pause = [Key::Paused, Key::PausedAt, Key::PausedByUserId, Key::UnpausedAt];
            assert_eq!(world.get(resource, id, &pause).unwrap(), ["false", "", "", ""]);
            world.update(resource, id, &[("paused", "yes")]).unwrap();
            let (at, by) = (later().to_string(), world.actor.user.to_string());
            assert_eq!(world.get(resource, id, &pause).unwrap(), ["true", &at, &by, ""]);
            world.update(resource, id, &[("paused", "0")]).unwrap();
            assert_eq!(world.get(resource, id, &pause).unwrap(), ["false", &at, &by, &at]);
        }
        let paused = world.create(BuyerGroup, &[("name", "Off"), ("paused", "1")]);
        assert_eq!(world.value(BuyerGroup, paused, Key::PausedAt), now().to_string());
    });
}

#[test]
fn deleted_records_leave_every_list_and_can_be_restored_for_30_days() {
    on_both(|world| {
        for resource in Resource::LISTED {
            let id = world.create(resource, &[("name", "West")]);
            let other = world.create(resource, &[("name", "East")]);
            assert_eq!(world.list(resource, &[]).metadata.total_count, 2);
            world.delete(resource, id).unwrap();
            assert_eq!(world.delete(resource, id).unwrap_err(), Error::NotFound);
            assert_eq!(world.get(resource, id, &[Key::Id]).unwrap_err(), Error::NotFound);
            assert_eq!(world.update(resource, id, &[("name", "x")]).unwrap_err(), Error::NotFound);
            assert_eq!(world.column(resource, &[("columns", "id")]), (vec![other.to_string()], 1));
            let deleted = [("deleted", "true"), ("columns", "id,deleted_at")];
            assert_eq!(world.column(resource, &deleted), (vec![id.to_string()], 1));
            let company = world.company();
            let shown = world
                .store
                .read(|r| {
                    r.get_deleted(&company, resource, &Name::Id(id), &[Key::DeletedAt, Key::Revision], now())
                })
                .unwrap();
            assert_eq!(shown.values, [Value::Instant(now()), Value::Int(2)]);
            let day = 86_400_000;
            let too_late = world.restore(resource, id, now().plus_ms(30 * day));
            assert_eq!(too_late.unwrap_err(), Error::NotFound);
            world.restore(resource, id, now().plus_ms(30 * day - 1)).unwrap();
            assert_eq!(world.restore(resource, id, now()).unwrap_err(), Error::NotFound);
            assert_eq!(world.get(resource, id, &[Key::DeletedAt, Key::Revision]).unwrap(), ["", "3"]);
            assert_eq!(world.list(resource, &[]).metadata.total_count, 2);
            assert_eq!(world.list(resource, &[("deleted", "1")]).metadata.total_count, 0);
        }
    });
}

#[test]
fn own_ids_are_unique_among_those_not_deleted() {
    on_both(|world| {
        for (resource, own, label) in [(Buyer, "user_buyer_id", "buyer"), (Offer, "user_offer_id", "offer")] {
            let first = world.create(resource, &[("name", "One"), (own, "x-1")]);
            let sentence = format!("Own id must be unique: {label} {first}, “One”, has “x-1”.");
            let second = world.try_create(resource, &[("name", "Two"), (own, "x-1")]);
            assert_eq!(sentences(second), std::slice::from_ref(&sentence));
            let second = world.create(resource, &[("name", "Two")]);
            assert_eq!(sentences(world.update(resource, second, &[(own, "x-1")])), [sentence]);
            world.update(resource, first, &[(own, "x-1")]).unwrap();
            world.delete(resource, first).unwrap();
            world.update(resource, second, &[(own, "x-1")]).unwrap();
            let back = world.restore(resource, first, now());
            assert_eq!(
                sentences(back),
                [format!("Own id must be unique: {label} {second}, “Two”, has “x-1”.")]
            );
        }
    });
}

#[test]
fn no_company_sees_another() {
    on_both(|world| {
        let id = world.create(BuyerGroup, &[("name", "West")]);
        let stranger = world.store.write_now(|writer| crate::support::new_company(writer, "Other")).unwrap();
        let other = world.store.read(|reader| reader.company(stranger.company)).unwrap();
        let name = Name::Id(id);
        let read = world.store.read(|reader| reader.get(&other, BuyerGroup, &name, &[Key::Id], now()));
        assert_eq!(read.unwrap_err(), Error::NotFound);
        let rows = world.store.read(|reader| reader.rows(&other, BuyerGroup, &[id], &[Key::Id], now()));
        assert!(rows.unwrap().is_empty());
        let change = alteration(BuyerGroup, &[("name", "Mine")]);
        let written =
            world.store.write_now(move |w| w.update(&stranger, &Name::Id(id), &change, None, now()));
        assert_eq!(written.unwrap_err(), Error::NotFound);
        let list = crate::support::query(BuyerGroup, &[("fulltext", "West")]);
        let page = world.store.read(|reader| reader.list(&other, &list, now())).unwrap();
        assert_eq!((page.rows.len(), page.metadata.total_count), (0, 0));
    });
}

#[test]
fn the_company_is_altered_like_any_record() {
    on_both(|world| {
        let actor = world.actor;
        let change =
            alteration(Resource::Company, &[("name", "Acme 2"), ("time_zone", "EST"), ("currency", "EUR")]);
        world.store.write_now(move |w| w.update_company(&actor, &change, Some(1), later())).unwrap();
        let company = world.company();
        assert_eq!(
            (company.name.as_str(), company.currency.as_str(), company.revision),
            ("Acme 2", "EUR", 2)
        );
        assert_eq!((company.time_zone.as_str(), company.iana.as_str()), ("EST", "Etc/GMT+5"));
        let columns = [Key::Name, Key::UpdatedAt, Key::Id];
        let found = world.store.read(|reader| reader.company_record(actor.company, &columns)).unwrap();
        assert_eq!(found.values[1], Value::Instant(later()));
        let named = world.store.read(|reader| reader.company_named("Acme 2")).unwrap();
        assert_eq!(named, Some(company));
    });
}

#[test]
fn a_dry_run_answers_and_keeps_nothing() {
    on_both(|world| {
        let actor = world.actor;
        let change = crate::support::creation(BuyerGroup, &[("name", "Only tried")]);
        let answer = world.store.write_now(move |writer| {
            let id = writer.create(&actor, &change, now())?;
            writer.discard();
            let company = writer.company(actor.company)?;
            Ok(writer.get(&company, BuyerGroup, &Name::Id(id), &[Key::Name], now())?.values[0].to_string())
        });
        assert_eq!(answer.unwrap(), "Only tried");
        assert_eq!(world.list(BuyerGroup, &[]).metadata.total_count, 0);
    });
}

#[test]
fn what_can_no_longer_be_restored_goes_for_good() {
    on_both(|world| {
        let buyer = world.create(Buyer, &[("name", "Zebra buyer")]);
        let group = world.create(
            BuyerGroup,
            &[
                ("name", "Zebra"),
                ("buyer_ids", &buyer.to_string()),
                ("generate_team", "1"),
                ("team_users_emails", "a@b.de"),
            ],
        );
        let offer = world.create(Offer, &[("name", "Zebra"), ("buyer_group_ids", &group.to_string())]);
        let company = world.actor.company;
        let day = 86_400_000;
        let purge = |days: i64, most: u32| {
            world
                .store
                .write_now(move |writer| writer.purge(company, most, now().plus_ms(days * day)))
                .unwrap()
        };
        for (resource, id) in [(BuyerGroup, group), (Buyer, buyer), (Offer, offer)] {
            world.delete(resource, id).unwrap();
        }
        assert_eq!(purge(29, 10), 0);
        assert_eq!(purge(30, 2), 2);
        assert_eq!(purge(30, 10), 1);
        for (resource, id) in [(BuyerGroup, group), (Buyer, buyer), (Offer, offer)] {
            let deleted = [("deleted", "1"), ("columns", "id")];
            assert_eq!(world.column(resource, &deleted), (vec![], 0));
            let found = [("deleted", "1"), ("columns", "id"), ("fulltext", "zebra")];
            assert_eq!(world.column(resource, &found), (vec![], 0));
            assert_eq!(world.restore(resource, id, now()), Err(Error::NotFound));
            let history = world.store.read(|reader| reader.changes_since(company, resource, id, 0)).unwrap();
            assert!(history.len() >= 2, "history keeps it");
        }
    });
}
