//! A buyer group: its buyers, its place in the routing order, its caps, its team.

use std::rc::Rc;

use domain::{
    Cap, Caps, Decimal, Eligibility, Key, Metric, Need, Opening, Reason, Resource, Section, Standing, Value,
    Window,
};
use yew::prelude::*;

use crate::components::cap_matrix::{CapMatrix, percent};
use crate::components::confirm::Confirm;
use crate::components::icon::icon;
use crate::components::reason;
use crate::components::share_rail::{self, Rival, ShareRail};
use crate::components::toasts::Toasts;
use crate::form::input::Manner;
use crate::form::scene::{Blueprint, Part, Scene};
use crate::form::words::listed;
use crate::form::{Entry, FormState, grouped};
use crate::query::{use_mutation, use_pulse, use_query};
use crate::record::Record;
use crate::route::Query;

/// What the page of a group has.
pub static BLUEPRINT: Blueprint = Blueprint {
    resource: Resource::BuyerGroup,
    sections: &[
        Section::Details,
        Section::Buyers,
        Section::Priority,
        Section::Caps,
        Section::Team,
        Section::Record,
    ],
    seen: &[(Section::Buyers, Key::DialBuyersType), (Section::Caps, Key::TimeZone)],
    count,
    part,
    rail: Some(rail),
};

/// The help of a field whose section says it already.
fn quiet() -> Manner {
    Manner { quiet: true, ..Manner::default() }
}

fn count(section: Section, form: &FormState, _: Option<&Record>) -> Option<usize> {
    let is_set = |entry: &&Entry| {
        matches!(entry.field.key, Key::Limit(..)) && entry.value().is_some_and(|value| !value.is_blank())
    };
    match section {
        Section::Buyers => Some(form.value(Key::BuyerIds).as_ids().len()),
        Section::Caps => Some(form.entries().filter(is_set).count()),
        Section::Team if has_team(form) => Some(form.value(Key::TeamUsersEmails).as_texts().len()),
        _ => None,
    }
}

fn has_team(form: &FormState) -> bool {
    form.value(Key::GenerateTeam).as_bool() == Some(true)
}

fn part(section: Section, scene: &Scene) -> Option<Part> {
    match section {
        Section::Buyers => Some(buyers(scene)),
        Section::Priority => Some(priority(scene)),
        Section::Caps => Some(caps(scene)),
        Section::Team => Some(team(scene)),
        _ => None,
    }
}

fn buyers(scene: &Scene) -> Part {
    let together = scene.form.value(Key::DialBuyersType).as_text() == Some("simultaneously");
    let note = if together {
        "All are called at once; the first to answer takes the call."
    } else {
        "They are called one at a time, in this order."
    };
    scene.members_part(Key::BuyerIds, note)
}

fn priority(scene: &Scene) -> Part {
    let fields = scene.fields(Section::Priority);
    let beside = fields.iter().filter(|entry| entry.field.key != Key::Hours);
    let always = Manner { placeholder: Some("Always".into()), ..Manner::default() };
    Part {
        note: "Lower tiers are tried first; weight splits calls inside a tier.".into(),
        body: html! {
            <>
                <div class="row3">{ for beside.map(|entry| scene.draw(entry, &quiet())) }</div>
                { scene.field(Key::Hours, &always) }
            </>
        },
        ..Part::default()
    }
}

fn caps(scene: &Scene) -> Part {
    let live = scene.record().and_then(|group| group.get(Key::ConcurrencyCapUsed).as_int());
    let live =
        live.map(|live| AttrValue::from(format!("{live} in use now. Blank means no limit, 0 means closed.")));
    let reset = scene.record.as_ref().map(|group| {
        html! { <ResetTotals group={group.clone()} changed={scene.changed.clone()} toasts={scene.tools.toasts.clone()} /> }
    });
    Part {
        note: "Blank means no limit, 0 means closed.".into(),
        action: reset.unwrap_or_default(),
        body: html! {
            <>
                <CapMatrix
                    form={scene.form.clone()}
                    record={scene.record.clone()}
                    zone={zone(scene)}
                    pasted={scene.pasted.clone()}
                />
                <div class="row3 live">
                    { scene.field(Key::ConcurrencyCapLimit, &Manner { help: live, placeholder: Some("No limit".into()), quiet: false }) }
                </div>
            </>
        },
        ..Part::default()
    }
}

/// The zone in which the windows start anew, as it is kept.
fn zone(scene: &Scene) -> AttrValue {
    let own = scene.form.entry(Key::TimeZone).and_then(|entry| entry.original.as_text());
    let given = own.unwrap_or(&scene.tools.session.session.company.time_zone);
    given.to_owned().into()
}

#[derive(Properties, PartialEq)]
struct ResetTotalsProps {
    group: Rc<Record>,
    changed: Callback<()>,
    toasts: Toasts,
}

