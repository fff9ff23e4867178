//! Page blobs behind signed addresses, as a backup tool reads them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

mod access;
mod bytes;
mod coverage;
mod pages;
#[path = "../support/mod.rs"]
mod support;

use rplab_core::api::{BlobAnswer, BlobRequest, Json, Lab};
use serde_json::json;
use support::{ok, refused};

const BLOCK: u64 = 64 << 10;
const GIB: u64 = 1 << 30;
const FOOTER: u64 = 512;
const START: &str = "2026-01-05T00:00:00Z";

/// A VM with an empty disk of 1 GiB in blocks of 64 KiB, and another.
fn lab() -> Lab {
    let options = json!({ "seed": 5, "startTime": START, "settings": { "blockSizeBytes": BLOCK } });
    let mut lab = Json::new_lab(Some(options)).unwrap();
    ok(
        &mut lab,
        json!({ "type": "createVirtualMachine", "name": "vm", "location": "eastus", "facts": { "osType": "Linux" },
            "disks": [{ "name": "os", "sizeGiB": 1 }, { "name": "data", "sizeGiB": 1 }] }),
    );
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "rpc", "source": "vm" }),
    );
    lab
}

fn write(lab: &mut Lab, first: u64, last: u64) {
    ok(
        lab,
        json!({ "type": "writeBlocks", "disk": "os", "first": first, "last": last }),
    );
}

fn trim(lab: &mut Lab, first: u64, last: u64) {
    ok(
        lab,
        json!({ "type": "trimBlocks", "disk": "os", "first": first, "last": last }),
    );
}

fn advance(lab: &mut Lab, by: &str) {
    ok(lab, json!({ "type": "advanceClock", "by": by }));
}

/// A point, and the address that reads a disk of it for an hour.
fn captured_disk(lab: &mut Lab, name: &str, disk: &str) -> String {
    ok(
        lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": name }),
    );
    advance(lab, "PT5M");
    granted(lab, name, disk)
}

fn granted(lab: &mut Lab, point: &str, disk: &str) -> String {
    ok(
        lab,
        json!({ "type": "grantAccess", "diskRestorePoint": disk, "restorePoint": point, "durationSeconds": 3600 }),
    );
    disk_of(lab, point, disk).access.unwrap().address
}

fn disk_of(lab: &Lab, point: &str, disk: &str) -> rplab_core::api::DiskRestorePointState {
    let points = lab.state().restore_points;
    let point = points.into_iter().find(|known| known.name == point);
    let mut disks = point.unwrap().disks.into_iter();
    disks.find(|known| known.name == disk).unwrap()
}

fn captured(lab: &mut Lab, name: &str) -> String {
    captured_disk(lab, name, "os")
}

fn send(lab: &Lab, method: &str, url: &str, headers: &[(&str, &str)]) -> BlobAnswer {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let headers: Vec<(String, String)> = headers.iter().map(owned).collect();
    let before = lab.digest();
    let answer = lab.read_blob(&BlobRequest {
        method,
        url,
        headers: &headers,
    });
    assert_eq!(lab.digest(), before, "reading changes nothing");
    answer
}

fn get(lab: &Lab, url: &str, range: &str) -> BlobAnswer {
    send(lab, "GET", url, &[("x-ms-range", range)])
}

/// Status and code of what is refused; the XML says the same.
fn trouble(answer: &BlobAnswer) -> (u16, String) {
    let code = answer.header("x-ms-error-code").unwrap().to_owned();
    let text = String::from_utf8(answer.body.clone()).unwrap();
    assert!(text.contains(&format!("<Code>{code}</Code>")), "{text}");
    assert_eq!(answer.header("content-type"), Some("application/xml"));
    (answer.status, code)
}

fn xml(answer: &BlobAnswer) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/xml"));
    String::from_utf8(answer.body.clone()).unwrap()
}

/// The ranges of a list: kind, first and last byte.
fn ranges(answer: &BlobAnswer) -> Vec<(String, u64, u64)> {
    let text = xml(answer);
    let (_, list) = text.split_once("<PageList>").unwrap();
    let number = |text: &str, name: &str| -> u64 {
        let (_, rest) = text.split_once(&format!("<{name}>")).unwrap();
        rest.split_once("</").unwrap().0.parse().unwrap()
    };
    let pieces = list
        .split("Range>")
        .filter(|piece| piece.contains("<Start>"));
    let kinds = list
        .split("Range><Start>")
        .filter_map(|piece| piece.rsplit_once('<'));
    kinds
        .zip(pieces)
        .map(|((_, kind), piece)| {
            (
                kind.to_owned(),
                number(piece, "Start"),
                number(piece, "End"),
            )
        })
        .collect()
}

fn pages(lab: &Lab, url: &str, headers: &[(&str, &str)]) -> Vec<(String, u64, u64)> {
    ranges(&send(lab, "GET", &format!("{url}&comp=pagelist"), headers))
}

fn diff(lab: &Lab, newer: &str, older: &str) -> Vec<(String, u64, u64)> {
    pages(lab, newer, &[("x-ms-previous-snapshot-url", older)])
}

fn page(first: u64, last: u64) -> (String, u64, u64) {
    ("Page".to_owned(), first, last)
}

fn clear(first: u64, last: u64) -> (String, u64, u64) {
    ("Clear".to_owned(), first, last)
}

fn blocks(first: u64, last: u64) -> (u64, u64) {
    (first * BLOCK, (last + 1) * BLOCK - 1)
}
