//! Keys, sign-in tokens and sessions.

use domain::Id;
use store::{Actor, Error, NewKey, Role};

use crate::support::{new_company, now, on_both, open};

fn new_key(n: u32) -> NewKey {
    NewKey {
        public: format!("pub-{n}"),
        private_hash: format!("hash-{n}"),
        name: "CRM".to_owned(),
        role: Role::Owner,
        query_auth: true,
    }
}

#[test]
fn a_key_is_found_by_either_half_and_can_be_revoked() {
    on_both(|world| {
        let actor = world.actor;
        let id = world.store.write_now(move |writer| writer.create_key(&actor, &new_key(1), now())).unwrap();
        world.store.write_now(move |writer| writer.create_key(&actor, &new_key(2), now())).unwrap();
        let key = world.store.read(|reader| reader.key_by_public("pub-1")).unwrap().unwrap();
        assert_eq!((key.id, &key.company, key.user), (id, &world.company(), actor.user));
        assert_eq!((key.role, key.query_auth, key.revoked_at), (Role::Owner, true, None));
        let same = world.store.read(|reader| reader.key_by_private_hash("hash-1")).unwrap();
        assert_eq!(same, Some(key));
        assert_eq!(world.store.read(|reader| reader.key_by_public("pub-3")).unwrap(), None);
        let taken = world.store.write_now(move |writer| writer.create_key(&actor, &new_key(1), now()));
        assert!(matches!(taken, Err(Error::Conflict(_))), "{taken:?}");
        // Also by another process on the same database, which runs it again in vain.
        let other = open(&world.url);
        let taken = other.write_now(move |writer| writer.create_key(&actor, &new_key(1), now()));
        assert!(matches!(taken, Err(Error::Conflict(_))), "{taken:?}");

        let stranger = world.store.write_now(|writer| new_company(writer, "Other")).unwrap();
        let revoke = |by: Actor| world.store.write_now(move |writer| writer.revoke_key(&by, id, now()));
        assert_eq!(revoke(stranger), Err(Error::NotFound));
        assert_eq!(revoke(actor), Ok(()));
        assert_eq!(revoke(actor), Err(Error::NotFound));
        let keys = world.store.read(|reader| reader.keys(actor.company)).unwrap();
        let seen: Vec<_> = keys.iter().map(|key| (key.public.as_str(), key.revoked_at)).collect();
        assert_eq!(seen, [("pub-1", Some(now())), ("pub-2", None)]);
    });
}

#[test]
fn a_sign_in_token_works_once_and_in_time() {
    on_both(|world| {
        let actor = world.actor;
        let minutes = |n: i64| now().plus_ms(n * 60_000);
        let make = |hash: &'static str| {
            world
                .store
                .write_now(move |writer| writer.create_sign_in(&actor, hash, minutes(15), now()))
                .unwrap();
        };
        let redeem =
            |hash: &'static str, at| world.store.write_now(move |writer| writer.redeem_sign_in(hash, at));
        make("one");
        make("two");
        assert_eq!(redeem("one", minutes(14)), Ok(actor));
        assert_eq!(redeem("one", minutes(14)), Err(Error::NotFound));
        assert_eq!(redeem("two", minutes(15)), Err(Error::NotFound));
        assert_eq!(redeem("three", now()), Err(Error::NotFound));
    });
}

#[test]
fn a_session_lasts_until_it_ends() {
    on_both(|world| {
        let actor = world.actor;
        let has_session = |at| world.store.read(|reader| reader.has_session(actor.company, at)).unwrap();
        assert!(!has_session(now()));
        let end = now().plus_ms(1_000);
        let id = world.store.write_now(move |w| w.create_session(&actor, "token", end, now())).unwrap();
        let session = |at| world.store.read(|reader| reader.session("token", at)).unwrap();
        let found = session(now()).unwrap();
        assert_eq!(
            (found.id, &found.company, found.user, found.role),
            (id, &world.company(), actor.user, Role::Owner)
        );
        assert_eq!(
            (found.user_name.as_str(), found.user_email.as_str()),
            ("Olivia Owner", "acme@example.com")
        );
        assert!(has_session(now()) && session(end).is_none() && !has_session(end));
        let end_it = |session: Id| world.store.write_now(move |writer| writer.end_session(&actor, session));
        assert_eq!(end_it(id), Ok(()));
        assert_eq!(end_it(id), Err(Error::NotFound));
        assert!(session(now()).is_none());
    });
}

#[test]
fn a_person_may_be_in_several_companies() {
    on_both(|world| {
        let user = world.store.write_now(|writer| {
            let other = new_company(writer, "Other")?;
            let same =
                writer.create_user(other.company, "Anybody", "ACME@example.com", Role::Viewer, now())?;
            Ok((other, same))
        });
        let (other, same) = user.unwrap();
        assert_eq!(same, world.actor.user);
        let people = world.store.read(|reader| reader.users(other.company)).unwrap();
        assert_eq!(people.iter().map(|user| user.role).collect::<Vec<_>>(), [Role::Viewer, Role::Owner]);
        let owner = world.store.read(|reader| reader.owner(other.company)).unwrap();
        assert_eq!(owner.id, other.user);
        assert_eq!(world.store.read(|reader| reader.companies()).unwrap().len(), 2);
    });
}
