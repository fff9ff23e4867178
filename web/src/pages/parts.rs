//! What the pages about one VM share.

use super::fleet::text_fact;
use crate::components::{Action, Icon, Look, Note, follow, live};
use crate::route::{Page, Way, address};
use crate::session::{Session, is_meant};
use crate::words;
use leptos::prelude::*;
use rplab_core::model::Machine;
use rplab_core::model::vocabulary::near_word;

/// Region, system, size and disks in a line.
pub(crate) fn machine_line(machine: &Machine) -> String {
    let gib: u64 = machine.disks.iter().filter_map(|disk| disk.size_gib).sum();
    let disks = words::count(
        u64::try_from(machine.disks.len()).unwrap_or(0),
        "disk",
        "disks",
    );
    let zone = (!machine.zones.is_empty()).then(|| format!("zone {}", machine.zones.join(", ")));
    let system = text_fact(machine, "osName").or_else(|| text_fact(machine, "osType"));
    let parts = [
        machine.location.clone(),
        zone,
        system.map(ToOwned::to_owned),
        text_fact(machine, "vmSize").map(ToOwned::to_owned),
        Some(format!("{disks}, {} GiB", words::grouped(gib))),
    ];
    parts
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" \u{b7} ")
}

/// Chooses the VM that the page is about.
#[component]
pub(crate) fn MachineSwitch(page: Page) -> impl IntoView {
    let session = Session::get();
    let machines = move || {
        session.fleet.with(|fleet| {
            let machines = fleet.machines.iter();
            machines
                .map(|machine| (session.reference_of(machine), session.label_of(machine)))
                .collect::<Vec<_>>()
        })
    };
    let way = Way::get();
    let go = move |name: &str| way.go(&address(page, Some(name)));
    let step = move |by: usize| {
        let machines = machines();
        let here = machines
            .iter()
            .position(|(own, _)| Some(own) == session.machine.get_untracked().as_ref())
            .unwrap_or(0);
        if let Some((there, _)) = machines.get((here + by) % machines.len().max(1)) {
            go(there);
        }
    };
    let back = move || untrack(machines).len().saturating_sub(1);
    let option = move |(value, label): (String, String)| {
        let same = value.clone();
        view! { <option value=value selected=follow(move || session.machine.get().as_deref() == Some(same.as_str()))>{label}</option> }
    };
    view! {
        <Action label="Previous VM" icon="left" only_icon=true look=Look::Quiet on_press=move || step(back()) />
        <label class="machine-switch">
            <span class="unseen">"VM"</span>
            <select class="input" data-testid="machine" on:change:target=move |event| go(&event.target().value())>
                {live(move || machines().into_iter().map(option).collect_view())}
            </select>
        </label>
        <Action label="Next VM" icon="right" only_icon=true look=Look::Quiet on_press=move || step(1) />
    }
}

/// Said where the address names a VM that the fleet does not have: another one is shown.
#[component]
pub(crate) fn UnknownMachine(page: Page) -> impl IntoView {
    let (session, way) = (Session::get(), Way::get());
    let unknown = Memo::new(move |_| {
        let wanted = way.route.with(|route| route.machine.clone())?;
        session.fleet.with(|fleet| {
            let names = || fleet.machines.iter().map(|machine| machine.name.as_str());
            let mut machines = fleet.machines.iter();
            let is_known = machines.any(|machine| is_meant(&wanted, &machine.id, &machine.name));
            let nearest = near_word(names(), &wanted).map(ToOwned::to_owned);
            (!is_known).then(|| (wanted.clone(), nearest))
        })
    });
    let meant = move |name: String| {
        let to = address(page, Some(&name));
        view! { <span>"Perhaps " <a href=to data-testid="nearest-machine" translate="no">{name}</a> " was meant. "</span> }
    };
    live(move || {
        unknown.get().map(|(wanted, nearest)| view! {
        <Note tone="caveat">
            <b data-testid="unknown-machine">"The address names " <span class="mono" translate="no">{wanted}</span> ", which is not in this fleet."</b>
            <span>{nearest.map(meant)}"Below stands " <span translate="no">{live(move || session.machine_name())}</span> ", the VM that you followed last or the first one."</span>
        </Note>
    })
    })
}

/// Shown where the fleet has no VM.
#[component]
pub(crate) fn NoMachine(page: Page) -> impl IntoView {
    let way = Way::get();
    view! {
        <h1>{page.name()}</h1>
        <div class="card empty">
            <Icon name="fleet" />
            <b>"There is no VM to look at"</b>
            <p>"Import an inventory or add a VM first."</p>
            <Action label="Go to the fleet" look=Look::Primary on_press=move || way.go(&address(Page::Fleet, None)) />
        </div>
    }
}
