//! Numbers, money, shares and times as people read them, by the browser's `Intl`; its formatters are made once.
//!
//! The page is in English and its inputs take 1.5 for one and a half, so numbers are written in English too: in the
//! visitor's own English (day before month, say) where the browser names one.

use std::cell::RefCell;

use domain::{Decimal, Instant};
use js_sys::{Array, Function, Intl, Object, Reflect};
use wasm_bindgen::prelude::*;

use crate::browser;

/// A formatter and what it was made for.
type Kept = (String, Function);

thread_local! {
    static KEPT: RefCell<Vec<Kept>> = const { RefCell::new(Vec::new()) };
    static RELATIVE: RefCell<Option<Intl::RelativeTimeFormat>> = const { RefCell::new(None) };
}

/// A count: 1,234.
#[must_use]
pub fn count(number: u64) -> String {
    plain(number as f64)
}

/// A number with all of its places: 2.5; −1 with a minus as wide as the digits.
#[must_use]
pub fn decimal(number: Decimal) -> String {
    with_minus(&plain(number.to_f64()))
}

/// A text of a number with a minus as wide as its digits.
#[must_use]
pub fn with_minus(text: &str) -> String {
    text.replace('-', "−")
}

/// An amount in a currency of ISO 4217; whole amounts without places: $6,120, $12.50.
#[must_use]
pub fn money(amount: Decimal, currency: &str) -> String {
    let make = || {
        let options = options(&[
            ("style", "currency"),
            ("currency", currency),
            ("currencyDisplay", "narrowSymbol"),
            ("trailingZeroDisplay", "stripIfInteger"),
        ]);
        Intl::NumberFormat::new(&locales(), &options).format()
    };
    formatted(currency, make, amount.to_f64())
}

/// A part of a whole: 33.3%.
#[must_use]
pub fn share(part: Decimal) -> String {
    let make = || {
        let options = options(&[("style", "percent"), ("maximumFractionDigits", "1")]);
        Intl::NumberFormat::new(&locales(), &options).format()
    };
    formatted("%", make, part.to_f64())
}

/// A day and time by the visitor's clock: Nov 24, 2026, 2:32 PM.
#[must_use]
pub fn date_time(at: Instant) -> String {
    let make = || {
        let options = options(&[("dateStyle", "medium"), ("timeStyle", "short")]);
        Intl::DateTimeFormat::new(&locales(), &options).format()
    };
    formatted("date", make, at.ms() as f64)
}

/// What a clock of an IANA zone shows, or the visitor's own: 14:32. `None` for a zone that the browser does not know.
#[must_use]
pub fn clock(at: Instant, zone: Option<&str>) -> Option<String> {
    let parts = options(&[("hour", "2-digit"), ("minute", "2-digit")]);
    if let Some(zone) = zone {
        // A fresh plain object takes any property.
        let _ = Reflect::set(&parts, &"timeZone".into(), &zone.into());
    }
    let date: Date = js_sys::Date::new(&(at.ms() as f64).into()).unchecked_into();
    date.time("en-GB", &parts).ok()
}

/// What a clock of an IANA zone shows, to the second, with the day before it unless that is today there: 14:32:05;
/// 23 Nov, 14:32:05. A zone that the browser does not know has the visitor's clock.
#[must_use]
pub fn moment(at: Instant, zone: &str) -> String {
    let date = |ms: f64| -> Date { js_sys::Date::new(&ms.into()).unchecked_into() };
    let shown =
        |make: fn(&Date, &str, &Object) -> Result<String, JsValue>, date: &Date, parts: &[(&str, &str)]| {
            let here = make(date, "en-GB", &options(&[parts, &[("timeZone", zone)]].concat()));
            here.or_else(|_| make(date, "en-GB", &options(parts))).unwrap_or_default()
        };
    let then = date(at.ms() as f64);
    let day = |date: &Date| shown(Date::day, date, &[("day", "numeric"), ("month", "short")]);
    let time = shown(Date::time, &then, &[("hour", "2-digit"), ("minute", "2-digit"), ("second", "2-digit")]);
    let own = day(&then);
    if own == day(&date(js_sys::Date::now())) { time } else { [&own, ", ", &time].concat() }
}

