//! Resource groups and subscriptions.

use super::{ok, refused};
use rplab_core::api::{Json, Lab};
use serde_json::{Value, json};

fn groups(lab: &Lab) -> Vec<(String, String)> {
    let groups = lab.state().resource_groups.into_iter();
    groups.map(|group| (group.id, group.location)).collect()
}

fn disk(group: &str, name: &str) -> String {
    format!("/subscriptions/s1/resourceGroups/{group}/providers/Microsoft.Compute/disks/{name}")
}

fn create_disk(id: &str, location: &str) -> Value {
    json!({ "type": "createDisk", "name": id, "location": location, "sizeGiB": 1 })
}

#[test]
fn a_group_is_there_with_the_first_resource_in_it() {
    let mut lab = Json::new_lab(None).unwrap();
    assert!(groups(&lab).is_empty());
    ok(&mut lab, create_disk(&disk("Apps", "d1"), "West Europe"));
    ok(&mut lab, create_disk(&disk("apps", "d2"), "northeurope"));
    ok(
        &mut lab,
        json!({ "type": "createVirtualMachine", "name": "vm", "location": "eastus", "facts": { "osType": "Linux" }, "disks": [{ "name": "os", "sizeGiB": 1 }] }),
    );
    ok(
        &mut lab,
        json!({ "type": "moveVirtualMachine", "virtualMachine": "vm", "resourceGroup": "other" }),
    );
    let sub = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups";
    assert_eq!(
        groups(&lab),
        [
            (
                "/subscriptions/s1/resourceGroups/Apps".to_owned(),
                "westeurope".to_owned()
            ),
            (format!("{sub}/lab"), "eastus".to_owned()),
            (format!("{sub}/other"), "eastus".to_owned()),
        ],
        "the group that it left is still there"
    );
    // A refused command makes none, and an empty group can be locked.
    refused(&mut lab, create_disk(&disk("new", "d3"), " "));
    assert_eq!(groups(&lab).len(), 3);
    ok(
        &mut lab,
        json!({ "type": "createResourceGroup", "name": "empty", "location": "East US" }),
    );
    ok(
        &mut lab,
        json!({ "type": "placeLock", "scope": "empty", "level": "ReadOnly" }),
    );
    ok(
        &mut lab,
        json!({ "type": "createResourceGroup", "name": "EMPTY", "location": "westus" }),
    );
    assert_eq!(groups(&lab).last().unwrap().1, "eastus");
    let saved = rplab_core::json::write(&lab.export_scenario());
    assert_eq!(Lab::from_scenario(saved).unwrap().digest(), lab.digest());
}

#[test]
fn strict_scopes_answer_as_the_resource_manager_does() {
    let vm = json!({ "id": disk("fleet", "vm").replace("/disks/", "/virtualMachines/"), "name": "vm", "location": "eastus", "facts": { "osType": "Windows" },
        "disks": [{ "name": "os", "id": disk("fleet", "os"), "role": "os", "sizeGiB": 1 }] });
    let options = json!({ "strictScopes": true, "fleet": { "machines": [vm] } });
    let mut lab = Json::new_lab(Some(options)).unwrap();
    assert_eq!(groups(&lab).len(), 1, "the fleet's group is there");
    let other = "/subscriptions/s2/resourceGroups/g/providers/Microsoft.Compute/disks/d";
    for (command, code) in [
        (
            create_disk(&disk("apps", "d1"), "eastus"),
            "ResourceGroupNotFound",
        ),
        (create_disk(other, "eastus"), "SubscriptionNotFound"),
        (
            json!({ "type": "createRestorePointCollection", "name": disk("apps", "rpc").replace("/disks/", "/restorePointCollections/"), "source": "vm" }),
            "ResourceGroupNotFound",
        ),
        (
            json!({ "type": "moveVirtualMachine", "virtualMachine": "vm", "resourceGroup": "apps" }),
            "ResourceGroupNotFound",
        ),
        (
            json!({ "type": "deleteDisk", "disk": disk("apps", "d1") }),
            "ResourceGroupNotFound",
        ),
        (
            json!({ "type": "deleteDisk", "disk": disk("fleet", "d1") }),
            "ResourceNotFound",
        ),
    ] {
        let error = refused(&mut lab, command.clone());
        assert_eq!(error.code, code, "{command}: {error:?}");
    }
    ok(
        &mut lab,
        json!({ "type": "createResourceGroup", "name": "apps", "location": "eastus", "subscription": "s1" }),
    );
    ok(&mut lab, create_disk(&disk("apps", "d1"), "eastus"));
    // The file keeps it.
    let saved = rplab_core::json::write(&lab.export_scenario());
    let mut again = Lab::from_scenario(saved).unwrap();
    assert_eq!(again.digest(), lab.digest());
    refused(&mut again, create_disk(&disk("later", "d1"), "eastus"));
}

#[test]
fn a_subscription_has_a_limit_of_collections_in_a_region() {
    let options = json!({ "settings": { "limits.restorePointCollectionsPerRegion": 2 } });
    let mut lab = Json::new_lab(Some(options)).unwrap();
    ok(
        &mut lab,
        json!({ "type": "createVirtualMachine", "name": "vm", "location": "eastus", "facts": { "osType": "Linux" }, "disks": [{ "name": "os", "sizeGiB": 1 }] }),
    );
    let create = |name: &str| json!({ "type": "createRestorePointCollection", "name": name, "source": "vm" });
    ok(&mut lab, create("a"));
    ok(&mut lab, create("b"));
    let error = refused(&mut lab, create("c"));
    assert_eq!(error.code, "OperationNotAllowed");
    assert!(error.message.contains("may have 2"), "{error:?}");
    // Another region, or another subscription, counts for itself.
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "far", "source": "a", "location": "westus" }),
    );
    let elsewhere =
        "/subscriptions/s1/resourceGroups/g/providers/Microsoft.Compute/restorePointCollections/c";
    ok(&mut lab, create(elsewhere));
    ok(
        &mut lab,
        json!({ "type": "deleteRestorePointCollection", "collection": "b" }),
    );
    ok(&mut lab, json!({ "type": "advanceClock", "by": "PT1M" }));
    ok(&mut lab, create("c"));
}
