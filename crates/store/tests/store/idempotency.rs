//! Answers that are sent again.

use domain::{Key, Resource};
use store::{Error, SavedAnswer, Store};

use crate::support::{creation, now, on_both, open};

fn answer(body: &str) -> SavedAnswer {
    SavedAnswer {
        status: 201,
        headers: vec![("Location".to_owned(), "/x".to_owned())],
        body: body.to_owned(),
    }
}

#[test]
fn the_first_answer_is_kept_for_24_hours() {
    on_both(|world| {
        let company = world.actor.company;
        let hours = |n: i64| now().plus_ms(n * 3_600_000);
        let replay = |fingerprint: &'static str, at| {
            world.store.write_now(move |writer| writer.replay(company, None, "key", fingerprint, at))
        };
        assert_eq!(replay("body", now()), Ok(None));
        let first = answer("one");
        world.store.write_now(move |w| w.remember(company, None, "key", "body", &first, now())).unwrap();
        assert_eq!(replay("body", hours(23)), Ok(Some(answer("one"))));
        assert!(matches!(replay("other body", hours(23)), Err(Error::Violations(_))));
        assert_eq!(replay("other body", hours(24)), Ok(None));
        let second = answer("two");
        world
            .store
            .write_now(move |w| w.remember(company, None, "key", "other", &second, hours(24)))
            .unwrap();
        assert_eq!(replay("other", hours(25)), Ok(Some(answer("two"))));
    });
}

/// The same request at the same time, through two stores as if they were two processes: it is done once.
#[test]
fn two_at_once_are_done_once() {
    on_both(|world| {
        let stores = [world.store.clone(), open(&world.url)];
        let actor = world.actor;
        let request = |store: &Store, n: u32| {
            let change = creation(Resource::BuyerGroup, &[("name", "Once")]);
            let name = format!("round-{n}");
            store.write_now(move |writer| {
                if let Some(saved) = writer.replay(actor.company, None, &name, "same", now())? {
                    return Ok(saved.body);
                }
                let id = writer.create(&actor, &change, now())?.to_string();
                writer.remember(actor.company, None, &name, "same", &answer(&id), now())?;
                Ok(id)
            })
        };
        for round in 0..10 {
            let answers: Vec<String> = std::thread::scope(|scope| {
                let (request, stores) = (&request, &stores);
                let tasks: Vec<_> =
                    (0..4).map(|n| scope.spawn(move || request(&stores[n % 2], round).unwrap())).collect();
                tasks.into_iter().map(|task| task.join().unwrap()).collect()
            });
            assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        }
        let (names, total) = world.column(Resource::BuyerGroup, &[("columns", &*Key::Name.name())]);
        assert_eq!((names.len(), total), (10, 10));
    });
}