/// Sets what the total caps have counted back to 0, after a question that names the numbers.
#[component]
fn ResetTotals(props: &ResetTotalsProps) -> Html {
    let asks = use_state(|| false);
    let ask = |whether: bool| {
        let asks = asks.clone();
        Callback::from(move |()| asks.set(whether))
    };
    let id = props.group.id().map(|id| id.to_string()).unwrap_or_default();
    let (changed, toasts) = (props.changed.clone(), props.toasts.clone());
    let reset = use_mutation(
        move |api, ()| {
            let id = id.clone();
            Box::pin(async move {
                let reset = [(Key::ResetTotalCaps, Value::Bool(true))];
                api.update(Resource::BuyerGroup, &id, &reset, None).await
            })
        },
        move |answer| {
            match answer {
                Ok(_) => toasts.show("The totals start at 0 again."),
                Err(error) => toasts.fail(format!("The totals were not reset. {}", error.sentence())),
            }
            changed.emit(());
        },
    );
    let onconfirm = {
        let (close, run) = (ask(false), reset.run);
        Callback::from(move |()| {
            close.emit(());
            run.emit(());
        })
    };
    html! {
        <>
            <button type="button" class="btn quiet end" onclick={ask(true).reform(|_| ())}>{ "Reset totals…" }</button>
            if *asks {
                <Confirm title="Reset the totals?" confirm="Reset" danger=true {onconfirm} oncancel={ask(false)}>
                    <p>{ what_is_reset(&props.group) }</p>
                </Confirm>
            }
        </>
    }
}

/// Names the numbers that go to zero.
fn what_is_reset(group: &Record) -> String {
    let total = |metric: Metric| {
        let used = group.number(Key::Used(metric, Window::Total)).filter(|used| *used > Decimal::ZERO)?;
        Some(format!("{} {}", metric.label().to_ascii_lowercase(), grouped(&used.to_string())))
    };
    let totals: Vec<String> = Metric::ALL.into_iter().filter_map(total).collect();
    if totals.is_empty() {
        return "The totals are 0 already.".to_owned();
    }
    format!("Back to 0 go: {}. Hour, day and month go on counting.", listed(&totals))
}

fn team(scene: &Scene) -> Part {
    Part {
        note: "Who may manage this group and see the calls it paid for. Nobody is sent a mail.".into(),
        body: html! {
            <>{ for scene.fields(Section::Team).iter().map(|entry| scene.draw(entry, &Manner::default())) }</>
        },
        ..Part::default()
    }
}

fn rail(scene: &Scene) -> Html {
    let form = &scene.form;
    let me = Rival {
        id: scene.record().and_then(Record::id),
        name: form
            .value(Key::Name)
            .as_text()
            .filter(|name| !name.is_empty())
            .unwrap_or("This group")
            .to_owned(),
        weight: form.value(Key::Weight).as_decimal().unwrap_or_default(),
        hindrance: hindrance(form, scene.record()),
    };
    let before = scene.record().filter(|_| form.changed().next().is_some());
    let before = before.and_then(|group| Some((group.number(Key::Share)?, group.number(Key::Tier)?)));
    html! {
        <>
            <ShareRail tier={form.value(Key::Tier).as_decimal().unwrap_or_default()} {me} {before} />
            if let Some(group) = &scene.record {
                <TakesCalls group={group.clone()} zone={zone(scene)} />
            }
        </>
    }
}

/// The caps of a group, each with the limit that `limit` gives.
pub fn caps_of(group: Option<&Record>, limit: impl Fn(Key) -> Value) -> Caps {
    let used = |key| group.and_then(|group| group.number(key)).unwrap_or_default();
    let cell = |metric, window| {
        let limit = limit(Key::Limit(metric, window)).as_decimal();
        Cap::new(metric, window, limit, used(Key::Used(metric, window)))
    };
    Caps {
        cells: Metric::ALL.into_iter().flat_map(|m| Window::ALL.map(|w| cell(m, w))).collect(),
        live_limit: limit(Key::ConcurrencyCapLimit).as_int(),
        live: used(Key::ConcurrencyCapUsed).trunc(),
    }
}

/// Why the group would take no call with what was typed.
fn hindrance(form: &FormState, group: Option<&Record>) -> Option<&'static str> {
    let was = match group.map(|group| group.get(Key::Eligibility)) {
        Some(Value::Eligibility(eligibility)) => eligibility.reasons.as_slice(),
        _ => &[],
    };
    let buyers = form.entry(Key::BuyerIds);
    let are_same = buyers.is_none_or(|entry| !entry.is_changed());
    let ids = form.value(Key::BuyerIds).as_ids().len();
    // Whether a buyer that was added here is paused, only the server knows.
    let on = if are_same && was.contains(&Reason::BuyersPaused) { 0 } else { ids };
    let paused = was.contains(&Reason::Paused);
    let caps = caps_of(group, |key| form.value(key));
    // Whether its hours have begun, too: the browser knows no clocks of other zones.
    let closed = was.iter().find_map(|reason| match reason {
        Reason::OutsideHours { opens_at } => Some(Opening::Closed { opens_at: *opens_at }),
        _ => None,
    });
    let opening = if form.value(Key::Hours).is_blank() { None } else { closed };
    let opening = opening.unwrap_or(Opening::ALWAYS);
    let standing = Standing { paused, opening, caps: &caps, buyers: ids, buyers_on: on };
    let reasons = Eligibility::of(standing, Need::LEAST, |_| None).reasons;
    reasons.first().map(share_rail::hindrance)
}

