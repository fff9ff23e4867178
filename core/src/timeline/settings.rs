//! Settings as they are given: by dotted names, or nested.

use crate::cloud::SettingValue;
use crate::json::{Place, Read};
use crate::order::SmallMap;
use serde_json::Value;

/// Settings by their dotted names; nested objects become dots.
pub(crate) fn settings(place: &Place<'_>) -> SmallMap<String, SettingValue> {
    let mut flat = SmallMap::new();
    if !matches!(place.value(), Some(Value::Null)) {
        flatten(place, "", &mut flat);
    }
    flat
}

fn flatten(place: &Place<'_>, prefix: &str, flat: &mut SmallMap<String, SettingValue>) {
    for (name, value) in place.object().into_iter().flatten() {
        let place = place.field(name, Some(value));
        let dotted = [prefix, name].concat();
        if dotted == "rates" && value.is_object() {
            // A profile is kept as it is given.
            flat.insert(dotted, SettingValue::Text(crate::json::text(value)));
        } else if value.is_object() {
            flatten(&place, &(dotted + "."), flat);
        } else {
            flat.insert(dotted, SettingValue::read(&place));
        }
    }
}
