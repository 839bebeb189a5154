//! The tiers of an offer from top to bottom, each with its groups: shares, caps, what speaks against them, and what can be
//! changed to see what would be.

use domain::{Cap, Decimal, Field, Id, Key, Metric, Resource, Window};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::board::Row;
use super::edits::text;
use super::{Message, RoutingPage};
use crate::components::icon::icon;
use crate::components::meter::{Level, amount, meter, part};
use crate::components::pill::pill;
use crate::components::reason;
use crate::form::input::input_mode;
use crate::format;
use crate::route::Route;

/// The id of the input for a field of a group.
#[must_use]
pub fn input_id(group: Id, key: Key) -> String {
    format!("{}-{group}", key.name())
}

impl RoutingPage {
    /// The tiers; `zone` is the company's.
    pub(super) fn tiers(&self, ctx: &Context<Self>, rows: &[Row], zone: &str, currency: &str) -> Html {
        let takes = |row: &Row| row.after.candidate.eligibility.can_take_calls();
        let next = rows.iter().find(|row| takes(row)).map(|row| row.after.candidate.tier);
        let tier = |rows: &[Row]| {
            let tier = rows[0].after.candidate.tier;
            let can = rows.iter().filter(|row| takes(row)).count();
            let turn = match next {
                Some(next) if next == tier => "Takes the next call.".to_owned(),
                Some(next) if next < tier => {
                    format!("Waits until tier {} cannot take calls.", format::decimal(next))
                }
                _ => "Passes every call on.".to_owned(),
            };
            let heading = format!("tier-{tier}");
            html! {
                <section key={heading.clone()} class="tier" aria-labelledby={heading.clone()}>
                    <header>
                        <h2 id={heading}>{ "Tier " }{ format::decimal(tier) }</h2>
                        <p>{ format!("{can} of {} can take calls. {turn}", rows.len()) }</p>
                    </header>
                    <ul>{ for rows.iter().map(|row| self.row(ctx, row, zone, currency)) }</ul>
                </section>
            }
        };
        let same_tier = |one: &Row, two: &Row| one.after.candidate.tier == two.after.candidate.tier;
        html! {
            <div class="tiers">
                { for rows.chunk_by(same_tier).map(tier) }
                if next.is_none() {
                    <p class="note"><span>{ icon("warn") }</span><span>{ "Nobody can take the next call." }</span></p>
                }
            </div>
        }
    }

    fn row(&self, ctx: &Context<Self>, row: &Row, zone: &str, currency: &str) -> Html {
        let (group, id) = (&row.group, row.id);
        let own_zone = group.get(Key::TimeZone).as_text().unwrap_or(zone);
        let (share, was) = (row.after.share, row.before.share);
        let has_moved = share != was || row.after.candidate.tier != row.before.candidate.tier;
        let before = has_moved.then(|| {
            let tier = row.before.candidate.tier;
            let of = if tier == row.after.candidate.tier {
                String::new()
            } else {
                format!(" of tier {}", format::decimal(tier))
            };
            format!("{}{of} before", format::share(was))
        });
        let can_take = row.after.candidate.eligibility.can_take_calls();
        let is_paused = self.edits.value(group, Key::Paused).as_bool().unwrap_or_default();
        let (verb, drawing) = if is_paused { ("Resume", "play") } else { ("Pause", "pause") };
        let onpause = {
            let group = group.clone();
            ctx.link().callback(move |_: MouseEvent| {
                Message::Type(group.clone(), Key::Paused, (!is_paused).to_string())
            })
        };
        let is_pause_edited = self.edits.typed(id, Key::Paused).is_some();
        let reasons = row.after.candidate.eligibility.reasons.iter();
        html! {
            <li key={id.to_string()} class={classes!("contender", self.edits.touches(id).then_some("edited"))} aria-label={group.name().to_owned()}>
                <div class="whom">
                    <a class="nm" href={Route::record(Resource::BuyerGroup, id).to_string()}>{ group.name() }</a>
                    { pill(&row.edited(&self.edits)) }
                </div>
                <div class="part">
                    <span class="num">{ format::share(share) }</span>
                    { meter(share.to_f64(), Some(if can_take { "tall" } else { "tall dim" })) }
                    if let Some(before) = before {
                        <span class="help num">{ before }</span>
                    }
                </div>
                <div class="set">
                    { self.field(ctx, row, Key::Weight, true) }
                    { self.field(ctx, row, Key::Tier, false) }
                    <button
                        type="button"
                        class={classes!("btn", is_pause_edited.then_some("chg"))}
                        aria-label={format!("{verb} {}", group.name())}
                        onclick={onpause}
                    >
                        { icon(drawing) }
                        { verb }
                    </button>
                </div>
                <div class="limits">
                    { for row.caps.cells.iter().filter(|cap| self.is_shown(row, Key::Limit(cap.metric, cap.window))).map(|cap| self.cap(ctx, row, *cap, currency)) }
                    if self.is_shown(row, Key::ConcurrencyCapLimit) {
                        { self.live(ctx, row) }
                    }
                    { self.adder(ctx, row) }
                </div>
                if !can_take {
                    <ul class="checks">
                        { for reasons.map(|own| html! {
                            <li><span class="bad">{ icon("x") }</span>{ reason::sentence(own, own_zone) }</li>
                        }) }
                    </ul>
                }
            </li>
        }
    }

