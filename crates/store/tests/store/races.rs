//! Many at once, from one process and from several: no reservation is granted past a limit, and each that is counts once.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::Mutex;

use domain::{CallEvent, CallEventKind, Id, Key, Metric, Resource, Window};
use store::{Actor, Name, NewCall, Store};

use crate::calls::event;
use crate::support::{World, now, open};

use Resource::{BuyerGroup, Call};

/// Tells the stores that the clients of a race use, of each kind of database: one, and several over the same.
fn with_stores(race: impl Fn(&World, &[Store])) {
    let several = |world: &World, count: usize| -> Vec<Store> {
        let others = (1..count).map(|_| open(&world.url));
        std::iter::once(world.store.clone()).chain(others).collect()
    };
    let sqlite = World::sqlite();
    race(&sqlite, &several(&sqlite, 1));
    for count in [1, 3] {
        if let Some(world) = World::postgres() {
            race(&world, &several(&world, count));
        }
    }
}

/// Runs clients at once, each on one of the stores, and gathers what they bring.
fn at_once<T: Send>(
    stores: &[Store],
    clients: usize,
    client: impl Fn(usize, &Store) -> Vec<T> + Sync,
) -> Vec<T> {
    let brought = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for number in 0..clients {
            let (client, brought) = (&client, &brought);
            let store = &stores[number % stores.len()];
            scope.spawn(move || {
                let mut some = client(number, store);
                brought.lock().unwrap().append(&mut some);
            });
        }
    });
    brought.into_inner().unwrap()
}

fn take(store: &Store, actor: Actor, offer: Id, seed: u64) -> Id {
    let new = NewCall { offer: Some(offer), ..NewCall::default() };
    store.write_now(move |writer| writer.take_call(&actor, &new, seed, now())).unwrap()
}

fn tell(store: &Store, actor: Actor, call: Id, event: CallEvent) {
    let name = Name::Id(call);
    store.write_now(move |w| w.report(&actor, &name, event.kind.name(), &event, 1, now())).unwrap();
}

/// The codes of why the first step was refused; none for a call that was taken.
fn refusal(world: &World, call: Id) -> Option<Vec<&'static str>> {
    let first = world.trace(call).steps.remove(0);
    let reasons = &first.decision.traced[0].candidate.eligibility.reasons;
    first.step.is_none().then(|| reasons.iter().map(domain::Reason::code).collect())
}

#[test]
fn sixty_four_clients_share_a_cap_of_one_hundred() {
    with_stores(|world, stores| {
        let group = world.group("Hot", &[world.buyer("B", &[])], &[("attempt_daily_limit", "100")]);
        let (offer, actor) = (world.offer(&[group], &[]), world.actor);
        let calls = at_once(stores, 64, |client, store| {
            (0..50).map(|n| take(store, actor, offer, (client * 50 + n) as u64)).collect()
        });
        assert_eq!(calls.len(), 3_200);
        let live = world.list(Call, &[("status", "dialing"), ("columns", "id"), ("per_page", "1000")]);
        assert_eq!(live.metadata.total_count, 100);
        assert_eq!(world.used(group, Metric::Attempt), ["0", "100"]);
        world.verify();
        let taken: Vec<Id> = live.rows.iter().map(|row| Id::new(row[0].as_int().unwrap()).unwrap()).collect();
        let refused: Vec<Id> = calls.into_iter().filter(|call| !taken.contains(call)).collect();
        assert!(refused.iter().step_by(100).all(|call| refusal(world, *call) == Some(vec!["cap_full"])));
        at_once(stores, 10, |client, store| {
            for call in taken.iter().skip(client).step_by(10) {
                tell(store, actor, *call, event(CallEventKind::Dialed));
                tell(store, actor, *call, event(CallEventKind::Ended));
            }
            Vec::<()>::new()
        });
        for window in Window::ALL {
            assert_eq!(world.value(BuyerGroup, group, Key::Used(Metric::Attempt, window)), "100");
        }
        assert_eq!(refusal(world, take(&world.store, actor, offer, 1)), Some(vec!["cap_full"]));
        world.verify();
    });
}

