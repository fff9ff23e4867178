//! The name of a setting: in words, and below them as it is written where it is set.

use crate::words;
use leptos::prelude::*;

/// What a setting, or a field of a plan, is called.
fn called(name: &str) -> String {
    match name {
        "changeThousandthsPerDay" => "What changes on a disk in a day".to_owned(),
        "changeBandThousandths" => "How far low and high lie from typical".to_owned(),
        "blockSizeBytes" => "The size of a block".to_owned(),
        // Those of one kind begin alike: `limits.copiesPerCollectionPerHour`.
        other => words::capital(&words::spaced(other.rsplit('.').next().unwrap_or(other))),
    }
}

/// The name.
#[component]
pub(crate) fn SettingName(#[prop(into)] name: String) -> impl IntoView {
    view! { {called(&name)} " " <code class="hint block">{name}</code> }
}

#[cfg(test)]
mod tests {
    use super::called;

    #[test]
    fn a_setting_without_words_of_its_own_is_called_by_its_name() {
        assert_eq!(called("blockSizeBytes"), "The size of a block");
        assert_eq!(called("limits.crashPointsPerHour"), "Crash points per hour");
    }
}
