//! [`Kind`]: what may stand in a field, and how it is read.

use crate::decimal::Decimal;
use crate::eligibility::Eligibility;
use crate::hours::Hours;
use crate::id::Id;
use crate::instant::Instant;
use crate::resource::Resource;
use crate::text;
use crate::time_zone::{TimeZone, ZoneNames};
use crate::value::{Input, Value};

/// One of a few words that a field may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// In the API.
    pub name: &'static str,
    /// In the panel.
    pub label: &'static str,
}

/// What may stand in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The number of a record.
    Id,
    /// A whole number, 0 or more.
    Count,
    /// A whole number from 1 to 100.
    Percent,
    /// A decimal number; may be negative.
    Decimal,
    /// A decimal number, 0 or more.
    Positive,
    /// A decimal number, 0 or more, in the company's currency.
    Money,
    /// A part of a whole, from 0 to 1.
    Share,
    /// Yes or no.
    Boolean,
    /// A line of text of at most so many characters.
    Text(usize),
    /// One of a few words.
    Choice(&'static [Choice]),
    /// A point in time.
    Instant,
    /// A time zone by any of its names.
    TimeZone,
    /// An ISO 4217 code.
    Currency,
    /// The hours of a week: [`Hours`], kept as [`Hours`] prints them.
    Hours,
    /// An E.164 telephone number.
    Phone,
    /// An address of the web, `http://` or `https://`.
    Address,
    /// Records of that resource, in their order, without repeats.
    Ids(Resource),
    /// Texts, in their order, without repeats.
    Texts,
    /// E-mail addresses, in their order, without repeats.
    Emails,
    /// Whether a group can take calls, and why not.
    Eligibility,
}

/// At most so many ids or texts in one request (COMPATIBILITY.md 11).
pub const MOST_MEMBERS: usize = 1_000;
/// At most so many addresses in a team (DOMAIN.md, "Names and sizes").
pub const MOST_EMAILS: usize = 100;

impl Kind {
    /// The rule as the reference page states it: "Must be a decimal number."
    #[must_use]
    pub fn rule(self) -> String {
        let mut rule = match self {
            Self::Id => "must be the id of a record".to_owned(),
            Self::Count => MUST_BE_WHOLE.to_owned(),
            Self::Percent => MUST_BE_PERCENT.to_owned(),
            Self::Decimal => "must be a decimal number".to_owned(),
            Self::Positive | Self::Money => "must be a decimal number, 0 or more".to_owned(),
            Self::Share => "a decimal number from 0 to 1".to_owned(),
            Self::Boolean => MUST_BE_BOOLEAN.to_owned(),
            Self::Text(max) => format!("must be a string of at most {max} characters"),
            Self::Choice(choices) => one_of(choices),
            Self::Instant => "a date and time in UTC, such as 2017-06-22T07:47:40.772+00:00".to_owned(),
            Self::TimeZone => "must be a time zone, such as America/New_York".to_owned(),
            Self::Currency => MUST_BE_CURRENCY.to_owned(),
            Self::Hours => "must be days and times, such as Mon-Fri 09:00-17:00, Sat 10:00-14:00".to_owned(),
            Self::Phone => {
                "must be a telephone number with its country code, such as +1 415 555 0134".to_owned()
            }
            Self::Address => text::MUST_BE_ADDRESS.to_owned(),
            Self::Ids(resource) => {
                format!("{MUST_BE_IDS}; each must be the id of {}", resource.with_article())
            }
            Self::Texts => MUST_BE_TEXTS.to_owned(),
            Self::Emails => MUST_BE_EMAILS.to_owned(),
            Self::Eligibility => "whether it can take a call now, and every reason why not".to_owned(),
        };
        if let Some(first) = rule.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        rule.push('.');
        rule
    }

