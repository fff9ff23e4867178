//! One fact: a control that fits its type, and what its absence means.

use crate::components::follow;
use leptos::prelude::*;
use rplab_core::model::vocabulary::{Absence, FactEntry, FactType};
use rplab_core::model::{FactValue, LockLevel, LockScope, ResourceLock};

/// A fact's value in words.
pub(crate) fn fact_words(value: &FactValue) -> String {
    match value {
        FactValue::Bool(true) => "yes".to_owned(),
        FactValue::Bool(false) => "no".to_owned(),
        FactValue::Integer(number) => number.to_string(),
        FactValue::Text(text) if text.is_empty() => "none".to_owned(),
        FactValue::Text(text) => text.clone(),
        FactValue::Locks(locks) if locks.is_empty() => "none".to_owned(),
        FactValue::Locks(locks) => locks
            .iter()
            .map(|lock| format!("{:?} on {:?}", lock.level, lock.scope))
            .collect::<Vec<_>>()
            .join(", "),
        FactValue::IntegerList(list) => list
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", "),
        FactValue::TextList(list) => list.join(", "),
    }
}

/// What the control says while the fact is not set.
fn unset_words(absence: &Absence) -> String {
    match absence {
        Absence::ServiceDefault(value) | Absence::DiskDefault(value) => {
            format!("not set: {}", fact_words(value))
        }
        Absence::Assumed(value) => format!("not set: taken as {}", fact_words(value)),
        Absence::Unknown => "not known".to_owned(),
    }
}

/// The control of one fact.
#[component]
pub(crate) fn FactInput(
    /// The fact.
    entry: &'static FactEntry,
    /// Its value now.
    value: Signal<Option<FactValue>>,
    /// Sets or takes back the value.
    set: Callback<Option<FactValue>>,
) -> impl IntoView {
    let testid = format!("fact-{}", entry.name);
    let text = move || value.with(|value| value.as_ref().map(fact_words).unwrap_or_default());
    let unset = unset_words(&entry.absence);
    let control = match &entry.value_type {
        FactType::Bool => {
            let options = vec!["yes".to_owned(), "no".to_owned()];
            view! { <Choice options unset testid text=Signal::derive(text) choose=Callback::new(move |word: String| set.run(yes_or_no(&word))) /> }.into_any()
        }
        FactType::OneOf(words) => {
            let choose = Callback::new(move |word: String| {
                set.run(
                    Some(word)
                        .filter(|word| !word.is_empty())
                        .map(FactValue::Text),
                )
            });
            view! { <Choice options=words.clone() unset testid text=Signal::derive(text) choose /> }
                .into_any()
        }
        FactType::Locks => view! { <Locks value set /> }.into_any(),
        kind => {
            let change = move |text: String| {
                let parsed = parse(kind, text.trim());
                if text.trim().is_empty() || parsed.is_some() {
                    set.run(parsed);
                }
            };
            let numeric = matches!(kind, FactType::Integer { .. });
            view! {
                <input class="input" class:number=numeric inputmode=numeric.then_some("numeric") placeholder=unset data-testid=testid prop:value=follow(text) on:change:target=move |event| change(event.target().value()) />
            }
                .into_any()
        }
    };
    view! {
        <label class="field" title=entry.meaning.clone()>
            <span class="mono">{entry.name.clone()}</span>
            {control}
            <span class="said">{entry.meaning.clone()}</span>
        </label>
    }
}

#[component]
fn Choice(
    options: Vec<String>,
    unset: String,
    testid: String,
    text: Signal<String>,
    choose: Callback<String>,
) -> impl IntoView {
    let option = move |word: String| {
        let (same, value) = (word.clone(), word.clone());
        view! { <option value=value selected=follow(move || text.with(|text| text.eq_ignore_ascii_case(&same)))>{word}</option> }
    };
    view! {
        <select class="input" data-testid=testid on:change:target=move |event| choose.run(event.target().value())>
            <option value="" selected=follow(move || text.with(String::is_empty))>{unset}</option>
            {options.into_iter().map(option).collect_view()}
        </select>
    }
}

const SCOPES: [(LockScope, &str); 4] = [
    (LockScope::VirtualMachine, "VM"),
    (
        LockScope::VirtualMachineResourceGroup,
        "VM's resource group",
    ),
    (
        LockScope::RestorePointResourceGroup,
        "restore points' resource group",
    ),
    (LockScope::VaultResourceGroup, "vault's resource group"),
];

