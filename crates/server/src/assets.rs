//! The admin page and its files, read once at the start: what is not among them cannot be asked for.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use crate::error::{NOT_MODIFIED, OK};
use crate::secret::hex;

const PAGE: &str = "index.html";
/// Encoded forms that may lie beside a file, the shorter first.
const ENCODINGS: [(&str, &str); 2] = [("br", "br"), ("gzip", "gz")];

/// The files of the admin page by their path; none at all when the server has no admin page.
#[derive(Debug, Default)]
pub struct Assets(HashMap<String, File>);

#[derive(Debug)]
struct File {
    media_type: HeaderValue,
    is_hashed: bool,
    plain: Form,
    encoded: Vec<(&'static str, Form)>,
}

/// One form of a file, and its ETag.
#[derive(Debug)]
struct Form {
    bytes: Bytes,
    etag: HeaderValue,
}

impl Assets {
    /// Reads a folder that `trunk build` made.
    ///
    /// # Errors
    /// A sentence for the operator when the folder cannot be read or holds no page.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let mut files = HashMap::new();
        let paths = paths(folder).map_err(|error| {
            format!("The folder of the admin page, {}, cannot be read: {error}.", folder.display())
        })?;
        for path in paths {
            let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            if ENCODINGS.iter().any(|(_, suffix)| name.ends_with(&format!(".{suffix}"))) {
                continue;
            }
            let file = File::read(&path, &name)
                .map_err(|error| format!("{} cannot be read: {error}.", path.display()))?;
            files.insert(name, file);
        }
        if !files.contains_key(PAGE) {
            return Err(format!(
                "The folder {} holds no admin page: build it with `trunk build --release`, or name it with --assets.",
                folder.display()
            ));
        }
        Ok(Self(files))
    }

    /// The page, whatever address it is shown at.
    pub(crate) fn page(&self, headers: &HeaderMap) -> Option<Response> {
        self.0.get(PAGE).map(|file| file.answer(headers))
    }

    /// The file at a path.
    pub(crate) fn file(&self, path: &str, headers: &HeaderMap) -> Option<Response> {
        let name = path.strip_prefix('/').filter(|name| *name != PAGE)?;
        self.0.get(name).map(|file| file.answer(headers))
    }
}

