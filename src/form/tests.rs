use proptest::prelude::*;

use super::merge::Side;
use super::*;

/// Every name with a slash exists.
struct Slashes;
impl ZoneNames for Slashes {
    fn canonical(&self, name: &str) -> Option<String> {
        name.contains('/').then(|| name.to_owned())
    }
}

const DAILY: Key = Key::Limit(domain::Metric::Attempt, domain::Window::Daily);

fn group(pairs: &[(Key, &str)]) -> FormState {
    let value = |key: Key| {
        let field = Resource::BuyerGroup.field(key).unwrap();
        let text = pairs.iter().find(|(own, _)| *own == key).map(|(_, text)| Input::from(*text));
        text.map_or(field.kind.cleared(), |text| field.kind.parse(&text, &Slashes).unwrap())
    };
    FormState::of_record(Resource::BuyerGroup, Some(7), value, &Slashes)
}

fn west() -> FormState {
    group(&[
        (Key::Name, "West"),
        (Key::Tier, "1"),
        (Key::Weight, "3"),
        (Key::DialBuyersType, "sequentially"),
        (Key::GenerateTeam, "false"),
        (Key::BuyerIds, "100123,100124"),
        (DAILY, "1000"),
    ])
}

fn set(form: &mut FormState, key: Key, text: &str) {
    form.set(key, text.into(), &Slashes);
}

fn ids(ids: &[&str]) -> Input {
    Input::List(ids.iter().map(|id| Input::from(*id)).collect())
}

fn sent(form: &mut FormState) -> Vec<String> {
    let change = form.submit(&Slashes).unwrap();
    change.iter().map(|(key, value)| format!("{}={value}", key.name())).collect()
}

fn errors(name: &str, message: &str) -> [(String, Vec<String>); 1] {
    [(name.to_owned(), vec![message.to_owned()])]
}

#[test]
fn each_field_that_can_be_written_and_read_is_in_the_form_once() {
    for resource in [Resource::BuyerGroup, Resource::Buyer, Resource::Offer, Resource::Company] {
        let form = FormState::blank(resource, &Slashes);
        let in_form: Vec<Key> = form.entries().map(|entry| entry.field.key).collect();
        let expected: Vec<Key> = resource
            .writable()
            .filter(|field| field.is_column() && field.key != Key::Paused)
            .map(|field| field.key)
            .collect();
        assert_eq!(in_form, expected);
        assert!(in_form.contains(&Key::Name));
    }
}

#[test]
fn only_what_changed_is_sent() {
    let mut form = west();
    assert_eq!(form.changed().count(), 0);
    set(&mut form, Key::Weight, "4");
    set(&mut form, DAILY, "$1,500");
    set(&mut form, Key::Name, "  West ");
    assert_eq!(sent(&mut form), ["weight=4", "attempt_daily_limit=1500"]);
    assert_eq!(form.revision, Some(7));
    set(&mut form, DAILY, "1 000");
    assert_eq!(sent(&mut form), ["weight=4"]);
}

#[test]
fn columns_that_were_not_sent_are_no_changes() {
    for resource in [Resource::BuyerGroup, Resource::Buyer, Resource::Offer, Resource::Company] {
        let mut form = FormState::of_record(resource, Some(1), |_| Value::Null, &Slashes);
        assert_eq!(form.changed().count(), 0);
        assert_eq!(form.merge(Some(2), |_| Value::Null, &Slashes), []);
        assert_eq!(form.changed().count(), 0);
    }
}

#[test]
fn a_new_group_needs_a_name_and_sends_the_defaults() {
    let mut form = FormState::blank(Resource::BuyerGroup, &Slashes);
    assert_eq!((form.changed().count(), form.faulty().count()), (0, 0));
    assert_eq!(form.submit(&Slashes), Err(1));
    assert_eq!(form.entry(Key::Name).unwrap().sentence().as_deref(), Some("Name must not be blank."));
    set(&mut form, Key::Name, "West");
    let sent = sent(&mut form);
    assert!(sent.contains(&"name=West".to_owned()) && sent.contains(&"tier=1".to_owned()), "{sent:?}");
}

