//! Snapshots.

use super::wire::send;
use super::{B, VD, get, lab, put, url};
use rplab_core::api::Lab;
use rplab_core::units::SimDuration;
use serde_json::{Value, json};

#[test]
fn snapshots_are_taken_copied_read_and_made_into_disks() {
    let mut lab = lab(json!({}));
    put(
        &mut lab,
        "disks/d",
        VD,
        &json!({ "location": "westus", "sku": { "name": "Premium_LRS" }, "properties": { "creationData": { "createOption": "Empty" }, "diskSizeGB": 10 } }),
    );
    let write = |lab: &mut Lab, last: u64| {
        let command = json!({ "type": "writeBlocks", "disk": "d", "first": 0, "last": last });
        assert!(lab.dispatch_json(command).unwrap().is_ok());
    };
    write(&mut lab, 99);
    let digest = lab.content_digest("d").unwrap();
    let taken = |source: &str, option: &str, location: &str| {
        json!({ "location": location, "sku": { "name": "Standard_LRS" }, "properties": { "incremental": true,
            "creationData": { "createOption": option, "sourceResourceId": format!("{B}/{source}") } } })
    };
    let stored = lab.state().stored_bytes;
    put(
        &mut lab,
        "snapshots/s1",
        VD,
        &taken("disks/d", "Copy", "westus"),
    );
    write(&mut lab, 9);
    put(
        &mut lab,
        "snapshots/s2",
        VD,
        &taken("disks/d", "Copy", "westus"),
    );
    assert_eq!(
        lab.state().stored_bytes,
        stored,
        "snapshots are not counted as restore points"
    );
    let (one, two) = (
        get(&mut lab, "snapshots/s1", VD),
        get(&mut lab, "snapshots/s2", VD),
    );
    let family = |snapshot: &Value| snapshot["properties"]["incrementalSnapshotFamilyId"].clone();
    assert_eq!(family(&one), family(&two));
    assert_eq!(
        (&one["sku"], &one["properties"]["diskState"]),
        (
            &json!({ "name": "Standard_LRS", "tier": "Standard" }),
            &json!("Unattached")
        )
    );

    put(
        &mut lab,
        "snapshots/far",
        VD,
        &taken("snapshots/s1", "CopyStart", "eastus2"),
    );
    let far = get(&mut lab, "snapshots/far", VD);
    assert_ne!(family(&far), family(&one));
    assert_eq!(
        (
            &far["properties"]["completionPercent"],
            &far["properties"]["snapshotAccessState"]
        ),
        (&json!(0), &json!("Pending"))
    );
    assert!(lab.advance(SimDuration::from_seconds(3600)).is_ok());
    let far = get(&mut lab, "snapshots/far", VD);
    assert_eq!(
        (
            far["properties"].get("completionPercent"),
            &far["properties"]["snapshotAccessState"]
        ),
        (None, &json!("Available"))
    );

    let body = json!({ "location": "westus", "properties": { "creationData": { "createOption": "Copy", "sourceResourceId": one["id"] } } });
    put(&mut lab, "disks/copy", VD, &body);
    assert_eq!(lab.content_digest("copy").unwrap(), digest);
    assert_eq!(
        get(&mut lab, "disks/copy", VD)["properties"]["creationData"]["createOption"],
        "Copy"
    );

    for resource in ["snapshots/s1", "disks/copy"] {
        let begin = url(&format!("{resource}/beginGetAccess"), VD);
        let begun = send(
            &mut lab,
            "POST",
            &begin,
            &json!({ "access": "Read", "durationInSeconds": 600 }),
        );
        assert_eq!(begun.status, 202, "{}", begun.body);
        let result = send(
            &mut lab,
            "GET",
            begun.header("location").unwrap(),
            &Value::Null,
        );
        let address = result.body["accessSAS"].as_str().unwrap().to_owned();
        assert_eq!(
            get(&mut lab, resource, VD)["properties"]["diskState"],
            "ActiveSAS"
        );
        let head = rplab_core::api::Request {
            method: "HEAD".to_owned(),
            url: address.clone(),
            ..Default::default()
        };
        assert_eq!(lab.request(&head).status, 200, "{resource}");
        let refused = send(&mut lab, "DELETE", &url(resource, VD), &Value::Null);
        assert_eq!(refused.code(), (409, "DiskRestorePointUsedByCustomer"));
        let end = send(
            &mut lab,
            "POST",
            &url(&format!("{resource}/endGetAccess"), VD),
            &Value::Null,
        );
        assert_eq!(end.status, 202);
        let result = send(
            &mut lab,
            "GET",
            end.header("location").unwrap(),
            &Value::Null,
        );
        assert_eq!((result.status, result.body.is_null()), (200, true));
        assert_eq!(lab.request(&head).status, 403, "{resource}");
        assert_eq!(
            get(&mut lab, resource, VD)["properties"]["diskState"],
            "Unattached"
        );
        assert_eq!(
            send(&mut lab, "DELETE", &url(resource, VD), &Value::Null).status,
            202
        );
    }
    let all = get(&mut lab, "snapshots", VD);
    assert_eq!(all["value"].as_array().unwrap().len(), 2);
    let saved = rplab_core::json::write(&lab.export_scenario());
    assert_eq!(Lab::from_scenario(saved).unwrap().digest(), lab.digest());
}