    /// Reads what somebody sent. Blank input is for the caller to judge, by [`Blank`](crate::field::Blank).
    ///
    /// # Errors
    /// The broken rule, as the rest of a sentence that starts with the field's label.
    pub fn parse(self, input: &Input, zones: &dyn ZoneNames) -> Result<Value, String> {
        match self {
            Self::Id => id(input).map(|id| Value::Int(id.get())),
            Self::Count => count(input).map(Value::Int),
            Self::Percent => match count(input) {
                Ok(percent @ 1..=100) => Ok(Value::Int(percent)),
                _ => Err(MUST_BE_PERCENT.to_owned()),
            },
            Self::Decimal => decimal(input).map(Value::Decimal),
            Self::Positive | Self::Money | Self::Share => match decimal(input)? {
                negative if negative < Decimal::ZERO => Err("must not be below 0".to_owned()),
                decimal => Ok(Value::Decimal(decimal)),
            },
            Self::Boolean => boolean(input).map(Value::Bool),
            Self::Text(max) => line(input, max).map(Value::Text),
            Self::Choice(choices) => {
                let text = input.as_text().unwrap_or_default().trim();
                let choice = choices.iter().find(|choice| choice.name == text);
                choice.map(|choice| Value::Text(choice.name.to_owned())).ok_or_else(|| one_of(choices))
            }
            Self::Instant => input
                .as_text()
                .and_then(Instant::parse)
                .map(Value::Instant)
                .ok_or_else(|| "must be a date and time such as 2017-06-22T07:47:40.772+00:00".to_owned()),
            Self::TimeZone => {
                let zone = TimeZone::parse(input.as_text().unwrap_or_default(), zones)?;
                Ok(Value::Text(zone.given().to_owned()))
            }
            Self::Currency => currency(input).map(Value::Text),
            Self::Hours => {
                let hours: Hours = input.as_text().unwrap_or_default().parse()?;
                Ok(Value::Text(hours.to_string()))
            }
            Self::Phone => text::phone(input.as_text().unwrap_or_default()).map(Value::Text),
            Self::Address => text::address(input.as_text().unwrap_or_default()).map(Value::Text),
            Self::Ids(_) => ids(input).map(Value::Ids),
            Self::Texts => texts(input).map(Value::Texts),
            Self::Emails => emails(input).map(Value::Texts),
            Self::Eligibility => Err("cannot be written".to_owned()),
        }
    }

    /// Reads back what the server sent, without judging it; what cannot be read is [`Value::Null`].
    #[must_use]
    pub fn read(self, input: &Input) -> Value {
        let text = || input.as_text().map_or(Value::Null, |text| Value::Text(text.to_owned()));
        let list = || if let Input::List(items) = input { items.as_slice() } else { &[] };
        let value = match (self, input) {
            (Self::Ids(_), _) => Some(Value::Ids(list().iter().filter_map(|item| id(item).ok()).collect())),
            (Self::Texts | Self::Emails, _) => Some(Value::Texts(
                list().iter().filter_map(|item| item.as_text().map(str::to_owned)).collect(),
            )),
            (Self::Eligibility, _) => Some(Value::Eligibility(Eligibility::read(input))),
            (_, Input::Null) => None,
            (Self::Id | Self::Count | Self::Percent, _) => count(input).ok().map(Value::Int),
            (Self::Decimal | Self::Positive | Self::Money | Self::Share, _) => {
                decimal(input).ok().map(Value::Decimal)
            }
            (Self::Boolean, _) => boolean(input).ok().map(Value::Bool),
            (Self::Instant, _) => input.as_text().and_then(Instant::parse).map(Value::Instant),
            (
                Self::Text(_)
                | Self::Choice(_)
                | Self::TimeZone
                | Self::Currency
                | Self::Hours
                | Self::Phone
                | Self::Address,
                _,
            ) => Some(text()),
        };
        value.unwrap_or(Value::Null)
    }

    /// What a cleared field of this kind holds.
    #[must_use]
    pub fn cleared(self) -> Value {
        match self {
            Self::Ids(_) => Value::Ids(Vec::new()),
            Self::Texts | Self::Emails => Value::Texts(Vec::new()),
            _ => Value::Null,
        }
    }

    /// Whether its numbers stand at the right and line up.
    #[must_use]
    pub const fn is_number(self) -> bool {
        matches!(
            self,
            Self::Id
                | Self::Count
                | Self::Percent
                | Self::Decimal
                | Self::Positive
                | Self::Money
                | Self::Share
        )
    }
}

