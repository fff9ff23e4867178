//! The facts of the vocabulary, grouped by who knows them.

use super::Editor;
use super::fact_input::FactInput;
use crate::components::{Icon, follow};
use leptos::prelude::*;
use rplab_core::model::vocabulary::{FactEntry, FactSubject, vocabulary};
use rplab_core::model::{FactSet, FactValue, Machine};

/// Who knows a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Compute,
    Elsewhere,
    Nobody,
}

impl Source {
    const ALL: [Self; 3] = [Self::Compute, Self::Elsewhere, Self::Nobody];

    fn of(entry: &FactEntry) -> Self {
        match &entry.arm {
            None => Self::Nobody,
            Some(arm)
                if arm
                    .resource
                    .eq_ignore_ascii_case("Microsoft.Compute/virtualMachines")
                    || arm.resource.eq_ignore_ascii_case("Microsoft.Compute/disks") =>
            {
                Self::Compute
            }
            Some(_) => Self::Elsewhere,
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Compute => "In the VM's and its disks' own resources",
            Self::Elsewhere => "In other Azure resources",
            Self::Nobody => "Known to you and the guest only",
        }
    }
}

/// Every fact of a subject: of the VM, or of one of its disks.
#[component]
pub(crate) fn FactGroups(subject: FactSubject, disk: Option<usize>) -> impl IntoView {
    let sought = RwSignal::new(String::new());
    let of_subject = move |source: Source| {
        // The SKU has its own place in the disk's form.
        vocabulary()
            .iter()
            .filter(move |entry| entry.subject == subject && Source::of(entry) == source)
            .filter(move |entry| subject == FactSubject::Machine || entry.name != "sku")
    };
    let group = move |source: Source| {
        let count = of_subject(source).count();
        (count > 0).then(|| {
            view! {
                <details class="fact-group" open=follow(move || !sought.with(String::is_empty) || (subject == FactSubject::Disk && source == Source::Compute))>
                    <summary>{source.title()} " " <span class="hint">{count}</span></summary>
                    <div class="fact-grid">{of_subject(source).map(|entry| view! { <FactRow entry disk sought /> }).collect_view()}</div>
                </details>
            }
        })
    };
    view! {
        <label class="search"><Icon name="search" /><span class="unseen">"Find a fact"</span><input type="search" placeholder="Find a fact" data-testid="fact-search" bind:value=sought /></label>
        {Source::ALL.map(group).collect_view()}
    }
}

fn facts(machine: &Machine, disk: Option<usize>) -> Option<&FactSet> {
    match disk {
        Some(index) => machine.disks.get(index).map(|disk| &disk.facts),
        None => Some(&machine.facts),
    }
}

#[component]
fn FactRow(
    entry: &'static FactEntry,
    disk: Option<usize>,
    sought: RwSignal<String>,
) -> impl IntoView {
    let editor = Editor::get();
    let value = Memo::new(move |_| {
        editor.machine(|machine| {
            facts(machine, disk)
                .and_then(|facts| facts.get(&entry.name))
                .cloned()
        })
    });
    let set = Callback::new(move |value: Option<FactValue>| {
        editor.change(|machine| {
            let facts = match disk {
                Some(index) => machine.disks.get_mut(index).map(|disk| &mut disk.facts),
                None => Some(&mut machine.facts),
            };
            let Some(facts) = facts else { return };
            match value {
                Some(value) => facts.insert(entry.name.clone(), value),
                None => facts.remove(&entry.name),
            };
        });
    });
    let found = move || {
        let sought = sought.get().trim().to_lowercase();
        sought.is_empty()
            || entry.name.to_lowercase().contains(&sought)
            || entry.meaning.to_lowercase().contains(&sought)
    };
    view! {
        <div hidden=follow(move || !found()) class:known=follow(move || value.with(Option::is_some))>
            <FactInput entry value=Signal::from(value) set />
        </div>
    }
}
