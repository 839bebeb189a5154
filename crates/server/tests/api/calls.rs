//! Calls over HTTP: who takes one, what is reported of it, how it is told.

use serde_json::{Value, json};

use super::support::{Api, FORM, JSON, NOW, another_company, now};

const CALLS: &str = "/api/v1/calls";

/// An offer with one group of these parameters, and so many buyers.
struct Set {
    api: Api,
    offer: i64,
    group: i64,
    buyers: Vec<i64>,
}

impl Set {
    async fn new(group: &str, buyers: usize) -> Self {
        let api = Api::new();
        let (group, buyers) = Self::group(&api, "West", group, buyers).await;
        let offer = format!(r#"{{"name": "Auto", "expected_revenue": 28, "buyer_group_ids": [{group}]}}"#);
        let offer = api.made("/api/v1/offers", &offer).await;
        Self { api, offer, group, buyers }
    }

    async fn group(api: &Api, name: &str, more: &str, buyers: usize) -> (i64, Vec<i64>) {
        let mut ids = Vec::new();
        for number in 1..=buyers {
            let body = format!(
                r#"{{"name": "{name} {number}", "user_buyer_id": "{name}-{number}", "phone_number": "+1415555010{number}"}}"#
            );
            ids.push(api.made("/api/v1/buyers", &body).await);
        }
        let body = format!(r#"{{"name": "{name}", "buyer_ids": {ids:?}{more}}}"#);
        (api.group(&body).await, ids)
    }

    /// A call about the offer: its id, and the answer.
    async fn call(&self) -> (i64, Value) {
        let answer = self.api.post(CALLS, &format!(r#"{{"offer_id": {}}}"#, self.offer)).await;
        assert!([200, 201].contains(&answer.status), "{}", answer.text);
        let call = answer.json()["call"].clone();
        (call["id"].as_i64().unwrap(), call)
    }

    /// Reports an event that must be taken, and gives the call.
    async fn report(&self, call: i64, event: &str) -> Value {
        let answer = self.api.put(&format!("{CALLS}/{call}"), event).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["call"].clone()
    }

    /// Some columns of the group.
    async fn counters(&self, columns: &str) -> Value {
        let path = format!("/api/v1/buyer_groups/{}?root=false&columns={columns}", self.group);
        self.api.get(&path).await.json()
    }
}

#[tokio::test]
async fn a_call_is_taken_by_a_group_and_told_with_whom_to_dial() {
    let set = Set::new(r#", "tier": 2, "weight": 3"#, 2).await;
    let body = format!(r#"{{"offer_id": {}, "caller_number": "(415) 555-0134"}}"#, set.offer);
    let answer = set.api.post(CALLS, &body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let json = answer.json();
    assert_eq!(json["status"], 201);
    let call = &json["call"];
    let id = call["id"].as_i64().unwrap();
    assert_eq!(answer.header("location"), format!("{CALLS}/{id}"));
    assert_eq!(answer.header("etag"), "\"1\"");
    assert_eq!(
        (&call["status"], &call["caller_number"], &call["offer_id"], &call["buyer_group_id"], &call["type"]),
        (&"dialing".into(), &"+14155550134".into(), &set.offer.into(), &set.group.into(), &"Call".into())
    );
    let step = &call["step"];
    assert_eq!(step["reservation_id"], call["reservation_id"]);
    assert_eq!(
        step["buyers"],
        json!([{"id": set.buyers[0], "name": "West 1", "user_buyer_id": "West-1", "phone_number": "+14155550101"}])
    );
    assert_eq!(
        (&step["step"], &step["buyer_group_name"], &step["dial_buyers_type"], &step["expected_revenue"]),
        (&1.into(), &"West".into(), &"sequentially".into(), &28.into())
    );
    assert_eq!(step["expires_at"], "2026-11-24T14:37:00.000+00:00", "5 minutes later");
    assert_eq!(
        call["candidates"],
        json!([{
            "buyer_group_id": set.group, "name": "West", "tier": 2, "weight": 3, "share": 1,
            "verdict": "chosen", "message": "It gets the call.", "reasons": [],
        }])
    );
    let one = set.api.get(&format!("{CALLS}/{id}")).await;
    assert_eq!((one.status, one.column("id")), (200, id.into()));
    assert_eq!(set.api.get(CALLS).await.ids(), [id]);
}

#[tokio::test]
async fn every_event_counts_what_it_says() {
    let set = Set::new("", 1).await;
    let columns = "attempt_daily_used,connection_daily_used,buyer_conversion_daily_used,revenue_daily_used,\
                   earned_revenue_daily_used,concurrency_cap_used";
    let (call, _) = set.call().await;
    let life = [
        (r#"{"event_id": "1", "event": "dialed"}"#, "dialing", [1, 0, 0, 0, 0, 1]),
        (r#"{"event_id": "2", "event": "connected"}"#, "connected", [1, 1, 0, 0, 0, 1]),
        (r#"{"event_id": "3", "event": "converted", "revenue": 30}"#, "connected", [1, 1, 1, 30, 30, 1]),
        (r#"{"event_id": "3", "event": "converted", "revenue": 30}"#, "connected", [1, 1, 1, 30, 30, 1]),
        (r#"{"event_id": "4", "event": "reversed", "revenue": "10"}"#, "connected", [1, 1, 1, 30, 20, 1]),
        (r#"{"event_id": "5", "event": "ended"}"#, "ended", [1, 1, 1, 30, 20, 0]),
        (r#"{"event_id": "6", "event": "reversed"}"#, "ended", [1, 1, 1, 30, 0, 0]),
    ];
    for (event, status, counted) in life {
        let told = set.report(call, event).await;
        assert_eq!(told["status"], status, "{event}");
        assert_eq!(told["step"].is_null(), status == "ended", "{event}");
        let used = set.counters(columns).await;
        let used: Vec<i64> = columns.split(',').map(|name| used[name].as_i64().unwrap()).collect();
        assert_eq!(used, counted, "after {event}");
    }
    let told = set.api.get(&format!("{CALLS}/{call}?root=false")).await.json();
    assert_eq!(
        (&told["converted"], &told["revenue"], &told["earned_revenue"], &told["past_limit"]),
        (&true.into(), &30.into(), &0.into(), &false.into())
    );
    let step = &told["steps"][0];
    assert_eq!(
        (&step["outcome"], &step["decided_at"], &step["expires_at"], &step["candidates"][0]["verdict"]),
        (&"connected".into(), &NOW.into(), &Value::Null, &"chosen".into())
    );
    let events = told["events"].as_array().unwrap();
    let kinds: Vec<&str> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(
        kinds,
        ["dialed", "connected", "converted", "reversed", "ended", "reversed"],
        "the second 3 is none"
    );
    assert_eq!(
        events[2],
        json!({
            "event_id": "3", "event": "converted", "at": NOW, "step": 1, "buyer_id": null, "revenue": 30,
            "counted": {"attempts": 0, "connections": 0, "conversions": 1, "revenue": 30, "earned_revenue": 30},
        })
    );
    assert_eq!(events[5]["counted"]["earned_revenue"], -20);
    let (store, company) = (set.api.store(), set.api.company);
    let verified = std::thread::scope(|scope| {
        // Where no runtime is, since a connection to PostgreSQL has its own.
        scope.spawn(|| store.read(|reader| reader.verify_counters(company, now()))).join().unwrap()
    });
    assert_eq!(verified, Ok(vec![]));
}

#[tokio::test]
async fn after_a_failure_the_next_buyer_and_then_the_next_group_is_dialed() {
    let set = Set::new("", 2).await;
    let (second, others) =
        Set::group(&set.api, "East", r#", "tier": 5, "dial_buyers_type": "simultaneously""#, 2).await;
    let offer = format!("/api/v1/offers/{}", set.offer);
    let both = format!(r#"{{"buyer_group_ids": [{}, {second}]}}"#, set.group);
    assert_eq!(set.api.put(&offer, &both).await.status, 200);
    let (call, first) = set.call().await;
    assert_eq!(first["candidates"][1]["verdict"], "upper_tier");
    let failed = |number: i64, step: &Value| {
        format!(
            r#"{{"event_id": "{number}", "event": "failed", "reservation_id": {}}}"#,
            step["reservation_id"]
        )
    };
    let told = set.report(call, &failed(1, &first["step"])).await;
    assert_eq!((&told["step"]["step"], &told["step"]["buyers"][0]["id"]), (&2.into(), &set.buyers[1].into()));
    assert_eq!(told["candidates"][0]["verdict"], "chosen");
    let late = set.report(call, &failed(2, &first["step"])).await;
    assert_eq!(late["step"], told["step"], "the first step can fail only once");
    let told = set.report(call, &failed(3, &told["step"])).await;
    let step = &told["step"];
    assert_eq!(
        (&step["buyer_group_id"], &step["dial_buyers_type"]),
        (&second.into(), &"simultaneously".into())
    );
    let dialed: Vec<i64> =
        step["buyers"].as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()).collect();
    assert_eq!(dialed, others);
    assert_eq!(told["candidates"][0]["reasons"][0]["code"], "tried");
    let unclear = set.api.put(&format!("{CALLS}/{call}"), r#"{"event_id": "4", "event": "connected"}"#).await;
    assert_eq!(unclear.json()["errors"]["buyer_id"][0], "must say who of those that are dialed at once");
    let told = set.report(call, &failed(5, step)).await;
    assert_eq!((&told["status"], &told["step"]), (&"unanswered".into(), &Value::Null));
    let told = set.api.get(&format!("{CALLS}/{call}")).await.json();
    let outcomes: Vec<&str> = told["call"]["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["outcome"].as_str().unwrap())
        .collect();
    assert_eq!(outcomes, ["failed", "failed", "failed", "no_taker"]);
    let last = &told["call"]["steps"][3];
    assert_eq!(
        (&last["reservation_id"], &last["buyers"], &last["step"]),
        (&Value::Null, &json!([]), &4.into())
    );
}

#[tokio::test]
async fn a_cap_that_is_full_says_so() {
    let set = Set::new(r#", "attempt_daily_limit": 2"#, 1).await;
    let (first, _) = set.call().await;
    set.call().await;
    let answer = set.api.post(CALLS, &format!(r#"{{"offer_id": {}}}"#, set.offer)).await;
    assert_eq!((answer.status, answer.json()["status"].clone()), (200, 200.into()));
    assert!(answer.header("location").starts_with(CALLS));
    let call = answer.json()["call"].clone();
    assert_eq!((&call["status"], &call["step"]), (&"no_taker".into(), &Value::Null));
    let reason = json!({
        "code": "cap_full", "message": "The cap on attempts today is full.", "metric": "attempt", "window": "daily",
        "resets_at": "2026-11-25T05:00:00.000+00:00",
    });
    assert_eq!(
        (&call["candidates"][0]["verdict"], &call["candidates"][0]["reasons"]),
        (&"cannot".into(), &json!([reason]))
    );
    assert_eq!(
        set.counters("attempt_daily_used,maxed_out").await,
        json!({"attempt_daily_used": 0, "maxed_out": true})
    );
    // Nobody was dialed for the first, so its room comes back.
    set.report(first, r#"{"event_id": "1", "event": "ended"}"#).await;
    let (_, call) = set.call().await;
    assert!(call["step"].is_object());
}

#[tokio::test]
async fn one_group_can_be_asked() {
    let set = Set::new("", 1).await;
    let answer = set
        .api
        .call("POST", CALLS, &[FORM], &format!("buyer_group_id={}&caller_number=4155550134", set.group))
        .await;
    assert_eq!((answer.status, answer.column("buyer_group_id")), (201, set.group.into()), "{}", answer.text);
    assert_eq!(answer.column("step")["expected_revenue"], 0);
    let nested = format!(r#"{{"call": {{"buyer_group_id": "{}"}}}}"#, set.group);
    assert_eq!(
        set.api
            .post(&format!("{CALLS}.json?root=false&columns=id"), &nested)
            .await
            .json()
            .as_object()
            .unwrap()
            .len(),
        3
    );
}

#[tokio::test]
async fn all_faults_of_a_new_call_come_at_once() {
    let set = Set::new("", 1).await;
    let other = another_company(&set.api);
    let (offer, group) = (set.offer, set.group);
    for (body, faults) in [
        ("{}".to_owned(), json!({"offer_id": ["must be given, or else a buyer_group_id"]})),
        (
            format!(r#"{{"offer_id": {offer}, "buyer_group_id": {group}}}"#),
            json!({"offer_id": ["must not come together with buyer_group_id"]}),
        ),
        (
            r#"{"offer_id": 999999, "caller_number": "911"}"#.to_owned(),
            json!({
                "caller_number": ["must be a telephone number with its country code, such as +1 415 555 0134"],
                "offer_id": ["must be the id of an offer: 999999 is not one"],
            }),
        ),
        (
            format!(r#"{{"buyer_group_id": {offer}}}"#),
            json!({"buyer_group_id": [format!("must be the id of a buyer group: {offer} is not one")]}),
        ),
    ] {
        for path in [CALLS.to_owned(), format!("{CALLS}/preview")] {
            let answer = set.api.post(&path, &body).await;
            assert_eq!((answer.status, &answer.json()["errors"]), (422, &faults), "{path} {body}");
        }
    }
    let unread = set.api.post(CALLS, r#"{"offer_id": "x"}"#).await.json()["errors"]["offer_id"].clone();
    assert_eq!(unread.as_array().unwrap().len(), 1);
    let theirs = [JSON, ("authorization", other.as_str())];
    for body in [format!(r#"{{"offer_id": {offer}}}"#), format!(r#"{{"buyer_group_id": {group}}}"#)] {
        assert_eq!(set.api.call("POST", CALLS, &theirs, &body).await.status, 422, "another company's");
        assert_eq!(set.api.call("POST", &format!("{CALLS}/preview"), &theirs, &body).await.status, 422);
    }
    assert_eq!(set.api.get(CALLS).await.ids(), Vec::<i64>::new());
}

#[tokio::test]
async fn all_faults_of_a_report_come_at_once() {
    let set = Set::new("", 1).await;
    let (call, _) = set.call().await;
    let path = format!("{CALLS}/{call}");
    let answer = set.api.put(&path, r#"{"event": "vanished", "revenue": -1, "buyer_id": "x"}"#).await;
    let json = answer.json();
    let mut names: Vec<&str> = json["errors"].as_object().unwrap().keys().map(String::as_str).collect();
    names.sort();
    assert_eq!((answer.status, names), (422, vec!["buyer_id", "event", "event_id", "revenue"]));
    let strange = r#"{"event_id": "1", "event": "connected", "buyer_id": 999999}"#;
    assert_eq!(
        set.api.put(&path, strange).await.json()["errors"]["buyer_id"][0],
        "must be one that was dialed: 999999 was not"
    );
    let other = another_company(&set.api);
    for (path, body) in [(path.as_str(), strange), (path.as_str(), "{}"), ("/api/v1/calls/999999", "{}")] {
        let answer = set.api.call("PUT", path, &[JSON, ("authorization", &other)], body).await;
        assert_eq!(answer.status, 404, "{path} {body}");
    }
    assert_eq!(set.api.call("GET", &path, &[("authorization", &other)], "").await.status, 404);
    assert_eq!(set.api.get(&path).await.column("events"), json!([]));
}

#[tokio::test]
async fn a_call_is_like_any_record_otherwise() {
    let set = Set::new("", 1).await;
    let body = format!(r#"{{"offer_id": {}, "colour": "red"}}"#, set.offer);
    let create = |headers: &'static [(&'static str, &'static str)]| {
        let (set, body) = (&set, &body);
        async move { set.api.call("POST", CALLS, headers, body).await }
    };
    let first = create(&[JSON, ("idempotency-key", "a")]).await;
    assert_eq!((first.status, first.header("x-ignored-parameters")), (201, "colour"));
    let again = create(&[JSON, ("idempotency-key", "a")]).await;
    assert_eq!(
        (again.status, &again.text, again.header("location")),
        (201, &first.text, first.header("location"))
    );
    assert_eq!(create(&[JSON, ("prefer", "handling=strict")]).await.status, 422);
    let tried = set.api.post(&format!("{CALLS}?dry_run=true"), &body).await;
    assert_eq!(tried.status, 201);
    let call = first.column("id").as_i64().unwrap();
    assert_eq!(set.api.get(CALLS).await.ids(), [call]);

    let path = format!("{CALLS}/{call}");
    let report = |method: &'static str, headers: Vec<(&'static str, &'static str)>, body: &'static str| {
        let (set, path) = (&set, &path);
        async move { set.api.call(method, path, &headers, body).await }
    };
    let event = r#"{"event_id": "1", "event": "dialed", "colour": "red"}"#;
    let stale = report("PUT", vec![JSON, ("if-match", "\"7\"")], event).await;
    assert_eq!((stale.status, &stale.json()["call"]["id"]), (412, &call.into()));
    let patched = report("PATCH", vec![JSON, ("if-match", "\"1\"")], event).await;
    assert_eq!(
        (patched.status, patched.header("etag"), patched.header("x-ignored-parameters")),
        (200, "\"2\"", "colour")
    );
    assert_eq!(report("PUT", vec![JSON, ("prefer", "handling=strict")], event).await.status, 422);
    assert_eq!(report("POST", vec![FORM], "event_id=2&event=connected").await.column("status"), "connected");
    let uuid = patched.column("uuid");
    let by_uuid = set
        .api
        .put(&format!("{CALLS}/{}", uuid.as_str().unwrap()), r#"{"event_id": "3", "event": "ended"}"#)
        .await;
    assert_eq!(by_uuid.column("status"), "ended");

    assert_eq!(set.api.delete(&path).await.status, 405);
    assert_eq!(set.api.get(&format!("{path}.csv")).await.status, 406);
    let shown = set.api.get(&format!("{path}?columns=status,duration&root=false")).await;
    let names: Vec<String> = shown.json().as_object().unwrap().keys().cloned().collect();
    assert_eq!(names, ["status", "duration", "steps", "events"]);
    assert_eq!(set.api.get(&format!("{path}?columns=name")).await.status, 422);
}

#[tokio::test]
async fn a_preview_answers_the_same_and_reserves_nothing() {
    let set = Set::new(r#", "attempt_daily_limit": 1"#, 1).await;
    let path = format!("{CALLS}/preview");
    let ask = |more: &str| {
        let body = format!(r#"{{"offer_id": {}{more}}}"#, set.offer);
        let (set, path) = (&set, &path);
        async move { set.api.post(path, &body).await }
    };
    for _ in 0..3 {
        let answer = ask("").await;
        let json = answer.json();
        assert_eq!(
            (answer.status, &json["step"]["buyers"][0]["id"]),
            (200, &set.buyers[0].into()),
            "{}",
            answer.text
        );
        assert_eq!(
            (&json["step"]["reservation_id"], &json["candidates"][0]["verdict"]),
            (&Value::Null, &"chosen".into())
        );
    }
    assert_eq!(set.api.get(CALLS).await.ids(), Vec::<i64>::new());
    assert_eq!(set.counters("maxed_out").await["maxed_out"], false);
    let (call, _) = set.call().await;
    set.report(call, r#"{"event_id": "1", "event": "dialed"}"#).await;
    set.report(call, r#"{"event_id": "2", "event": "ended"}"#).await;
    assert_eq!(ask("").await.json()["candidates"][0]["reasons"][0]["code"], "cap_full");
    let tomorrow = ask(r#", "at": "2026-11-25 00:00:00 -0500""#).await;
    assert_eq!(
        tomorrow.json()["candidates"][0]["verdict"],
        "chosen",
        "the day starts anew: {}",
        tomorrow.text
    );
    assert_eq!(
        ask(r#", "at": "soon""#).await.json()["errors"]["at"][0],
        "must be a date formatted like 2016-01-01 12:25:15 -0500"
    );
    let ignored = ask(r#", "colour": 1"#).await;
    assert_eq!(ignored.header("x-ignored-parameters"), "colour");
    let bare = set
        .api
        .post(&format!("{path}?root=false"), &format!(r#"{{"offer_id": {}}}"#, set.offer))
        .await
        .json();
    assert_eq!(bare.as_object().unwrap().keys().collect::<Vec<_>>(), ["step", "candidates"]);
    assert_eq!(set.api.get(&path).await.status, 405);
}

#[tokio::test]
async fn who_may_only_read_may_ask_and_not_take() {
    let set = Set::new("", 1).await;
    let options = server::accounts::KeyOptions { read_only: true, ..Default::default() };
    let key = server::accounts::create_key(set.api.store(), set.api.company, &options, now()).unwrap();
    let basic = super::support::basic(&key.public, &key.private);
    let headers = [JSON, ("authorization", basic.as_str())];
    let body = format!(r#"{{"offer_id": {}}}"#, set.offer);
    assert_eq!(set.api.call("POST", CALLS, &headers, &body).await.status, 403);
    assert_eq!(set.api.call("POST", &format!("{CALLS}/preview"), &headers, &body).await.status, 200);
    assert_eq!(set.api.call("GET", CALLS, &headers, "").await.status, 200);
}

#[tokio::test]
async fn calls_are_listed_like_other_records() {
    let set = Set::new("", 1).await;
    let take = |number: &'static str| {
        let body = format!(r#"{{"offer_id": {}, "caller_number": "{number}"}}"#, set.offer);
        let api = &set.api;
        async move { api.made(CALLS, &body).await }
    };
    let (one, two) = (take("+14155550134").await, take("+14155550135").await);
    set.report(two, r#"{"event_id": "1", "event": "converted", "revenue": 12.5}"#).await;
    let list = |query: &str| {
        let path = format!("{CALLS}?{query}");
        let api = &set.api;
        async move { api.get(&path).await }
    };
    assert_eq!(list("order=created_at&order_dir=desc").await.ids(), [two, one]);
    assert_eq!(
        list("order=earned_revenue&order_dir=desc&columns=id,revenue").await.json()["calls"][0]["revenue"],
        12.5
    );
    assert_eq!(list("fulltext=5550134").await.ids(), [one]);
    assert_eq!(list("status=dialing").await.ids(), [one]);
    assert_eq!(list("converted=true").await.ids(), [two]);
    assert_eq!(list(&format!("buyer_group_id={}&revenue_from=10", set.group)).await.ids(), [two]);
    assert_eq!(list(&format!("offer_id={}&buyer_id={}", set.offer, set.buyers[0])).await.ids(), [one, two]);
    assert_eq!(list("created_at_from=2026-11-25").await.ids(), Vec::<i64>::new());
    assert_eq!(list("created_at_from=2026-11-24&created_at_to=2026-11-24").await.ids(), [one, two]);
    let walked = list("cursor=-1&per_page=1").await.json();
    assert_eq!((&walked["calls"][0]["id"], &walked["metadata"]["next_cursor"]), (&one.into(), &one.into()));
    assert_eq!(list("per_page=1&page=2").await.json()["metadata"]["total_count"], 2);
    let csv = set.api.get(&format!("{CALLS}.csv?columns=id,status,caller_number,revenue")).await;
    assert_eq!(
        csv.text,
        format!(
            "id,status,caller_number,revenue\r\n{one},dialing,'+14155550134,0\r\n{two},connected,'+14155550135,12.5\r\n"
        )
    );
    assert_eq!(list("order=vanished").await.status, 422);
}

#[tokio::test]
async fn what_is_answered_is_what_is_described() {
    let set = Set::new(r#", "attempt_daily_limit": 1, "hours": "Mon-Fri 09:00-17:00""#, 1).await;
    let api = set.api.get("/api/openapi.json").await.json();
    let schema = |name: &str| api["components"]["schemas"][name].clone();
    let call = schema("Call");
    let (id, decided) = set.call().await;
    let both = |name: &str| {
        let parts = schema(name)["allOf"].as_array().unwrap().clone();
        let mut properties = call["properties"].as_object().unwrap().clone();
        properties.extend(parts[1]["properties"].as_object().unwrap().clone());
        json!({"properties": properties})
    };
    holds(&decided, &both("CallDecided"), "");
    set.report(id, r#"{"event_id": "1", "event": "dialed"}"#).await;
    let (full, _) = set.call().await;
    for id in [id, full] {
        let told = set.api.get(&format!("{CALLS}/{id}?root=false")).await.json();
        holds(&told, &both("CallTraced"), "");
    }
    let body = format!(r#"{{"offer_id": {}}}"#, set.offer);
    let mut preview = set.api.post(&format!("{CALLS}/preview?root=false"), &body).await.json();
    holds(&preview, &schema("CallDecision"), "");
    preview["candidates"][0]["vanished"] = true.into();
    let strange = std::panic::catch_unwind(|| holds(&preview, &schema("CallDecision"), ""));
    assert!(strange.is_err(), "this test can fail");
}

/// Every member of a value is described, and of the kind that is described.
fn holds(value: &Value, schema: &Value, at: &str) {
    let own = schema["anyOf"].as_array().and_then(|all| all.first()).unwrap_or(schema);
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let property = &own["properties"][name];
                assert!(property.is_object(), "{at}.{name} is not described");
                holds(value, property, &format!("{at}.{name}"));
            }
        }
        Value::Array(items) => items.iter().for_each(|item| holds(item, &own["items"], at)),
        value => {
            let kind = match value {
                Value::Null => "null",
                Value::Bool(_) => "boolean",
                Value::Number(number) if number.is_f64() => "number",
                Value::Number(_) => "integer",
                _ => "string",
            };
            let types = match &schema["type"] {
                Value::Array(types) => types.clone(),
                Value::Null if schema["anyOf"].is_array() => vec!["null".into()],
                one => vec![one.clone()],
            };
            let fits = |name: &Value| name == kind || (name == "number" && kind == "integer");
            let is_choice = schema["enum"].as_array().is_some_and(|choices| choices.contains(value));
            assert!(is_choice || types.iter().any(fits), "{at}: {value} is not {schema}");
        }
    }
}
