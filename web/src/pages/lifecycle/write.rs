//! What the guest does to the disk that is shown: write, trim, or a steady workload.

use super::bench::Bench;
use crate::components::{Action, Reason, follow, live, reason_of};
use crate::session::Session;
use crate::words;
use leptos::prelude::*;
use rplab_core::api::Command;
use rplab_core::cloud::{SetWorkload, TrimBlocks, Workload, WriteBlocks, WritePattern};
use rplab_core::units::{ByteCount, SimDuration};

/// Patterns of writing: name, seconds between, runs, blocks in a run, part of the disk in thousandths.
const PRESETS: [(&str, u64, u32, u64, u32); 4] = [
    ("Database: hot part, often", 3600, 3, 96, 400),
    ("File server: here and there", 7200, 2, 384, 950),
    ("Log: long runs", 10_800, 1, 1024, 150),
    ("Quiet: a little, seldom", 43_200, 1, 64, 500),
];

fn preset(index: usize) -> Option<Workload> {
    PRESETS.get(index).map(
        |(_, seconds, writes, blocks_per_write, within_thousandths)| Workload {
            every: SimDuration::from_seconds(*seconds),
            writes: *writes,
            blocks_per_write: *blocks_per_write,
            within_thousandths: *within_thousandths,
            pattern: WritePattern::Random,
            mib_per_hour: None,
            used_thousandths_per_day: None,
        },
    )
}

/// A pattern for the disk at `place`, each disk another one.
pub(crate) fn pattern(place: usize) -> Option<Workload> {
    preset((place + 1) % PRESETS.len())
}

/// The forms.
#[component]
pub(crate) fn WriteForms() -> impl IntoView {
    let bench = Bench::get();
    let name = move || {
        bench
            .disk
            .with(|disk| disk.as_ref().map(|disk| disk.name.clone()))
    };
    let about = move || {
        bench.disk.with(|disk| {
            disk.as_ref().map(|disk| {
                format!(
                    "Blocks 0 to {}, {} each. {} written.",
                    words::grouped(disk.blocks.saturating_sub(1)),
                    words::size(ByteCount(disk.block_size_bytes)),
                    words::size(disk.written_bytes)
                )
            })
        })
    };
    view! {
        <section class="card" aria-labelledby="write-title">
            <div class="card-head"><h2 id="write-title">"Write to " <span class="mono">{live(name)}</span></h2></div>
            <div class="card-body stack">
                <p class="hint" data-testid="disk-about">{live(about)}</p>
                <Blocks />
                <WorkloadForm />
            </div>
        </section>
    }
}

#[component]
fn Blocks() -> impl IntoView {
    let session = Session::get();
    let bench = Bench::get();
    let (first, last) = (
        RwSignal::new("0".to_owned()),
        RwSignal::new("63".to_owned()),
    );
    let range = move || {
        let disk = bench
            .disk
            .with(|disk| disk.as_ref().map(|disk| disk.id.to_string()))?;
        Some((
            disk,
            first.get().trim().parse::<u64>().ok()?,
            last.get().trim().parse::<u64>().ok()?,
        ))
    };
    let write = move || {
        range().map(|(disk, first, last)| Command::WriteBlocks(WriteBlocks { disk, first, last }))
    };
    let trim = move || {
        range().map(|(disk, first, last)| Command::TrimBlocks(TrimBlocks { disk, first, last }))
    };
    let reason = reason_of(move || match write() {
        None => Some("Give the first and the last block as whole numbers".to_owned()),
        Some(command) => session.refusal(&command),
    });
    let act = move |command: Option<Command>| {
        if let Some(command) = command {
            session.give(command, drop);
        }
    };
    view! {
        <div class="pair">
            <label class="field">"First block"<input class="input number" inputmode="numeric" data-testid="first-block" bind:value=first /></label>
            <label class="field">"Last block"<input class="input number" inputmode="numeric" data-testid="last-block" bind:value=last /></label>
        </div>
        <div class="line">
            <Action label="Write blocks" icon="pen" reason described_by="write-reason" testid="write-blocks" on_press=move || act(untrack(write)) />
            <Action label="Trim blocks" reason described_by="write-reason" testid="trim-blocks" on_press=move || act(untrack(trim)) />
        </div>
        <Reason id="write-reason" reason />
    }
}

#[component]
fn WorkloadForm() -> impl IntoView {
    let session = Session::get();
    let bench = Bench::get();
    let choose = move |index: String| {
        let Some(disk) = bench
            .disk
            .with_untracked(|disk| disk.as_ref().map(|disk| disk.id.to_string()))
        else {
            return;
        };
        let workload = index.parse::<usize>().ok().and_then(preset);
        session.dispatch(Command::SetWorkload(SetWorkload { disk, workload }));
    };
    let running = move || {
        bench
            .disk
            .with(|disk| disk.as_ref().and_then(|disk| disk.workload.clone()))
    };
    let chosen =
        move |seconds: u64| running().is_some_and(|workload| workload.every.seconds() == seconds);
    let said = move || {
        running().map(|workload| {
        format!("Every {}: {} of {} in the first {} % of the disk. Assumed; it writes as time passes.", words::duration(workload.every), words::count(u64::from(workload.writes), "run", "runs"), words::count(workload.blocks_per_write, "block", "blocks"), workload.within_thousandths / 10)
    })
    };
    view! {
        <label class="field">"Workload"
            <select class="input" data-testid="workload" on:change:target=move |event| choose(event.target().value())>
                <option value="" selected=follow(move || running().is_none())>"None"</option>
                {PRESETS.iter().enumerate().map(|(index, (name, seconds, ..))| { let seconds = *seconds; view! { <option value=index.to_string() selected=follow(move || chosen(seconds))>{*name}</option> } }).collect_view()}
            </select>
            <span class="said">{live(said)}</span>
        </label>
    }
}
