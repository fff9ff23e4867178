//! Limits of points.

use super::support::{ok, refused};
use super::{capture, started};
use rplab_core::model::ProvisioningState;
use serde_json::json;

#[test]
fn creations_for_one_vm_do_not_overlap() {
    let mut lab = started("Windows");
    ok(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p1" }),
    );
    let second = json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p2" });
    let error = refused(&mut lab, second.clone());
    assert_eq!(error.code, "VMRestorePointClientError");
    assert!(error.row_ids.contains(&"S0-42".to_owned()));
    lab.run_to_next_event();
    assert_eq!(
        lab.state().restore_points[0].provisioning_state,
        ProvisioningState::Succeeded
    );
    ok(&mut lab, second);
}

#[test]
fn the_limit_counts_points_over_all_collections_of_a_vm() {
    let mut lab = started("Windows");
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "rpc2", "source": "vm" }),
    );
    ok(
        &mut lab,
        json!({ "type": "setSetting", "name": "limits.restorePointsPerVm", "value": 2 }),
    );
    capture(&mut lab, "p1");
    ok(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc2", "name": "p1" }),
    );
    lab.advance("PT1H".parse().unwrap());
    let error = refused(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p3" }),
    );
    assert!(
        error.message.contains("2 restore points") && error.row_ids == ["S0-41a"],
        "{error:?}"
    );
    ok(
        &mut lab,
        json!({ "type": "deleteRestorePointCollection", "collection": "rpc2" }),
    );
    lab.advance("PT1H".parse().unwrap());
    capture(&mut lab, "p3");
    assert_eq!(lab.state().restore_point_collections.len(), 1);
}

#[test]
fn the_edition_of_february_2022_counts_every_point_ever_created() {
    let mut lab = started("Windows");
    ok(
        &mut lab,
        json!({ "type": "setSetting", "name": "edition", "value": "2022-02" }),
    );
    ok(
        &mut lab,
        json!({ "type": "setSetting", "name": "limits.restorePointsPerVm", "value": 1 }),
    );
    capture(&mut lab, "p1");
    ok(
        &mut lab,
        json!({ "type": "deleteRestorePoint", "restorePoint": "p1" }),
    );
    lab.advance("PT1H".parse().unwrap());
    let create = json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p2" });
    assert_eq!(refused(&mut lab, create.clone()).row_ids, ["S2-17"]);
    ok(
        &mut lab,
        json!({ "type": "setSetting", "name": "edition", "value": "2023-07" }),
    );
    ok(&mut lab, create);
}