#[component]
fn Locks(value: Signal<Option<FactValue>>, set: Callback<Option<FactValue>>) -> impl IntoView {
    let locks = move || match value.get() {
        Some(FactValue::Locks(locks)) => locks,
        _ => Vec::new(),
    };
    let place = move |scope: LockScope, level: Option<LockLevel>| {
        let mut all = locks();
        all.retain(|lock| lock.scope != scope);
        all.extend(level.map(|level| ResourceLock { level, scope }));
        set.run(Some(FactValue::Locks(all)).filter(|value| *value != FactValue::Locks(Vec::new())));
    };
    let row = move |(scope, name): (LockScope, &'static str)| {
        let text = move || {
            locks()
                .iter()
                .find(|lock| lock.scope == scope)
                .map(|lock| format!("{:?}", lock.level))
                .unwrap_or_default()
        };
        let choose = Callback::new(move |word: String| {
            let level = match word.as_str() {
                "CanNotDelete" => Some(LockLevel::CanNotDelete),
                "ReadOnly" => Some(LockLevel::ReadOnly),
                _ => None,
            };
            place(scope, level);
        });
        let options = vec!["CanNotDelete".to_owned(), "ReadOnly".to_owned()];
        view! { <Choice options unset=format!("none on the {name}") testid=format!("lock-{scope:?}") text=Signal::derive(text) choose /> }
    };
    view! { <span class="stack">{SCOPES.map(row).collect_view()}</span> }
}

fn yes_or_no(word: &str) -> Option<FactValue> {
    match word {
        "yes" | "true" => Some(FactValue::Bool(true)),
        "no" | "false" => Some(FactValue::Bool(false)),
        _ => None,
    }
}

/// The value that a text stands for; `None` where the fact does not take it.
pub(crate) fn parse(kind: &FactType, text: &str) -> Option<FactValue> {
    let items = || {
        text.split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty())
    };
    let value = match kind {
        FactType::Bool => yes_or_no(text),
        FactType::Presence => yes_or_no(text)
            .or_else(|| text.parse().ok().map(FactValue::Integer))
            .or_else(|| Some(FactValue::Text(text.to_owned()))),
        FactType::Integer { .. } => text.parse().ok().map(FactValue::Integer),
        FactType::Text | FactType::OneOf(_) => Some(FactValue::Text(text.to_owned())),
        FactType::IntegerList => items()
            .map(|item| item.parse().ok())
            .collect::<Option<Vec<i64>>>()
            .map(FactValue::IntegerList),
        FactType::TextList => Some(FactValue::TextList(
            items().map(ToOwned::to_owned).collect(),
        )),
        FactType::Locks => None,
    };
    value.filter(|value| !text.is_empty() && kind.accepts(value))
}

#[cfg(test)]
mod tests {
    use super::{fact_words, parse};
    use rplab_core::model::FactValue;
    use rplab_core::model::vocabulary::{FactType, vocabulary};

    #[test]
    fn a_text_becomes_a_value_only_where_the_fact_takes_it() {
        assert_eq!(
            parse(&FactType::Integer { min: 1 }, "3"),
            Some(FactValue::Integer(3))
        );
        assert_eq!(parse(&FactType::Integer { min: 1 }, "0"), None);
        assert_eq!(parse(&FactType::Integer { min: 1 }, "many"), None);
        assert_eq!(
            parse(&FactType::IntegerList, "3, 4"),
            Some(FactValue::IntegerList(vec![3, 4]))
        );
        assert_eq!(parse(&FactType::IntegerList, "3, x"), None);
        assert_eq!(
            parse(&FactType::Presence, "yes"),
            Some(FactValue::Bool(true))
        );
        assert_eq!(parse(&FactType::Text, ""), None);
    }

    #[test]
    fn words_of_a_choice_lead_back_to_the_same_value() {
        for entry in vocabulary() {
            if let FactType::OneOf(words) = &entry.value_type {
                for word in words {
                    let value = parse(&entry.value_type, word).unwrap();
                    assert_eq!(parse(&entry.value_type, &fact_words(&value)), Some(value));
                }
            }
        }
    }
}