const MUST_BE_WHOLE: &str = "must be a whole number, 0 or more";
const MUST_BE_PERCENT: &str = "must be a whole number from 1 to 100";
const MUST_BE_BOOLEAN: &str = "must be a boolean value: 1, true, yes, on, 0, false, no, off";
const MUST_BE_CURRENCY: &str = "must be a currency of ISO 4217, such as USD";
const MUST_BE_IDS: &str = "must be a valid array of integers";
const MUST_BE_TEXTS: &str = "must be an array of strings";
const MUST_BE_EMAILS: &str = "must be an array of emails";

fn one_of(choices: &[Choice]) -> String {
    let names: Vec<&str> = choices.iter().map(|choice| choice.name).collect();
    format!("must be one of: {}", names.join(", "))
}

/// `1 true yes on 0 false no off` in any case, as text, number or JSON boolean (COMPATIBILITY.md 8).
pub(crate) fn boolean(input: &Input) -> Result<bool, String> {
    if let Input::Bool(truth) = input {
        return Ok(*truth);
    }
    match input.as_text().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" | "on" => Ok(true),
        "0" | "false" | "no" | "off" => Ok(false),
        _ => Err(MUST_BE_BOOLEAN.to_owned()),
    }
}

pub(crate) fn decimal(input: &Input) -> Result<Decimal, String> {
    input.as_text().unwrap_or_default().parse().map_err(|error: crate::DecimalError| error.to_string())
}

fn count(input: &Input) -> Result<i64, String> {
    match decimal(input) {
        Ok(number) if number.is_whole() && number >= Decimal::ZERO => Ok(number.trunc()),
        // Revisions and ids may be larger than a decimal.
        _ => input
            .as_text()
            .filter(|text| text.bytes().all(|b| b.is_ascii_digit()))
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| MUST_BE_WHOLE.to_owned()),
    }
}

fn line(input: &Input, max: usize) -> Result<String, String> {
    text::line(input.as_text().ok_or("must be a string")?, max)
}

fn currency(input: &Input) -> Result<String, String> {
    let code = input.as_text().unwrap_or_default().trim().to_ascii_uppercase();
    let known = code.len() == 3 && CURRENCIES.split(' ').any(|known| known == code);
    if known { Ok(code) } else { Err(MUST_BE_CURRENCY.to_owned()) }
}

fn id(input: &Input) -> Result<Id, String> {
    input.as_text().and_then(Id::parse).ok_or_else(|| MUST_BE_IDS.to_owned())
}

/// The items of a list, of one bare item, or of a text with commas.
fn items(input: &Input) -> Vec<Input> {
    match input {
        Input::List(items) => items.iter().filter(|item| !item.is_blank()).cloned().collect(),
        Input::Text(text) => {
            text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(Input::from).collect()
        }
        other => vec![other.clone()],
    }
}

/// Reads each item, drops repeats, and holds the list to `most`. Lists are short: a look at each item kept so far
/// is cheap, and brings no hash table into the browser.
fn list<T>(
    input: &Input,
    most: usize,
    read: impl Fn(&Input) -> Result<T, String>,
    is_repeat: impl Fn(&T, &T) -> bool,
) -> Result<Vec<T>, String> {
    let items = items(input);
    if items.len() > most {
        return Err(format!("must have at most {most} entries: it has {}", items.len()));
    }
    let mut kept: Vec<T> = Vec::new();
    for item in &items {
        let item = read(item)?;
        if !kept.iter().any(|other| is_repeat(other, &item)) {
            kept.push(item);
        }
    }
    Ok(kept)
}

fn ids(input: &Input) -> Result<Vec<Id>, String> {
    list(input, MOST_MEMBERS, id, Id::eq)
}

fn texts(input: &Input) -> Result<Vec<String>, String> {
    let read = |item: &Input| line(item, 255).map_err(|_| MUST_BE_TEXTS.to_owned());
    list(input, MOST_MEMBERS, read, String::eq)
}

fn emails(input: &Input) -> Result<Vec<String>, String> {
    let read = |item: &Input| text::email(item.as_text().ok_or(MUST_BE_EMAILS)?);
    list(input, MOST_EMAILS, read, |one, other| text::email_identity(one) == text::email_identity(other))
}

/// The currencies of ISO 4217 that people pay with.
const CURRENCIES: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP \
    BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF \
    GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD \
    LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR \
    PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY \
    TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG";
