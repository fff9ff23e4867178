//! Machines that no row tells apart are judged once, and nobody notices.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot read its own fixture should stop"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

use rplab_core::inventory::sample_fleet;
use rplab_core::matrix::{
    AssessOptions, Edition, Judgements, Service, assess, assess_some, flipped_example,
    support_matrix,
};
use rplab_core::model::{Fleet, Machine};

const SERVICES: [Service; 5] = [
    Service::RestorePoints,
    Service::VmBackup,
    Service::DiskBackup,
    Service::Mars,
    Service::DpmMabs,
];

/// The sample fleet and a machine that each row holds for, or holds for no more.
fn machines() -> Vec<Machine> {
    let mut machines = sample_fleet().machines;
    for row in support_matrix() {
        let flipped = flipped_example(&row.id, row.service, row.until);
        for example in [row.example, flipped].into_iter().flatten() {
            let mut machine = example.machine;
            machine.name = format!("{}-{}", row.id, machines.len());
            let id = format!("{}-{}", machine.id, machines.len());
            machine.id = id.parse().unwrap();
            machines.push(machine);
        }
    }
    machines
}

/// The questions of all examples, once each, and the plain ones.
fn questions() -> Vec<AssessOptions> {
    let mut questions: Vec<AssessOptions> = Vec::new();
    for (service, strict) in SERVICES.into_iter().flat_map(|s| [(s, false), (s, true)]) {
        for edition in [Edition::default(), Edition::Beyond] {
            questions.push(AssessOptions {
                service,
                edition,
                strict,
                ..AssessOptions::default()
            });
        }
    }
    for example in support_matrix().into_iter().filter_map(|row| row.example) {
        if !questions.contains(&example.options) {
            questions.push(example.options);
        }
    }
    questions
}

#[test]
fn a_machine_in_a_fleet_is_judged_as_it_is_alone() {
    let fleet = Fleet {
        machines: machines(),
        disks: Vec::new(),
    };
    let questions = questions();
    assert!(fleet.machines.len() > 700 && questions.len() > 100);
    for (number, options) in questions.iter().enumerate().step_by(3) {
        let together = assess(&fleet, options).unwrap().machines;
        // Each question for some of the machines, each machine for some of the questions.
        for at in (number % 37..fleet.machines.len()).step_by(37) {
            let mut alone = Vec::new();
            assess_some(&fleet, at..at + 1, options, &mut |own| alone.push(own)).unwrap();
            assert_eq!(alone[0], together[at], "{}", fleet.machines[at].name);
        }
    }
}

#[test]
fn machines_that_differ_in_nothing_that_a_row_asks_are_of_one_kind() {
    let mut judgements = Judgements::new(&AssessOptions::default()).unwrap();
    let first = sample_fleet().machines.remove(0);
    let mut second = first.clone();
    second.name = "another".to_owned();
    second.id = format!("{}-another", first.id).parse().unwrap();
    second.location = Some("swedencentral".to_owned());
    second.tags.insert("owner".to_owned(), "me".to_owned());
    for (at, disk) in second.disks.iter_mut().enumerate() {
        disk.name = format!("another-{at}");
    }
    let kind = judgements.kind(&first);
    assert_eq!(judgements.kind(&second), kind);
    let judged = judgements.assess(3, &second);
    assert_eq!(judged.name, "another");
    assert_eq!(judged.id, second.id.to_string());
    let names: Vec<&str> = judged.disks.iter().map(|disk| disk.name.as_str()).collect();
    assert!(names.iter().all(|name| name.starts_with("another-")));
    let mut third = first.clone();
    third.disks[0].facts.insert(
        "ephemeral".to_owned(),
        rplab_core::model::FactValue::Bool(true),
    );
    assert_ne!(judgements.kind(&third), kind);
}

#[test]
fn machines_that_share_their_facts_are_told_apart_by_what_is_measured() {
    let samples = sample_fleet().machines;
    for (number, options) in questions().iter().enumerate().step_by(7) {
        let first = &samples[number % samples.len()];
        let mut alike: Vec<_> = (0..12).map(|_| first.clone()).collect();
        alike[1].location = Some("swedencentral".to_owned());
        alike[2].location = None;
        alike[3].zones = vec!["1".to_owned(), "2".to_owned()];
        alike[4].disks[0].size_gib = Some(40_000);
        alike[5].disks[0].size_gib = None;
        alike[6].disks[0].role = None;
        alike[7].disks.truncate(1);
        alike[8].name = "x".repeat(90);
        let more = alike[9].disks.last().cloned().unwrap();
        alike[9].disks.resize_with(40, || more.clone());
        let request = &options.request.exclude_disks;
        if let Some(excluded) = request.first() {
            alike[10].disks[0].id = excluded.id.parse().ok();
        }
        let mut together = Judgements::new(options).unwrap();
        // The second time round every set of facts is known.
        for round in 0..2 {
            for (at, machine) in alike.iter().enumerate() {
                let alone = Judgements::new(options).unwrap().assess(at, machine);
                let judged = together.assess(at, machine);
                assert_eq!(
                    judged, alone,
                    "question {number}, machine {at}, round {round}"
                );
            }
        }
    }
}
