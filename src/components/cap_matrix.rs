//! The cap matrix: metric × window, each cell with what is used, its limit, a meter and a word.

mod paste;

use std::rc::Rc;

use domain::{Cap, Decimal, Input, Instant, Key, Metric, Resource, Window};
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

use crate::browser;
use crate::components::meter::{Level, meter};
use crate::form::input::{element_id, input_mode, invalid};
use crate::form::{Entry, FormState, grouped, zones};
use crate::format;
use crate::pages::caps::row::{CapRow, of_group};
use crate::query::{use_pulse, use_query};
use crate::record::Record;

/// What a cap has come to by now.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Live {
    used: Decimal,
    /// What calls under way hold.
    held: Decimal,
    resets_at: Option<Instant>,
    /// When it will be full, as a clock of the group's zone shows it, if it goes on like that.
    full_at: Option<String>,
}

impl Live {
    fn of(row: &CapRow, zone: &str) -> Option<(Key, Self)> {
        let cap = row.cap()?;
        let full_at = row.full_at().map(|at| zones::clock(at, zone));
        Some((
            row.limit_key()?,
            Self { used: cap.used, held: cap.reserved, resets_at: row.resets_at(), full_at },
        ))
    }
}

/// The caps of a group as they stand by now, by the fields of their limits.
type Lives = Rc<Vec<(Key, Live)>>;

/// What a cell says beside its limit.
#[derive(Debug, PartialEq)]
struct Words {
    level: Level,
    /// How much of the meter is filled, in percent; `None`: no meter.
    percent: Option<i64>,
    text: String,
}

/// What a pasted block puts into the fields, and how many of its cells have no place.
pub type Pasted = (Vec<(Key, Input)>, usize);

/// See [`CapMatrix`].
#[derive(Properties, PartialEq)]
pub struct CapMatrixProps {
    /// The limits.
    pub form: FormState,
    /// The group as it is kept; `None` for a new one.
    pub record: Option<Rc<Record>>,
    /// The zone of its windows.
    pub zone: AttrValue,
    /// Takes blocks of cells.
    pub pasted: Callback<Pasted>,
}

/// The table. What is counted moves by itself; a key in a field asks for nothing.
#[component]
pub fn CapMatrix(props: &CapMatrixProps) -> Html {
    let CapMatrixProps { form, record, zone, pasted } = props;
    let which = record.as_ref().map(|record| (record.id(), record.revision()));
    let usage = use_query((which, zone.clone()), |api, (which, zone)| {
        let (id, zone) = (which.and_then(|(id, _)| id), zone.clone());
        Box::pin(async move {
            let Some(id) = id else { return Ok(Vec::new()) };
            let rows = of_group(&api, id).await?;
            Ok(rows.iter().filter_map(|row| Live::of(row, &zone)).collect())
        })
    });
    use_pulse(&usage.reload);
    let lives = usage.load.data();
    let row = |metric: Metric| {
        let form = form.only(|field| matches!(field.key, Key::Limit(own, _) if own == metric));
        html! { <Row {metric} {form} {record} {zone} lives={lives.cloned()} /> }
    };
    let onpaste = {
        let pasted = pasted.clone();
        move |event: Event| {
            if let Some(block) = block(event) {
                pasted.emit(block);
            }
        }
    };
    html! {
        // Narrow, rows become blocks, and browsers then forget that it is a table.
        <table class="caps" role="table" onkeydown={walk} {onpaste}>
            <caption class="sr">{ "Caps: used and limit for each metric and window" }</caption>
            <thead role="rowgroup"><Head {record} {zone} /></thead>
            <tbody role="rowgroup">{ for Metric::ALL.map(row) }</tbody>
        </table>
    }
}

#[derive(Properties)]
struct HeadProps {
    record: Option<Rc<Record>>,
    zone: AttrValue,
}

impl PartialEq for HeadProps {
    fn eq(&self, other: &Self) -> bool {
        // A record that was read anew tells the time anew.
        let records = [self, other].map(|own| own.record.as_ref().map(Rc::as_ptr));
        records[0] == records[1] && self.zone == other.zone
    }
}

/// The windows, each with when it starts anew. A component, so that no key in a field asks for the time.
#[component]
fn Head(props: &HeadProps) -> Html {
    let head = |window: Window| {
        html! {
            <th role="columnheader" scope="col">
                <b>{ window.label() }</b>
                { reset(props.record.as_deref(), window, &props.zone) }
            </th>
        }
    };
    html! { <tr role="row"><td role="cell"></td>{ for Window::ALL.map(head) }</tr> }
}

