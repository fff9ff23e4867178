//! The page about what the endpoint covers, and its JSON: both are made from the endpoint's own table.
//! `UPDATE=1` writes them anew.
#![allow(clippy::unwrap_used, reason = "a test panics where it fails")]

use rplab_core::arm::{DEVIATIONS, covered_fields, covered_operations, refused_values};
use rplab_core::blob::{
    BLOB_DEVIATIONS, COVERED_HEADERS, COVERED_PARAMETERS, COVERED_READS, CoveredRead,
};
use serde_json::json;
use std::fmt::Write as _;
use std::path::PathBuf;

fn page() -> String {
    let mut page = "# What the API endpoint covers\n\nMade from the endpoint's own table of operations and fields by a test; do not edit.\n\n## Operations\n\n*simulated*: it has its effect. *refused*: it is answered with 400 and the code NotSimulated. Any other is answered as the service answers an unknown one.\n\n| Operation | Method | Scope | Path | Since | Here |\n|---|---|---|---|---|---|\n".to_owned();
    for operation in covered_operations() {
        writeln!(
            page,
            "| {} | {} | {} | `{}` | {} | {} |",
            operation.name,
            operation.method,
            operation.scope,
            operation.path,
            operation.since,
            operation.status
        )
        .unwrap();
    }
    page += "\n## Fields of bodies\n\n*simulated*: it has its effect. *kept*: it is taken and given back, without effect. *ignored*: it is the service's to say, and passed over.\n*refused*: a request with it is refused. A field that is not listed is kept. Types are checked.\n";
    let mut last = "";
    for field in covered_fields() {
        if field.operations != last {
            last = field.operations;
            write!(
                page,
                "\n### {}\n\n| Field | Type | Here |\n|---|---|---|\n",
                last.trim_end_matches('_')
            )
            .unwrap();
        }
        writeln!(
            page,
            "| `{}` | {} | {} |",
            field.path,
            field.kind.replace('|', ", "),
            field.status
        )
        .unwrap();
    }
    page += "\n### Values that are refused\n\nOf a disk, with the code NotSimulated.\n\n| Field | Value | Why |\n|---|---|---|\n";
    for refused in refused_values() {
        writeln!(
            page,
            "| `{}` | {} | {} |",
            refused.path, refused.value, refused.why
        )
        .unwrap();
    }
    page += "\n## Intentional deviations\n\n";
    for deviation in DEVIATIONS {
        writeln!(page, "- {deviation}").unwrap();
    }
    page + &blobs()
}

/// The section about page blobs.
fn blobs() -> String {
    let mut page = "\n## Page blobs\n\nBehind the addresses that `beginGetAccess` gives, by the host `*.blob.*` or `*.disk.storage.*`. Every read here is simulated; what writes is\nrefused with 403, any other `comp` with 400. Refusals are XML with a code, as the storage service's, and `x-ms-error-code`.\n\n| Read | Method | Query |\n|---|---|---|\n".to_owned();
    for read in COVERED_READS {
        let query = match read {
            CoveredRead { compares: true, .. } => {
                "`comp=pagelist`, with `x-ms-previous-snapshot-url`".to_owned()
            }
            CoveredRead { query, .. } => query.map_or(String::new(), |query| format!("`{query}`")),
        };
        writeln!(page, "| {} | {} | {query} |", read.name, read.method).unwrap();
    }
    for (what, lines) in [
        ("Header", COVERED_HEADERS),
        ("Parameter", COVERED_PARAMETERS),
    ] {
        write!(page, "\n| {what} | Here |\n|---|---|\n").unwrap();
        for (name, status) in lines {
            writeln!(page, "| `{name}` | {status} |").unwrap();
        }
    }
    page += "\n### Intentional deviations of page blobs\n\n";
    for deviation in BLOB_DEVIATIONS {
        writeln!(page, "- {deviation}").unwrap();
    }
    page
}

fn blob_data() -> serde_json::Value {
    let reads = COVERED_READS.iter().map(|read| {
        json!({ "name": read.name, "method": read.method, "query": read.query, "compares": read.compares, "status": "simulated" })
    });
    let lines = |lines: &[(&str, &str)]| -> Vec<_> {
        let lines = lines.iter();
        lines
            .map(|(name, status)| json!({ "name": name, "status": status }))
            .collect()
    };
    json!({ "reads": reads.collect::<Vec<_>>(), "headers": lines(COVERED_HEADERS), "parameters": lines(COVERED_PARAMETERS),
            "deviations": BLOB_DEVIATIONS })
}

fn data() -> String {
    let operations = covered_operations().map(|operation| {
        json!({ "name": operation.name, "method": operation.method, "scope": operation.scope, "path": operation.path,
                "since": operation.since, "status": operation.status })
    });
    let fields = covered_fields().map(|field| {
        json!({ "operations": field.operations, "path": field.path, "type": field.kind, "status": field.status })
    });
    let refused = refused_values()
        .map(|refused| json!({ "path": refused.path, "value": refused.value, "why": refused.why }));
    let all = json!({ "refusedValues": refused.collect::<Vec<_>>(), "operations": operations.collect::<Vec<_>>(), "fields": fields.collect::<Vec<_>>(), "deviations": DEVIATIONS, "blobs": blob_data() });
    serde_json::to_string_pretty(&all).unwrap() + "\n"
}

#[test]
fn page_and_data_are_up_to_date() {
    let docs = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs");
    for (name, made) in [("api-coverage.md", page()), ("api-coverage.json", data())] {
        let file = docs.join(name);
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&file, &made).unwrap();
        }
        let there = std::fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(
            there, made,
            "{name} has changed; write it anew with UPDATE=1"
        );
    }
}