#[derive(Properties, PartialEq)]
struct TakesCallsProps {
    group: Rc<Record>,
    zone: AttrValue,
}

/// How a line of the checklist is marked.
#[derive(Clone, Copy, PartialEq)]
enum Mark {
    Fine,
    Near,
    Stops,
}

/// Everything that decides whether the group takes a call now.
#[component]
fn TakesCalls(props: &TakesCallsProps) -> Html {
    let group = &props.group;
    let on = use_query((group.id(), group.revision()), |api, (id, _)| {
        let id = id.map(|id| id.to_string()).unwrap_or_default();
        let query = Query::default()
            .with("buyer_group_id", &id)
            .with(&Key::Paused.name(), "false")
            .with("columns", &Key::Id.name())
            .with("per_page", "1");
        Box::pin(async move { api.list(Resource::Buyer, &query).await.map(|page| page.metadata.total_count) })
    });
    // The group itself is looked at by its form.
    use_pulse(&on.reload);
    let line = |(mark, text): (Mark, String)| {
        let (class, drawing) = match mark {
            Mark::Fine => ("ok", "ok"),
            Mark::Near => ("no", "warn"),
            Mark::Stops => ("bad", "x"),
        };
        html! { <li><span {class}>{ icon(drawing) }</span>{ text }</li> }
    };
    let on = on.load.data().map(|on| **on);
    html! {
        <section aria-labelledby="rail-checks">
            <h2 id="rail-checks">{ "Takes calls now" }</h2>
            <ul class="checks">{ for checks(group, on, &props.zone).into_iter().map(line) }</ul>
        </section>
    }
}

/// `on` is how many of its buyers are not paused, once that is known.
fn checks(group: &Record, on: Option<u64>, zone: &str) -> Vec<(Mark, String)> {
    let reasons = match group.get(Key::Eligibility) {
        Value::Eligibility(eligibility) => eligibility.reasons.as_slice(),
        _ => &[],
    };
    let stops = |reason: &Reason| (Mark::Stops, reason::sentence(reason, zone));
    let about = |is: fn(&Reason) -> bool| -> Vec<(Mark, String)> {
        reasons.iter().filter(|reason| is(reason)).map(stops).collect()
    };
    let or_fine = |stops: Vec<(Mark, String)>, fine: Option<String>| {
        if stops.is_empty() { fine.map(|text| (Mark::Fine, text)).into_iter().collect() } else { stops }
    };
    let caps = caps_of(Some(group), |key| group.get(key).clone());
    let buyers = group.get(Key::BuyerIds).as_ids().len();
    let buyers = match (on, buyers) {
        (Some(_), 1) => "Its buyer can be called".to_owned(),
        (Some(on), _) => format!("{on} of {buyers} buyers can be called"),
        (None, _) => "A buyer can be called".to_owned(),
    };
    let hours = (!group.get(Key::Hours).is_blank()).then(|| "Within its hours".to_owned());
    let lines = match caps.live_limit {
        Some(limit) => format!("{} of {limit} lines free", (limit - caps.live).max(0)),
        None => format!("{} live calls, without a limit", caps.live),
    };
    [
        or_fine(about(|reason| *reason == Reason::Paused), Some("Not paused".to_owned())),
        or_fine(about(|reason| matches!(reason, Reason::OutsideHours { .. })), hours),
        or_fine(about(|reason| matches!(reason, Reason::NoBuyer | Reason::BuyersPaused)), Some(buyers)),
        or_fine(about(|reason| matches!(reason, Reason::CapFull { .. })), Some("No cap is full".to_owned())),
        closest(&caps).into_iter().collect(),
        or_fine(about(|reason| *reason == Reason::NoLiveSlot), Some(lines)),
    ]
    .concat()
}

/// The cap with the least room among those that have some.
fn closest(caps: &Caps) -> Option<(Mark, String)> {
    let with_room = caps.cells.iter().filter(|cap| !cap.is_full());
    let (cap, percent) = with_room
        .filter_map(|cap| Some((cap, percent(cap.used, cap.limit?))))
        .max_by_key(|(_, percent)| *percent)?;
    let mark = if cap.is_near() { Mark::Near } else { Mark::Fine };
    let metric = cap.metric.label().to_ascii_lowercase();
    Some((mark, format!("Closest: {metric} {}, {percent}%", cap.window.when())))
}
