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

/// A schedule of one's own that keeps three points here and many in another region.
fn copied(harms: &[(&str, &str)]) -> Lab {
    let mut lab = lab();
    write(&mut lab, "data", 0, 999);
    for command in [
        json!({ "type": "createRestorePointCollection", "name": "own", "source": "web" }),
        json!({ "type": "createRestorePointCollection", "name": "far", "source": "own", "location": "westus2" }),
        json!({ "type": "protect", "virtualMachine": "web", "service": "restorePoints", "name": "own",
            "policy": { "schedule": { "frequency": "Daily", "time": "02:00" }, "keepLast": 3 } }),
    ] {
        ok(&mut lab, command);
    }
    for day in 3..=12_u64 {
        to(&mut lab, &format!("2026-03-{day:02}T01:00:00Z"));
        let newest = super::points(&lab, "own").pop();
        if let Some(point) = newest {
            ok(
                &mut lab,
                json!({ "type": "copyRestorePoint", "restorePoint": point, "collection": "far" }),
            );
        }
        for (at, harm) in harms {
            if *at == format!("{day:02}") {
                let target = if *harm == "massEncryption" {
                    "web"
                } else {
                    "data"
                };
                ok(
                    &mut lab,
                    json!({ "type": "injectFault", "fault": harm, "target": target }),
                );
            }
        }
    }
    to(&mut lab, "2026-03-12T20:00:00Z");
    lab
}

/// What rotation deleted here is still in the other region: nothing is lost that a copy has.
#[test]
fn a_clean_point_in_another_region_counts() {
    let mut lab = copied(&[("07", "massEncryption")]);
    assert_eq!(super::points(&lab, "own").len(), 3, "all taken after it");
    let told = of_data(&mut lab);
    let clean = told["lastClean"].as_str().unwrap_or_default();
    assert!(clean.contains("/far/restorePoints/own-5"), "{told:#}");
    assert_eq!(told["retentionDaysNeeded"], Value::Null);
    let captured: Vec<&str> = super::each(&told["points"], "captured");
    let mut once = captured.clone();
    once.dedup();
    assert_eq!(captured, once, "a point and its copy are one");
    assert!(captured.is_sorted(), "{captured:?}");
    // It is so: what comes back from it is clean.
    ok(
        &mut lab,
        json!({ "type": "restoreVirtualMachine", "restorePoint": clean, "name": "back", "atOnce": true }),
    );
    assert!(lab.prove("back").unwrap().equal);
}

/// A disk that was corrupted and later encrypted is harmed since the first of both.
#[test]
fn of_two_harms_the_first_one_counts() {
    let mut lab = copied(&[("05", "silentCorruption"), ("08", "massEncryption")]);
    let told = of_data(&mut lab);
    assert_eq!(told["harmedSince"], "2026-03-05T01:00:00Z");
    assert!(
        told["lastClean"].as_str().unwrap().ends_with("/own-3"),
        "{told:#}"
    );
}

/// The night before the harm the backup failed, so the point of the night before that had to be kept.
#[test]
fn a_point_that_failed_would_have_saved_nothing() {
    let mut lab = lab();
    write(&mut lab, "data", 0, 999);
    protect(&mut lab, 3);
    to(&mut lab, "2026-03-07T00:00:00Z");
    ok(
        &mut lab,
        json!({ "type": "injectFault", "fault": "agentNotReady", "target": "web" }),
    );
    to(&mut lab, "2026-03-08T00:00:00Z");
    ok(
        &mut lab,
        json!({ "type": "clearFault", "name": "agentNotReady" }),
    );
    assert!(item_failed(&lab), "the backup of the 7th failed");
    ok(
        &mut lab,
        json!({ "type": "injectFault", "fault": "massEncryption", "target": "web" }),
    );
    to(&mut lab, "2026-03-12T00:00:00Z");
    let told = of_data(&mut lab);
    assert_eq!(told["lastClean"], Value::Null);
    // From the 6th at 02:00 to the 12th at midnight.
    assert_eq!(told["retentionDaysNeeded"], 6, "{told:#}");
}

fn item_failed(lab: &Lab) -> bool {
    super::item(lab, "web").last_failure.is_some()
}

/// A point that is still being made is none to go back to.
#[test]
fn what_is_not_there_yet_is_not_clean() {
    let mut lab = lab();
    super::with_point(&mut lab);
    to(&mut lab, "2026-03-03T00:00:00Z");
    ok(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p2" }),
    );
    ok(
        &mut lab,
        json!({ "type": "injectFault", "fault": "silentCorruption", "target": "data" }),
    );
    assert_eq!(name(&of_data(&mut lab)["lastClean"]), "p1");
    to(&mut lab, "2026-03-03T02:00:00Z");
    assert_eq!(name(&of_data(&mut lab)["lastClean"]), "p2");
}

/// After rotation what is kept still tells what is usual.
#[test]
fn a_jump_shows_though_the_points_before_it_are_gone() {
    let mut lab = week(5, "massEncryption");
    let told = of_data(&mut lab);
    assert_eq!(told["showsInRate"], true, "{told:#}");
    let points = told["points"].as_array().unwrap();
    assert!(
        points.len() < 7 && points[1]["usualBytes"].is_number(),
        "{told:#}"
    );
    assert_eq!(told["lastCleanByRate"], told["lastClean"]);
}

/// Snapshots of Azure Disk Backup that are gone would have been there, had they been kept.
#[test]
fn the_retention_of_disk_backup_is_told_too() {
    let mut lab = lab();
    write(&mut lab, "data", 0, 999);
    protect_data(&mut lab, "02:00");
    to(&mut lab, "2026-03-08T00:00:00Z");
    ok(
        &mut lab,
        json!({ "type": "injectFault", "fault": "massEncryption", "target": "web" }),
    );
    to(&mut lab, "2026-03-12T00:00:00Z");
    let told = of_data(&mut lab);
    assert_eq!(
        (&told["lastClean"], told["retentionDaysNeeded"].as_u64()),
        (&Value::Null, Some(5)),
        "{told:#}"
    );
}
