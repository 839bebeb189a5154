//! The writer lane: many changes in one transaction, each answered for itself.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use domain::{Key, Resource};
use store::{Error, Name, Store};

use crate::support::{World, alteration, creation, now, on_both, open};

use Resource::BuyerGroup;

/// Holds the lane in a change until it is let go, so that others queue up behind it.
fn hold(store: &Store) -> impl FnOnce() {
    let gate = Arc::new((Mutex::new(false), Condvar::new()));
    let inner = Arc::clone(&gate);
    let (started, wait) = channel();
    store.write(
        move |_| {
            let _ = started.send(());
            let mut open = inner.0.lock().unwrap();
            while !*open {
                open = inner.1.wait(open).unwrap();
            }
            Ok(())
        },
        |_| {},
    );
    wait.recv().unwrap();
    move || {
        *gate.0.lock().unwrap() = true;
        gate.1.notify_all();
    }
}

/// What a change in the middle of a batch may do.
#[derive(Clone, Copy)]
enum Fate {
    Succeed,
    FailBefore,
    FailAfter,
    Panic,
    OnlyTry,
}

#[test]
fn each_change_of_a_batch_has_its_own_outcome() {
    on_both(|world| {
        let fates = [
            Fate::Succeed,
            Fate::FailAfter,
            Fate::Succeed,
            Fate::Panic,
            Fate::OnlyTry,
            Fate::FailBefore,
            Fate::Succeed,
        ];
        let let_go = hold(&world.store);
        let (sender, receiver) = channel();
        for (n, fate) in fates.into_iter().enumerate() {
            let actor = world.actor;
            let change = creation(BuyerGroup, &[("name", &format!("Group {n}"))]);
            let sender = sender.clone();
            world.store.write(
                move |writer| {
                    if matches!(fate, Fate::FailBefore) {
                        return Err(Error::Stale);
                    }
                    let id = writer.create(&actor, &change, now())?;
                    match fate {
                        Fate::FailAfter => return Err(Error::Conflict("no".to_owned())),
                        Fate::Panic => panic!("a change that panics"),
                        Fate::OnlyTry => writer.discard(),
                        _ => {}
                    }
                    Ok(id)
                },
                move |outcome| sender.send((n, outcome)).unwrap(),
            );
        }
        drop(sender);
        let_go();
        let outcomes: Vec<_> = receiver.iter().collect();
        assert_eq!(outcomes.len(), fates.len());
        for (n, outcome) in &outcomes {
            match fates[*n] {
                Fate::Succeed | Fate::OnlyTry => assert!(outcome.is_ok(), "{n}: {outcome:?}"),
                Fate::FailBefore => assert_eq!(*outcome, Err(Error::Stale)),
                Fate::FailAfter => assert_eq!(*outcome, Err(Error::Conflict("no".to_owned()))),
                Fate::Panic => assert!(matches!(outcome, Err(Error::Internal(_))), "{outcome:?}"),
            }
        }
        let kept: Vec<_> = outcomes.iter().filter(|(n, _)| matches!(fates[*n], Fate::Succeed)).collect();
        let mut ids: Vec<String> = kept.iter().map(|(_, id)| id.clone().unwrap().to_string()).collect();
        ids.sort();
        assert_eq!(world.column(BuyerGroup, &[("columns", "id")]), (ids, 3));
    });
}

#[test]
fn a_closed_store_finishes_what_is_queued_and_takes_no_more() {
    on_both(|world| {
        let store = open(&world.url);
        let let_go = hold(&store);
        let done = Arc::new(AtomicU32::new(0));
        for n in 0..100 {
            let actor = world.actor;
            let change = creation(BuyerGroup, &[("name", &format!("Group {n}"))]);
            let done = Arc::clone(&done);
            store.write(
                move |writer| writer.create(&actor, &change, now()),
                move |outcome| {
                    outcome.unwrap();
                    done.fetch_add(1, Ordering::Relaxed);
                },
            );
        }
        let_go();
        store.close();
        assert_eq!(done.load(Ordering::Relaxed), 100);
        assert!(matches!(store.write_now(|_| Ok(())), Err(Error::Unavailable(_))));
        assert_eq!(world.list(BuyerGroup, &[]).metadata.total_count, 100);
    });
}

/// A change answers from the lane's own thread, where the last handle of a store may be dropped.
#[test]
fn the_last_handle_may_be_dropped_anywhere() {
    on_both(|world| {
        let store = open(&world.url);
        let (sender, receiver) = channel();
        let last = store.clone();
        store.write(
            |_| Ok(()),
            move |outcome| {
                drop(last);
                sender.send(outcome).unwrap();
            },
        );
        drop(store);
        assert_eq!(receiver.recv_timeout(Duration::from_secs(5)).unwrap(), Ok(()));
    });
}

