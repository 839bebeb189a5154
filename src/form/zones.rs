//! Time zones, and the clocks in them, as the browser knows them.

use domain::{Instant, ZoneNames};
use js_sys::{Array, Date, Object, Reflect};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Intl)]
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

/// The zones of `Intl`.
pub struct BrowserZones;

impl ZoneNames for BrowserZones {
    fn canonical(&self, name: &str) -> Option<String> {
        // Intl also takes offsets such as +05:00, which are no names.
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let format = DateTimeFormat::new("en", &options(&[("timeZone", name)])).ok()?;
        Reflect::get(&format.resolved_options(), &"timeZone".into()).ok()?.as_string()
    }
}

/// Every zone that can be suggested; none in a browser that cannot tell.
#[must_use]
pub fn all() -> Vec<String> {
    let names = supported_values_of("timeZone").unwrap_or_default();
    names.iter().filter_map(|name| name.as_string()).collect()
}

/// What a clock of the zone shows: 00:00, and on another day 1 Dec, 00:00. An unknown zone has the visitor's clock.
#[must_use]
pub fn clock(at: Instant, zone: &str) -> String {
    let date = Date::new(&(at.ms() as f64).into());
    let shown = |parts: &[(&str, &str)], date: &Date| {
        let in_zone = [parts, &[("timeZone", zone)]].concat();
        let format = DateTimeFormat::new("en-GB", &options(&in_zone));
        format.or_else(|_| DateTimeFormat::new("en-GB", &options(parts))).map(|format| format.format(date))
    };
    let time = shown(&[("hour", "2-digit"), ("minute", "2-digit")], &date).unwrap_or_default();
    let day = |date: &Date| shown(&[("day", "numeric"), ("month", "short")], date).unwrap_or_default();
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
