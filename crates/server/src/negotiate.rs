//! In which form an answer leaves: the suffix of the path beats `?format=`, which beats Accept (COMPATIBILITY.md 2).

use std::borrow::Cow;

use axum::http::{HeaderMap, header};
use domain::Format;

use crate::error::Refusal;

/// What the suffix `.json` or `.csv` of the path asked for; set by [`without_suffix`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Suffix(pub(crate) Format);

/// `//api/v1//buyer_groups` as `/api/v1/buyer_groups`: clients that join a base address and a path by hand send it, and
/// Rails takes it. Paths that are not the API's stay as they are.
pub(crate) fn with_single_slashes(path: &str) -> Cow<'_, str> {
    if !path.contains("//") {
        return path.into();
    }
    let single: String =
        path.split('/').filter(|part| !part.is_empty()).flat_map(|part| ["/", part]).collect();
    if single.starts_with("/api/") { single.into() } else { path.into() }
}

/// Splits a suffix off the path of an API call; slashes at the end are no part of it either.
pub(crate) fn without_suffix(path: &str) -> (&str, Option<Suffix>) {
    let path = if path.len() > 1 { path.trim_end_matches('/') } else { path };
    let is_record = path.starts_with("/api/v1/");
    match path.rsplit_once('.') {
        Some((stem, "json")) if is_record => (stem, Some(Suffix(Format::Json))),
        Some((stem, "csv")) if is_record => (stem, Some(Suffix(Format::Csv))),
        _ => (path, None),
    }
}

/// The form of an answer that can be had in both.
pub(crate) fn format(
    suffix: Option<Suffix>,
    param: Option<&str>,
    headers: &HeaderMap,
) -> Result<Format, Refusal> {
    if let Some(Suffix(format)) = suffix {
        return Ok(format);
    }
    match param.map(|name| name.trim().to_ascii_lowercase()).as_deref() {
        Some("json") => Ok(Format::Json),
        Some("csv") => Ok(Format::Csv),
        None | Some("") => Ok(accepted(headers)),
        Some(_) => Err(Refusal::invalid("format", "Format", "must be one of: json, csv")),
    }
}

/// CSV only for who prefers it: whoever accepts neither gets JSON, as every client of the API reads it.
fn accepted(headers: &HeaderMap) -> Format {
    let accept: Vec<&str> =
        headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    if accept.is_empty() {
        return Format::Json;
    }
    let accept = accept.join(",");
    if quality(&accept, "text", "csv") > quality(&accept, "application", "json") {
        Format::Csv
    } else {
        Format::Json
    }
}

/// How much a media type is wanted, in thousandths; the most specific range counts (RFC 9110, 12.5.1).
fn quality(accept: &str, kind: &str, subtype: &str) -> u32 {
    let exact = format!("{kind}/{subtype}");
    let of_kind = format!("{kind}/*");
    let ranges = accept.split(',').filter_map(|range| {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next()?.to_ascii_lowercase();
        let specificity = match name.as_str() {
            name if name == exact => 3,
            name if name == of_kind => 2,
            "*/*" => 1,
            _ => return None,
        };
        let q = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        let q = q.and_then(|q| q.parse::<f32>().ok()).unwrap_or(1.0).clamp(0.0, 1.0);
        Some((specificity, (q * 1000.0) as u32))
    });
    ranges.max().map_or(0, |(_, quality)| quality)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_suffix_leaves_the_path() {
        let split = |path| {
            let (path, suffix) = without_suffix(path);
            (path.to_owned(), suffix.map(|Suffix(format)| format))
        };
        assert_eq!(split("/api/v1/buyer_groups.csv"), ("/api/v1/buyer_groups".to_owned(), Some(Format::Csv)));
        assert_eq!(
            split("/api/v1/buyer_groups/1.json/"),
            ("/api/v1/buyer_groups/1".to_owned(), Some(Format::Json))
        );
        assert_eq!(split("/api/openapi.json"), ("/api/openapi.json".to_owned(), None));
        assert_eq!(split("/"), ("/".to_owned(), None));
        assert_eq!(split("/api/v1/buyer_groups.xml").1, None);
    }

    #[test]
    fn slashes_are_single_in_the_api_only() {
        assert_eq!(with_single_slashes("//api/v1//buyer_groups//"), "/api/v1/buyer_groups");
        assert_eq!(with_single_slashes("/api/v1/buyer_groups/"), "/api/v1/buyer_groups/");
        assert_eq!(with_single_slashes("//elsewhere.example"), "//elsewhere.example");
    }

    #[test]
    fn suffix_beats_parameter_beats_header() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, "text/csv".parse().unwrap());
        let json = Some(Suffix(Format::Json));
        assert_eq!(format(json, Some("csv"), &headers).unwrap(), Format::Json);
        assert_eq!(format(None, Some("json"), &headers).unwrap(), Format::Json);
        assert_eq!(format(None, None, &headers).unwrap(), Format::Csv);
        assert!(format(None, Some("xml"), &headers).is_err());
    }

    #[test]
    fn accept_is_weighed() {
        for (accept, expected) in [
            ("*/*", Format::Json),
            ("text/html", Format::Json),
            ("text/csv, */*", Format::Json),
            ("text/csv, */*;q=0.1", Format::Csv),
            ("application/json;q=0.5, text/csv", Format::Csv),
            ("application/json, text/csv;q=0.9", Format::Json),
            ("text/*", Format::Csv),
            (",;q=x", Format::Json),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, accept.parse().unwrap());
            assert_eq!(format(None, None, &headers).unwrap(), expected, "{accept}");
        }
    }
}