#[derive(Properties, PartialEq)]
struct RowProps {
    metric: Metric,
    /// The limits of the metric.
    form: FormState,
    record: Option<Rc<Record>>,
    zone: AttrValue,
    lives: Option<Lives>,
}

/// The caps on one metric. A component, as each of its cells is, so that one is drawn anew alone.
#[component]
fn Row(props: &RowProps) -> Html {
    let RowProps { metric, form, record, zone, lives } = props;
    let cell = |window: Window| {
        let key = Key::Limit(*metric, window);
        let entry = form.entry(key)?.clone();
        let live = lives.iter().flat_map(|lives| lives.iter()).find(|(own, _)| *own == key);
        let live = live.map(|(_, live)| live.clone()).or_else(|| kept(record.as_deref()?, *metric, window));
        Some(html! { <Cell {entry} metric={*metric} {window} {live} {zone} /> })
    };
    html! {
        <tr role="row">
            <th role="rowheader" scope="row">{ metric.label() }<span class="help">{ metric.help() }</span></th>
            { for Window::ALL.map(|window| html! { <td role="cell">{ for cell(window) }</td> }) }
        </tr>
    }
}

/// What the group as it is kept says of a cap: until more is known.
fn kept(record: &Record, metric: Metric, window: Window) -> Option<Live> {
    let used = record.number(Key::Used(metric, window))?;
    let resets_at = record.get(Key::ResetsAt(window)).as_instant();
    Some(Live { used, held: Decimal::ZERO, resets_at, full_at: None })
}

/// When the window starts anew.
fn reset(record: Option<&Record>, window: Window, zone: &str) -> Html {
    let Some(record) = record else { return Html::default() };
    let at = record.get(Key::ResetsAt(window)).as_instant();
    match at {
        Some(at) => html! {
            <span title={format!("{} ({})", zones::clock(at, zone), zones::iana(zone))}>
                { format!("resets {}", format::relative(at)) }
            </span>
        },
        None if window == Window::Total => html! { "until it is reset" },
        None => Html::default(),
    }
}

#[derive(Properties, PartialEq)]
struct CellProps {
    entry: Rc<Entry>,
    metric: Metric,
    window: Window,
    /// `None` of a new group.
    live: Option<Live>,
    zone: AttrValue,
}

/// A cap: what is used of it, its limit, a meter and a word.
#[component]
fn Cell(props: &CellProps) -> Html {
    let CellProps { entry, metric, window, live, zone } = props;
    let (used, held) = live.as_ref().map(|live| (live.used, live.held)).unwrap_or_default();
    let cap = Cap { reserved: held, ..Cap::new(*metric, *window, None, used) };
    let until = || live.as_ref()?.resets_at.map(|at| zones::clock(at, zone));
    let words = words(entry, cap, until, live.as_ref().and_then(|live| live.full_at.as_deref()));
    let name = entry.field.name;
    let note = format!("{name}-error");
    let is_wrong = entry.violation().is_some();
    html! {
        <div class="cap" data-w={window.label()}>
            <span class="used num" title={grouped(&used.to_string())}>
                <span class="sr">{ "used " }</span>
                { grouped(&brief(used).to_string()) }
                if held > Decimal::ZERO {
                    <span class="faint" title="Held by calls under way">
                        { [" +", &grouped(&brief(held).to_string())].concat() }
                        <span class="sr">{ " held by calls under way" }</span>
                    </span>
                }
            </span>
            // In a box of its own it is laid out alone at each key, not with the page.
            <div>
                <input
                    class={entry.is_changed().then_some("chg")}
                    id={element_id(entry.field)}
                    name={name}
                    value={entry.text().to_owned()}
                    inputmode={input_mode(entry.field.kind)}
                    autocomplete="off"
                    spellcheck="false"
                    // Beside a text the browser would style it anew at each key.
                    placeholder={entry.text().is_empty().then_some("No limit")}
                    aria-label={entry.field.label}
                    aria-invalid={invalid(entry)}
                    aria-describedby={(!words.text.is_empty()).then(|| note.clone())}
                />
            </div>
            if let Some(percent) = words.percent {
                { meter(percent as f64 / 100.0, words.level.class()) }
            }
            if !words.text.is_empty() {
                <span class={classes!("st", if is_wrong { Some("bad") } else { words.level.class() })} id={note}>
                    { words.text }
                </span>
            }
        </div>
    }
}

