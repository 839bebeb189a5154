//! [`Board`]: the groups that compete for the calls of an offer, as they are and as they might be.

use std::rc::Rc;

use domain::field::Column;
use domain::{
    Candidate, Caps, Decimal, Decision, Eligibility, Id, Key, Need, Opening, Reason, Resource, Standing,
    State, Traced, Value, Window,
};

use super::edits::Edits;
use crate::api::{Answer, Api, Line};
use crate::form::reading::all;
use crate::pages::group::caps_of;
use crate::record::Record;
use crate::route::Query;

/// What is read of a group.
fn columns() -> Vec<Key> {
    const PLAIN: [Key; 13] = [
        Key::Id,
        Key::Name,
        Key::Revision,
        Key::Tier,
        Key::Weight,
        Key::Paused,
        Key::State,
        Key::DialBuyersType,
        Key::BuyersCount,
        Key::TimeZone,
        Key::Hours,
        Key::ConcurrencyCapLimit,
        Key::ConcurrencyCapUsed,
    ];
    let counted = Resource::BuyerGroup.fields().iter().filter(|field| field.column != Column::No);
    let counted = counted.map(|field| field.key);
    let counted = counted.filter(|key| matches!(key, Key::Used(..) | Key::Limit(..) | Key::ResetsAt(_)));
    PLAIN.into_iter().chain(counted).collect()
}

/// The groups of an offer, and what the server says of each.
#[derive(Clone, Debug, PartialEq)]
pub struct Board {
    /// The groups, in no order.
    pub groups: Vec<Rc<Record>>,
    /// What a call would find, in the routing order.
    pub lines: Vec<Line>,
    /// What a call of the offer is expected to bring.
    pub expected: Decimal,
}

/// A group as it is and as it might be.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The group.
    pub group: Rc<Record>,
    /// Its id.
    pub id: Id,
    /// As it is.
    pub before: Traced,
    /// As it might be.
    pub after: Traced,
    /// Its caps, as they might be.
    pub caps: Caps,
}

impl Board {
    /// Reads the groups of an offer and what a call at that time would find.
    ///
    /// # Errors
    /// When one of both is not sent.
    pub async fn read(api: &Api, offer: &Record, at: &str) -> Answer<Self> {
        let id = offer.get(Key::Id).clone();
        let query = Query::default().with(&Key::OfferId.name(), &id.to_string());
        let groups = all(api, Resource::BuyerGroup, query, &columns()).await?;
        let lines = api.preview_call(&[(Key::OfferId, id)], at).await?.candidates;
        Ok(Self { groups, lines, expected: offer.number(Key::ExpectedRevenue).unwrap_or_default() })
    }

    /// The groups under the tiers in which they would stand; within one in the order in which they do stand, so that no
    /// row leaves while its weight is typed.
    #[must_use]
    pub fn rows(&self, edits: &Edits) -> Vec<Row> {
        let listed =
            || self.lines.iter().filter_map(|line| Some((line, self.group(line.traced.candidate.group)?)));
        let before = listed().map(|(line, _)| line.traced.candidate.clone()).collect();
        let after = listed().map(|(line, group)| self.might_be(line, group, edits)).collect();
        let before = Decision::undrawn(before).traced;
        let row = |after: Traced| {
            let id = after.candidate.group;
            let before = before.iter().find(|one| one.candidate.group == id)?.clone();
            let group = self.group(id)?.clone();
            let caps = caps_of(Some(&group), |key| edits.value(&group, key));
            Some(Row { group, id, before, after, caps })
        };
        let mut rows: Vec<Row> = Decision::undrawn(after).traced.into_iter().filter_map(row).collect();
        let place = |id: Id| self.lines.iter().position(|line| line.traced.candidate.group == id);
        rows.sort_by_key(|row| (row.after.candidate.tier, place(row.id)));
        rows
    }

    fn group(&self, id: Id) -> Option<&Rc<Record>> {
        self.groups.iter().find(|group| group.id() == Some(id))
    }