#[test]
fn a_tenth_a_thousand_times_is_exactly_one_hundred() {
    with_stores(|world, stores| {
        let group = world.group("G", &[world.buyer("B", &[])], &[("revenue_total_limit", "100")]);
        let (offer, actor) = (world.offer(&[group], &[("expected_revenue", "0.1")]), world.actor);
        let granted = at_once(stores, 16, |client, store| {
            // Together 1,008: each converts all that it was granted.
            let calls: Vec<Id> =
                (0..63).map(|n| take(store, actor, offer, (client * 63 + n) as u64)).collect();
            let granted: Vec<Id> = calls.into_iter().filter(|call| refusal(world, *call).is_none()).collect();
            granted.iter().for_each(|call| tell(store, actor, *call, event(CallEventKind::Converted)));
            granted
        });
        assert_eq!(granted.len(), 1_000);
        assert_eq!(world.value(BuyerGroup, group, Key::Used(Metric::Revenue, Window::Total)), "100");
        assert_eq!(refusal(world, take(&world.store, actor, offer, 1)), Some(vec!["cap_full"]));
        assert_eq!(world.column(Call, &[("past_limit", "true"), ("columns", "id")]).1, 0);
        world.verify();
    });
}

#[test]
fn buyers_of_several_groups_are_on_no_more_calls_than_they_may_be() {
    with_stores(|world, stores| {
        let buyer = world.buyer("B", &[("concurrency_cap_limit", "7")]);
        let groups = [world.group("One", &[buyer], &[]), world.group("Other", &[buyer], &[])];
        let (offer, actor) = (world.offer(&groups, &[]), world.actor);
        at_once(stores, 16, |client, store| vec![take(store, actor, offer, client as u64)]);
        assert_eq!(world.list(Call, &[("status", "dialing")]).metadata.total_count, 7);
        assert_eq!(world.value(Resource::Buyer, buyer, Key::ConcurrencyCapUsed), "7");
        world.verify();
    });
}

/// Where the child process finds its database, as `URL COMPANY USER OFFER`.
const CHILD: &str = "STORE_TEST_CALLER";

/// Not a test of its own: the process that is killed. It prints the id of each call that was acknowledged.
#[test]
fn child_that_takes_calls_until_it_is_killed() {
    let Ok(task) = std::env::var(CHILD) else { return };
    let parts: Vec<&str> = task.split(' ').collect();
    let id = |text: &str| Id::parse(text).unwrap();
    let (actor, offer) = (Actor { company: id(parts[1]), user: id(parts[2]), key: None }, id(parts[3]));
    let store = open(parts[0]);
    at_once(&[store], 4, |client, store| {
        for seed in (client as u64..).step_by(4) {
            let call = take(store, actor, offer, seed);
            println!("made {call}");
            tell(store, actor, call, event(CallEventKind::Converted));
            if seed.is_multiple_of(2) {
                tell(store, actor, call, event(CallEventKind::Ended));
            }
        }
        Vec::<()>::new()
    });
}

/// Between a reservation and what it counts, and in the middle of either.
#[test]
fn kill_9_leaves_no_counter_that_its_calls_do_not_come_to() {
    crate::support::on_both(|world| {
        let group = world.group("G", &[world.buyer("B", &[])], &[]);
        let offer = world.offer(&[group], &[("expected_revenue", "1")]);
        for _ in 0..3 {
            let task = format!("{} {} {} {offer}", world.url, world.actor.company, world.actor.user);
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "races::child_that_takes_calls_until_it_is_killed", "--nocapture"])
                .env(CHILD, task)
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
            let made: Vec<String> = lines.by_ref().filter(|line| line.contains("made ")).take(60).collect();
            child.kill().unwrap();
            child.wait().unwrap();
            world.verify();
            for line in made {
                let call = Id::parse(line.rsplit_once("made ").unwrap().1).unwrap();
                assert!(world.trace(call).steps[0].step.is_some(), "{call} was acknowledged");
            }
        }
        // Those that were under way end by themselves.
        let late = now().plus_ms(24 * 3_600_000);
        world.store.write_now(move |writer| writer.expire_calls(late, 1_000)).unwrap();
        assert_eq!(world.value(BuyerGroup, group, Key::ConcurrencyCapUsed), "0");
        world.verify();
    });
}
