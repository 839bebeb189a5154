//! `validateBuyerGroup`: the rules of a buyer group for JavaScript, the same that the form and the server keep.

use domain::{Change, Input, Intent, Key, Params, Resource, Violation, ZoneNames};
use js_sys::{BigInt, JSON, JsString};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use crate::form::zones::BrowserZones;
use crate::json;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("validate.d.ts");

/// A draft may be nested as deep as a body that the server takes (COMPATIBILITY.md 3).
const DEEPEST: usize = 64;

/// What the rules say about a draft.
#[derive(Debug, PartialEq, Serialize)]
#[serde(untagged)]
enum Verdict {
    Holds { ok: bool, change: Change },
    Breaks { ok: bool, violations: Vec<Violation> },
}

impl Verdict {
    fn breaks(violations: Vec<Violation>) -> Self {
        Self::Breaks { ok: false, violations }
    }
}

/// Judges the draft of a buyer group, whatever it is. No draft makes it fail: only that the rules, which are a part of
/// the module of their own, cannot be fetched.
#[wasm_bindgen(js_name = validateBuyerGroup, skip_typescript)]
pub async fn validate_buyer_group(draft: JsValue) -> Result<JsValue, JsError> {
    rules(draft).await.map_err(|_| JsError::new("The rules of buyer groups could not be loaded."))
}

#[wasm_split(record, fallible)]
fn rules(draft: JsValue) -> Result<JsValue, SplitLoaderError> {
    let draft = &draft;
    let verdict = match plain(draft) {
        Some(draft) => judge(draft, &BrowserZones),
        None => judge(Input::Null, &BrowserZones),
    };
    // The verdict holds texts, numbers and lists only, which always can be told.
    Ok(verdict.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or(JsValue::NULL))
}

/// The draft as it would be sent: a copy without functions, cycles or accessors that throw. Numbers that JSON would
/// turn into null, which would clear a limit, become texts that no rule takes.
fn plain(draft: &JsValue) -> Option<Input> {
    let keep = Closure::<dyn Fn(JsValue, JsValue) -> JsValue>::new(|_key, value: JsValue| {
        if value.as_f64().is_some_and(|number| !number.is_finite()) {
            return JsValue::from("NaN");
        }
        if let Some(number) = value.dyn_ref::<BigInt>() {
            return number.to_string(10).map_or(JsValue::NULL, JsValue::from);
        }
        value
    });
    let text: JsString = JSON::stringify_with_replacer(draft, keep.as_ref()).ok()?;
    if !text.is_string() || depth(&String::from(&text)) > DEEPEST {
        return None;
    }
    Some(json::parse(&String::from(text)))
}

/// How deep lists and objects stand in each other in a JSON text.
fn depth(json: &str) -> usize {
    let (mut now, mut deepest, mut in_text, mut escaped) = (0_usize, 0, false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => {
                now += 1;
                deepest = deepest.max(now);
            }
            b']' | b'}' if !in_text => now = now.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// A draft with an id is a change of that group, where only what is in it counts; any other is a new group.
fn judge(draft: Input, zones: &dyn ZoneNames) -> Verdict {
    let Input::Map(members) = draft else {
        return Verdict::breaks(vec![Violation::new(
            "",
            "The draft",
            "must be an object that JSON can hold",
        )]);
    };
    let params = members.into_iter().collect::<Params>().unwrapped(Resource::BuyerGroup);
    let is_known = params.get(&Key::Id.name()).is_some_and(|id| !id.is_blank());
    let intent = if is_known { Intent::Update } else { Intent::Create };
    match Change::parse(Resource::BuyerGroup, intent, &params, &[], zones) {
        Ok(parsed) => Verdict::Holds { ok: true, change: parsed.change },
        Err(violations) => Verdict::breaks(violations),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::form::zones::NoZones;

    fn draft(members: &[(&str, Input)]) -> Input {
        Input::Map(members.iter().map(|(name, input)| ((*name).to_owned(), input.clone())).collect())
    }

    fn sentences(verdict: &Verdict) -> Vec<String> {
        match verdict {
            Verdict::Holds { .. } => Vec::new(),
            Verdict::Breaks { violations, .. } => violations.iter().map(Violation::sentence).collect(),
        }
    }

    #[test]
    fn a_new_group_gets_its_defaults() {
        let Verdict::Holds { ok: true, change } =
            judge(draft(&[("name", " West ".into()), ("attempt_daily_limit", "$1,500".into())]), &NoZones)
        else {
            panic!("it holds")
        };
        let shown: Vec<String> =
            change.iter().map(|(key, value)| format!("{}={value}", key.name())).collect();
        assert!(shown.contains(&"name=West".to_owned()), "{shown:?}");
        assert!(shown.contains(&"attempt_daily_limit=1500".to_owned()), "{shown:?}");
        assert!(shown.contains(&"weight=1".to_owned()), "{shown:?}");
    }

    #[test]
    fn a_draft_with_an_id_is_a_change() {
        let id = Input::Number("123456".to_owned());
        let verdict = judge(draft(&[("id", id), ("tier", "1,5".into())]), &NoZones);
        assert_eq!(sentences(&verdict), ["Tier must be a decimal number: use a point instead of the comma."]);
    }

    #[test]
    fn every_rule_is_told_at_once() {
        let verdict = judge(
            draft(&[("weight", "-1".into()), ("paused", "perhaps".into()), ("x", "y".into())]),
            &NoZones,
        );
        assert_eq!(sentences(&verdict).len(), 3, "{verdict:?}");
    }

    #[test]
    fn what_is_no_object_is_no_draft() {
        for input in [Input::Null, "x".into(), Input::List(Vec::new()), Input::Bool(true)] {
            assert_eq!(
                sentences(&judge(input, &NoZones)),
                ["The draft must be an object that JSON can hold."]
            );
        }
    }

    #[test]
    fn the_types_name_every_field_that_can_be_written() {
        let types = include_str!("validate.d.ts");
        for field in Resource::BuyerGroup.writable() {
            match field.key {
                Key::Limit(metric, window) => {
                    for part in [metric.name(), window.name()] {
                        assert!(types.contains(&format!("\"{part}\"")), "{part}");
                    }
                }
                _ => assert!(types.contains(&format!("  {}?:", field.name)), "{}", field.name),
            }
        }
    }

    proptest! {
        #[test]
        fn the_depth_of_any_text_is_told(text in any::<String>()) {
            prop_assert!(depth(&text) <= text.len());
        }
    }

    #[test]
    fn brackets_in_texts_are_no_depth() {
        assert_eq!(depth(r#"{"a":["[[[\"[",{"b":[]}]}"#), 4);
    }
}
