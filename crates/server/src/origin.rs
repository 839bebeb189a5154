//! [`Origins`]: the addresses at which people see this server, and what hangs on them: which pages may write with a
//! session, the start of absolute links, and the session's cookie.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use axum::http::{HeaderMap, HeaderValue, header};

/// How long a session lasts, in seconds (DOMAIN.md, "Sessions").
pub(crate) const SESSION_SECONDS: i64 = 30 * 24 * 60 * 60;

const COOKIE: &str = "buyer_groups_session";
/// Browsers take this name only over https, for the whole host and from the host itself.
const SECURE_COOKIE: &str = "__Host-buyer_groups_session";

/// One address without a path: scheme, host and port, as browsers write it in `Origin`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

impl FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim_end_matches('/').to_ascii_lowercase();
        let rule = || format!("“{text}” must be like https://groups.example.com, without a path");
        let (scheme, host) = text.split_once("://").ok_or_else(rule)?;
        let is_host = !host.is_empty()
            && !host.contains(['/', '?', '#', '@', ' '])
            && text.parse::<HeaderValue>().is_ok();
        let without_default_port = match scheme {
            "http" => host.strip_suffix(":80"),
            "https" => host.strip_suffix(":443"),
            _ => return Err(rule()),
        };
        if !is_host {
            return Err(rule());
        }
        Ok(Self(format!("{scheme}://{}", without_default_port.unwrap_or(host))))
    }
}

impl Origin {
    /// As browsers write it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn host(&self) -> &str {
        self.0.split_once("://").map_or("", |(_, host)| host)
    }

    fn is_secure(&self) -> bool {
        self.0.starts_with("https://")
    }
}

/// Every address at which the server is seen; the first is the one to tell people.
#[derive(Clone, Debug)]
pub struct Origins(Vec<Origin>);

impl Origins {
    /// The public addresses, or, when none are given, the one that is listened on.
    #[must_use]
    pub fn new(public: Vec<Origin>, listen: SocketAddr) -> Self {
        if !public.is_empty() {
            return Self(public);
        }
        let ip = listen.ip();
        let own = match ip {
            _ if ip.is_unspecified() => "127.0.0.1".to_owned(),
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        let mut hosts = vec![own];
        if ip.is_loopback() || ip.is_unspecified() {
            hosts.push("localhost".to_owned());
        }
        let at_port = |host: String| format!("http://{host}:{}", listen.port()).parse().ok();
        let origins = hosts.into_iter().filter_map(at_port).collect();
        Self(origins)
    }

    /// The start of every absolute link.
    #[must_use]
    pub fn main(&self) -> &str {
        self.0.first().map_or("", |origin| origin.0.as_str())
    }

    /// The start of absolute links for a reader who came by that `Host`.
    pub(crate) fn of(&self, headers: &HeaderMap) -> &str {
        self.seen_by(headers).map_or("", |origin| origin.0.as_str())
    }

    fn seen_by(&self, headers: &HeaderMap) -> Option<&Origin> {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        self.0.iter().find(|origin| origin.host().eq_ignore_ascii_case(host)).or(self.0.first())
    }

    /// Whether pages of that origin may write with a session.
    pub(crate) fn accepts(&self, origin: &HeaderValue) -> bool {
        self.0.iter().any(|own| origin.as_bytes().eq_ignore_ascii_case(own.0.as_bytes()))
    }

    /// Whether a browser would have to come over https.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        !self.0.is_empty() && self.0.iter().all(Origin::is_secure)
    }

    /// The token in the session's cookie.
    pub(crate) fn session_cookie(&self, headers: &HeaderMap) -> Option<String> {
        let name = self.cookie_name(headers);
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        cookies.flat_map(|list| list.split(';')).find_map(|cookie| {
            let (own, value) = cookie.trim().split_once('=')?;
            (own == name && !value.is_empty()).then(|| value.to_owned())
        })
    }

    /// The `Set-Cookie` that starts a session.
    pub(crate) fn start_session(&self, headers: &HeaderMap, token: &str) -> String {
        self.cookie(headers, token, SESSION_SECONDS)
    }

    /// The `Set-Cookie` that ends it.
    pub(crate) fn end_session(&self, headers: &HeaderMap) -> String {
        self.cookie(headers, "", 0)
    }

    fn cookie(&self, headers: &HeaderMap, value: &str, seconds: i64) -> String {
        let name = self.cookie_name(headers);
        let secure = if name == SECURE_COOKIE { "; Secure" } else { "" };
        format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
    }

    fn cookie_name(&self, headers: &HeaderMap) -> &'static str {
        if self.seen_by(headers).is_some_and(Origin::is_secure) { SECURE_COOKIE } else { COOKIE }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origins(public: &[&str]) -> Origins {
        let public = public.iter().map(|text| text.parse().unwrap()).collect();
        Origins::new(public, "127.0.0.1:8080".parse().unwrap())
    }

    fn host(host: &'static str) -> HeaderMap {
        [(header::HOST, HeaderValue::from_static(host))].into_iter().collect()
    }

    #[test]
    fn the_address_listened_on_is_the_default() {
        assert_eq!(origins(&[]).main(), "http://127.0.0.1:8080");
        assert!(origins(&[]).accepts(&HeaderValue::from_static("http://localhost:8080")));
        assert!(!origins(&[]).accepts(&HeaderValue::from_static("http://evil.example")));
        assert!(!origins(&[]).accepts(&HeaderValue::from_static("null")));
        assert_eq!(Origins::new(Vec::new(), "0.0.0.0:80".parse().unwrap()).main(), "http://127.0.0.1");
    }

    #[test]
    fn an_origin_is_what_browsers_send() {
        assert_eq!(
            "HTTPS://Groups.example.com:443/".parse::<Origin>().unwrap().0,
            "https://groups.example.com"
        );
        for text in
            ["groups.example.com", "ftp://a.b", "https://", "https://a/b", "https://a b", "https://u@a"]
        {
            assert!(text.parse::<Origin>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_cookie_is_locked_to_the_host_on_https() {
        let origins = origins(&["https://groups.example.com", "http://10.0.0.1:8080"]);
        assert_eq!(
            origins.start_session(&host("groups.example.com"), "abc"),
            "__Host-buyer_groups_session=abc; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure"
        );
        assert!(
            origins.start_session(&host("10.0.0.1:8080"), "abc").starts_with("buyer_groups_session=abc;")
        );
        let mut headers = host("groups.example.com");
        headers.insert(header::COOKIE, HeaderValue::from_static("a=b; __Host-buyer_groups_session=abc"));
        assert_eq!(origins.session_cookie(&headers).as_deref(), Some("abc"));
    }
}
