//! Alerts: once per cap and window, whatever crosses the lines; and the outbox of webhooks.

use domain::{Decimal, Id, Instant, Key, Metric, Resource, Window};
use store::Due;

use crate::support::{World, later, now, on_both};

const HOUR_MS: i64 = 3_600_000;

fn at(ms: i64) -> Instant {
    now().plus_ms(ms)
}

/// A group with a limit of 100 attempts a window, whose windows are open.
fn group(world: &World, window: Window) -> Id {
    let limit = Key::Limit(Metric::Attempt, window).name();
    let group = world.create(Resource::BuyerGroup, &[("name", "Loans East"), (&limit, "100")]);
    let company = world.actor.company;
    world.store.write_now(move |writer| writer.reopen_windows(company, now())).unwrap();
    group
}

/// Has the group use so much of the window that it is in, and be looked at.
fn use_up(world: &World, group: Id, window: Window, used: i32, at: Instant) {
    let column = Key::Used(Metric::Attempt, window).name();
    let units = Decimal::whole(used).units();
    world.run(&format!("UPDATE call_limits SET {column} = {units} WHERE buyer_group_id = {group}"));
    let company = world.actor.company;
    world.store.write_now(move |writer| writer.set_usage(company, group, &[], 0, at)).unwrap();
}

fn limit(world: &World, group: Id, window: Window, limit: &str) {
    let name = Key::Limit(Metric::Attempt, window).name();
    world.update(Resource::BuyerGroup, group, &[(&name, limit)]).unwrap();
}

