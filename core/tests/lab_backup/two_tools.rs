//! Two tools protect one VM: they share its limit, and one's rotation meets the other's.

use super::support::{ok, refused};
use super::{lab, standard, to};
use rplab_core::api::{Lab, ProtectedItemState};
use serde_json::json;

/// `web` under Azure VM Backup at 02:00 and under a schedule of restore points of one's own.
fn both(time: &str, keep_last: u64) -> Lab {
    let mut lab = lab();
    super::protect(&mut lab, &standard());
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "own", "source": "web" }),
    );
    ok(
        &mut lab,
        json!({ "type": "protect", "virtualMachine": "web", "service": "restorePoints", "name": "own",
            "policy": { "schedule": { "frequency": "Daily", "time": time }, "keepLast": keep_last } }),
    );
    lab
}

fn own(lab: &Lab) -> Vec<String> {
    let points = lab.state().restore_points.into_iter();
    let of = points.filter(|point| point.collection.name() == "own");
    of.map(|point| point.name).collect()
}

fn item(lab: &Lab, name: &str) -> ProtectedItemState {
    let items = lab.state().protected_items.into_iter();
    let mut of = items.filter(|item| item.id.name() == name);
    of.next().unwrap()
}

fn failure(lab: &Lab, name: &str) -> Option<String> {
    item(lab, name).last_failure.map(|failure| failure.code)
}

#[test]
fn the_limit_of_a_vm_is_shared_by_all_that_take_points_of_it() {
    let mut lab = both("14:00", 100);
    ok(
        &mut lab,
        json!({ "type": "setSetting", "name": "limits.restorePointsPerVm", "value": 6 }),
    );
    to(&mut lab, "2026-03-10T23:00:00Z");
    let state = lab.state();
    let taken = state
        .restore_points
        .iter()
        .filter(|point| point.vault.is_none())
        .count();
    assert_eq!(taken, 6, "never more than the limit, whoever took them");
    // The schedule that never gives anything up fills the limit, and what the service cleans up is taken at once.
    assert!(own(&lab).len() >= 3, "{:?}", own(&lab));
    assert!(
        failure(&lab, "own").is_some() || item(&lab, "web").last_failure.is_some(),
        "somebody is refused"
    );
}

#[test]
fn two_schedules_at_one_time_stand_in_each_others_way() {
    let mut lab = both("02:00", 3);
    to(&mut lab, "2026-03-05T23:00:00Z");
    // One creation of a VM at a time: of two at one instant the second is refused, each day anew.
    assert_eq!(own(&lab).len(), 0, "the service was first");
    assert!(failure(&lab, "own").is_some());
    let mut apart = both("03:00", 3);
    to(&mut apart, "2026-03-05T23:00:00Z");
    assert_eq!(own(&apart).len(), 3);
    assert_eq!(failure(&apart, "own"), None);
}

#[test]
fn one_tools_rotation_takes_nothing_of_the_others() {
    let mut lab = both("14:00", 2);
    to(&mut lab, "2026-03-12T23:00:00Z");
    let own_points = own(&lab);
    assert_eq!(own_points.len(), 2, "{own_points:?}");
    let of_service = item(&lab, "web").recovery_points.len();
    assert!(of_service > 2, "the service keeps its own: {of_service}");
    // What the service keeps is not deleted by hand, and the other tool's points are.
    let theirs = lab
        .state()
        .restore_points
        .into_iter()
        .find(|point| point.collection.name() != "own")
        .unwrap();
    refused(
        &mut lab,
        json!({ "type": "deleteRestorePoint", "restorePoint": theirs.id.to_string() }),
    );
    ok(
        &mut lab,
        json!({ "type": "deleteRestorePoint", "restorePoint": own_points[0] }),
    );
    assert_eq!(item(&lab, "web").recovery_points.len(), of_service);
}

/// Names that another's points have are left to them; the schedule goes on with the next number.
#[test]
fn a_schedule_goes_round_what_others_named_as_it_would() {
    let mut lab = lab();
    for command in [
        json!({ "type": "createRestorePointCollection", "name": "own", "source": "web" }),
        json!({ "type": "createRestorePoint", "collection": "own", "name": "own-2", "atOnce": true }),
        json!({ "type": "protect", "virtualMachine": "web", "service": "restorePoints", "name": "own",
            "policy": { "schedule": { "frequency": "Daily", "time": "14:00" }, "keepLast": 2 } }),
    ] {
        ok(&mut lab, command);
    }
    to(&mut lab, "2026-03-05T23:00:00Z");
    assert_eq!(failure(&lab, "own"), None);
    // Its rotation takes its own points only.
    assert_eq!(own(&lab), ["own-2", "own-4", "own-5"]);
    // Disk Backup does the same where two disks' snapshots lie in one group.
    ok(
        &mut lab,
        json!({ "type": "createSnapshot", "name": "data-1", "source": "data", "incremental": true }),
    );
    let policy = json!({ "schedule": { "frequency": "Daily", "time": "03:00" }, "operationalRetentionDays": 3 });
    ok(
        &mut lab,
        json!({ "type": "protect", "disk": "data", "vault": "bv", "service": "diskBackup", "policy": policy }),
    );
    to(&mut lab, "2026-03-07T23:00:00Z");
    let taken: Vec<String> = item(&lab, "data")
        .recovery_points
        .into_iter()
        .map(|point| point.name)
        .collect();
    assert_eq!(taken, ["data-2", "data-3"]);
    assert_eq!(failure(&lab, "data"), None);
}