/// Every file in a folder and those within it.
fn paths(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in folder.read_dir()? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(paths(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

impl File {
    fn read(path: &Path, name: &str) -> io::Result<Self> {
        let mut encoded = Vec::new();
        for (coding, suffix) in ENCODINGS {
            let beside = PathBuf::from(format!("{}.{suffix}", path.display()));
            match std::fs::read(&beside) {
                Ok(bytes) => encoded.push((coding, Form::new(bytes))),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Self {
            media_type: HeaderValue::from_static(media_type(name)),
            is_hashed: is_hashed(name),
            plain: Form::new(std::fs::read(path)?),
            encoded,
        })
    }

    fn answer(&self, headers: &HeaderMap) -> Response {
        let accept = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
        let chosen = self.encoded.iter().find(|(coding, _)| accepts(accept.unwrap_or_default(), coding));
        let form = chosen.map_or(&self.plain, |(_, form)| form);
        let cache = if self.is_hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
        let mut response = if is_known(headers, &form.etag) {
            NOT_MODIFIED.into_response()
        } else {
            let mut response = (OK, form.bytes.clone()).into_response();
            response.headers_mut().insert(header::CONTENT_TYPE, self.media_type.clone());
            if let Some((coding, _)) = chosen {
                response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
            }
            response
        };
        let fixed = response.headers_mut();
        fixed.insert(header::ETAG, form.etag.clone());
        fixed.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        fixed.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
        response
    }
}

impl Form {
    fn new(bytes: Vec<u8>) -> Self {
        let digest = hex(Sha256::digest(&bytes).get(..12).unwrap_or_default());
        let etag = HeaderValue::from_str(&format!("\"{digest}\""));
        Self { bytes: bytes.into(), etag: etag.unwrap_or(HeaderValue::from_static("\"\"")) }
    }
}

/// Whether the browser says that it has this very form.
fn is_known(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let tag = etag.to_str().unwrap_or_default();
    known.flat_map(|list| list.split(',')).any(|own| own.trim().trim_start_matches("W/") == tag)
}

/// Whether `Accept-Encoding` has a coding, and not with `q=0`.
fn accepts(accept: &str, coding: &str) -> bool {
    accept.split(',').any(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        let is_named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let is_refused = parts.any(|part| {
            part.strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()).is_some_and(|q| q <= 0.0)
        });
        is_named && !is_refused
    })
}

/// Whether the name carries a hash of the content, as in `panel-1be0b41e1b6ac920_bg.wasm`.
fn is_hashed(name: &str) -> bool {
    /// Trunk writes its 16 digits without leading zeros; one hash in 16^5 has fewer digits than this.
    const FEWEST_DIGITS: usize = 12;
    let is_hash = |part: &str| part.len() >= FEWEST_DIGITS && part.bytes().all(|b| b.is_ascii_hexdigit());
    name.split(['-', '_', '.', '/']).any(is_hash)
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, suffix)| suffix) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("json" | "webmanifest") => "application/json",
        Some("txt" | "ts") => "text/plain; charset=utf-8",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_seen_also_without_its_leading_zeros() {
        for name in
            ["app-9b36de3c696c8d4.css", "panel-1be0b41e1b6ac920_bg.wasm", "snippets/a-1be0b41e1b6ac920/b.js"]
        {
            assert!(is_hashed(name), "{name}");
        }
        for name in ["index.html", "favicon.svg", "decade.css", "panel.wasm"] {
            assert!(!is_hashed(name), "{name}");
        }
    }

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("index.html", "<!doctype html>"),
            ("panel-1be0b41e1b6ac920_bg.wasm", "plain"),
            ("panel-1be0b41e1b6ac920_bg.wasm.br", "brotli"),
            ("panel-1be0b41e1b6ac920_bg.wasm.gz", "gzip"),
        ] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    fn encoding(accept: &'static str) -> (Option<String>, HeaderMap) {
        let headers = [(header::ACCEPT_ENCODING, HeaderValue::from_static(accept))].into_iter().collect();
        let assets = Assets::read(folder().path()).unwrap();
        let response = assets.file("/panel-1be0b41e1b6ac920_bg.wasm", &headers).unwrap();
        let coding = response.headers().get(header::CONTENT_ENCODING);
        (coding.map(|coding| coding.to_str().unwrap().to_owned()), response.headers().clone())
    }

    #[test]
    fn the_shortest_form_that_the_browser_takes() {
        assert_eq!(encoding("gzip, deflate, br").0.as_deref(), Some("br"));
        assert_eq!(encoding("gzip, br;q=0").0.as_deref(), Some("gzip"));
        assert_eq!(encoding("identity").0, None);
        let headers = encoding("br").1;
        assert_eq!(headers["vary"], "accept-encoding");
        assert_eq!(headers["cache-control"], "public, max-age=31536000, immutable");
        assert_eq!(headers["content-type"], "application/wasm");
        assert_ne!(headers["etag"], encoding("gzip").1["etag"]);
    }

    #[test]
    fn what_the_browser_has_is_not_sent_again() {
        let assets = Assets::read(folder().path()).unwrap();
        let first = assets.page(&HeaderMap::new()).unwrap();
        assert_eq!(first.headers()["cache-control"], "no-cache");
        let headers = [(header::IF_NONE_MATCH, first.headers()["etag"].clone())].into_iter().collect();
        assert_eq!(assets.page(&headers).unwrap().status(), NOT_MODIFIED);
    }

    #[test]
    fn nothing_but_what_was_read_can_be_asked_for() {
        let assets = Assets::read(folder().path()).unwrap();
        for path in
            ["/../Cargo.toml", "//etc/passwd", "/index.html", "/panel-1be0b41e1b6ac920_bg.wasm.br", "/"]
        {
            assert!(assets.file(path, &HeaderMap::new()).is_none(), "{path}");
        }
    }

    #[test]
    fn a_folder_without_a_page_is_named() {
        let empty = tempfile::tempdir().unwrap();
        assert!(Assets::read(empty.path()).unwrap_err().contains("holds no admin page"));
        assert!(Assets::read(&empty.path().join("none")).unwrap_err().contains("cannot be read"));
    }
}