/// Every alert, the oldest first: what, of how much, whether it still holds.
fn alerts(world: &World) -> Vec<String> {
    let params = [("columns", "kind,used,limit,open"), ("order_dir", "asc"), ("per_page", "1000")];
    let page = world.list(Resource::Alert, &params);
    page.rows.iter().map(|row| row.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")).collect()
}

fn release_ended(world: &World, at: Instant) {
    for company in world.store.read(|reader| reader.companies_with_ended_alerts(at)).unwrap() {
        world.store.write_now(move |writer| writer.release_ended(company, 10, at)).unwrap();
    }
}

#[test]
fn a_cap_raises_each_alert_once_in_a_window() {
    on_both(|world| {
        let group = group(world, Window::Hourly);
        for used in [10, 79, 80, 81, 79, 85, 100, 99, 100, 40, 80, 100, 0] {
            use_up(world, group, Window::Hourly, used, now());
        }
        assert_eq!(
            alerts(world),
            ["near 80 100 false", "released 79 100 false", "full 100 100 false"],
            "however often the lines are crossed"
        );
        let page = world.list(
            Resource::Alert,
            &[("columns", "id,buyer_group_id,buyer_group_name,metric,window,resets_at,read,message")],
        );
        let newest: Vec<String> = page.rows[0].iter().map(ToString::to_string).collect();
        assert_eq!(newest[0], "3", "the newest first, and no number is left out");
        assert_eq!(newest[1], group.to_string());
        assert_eq!(newest[2..5], ["Loans East", "attempt", "hourly"]);
        assert_eq!(newest[5], "2026-03-10T16:00:00.000+00:00");
        assert_eq!(newest[6], "false");
        assert_eq!(newest[7], "Loans East: attempts per hour at the limit, 100 of 100.");
    });
}

#[test]
fn a_limit_that_is_moved_around_what_was_used_floods_nobody() {
    on_both(|world| {
        let group = group(world, Window::Daily);
        use_up(world, group, Window::Daily, 90, now());
        for moved in ["90", "200", "95", "90", "1000", "", "90"] {
            limit(world, group, Window::Daily, moved);
        }
        assert_eq!(
            alerts(world),
            ["near 90 100 true", "full 90 90 true", "released 90 200 false"],
            "both hold again at the end"
        );
    });
}

#[test]
fn the_next_window_has_alerts_of_its_own_even_when_it_is_full_at_once() {
    on_both(|world| {
        let group = group(world, Window::Hourly);
        let company = world.actor.company;
        use_up(world, group, Window::Hourly, 100, now());
        assert_eq!(alerts(world), ["full 100 100 true"]);
        // Nobody looked in between.
        let next = at(HOUR_MS);
        world.store.write_now(move |writer| writer.reopen_windows(company, next)).unwrap();
        assert_eq!(
            alerts(world),
            ["full 100 100 false", "released 0 100 false", "full 100 100 true"],
            "the window that ended is closed by the one that counts"
        );
    });
}

#[test]
fn a_window_that_ends_releases_what_was_open_though_nobody_counts() {
    on_both(|world| {
        let (hourly, daily) = (group(world, Window::Hourly), group(world, Window::Daily));
        use_up(world, hourly, Window::Hourly, 100, now());
        use_up(world, daily, Window::Daily, 85, now());
        release_ended(world, at(60_000));
        assert_eq!(alerts(world), ["full 100 100 true", "near 85 100 true"], "neither has ended yet");
        for _ in 0..3 {
            release_ended(world, at(HOUR_MS));
        }
        assert_eq!(alerts(world), ["full 100 100 false", "near 85 100 true", "released 0 100 false"]);
        let open = world.list(Resource::Alert, &[("open", "true"), ("columns", "id")]);
        assert_eq!(open.metadata.total_count, 1);
        // What is released is released: the window that is opened again starts its own.
        use_up(world, hourly, Window::Hourly, 0, at(HOUR_MS));
        assert_eq!(alerts(world).len(), 3);
    });
}

#[test]
fn totals_are_released_by_their_reset_and_begin_anew() {
    on_both(|world| {
        let group = group(world, Window::Total);
        use_up(world, group, Window::Total, 100, now());
        world.update(Resource::BuyerGroup, group, &[("reset_total_caps", "true")]).unwrap();
        assert_eq!(alerts(world), ["full 100 100 false", "released 0 100 false"]);
    });
}

#[test]
fn a_change_of_zone_moves_the_end_of_a_window_and_raises_nothing() {
    on_both(|world| {
        let group = group(world, Window::Daily);
        use_up(world, group, Window::Daily, 85, now());
        world.update(Resource::BuyerGroup, group, &[("time_zone", "America/Los_Angeles")]).unwrap();
        use_up(world, group, Window::Daily, 86, later());
        assert_eq!(alerts(world), ["near 85 100 true"]);
        // By the clocks of UTC the day has ended, by those of Los Angeles it has not.
        release_ended(world, at(9 * HOUR_MS));
        assert_eq!(alerts(world), ["near 85 100 true"]);
        release_ended(world, at(16 * HOUR_MS));
        assert_eq!(alerts(world), ["near 85 100 false", "released 0 100 false"]);
    });
}

#[test]
fn the_share_at_which_a_cap_is_near_is_the_companys() {
    on_both(|world| {
        let company = world.actor.company;
        assert!(world.update(Resource::Company, company, &[("alert_share", "50")]).is_ok());
        let group = group(world, Window::Daily);
        for used in [49, 50] {
            use_up(world, group, Window::Daily, used, now());
        }
        assert_eq!(alerts(world), ["near 50 100 true"]);
    });
}

#[test]
fn a_deleted_group_has_nothing_open_and_a_restored_one_is_not_raised_twice() {
    on_both(|world| {
        let group = group(world, Window::Daily);
        use_up(world, group, Window::Daily, 85, now());
        world.delete(Resource::BuyerGroup, group).unwrap();
        assert_eq!(alerts(world), ["near 85 100 false"]);
        world.restore(Resource::BuyerGroup, group, later()).unwrap();
        assert_eq!(alerts(world), ["near 85 100 true"]);
    });
}

#[test]
fn alerts_are_marked_as_read_one_by_one_and_up_to_one() {
    on_both(|world| {
        let group = group(world, Window::Daily);
        for used in [80, 100, 0] {
            use_up(world, group, Window::Daily, used, now());
        }
        let company = world.actor.company;
        let unread = || world.list(Resource::Alert, &[("read", "false")]).metadata.total_count;
        let id = |number| Id::new(number).unwrap();
        assert_eq!(unread(), 3);
        world.store.write_now(move |writer| writer.read_alert(company, id(1), true)).unwrap();
        assert_eq!(unread(), 2);
        let read = world.store.write_now(move |writer| writer.read_alerts(company, id(2))).unwrap();
        assert_eq!((read, unread()), (1, 1));
        world.store.write_now(move |writer| writer.read_alert(company, id(1), false)).unwrap();
        assert_eq!(unread(), 2);
        let missing = world.store.write_now(move |writer| writer.read_alert(company, id(9), true));
        assert_eq!(missing, Err(store::Error::NotFound));
    });
}

#[test]
fn old_alerts_go_but_for_the_newest_and_what_is_open() {
    on_both(|world| {
        let group = group(world, Window::Total);
        for used in [80, 0, 100] {
            use_up(world, group, Window::Total, used, now());
        }
        let company = world.actor.company;
        let purge = |at| world.store.write_now(move |writer| writer.purge_alerts(company, 10, at)).unwrap();
        assert_eq!(purge(at(89 * 24 * HOUR_MS)), 0);
        assert_eq!(purge(at(91 * 24 * HOUR_MS)), 1, "near is open again and full is the newest");
        assert_eq!(alerts(world), ["near 80 100 true", "full 100 100 true"]);
    });
}

/// Sets the company's webhook.
fn webhook(world: &World) {
    world
        .update(Resource::Company, world.actor.company, &[("webhook_url", "https://example.com/alerts")])
        .unwrap();
}

fn due(world: &World, at: Instant) -> Vec<Due> {
    world.store.read(|reader| reader.due_deliveries(10, 5, at)).unwrap()
}

#[test]
fn an_alert_leaves_a_delivery_that_one_process_claims_and_another_takes_over_when_it_dies() {
    on_both(|world| {
        let group = group(world, Window::Daily);
        use_up(world, group, Window::Daily, 85, now());
        assert_eq!(due(world, now()), [], "there was no webhook");
        webhook(world);
        use_up(world, group, Window::Daily, 100, now());
        let company = world.actor.company;
        world.store.write_now(move |writer| writer.add_webhook_secret(company, "one", false, now())).unwrap();

        let found = due(world, now());
        assert_eq!(found.len(), 1);
        let other = world.again();
        let claim = |world: &World, found: Vec<Due>, from: Instant| {
            let until = from.plus_ms(60_000);
            world.store.write_now(move |writer| writer.claim_deliveries(&found, until, from)).unwrap()
        };
        let first = claim(world, found.clone(), now());
        assert_eq!(claim(&other, found, now()), [], "somebody else has it");
        assert_eq!(due(&other, at(59_000)), []);
        assert_eq!((first[0].url.as_str(), first[0].attempts), ("https://example.com/alerts", 1));
        assert_eq!(first[0].secrets, ["one"]);
        let body: serde_json::Value = serde_json::from_str(&first[0].body).unwrap();
        assert_eq!(body["id"], first[0].id.as_str());
        assert_eq!(body["type"], "cap.full");
        assert_eq!(body["alert"]["buyer_group_id"], group.get());
        assert_eq!((&body["alert"]["used"], &body["alert"]["limit"]), (&100.into(), &100.into()));

        // The first one died: the same delivery under the same id.
        let second = claim(&other, due(&other, at(60_000)), at(60_000));
        assert_eq!((&second[0].id, &second[0].body), (&first[0].id, &first[0].body));
        assert_eq!(second[0].attempts, 2);
        // What the first one says when it comes back to life changes nothing.
        let late = first[0].claim;
        world.store.write_now(move |writer| writer.undelivered(&late, "late", None, at(61_000))).unwrap();
        let claim = second[0].claim;
        world.store.write_now(move |writer| writer.delivered(&claim, at(62_000))).unwrap();
        let state = world.store.read(|reader| reader.webhook_state(company, at(62_000))).unwrap();
        assert_eq!((state.pending, state.delivered_at, state.failure), (0, Some(at(62_000)), None));
        assert_eq!(due(world, at(9_000_000)), []);
    });
}

#[test]
fn what_is_given_up_is_said_once_a_day() {
    on_both(|world| {
        webhook(world);
        let (one, other) = (group(world, Window::Daily), group(world, Window::Daily));
        use_up(world, one, Window::Daily, 85, now());
        use_up(world, other, Window::Daily, 85, now());
        let found = due(world, now());
        assert_eq!(found.len(), 2);
        let until = at(60_000);
        let claimed =
            world.store.write_now(move |writer| writer.claim_deliveries(&found, until, now())).unwrap();
        for delivery in claimed {
            let give_up = move |writer: &mut store::Writer<'_>| {
                writer.undelivered(&delivery.claim, "It answered 500.", None, at(61_000))
            };
            world.store.write_now(give_up).unwrap();
        }
        let page = world
            .list(Resource::Alert, &[("kind", "undelivered"), ("columns", "message,open,buyer_group_id")]);
        let rows: Vec<String> = page.rows.iter().map(|row| row[0].to_string()).collect();
        assert_eq!(rows, ["The webhook did not take alert 1 within a day. It answered 500."]);
        assert_eq!(due(world, at(9_000_000)), [], "and that is no alert to post");
    });
}

#[test]
fn an_older_secret_signs_for_another_day() {
    on_both(|world| {
        let company = world.actor.company;
        let rotate = |secret: &'static str, end_older, at| {
            world
                .store
                .write_now(move |writer| writer.add_webhook_secret(company, secret, end_older, at))
                .unwrap();
        };
        let secrets = |at| world.store.read(|reader| reader.webhook_secrets(company, at)).unwrap();
        rotate("one", false, now());
        rotate("two", false, at(1_000));
        assert_eq!(secrets(at(2_000)), ["two", "one"]);
        assert_eq!(secrets(at(24 * HOUR_MS + 999)), ["two", "one"]);
        assert_eq!(secrets(at(24 * HOUR_MS + 1_000)), ["two"]);
        rotate("three", true, at(3_000));
        assert_eq!(secrets(at(3_000)), ["three"], "one that leaked ends at once");
        for secret in ["four", "five", "six", "seven"] {
            rotate(secret, false, at(4_000));
        }
        assert_eq!(secrets(at(5_000)), ["seven", "six", "five", "four"], "not without end");
    });
}
