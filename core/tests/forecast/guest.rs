//! Plans of what backs up from within the guest: the MARS agent, DPM and MABS.

use super::plans::{forecast_error, foretold, machine, plan, rates, seconds};
use rplab_core::api::{compare_plans, forecast};
use serde_json::{Value, json};

/// A plan of a service in the guest.
fn in_guest(service: &str, hours: u64, guest: Value) -> Value {
    json!({ "service": service, "guest": guest,
        "policy": { "schedule": { "frequency": "Hourly", "intervalHours": hours, "time": "00:00" }, "dailyRetentionDays": 30 } })
}

#[test]
fn agents_in_the_guest_have_limits_each_by_its_row() {
    for (service, hours, guest, path, row) in [
        (
            "mars",
            6,
            json!({}),
            "policy.schedule.intervalHours",
            "S3-11",
        ),
        (
            "dpmMabs",
            8,
            json!({}),
            "policy.schedule.intervalHours",
            "S3-12",
        ),
        (
            "mars",
            8,
            json!({ "scope": "systemState" }),
            "guest.scope",
            "S3-02a",
        ),
        (
            "dpmMabs",
            12,
            json!({ "scope": "virtualMachine" }),
            "guest.scope",
            "S3-03a",
        ),
        (
            "dpmMabs",
            12,
            json!({ "workload": "SQL Server", "intervalMinutes": 14 }),
            "guest.intervalMinutes",
            "S3-39a",
        ),
        (
            "dpmMabs",
            12,
            json!({ "workload": "Exchange", "intervalMinutes": 59 }),
            "guest.intervalMinutes",
            "S3-39b",
        ),
        (
            "dpmMabs",
            12,
            json!({ "workload": "file server", "diskRecoveryPoints": 65 }),
            "guest.diskRecoveryPoints",
            "S3-42a",
        ),
        (
            "dpmMabs",
            12,
            json!({ "workload": "SQL Server", "diskRecoveryPoints": 449 }),
            "guest.diskRecoveryPoints",
            "S3-42b",
        ),
        (
            "mars",
            8,
            json!({ "diskRecoveryPoints": 10 }),
            "guest.diskRecoveryPoints",
            "S3-03c",
        ),
        (
            "dpmMabs",
            12,
            json!({ "destination": "cloud" }),
            "guest.destination",
            "S3-03b",
        ),
    ] {
        let error = rplab_core::forecast::forecast(&plan(&in_guest(service, hours, guest.clone())))
            .unwrap_err();
        assert_eq!(error.path, path, "{guest}");
        assert!(
            error.row_ids.iter().any(|id| id == row),
            "{guest}: {:?}",
            error.row_ids
        );
    }
    // At the limit each is taken; tape counts no runs.
    for (service, hours, guest) in [
        ("mars", 8, json!({ "scope": "volumes" })),
        ("dpmMabs", 12, json!({ "scope": "bareMetal" })),
        (
            "dpmMabs",
            12,
            json!({ "workload": "SQL Server", "intervalMinutes": 15, "diskRecoveryPoints": 448 }),
        ),
        (
            "dpmMabs",
            12,
            json!({ "workload": "file server", "intervalMinutes": 60, "diskRecoveryPoints": 64 }),
        ),
        ("dpmMabs", 1, json!({ "destination": "tape" })),
    ] {
        forecast(&plan(&in_guest(service, hours, guest))).unwrap();
    }
    // Retention: what is not theirs is refused, 99 years and 9,999 points are the most.
    for (policy, row) in [
        (
            json!({ "schedule": { "frequency": "Daily" }, "keepLast": 5 }),
            "S3-40",
        ),
        (json!({ "schedule": { "frequency": "Daily" } }), "S3-40"),
        (
            json!({ "schedule": { "frequency": "Daily" }, "yearlyRetention": { "months": [1], "on": 1, "years": 100 } }),
            "S3-36",
        ),
        (
            json!({ "schedule": { "frequency": "Hourly", "intervalHours": 8 }, "dailyRetentionDays": 3334 }),
            "S3-35",
        ),
        (
            json!({ "schedule": { "frequency": "Monthly" }, "dailyRetentionDays": 5 }),
            "S3-13a",
        ),
    ] {
        let error =
            rplab_core::forecast::forecast(&plan(&json!({ "service": "mars", "policy": policy })))
                .unwrap_err();
        assert!(
            error.row_ids.iter().any(|id| id == row),
            "{policy}: {error} {:?}",
            error.row_ids
        );
    }
    assert_eq!(
        forecast_error(&plan(&json!({ "guest": {} }))),
        "guest",
        "restore points have no agent"
    );
}

#[test]
fn a_plan_in_the_guest_tells_what_it_protects_how_old_points_get_and_no_bytes() {
    let mars = foretold(&in_guest("mars", 8, json!({})));
    assert!(mars.tiers.is_empty(), "nothing of it is simulated");
    let worst = mars.groups[0].rpo[0].worst.seconds();
    assert_eq!(worst, seconds("PT8H"));
    let rows: Vec<&String> = mars.notes.iter().flat_map(|note| &note.row_ids).collect();
    assert!(
        rows.iter().any(|id| *id == "S3-02a") && rows.iter().any(|id| *id == "S3-02c"),
        "{rows:?}"
    );
    let limits: Vec<_> = mars
        .quota
        .iter()
        .map(|quota| (quota.limit.as_str(), quota.most, quota.allowed))
        .collect();
    assert_eq!(
        limits,
        [("schedulesPerDay", 3, 3), ("recoveryPoints", 92, 9_999)]
    );
    let sql = foretold(&in_guest(
        "dpmMabs",
        12,
        json!({ "workload": "SQL Server", "intervalMinutes": 15, "diskRecoveryPoints": 448 }),
    ));
    assert_eq!(sql.groups[0].rpo[0].worst.seconds(), seconds("PT15M"));
    let reach = sql
        .notes
        .iter()
        .find(|note| note.about == "guest.diskRecoveryPoints")
        .unwrap();
    assert!(reach.text.contains("P4DT16H"), "{}", reach.text);
    // A Linux VM is named with the row that keeps it out.
    let mut linux = machine("tux", 64, 10);
    linux["facts"]["osType"] = json!("Linux");
    let mut fields = in_guest("mars", 8, json!({}));
    fields["fleet"] = json!({ "machines": [linux] });
    let told = foretold(&fields);
    assert!(
        told.notes
            .iter()
            .any(|note| note.about == "tux" && note.row_ids == ["S3-24"])
    );
}