#[test]
fn a_field_is_judged_when_it_is_left_and_mended_while_typing() {
    let mut form = west();
    let violation =
        |form: &FormState| form.entry(DAILY).unwrap().violation().map(str::to_owned).unwrap_or_default();
    set(&mut form, DAILY, "15O,000");
    assert_eq!(violation(&form), "");
    form.leave(DAILY);
    assert_eq!(violation(&form), "must be a decimal number: it has the letter O in it");
    assert_eq!(form.entry(DAILY).unwrap().text(), "15O,000");
    set(&mut form, DAILY, "15O");
    assert_ne!(violation(&form), "");
    set(&mut form, DAILY, "150");
    set(&mut form, DAILY, "150-");
    assert_eq!(violation(&form), "", "right once, it is judged again only when left");
}

#[test]
fn a_field_that_is_left_shows_what_the_server_will_keep() {
    let mut form = west();
    for (key, text, shown) in [
        (DAILY, "$25000.50", "25,000.5"),
        (Key::Tier, "-01.0", "-1"),
        (Key::Name, "  East ", "East"),
        (Key::TimeZone, " America/Denver ", "America/Denver"),
        (DAILY, "  ", ""),
        (DAILY, "1,5", "1,5"),
    ] {
        set(&mut form, key, text);
        form.leave(key);
        assert_eq!(form.entry(key).unwrap().text(), shown);
    }
}

#[test]
fn blank_clears_a_limit_and_is_refused_for_a_tier() {
    let mut form = west();
    set(&mut form, DAILY, "");
    assert_eq!(sent(&mut form), ["attempt_daily_limit="]);
    set(&mut form, Key::Tier, "");
    assert_eq!(form.submit(&Slashes), Err(1));
    assert_eq!(form.faulty().next().unwrap().sentence().unwrap(), "Tier must be a decimal number.");
}

#[test]
fn the_order_of_the_buyers_is_a_change() {
    let mut form = west();
    form.set(Key::BuyerIds, ids(&["100124", "100123"]), &Slashes);
    assert_eq!(sent(&mut form), ["buyer_ids=100124,100123"]);
    form.set(Key::BuyerIds, ids(&["100123", "100124"]), &Slashes);
    assert_eq!(form.changed().count(), 0);
}

#[test]
fn addresses_need_a_team() {
    let mut form = west();
    set(&mut form, Key::TeamUsersEmails, "lee@westside.example");
    assert_eq!(form.submit(&Slashes), Err(1));
    assert_eq!(
        form.entry(Key::TeamUsersEmails).unwrap().violation(),
        Some("must be blank while generate_team is false")
    );
    form.set(Key::GenerateTeam, Input::Bool(true), &Slashes);
    assert_eq!(form.faulty().count(), 0);
    assert_eq!(sent(&mut form), ["generate_team=true", "team_users_emails=lee@westside.example"]);
}

#[test]
fn violations_of_the_server_land_on_their_fields_and_lose_nothing() {
    let mut form = west();
    set(&mut form, Key::Name, "East");
    assert_eq!(form.refuse(&errors("name", "must not be East")), Vec::<String>::new());
    assert_eq!(form.entry(Key::Name).unwrap().sentence().as_deref(), Some("Name must not be East."));
    assert_eq!(form.entry(Key::Name).unwrap().text(), "East");
    set(&mut form, Key::Name, "South");
    assert_eq!(form.faulty().count(), 0);
    assert_eq!(form.refuse(&errors("base", "is full")), ["base is full."]);
}

/// A group that somebody else renamed, gave another weight, and took a buyer from.
fn theirs() -> FormState {
    group(&[
        (Key::Name, "Far west"),
        (Key::Tier, "1"),
        (Key::Weight, "9"),
        (Key::DialBuyersType, "sequentially"),
        (Key::GenerateTeam, "false"),
        (Key::BuyerIds, "100124"),
        (DAILY, "1000"),
    ])
}

fn merge(form: &mut FormState, theirs: &FormState) -> Vec<Key> {
    form.merge(Some(8), |key| theirs.value(key), &Slashes)
}

#[test]
fn what_nobody_else_touched_merges_by_itself() {
    let mut form = west();
    set(&mut form, DAILY, "1500");
    form.set(Key::BuyerIds, ids(&["100123", "100124", "100125"]), &Slashes);
    assert_eq!(merge(&mut form, &theirs()), [Key::BuyerIds, Key::Name, Key::Weight]);
    assert_eq!(form.clashes().count(), 0);
    assert_eq!(form.entry(Key::Name).unwrap().text(), "Far west");
    assert_eq!(form.revision, Some(8));
    assert_eq!(sent(&mut form), ["buyer_ids=100124,100125", "attempt_daily_limit=1500"]);
    form.discard(&Slashes);
    assert_eq!(form.value(Key::BuyerIds).to_string(), "100124");
}

