//! The records that were opened last, kept in this browser by company and person, for the palette at rest.

use crate::browser;
use crate::route::Route;
use crate::session::UseSession;

/// So many are kept.
const MOST: usize = 6;

/// Where they are kept: one a line, its address and its name with a tab between them.
fn place(session: &UseSession) -> String {
    let session = &session.session;
    ["buyer-groups-recent ", &session.company.name, " ", &session.user.email].concat()
}

/// Remembers that a record was opened.
pub fn note(session: &UseSession, route: &Route, name: &str) {
    let Some(storage) = browser::storage() else { return };
    let place = place(session);
    let before = storage.get_item(&place).ok().flatten().unwrap_or_default();
    // A storage that is full or forbidden keeps nothing, and nothing is shown.
    let _ = storage.set_item(&place, &with(&before, &route.to_string(), name));
}

/// The records that were opened last, the latest first: where they are, and their names.
pub(super) fn read(session: Option<&UseSession>) -> Vec<(Route, String)> {
    let kept = session.and_then(|session| browser::storage()?.get_item(&place(session)).ok()?);
    let entry = |line: &str| {
        let (address, name) = line.split_once('\t')?;
        Some((Route::parse(address, ""), name.to_owned()))
    };
    kept.unwrap_or_default().lines().filter_map(entry).collect()
}

fn with(before: &str, address: &str, name: &str) -> String {
    let mut lines = [address, "\t", name].concat();
    let is_other = |line: &&str| line.split('\t').next() != Some(address);
    for line in before.lines().filter(is_other).take(MOST - 1) {
        lines.push('\n');
        lines.push_str(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::with;

    #[test]
    fn the_latest_comes_first_and_each_once() {
        let first = with("", "/buyers/1", "Ann");
        let second = with(&first, "/offers/2", "Solar");
        assert_eq!(with(&second, "/buyers/1", "Anna"), "/buyers/1\tAnna\n/offers/2\tSolar");
    }

    #[test]
    fn only_so_many_are_kept() {
        let addresses = ["/1", "/2", "/3", "/4", "/5", "/6", "/7", "/8"];
        let all = addresses.iter().fold(String::new(), |before, address| with(&before, address, "A"));
        assert_eq!(all.lines().count(), super::MOST);
        assert!(all.starts_with("/8\t"));
    }
}