#[test]
fn plans_in_the_guest_are_compared_with_the_others() {
    let with = |name: &str, mut fields: Value, objectives: Value| {
        fields["name"] = json!(name);
        fields["objectives"] = objectives;
        fields["rates"] = rates(50_000);
        fields["horizonDays"] = json!(60);
        plan(&fields)
    };
    let points = json!({ "policy": { "schedule": { "frequency": "Hourly", "intervalHours": 8 }, "dailyRetentionDays": 30 } });
    let eight = || json!({ "rpo": "PT9H", "retentionDays": 30 });
    let compared = compare_plans(&[
        with("agent", in_guest("mars", 8, json!({})), eight()),
        with("points", points.clone(), eight()),
        with(
            "server",
            in_guest(
                "dpmMabs",
                12,
                json!({ "intervalMinutes": 60, "diskRecoveryPoints": 64 }),
            ),
            eight(),
        ),
        with("vault only", in_guest("dpmMabs", 12, json!({})), eight()),
        with("too often", in_guest("mars", 6, json!({})), eight()),
    ])
    .unwrap();
    assert_eq!(compared.cheapest, Some(1), "{}", compared.why);
    assert!(compared.why.contains("2 more would do"), "{}", compared.why);
    let [agent, _, server, vault, often] = compared.plans.as_slice() else {
        panic!()
    };
    assert!(agent.ruled_out.is_empty() && server.ruled_out.is_empty());
    assert_eq!(agent.monthly_typical_millionths, None);
    assert!(agent.notes.iter().any(|note| note.row_ids == ["S3-02c"]));
    assert_eq!(vault.ruled_out[0].about, "rpo");
    assert!(
        often
            .ruled_out
            .iter()
            .any(|note| note.row_ids.contains(&"S3-11".to_owned()))
    );
    // Where whole VMs must come back, what brings files back is no choice, by the row that says so.
    let whole = || json!({ "wholeVm": true });
    let disks = json!({ "service": "diskBackup", "policy": { "schedule": { "frequency": "Hourly", "intervalHours": 8 }, "operationalRetentionDays": 30 } });
    let compared = compare_plans(&[
        with("agent", in_guest("mars", 8, json!({})), whole()),
        with("server", in_guest("dpmMabs", 12, json!({})), whole()),
        with("disks", disks, whole()),
        with("points", points, whole()),
    ])
    .unwrap();
    let rows: Vec<_> = compared
        .plans
        .iter()
        .map(|plan| {
            plan.ruled_out
                .iter()
                .flat_map(|note| note.row_ids.clone())
                .collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(
        rows,
        [
            vec!["S3-02c".to_owned()],
            vec!["S3-03d".to_owned()],
            vec!["S4-03".to_owned(), "S4-07b".to_owned(), "S4-10".to_owned()],
            vec![]
        ]
    );
    assert_eq!(compared.cheapest, Some(3));
    // A Linux VM rules the agents out, whatever the objectives.
    let mut linux = machine("tux", 64, 10);
    linux["facts"]["osType"] = json!("Linux");
    let mut fields = in_guest("dpmMabs", 12, json!({}));
    fields["fleet"] = json!({ "machines": [linux] });
    let compared = compare_plans(&[plan(&fields)]).unwrap();
    assert!(
        compared.plans[0]
            .ruled_out
            .iter()
            .any(|note| note.row_ids.contains(&"S3-25".to_owned())),
        "{:?}",
        compared.plans[0].ruled_out
    );
}

/// What the support matrix says of frequencies and points of the agents and what a plan is refused for agree.
#[test]
fn the_support_matrix_and_plans_agree_about_agents() {
    for workload in ["SQL Server", "file server", "Exchange"] {
        for minutes in [10, 15, 59, 60] {
            for kept in [60, 64, 65, 448, 449] {
                let guest = json!({ "workload": workload, "intervalMinutes": minutes, "diskRecoveryPoints": kept });
                let plan = plan(&in_guest("dpmMabs", 12, guest.clone()));
                let refused = forecast(&plan).is_err();
                let compared = compare_plans(std::slice::from_ref(&plan)).unwrap();
                let of_matrix = compared.plans[0]
                    .ruled_out
                    .iter()
                    .any(|note| note.about == "web");
                assert_eq!(
                    refused, of_matrix,
                    "{guest}: {:?}",
                    compared.plans[0].ruled_out
                );
            }
        }
    }
    for (service, hours) in [("mars", 8), ("mars", 6), ("dpmMabs", 12), ("dpmMabs", 8)] {
        let plan = plan(&in_guest(service, hours, json!({})));
        let compared = compare_plans(std::slice::from_ref(&plan)).unwrap();
        let of_matrix = compared.plans[0]
            .ruled_out
            .iter()
            .any(|note| note.about == "web");
        assert_eq!(
            forecast(&plan).is_err(),
            of_matrix,
            "{service} every {hours} h"
        );
    }
}