#[test]
fn what_two_people_changed_is_asked_and_nothing_is_chosen() {
    let mut form = west();
    set(&mut form, Key::Weight, "4");
    set(&mut form, Key::Name, "Far west");
    assert_eq!(merge(&mut form, &theirs()), [Key::BuyerIds]);
    // Both gave it the same name.
    let asked: Vec<Key> = form.clashes().map(|(entry, _)| entry.field.key).collect();
    assert_eq!((asked, form.open_clashes()), (vec![Key::Weight], 1));
    let (entry, clash) = form.clashes().next().unwrap();
    let three = [clash.was.to_string(), entry.original.to_string(), entry.text().to_owned()];
    assert_eq!((three, clash.choice), (["3", "9", "4"].map(str::to_owned), None));

    form.choose(Key::Weight, Side::Theirs, &Slashes);
    assert_eq!((form.open_clashes(), form.changed().count()), (0, 0));
    form.choose(Key::Weight, Side::Mine, &Slashes);
    assert_eq!(sent(&mut form), ["weight=4"]);
}

#[test]
fn typing_on_after_a_choice_means_ones_own_and_before_it_leaves_it_open() {
    let mut form = west();
    set(&mut form, Key::Weight, "4");
    merge(&mut form, &theirs());
    set(&mut form, Key::Weight, "45");
    assert_eq!(form.open_clashes(), 1);
    form.choose(Key::Weight, Side::Theirs, &Slashes);
    set(&mut form, Key::Weight, "46");
    assert_eq!(form.clashes().next().unwrap().1.choice, Some(Side::Mine));
    assert_eq!(sent(&mut form), ["weight=46"]);
}

#[test]
fn a_second_race_asks_again_and_remembers_where_both_began() {
    let mut form = west();
    set(&mut form, Key::Weight, "4");
    merge(&mut form, &theirs());
    form.choose(Key::Weight, Side::Mine, &Slashes);
    let mut later = theirs();
    set(&mut later, Key::Weight, "10");
    merge(&mut form, &later);
    let (entry, clash) = form.clashes().next().unwrap();
    assert_eq!((clash.was.to_string(), entry.original.to_string()), ("3".to_owned(), "10".to_owned()));
    assert_eq!(clash.choice, None);
    // They came to the same.
    set(&mut later, Key::Weight, "4");
    merge(&mut form, &later);
    assert_eq!((form.clashes().count(), form.changed().count()), (0, 0));
}

#[test]
fn what_breaks_a_rule_is_asked_too_and_stays_as_it_was_typed() {
    let mut form = west();
    set(&mut form, Key::Weight, "4O");
    merge(&mut form, &theirs());
    assert_eq!(form.entry(Key::Weight).unwrap().text(), "4O");
    assert_eq!(form.open_clashes(), 1);
    form.choose(Key::Weight, Side::Mine, &Slashes);
    assert_eq!(form.submit(&Slashes), Err(1));
}

#[test]
fn a_draft_is_typed_again_and_merged_with_what_others_did_since() {
    let mut form = west();
    set(&mut form, Key::Weight, "4");
    set(&mut form, DAILY, "15O");
    form.set(Key::BuyerIds, ids(&["100124", "100123"]), &Slashes);
    let at = domain::Instant::from_ms(1_000);
    let draft = draft::Draft::decode(&form.draft(at).encode()).unwrap();
    assert_eq!((draft.revision, draft.fields.len()), (Some(7), 3));

    let mut again = west();
    assert_eq!(again.would_change(&draft, &Slashes), 3);
    again.restore(&draft, &Slashes);
    assert_eq!(again.entry(DAILY).unwrap().text(), "15O");
    assert!(again.entry(DAILY).unwrap().violation().is_some());
    again.revert(DAILY, &Slashes);
    assert_eq!(sent(&mut again), ["buyer_ids=100124,100123", "weight=4"]);

    let mut newer = theirs();
    newer.restore(&draft, &Slashes);
    assert_eq!(newer.open_clashes(), 1, "the weight");
    assert_eq!(newer.value(Key::BuyerIds).to_string(), "100124");
    // What is typed by now is not typed over.
    let mut busy = west();
    set(&mut busy, Key::Weight, "7");
    busy.restore(&draft, &Slashes);
    assert_eq!(busy.entry(Key::Weight).unwrap().text(), "7");
    assert_eq!(west().would_change(&west().draft(at), &Slashes), 0);
}