/// Seconds that the clocks of an IANA zone are ahead of UTC; 0 for a zone that the browser does not know.
#[must_use]
pub fn offset(at: Instant, zone: &str) -> i32 {
    let date: Date = js_sys::Date::new(&(at.ms() as f64).into()).unchecked_into();
    let parts = options(&[("hour", "2-digit"), ("timeZone", zone), ("timeZoneName", "longOffset")]);
    // "14 GMT-05:00", and of UTC itself "14 GMT".
    let text = date.time("en-GB", &parts).unwrap_or_default();
    let Some((_, offset)) = text.split_once("GMT") else { return 0 };
    let mut numbers =
        offset.split([':', '+', '-', '−']).filter(|part| !part.is_empty()).map(str::parse::<i32>);
    let mut next = || numbers.next().and_then(Result::ok).unwrap_or_default();
    let seconds = next() * 3_600 + next() * 60 + next();
    if offset.starts_with('+') { seconds } else { -seconds }
}

/// What people call a zone: America/New_York is New York.
#[must_use]
pub fn place(zone: &str) -> String {
    zone.rsplit('/').next().unwrap_or_default().replace('_', " ")
}

#[wasm_bindgen]
extern "C" {
    /// The browser's dates, asked in a way that a zone may not be known.
    type Date;

    #[wasm_bindgen(method, catch, js_name = toLocaleTimeString)]
    fn time(this: &Date, locale: &str, options: &Object) -> Result<String, JsValue>;

    #[wasm_bindgen(method, catch, js_name = toLocaleDateString)]
    fn day(this: &Date, locale: &str, options: &Object) -> Result<String, JsValue>;
}

/// How long ago or how soon, in the largest unit that fits: 3 hours ago, in 28 minutes, now.
#[must_use]
pub fn relative(at: Instant) -> String {
    const UNITS: [(&str, f64); 5] = [
        ("year", 365.0 * 86_400.0),
        ("month", 30.0 * 86_400.0),
        ("day", 86_400.0),
        ("hour", 3_600.0),
        ("minute", 60.0),
    ];
    let seconds = (at.ms() as f64 - js_sys::Date::now()) / 1_000.0;
    let fitting = UNITS.into_iter().find(|(_, length)| seconds.abs() >= *length);
    let (unit, length) = fitting.unwrap_or(("second", f64::INFINITY));
    RELATIVE.with_borrow_mut(|kept| {
        let format = kept.get_or_insert_with(|| {
            Intl::RelativeTimeFormat::new(&locales(), &options(&[("numeric", "auto")]))
        });
        String::from(format.format((seconds / length).trunc(), unit))
    })
}

fn plain(number: f64) -> String {
    let make = || {
        let options = options(&[("maximumFractionDigits", "4")]);
        Intl::NumberFormat::new(&locales(), &options).format()
    };
    formatted("", make, number)
}

/// The text that the formatter kept under `name` gives a number; `make` makes it the first time.
fn formatted(name: &str, make: impl FnOnce() -> Function, number: f64) -> String {
    let function = KEPT.with_borrow_mut(|kept| match kept.iter().find(|(own, _)| own == name) {
        Some((_, function)) => function.clone(),
        None => {
            let function = make();
            kept.push((name.to_owned(), function.clone()));
            function
        }
    });
    let text = function.call1(&JsValue::UNDEFINED, &JsValue::from(number));
    text.ok().and_then(|text| text.as_string()).unwrap_or_default()
}

fn options(pairs: &[(&str, &str)]) -> Object {
    let options = Object::new();
    for (name, value) in pairs {
        // A fresh plain object takes any property.
        let _ = Reflect::set(&options, &JsValue::from(*name), &JsValue::from(*value));
    }
    options
}

/// The visitor's English, else any.
fn locales() -> Array {
    let languages = browser::window().map(|window| window.navigator().languages()).unwrap_or_default();
    let english = |language: &JsValue| language.as_string().is_some_and(|name| name.starts_with("en"));
    let own = languages.iter().find(english).unwrap_or_else(|| "en".into());
    Array::of1(&own)
}
