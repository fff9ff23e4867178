//! Any request for a page blob is answered, and answers agree with each other.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

#[allow(dead_code, reason = "shared by several suites")]
mod support;

use proptest::prelude::*;
use rplab_core::api::{BlobAnswer, BlobRequest, Json, Lab};
use serde_json::json;
use support::ok;

const GIB: u64 = 1 << 30;
const TOTAL: u64 = GIB + 512;

/// A lab with two points of a disk, and the addresses that read them.
fn lab() -> (Lab, [String; 2]) {
    let mut lab = Json::new_lab(Some(json!({ "seed": 3 }))).unwrap();
    for command in [
        json!({ "type": "createVirtualMachine", "name": "vm", "location": "eastus", "disks": [{ "name": "os", "sizeGiB": 1 }] }),
        json!({ "type": "createRestorePointCollection", "name": "rpc", "source": "vm" }),
    ] {
        ok(&mut lab, command);
    }
    let addresses = ["p1", "p2"].map(|name| {
        for command in [
            json!({ "type": "writeBlocks", "disk": "os", "first": 3, "last": 9 }),
            json!({ "type": "trimBlocks", "disk": "os", "first": 8, "last": 8 }),
            json!({ "type": "createRestorePoint", "collection": "rpc", "name": name }),
            json!({ "type": "advanceClock", "by": "PT5M" }),
            json!({ "type": "grantAccess", "diskRestorePoint": "os", "restorePoint": name, "durationSeconds": 86400 }),
        ] {
            ok(&mut lab, command);
        }
        let points = lab.state().restore_points;
        let point = points.into_iter().find(|point| point.name == name).unwrap();
        point.disks[0].access.clone().unwrap().address
    });
    (lab, addresses)
}

fn send(lab: &Lab, method: &str, url: &str, headers: &[(String, String)]) -> BlobAnswer {
    lab.read_blob(&BlobRequest {
        method,
        url,
        headers,
    })
}

fn header(name: &str, value: impl Into<String>) -> (String, String) {
    (name.to_owned(), value.into())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_asked_is_answered(
        method in prop_oneof![Just("GET".to_owned()), Just("HEAD".to_owned()), ".{0,6}"],
        at in 0_usize..160,
        put in ".{0,4}",
        query in "(&(comp|snapshot|maxresults|marker|prevsnapshot|%[0-9a-f]{2})=[ -~]{0,12}){0,3}",
        names in prop::collection::vec(prop_oneof![
            Just("x-ms-range"), Just("Range"), Just("if-match"), Just("if-none-match"), Just("if-modified-since"),
            Just("x-ms-previous-snapshot-url"), Just("x-ms-version"), Just("x-restore-point-lab-part"),
        ], 0..4),
        value in "(bytes=[0-9]{0,22}-?[0-9]{0,12})|.{0,20}",
        whole in any::<bool>(),
    ) {
        let (lab, [url, _]) = lab();
        let before = lab.digest();
        let mut url = url;
        if !whole {
            let at = (0..=at.min(url.len())).rev().find(|at| url.is_char_boundary(*at)).unwrap();
            url.insert_str(at, &put);
        }
        url.push_str(&query);
        let headers: Vec<_> = names.iter().map(|name| header(name, value.clone())).collect();
        let answer = send(&lab, &method, &url, &headers);
        prop_assert!([200, 206, 304, 400, 403, 404, 405, 409, 412, 416].contains(&answer.status), "{answer:?}");
        prop_assert_eq!(answer.status >= 300, answer.header("x-ms-error-code").is_some());
        for (_, value) in &answer.headers {
            prop_assert!(value.bytes().all(|byte| (b' '..0x7f).contains(&byte)), "{value:?}");
        }
        prop_assert_eq!(lab.digest(), before);
    }

    #[test]
    fn a_range_is_a_piece_of_the_whole(first in 0..TOTAL + 10, length in 1_u64..200_000, near in any::<bool>()) {
        let (lab, [_, url]) = lab();
        let first = if near { first % 1_000_000 } else { first };
        let range = header("x-ms-range", format!("bytes={first}-{}", first + length - 1));
        let answer = send(&lab, "GET", &url, &[range]);
        if first >= TOTAL {
            prop_assert_eq!(answer.status, 416);
            return Ok(());
        }
        let end = (first + length).min(TOTAL);
        prop_assert_eq!(answer.status, 206);
        prop_assert_eq!(answer.body.len() as u64, end - first);
        let said = format!("bytes {first}-{}/{TOTAL}", end - 1);
        prop_assert_eq!(answer.header("content-range"), Some(said.as_str()));
        // Byte by byte the same as in the aligned megabyte around its first byte.
        let base = first / (1 << 20) * (1 << 20);
        let around = header("x-ms-range", format!("bytes={base}-{}", base + (1 << 20) - 1));
        let around = send(&lab, "GET", &url, &[around]).body;
        for (at, byte) in (first..end).zip(&answer.body) {
            if let Some(same) = around.get(usize::try_from(at - base).unwrap()) {
                prop_assert_eq!(byte, same, "byte {}", at);
            }
        }
    }

    #[test]
    fn pages_of_a_list_are_the_list(most in 1_u64..6, differences in any::<bool>()) {
        let (lab, [older, newer]) = lab();
        let headers: Vec<_> = differences.then(|| header("x-ms-previous-snapshot-url", older)).into_iter().collect();
        let list = |query: &str| {
            let answer = send(&lab, "GET", &format!("{newer}&comp=pagelist{query}"), &headers);
            String::from_utf8(answer.body).unwrap()
        };
        let inner = |text: &str| -> String {
            let (_, rest) = text.split_once("<PageList>").unwrap();
            rest.split("<NextMarker>").next().unwrap().replace("</PageList>", "")
        };
        let (mut collected, mut marker) = (String::new(), String::new());
        for _ in 0..20 {
            let text = list(&format!("&maxresults={most}{marker}"));
            collected += &inner(&text);
            let Some((_, rest)) = text.split_once("<NextMarker>") else {
                break;
            };
            marker = format!("&marker={}", rest.split_once('<').unwrap().0);
        }
        prop_assert_eq!(collected, inner(&list("")));
    }
}
