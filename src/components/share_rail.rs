//! What a tier's calls come to: the share of each group, as it would be with what is being typed.

use domain::{Competitor, Decimal, Id, Key, Reason, Resource, Value, shares};
use yew::prelude::*;

use crate::components::meter::meter;
use crate::form::reading::all;
use crate::format;
use crate::query::{use_pulse, use_query};
use crate::record::Record;
use crate::route::{Query, Route};

/// A group among the others of its tier.
#[derive(Clone, Debug, PartialEq)]
pub struct Rival {
    /// Its id; a new group has none.
    pub id: Option<Id>,
    /// What it is called.
    pub name: String,
    /// Its weight.
    pub weight: Decimal,
    /// Why it can take no call now, in a few words; `None` when it can.
    pub hindrance: Option<&'static str>,
}

impl Rival {
    fn of(group: &Record) -> Self {
        let reasons = match group.get(Key::Eligibility) {
            Value::Eligibility(eligibility) => eligibility.reasons.as_slice(),
            _ => &[],
        };
        Self {
            id: group.id(),
            name: group.name().to_owned(),
            weight: group.number(Key::Weight).unwrap_or_default(),
            hindrance: reasons.first().map(hindrance),
        }
    }
}

/// Why a group takes no call, in a few words after its name.
#[must_use]
pub const fn hindrance(reason: &Reason) -> &'static str {
    match reason {
        Reason::Paused => "is paused",
        Reason::OutsideHours { .. } => "is outside its hours",
        Reason::CapFull { .. } | Reason::TooLittleLeft { .. } | Reason::NoLiveSlot => "is maxed out",
        Reason::NoBuyer | Reason::BuyersPaused | Reason::BuyersBusy | Reason::Tried => "has no buyer to call",
    }
}

/// A tier as it would be.
#[derive(Debug, PartialEq)]
struct Split {
    /// Those that take calls, the largest share first, then by name; with the group of the page wherever it stands.
    lines: Vec<(Rival, Decimal, bool)>,
    /// Those that take none.
    idle: Vec<Rival>,
}

/// Puts `me` in the place of the group with its id among the groups of its tier.
fn split(me: &Rival, tier: &[Rival]) -> Split {
    let others = tier.iter().filter(|rival| rival.id.is_none() || rival.id != me.id).cloned();
    let everyone: Vec<Rival> = std::iter::once(me.clone()).chain(others).collect();
    let competitors: Vec<Competitor> = everyone
        .iter()
        .map(|rival| Competitor { weight: rival.weight, eligible: rival.hindrance.is_none() })
        .collect();
    let mut lines: Vec<(Rival, Decimal, bool)> = Vec::new();
    let mut idle = Vec::new();
    for (index, (rival, share)) in everyone.into_iter().zip(shares(&competitors)).enumerate() {
        if index == 0 || rival.hindrance.is_none() {
            let comes_first =
                |(own, larger, _): &(Rival, Decimal, bool)| (share, &own.name) <= (*larger, &rival.name);
            let at = lines.partition_point(comes_first);
            lines.insert(at, (rival, share, index == 0));
        } else {
            idle.push(rival);
        }
    }
    Split { lines, idle }
}

/// See [`ShareRail`].
#[derive(Properties, PartialEq)]
pub struct ShareRailProps {
    /// The tier, as it was typed.
    pub tier: Decimal,
    /// The group of the page, as it would be.
    pub me: Rival,
    /// Its share as it is kept, and of which tier; `None` while that is what it would be.
    pub before: Option<(Decimal, Decimal)>,
}

/// So many groups get a line of their own; the rest is summed up.
const MOST_LINES: usize = 8;
/// So many groups without a share are named.
const MOST_IDLE: usize = 3;

/// "Calls in tier 1": who gets which share of them. The groups of a tier are read once, and all anew every 15 seconds.
#[component]
pub fn ShareRail(props: &ShareRailProps) -> Html {
    let read = use_mut_ref(Vec::<(Decimal, Vec<Rival>)>::new);
    let tier = use_query(props.tier, {
        let read = read.clone();
        move |api, tier| {
            let (read, tier) = (read.clone(), *tier);
            Box::pin(async move {
                let known = read.borrow().iter().find(|(own, _)| *own == tier).cloned();
                if let Some(known) = known {
                    return Ok(known);
                }
                let query = Query::default().with("tier", &tier.to_string());
                let columns = [Key::Id, Key::Name, Key::Weight, Key::Eligibility];
                let groups = all(&api, Resource::BuyerGroup, query, &columns).await?;
                let rivals: Vec<Rival> = groups.iter().map(|group| Rival::of(group)).collect();
                read.borrow_mut().push((tier, rivals.clone()));
                Ok((tier, rivals))
            })
        }
    });
    let beat = use_callback(tier.reload.clone(), move |(), reload| {
        read.borrow_mut().clear();
        reload.emit(());
    });
    use_pulse(&beat);
    // While it is read anew, or cannot be, what was read of it stands.
    let rivals = tier.load.data().filter(|data| data.0 == props.tier).map(|data| &data.1);
    html! {
        <section aria-labelledby="rail-shares">
            <h2 id="rail-shares">{ format!("Calls in tier {}", props.tier) }</h2>
            if let Some(rivals) = rivals {
                { lines(&split(&props.me, rivals), props) }
            }
            if let Some(error) = tier.load.error() {
                <p class="help">{ error.sentence() }</p>
                <button type="button" class="btn" onclick={tier.reload.reform(|_| ())}>{ "Try again" }</button>
            } else if rivals.is_none() {
                <p class="help late">{ "Loading…" }</p>
            }
        </section>
    }
}

