//! [`Route`]: every address that the page has; [`Query`]: what stands after the question mark.
//!
//! An address is parsed and printed here and nowhere else. The query string has the API's own names, so that a link
//! to a list is also a request for it.

use std::fmt;

use domain::Resource;
use yew::AttrValue;

/// An address of the admin page, without its anchor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// The start, which is the list of groups.
    Home,
    /// Where a sign-in address leads; its token stands in the anchor.
    SignIn,
    /// A list, as narrowed and sorted by the query.
    List(Resource, Query),
    /// The form for a new record.
    New(Resource),
    /// The form for a new record, filled in from the one with that id or uuid.
    Copy(Resource, AttrValue),
    /// One record by its id or uuid, shown and edited in one place.
    Record(Resource, AttrValue),
    /// Who gets the next call, of the offer and at the time that the query names.
    Routing(Query),
    /// How full every cap is.
    Caps(Query),
    /// Name, time zone and currency of the company.
    Company,
    /// Any other address.
    NotFound,
}

impl Route {
    /// The plain list of a resource.
    #[must_use]
    pub fn list(resource: Resource) -> Self {
        Self::List(resource, Query::default())
    }

    /// The page of one record.
    #[must_use]
    pub fn record(resource: Resource, id: domain::Id) -> Self {
        Self::Record(resource, id.to_string().into())
    }

    /// Reads the path and the query string (with or without its question mark) of an address.
    #[must_use]
    pub fn parse(path: &str, search: &str) -> Self {
        let mut parts = path.trim_matches('/').split('/');
        let (first, second, third, rest) = (parts.next(), parts.next(), parts.next(), parts.next());
        let listed = |name: &str| Resource::WITH_LIST.into_iter().find(|resource| resource.plural() == name);
        match (first.unwrap_or_default(), second, third, rest) {
            ("", None, ..) => Self::Home,
            ("sign-in", None, ..) => Self::SignIn,
            ("routing", None, ..) => Self::Routing(Query::parse(search)),
            ("caps", None, ..) => Self::Caps(Query::parse(search)),
            ("settings", Some("company"), None, _) => Self::Company,
            (name, second, third, None) => match (listed(name), second, third) {
                (Some(resource), None, _) => Self::List(resource, Query::parse(search)),
                (Some(resource), Some("new"), None) if resource.is_edited() => {
                    match Query::parse(search).get(COPY) {
                        id if names_a_record(id) => Self::Copy(resource, id.to_owned().into()),
                        _ => Self::New(resource),
                    }
                }
                (Some(resource), Some(id), None | Some("edit")) if names_a_record(id) => {
                    Self::Record(resource, id.to_owned().into())
                }
                _ => Self::NotFound,
            },
            _ => Self::NotFound,
        }
    }

    /// Whether both are the same page, perhaps of another query: then neither focus nor scroll move.
    #[must_use]
    pub fn same_page(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::List(one, _), Self::List(two, _)) => one == two,
            (Self::Routing(_), Self::Routing(_)) => true,
            (Self::Caps(_), Self::Caps(_)) => true,
            _ => self == other,
        }
    }
}

impl fmt::Display for Route {
    /// The address, from its first slash on.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Home | Self::NotFound => f.write_str("/"),
            Self::SignIn => f.write_str("/sign-in"),
            Self::List(resource, query) => with_query(f, resource.plural(), query),
            Self::Routing(query) => with_query(f, "routing", query),
            Self::Caps(query) => with_query(f, "caps", query),
            Self::New(resource) => write!(f, "/{}/new", resource.plural()),
            Self::Copy(resource, id) => write!(f, "/{}/new?{COPY}={id}", resource.plural()),
            Self::Record(resource, id) => write!(f, "/{}/{id}", resource.plural()),
            Self::Company => f.write_str("/settings/company"),
        }
    }
}

fn with_query(f: &mut fmt::Formatter<'_>, path: &str, query: &Query) -> fmt::Result {
    write!(f, "/{path}")?;
    if query.is_empty() { Ok(()) } else { write!(f, "?{query}") }
}

/// Names the record that a new one is filled in from.
const COPY: &str = "copy";

/// An id, or a uuid.
fn names_a_record(text: &str) -> bool {
    let is_uuid = text.len() == 36 && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    is_uuid || domain::Id::parse(text).is_some()
}

