//! What the made-up company trades in. All names are invented.

/// A line of business: what callers want, which offer brings them, and what a paid call is worth.
pub(super) struct Trade {
    /// As groups are called.
    pub(super) name: &'static str,
    /// As its offer is called.
    pub(super) offer: &'static str,
    /// Starts the operator's own ids.
    pub(super) code: &'static str,
    /// What a paid call brings, in dollars.
    pub(super) price: i64,
    /// Who buys its calls.
    pub(super) buyers: &'static [&'static str],
}

pub(super) const TRADES: &[Trade] = &[
    Trade {
        name: "Auto insurance",
        offer: "Auto quotes",
        code: "auto",
        price: 28,
        buyers: &[
            "Harborline Fresno",
            "Pacific Mutual desk",
            "Westside brokers",
            "Great Plains Auto",
            "Lakeshore Casualty",
            "Cardinal Direct",
            "Juniper Insurance",
        ],
    },
    Trade {
        name: "Medicare",
        offer: "Medicare advisors",
        code: "medicare",
        price: 42,
        buyers: &[
            "Silver Oak Advisors",
            "Bluebell Health desk",
            "Evergreen Seniors",
            "Fairway Benefits",
            "Sunrise Medicare",
            "Old Mill Health",
            "Tidewater Plans",
        ],
    },
    Trade {
        name: "Solar",
        offer: "Solar savings",
        code: "solar",
        price: 65,
        buyers: &[
            "Bright Roof Sacramento",
            "Sunfield Energy",
            "High Desert Solar",
            "Meridian Panels",
            "Copper State Solar",
            "Gulf Coast Solar",
            "Northern Light Energy",
        ],
    },
    Trade {
        name: "Home warranty",
        offer: "Home warranty plans",
        code: "home",
        price: 24,
        buyers: &[
            "Keystone Home Care",
            "Hearth and Gable",
            "Anchor Warranty desk",
            "Maple Street Homes",
            "Trusty Appliance",
            "First Porch",
            "Beacon Home Plans",
        ],
    },
    Trade {
        name: "Personal loans",
        offer: "Personal loans",
        code: "loan",
        price: 18,
        buyers: &[
            "Riverbend Lending",
            "Clearwater Credit",
            "Prairie Loans",
            "Summit Funding desk",
            "Orchard Finance",
            "Bridgeway Lending",
        ],
    },
    Trade {
        name: "Injury law",
        offer: "Injury help",
        code: "law",
        price: 120,
        buyers: &[
            "Castell and Roy",
            "Whitfield Law desk",
            "Marlow Injury Group",
            "Delgado Partners",
            "Stone Harbor Legal",
            "Ferris Law",
        ],
    },
];

/// What a group of a trade is for: the end of its name, its tier, its weight, and whether all buyers are called at once.
pub(super) const PURPOSES: &[(&str, &str, u32, bool)] = &[
    ("west", "1", 3, true),
    ("California", "1", 4, true),
    ("east", "2", 2, true),
    ("midwest", "2", 1, false),
    ("south", "3", 2, false),
    ("Spanish", "1.5", 1, false),
    ("overflow", "5", 60, true),
    ("weekends", "5", 20, false),
    ("reserved", "-1", 1, false),
    ("after hours", "10", 1, true),
];
