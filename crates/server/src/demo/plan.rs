//! The made-up company as data: the same at every start, whatever the database.

use domain::{Decimal, Metric, Window};

use super::names::{PURPOSES, TRADES};
use super::random::Random;

/// The parameters that a record is made of, as a client would send them.
pub(super) type Params = Vec<(&'static str, String)>;

/// A buyer; those of the API document's examples have its ids.
pub(super) struct Buyer {
    pub(super) id: Option<i64>,
    pub(super) trade: usize,
    pub(super) params: Params,
}

/// A group, the places of its buyers in the list of buyers, and what its caps have counted.
pub(super) struct Group {
    pub(super) id: Option<i64>,
    pub(super) trade: usize,
    pub(super) params: Params,
    pub(super) buyers: Vec<usize>,
    pub(super) used: Vec<(Metric, Window, Decimal)>,
    pub(super) live: i64,
}

/// How full a group is to look.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    Calm,
    Near,
    Full,
    Paused,
}

/// Buyers of the API document's examples.
const DOCUMENTED_BUYERS: [i64; 3] = [100_101, 100_123, 100_124];
/// The group of the API document's examples.
const DOCUMENTED_GROUP: i64 = 123_456;

pub(super) fn buyers() -> Vec<Buyer> {
    let mut random = Random::new(1);
    let named =
        TRADES.iter().enumerate().flat_map(|(trade, of)| of.buyers.iter().map(move |name| (trade, *name)));
    named
        .enumerate()
        .map(|(index, (trade, name))| {
            let mut params = vec![
                ("name", name.to_owned()),
                ("user_buyer_id", format!("{}-{}-en", TRADES[trade].code, index + 1)),
                // Numbers that are set aside for stories.
                ("phone_number", format!("+1{}55501{:02}", 202 + random.below(700), index)),
                ("paused", (index % 13 == 8).to_string()),
            ];
            if index.is_multiple_of(3) {
                params.push(("concurrency_cap_limit", (2 + random.below(8)).to_string()));
            }
            Buyer { id: DOCUMENTED_BUYERS.get(index).copied(), trade, params }
        })
        .collect()
}

/// The offers by their parameters; one for each trade.
pub(super) fn offers() -> Vec<Params> {
    let offer = |trade: &super::names::Trade| {
        vec![
            ("name", trade.offer.to_owned()),
            ("user_offer_id", format!("{}-us", trade.code)),
            ("expected_revenue", trade.price.to_string()),
        ]
    };
    TRADES.iter().map(offer).collect()
}

pub(super) fn groups(buyers: &[Buyer]) -> Vec<Group> {
    let mut random = Random::new(2);
    let kinds = PURPOSES.iter().flat_map(|purpose| (0..TRADES.len()).map(move |trade| (trade, purpose)));
    kinds
        .enumerate()
        .map(|(index, (trade, purpose))| {
            let look = match index {
                // The first is the one that people look at first.
                0 => Look::Near,
                _ if index % 12 == 5 => Look::Paused,
                _ if index % 17 == 4 => Look::Full,
                _ if index % 7 == 3 => Look::Near,
                _ => Look::Calm,
            };
            group(index, trade, purpose, look, buyers, &mut random)
        })
        .collect()
}

fn group(
    index: usize,
    trade: usize,
    &(purpose, tier, weight, all_at_once): &(&str, &str, u32, bool),
    look: Look,
    buyers: &[Buyer],
    random: &mut Random,
) -> Group {
    let limit = [200, 300, 400, 500, 1_000, 2_500][random.below(6) as usize];
    let attempts = limit
        * match look {
            Look::Calm => 5 + random.below(65),
            Look::Near => 82 + random.below(14),
            Look::Full => 100,
            Look::Paused => 0,
        }
        / 100;
    let price = TRADES[trade].price;
    let mut params = vec![
        ("name", format!("{}, {purpose}", TRADES[trade].name)),
        ("tier", tier.to_owned()),
        // The better a trade pays, the more of the calls it gets.
        ("weight", (i64::from(weight) + price / 30).to_string()),
        ("dial_buyers_type", if all_at_once { "simultaneously" } else { "sequentially" }.to_owned()),
        ("paused", (look == Look::Paused).to_string()),
        ("attempt_daily_limit", limit.to_string()),
    ];
    if index.is_multiple_of(2) {
        params.push(("attempt_monthly_limit", (limit * 25).to_string()));
        params.push(("revenue_daily_limit", (limit * price / 2).to_string()));
    }
    if index.is_multiple_of(5) {
        params.push(("buyer_conversion_total_limit", (limit * 200).to_string()));
        params.push(("attempt_hourly_limit", limit.to_string()));
    }
    if index % 4 == 1 {
        params.push(("time_zone", "America/Los_Angeles".to_owned()));
    }
    let lines = 4 + random.below(17);
    if index % 3 != 2 {
        params.push(("concurrency_cap_limit", lines.to_string()));
    }
    let own: Vec<usize> = (0..buyers.len()).filter(|buyer| buyers[*buyer].trade == trade).collect();
    let first = if index == 0 { 0 } else { random.below(own.len() as i64) as usize };
    let count = if index == 0 { 3 } else { 1 + random.below(own.len() as i64) as usize };
    Group {
        id: (index == 0).then_some(DOCUMENTED_GROUP),
        trade,
        params,
        buyers: own.iter().cycle().skip(first).take(count).copied().collect(),
        used: used(attempts, price, random),
        live: if look == Look::Paused { 0 } else { random.below(lines * 3 / 4) },
    }
}

/// What the caps have counted when there were so many attempts today: fewer answers, fewer paid calls.
fn used(attempts: i64, price: i64, random: &mut Random) -> Vec<(Metric, Window, Decimal)> {
    let (answered, paid) = (60 + random.below(30), 30 + random.below(20));
    let days = 8 + random.below(12);
    let before = 40 + random.below(200);
    let mut used = Vec::new();
    for window in Window::ALL {
        let attempts = match window {
            Window::Hourly => attempts / 11,
            Window::Daily => attempts,
            Window::Monthly => attempts * days,
            Window::Total => attempts * (days + before),
        };
        let connections = attempts * answered / 100;
        let conversions = connections * paid / 100;
        for metric in Metric::ALL {
            let amount = match metric {
                Metric::Attempt => attempts,
                Metric::Connection => connections,
                Metric::BuyerConversion => conversions,
                Metric::Revenue => conversions * price,
                Metric::EarnedRevenue => conversions * price * 9 / 10,
            };
            let amount = i32::try_from(amount).map_or(Decimal::LARGEST, Decimal::whole);
            used.push((metric, window, amount));
        }
    }
    used
}
