//! Refusals and throttling.

use super::wire::send;
use super::{B, V, VD, lab, machine, put, url};
use rplab_core::units::SimDuration;
use serde_json::{Value, json};

#[test]
fn too_many_requests_are_told_to_come_again() {
    let mut lab = lab(json!({ "settings": { "throttling.requestsPerMinute": 2 } }));
    let at = url("disks", VD);
    for (status, left) in [(200, Some("1")), (200, Some("0")), (429, None)] {
        let answer = send(&mut lab, "GET", &at, &Value::Null);
        let told = answer.header("x-ms-ratelimit-remaining-subscription-global-reads");
        assert_eq!((answer.status, told), (status, left));
    }
    let refused = send(&mut lab, "GET", &at, &Value::Null);
    assert_eq!(
        (refused.code(), refused.header("retry-after")),
        ((429, "TooManyRequests"), Some("60"))
    );
    assert!(lab.advance(SimDuration::from_seconds(60)).is_ok());
    assert_eq!(send(&mut lab, "GET", &at, &Value::Null).status, 200);
}

#[test]
fn refusals_have_the_codes_of_the_service() {
    let mut lab = lab(json!({ "longRunning": "clock" }));
    put(&mut lab, "virtualMachines/vm1", V, &machine());
    put(
        &mut lab,
        "restorePointCollections/c",
        V,
        &json!({ "location": "westeurope", "properties": { "source": { "id": format!("{B}/virtualMachines/vm1") } } }),
    );
    let point = |name: &str| {
        url(
            &format!("restorePointCollections/c/restorePoints/{name}"),
            V,
        )
    };
    assert_eq!(send(&mut lab, "PUT", &point("p1"), &json!({})).status, 201);
    let before = lab.digest();
    let second = send(&mut lab, "PUT", &point("p2"), &json!({}));
    assert_eq!(second.code(), (409, "VMRestorePointClientError"));
    assert!(
        second.body["error"]["message"]
            .as_str()
            .unwrap()
            .starts_with(
                "RestorePoint creation failed since a concurrent 'Create RestorePoint' operation"
            )
    );
    let again = send(&mut lab, "PUT", &point("p1"), &json!({}));
    assert_eq!(again.code(), (409, "OperationNotAllowed"));
    let old = point("p3").replace("2024-11-01", "2021-03-01");
    assert_eq!(
        send(
            &mut lab,
            "PUT",
            &old,
            &json!({ "properties": { "consistencyMode": "CrashConsistent" } })
        )
        .code(),
        (400, "BadRequest")
    );
    assert_eq!(lab.digest(), before);
    // The guest's trouble arrives as a failed operation, under status 200.
    assert!(lab.advance(SimDuration::from_seconds(60)).is_ok());
    assert!(
        lab.dispatch_json(
            json!({ "type": "setAgent", "virtualMachine": "vm1", "status": "notReady" })
        )
        .unwrap()
        .is_ok()
    );
    let begun = send(&mut lab, "PUT", &point("p4"), &json!({}));
    assert_eq!(begun.status, 201, "{}", begun.body);
    assert!(lab.advance(SimDuration::from_seconds(60)).is_ok());
    let failed = send(
        &mut lab,
        "GET",
        begun.header("azure-asyncoperation").unwrap(),
        &Value::Null,
    );
    assert_eq!(
        (
            failed.status,
            &failed.body["status"],
            &failed.body["error"]["code"]
        ),
        (
            200,
            &json!("Failed"),
            &json!("VMAgentStatusCommunicationError")
        )
    );
    assert_eq!(
        send(&mut lab, "GET", &point("p4"), &Value::Null).body["properties"]["provisioningState"],
        "Failed"
    );
}
