//! Groups, locks, and lists over a scope.

use super::wire::send;
use super::{B, HOST, VD, lab, put, url};
use serde_json::{Value, json};

#[test]
fn groups_locks_pages_and_scopes() {
    let mut lab = lab(json!({ "strictScopes": true, "settings": { "api.pageSize": 2 } }));
    let group = format!("{HOST}/subscriptions/s/resourceGroups/RG?api-version=2021-04-01");
    let disk = json!({ "location": "westus", "properties": { "creationData": { "createOption": "Empty" }, "diskSizeGB": 1 } });
    let refused = send(&mut lab, "PUT", &url("disks/d0", VD), &disk);
    assert_eq!(refused.code(), (404, "ResourceGroupNotFound"));
    assert_eq!(send(&mut lab, "GET", &group, &Value::Null).status, 404);
    assert_eq!(
        send(&mut lab, "PUT", &group, &json!({ "location": "westus" })).status,
        201
    );
    assert_eq!(
        send(&mut lab, "PUT", &group, &json!({ "location": "westus" })).status,
        200
    );
    for number in 0..5 {
        put(&mut lab, &format!("disks/d{number}"), VD, &disk);
    }
    let mut names = Vec::new();
    let mut next = Some(url("disks", VD));
    while let Some(address) = next {
        let page = send(&mut lab, "GET", &address, &Value::Null).body;
        let items = page["value"].as_array().unwrap();
        assert!(items.len() <= 2);
        names.extend(
            items
                .iter()
                .map(|item| item["name"].as_str().unwrap().to_owned()),
        );
        next = page["nextLink"].as_str().map(str::to_owned);
    }
    assert_eq!(names, ["d0", "d1", "d2", "d3", "d4"]);
    let all = send(
        &mut lab,
        "GET",
        &format!("{HOST}/subscriptions/s/providers/Microsoft.Compute/disks?api-version={VD}"),
        &Value::Null,
    );
    assert!(
        all.body["value"][0]["id"]
            .as_str()
            .unwrap()
            .contains("/resourceGroups/RG/")
    );

    let lock = format!(
        "{HOST}{B}/disks/d0/providers/Microsoft.Authorization/locks/keep?api-version=2020-05-01"
    );
    let made = send(
        &mut lab,
        "PUT",
        &lock,
        &json!({ "properties": { "level": "CanNotDelete", "notes": "n" } }),
    );
    assert_eq!(
        (made.status, &made.body["properties"]),
        (201, &json!({ "level": "CanNotDelete", "notes": "n" }))
    );
    let before = lab.digest();
    assert_eq!(
        send(&mut lab, "DELETE", &url("disks/d0", VD), &Value::Null).code(),
        (409, "ScopeLocked")
    );
    assert_eq!(
        send(&mut lab, "DELETE", &group, &Value::Null).code(),
        (409, "ScopeLocked")
    );
    assert_eq!(lab.digest(), before);
    let locks = format!(
        "{HOST}/subscriptions/s/resourceGroups/RG/providers/Microsoft.Authorization/locks?api-version=2020-05-01"
    );
    assert_eq!(
        send(&mut lab, "GET", &locks, &Value::Null).body["value"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(send(&mut lab, "DELETE", &lock, &Value::Null).status, 200);
    assert_eq!(send(&mut lab, "DELETE", &group, &Value::Null).status, 202);
    assert_eq!(send(&mut lab, "GET", &group, &Value::Null).status, 404);
}
