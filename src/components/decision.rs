//! [`decision`]: every group that was looked at for a call, what became of it, and why.

use domain::{Resource, Verdict};
use yew::prelude::*;

use crate::api::Line;
use crate::components::icon::icon;
use crate::components::meter::meter;
use crate::components::reason;
use crate::format;
use crate::route::Route;

/// The groups in the routing order, under their tiers; times are by the clocks of `zone`.
pub fn decision(lines: &[Line], zone: &str) -> Html {
    let tiers = lines.chunk_by(|one, two| one.traced.candidate.tier == two.traced.candidate.tier);
    html! {
        <div class="why">
            { for tiers.map(|tier| html! {
                <div>
                    <p class="of">{ format!("Tier {}", format::decimal(tier[0].traced.candidate.tier)) }</p>
                    <ul>{ for tier.iter().map(|one| line(one, zone)) }</ul>
                </div>
            }) }
        </div>
    }
}

fn line(line: &Line, zone: &str) -> Html {
    let traced = &line.traced;
    let (class, drawing) = match traced.verdict {
        Verdict::Chosen => ("ok", "ok"),
        Verdict::NotDrawn | Verdict::UpperTier | Verdict::NotAsked => ("faint", "next"),
        Verdict::Cannot => ("bad", "x"),
    };
    let reasons: Vec<String> = match traced.verdict {
        // It says nothing that its reasons do not.
        Verdict::Cannot => {
            let reasons = traced.candidate.eligibility.reasons.iter();
            reasons.map(|own| reason::sentence(own, zone)).collect()
        }
        verdict => vec![verdict.message().trim_end_matches('.').to_owned()],
    };
    let group = traced.candidate.group;
    let name = if line.name.is_empty() { format!("Group {group}") } else { line.name.clone() };
    html! {
        <li>
            <span {class}>{ icon(drawing) }</span>
            <span class="nm">
                <a href={Route::record(Resource::BuyerGroup, group).to_string()}>{ name }</a>
                { " " }<small class="faint">{ format!("weight {}", format::decimal(traced.candidate.weight)) }</small>
            </span>
            <span class="num">{ format::share(traced.share) }</span>
            { meter(traced.share.to_f64(), (traced.verdict != Verdict::Chosen).then_some("dim")) }
            <span class="so">{ for reasons.into_iter().map(|reason| html! { <span>{ reason }</span> }) }</span>
        </li>
    }
}
