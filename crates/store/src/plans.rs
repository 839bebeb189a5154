//! [`Plans`]: the select lists that were made, by the columns they are for.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use domain::{Key, Resource};

use crate::plan::Plan;

/// Choices of columns that are kept. Clients use few; when there are more, it starts anew.
const MOST: usize = 256;

type ByColumns = HashMap<Vec<Key>, Arc<Plan>>;

/// The select lists that were made.
#[derive(Default)]
pub(crate) struct Plans(RwLock<HashMap<Resource, ByColumns>>);

impl Plans {
    /// The select list for some columns of a resource.
    pub(crate) fn get(&self, resource: Resource, columns: &[Key]) -> Arc<Plan> {
        // A panic elsewhere cannot leave a half-made plan behind.
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(plan) = known.get(&resource).and_then(|plans| plans.get(columns)) {
            return Arc::clone(plan);
        }
        drop(known);
        let plan = Arc::new(Plan::new(resource, columns));
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let plans = known.entry(resource).or_default();
        if plans.len() >= MOST {
            plans.clear();
        }
        plans.insert(columns.to_vec(), Arc::clone(&plan));
        plan
    }
}