/// Named texts in their order, each name once and none of them blank.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads a query string, with or without its question mark.
    #[must_use]
    pub fn parse(search: &str) -> Self {
        let mut query = Self::default();
        for pair in search.trim_start_matches('?').split('&') {
            let (name, text) = pair.split_once('=').unwrap_or((pair, ""));
            query.set(&decode(name), &decode(text));
        }
        query
    }

    /// The text of a name; blank when it is not there.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(own, _)| own == name).map_or("", |(_, text)| text)
    }

    /// The parts of a text with commas between them.
    pub fn list(&self, name: &str) -> impl Iterator<Item = &str> {
        self.get(name).split(',').map(str::trim).filter(|part| !part.is_empty())
    }

    /// Gives a name its text; a blank one takes it away.
    pub fn set(&mut self, name: &str, text: &str) {
        let name = name.trim();
        let at = self.0.iter().position(|(own, _)| own == name);
        match at {
            Some(at) if text.trim().is_empty() => drop(self.0.remove(at)),
            Some(at) => text.clone_into(&mut self.0[at].1),
            None if text.trim().is_empty() || name.is_empty() => {}
            None => self.0.push((name.to_owned(), text.to_owned())),
        }
    }

    /// The same with another text.
    #[must_use]
    pub fn with(mut self, name: &str, text: &str) -> Self {
        self.set(name, text);
        self
    }

    /// Every name and its text.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// Whether nothing stands in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Query {
    /// As it stands in an address, without a question mark.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, text)) in self.iter().enumerate() {
            if index > 0 {
                f.write_str("&")?;
            }
            encode(f, name)?;
            f.write_str("=")?;
            encode(f, text)?;
        }
        Ok(())
    }
}

/// Percent-encodes what has a meaning in a query string; commas stay, since lists are read by people.
fn encode(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    use fmt::Write;
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b',' => {
                f.write_char(byte.into())?;
            }
            _ => write!(f, "%{byte:02X}")?,
        }
    }
    Ok(())
}

/// Undoes [`encode`] and a plus for a blank; what is no code stays as it is.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let code = (byte == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(code) => {
                decoded.push(code);
                at += 3;
            }
            None => {
                decoded.push(if byte == b'+' { b' ' } else { byte });
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(address: &str) -> Route {
        let (path, search) = address.split_once('?').unwrap_or((address, ""));
        Route::parse(path, search)
    }

    #[test]
    fn an_address_is_printed_as_it_was_read() {
        for address in [
            "/",
            "/sign-in",
            "/buyer_groups",
            "/buyer_groups?fulltext=auto%20west&state=paused,near_cap&order=tier&order_dir=desc&page=2",
            "/buyers?order=name",
            "/offers/new",
            "/buyer_groups/new?copy=123456",
            "/buyer_groups/123456",
            "/buyers/6b1f3c5e-9f3e-4c52-8d70-1f0f6f9f0a11",
            "/caps?state=near",
            "/settings/company",
        ] {
            assert_eq!(parse(address).to_string(), address);
        }
    }

    #[test]
    fn the_addresses_that_records_name_lead_to_one_page() {
        assert_eq!(parse("/buyer_groups/123456/edit"), parse("/buyer_groups/123456/"));
    }

    #[test]
    fn any_other_address_is_not_found() {
        for address in [
            "/calls/new",
            "/routing/100101",
            "/settings",
            "/settings/company/x",
            "/companies",
            "/buyers/x",
            "/buyers/1/history",
            "/buyers/new/edit",
            "/buyers/1/edit/2",
            "/sign-in/x",
            "/buyers/-1",
        ] {
            assert_eq!(parse(address), Route::NotFound, "{address}");
        }
    }

    #[test]
    fn a_query_survives_any_text() {
        for text in ["Jürgen & Söhne = 100 %", "a+b", "#?/", "50%", "%zz", "“quoted”"] {
            let query = Query::default().with("fulltext", text);
            assert_eq!(Query::parse(&query.to_string()).get("fulltext"), text);
        }
        assert_eq!(Query::parse("?fulltext=auto+west&&x").get("fulltext"), "auto west");
    }

    #[test]
    fn blank_takes_a_name_away() {
        let query = Query::parse("page=2&tier=1").with("page", " ");
        assert_eq!(query.to_string(), "tier=1");
        assert!(query.with("tier", "").is_empty());
    }

    #[test]
    fn calls_and_who_gets_the_next_have_addresses() {
        for address in
            ["/calls", "/calls?status=dialing", "/calls/100101", "/routing", "/routing?offer_id=100101"]
        {
            let (path, search) = address.split_once('?').unwrap_or((address, ""));
            let route = Route::parse(path, search);
            assert_ne!(route, Route::NotFound, "{address}");
            assert_eq!(route.to_string(), address);
        }
        assert!(parse("/routing").same_page(&parse("/routing?offer_id=100101")));
    }

    #[test]
    fn a_list_is_one_page_whatever_it_shows() {
        assert!(parse("/buyers").same_page(&parse("/buyers?page=2")));
        assert!(!parse("/buyers").same_page(&parse("/offers")));
        assert!(!parse("/buyers/100101").same_page(&parse("/buyers/100123")));
    }
}