/// What stands under a limit, as it was typed. `until` is when the window starts anew, `full_at` when the limit as it is
/// kept will be reached.
fn words(entry: &Entry, cap: Cap, until: impl FnOnce() -> Option<String>, full_at: Option<&str>) -> Words {
    if let Some(message) = entry.violation() {
        return Words { level: Level::Full, percent: None, text: capitalized(message) };
    }
    let limit = entry.value().unwrap_or(&entry.original).as_decimal();
    let was = entry.is_changed().then(|| match &entry.original.to_string() {
        blank if blank.is_empty() => "was no limit".to_owned(),
        was => format!("was {}", grouped(was)),
    });
    let Some(limit) = limit else {
        return Words { level: Level::Room, percent: None, text: capitalized(&was.unwrap_or_default()) };
    };
    let cap = Cap { limit: Some(limit), ..cap };
    let counted = Cap { reserved: Decimal::ZERO, ..cap };
    let percent = percent(cap.used, limit);
    let (level, word) = if limit == Decimal::ZERO {
        (Level::Full, "Closed".to_owned())
    } else if cap.is_full() && entry.is_changed() {
        let why = if limit < cap.used { "Lower than used" } else { "No room left" };
        (Level::Full, format!("{why}: the group stops now."))
    } else if cap.is_full() && !counted.is_full() {
        (Level::Full, "Calls hold the rest".to_owned())
    } else if cap.is_full() {
        (Level::Full, until().map_or_else(|| "Full".to_owned(), |until| format!("Full until {until}")))
    } else {
        let forecast = full_at.filter(|_| !entry.is_changed());
        let word = forecast.map_or_else(|| format!("{percent}%"), |at| format!("{percent}%, full at {at}"));
        (if cap.is_near() { Level::Near } else { Level::Room }, word)
    };
    let text = match was {
        Some(was) if word.ends_with('.') => format!("{word} {}.", capitalized(&was)),
        Some(was) => format!("{word}, {was}"),
        None => word,
    };
    Words { level, percent: Some(if level == Level::Full { 100 } else { percent.min(100) }), text }
}

/// Without its places where there is no room for them: from 1,000 on.
fn brief(used: Decimal) -> Decimal {
    let whole = i32::try_from(used.trunc()).ok().filter(|whole| *whole >= 1_000);
    whole.map_or(used, Decimal::whole)
}

/// How much of the limit is used, in whole percent, rounded down: a cap with room never reads 100 %.
#[must_use]
pub fn percent(used: Decimal, limit: Decimal) -> i64 {
    if limit.units() <= 0 { 100 } else { used.units().saturating_mul(100) / limit.units() }
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| [first.to_ascii_uppercase()].into_iter().chain(letters).collect())
        .unwrap_or_default()
}

/// Enter and ↓ go down a column, ↑ goes up; Tab goes along the row by itself.
fn walk(event: KeyboardEvent) {
    let by = match event.key().as_str() {
        "Enter" if event.ctrl_key() || event.meta_key() => return,
        "Enter" | "ArrowDown" => 1,
        "ArrowUp" => -1,
        _ => return,
    };
    let Some((row, column)) = place(&event) else { return };
    event.prevent_default();
    let to = row.checked_add_signed(by).and_then(|row| limit((row, column)));
    let to = to.and_then(|key| Resource::BuyerGroup.field(key)).map(element_id);
    if let Some(to) = to {
        browser::focus(&to);
        let input = browser::element(&to).and_then(|element| element.dyn_into::<HtmlInputElement>().ok());
        if let Some(input) = input {
            input.select();
        }
    }
}

/// The limit in a row and a column.
fn limit((row, column): paste::Place) -> Option<Key> {
    Some(Key::Limit(*Metric::ALL.get(row)?, *Window::ALL.get(column)?))
}

/// The cell in which something happened.
fn place(event: &Event) -> Option<paste::Place> {
    let name = event.target()?.dyn_into::<HtmlInputElement>().ok()?.name();
    let Key::Limit(metric, window) = Resource::BuyerGroup.field_named(&name)?.key else { return None };
    let row = Metric::ALL.iter().position(|own| *own == metric)?;
    Some((row, Window::ALL.iter().position(|own| *own == window)?))
}