#[test]
fn readers_see_their_snapshot_and_never_wait_for_the_writer() {
    on_both(|world| {
        let group = world.create(BuyerGroup, &[("name", "Before")]);
        let company = world.company();
        let name = |reader: &mut store::Reader<'_>| {
            let found = reader.get(&company, BuyerGroup, &Name::Id(group), &[Key::Name], now()).unwrap();
            found.values[0].to_string()
        };
        let seen = world.store.read(|reader| {
            let first = name(reader);
            world.update(BuyerGroup, group, &[("name", "After")]).unwrap();
            Ok((first, name(reader)))
        });
        assert_eq!(seen, Ok(("Before".to_owned(), "Before".to_owned())));
        assert_eq!(world.value(BuyerGroup, group, Key::Name), "After");

        let let_go = hold(&world.store);
        let start = Instant::now();
        assert_eq!(world.value(BuyerGroup, group, Key::Name), "After");
        assert!(start.elapsed() < Duration::from_secs(1));
        let_go();
    });
}

/// Two stores write to the same two records in opposite orders: on PostgreSQL they deadlock, on SQLite one waits.
#[test]
fn changes_that_are_in_each_others_way_are_run_again() {
    on_both(|world| {
        let groups = [0, 1].map(|n| world.create(BuyerGroup, &[("name", &format!("Group {n}"))]));
        let stores = [world.store.clone(), open(&world.url)];
        let actor = world.actor;
        std::thread::scope(|scope| {
            for (n, store) in stores.iter().enumerate() {
                scope.spawn(move || {
                    for round in 0..20 {
                        let order = if n == 0 { [groups[0], groups[1]] } else { [groups[1], groups[0]] };
                        let change = alteration(BuyerGroup, &[("tier", &(n * 100 + round).to_string())]);
                        let outcome = store.write_now(move |writer| {
                            for group in order {
                                writer.update(&actor, &Name::Id(group), &change, None, now())?;
                                std::thread::sleep(Duration::from_millis(1));
                            }
                            Ok(())
                        });
                        assert_eq!(outcome, Ok(()));
                    }
                });
            }
        });
        for group in groups {
            assert_eq!(world.value(BuyerGroup, group, Key::Revision), "41");
        }
    });
}

#[test]
fn ids_are_never_given_out_twice() {
    on_both(|world| {
        let stores = [world.store.clone(), open(&world.url)];
        let actor = world.actor;
        let chosen = domain::Id::new(100_123).unwrap();
        let change = creation(BuyerGroup, &[("name", "Chosen")]);
        world.store.write_now(move |writer| writer.create_as(&actor, chosen, &change, now())).unwrap();
        let ids: Mutex<Vec<domain::Id>> = Mutex::new(vec![chosen]);
        std::thread::scope(|scope| {
            for store in &stores {
                for _ in 0..2 {
                    scope.spawn(|| {
                        for n in 0..60 {
                            let change = creation(BuyerGroup, &[("name", "Given out")]);
                            let outcome = store.write_now(move |writer| {
                                let id = writer.create(&actor, &change, now())?;
                                // What was undone may be given out again, what was kept may not.
                                if n % 3 == 0 { Err(Error::Stale) } else { Ok(id) }
                            });
                            ids.lock().unwrap().extend(outcome.ok());
                        }
                    });
                }
            }
        });
        let mut ids = ids.into_inner().unwrap();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!((ids.len(), count), (161, 161));
        assert_eq!(world.list(BuyerGroup, &[]).metadata.total_count, 161);
    });
}

/// How many changes are in one transaction is seen from outside by what another connection finds committed.
#[test]
fn what_queues_up_is_committed_together() {
    let world = World::sqlite();
    let let_go = hold(&world.store);
    let (sender, receiver) = channel();
    for n in 0..30 {
        let actor = world.actor;
        let change = creation(BuyerGroup, &[("name", &format!("Group {n}"))]);
        let (sender, reader, company) = (sender.clone(), world.store.clone(), world.company());
        world.store.write(
            move |writer| writer.create(&actor, &change, now()),
            move |outcome| {
                let query = crate::support::query(BuyerGroup, &[]);
                let page = reader.read(|reader| reader.list(&company, &query, now())).unwrap();
                sender.send((outcome, page.metadata.total_count)).unwrap();
            },
        );
    }
    drop(sender);
    let_go();
    // When the first is answered, all that were in its transaction are there.
    let (first, total) = receiver.recv().unwrap();
    assert!(first.is_ok());
    assert!(total >= 29, "{total} are committed when the first of 30 is answered");
    assert!(receiver.iter().all(|(outcome, _)| outcome.is_ok()));
}
