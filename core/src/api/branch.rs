//! Past instants, branches, and what differs between two of them.

use super::{Difference, InputError, Lab, LabState};
use crate::units::SimInstant;
use serde_json::Value;

impl Lab {
    /// What the lab looked like at a past instant, after everything that was commanded at it.
    ///
    /// # Errors
    /// The instant lies before the start, or after the clock.
    pub fn state_at(&self, time: SimInstant) -> Result<LabState, InputError> {
        Ok(self.branch_at(time)?.state())
    }

    /// A lab that went the same way until a past instant, and goes its own way from there.
    ///
    /// # Errors
    /// The instant lies before the start, or after the clock.
    pub fn branch_at(&self, time: SimInstant) -> Result<Self, InputError> {
        let (first, last) = (self.start_time(), self.timeline.cloud().now());
        if time < first || time > last {
            let message = format!("time: {time} is not from {first} to {last}");
            return Err(InputError::new("InvalidField", "time", message));
        }
        Ok(self.with_timeline(self.timeline.branch_at(time)))
    }

    /// What differs between the states of two labs, by path.
    #[must_use]
    pub fn compare(&self, there: &Self) -> Vec<Difference> {
        let state = |lab: &Self| crate::json::write(&lab.state());
        let mut found = Vec::new();
        differences("", &state(self), &state(there), &mut found);
        found
    }
}

/// Collects what differs. Items of lists that have an id are held against those with the same id.
fn differences(path: &str, here: &Value, there: &Value, found: &mut Vec<Difference>) {
    let name = |item: &Value, at: usize| {
        let id = item.get("id").or_else(|| item.get("name"));
        let id = id.and_then(Value::as_str).map(str::to_owned);
        id.unwrap_or_else(|| at.to_string())
    };
    let parts = |value: &Value| -> Option<Vec<(String, Value)>> {
        match value {
            Value::Object(fields) => {
                let fields = fields.iter();
                Some(
                    fields
                        .map(|(name, value)| (name.clone(), value.clone()))
                        .collect(),
                )
            }
            Value::Array(items) => {
                let items = items.iter().enumerate();
                Some(
                    items
                        .map(|(at, item)| (name(item, at), item.clone()))
                        .collect(),
                )
            }
            _ => None,
        }
    };
    if here == there {
        return;
    }
    let (Some(ours), Some(theirs)) = (parts(here), parts(there)) else {
        found.push(Difference {
            path: path.trim_start_matches('/').to_owned(),
            here: here.to_string(),
            there: there.to_string(),
        });
        return;
    };
    for (name, value) in &ours {
        let other = theirs.iter().find(|(other, _)| other == name);
        let other = other.map_or(&Value::Null, |(_, value)| value);
        differences(&format!("{path}/{name}"), value, other, found);
    }
    for (name, value) in &theirs {
        if !ours.iter().any(|(own, _)| own == name) {
            differences(&format!("{path}/{name}"), &Value::Null, value, found);
        }
    }
}
