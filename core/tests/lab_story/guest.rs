//! What the guest has to do with consistency.

use super::support::{ok, refused};
use super::{capture, started};
use rplab_core::model::ProvisioningState;
use serde_json::json;

#[test]
fn the_guest_decides_the_consistency_and_a_silent_agent_fails_the_point() {
    use rplab_core::model::ConsistencyMode::{
        ApplicationConsistent, CrashConsistent, FileSystemConsistent,
    };
    for (os, setup, mode, expected) in [
        ("Windows", None, None, ApplicationConsistent),
        ("Linux", None, None, FileSystemConsistent),
        (
            "Linux",
            Some(json!({ "type": "setScripts", "virtualMachine": "vm", "installed": true })),
            None,
            ApplicationConsistent,
        ),
        (
            "Windows",
            Some(json!({ "type": "setVssWriters", "virtualMachine": "vm", "healthy": false })),
            Some("CrashConsistent"),
            CrashConsistent,
        ),
        (
            "Windows",
            Some(json!({ "type": "deallocateVirtualMachine", "virtualMachine": "vm" })),
            None,
            CrashConsistent,
        ),
        ("Windows", None, Some("CrashConsistent"), CrashConsistent),
    ] {
        let mut lab = started(os);
        if let Some(setup) = &setup {
            ok(&mut lab, setup.clone());
        }
        ok(
            &mut lab,
            json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p", "consistencyMode": mode }),
        );
        assert_eq!(
            lab.state().restore_points[0].consistency_mode,
            None,
            "known once it has succeeded"
        );
        lab.run_to_next_event();
        assert_eq!(
            lab.state().restore_points[0].consistency_mode,
            Some(expected),
            "{os} {setup:?} {mode:?}"
        );
    }
}

#[test]
fn a_guest_in_trouble_fails_the_point_and_nothing_of_it_counts() {
    for trouble in [
        json!({ "type": "setAgent", "virtualMachine": "vm", "status": "notReady" }),
        json!({ "type": "setVssWriters", "virtualMachine": "vm", "healthy": false }),
    ] {
        let mut lab = started("Windows");
        ok(&mut lab, trouble.clone());
        capture(&mut lab, "p");
        let state = lab.state();
        assert_eq!(
            state.restore_points[0].provisioning_state,
            ProvisioningState::Failed,
            "{trouble}"
        );
        assert_eq!(state.stored_bytes.0, 0);
        assert_eq!(state.virtual_machines[0].restore_point_count, 0);
        let restore = json!({ "type": "restoreVirtualMachine", "restorePoint": "p", "name": "x" });
        assert_eq!(refused(&mut lab, restore).code, "Conflict");
        ok(
            &mut lab,
            json!({ "type": "deleteRestorePoint", "restorePoint": "p" }),
        );
        lab.advance("PT1H".parse().unwrap());
        assert!(lab.state().restore_points.is_empty());
    }
}
