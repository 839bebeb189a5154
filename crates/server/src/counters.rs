//! Counters that are not what their calls add up to, in words.

use domain::{Id, Key, Value};
use store::{CallMismatch, Company, Error, Store};

use crate::state::system_clock;

/// Counts every counter of a company again, and says of each that differs which it is.
pub(crate) fn verify(store: &Store, company: &Company) -> Result<Vec<String>, Error> {
    let now = system_clock();
    store.read(|reader| {
        let found = reader.verify_counters(company.id, now)?;
        let named = |mismatch: CallMismatch| {
            let ids: [Id; 1] = [mismatch.id];
            let name = reader.rows(company, mismatch.resource, &ids, &[Key::Name], now)?;
            let name = name.into_iter().flatten().next().unwrap_or(Value::Null);
            Ok(words(&mismatch, &name))
        };
        found.into_iter().map(named).collect()
    })
}

fn words(mismatch: &CallMismatch, name: &Value) -> String {
    let CallMismatch { resource, id, counter, kept, counted } = mismatch;
    format!("{} {id}, “{name}”: {counter} is {kept}, and its calls come to {counted}", resource.noun())
}

#[cfg(test)]
mod tests {
    use domain::Resource;

    use super::*;

    #[test]
    fn a_mismatch_says_whose_counter_differs_and_by_what() {
        let mismatch = CallMismatch {
            resource: Resource::BuyerGroup,
            id: Id::new(123_456).unwrap(),
            counter: "revenue_daily_used".to_owned(),
            kept: "100.5".parse().unwrap(),
            counted: "100".parse().unwrap(),
        };
        assert_eq!(
            words(&mismatch, &Value::Text("West".to_owned())),
            "buyer group 123456, “West”: revenue_daily_used is 100.5, and its calls come to 100"
        );
    }
}