/// Takes a block of cells that is pasted; a single value the browser pastes by itself.
fn block(event: Event) -> Option<Pasted> {
    let at = place(&event)?;
    let event = event.dyn_into::<ClipboardEvent>().ok()?;
    let text = event.clipboard_data()?.get_data("text").ok()?;
    let block = paste::laid(&text, at, (Metric::ALL.len(), Window::ALL.len()))?;
    event.prevent_default();
    let cells = block.cells.into_iter().filter_map(|(place, text)| Some((limit(place)?, text.into())));
    Some((cells.collect(), block.left))
}

#[cfg(test)]
mod tests {
    use domain::Value;

    use super::*;
    use crate::form::zones::NoZones;

    /// The words of a cap on attempts today with that limit, after something else was perhaps typed.
    fn said(limit: &str, used: &str, typed: Option<&str>) -> (Level, Option<i64>, String) {
        let key = Key::Limit(Metric::Attempt, Window::Daily);
        let limit = limit.parse().map_or(Value::Null, Value::Decimal);
        let value = |own| if own == key { limit.clone() } else { Value::Null };
        let mut form = FormState::of_record(Resource::BuyerGroup, None, value, &NoZones);
        if let Some(typed) = typed {
            form.set(key, typed.into(), &NoZones);
            form.leave(key);
        }
        let cap = Cap::new(Metric::Attempt, Window::Daily, None, used.parse().unwrap());
        let words = words(form.entry(key).unwrap(), cap, || Some("00:00".to_owned()), None);
        (words.level, words.percent, words.text)
    }

    #[test]
    fn a_cell_says_what_is_to_be_expected_and_what_calls_hold() {
        let key = Key::Limit(Metric::Attempt, Window::Daily);
        let value = |own| if own == key { Value::Decimal(Decimal::whole(100)) } else { Value::Null };
        let mut form = FormState::of_record(Resource::BuyerGroup, None, value, &NoZones);
        let said = |form: &FormState, used: i32, held: i32| {
            let cap = Cap::new(Metric::Attempt, Window::Daily, None, Decimal::whole(used));
            let cap = Cap { reserved: Decimal::whole(held), ..cap };
            words(form.entry(key).unwrap(), cap, || Some("00:00".to_owned()), Some("15:40")).text
        };
        assert_eq!(said(&form, 41, 0), "41%, full at 15:40");
        assert_eq!(said(&form, 97, 3), "Calls hold the rest");
        assert_eq!(said(&form, 100, 0), "Full until 00:00");
        form.set(key, "200".into(), &NoZones);
        assert_eq!(said(&form, 41, 0), "20%, was 100", "the forecast is of the limit as it is kept");
    }

    #[test]
    fn a_cell_says_how_full_it_is() {
        for (limit, used, level, percent, text) in [
            ("", "9", Level::Room, None, ""),
            ("0", "0", Level::Full, Some(100), "Closed"),
            ("1000", "412", Level::Room, Some(41), "41%"),
            ("1000", "800", Level::Near, Some(80), "80%"),
            ("1000", "999.9", Level::Full, Some(100), "Full until 00:00"),
            ("300", "300", Level::Full, Some(100), "Full until 00:00"),
        ] {
            assert_eq!(said(limit, used, None), (level, percent, text.to_owned()), "{used} of {limit}");
        }
    }

    #[test]
    fn large_amounts_are_told_without_places() {
        for (used, shown) in [("999.99", "999.99"), ("1000.99", "1000"), ("1.49", "1.49"), ("0", "0")] {
            assert_eq!(brief(used.parse().unwrap()).to_string(), shown);
        }
    }

    #[test]
    fn an_edited_cell_says_what_it_was() {
        for (limit, used, typed, text) in [
            ("3500", "3000", "4,000", "75%, was 3,500"),
            ("", "30", "100", "30%, was no limit"),
            ("3500", "30", "", "Was 3,500"),
            ("3500", "30", "0", "Closed, was 3,500"),
            ("3500", "400", "300", "Lower than used: the group stops now. Was 3,500."),
            ("3500", "400", "3O0", "Must be a decimal number: it has the letter O in it"),
            ("3500", "400", "3,500", "11%"),
        ] {
            assert_eq!(said(limit, used, Some(typed)).2, text, "{typed} instead of {limit}");
        }
    }
}