    /// Whether a limit is shown: it is kept, typed or asked for.
    fn is_shown(&self, row: &Row, key: Key) -> bool {
        !row.group.get(key).is_blank()
            || self.edits.typed(row.id, key).is_some()
            || self.added.contains(&(row.id, key))
    }

    /// An input with its label; what is typed is heard at once, or when it is left.
    fn field(&self, ctx: &Context<Self>, row: &Row, key: Key, at_once: bool) -> Html {
        let Some(field) = Resource::BuyerGroup.field(key) else { return Html::default() };
        html! {
            <label class="small">
                <span>{ field.label }</span>
                { self.input(ctx, row, field, at_once) }
                { self.note(row, key) }
            </label>
        }
    }

    fn input(&self, ctx: &Context<Self>, row: &Row, field: &'static Field, at_once: bool) -> Html {
        let (key, id) = (field.key, row.id);
        let typed = self.edits.typed(id, key);
        let heard = {
            let group = row.group.clone();
            ctx.link()
                .callback(move |input: HtmlInputElement| Message::Type(group.clone(), key, input.value()))
        };
        let oninput = at_once.then(|| heard.reform(|event: InputEvent| event.target_unchecked_into()));
        let onchange = (!at_once).then(|| heard.reform(|event: Event| event.target_unchecked_into()));
        let is_wrong = self.edits.problem(id, key).is_some();
        let own = input_id(id, key);
        html! {
            <input
                class={classes!("input", "num", typed.is_some().then_some("chg"))}
                id={own.clone()}
                value={typed.map_or_else(|| text(row.group.get(key)), str::to_owned)}
                inputmode={input_mode(field.kind)}
                autocomplete="off"
                placeholder={matches!(key, Key::Limit(..) | Key::ConcurrencyCapLimit).then_some("No limit")}
                aria-label={format!("{}, {}", field.label, row.group.name())}
                aria-invalid={is_wrong.then_some("true")}
                aria-describedby={typed.map(|_| format!("{own}-note"))}
                {oninput}
                {onchange}
            />
        }
    }

    /// What is said of a field that was typed in: the rule that it breaks, or what it was.
    fn note(&self, row: &Row, key: Key) -> Html {
        if self.edits.typed(row.id, key).is_none() {
            return Html::default();
        }
        let id = format!("{}-note", input_id(row.id, key));
        match self.edits.problem(row.id, key) {
            Some(problem) => html! { <span class="err" {id}>{ problem }</span> },
            None => {
                let was = text(row.group.get(key));
                let was = if was.is_empty() { "no limit".to_owned() } else { format::with_minus(&was) };
                html! { <span class="help" {id}>{ format!("was {was}") }</span> }
            }
        }
    }

    /// "Attempts today 412 of [1,000]", with a meter.
    fn cap(&self, ctx: &Context<Self>, row: &Row, cap: Cap, currency: &str) -> Html {
        let label = format!("{} {}", cap.metric.label(), cap.window.when());
        let used = amount(cap.metric, cap.used, currency);
        self.limit(ctx, row, Key::Limit(cap.metric, cap.window), label, used, cap)
    }

    fn live(&self, ctx: &Context<Self>, row: &Row) -> Html {
        // Live calls are full and near as attempts are: one more call must fit.
        let number = |number: i64| i32::try_from(number).map(Decimal::whole).unwrap_or_default();
        let limit = row.caps.live_limit.map(number);
        let cap = Cap::new(Metric::Attempt, Window::Total, limit, number(row.caps.live));
        let used = row.caps.live.to_string();
        self.limit(ctx, row, Key::ConcurrencyCapLimit, "Live calls".to_owned(), used, cap)
    }

    fn limit(&self, ctx: &Context<Self>, row: &Row, key: Key, label: String, used: String, cap: Cap) -> Html {
        let Some(field) = Resource::BuyerGroup.field(key) else { return Html::default() };
        html! {
            <div class="limit" key={field.name}>
                <span>{ label }</span>
                <span class="num">{ used }</span>
                <span class="faint">{ "of" }</span>
                { self.input(ctx, row, field, true) }
                if let Some(part) = part(cap) {
                    { meter(part, Level::of(cap).class()) }
                }
                { self.note(row, key) }
            </div>
        }
    }

    /// Adds a limit that the group does not have.
    fn adder(&self, ctx: &Context<Self>, row: &Row) -> Html {
        let id = row.id;
        let limits = Resource::BuyerGroup.writable().filter(|field| {
            matches!(field.key, Key::Limit(..) | Key::ConcurrencyCapLimit) && !self.is_shown(row, field.key)
        });
        let onchange = ctx.link().batch_callback(move |event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            let field = Resource::BuyerGroup.field_named(&select.value());
            select.set_value("");
            field.map(|field| Message::Add(id, field.key))
        });
        html! {
            <select class="input add-limit" aria-label={format!("Add a limit to {}", row.group.name())} {onchange}>
                <option value="" selected=true>{ "Add a limit…" }</option>
                { for limits.map(|field| html! { <option value={field.name}>{ field.label }</option> }) }
            </select>
        }
    }
}
