//! A lab's report as documents: the same every time, with everything in it, and with names that stay names.

use rplab_core::api::{DocumentRequest, Lab};
use serde_json::{Value, json};

const NAME: &str = "<img src=x onerror=alert(1)>|`*[a](https://e.example)\u{202e}";
const TAG: &str = "=HYPERLINK(1)";

fn lab() -> Lab {
    let vm = format!(
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/{}",
        "vm"
    );
    let fleet = json!({ "machines": [{ "id": vm, "name": "vm", "location": "eastus2", "facts": { "osType": "Windows" },
        "disks": [{ "name": "os|`*[a]\u{202e}", "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/os", "role": "os", "sizeGiB": 8 }] }] });
    Lab::from_scenario(
        json!({ "seed": 41, "title": NAME, "fleet": fleet, "commands": [
        { "type": "createRestorePointCollection", "name": "near", "source": "vm" },
        { "type": "createRestorePoint", "collection": "near", "name": TAG },
        { "type": "advanceClock", "by": "PT1H" },
        { "type": "createRestorePoint", "collection": "none", "name": "x" },
    ] }),
    )
    .unwrap()
}

fn document(format: &str) -> String {
    let lab = lab();
    let rehearsal = lab
        .rehearse(&rplab_core::json::read(&json!({ "restorePoint": TAG })).unwrap())
        .unwrap();
    let request: DocumentRequest = rplab_core::json::read(&json!({
        "format": format,
        "plan": { "name": NAME, "service": "restorePoints", "policy": { "keepLast": 3 } },
        "forecast": { "name": NAME, "service": "restorePoints", "startTime": "2026-01-05T00:00:00Z", "machines": 1, "cost": {}, "tiers": [{ "region": "eastus2", "storedBytes": 1 << 30, "days": { "points": vec![1; 400] } }] },
        "rehearsal": rplab_core::json::write(&rehearsal),
    }))
    .unwrap();
    let text = lab.report_document(&request).unwrap();
    assert_eq!(
        text,
        self::lab().report_document(&request).unwrap(),
        "the same again"
    );
    text
}