    /// A candidate with what was typed for its group.
    fn might_be(&self, line: &Line, group: &Record, edits: &Edits) -> Candidate {
        let was = &line.traced.candidate;
        if !edits.touches(was.group) {
            return was.clone();
        }
        let decimal = |key, kept| edits.value(group, key).as_decimal().unwrap_or(kept);
        Candidate {
            group: was.group,
            tier: decimal(Key::Tier, was.tier),
            weight: decimal(Key::Weight, was.weight),
            eligibility: self.judged(&was.eligibility, group, edits),
        }
    }

    /// What speaks against a group with what was typed. What does not depend on that, only the server knows: its hours,
    /// its buyers.
    fn judged(&self, was: &Eligibility, group: &Record, edits: &Edits) -> Eligibility {
        let caps = caps_of(Some(group), |key| edits.value(group, key));
        let buyers = group.get(Key::BuyersCount).as_int().unwrap_or(1);
        let at_once = group.get(Key::DialBuyersType).as_text() == Some("simultaneously");
        let need = Need { attempts: if at_once { buyers.max(1) } else { 1 }, revenue: self.expected };
        let paused = edits.value(group, Key::Paused).as_bool().unwrap_or_default();
        let standing = Standing { paused, opening: Opening::ALWAYS, caps: &caps, buyers: 1, buyers_on: 1 };
        let mut reasons = Eligibility::of(standing, need, |window| resets_at(group, window)).reasons;
        let stays = |reason: &&Reason| !is_of_settings(reason) || self.is_held(reason, group, edits);
        for reason in was.reasons.iter().filter(stays) {
            if !reasons.iter().any(|own| is_same(own, reason)) {
                reasons.push(*reason);
            }
        }
        Eligibility { reasons }
    }

    /// Whether a cap that was not edited has no room for what calls under way hold, which no column tells.
    fn is_held(&self, reason: &Reason, group: &Record, edits: &Edits) -> bool {
        let key = match reason {
            Reason::CapFull { metric, window, .. } | Reason::TooLittleLeft { metric, window, .. } => {
                Key::Limit(*metric, *window)
            }
            Reason::NoLiveSlot => Key::ConcurrencyCapLimit,
            _ => return false,
        };
        edits.value(group, key) == *group.get(key)
    }
}

/// Whether a reason follows from what can be edited here.
fn is_of_settings(reason: &Reason) -> bool {
    matches!(
        reason,
        Reason::Paused | Reason::CapFull { .. } | Reason::TooLittleLeft { .. } | Reason::NoLiveSlot
    )
}

/// Whether two reasons are about the same.
fn is_same(one: &Reason, two: &Reason) -> bool {
    let of_cap = |reason: &Reason| match reason {
        Reason::CapFull { metric, window, .. } | Reason::TooLittleLeft { metric, window, .. } => {
            Some((*metric, *window))
        }
        _ => None,
    };
    match (of_cap(one), of_cap(two)) {
        (None, None) => one.code() == two.code(),
        (one, two) => one == two,
    }
}

fn resets_at(group: &Record, window: Window) -> Option<domain::Instant> {
    group.get(Key::ResetsAt(window)).as_instant()
}