fn lines(split: &Split, props: &ShareRailProps) -> Html {
    // The group of the page has a line wherever it stands.
    let mine = split.lines.iter().position(|(.., is_me)| *is_me).unwrap_or_default();
    let share = split.lines.get(mine).map(|(_, share, _)| *share);
    let before = props.before.filter(|(was, tier)| Some(*was) != share || *tier != props.tier);
    let before = before.map(|before| was(before, props.tier));
    let is_shown = |at: usize| at < MOST_LINES || at == mine;
    let shown = split.lines.iter().enumerate().filter(|(at, _)| is_shown(*at)).map(|(_, line)| line);
    let more = split.lines.len() - (0..split.lines.len()).filter(|at| is_shown(*at)).count();
    html! {
        <>
            <ul class="split">{ for shown.map(|(rival, share, is_me)| line(rival, *share, before.clone().filter(|_| *is_me), *is_me)) }</ul>
            if more > 0 {
                <p class="help">{ format!("and {more} more with smaller shares.") }</p>
            }
            if let Some(why) = props.me.hindrance {
                <p class="help">{ format!("This group {why} and takes no share.") }</p>
            }
            if !split.idle.is_empty() {
                <p class="help">{ idle(&split.idle) }</p>
            }
        </>
    }
}

fn line(rival: &Rival, share: Decimal, before: Option<String>, is_me: bool) -> Html {
    html! {
        <li key={rival.id.map(|id| id.to_string()).unwrap_or_default()} class={is_me.then_some("me")}>
            <span class="nm">
                if let Some(id) = rival.id.filter(|_| !is_me) {
                    <a href={Route::record(Resource::BuyerGroup, id).to_string()}>{ &rival.name }</a>
                } else {
                    { &rival.name }
                }
            </span>
            <span class="num">{ format::share(share) }</span>
            { meter(share.to_f64(), Some(if is_me { "tall" } else { "tall dim" })) }
            <span class="help">{ format!("weight {}", rival.weight) }</span>
            if let Some(before) = before {
                <span class="help num">{ before }</span>
            }
        </li>
    }
}

/// "40% before", "40% of tier 2 before".
fn was((share, tier): (Decimal, Decimal), now: Decimal) -> String {
    let share = format::share(share);
    if tier == now { format!("{share} before") } else { format!("{share} of tier {tier} before") }
}

/// "Solar, California (weight 4) is maxed out and takes no share."
fn idle(idle: &[Rival]) -> String {
    let sentence = |rival: &Rival| {
        let why = rival.hindrance.unwrap_or_default();
        format!("{} (weight {}) {why} and takes no share.", rival.name, rival.weight)
    };
    let mut sentences: Vec<String> = idle.iter().take(MOST_IDLE).map(sentence).collect();
    if idle.len() > MOST_IDLE {
        sentences.push(format!("Neither do {} more.", idle.len() - MOST_IDLE));
    }
    sentences.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rival(id: i64, name: &str, weight: i32, hindrance: Option<&'static str>) -> Rival {
        Rival { id: Id::new(id), name: name.to_owned(), weight: Decimal::whole(weight), hindrance }
    }

    fn shown(split: &Split) -> Vec<String> {
        split.lines.iter().map(|(rival, share, _)| format!("{} {share}", rival.name)).collect()
    }

    fn tier() -> [Rival; 4] {
        [
            rival(1, "West", 2, None),
            rival(2, "East", 2, None),
            rival(3, "Medicare", 1, None),
            rival(4, "Solar", 4, Some("is maxed out")),
        ]
    }

    #[test]
    fn shares_are_those_that_the_typed_weight_would_give() {
        let split = split(&rival(1, "West", 3, None), &tier());
        assert_eq!(shown(&split), ["West 0.5", "East 0.3333", "Medicare 0.1667"]);
        assert_eq!(idle(&split.idle), "Solar (weight 4) is maxed out and takes no share.");
    }

    #[test]
    fn a_group_that_takes_no_calls_leaves_them_to_the_others() {
        let split = split(&rival(1, "West", 3, Some("is paused")), &tier());
        assert_eq!(shown(&split), ["East 0.6667", "Medicare 0.3333", "West 0"]);
    }

    #[test]
    fn a_new_group_and_one_of_another_tier_come_on_top() {
        let mut new = rival(0, "New", 5, None);
        assert_eq!(new.id, None);
        assert_eq!(shown(&split(&new, &tier()))[0], "New 0.5");
        new.id = Id::new(9);
        assert_eq!(shown(&split(&new, &tier()))[0], "New 0.5");
    }

    #[test]
    fn many_without_a_share_are_summed_up() {
        let many: Vec<Rival> = (1..=5).map(|id| rival(id, "Solar", 1, Some("is paused"))).collect();
        assert!(idle(&many).ends_with("takes no share. Neither do 2 more."));
    }
}
