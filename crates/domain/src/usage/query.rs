//! [`CapsQuery`]: what the caps screen is asked for (the parameters of `GET /api/v1/caps`).

use super::{METERS, Meter, USAGE_STATES, Usage, UsageState, WINDOWS};
use crate::decimal::Decimal;
use crate::id::Id;
use crate::kind::Kind;
use crate::list::{self, Faults, Format, MOST_IN_CSV, MOST_PER_PAGE, PER_PAGE};
use crate::params::Params;
use crate::time_zone::ZoneNames;
use crate::value::Value;
use crate::violation::Violation;

/// What the caps screen is asked for, checked. A list without values leaves everything in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapsQuery {
    /// Caps in one of these states.
    pub states: Vec<UsageState>,
    /// Caps of these groups.
    pub groups: Vec<Id>,
    /// Caps of groups that serve one of these offers.
    pub offers: Vec<Id>,
    /// Caps of groups in these tiers.
    pub tiers: Vec<Decimal>,
    /// Caps on these, as [`Meter::metric_name`] names them.
    pub metrics: Vec<&'static str>,
    /// Caps of these windows, as [`Window::name`](crate::Window::name) names them.
    pub windows: Vec<&'static str>,
    /// The page, from 1.
    pub page: u32,
    /// How many caps at most.
    pub per_page: u32,
}

/// A filter of the caps screen.
struct Filter {
    name: &'static str,
    label: &'static str,
    kind: Kind,
    help: &'static str,
}

const STATE: Filter = Filter {
    name: "state",
    label: "State",
    kind: Kind::Choice(USAGE_STATES),
    help: "Only those as full as this.",
};
const GROUP: Filter = Filter {
    name: "buyer_group_id",
    label: "Buyer group",
    kind: Kind::Id,
    help: "Only those of this group.",
};
const OFFER: Filter = Filter {
    name: "offer_id",
    label: "Offer",
    kind: Kind::Id,
    help: "Only those of groups that serve this offer.",
};
const TIER: Filter =
    Filter { name: "tier", label: "Tier", kind: Kind::Decimal, help: "Only those of groups in this tier." };
const METRIC: Filter = Filter {
    name: "metric",
    label: "Metric",
    kind: Kind::Choice(METERS),
    help: "Only those on this; a group without any of them is uncapped.",
};
const WINDOW: Filter = Filter {
    name: "window",
    label: "Window",
    kind: Kind::Choice(WINDOWS),
    help: "Only those within this stretch; a group without any of them is uncapped.",
};

/// The parameters of `GET /api/v1/caps`: name and rule.
pub static CAPS_PARAMS: std::sync::LazyLock<Vec<(&str, String)>> = std::sync::LazyLock::new(|| {
    let own = list::PARAMS.iter().filter(|(name, _)| matches!(*name, "page" | "per_page"));
    let own = own.map(|(name, rule)| (*name, (*rule).to_owned()));
    let filters = [STATE, GROUP, OFFER, TIER, METRIC, WINDOW];
    let rule = |filter: &Filter| {
        format!("{} One value, or several with commas between them. {}", filter.help, filter.kind.rule())
    };
    own.chain(filters.iter().map(|filter| (filter.name, rule(filter)))).collect()
});

impl CapsQuery {
    /// Reads the parameters.
    ///
    /// # Errors
    /// Every broken rule at once.
    pub fn parse(params: &Params, format: Format, zones: &dyn ZoneNames) -> Result<Self, Vec<Violation>> {
        let mut faults = Faults::default();
        let text = |name: &str| params.get(name).filter(|input| !input.is_blank());
        let most = if format == Format::Csv { MOST_IN_CSV } else { MOST_PER_PAGE };
        let per_page = text("per_page").map(|input| list::per_page(input, most));
        let per_page = faults.keep("per_page", "Per page", per_page).unwrap_or(PER_PAGE);
        let page = faults.keep("page", "Page", text("page").map(list::page)).unwrap_or(1);
        let mut values = |filter: &Filter| {
            let parsed = text(filter.name).map(|input| {
                let values = list::any_of(input, filter.kind, zones)?;
                if values.len() > MOST_VALUES {
                    return Err("must have at most 1,000 values".to_owned());
                }
                Ok(values)
            });
            faults.keep(filter.name, filter.label, parsed).unwrap_or_default()
        };
        let ids = |values: Vec<Value>| values.iter().filter_map(|id| Id::new(id.as_int()?)).collect();
        let states = values(&STATE);
        let is_asked = |state: &UsageState| states.iter().any(|name| name.as_text() == Some(state.name()));
        let query = Self {
            states: UsageState::ALL.into_iter().filter(is_asked).collect(),
            groups: ids(values(&GROUP)),
            offers: ids(values(&OFFER)),
            tiers: values(&TIER).iter().filter_map(Value::as_decimal).collect(),
            metrics: names(METERS, &values(&METRIC)),
            windows: names(WINDOWS, &values(&WINDOW)),
            page,
            per_page,
        };
        faults.into_result(query)
    }

    /// Whether a cap is among the metrics and windows that are asked for.
    #[must_use]
    pub fn is_about(&self, meter: Meter) -> bool {
        let admits = |asked: &[&str], name: Option<&str>| {
            asked.is_empty() || name.is_some_and(|name| asked.contains(&name))
        };
        admits(&self.metrics, Some(meter.metric_name()))
            && admits(&self.windows, meter.window().map(crate::Window::name))
    }

    /// Whether a cap in that state is asked for.
    #[must_use]
    pub fn admits(&self, state: UsageState) -> bool {
        self.states.is_empty() || self.states.contains(&state)
    }

    /// The caps of a group that are rows of the screen, whatever their state: those with a limit that the query is
    /// about, or one row without a cap when there are none.
    #[must_use]
    pub fn rows_of(&self, usages: Vec<Usage>) -> Vec<Option<Usage>> {
        let is_row = |usage: &Usage| usage.limit.is_some() && self.is_about(usage.meter);
        let rows: Vec<Option<Usage>> = usages.into_iter().filter(is_row).map(Some).collect();
        if rows.is_empty() { vec![None] } else { rows }
    }
}

/// Values of one filter, at most: a statement takes only so many.
const MOST_VALUES: usize = 1_000;

/// The names of the choices that were asked for.
fn names(choices: &[crate::kind::Choice], asked: &[Value]) -> Vec<&'static str> {
    let is_asked = |name: &&str| asked.iter().any(|asked| asked.as_text() == Some(name));
    choices.iter().map(|choice| choice.name).filter(is_asked).collect()
}
