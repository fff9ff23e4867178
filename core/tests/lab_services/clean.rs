//! Ransomware and silent corruption: the last clean point, and what shows it.

use super::support::ok;
use super::{ask, lab, protect_data, to, write};
use rplab_core::api::Lab;
use serde_json::{Value, json};

fn protect(lab: &mut Lab, days: u64) {
    ok(
        lab,
        json!({ "type": "protect", "virtualMachine": "web", "vault": "v", "policy": {
            "type": "Standard", "schedule": { "frequency": "Daily", "time": "02:00" }, "dailyRetentionDays": days } }),
    );
}

/// A week of backups with a little change each day, then harm, then some days more.
fn week(days: u64, harm: &str) -> Lab {
    let mut lab = lab();
    write(&mut lab, "data", 0, 999);
    protect(&mut lab, days);
    for day in 3..=8_u64 {
        write(&mut lab, "data", day * 5, day * 5 + 49);
        to(&mut lab, &format!("2026-03-0{day}T00:00:00Z"));
    }
    ok(
        &mut lab,
        json!({ "type": "injectFault", "fault": harm, "target": if harm == "massEncryption" { "web" } else { "data" } }),
    );
    to(&mut lab, "2026-03-12T00:00:00Z");
    lab
}

fn of_data(lab: &mut Lab) -> Value {
    let told = ask(lab, "cleanPoints", json!({ "vm": "web" }));
    let disks = told.as_array().unwrap();
    let data = disks
        .iter()
        .find(|one| one["disk"].as_str().unwrap().ends_with("/data"));
    data.unwrap().clone()
}

fn name(point: &Value) -> &str {
    point.as_str().unwrap().rsplit('/').next().unwrap()
}

#[test]
fn encryption_shows_in_the_change_rate_and_the_point_before_is_clean() {
    let mut lab = week(30, "massEncryption");
    let told = of_data(&mut lab);
    let out: Vec<&str> = told["points"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["outOfLine"] == true)
        .map(|one| name(&one["point"]))
        .collect();
    assert_eq!(out, ["web-7"], "{told:#}");
    assert_eq!(name(&told["lastCleanByRate"]), "web-6");
    assert_eq!(
        told["lastClean"], told["lastCleanByRate"],
        "what the rate tells is so"
    );
    assert_eq!(
        (told["harm"].as_str(), told["showsInRate"].as_bool()),
        (Some("massEncryption"), Some(true))
    );
    assert_eq!(told["lossSeconds"], 5 * 86_400 - 2 * 3600);
    assert_eq!(told["retentionDaysNeeded"], Value::Null, "there is one");
    let first = &told["points"][0];
    assert_eq!(
        (first["outOfLine"].as_bool(), &first["usualBytes"]),
        (Some(false), &Value::Null),
        "a full point tells nothing"
    );
}

#[test]
fn silent_corruption_shows_in_no_change_rate() {
    let mut lab = week(30, "silentCorruption");
    let told = of_data(&mut lab);
    assert_eq!(
        (told["showsInRate"].as_bool(), &told["lastCleanByRate"]),
        (Some(false), &Value::Null)
    );
    assert_eq!(name(&told["lastClean"]), "web-6");
}

/// Kept too short, every clean point is gone; so many days would have saved one.
#[test]
fn the_retention_that_would_have_saved_a_clean_point_is_told() {
    let mut lab = week(3, "massEncryption");
    let told = of_data(&mut lab);
    assert_eq!(
        (&told["lastClean"], told["retentionDaysNeeded"].as_u64()),
        (&Value::Null, Some(5))
    );
    // It is so: five days keep one, four do not.
    assert_eq!(
        of_data(&mut week(4, "massEncryption"))["lastClean"],
        Value::Null
    );
    let mut longer = week(5, "massEncryption");
    assert_eq!(name(&of_data(&mut longer)["lastClean"]), "web-6");
}

#[test]
fn a_disk_that_nothing_harmed_has_no_last_clean_point() {
    let mut lab = lab();
    protect(&mut lab, 9);
    to(&mut lab, "2026-03-05T00:00:00Z");
    let told = of_data(&mut lab);
    assert_eq!(
        (
            &told["harm"],
            &told["lastClean"],
            told["showsInRate"].as_bool()
        ),
        (&Value::Null, &Value::Null, Some(false))
    );
    // Snapshots of Azure Disk Backup are points too.
    protect_data(&mut lab, "03:00");
    ok(&mut lab, json!({ "type": "backupNow", "item": "data" }));
    let points = of_data(&mut lab)["points"].as_array().unwrap().len();
    assert_eq!(points, 4);
}