impl Row {
    /// The group with what was typed for it.
    #[must_use]
    pub fn edited(&self, edits: &Edits) -> Record {
        let state =
            State::of(edits.value(&self.group, Key::Paused).as_bool().unwrap_or_default(), &self.caps);
        let group = Record::clone(&self.group);
        if edits.touches(self.id) {
            group.with(Key::State, Value::Text(state.name().to_owned()))
        } else {
            group
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{Metric, Verdict};

    use super::*;

    const DAILY: Key = Key::Limit(Metric::Attempt, Window::Daily);

    fn group(id: i64, tier: i32, weight: i32, limit: i32, used: i32) -> Rc<Record> {
        let decimal = |number| Value::Decimal(Decimal::whole(number));
        let record = Record::read(Resource::BuyerGroup, &domain::Input::Null)
            .with(Key::Id, Value::Int(id))
            .with(Key::Tier, decimal(tier))
            .with(Key::Weight, decimal(weight))
            .with(Key::Paused, Value::Bool(false))
            .with(Key::Used(Metric::Attempt, Window::Daily), decimal(used))
            .with(DAILY, decimal(limit));
        Rc::new(record)
    }

    fn line(group: &Record, reasons: &[Reason]) -> Line {
        let candidate = Candidate {
            group: group.id().expect("it has one"),
            tier: group.number(Key::Tier).unwrap_or_default(),
            weight: group.number(Key::Weight).unwrap_or_default(),
            eligibility: Eligibility { reasons: reasons.to_vec() },
        };
        let traced = Traced { candidate, share: Decimal::ZERO, verdict: Verdict::NotDrawn };
        Line { name: String::new(), traced }
    }

    fn full() -> Reason {
        Reason::CapFull { metric: Metric::Attempt, window: Window::Daily, resets_at: None }
    }

    fn board() -> Board {
        let groups =
            vec![group(100_001, 1, 3, 10, 2), group(100_002, 1, 1, 10, 10), group(100_003, 2, 1, 9, 0)];
        let lines = vec![line(&groups[0], &[]), line(&groups[1], &[full()]), line(&groups[2], &[])];
        Board { groups, lines, expected: Decimal::ZERO }
    }

    fn shares(rows: &[Row]) -> Vec<String> {
        let row =
            |row: &Row| format!("{} {} → {}", row.id.get() - 100_000, row.before.share, row.after.share);
        rows.iter().map(row).collect()
    }

    #[test]
    fn a_limit_that_is_raised_lets_a_full_group_compete() {
        let (board, mut edits) = (board(), Edits::default());
        assert_eq!(shares(&board.rows(&edits)), ["1 1 → 1", "2 0 → 0", "3 1 → 1"]);
        edits.put(&board.groups[1], DAILY, "20".to_owned());
        assert_eq!(shares(&board.rows(&edits)), ["1 1 → 0.75", "2 0 → 0.25", "3 1 → 1"]);
        edits.put(&board.groups[1], DAILY, "5".to_owned());
        assert_eq!(shares(&board.rows(&edits)), ["1 1 → 1", "2 0 → 0", "3 1 → 1"]);
    }

    #[test]
    fn tier_weight_and_pause_move_the_shares() {
        let (board, mut edits) = (board(), Edits::default());
        edits.put(&board.groups[2], Key::Tier, "1".to_owned());
        assert_eq!(shares(&board.rows(&edits)), ["1 1 → 0.75", "2 0 → 0", "3 1 → 0.25"]);
        edits.put(&board.groups[0], Key::Paused, "true".to_owned());
        let rows = board.rows(&edits);
        assert_eq!(shares(&rows), ["1 1 → 0", "2 0 → 0", "3 1 → 1"]);
        assert_eq!(rows[0].after.candidate.eligibility.reasons, [Reason::Paused]);
    }

    #[test]
    fn what_only_the_server_knows_stays() {
        let mut board = board();
        board.lines[0] = line(&board.groups[0], &[Reason::NoBuyer]);
        board.lines[2] = line(&board.groups[2], &[full()]);
        let mut edits = Edits::default();
        edits.put(&board.groups[0], Key::Weight, "7".to_owned());
        edits.put(&board.groups[2], Key::Weight, "7".to_owned());
        let rows = board.rows(&edits);
        let reasons = |id: i64| {
            let row = rows.iter().find(|row| row.id.get() == id).expect("it is there");
            row.after.candidate.eligibility.reasons.clone()
        };
        assert_eq!(reasons(100_001), [Reason::NoBuyer]);
        assert_eq!(reasons(100_003), [full()], "calls under way hold what is left of it");
    }
}
