//! [`Day`]: the next 24 hours, played with the groups as they are and as they might be, side by side.

use std::rc::Rc;

use domain::{
    Contender, Decimal, Filled, Id, Instant, Key, Metric, Pattern, Played, Reason, Simulated, Window,
    simulate,
};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::board::{Board, Row};
use super::edits::Edits;
use crate::browser::Timeout;
use crate::components::meter::amount;
use crate::form::zones;
use crate::format;
use crate::pages::group::caps_of;

/// See [`Day`].
#[derive(Properties, PartialEq)]
pub struct DayProps {
    /// The groups.
    pub board: Rc<Board>,
    /// What would be changed.
    pub edits: Edits,
    /// The company's zone.
    pub zone: AttrValue,
    /// How money is shown.
    pub currency: AttrValue,
}

/// How long nothing is typed before the day is played, in milliseconds.
const REST_MS: i32 = 250;
/// The most calls that are played: more would keep the page from answering.
const MOST: u32 = 100_000;
/// The same calls come to the groups as they are and as they might be, each time.
const SEED: u64 = 1;
/// How long a call lasts on average, in seconds.
const LASTS_S: u32 = 180;
/// So many caps that fill are named for each group.
const MOST_FILLED: usize = 3;

/// How calls spread over the day: what people call it, and the weights of the hours.
type Spread = (&'static str, fn(usize) -> u32);

const SPREADS: [Spread; 3] = [
    ("Evenly", |_| 1),
    ("By day, 8 to 20", |hour| if matches!(hour, 8..20) { 6 } else { 1 }),
    ("Two peaks, 10 and 16", |hour| match hour {
        9..12 | 15..18 => 10,
        8 | 12..15 | 18 => 5,
        _ => 1,
    }),
];

/// What it is told.
pub enum Message {
    /// The number in that place is that.
    Number(usize, String),
    /// Calls spread so.
    Spread(usize),
    /// Play it.
    Play,
}

/// What is typed over the table: the label, and what stands there at first.
const NUMBERS: [(&str, &str); 3] = [("Calls", "1,000"), ("Answered, %", "60"), ("Converted, %", "30")];

/// A simulated day.
pub struct Day {
    numbers: [String; 3],
    spread: usize,
    played: Option<(Simulated, Simulated)>,
    problem: Option<String>,
    rest: Option<Timeout>,
}

impl Component for Day {
    type Message = Message;
    type Properties = DayProps;

    fn create(ctx: &Context<Self>) -> Self {
        let numbers = NUMBERS.map(|(_, number)| number.to_owned());
        let mut day = Self { numbers, spread: 1, played: None, problem: None, rest: None };
        day.play(ctx);
        day
    }

    fn changed(&mut self, ctx: &Context<Self>, _: &DayProps) -> bool {
        self.soon(ctx);
        true
    }

    fn update(&mut self, ctx: &Context<Self>, message: Message) -> bool {
        match message {
            Message::Number(at, text) => {
                self.numbers[at] = text;
                self.soon(ctx);
            }
            Message::Spread(at) => {
                self.spread = at;
                self.soon(ctx);
            }
            Message::Play => self.play(ctx),
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let number = |(at, (label, _)): (usize, (&'static str, &str))| {
            let oninput = link.callback(move |event: InputEvent| {
                Message::Number(at, event.target_unchecked_into::<HtmlInputElement>().value())
            });
            html! {
                <label class="field">
                    <span>{ label }</span>
                    <input class="input num" inputmode="decimal" autocomplete="off" value={self.numbers[at].clone()} {oninput} />
                </label>
            }
        };
        let onspread = link.callback(|event: Event| {
            Message::Spread(
                event.target_unchecked_into::<HtmlSelectElement>().selected_index().max(0) as usize
            )
        });
        html! {
            <section class="day" aria-labelledby="day">
                <header>
                    <h2 id="day">{ "The next 24 hours, simulated" }</h2>
                    <p class="muted">{ "The same calls, drawn once, among the groups as they are and with your changes." }</p>
                </header>
                <form novalidate=true onsubmit={|event: SubmitEvent| event.prevent_default()}>
                    { for NUMBERS.into_iter().enumerate().map(number) }
                    <label class="field">
                        <span>{ "They come" }</span>
                        <select class="input" onchange={onspread}>
                            { for SPREADS.iter().enumerate().map(|(at, (label, _))| html! {
                                <option selected={at == self.spread}>{ *label }</option>
                            }) }
                        </select>
                    </label>
                </form>
                if let Some(problem) = &self.problem {
                    <p class="err" role="alert">{ problem }</p>
                } else if let Some((before, after)) = &self.played {
                    { table(ctx.props(), before, after) }
                }
                <p class="help">
                    { "From the counters as they are. A call rings for 10 to 30 seconds and lasts 3 minutes on average; \
                       buyers have no limits of their own here, and nothing is reversed." }
                </p>
            </section>
        }
    }
}

impl Day {
    fn soon(&mut self, ctx: &Context<Self>) {
        let link = ctx.link().clone();
        self.rest = Some(Timeout::new(REST_MS, move || link.send_message(Message::Play)));
    }

    fn play(&mut self, ctx: &Context<Self>) {
        let DayProps { board, edits, zone, .. } = ctx.props();
        match self.pattern(board.expected, zone) {
            Ok((calls, pattern)) => {
                let rows = board.rows(edits);
                let plain = Edits::default();
                let before = simulate(&contenders(&rows, &plain, zone, pattern.from), calls, &pattern, SEED);
                let after = if *edits == plain {
                    before.clone()
                } else {
                    simulate(&contenders(&rows, edits, zone, pattern.from), calls, &pattern, SEED)
                };
                (self.played, self.problem) = (Some((before, after)), None);
            }
            Err(problem) => self.problem = Some(problem),
        }
    }

    /// What was typed, as the simulation takes it.
    fn pattern(&self, revenue: Decimal, zone: &str) -> Result<(u32, Pattern), String> {
        let number = |at: usize| -> Result<Decimal, String> {
            let label = NUMBERS[at].0;
            self.numbers[at].parse().map_err(|error| format!("{label} {error}."))
        };
        let part = |at: usize| -> Result<Decimal, String> {
            let percent = number(at)?;
            let hundred = Decimal::whole(100);
            if percent < Decimal::ZERO || percent > hundred {
                return Err(format!("{} must be from 0 to 100.", NUMBERS[at].0));
            }
            Ok(percent.part_of(hundred))
        };
        let calls = u32::try_from(number(0)?.trunc()).ok().filter(|calls| *calls <= MOST);
        let calls = calls.ok_or_else(|| "Calls must be from 0 to 100,000.".to_owned())?;
        let from = Instant::from_ms(js_sys::Date::now() as i64);
        let pattern = Pattern {
            from,
            offset: format::offset(from, zone),
            calls_by_hour: std::array::from_fn(SPREADS[self.spread.min(SPREADS.len() - 1)].1),
            answered: part(1)?,
            converted: part(2)?,
            duration_s: LASTS_S,
            revenue,
        };
        Ok((calls, pattern))
    }
}

/// The groups as they go into the day, in the order of the rows.
fn contenders(rows: &[Row], edits: &Edits, zone: &str, from: Instant) -> Vec<Contender> {
    let contender = |row: &Row| {
        let group = &row.group;
        let decimal = |key| edits.value(group, key).as_decimal().unwrap_or_default();
        // Which of its buyers are paused, only the server knows.
        let nobody = |reason: &Reason| matches!(reason, Reason::NoBuyer | Reason::BuyersPaused);
        let buyers = group.get(Key::BuyersCount).as_int().and_then(|count| usize::try_from(count).ok());
        let has_nobody = row.before.candidate.eligibility.reasons.iter().any(nobody);
        Contender {
            group: row.id,
            tier: decimal(Key::Tier),
            weight: decimal(Key::Weight),
            paused: edits.value(group, Key::Paused).as_bool().unwrap_or_default(),
            hours: group.get(Key::Hours).as_text().and_then(|hours| hours.parse().ok()),
            offset: format::offset(from, group.get(Key::TimeZone).as_text().unwrap_or(zone)),
            caps: caps_of(Some(group), |key| edits.value(group, key)),
            buyers: if has_nobody { 0 } else { buyers.unwrap_or_default() },
            at_once: group.get(Key::DialBuyersType).as_text() == Some("simultaneously"),
        }
    };
    rows.iter().map(contender).collect()
}

fn table(props: &DayProps, before: &Simulated, after: &Simulated) -> Html {
    let DayProps { board, zone, currency, .. } = props;
    let is_tried = before != after;
    let name = |id: Id| {
        board.groups.iter().find(|group| group.id() == Some(id)).map(|group| group.name().to_owned())
    };
    let count = |now: i64, was: i64| {
        let text = |number: i64| format::count(number.unsigned_abs());
        cell(text(now), (now != was).then(|| text(was)))
    };
    let row = |now: &Played| {
        let was = before.groups.iter().find(|was| was.group == now.group).unwrap_or(now);
        let money = |number| amount(Metric::Revenue, number, currency);
        let (fills, filled) = (fills(now, zone), fills(was, zone));
        html! {
            <tr key={now.group.to_string()}>
                <th scope="row">{ name(now.group) }</th>
                { count(now.attempts, was.attempts) }
                { count(now.connections, was.connections) }
                { count(now.conversions, was.conversions) }
                { cell(money(now.revenue), (now.revenue != was.revenue).then(|| money(was.revenue))) }
                <td>
                    <span class={(fills != filled).then_some("moved")}>{ &fills }</span>
                    if fills != filled {
                        <small>{ "before: " }{ filled }</small>
                    }
                </td>
            </tr>
        }
    };
    let sums = |day: &Simulated| {
        let count = |number: u32| format::count(u64::from(number));
        format!(
            "{} answered, {} unanswered, {} that nobody could take",
            count(day.taken),
            count(day.unanswered),
            count(day.no_taker)
        )
    };
    html! {
        <>
            <p role="status">
                { sums(after) }{ "." }
                if is_tried {
                    { " " }<span class="muted">{ "Before: " }{ sums(before) }{ "." }</span>
                }
            </p>
            <div class="scroll" tabindex="0" role="region" aria-label="Simulated day, table">
                <table>
                    <caption class="sr">{ "What each group gets in the next 24 hours" }</caption>
                    <thead>
                        <tr>
                            <th scope="col">{ "Group" }</th>
                            { for [Metric::Attempt, Metric::Connection, Metric::BuyerConversion, Metric::Revenue].map(|metric| html! {
                                <th scope="col" class="num">{ metric.label() }</th>
                            }) }
                            <th scope="col">{ "Caps that fill" }</th>
                        </tr>
                    </thead>
                    <tbody>{ for after.groups.iter().map(row) }</tbody>
                </table>
            </div>
        </>
    }
}

/// A number, and what it is without the changes.
fn cell(now: String, was: Option<String>) -> Html {
    html! {
        <td class="num">
            <span class={was.is_some().then_some("moved")}>{ now }</span>
            if let Some(was) = was {
                <small>{ "before: " }{ was }</small>
            }
        </td>
    }
}

/// "Attempts today 15:40, revenue this month 22:05": the first time that each cap fills.
fn fills(played: &Played, zone: &str) -> String {
    let mut first: Vec<Filled> = Vec::new();
    for filled in &played.filled {
        let is_same = |own: &Filled| (own.metric, own.window) == (filled.metric, filled.window);
        if !first.iter().any(is_same) {
            first.push(*filled);
        }
    }
    if first.is_empty() {
        return "none".to_owned();
    }
    let spoken = |filled: &Filled| {
        let metric = filled.metric.label().to_ascii_lowercase();
        format!("{metric} {} {}", span(filled.window), zones::clock(filled.at, zone))
    };
    let mut texts: Vec<String> = first.iter().take(MOST_FILLED).map(spoken).collect();
    if first.len() > MOST_FILLED {
        texts.push(format!("{} more", first.len() - MOST_FILLED));
    }
    texts.join(", ")
}

/// The window of a cap that fills at some other time than now.
fn span(window: Window) -> &'static str {
    match window {
        Window::Hourly => "of an hour at",
        Window::Daily => "of the day at",
        Window::Monthly => "of the month at",
        Window::Total => "in total at",
    }
}
