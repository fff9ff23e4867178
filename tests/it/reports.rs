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
        "forecast": { "machines": 1, "tiers": [{ "region": "eastus2", "storedBytes": 1 << 30, "days": { "points": vec![1; 400] } }] },
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