#[test]
fn what_is_typed_while_an_answer_is_awaited_is_not_lost() {
    let mut form = west();
    set(&mut form, Key::Weight, "4");
    set(&mut form, Key::Name, " East ");
    let sent = form.clone();
    form.leave(Key::Name);
    set(&mut form, Key::Tier, "2");
    let mut kept = group(&[(Key::Name, "East"), (Key::Tier, "1"), (Key::Weight, "4")]);
    kept.type_again(&form, &sent, &Slashes);
    let changed: Vec<Key> = kept.changed().map(|entry| entry.field.key).collect();
    assert_eq!(changed, [Key::Tier]);
}

#[test]
fn numbers_are_read_in_groups_of_three() {
    for (plain, shown) in [
        ("", ""),
        ("0", "0"),
        ("999", "999"),
        ("1000", "1,000"),
        ("-1000", "-1,000"),
        ("-100", "-100"),
        ("1234567.1234", "1,234,567.1234"),
        ("0.1234", "0.1234"),
    ] {
        assert_eq!(grouped(plain), shown);
    }
}

/// Text that comes near to what fields hold, and text that does not.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[-+$0-9 .,eEOl@/]{0,24}", "[a-z]{1,9}@[a-z.]{1,12}"]
}

fn any_input() -> impl Strategy<Value = Input> {
    prop_oneof![
        any_text().prop_map(Input::Text),
        proptest::collection::vec(any_text().prop_map(Input::Text), 0..4).prop_map(Input::List),
        any::<bool>().prop_map(Input::Bool),
        Just(Input::Null),
    ]
}

proptest! {
    #[test]
    fn whatever_stands_in_a_field_the_form_holds(inputs in proptest::collection::vec((0..40_usize, any_input()), 1..8)) {
        let mut form = west();
        let keys: Vec<Key> = form.entries().map(|entry| entry.field.key).collect();
        for (index, input) in inputs {
            let key = keys[index % keys.len()];
            form.set(key, input, &Slashes);
            form.leave(key);
            let entry = form.entry(key).unwrap();
            prop_assert_eq!(entry.violation().is_some(), entry.value().is_none());
            if let Some(value) = entry.value().cloned() {
                // What it shows now means the same, so leaving it again changes nothing.
                let shown = entry.input.clone();
                form.set(key, shown.clone(), &Slashes);
                prop_assert_eq!(form.entry(key).unwrap().value(), Some(&value));
                form.leave(key);
                prop_assert_eq!(&form.entry(key).unwrap().input, &shown);
            }
        }
        match form.submit(&Slashes) {
            Ok(change) => prop_assert_eq!(change.iter().count(), form.changed().count()),
            Err(faulty) => prop_assert!(faulty > 0),
        }
        form.discard(&Slashes);
        prop_assert_eq!(form, west());
    }

    #[test]
    fn grouping_changes_no_number(units in -999_999_999_999_999_i64..=999_999_999_999_999) {
        let number = domain::Decimal::from_units(units).unwrap();
        prop_assert_eq!(grouped(&number.to_string()).parse(), Ok(number));
    }
}

#[test]
fn a_copy_has_the_settings_of_the_other_and_a_name_of_its_own() {
    let mut other = west();
    set(&mut other, Key::ExternalRecordId, "west-1");
    let copy = FormState::copied(Resource::BuyerGroup, |key| other.value(key), &Slashes);
    assert_eq!(copy.revision, None);
    let text = |key| copy.value(key).to_string();
    assert_eq!((text(Key::Name), text(Key::Weight)), ("West (copy)".to_owned(), "3".to_owned()));
    assert_eq!((text(Key::BuyerIds), text(DAILY)), ("100123,100124".to_owned(), "1000".to_owned()));
    assert!(copy.value(Key::ExternalRecordId).is_blank());
    // What is as in any new group is no change.
    let changed: Vec<Key> = copy.changed().map(|entry| entry.field.key).collect();
    assert_eq!(changed.len(), 4, "{changed:?}");
}
