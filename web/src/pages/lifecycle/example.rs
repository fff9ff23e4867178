//! A story to look at: a workload and a point a day, as one step that undo takes back.

use super::bench::Bench;
use super::write::pattern;
use crate::session::{Session, Tone};
use leptos::prelude::*;
use rplab_core::api::Command;
use rplab_core::cloud::{
    AdvanceClock, CreateRestorePoint, CreateRestorePointCollection, DiskReference, SetWorkload,
};
use rplab_core::order::SmallMap;
use rplab_core::units::SimDuration;

const DAYS: u32 = 5;
const DAY: SimDuration = SimDuration::from_seconds(86_400);

/// Lets five days pass with a point a day.
pub(crate) fn run_example(session: Session, bench: Bench, exclude_disks: Vec<DiskReference>) {
    let Some(machine) = bench.machine_id() else {
        return;
    };
    let name = bench.machine.with(|machine| {
        machine
            .as_ref()
            .map(|machine| machine.name.clone())
            .unwrap_or_default()
    });
    let collection = format!("{name}-points");
    let mut commands = Vec::new();
    if bench.collections.with(Vec::is_empty) {
        commands.push(Command::CreateRestorePointCollection(
            CreateRestorePointCollection {
                name: collection.clone(),
                source: machine,
                location: None,
                tags: SmallMap::new(),
            },
        ));
    }
    let collection = bench
        .collections
        .with(|all| all.first().map_or(collection, |found| found.id.to_string()));
    for (place, disk) in bench.disks.get().into_iter().enumerate() {
        commands.push(Command::SetWorkload(SetWorkload {
            disk: disk.id.to_string(),
            workload: pattern(place),
        }));
    }
    for day in 1..=DAYS {
        commands.push(Command::CreateRestorePoint(CreateRestorePoint {
            collection: collection.clone(),
            name: format!("rp-day-{day}"),
            consistency_mode: None,
            exclude_disks: exclude_disks.clone(),
            disk_encryption_sets: Default::default(),
            api_version: None,
            at_once: None,
        }));
        commands.push(Command::AdvanceClock(AdvanceClock {
            by: Some(DAY),
            to: None,
            until: None,
        }));
    }
    match session.dispatch_all(commands) {
        Ok(()) => session.tell(
            Tone::Undo,
            "Five days with a point a day. The workload is assumed.",
        ),
        Err(refused) => session.tell(Tone::No, format!("{}: {}", refused.code, refused.message)),
    }
}
