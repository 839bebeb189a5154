//! Time zones, and the clocks in them, as the browser knows them.

use std::cell::RefCell;

use domain::{Instant, TimeZone, ZoneNames};
use js_sys::{Array, Date, Object, Reflect};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Intl)]
    #[derive(Clone)]
    type DateTimeFormat;

    #[wasm_bindgen(constructor, catch, js_namespace = Intl)]
    fn new(locale: &str, options: &Object) -> Result<DateTimeFormat, JsValue>;

    #[wasm_bindgen(method, js_name = resolvedOptions)]
    fn resolved_options(this: &DateTimeFormat) -> Object;

    #[wasm_bindgen(method)]
    fn format(this: &DateTimeFormat, at: &Date) -> String;

    #[wasm_bindgen(catch, js_namespace = Intl, js_name = supportedValuesOf)]
    fn supported_values_of(key: &str) -> Result<Array, JsValue>;
}

/// What `Intl` knows of a name: the zone's own name, unless there is no such zone, and its clock.
#[derive(Clone)]
struct Known {
    canonical: Option<String>,
    time: Option<DateTimeFormat>,
    day: Option<DateTimeFormat>,
}

thread_local! {
    /// Making a formatter takes the browser half a millisecond, and a page asks for the same few with each key.
    static KNOWN: RefCell<Vec<(String, Known)>> = const { RefCell::new(Vec::new()) };
}

/// So many names are remembered; who types a zone goes through more.
const MOST_KNOWN: usize = 16;

fn known(name: &str) -> Known {
    KNOWN.with_borrow_mut(|all| {
        if let Some((_, known)) = all.iter().find(|(own, _)| own == name) {
            return known.clone();
        }
        if all.len() == MOST_KNOWN {
            all.remove(0);
        }
        let known = Known::of(name);
        all.push((name.to_owned(), known.clone()));
        known
    })
}

impl Known {
    fn of(name: &str) -> Self {
        let in_zone = |parts: &[(&str, &str)]| {
            DateTimeFormat::new("en-GB", &options(&[parts, &[("timeZone", name)]].concat()))
        };
        let format = |parts: &[(&str, &str)]| {
            in_zone(parts).or_else(|_| DateTimeFormat::new("en-GB", &options(parts))).ok()
        };
        let canonical = in_zone(&[]).ok().and_then(|format| {
            Reflect::get(&format.resolved_options(), &"timeZone".into()).ok()?.as_string()
        });
        Self {
            canonical,
            time: format(&[("hour", "2-digit"), ("minute", "2-digit")]),
            day: format(&[("day", "numeric"), ("month", "short")]),
        }
    }
}

/// The zones of `Intl`.
pub struct BrowserZones;

impl ZoneNames for BrowserZones {
    fn canonical(&self, name: &str) -> Option<String> {
        // Intl also takes offsets such as +05:00, which are no names.
        if name.starts_with(|c: char| c.is_ascii_alphabetic()) { known(name).canonical } else { None }
    }
}

/// Every zone that can be suggested; none in a browser that cannot tell.
#[must_use]
pub fn all() -> Vec<String> {
    let names = supported_values_of("timeZone").unwrap_or_default();
    names.iter().filter_map(|name| name.as_string()).collect()
}

/// The IANA name of a zone; what is none stays as it is.
#[must_use]
pub fn iana(zone: &str) -> String {
    let parsed = TimeZone::parse(zone, &BrowserZones);
    parsed.map_or_else(|_| zone.to_owned(), |zone| zone.iana().to_owned())
}

/// What a clock of the zone shows: 00:00, and on another day 1 Dec, 00:00. An unknown zone has the visitor's clock.
#[must_use]
pub fn clock(at: Instant, zone: &str) -> String {
    let zone = &iana(zone);
    let date = Date::new(&(at.ms() as f64).into());
    let Known { time, day, .. } = known(zone);
    let shown = |format: &Option<DateTimeFormat>, date: &Date| {
        format.as_ref().map(|format| format.format(date)).unwrap_or_default()
    };
    let (time, day) = (shown(&time, &date), |date: &Date| shown(&day, date));
    // A window ends at the start of the next day, which people call the end of this one.
    let just_before = Date::new(&((at.ms() - 1) as f64).into());
    let is_today = day(&just_before) == day(&Date::new_0());
    if is_today { time } else { format!("{}, {time}", day(&date)) }
}

fn options(pairs: &[(&str, &str)]) -> Object {
    let options = Object::new();
    for (name, value) in pairs {
        // A fresh plain object takes any property.
        let _ = Reflect::set(&options, &JsValue::from(*name), &JsValue::from(*value));
    }
    options
}

/// For tests on the host, which has no `Intl`: no name is one of a zone.
#[cfg(test)]
pub struct NoZones;

#[cfg(test)]
impl ZoneNames for NoZones {
    fn canonical(&self, _: &str) -> Option<String> {
        None
    }
}