fn says_everything(text: &str) {
    let digest = lab().digest().to_string();
    for part in [
        "seed 41",
        "engine 0.",
        "2023-07",
        digest.as_str(),
        "refused",
        "Rehearsal",
        "Forecast: tiers",
        "keep last",
        "copy",
        "proved",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn html_runs_and_loads_nothing() {
    let text = document("html");
    says_everything(&text);
    const TAGS: &[&str] = &[
        "!doctype html",
        "html lang=\"en\"",
        "head",
        "meta charset=\"utf-8\"",
        "meta name=\"viewport\" content=\"width=device-width\"",
        "title",
        "style",
        "body",
        "h1",
        "section",
        "h2",
        "p",
        "table",
        "thead",
        "tbody",
        "tr",
        "th scope=\"col\"",
        "td",
        "bdi",
    ];
    for tag in text.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap();
        let known = TAGS
            .iter()
            .any(|known| *known == tag || tag.strip_prefix('/') == known.split(' ').next());
        assert!(
            known || tag.starts_with("meta http-equiv=\"Content-Security-Policy\""),
            "{tag}"
        );
    }
    assert!(!text.contains('\u{202e}'));
    assert!(
        text.contains("default-src 'none'")
            && text.contains("&lt;img")
            && text.contains("\\u{202e}")
    );
    assert_eq!(
        text.matches("<table>").count(),
        text.matches("</table>").count()
    );
    assert!(text.contains("1.00 GiB"), "{text}");
}

#[test]
fn markdown_keeps_names_inert() {
    let text = document("markdown");
    // People read names; programs have the ids in the other files.
    assert!(!text.contains("/subscriptions/"), "{text}");
    assert!(document("json").contains("/subscriptions/"));
    says_everything(&text);
    let bare = text
        .char_indices()
        .filter(|(at, c)| *c == '[' && !text[..*at].ends_with('\\'))
        .count();
    assert_eq!(bare, 0, "{text}");
    assert!(
        !text.contains('<') && !text.contains("://") && !text.contains('\u{202e}'),
        "{text}"
    );
    // Every row of a table has as many cells as its heading.
    let mut cells = 0;
    for line in text.lines() {
        let bars = line.replace("\\|", "").matches('|').count();
        if bars == 0 {
            cells = 0;
        } else if cells == 0 {
            cells = bars;
        } else {
            assert_eq!(bars, cells, "{line}");
        }
    }
}

#[test]
fn csv_has_no_formulas_and_numbers_for_bytes() {
    let text = document("csv");
    says_everything(&text);
    assert!(
        text.contains("1073741824") && text.contains("\"'=HYPERLINK(1)\""),
        "{text}"
    );
    for line in text.split("\r\n").filter(|line| !line.is_empty()) {
        assert!(
            !line.starts_with(['=', '+', '@']) && !line.contains(",=") && !line.contains(",@"),
            "{line}"
        );
    }
}

#[test]
fn json_is_all_of_it() {
    let value: Value = serde_json::from_str(&document("json")).unwrap();
    assert_eq!(value["report"]["seed"], 41);
    assert_eq!(value["report"]["digest"], lab().digest().to_string());
    assert_eq!(
        (&value["plan"]["name"], &value["rehearsal"]["proved"]),
        (&Value::from(NAME), &Value::from(true))
    );
}

#[test]
fn another_format_is_refused_by_name() {
    let request: DocumentRequest = rplab_core::json::read(&json!({ "format": "pdf" })).unwrap();
    let error = lab().report_document(&request).unwrap_err();
    assert_eq!(
        (error.code.as_str(), error.path.as_str()),
        ("UnknownFormat", "format")
    );
}

/// What no forecast or rehearsal is does not go into a report, and neither does the forecast of another plan.
#[test]
fn a_report_does_not_mix_what_does_not_belong_together() {
    let refused = |request: Value| {
        let request: DocumentRequest = rplab_core::json::read(&request).unwrap();
        let error = lab().report_document(&request).unwrap_err();
        (error.path, error.message)
    };
    let (path, message) = refused(json!({ "format": "html", "forecast": {} }));
    assert_eq!(path, "forecast.service");
    assert!(message.contains("forecast()"), "{message}");
    let (path, _) = refused(json!({ "format": "json", "rehearsal": {} }));
    assert_eq!(path, "rehearsal.source");
    let disk = json!({ "name": "os", "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/os", "sizeGiB": 8 });
    let plan = |name: &str, service: &str| {
        json!({ "name": name, "service": service, "horizonDays": 31,
            "fleet": { "machines": [{ "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm",
                "name": "vm", "location": "westus", "disks": [disk] }] },
            "policy": { "schedule": { "frequency": "Daily" }, "dailyRetentionDays": 7 } })
    };
    let foretold = |plan: &Value| {
        rplab_core::json::write(
            &rplab_core::api::forecast(&rplab_core::json::read(plan).unwrap()).unwrap(),
        )
    };
    let own = plan("nightly", "restorePoints");
    for (other, field) in [
        (plan("weekly", "restorePoints"), "forecast.name"),
        (plan("nightly", "diskBackup"), "forecast.service"),
    ] {
        let (path, message) =
            refused(json!({ "format": "markdown", "plan": own, "forecast": foretold(&other) }));
        assert_eq!(path, field);
        assert!(message.contains("leave one of them out"), "{message}");
    }
    let both: DocumentRequest = rplab_core::json::read(
        &json!({ "format": "markdown", "plan": own, "forecast": foretold(&own) }),
    )
    .unwrap();
    assert!(lab().report_document(&both).is_ok());
}

/// Everything that a report is to say is in each format, as the values themselves have it; a lab replayed from its
/// scenario says the same.
#[test]
fn each_format_has_verdicts_plan_assumptions_versions_figures_and_evidence() {
    let id = |kind: &str, name: &str| {
        format!("/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/{kind}/{name}")
    };
    let fleet = json!({ "machines": [{ "id": id("virtualMachines", "vm"), "name": "vm", "location": "eastus2", "facts": { "osType": "Windows" },
        "disks": [{ "name": "os", "id": id("disks", "os"), "role": "os", "sizeGiB": 64, "facts": { "usedGiB": 10 } }] }] });
    let replayed = || {
        let scenario = json!({ "seed": 4711, "title": "Evidence", "fleet": fleet, "commands": [
            { "type": "createRestorePointCollection", "name": "near", "source": "vm" },
            { "type": "createRestorePoint", "collection": "near", "name": "before" },
            { "type": "advanceClock", "by": "PT1H" },
        ] });
        Lab::from_scenario(scenario).unwrap()
    };
    let lab = replayed();
    let plan = json!({ "name": "nightly", "fleet": fleet, "horizonDays": 31, "objectives": { "rpo": "PT25H" },
        "policy": { "schedule": { "frequency": "Daily", "time": "02:00" }, "dailyRetentionDays": 7 } });
    let forecast = rplab_core::api::forecast(&rplab_core::json::read(&plan).unwrap()).unwrap();
    let forecast = rplab_core::json::write(&forecast);
    let rehearsal = lab
        .rehearse(&rplab_core::json::read(&json!({ "restorePoint": "before" })).unwrap())
        .unwrap();
    let rehearsal = rplab_core::json::write(&rehearsal);
    let report = rplab_core::json::write(&lab.report().unwrap());
    let of = |value: &Value, path: &str| match value.pointer(path).unwrap() {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let stored = forecast["tiers"][0]["storedBytes"].as_u64().unwrap();
    let mut said = vec![
        ("the verdict", of(&report, "/support/machines/0/verdict")),
        (
            "the rule that decides it",
            of(&report, "/support/machines/0/findings/0/rowIds/0"),
        ),
        ("the plan", "nightly".to_owned()),
        ("the policy", "daily retention days 7".to_owned()),
        (
            "an assumption of the lab",
            of(&report, "/assumptions/0/setting/name"),
        ),
        (
            "an assumption of the plan",
            of(&forecast, "/assumptions/0/meaning"),
        ),
        (
            "an assumption of the rehearsal",
            of(&rehearsal, "/assumptions/0/meaning"),
        ),
        ("the edition", "2023-07".to_owned()),
        ("the engine", of(&report, "/version/engine")),
        ("the matrix", of(&report, "/version/matrixRevision")),
        ("the seed", "4711".to_owned()),
        ("the digest", lab.digest().to_string()),
        ("an objective", of(&forecast, "/objectives/0/achieved")),
        ("a limit", of(&forecast, "/quota/0/text")),
        ("a step", of(&rehearsal, "/steps/0/text")),
        ("a difference", of(&rehearsal, "/differences/0/remedy")),
        ("the time", of(&rehearsal, "/time/typicalSeconds")),
        ("the proof", of(&rehearsal, "/proofs/0/pointDigest")),
        (
            "what is read for it",
            of(&rehearsal, "/proofs/0/restoredDigest"),
        ),
    ];
    assert_eq!(rehearsal["proved"], true);
    for format in ["markdown", "html", "csv", "json"] {
        let figure = match format {
            "csv" | "json" => stored.to_string(),
            _ => rplab_core::units::ByteCount(stored).to_string(),
        };
        said.retain(|(what, _)| *what != "a figure");
        said.push(("a figure", figure));
        let request: DocumentRequest = rplab_core::json::read(&json!({
            "format": format, "plan": plan, "forecast": forecast, "rehearsal": rehearsal }))
        .unwrap();
        let text = lab.report_document(&request).unwrap();
        assert_eq!(text, replayed().report_document(&request).unwrap());
        // As a reader sees it: without the marks that keep a name from being markup.
        let mut plain = text.replace('\\', "");
        for (entity, c) in [
            ("&amp;", "&"),
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&quot;", "\""),
            ("&#39;", "'"),
        ] {
            plain = plain.replace(entity, c);
        }
        for (what, value) in &said {
            let words = format == "json" && *what == "the policy";
            assert!(
                words || plain.contains(value.as_str()),
                "{format}: {what}: {value}\n{plain}"
            );
        }
    }
}
