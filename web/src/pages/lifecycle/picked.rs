//! Points picked together: what deleting them frees, and which ones to pick for so many bytes.

use super::bench::Bench;
use crate::components::{Action, Explained, Field, Look, Reason, Why, live, reason_of};
use crate::session::{Session, Tone};
use crate::words;
use leptos::prelude::*;
use rplab_core::api::{Command, Reclaim};
use rplab_core::cloud::DeleteRestorePoint;
use rplab_core::units::{ByteCount, SimDuration};
use std::collections::BTreeSet;

/// Over how many disks, and how much of it on the one that is shown, where there are several.
fn spread(session: Session, bench: Bench, ids: &[String], owner: &str) -> String {
    let disks = bench.points.with(|points| {
        let picked = points
            .iter()
            .filter(|point| ids.contains(&point.id.to_string()));
        let disks = picked.flat_map(|point| &point.disks).map(|own| &own.disk);
        disks.collect::<BTreeSet<_>>().len()
    });
    let shown = bench
        .disk
        .with(|disk| disk.as_ref().map(|disk| disk.id.clone()));
    let Some(shown) = shown.filter(|_| disks > 1) else {
        return String::new();
    };
    let here = session.read(|lab| lab.freed_on(ids, &shown));
    let here = words::size(here.unwrap_or(ByteCount::ZERO));
    format!(
        " over {owner} {disks} disks, {here} of it on {}",
        shown.name()
    )
}

/// The strip under map and table.
#[component]
pub(crate) fn PickedStrip() -> impl IntoView {
    let session = Session::get();
    let bench = Bench::get();
    let ids = move || {
        bench
            .picked
            .with(|picked| picked.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    let said = move || {
        let ids = ids();
        if ids.is_empty() {
            return "Pick points to see what deleting them together frees: more than the sum of Frees where they share blocks.".to_owned();
        }
        let count = match ids.len() {
            1 => "this point".to_owned(),
            count => format!("these {count} points"),
        };
        match session.read(|lab| lab.freed_by(&ids)) {
            Ok(bytes) => {
                let owner = if ids.len() == 1 { "its" } else { "their" };
                let freed = words::size(bytes);
                format!(
                    "Deleting {count} frees {freed}{}.",
                    spread(session, bench, &ids, owner)
                )
            }
            Err(error) => error.message,
        }
    };
    // Alone, and together: what only the picked ones share goes with the last of them.
    let why = move || {
        let ids = untrack(ids);
        let together = session
            .read(|lab| lab.freed_by(&ids))
            .unwrap_or(ByteCount::ZERO);
        let mut alone = 0_u64;
        let mut lines = vec![
            "What no point that stays holds: the blocks that each of them alone holds, and those that only they share"
                .to_owned(),
        ];
        bench.points.with(|points| {
            for point in points
                .iter()
                .filter(|point| ids.contains(&point.id.to_string()))
            {
                alone = alone.saturating_add(point.freed_bytes.0);
                lines.push(format!(
                    "{} alone frees {}",
                    point.name,
                    words::size(point.freed_bytes)
                ));
            }
        });
        let shared = ByteCount(together.0.saturating_sub(alone));
        lines.push(format!("Only they share {}", words::size(shared)));
        lines.push(format!("Together {}", words::size(together)));
        Why {
            lines,
            rules: Vec::new(),
        }
    };
    let explained = move || {
        let any = bench.picked.with(|picked| !picked.is_empty());
        any.then(|| view! { <Explained text=Signal::stored("why".to_owned()) of="What deleting them frees" why testid="why-freed" /> })
    };
    let commands = move || {
        let command = |restore_point| {
            Command::DeleteRestorePoint(DeleteRestorePoint {
                restore_point,
                at_once: None,
            })
        };
        ids().into_iter().map(command).collect::<Vec<_>>()
    };
    let reason = reason_of(move || {
        // One tells whether now is the time; hundreds may be picked, and each is asked about when it is done.
        match commands().first() {
            None => Some("No point is picked".to_owned()),
            Some(command) => session.refusal(command),
        }
    });
    let delete = move || {
        let said = untrack(said);
        match session.dispatch_all(untrack(commands)) {
            Ok(()) => {
                bench.picked.set(Vec::new());
                session.tell(Tone::Undo, said);
            }
            Err(refused) => session.tell(Tone::No, words::as_we_write(&refused.message)),
        }
    };
    view! {
        <div class="picked" data-testid="picked">
            <p class="grow" aria-live="polite" data-testid="freed-by">{live(said)}</p>
            {live(explained)}
            <Action label="Delete the picked points" icon="trash" small=true reason described_by="picked-reason" testid="delete-picked" on_press=delete />
            {live(move || bench.picked.with(|picked| !picked.is_empty()).then(|| view! { <Reason id="picked-reason" reason /> }))}
            <ReclaimForm />
        </div>
    }
}

#[component]
fn ReclaimForm() -> impl IntoView {
    let session = Session::get();
    let bench = Bench::get();
    let gib = RwSignal::new("10".to_owned());
    let proposal = RwSignal::new(None::<Reclaim>);
    // What was proposed holds for the points that were there.
    Effect::new(move |_| {
        bench.points.track();
        proposal.set(None);
    });
    let wanted = move || gib.get().trim().parse::<u64>().ok().filter(|gib| *gib > 0);
    let reason = Signal::derive(move || {
        wanted()
            .is_none()
            .then(|| "Give a whole number of GiB".to_owned())
    });
    let propose = move || {
        let (Some(gib), Some(machine)) = (untrack(wanted), untrack(|| bench.machine_id())) else {
            return;
        };
        match session.read(|lab| lab.reclaim(&machine, ByteCount(gib.saturating_mul(1 << 30)))) {
            Ok(found) => {
                bench.picked.set(found.restore_points.clone());
                proposal.set(Some(found));
            }
            Err(error) => session.tell(Tone::No, error.message),
        }
    };
    let said = move || {
        proposal.get().map(|found| {
            let count = words::count(
                u64::try_from(found.restore_points.len()).unwrap_or(0),
                "point",
                "points",
            );
            let gap = words::duration(SimDuration::from_seconds(found.widest_gap_seconds));
            let enough = if found.enough {
                ""
            } else {
                " That is all that may go."
            };
            let ids: Vec<String> = found.restore_points.iter().map(ToString::to_string).collect();
            let owner = if ids.len() == 1 { "its" } else { "their" };
            let spread = spread(session, bench, &ids, owner);
            let verb = if ids.len() == 1 { "frees" } else { "free" };
            format!(
                "{count} {verb} {}{spread}; the widest gap is then {gap}. The newest point stays.{enough}",
                words::size(found.freed_bytes)
            )
        })
    };
    view! {
        <div class="reclaim">
            <Field label="Free GiB, losing the least" value=gib number=true testid="reclaim-gib" />
            <Action label="Propose" icon="again" look=Look::Plain small=true reason described_by="reclaim-reason" testid="reclaim" on_press=propose />
            <p class="second grow" aria-live="polite" data-testid="reclaim-said">{live(said)}</p>
        </div>
        <Reason id="reclaim-reason" reason />
    }
}
