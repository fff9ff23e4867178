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

mod support;

use rplab_core::api::{BlobAnswer, BlobRequest, Json, Lab};
use rplab_core::store::{Content, ContentHasher};
use rplab_core::units::BlockSize;
use serde_json::json;
use std::collections::BTreeMap;
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

#[test]
fn every_byte_is_what_the_store_reads() {
    let mut lab = lab();
    write(&mut lab, 0, 2);
    write(&mut lab, 9000, 9001);
    write(&mut lab, 16383, 16383);
    ok(
        &mut lab,
        json!({ "type": "writeBytes", "disk": "os", "index": 5, "bytes": b"hello".to_vec() }),
    );
    trim(&mut lab, 1, 1);
    let url = captured(&mut lab, "p1");
    write(&mut lab, 0, 100);
    let mut hasher = ContentHasher::new(BlockSize::try_from(BLOCK).unwrap(), GIB / BLOCK);
    let step = 32 << 20;
    let mut found = Vec::new();
    for first in (0..GIB).step_by(step as usize) {
        let answer = get(&lab, &url, &format!("bytes={first}-{}", first + step - 1));
        assert_eq!(answer.status, 206);
        assert_eq!(answer.body.len() as u64, step);
        for (index, block) in (first / BLOCK..).zip(answer.body.chunks(BLOCK as usize)) {
            if block.iter().any(|byte| *byte != 0) {
                found.push(index);
            }
            hasher.add(index, Content::of_block(block));
        }
    }
    assert_eq!(found, [0, 2, 5, 9000, 9001, 16383]);
    let point = disk_of(&lab, "p1", "os");
    let digest = lab.content_digest(point.id.as_str()).unwrap();
    assert_eq!(hasher.finish().0, digest);
    // A part of a block, and of two.
    let bytes = get(
        &lab,
        &url,
        &format!("bytes={}-{}", 5 * BLOCK + 1, 5 * BLOCK + 7),
    )
    .body;
    assert_eq!(bytes, b"ello\0\0\0");
    let whole = get(
        &lab,
        &url,
        &format!("bytes={}-{}", 9000 * BLOCK, 9002 * BLOCK - 1),
    )
    .body;
    let inner = get(
        &lab,
        &url,
        &format!("bytes={}-{}", 9001 * BLOCK - 3, 9001 * BLOCK + 3),
    )
    .body;
    assert_eq!(inner, whole[BLOCK as usize - 3..BLOCK as usize + 4]);
}

#[test]
fn head_tells_size_kind_and_times() {
    let mut lab = lab();
    let url = captured(&mut lab, "p1");
    let sent = [
        ("x-ms-version", "2026-04-06"),
        ("X-Ms-Client-Request-Id", "abc"),
    ];
    let answer = send(&lab, "HEAD", &url, &sent);
    assert_eq!((answer.status, answer.body.len()), (200, 0));
    for (name, value) in [
        ("content-length", (GIB + FOOTER).to_string().as_str()),
        ("content-type", "application/octet-stream"),
        ("x-ms-blob-type", "PageBlob"),
        ("x-ms-blob-sequence-number", "0"),
        ("accept-ranges", "bytes"),
        ("last-modified", "Mon, 05 Jan 2026 00:00:00 GMT"),
        ("date", "Mon, 05 Jan 2026 00:05:00 GMT"),
        ("x-ms-version", "2026-04-06"),
        ("x-ms-client-request-id", "abc"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name}");
    }
    let etag = answer.header("etag").unwrap();
    assert!(etag.starts_with("\"0x8D") && etag.ends_with('"'), "{etag}");
    // Another point has another.
    let other = captured(&mut lab, "p2");
    let other = send(&lab, "HEAD", &other, &[]);
    assert_ne!(other.header("etag"), Some(etag));
}

#[test]
fn ranges_are_answered_as_http_has_them() {
    let mut lab = lab();
    write(&mut lab, 0, 0);
    let url = captured(&mut lab, "p1");
    let total = GIB + FOOTER;
    let answer = get(&lab, &url, "bytes=0-4095");
    assert_eq!((answer.status, answer.body.len()), (206, 4096));
    let range = format!("bytes 0-4095/{total}");
    assert_eq!(answer.header("content-range"), Some(range.as_str()));
    assert_eq!(answer.header("content-length"), Some("4096"));
    // To the end, and beyond it.
    for last in ["", "99999999999999999999", "99999999999"] {
        let answer = get(&lab, &url, &format!("bytes={GIB}-{last}"));
        if last.len() == 20 {
            assert_eq!(trouble(&answer), (400, "InvalidHeaderValue".to_owned()));
        } else {
            assert_eq!((answer.status, answer.body.len() as u64), (206, FOOTER));
        }
    }
    // `Range` counts where there is no `x-ms-range`.
    let plain = send(&lab, "GET", &url, &[("Range", "bytes=10-19")]);
    assert_eq!(plain.body.len(), 10);
    let both = [("Range", "bytes=10-19"), ("x-ms-range", "bytes=0-4")];
    assert_eq!(send(&lab, "GET", &url, &both).body.len(), 5);
    let beyond = get(&lab, &url, &format!("bytes={total}-"));
    assert_eq!(trouble(&beyond), (416, "InvalidRange".to_owned()));
    let unsatisfied = format!("bytes */{total}");
    assert_eq!(beyond.header("content-range"), Some(unsatisfied.as_str()));
    assert_eq!(get(&lab, &url, "bytes=9-3").status, 416);
    for wrong in [
        "",
        "bytes",
        "bytes=",
        "bytes=-5",
        "bytes=a-b",
        "bytes=0-1,4-5",
        "items=0-1",
        "bytes=+1-2",
    ] {
        let answer = get(&lab, &url, wrong);
        assert_eq!(
            trouble(&answer),
            (400, "InvalidHeaderValue".to_owned()),
            "{wrong}"
        );
    }
}

#[test]
fn more_than_an_answer_carries_is_read_in_parts() {
    let mut lab = lab();
    write(&mut lab, 60, 70);
    let url = captured(&mut lab, "p1");
    let whole = send(&lab, "GET", &url, &[]);
    assert_eq!(trouble(&whole), (400, "OutOfRangeInput".to_owned()));
    let part = |number: u64, range: Option<&str>| {
        let number = number.to_string();
        let mut headers = vec![("x-restore-point-lab-part", number.as_str())];
        headers.extend(range.map(|range| ("x-ms-range", range)));
        send(&lab, "GET", &url, &headers)
    };
    let first = part(0, None);
    assert_eq!((first.status, first.body.len()), (200, 4 << 20));
    let total = (GIB + FOOTER).to_string();
    assert_eq!(first.header("content-length"), Some(total.as_str()));
    assert_eq!(first.body, get(&lab, &url, "bytes=0-4194303").body);
    assert!(
        first.body[60 * BLOCK as usize..]
            .iter()
            .any(|byte| *byte != 0)
    );
    assert_eq!(part(256, None).body.len() as u64, FOOTER);
    assert_eq!(part(257, None).body.len(), 0);
    assert_eq!(part(u64::MAX, None).body.len(), 0);
    let second = part(1, Some("bytes=100-5000099"));
    assert_eq!(
        (second.status, second.body.len()),
        (206, 5_000_000 - (4 << 20))
    );
    assert_eq!(second.header("content-length"), Some("5000000"));
}

#[test]
fn the_end_is_the_footer_of_a_fixed_vhd() {
    let mut lab = lab();
    let url = captured(&mut lab, "p1");
    let footer = |lab: &Lab, url: &str, at: u64| get(lab, url, &format!("bytes={at}-")).body;
    let bytes = footer(&lab, &url, GIB);
    assert_eq!(bytes.len(), 512);
    let number = |at: usize, length: usize| {
        let bytes = bytes[at..at + length].iter();
        bytes.fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte))
    };
    assert_eq!(&bytes[..8], b"conectix");
    assert_eq!((number(8, 4), number(12, 4)), (2, 0x1_0000));
    assert_eq!(
        number(16, 8),
        u64::MAX,
        "a fixed disk has no header elsewhere"
    );
    assert_eq!((number(40, 8), number(48, 8)), (GIB, GIB));
    let (cylinders, heads, sectors) = (number(56, 2), number(58, 1), number(59, 1));
    assert_eq!((cylinders, heads, sectors), (2080, 16, 63));
    assert_eq!(number(60, 4), 2, "a fixed disk");
    let others = bytes
        .iter()
        .enumerate()
        .filter(|(at, _)| !(64..68).contains(at));
    let sum: u64 = others.map(|(_, byte)| u64::from(*byte)).sum();
    assert_eq!(number(64, 4), u64::from(!u32::try_from(sum).unwrap()));
    assert!(bytes[85..].iter().all(|byte| *byte == 0));
    // The same in every point of the disk, another for another disk, another where the disk has grown.
    let later = captured(&mut lab, "p2");
    assert_eq!(footer(&lab, &later, GIB), bytes);
    let other = granted(&mut lab, "p2", "data");
    assert_ne!(footer(&lab, &other, GIB)[68..84], bytes[68..84]);
    ok(
        &mut lab,
        json!({ "type": "deallocateVirtualMachine", "virtualMachine": "vm" }),
    );
    ok(
        &mut lab,
        json!({ "type": "resizeDisk", "disk": "os", "sizeGiB": 2 }),
    );
    let grown = captured(&mut lab, "p3");
    assert_eq!(footer(&lab, &grown, 2 * GIB).len(), 512);
    assert_eq!(
        get(&lab, &grown, &format!("bytes={GIB}-{}", GIB + 511)).body,
        [0; 512]
    );
}

#[test]
fn page_ranges_are_what_was_written_and_the_footer() {
    let mut lab = lab();
    let empty = captured(&mut lab, "p0");
    assert_eq!(pages(&lab, &empty, &[]), [page(GIB, GIB + 511)]);
    write(&mut lab, 0, 2);
    write(&mut lab, 3, 3);
    write(&mut lab, 5000, 5000);
    write(&mut lab, 16383, 16383);
    trim(&mut lab, 1, 1);
    let url = captured(&mut lab, "p1");
    let (a, b, c) = (blocks(0, 0), blocks(2, 3), blocks(5000, 5000));
    let last = blocks(16383, 16383);
    let all = [
        page(a.0, a.1),
        page(b.0, b.1),
        page(c.0, c.1),
        page(last.0, GIB + 511),
    ];
    assert_eq!(pages(&lab, &url, &[]), all);
    assert_eq!(pages(&lab, &url, &[("x-ms-range", "bytes=0-")]), all);
    // Cut to the range asked for, in whole pages.
    let range = format!("bytes={}-{}", 2 * BLOCK + 700, 3 * BLOCK + 1);
    let cut = pages(&lab, &url, &[("x-ms-range", &range)]);
    assert_eq!(cut, [page(2 * BLOCK + 512, 3 * BLOCK + 511)]);
    let none = format!("bytes={}-{}", 10 * BLOCK, 20 * BLOCK);
    let answer = send(
        &lab,
        "GET",
        &format!("{url}&comp=pagelist"),
        &[("x-ms-range", &none)],
    );
    assert_eq!(
        xml(&answer),
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><PageList></PageList>"
    );
    let total = (GIB + FOOTER).to_string();
    assert_eq!(
        answer.header("x-ms-blob-content-length"),
        Some(total.as_str())
    );
    let beyond = send(
        &lab,
        "GET",
        &format!("{url}&comp=pagelist"),
        &[("x-ms-range", "bytes=9999999999-")],
    );
    assert_eq!(trouble(&beyond), (416, "InvalidRange".to_owned()));
}

#[test]
fn a_list_is_paged_and_comes_to_the_same() {
    let mut lab = lab();
    for at in 0..40 {
        write(&mut lab, at * 3, at * 3);
    }
    let older = captured(&mut lab, "p1");
    for at in 0..40 {
        write(&mut lab, at * 5, at * 5);
    }
    trim(&mut lab, 33, 33);
    let newer = captured(&mut lab, "p2");
    let previous: &[(&str, &str)] = &[("x-ms-previous-snapshot-url", &older)];
    for headers in [&[][..], previous] {
        let whole = pages(&lab, &newer, headers);
        assert!(whole.len() > 30, "{whole:?}");
        for most in [1, 7, 100] {
            let mut collected = Vec::new();
            let mut marker = String::new();
            loop {
                let url = format!("{newer}&comp=pagelist&maxresults={most}{marker}");
                let answer = send(&lab, "GET", &url, headers);
                let part = ranges(&answer);
                assert!(part.len() <= most);
                collected.extend(part);
                let text = xml(&answer);
                let Some((_, rest)) = text.split_once("<NextMarker>") else {
                    break;
                };
                marker = format!("&marker={}", rest.split_once('<').unwrap().0);
            }
            assert_eq!(collected, whole, "{most} at a time");
        }
    }
    for (query, code) in [
        ("maxresults=0", "OutOfRangeQueryParameterValue"),
        ("maxresults=-1", "OutOfRangeQueryParameterValue"),
        ("maxresults=many", "OutOfRangeQueryParameterValue"),
        ("marker=x", "InvalidQueryParameterValue"),
        ("marker=9999999999999", "InvalidQueryParameterValue"),
        ("maxresults=1&maxresults=2", "InvalidQueryParameterValue"),
    ] {
        let answer = send(&lab, "GET", &format!("{newer}&comp=pagelist&{query}"), &[]);
        assert_eq!(trouble(&answer), (400, code.to_owned()), "{query}");
    }
}

#[test]
fn differences_are_of_two_points_of_one_disk() {
    let mut lab = lab();
    write(&mut lab, 0, 9);
    let first = captured(&mut lab, "p1");
    write(&mut lab, 4, 5);
    trim(&mut lab, 8, 9);
    let second = captured(&mut lab, "p2");
    write(&mut lab, 8, 8);
    write(&mut lab, 100, 100);
    let third = captured(&mut lab, "p3");
    let (written, cleared) = (blocks(4, 5), blocks(8, 9));
    assert_eq!(
        diff(&lab, &second, &first),
        [page(written.0, written.1), clear(cleared.0, cleared.1)]
    );
    let (a, b, c, d) = (blocks(4, 5), blocks(8, 8), blocks(9, 9), blocks(100, 100));
    assert_eq!(
        diff(&lab, &third, &first),
        [
            page(a.0, a.1),
            page(b.0, b.1),
            clear(c.0, c.1),
            page(d.0, d.1)
        ]
    );
    assert_eq!(diff(&lab, &second, &second), []);
    let list = |url: &str, previous: &str| {
        let url = format!("{url}&comp=pagelist");
        trouble(&send(
            &lab,
            "GET",
            &url,
            &[("x-ms-previous-snapshot-url", previous)],
        ))
    };
    let newer = (400, "PreviousSnapshotCannotBeNewer".to_owned());
    assert_eq!(list(&first, &second), newer);
    let denied = (403, "AuthenticationFailed".to_owned());
    assert_eq!(list(&second, "https://elsewhere.example/x"), denied);
    assert_eq!(list(&second, ""), denied);
    let by_time = format!("{second}&comp=pagelist&prevsnapshot=2026-01-05T00%3A00%3A00.0000000Z");
    let answer = send(&lab, "GET", &by_time, &[]);
    assert_eq!(
        trouble(&answer),
        (409, "PreviousSnapshotNotFound".to_owned())
    );
    let other = granted(&mut lab, "p1", "data");
    let url = format!("{second}&comp=pagelist");
    let answer = send(&lab, "GET", &url, &[("x-ms-previous-snapshot-url", &other)]);
    assert_eq!(
        trouble(&answer),
        (409, "PreviousSnapshotOperationNotSupported".to_owned())
    );
}

#[test]
fn a_disk_that_grew_moves_its_footer() {
    let mut lab = lab();
    write(&mut lab, 0, 0);
    let small = captured(&mut lab, "p1");
    ok(
        &mut lab,
        json!({ "type": "deallocateVirtualMachine", "virtualMachine": "vm" }),
    );
    ok(
        &mut lab,
        json!({ "type": "resizeDisk", "disk": "os", "sizeGiB": 2 }),
    );
    let grown = captured(&mut lab, "p2");
    write(&mut lab, 16384, 16384);
    write(&mut lab, 20000, 20000);
    let written = captured(&mut lab, "p3");
    let footer = page(2 * GIB, 2 * GIB + 511);
    assert_eq!(
        diff(&lab, &grown, &small),
        [clear(GIB, GIB + 511), footer.clone()]
    );
    let (over, far) = (blocks(16384, 16384), blocks(20000, 20000));
    assert_eq!(
        diff(&lab, &written, &small),
        [page(over.0, over.1), page(far.0, far.1), footer]
    );
}

#[test]
fn expired_revoked_and_altered_addresses_read_nothing() {
    let mut lab = lab();
    let url = captured(&mut lab, "p1");
    assert_eq!(send(&lab, "HEAD", &url, &[]).status, 200);
    let denied = (403, "AuthenticationFailed".to_owned());
    let swap = |part: &str| {
        let at = url.find(part).unwrap() + part.len();
        let other = if url.as_bytes()[at] == b'a' { 'b' } else { 'a' };
        let mut altered = url.clone();
        altered.replace_range(at..=at, &other.to_string());
        altered
    };
    let (bare, query) = url.split_once('?').unwrap();
    for altered in [
        swap("sig="),
        swap("si="),
        swap("md-"),
        swap("storage.azure.net/"),
        url.replace("/abcd", "/abce"),
        url.replace("2018-03-28", "2019-03-28"),
        url.replace("sr=b", "sr=c"),
        bare.to_owned(),
        format!("{bare}?{}", query.replace("sig=", "sig=0")),
        url.replace("https://md-", "https://"),
        "https://".to_owned(),
        String::new(),
    ] {
        assert_eq!(
            trouble(&get(&lab, &altered, "bytes=0-1")),
            denied,
            "{altered}"
        );
    }
    // HEAD has no body, and tells the code all the same.
    let head = send(&lab, "HEAD", &swap("sig="), &[]);
    assert_eq!((head.status, head.body.len()), (403, 0));
    assert_eq!(head.header("x-ms-error-code"), Some("AuthenticationFailed"));
    // The clock ends it.
    advance(&mut lab, "PT59M59S");
    assert_eq!(send(&lab, "HEAD", &url, &[]).status, 200);
    advance(&mut lab, "PT1S");
    assert_eq!(trouble(&get(&lab, &url, "bytes=0-1")), denied);
    // A new grant has a new address; taken back, it reads nothing either.
    let again = granted(&mut lab, "p1", "os");
    assert_ne!(again, url);
    assert_eq!(get(&lab, &again, "bytes=0-1").status, 206);
    let delete = json!({ "type": "deleteRestorePoint", "restorePoint": "p1" });
    let held = refused(&mut lab, delete.clone());
    assert_eq!(held.code, "DiskRestorePointUsedByCustomer");
    ok(
        &mut lab,
        json!({ "type": "revokeAccess", "diskRestorePoint": "os", "restorePoint": "p1" }),
    );
    assert_eq!(trouble(&get(&lab, &again, "bytes=0-1")), denied);
    // What it read is gone: there is no such blob any more.
    ok(&mut lab, delete);
    advance(&mut lab, "PT1H");
    let gone = (404, "BlobNotFound".to_owned());
    assert_eq!(trouble(&get(&lab, &again, "bytes=0-1")), gone);
    let newer = captured(&mut lab, "p2");
    let list = format!("{newer}&comp=pagelist");
    let answer = send(
        &lab,
        "GET",
        &list,
        &[("x-ms-previous-snapshot-url", &again)],
    );
    assert_eq!(
        trouble(&answer),
        (409, "PreviousSnapshotNotFound".to_owned())
    );
}

#[test]
fn an_address_only_reads() {
    let mut lab = lab();
    let url = captured(&mut lab, "p1");
    for method in ["PUT", "DELETE", "POST", "PATCH"] {
        let answer = send(&lab, method, &url, &[]);
        assert_eq!(
            trouble(&answer),
            (403, "AuthorizationPermissionMismatch".to_owned())
        );
    }
    assert_eq!(trouble(&send(&lab, "BREW", &url, &[])).0, 405);
    let not_found = (404, "BlobNotFound".to_owned());
    for query in ["snapshot=2026-01-05T00%3A00%3A00.0000000Z", "versionid=x"] {
        assert_eq!(
            trouble(&send(&lab, "GET", &format!("{url}&{query}"), &[])),
            not_found
        );
    }
    for query in ["comp=copy", "comp=blocklist", "comp=pagelist&comp=pagelist"] {
        let answer = send(&lab, "GET", &format!("{url}&{query}"), &[]);
        assert_eq!(
            trouble(&answer),
            (400, "InvalidQueryParameterValue".to_owned())
        );
    }
    let answer = send(
        &lab,
        "GET",
        &url,
        &[
            ("x-ms-range", "bytes=0-9"),
            ("x-ms-range-get-content-md5", "true"),
        ],
    );
    assert_eq!(trouble(&answer), (400, "UnsupportedHeader".to_owned()));
}

#[test]
fn conditions_are_kept() {
    let mut lab = lab();
    let url = captured(&mut lab, "p1");
    let head = send(&lab, "HEAD", &url, &[]);
    let etag = head.header("etag").unwrap();
    let at = head.header("last-modified").unwrap();
    let (before, after) = (
        "Sun, 04 Jan 2026 23:59:59 GMT",
        "Mon, 05 Jan 2026 00:00:01 GMT",
    );
    let status = |headers: &[(&str, &str)]| {
        let mut all = vec![("x-ms-range", "bytes=0-9")];
        all.extend(headers);
        let answer = send(&lab, "GET", &url, &all);
        if answer.status >= 300 {
            assert_eq!(answer.header("x-ms-error-code"), Some("ConditionNotMet"));
            assert_eq!(answer.status == 304, answer.body.is_empty());
        }
        answer.status
    };
    for (name, value, expected) in [
        ("if-match", etag, 206),
        ("if-match", "*", 206),
        ("if-match", "\"0x8D1\"", 412),
        ("if-none-match", etag, 304),
        ("if-none-match", "\"a\", *", 304),
        ("if-none-match", "\"0x8D1\"", 206),
        ("if-modified-since", before, 206),
        ("if-modified-since", at, 304),
        ("if-modified-since", after, 304),
        ("if-unmodified-since", before, 412),
        ("if-unmodified-since", at, 206),
        ("if-unmodified-since", after, 206),
    ] {
        assert_eq!(status(&[(name, value)]), expected, "{name}: {value}");
    }
    // The name counts more than the date.
    assert_eq!(
        status(&[("if-match", etag), ("if-unmodified-since", before)]),
        206
    );
    assert_eq!(
        status(&[("if-none-match", "\"x\""), ("if-modified-since", after)]),
        206
    );
    let wrong = send(&lab, "GET", &url, &[("if-modified-since", "yesterday")]);
    assert_eq!(trouble(&wrong), (400, "InvalidHeaderValue".to_owned()));
    let pages = format!("{url}&comp=pagelist");
    assert_eq!(
        send(&lab, "GET", &pages, &[("if-match", "\"x\"")]).status,
        412
    );
}

#[test]
fn hostile_requests_are_refused_and_nothing_of_them_comes_back() {
    let mut lab = lab();
    let url = captured(&mut lab, "p1");
    for (name, value) in [
        ("x-ms-client-request-id", "a\r\nset-cookie: b"),
        ("x-ms-version", "a b"),
        ("x-ms-client-request-id", "ü"),
        ("x-ms-client-request-id", "x".repeat(2000).leak()),
    ] {
        let answer = send(&lab, "HEAD", &url, &[(name, value)]);
        assert_eq!((answer.status, answer.header(name)), (200, None));
    }
    let twice = [("x-ms-range", "bytes=0-1"), ("X-MS-RANGE", "bytes=2-3")];
    assert_eq!(trouble(&send(&lab, "GET", &url, &twice)).0, 400);
    for odd in [
        format!("{url}&comp=%"),
        format!("{url}&comp=%zz"),
        format!("{url}&%ff=1"),
        url.replace("/abcd", "/../abcd"),
        url.replace("https://", ""),
    ] {
        assert_eq!(trouble(&get(&lab, &odd, "bytes=0-1")).0, 403, "{odd}");
    }
    let injected = format!("{url}&comp=%3Cscript%3E");
    let answer = send(&lab, "GET", &injected, &[]);
    assert!(!String::from_utf8(answer.body).unwrap().contains("script"));
}

#[test]
fn a_copy_in_another_region_is_a_family_of_its_own() {
    let mut lab = lab();
    write(&mut lab, 0, 3);
    let local = captured(&mut lab, "p1");
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "far", "source": "rpc", "location": "westus" }),
    );
    let copy = |lab: &mut Lab, point: &str| {
        ok(
            lab,
            json!({ "type": "copyRestorePoint", "restorePoint": point, "collection": "far", "name": format!("{point}-far") }),
        );
        advance(lab, "PT4H");
        granted(lab, &format!("{point}-far"), "os")
    };
    let first = copy(&mut lab, "p1");
    write(&mut lab, 2, 2);
    captured(&mut lab, "p2");
    let second = copy(&mut lab, "p2");
    let first = {
        assert_eq!(
            get(&lab, &first, "bytes=0-1").status,
            403,
            "the first address ran out"
        );
        granted(&mut lab, "p1-far", "os")
    };
    let (written, local) = (blocks(2, 2), (local, granted(&mut lab, "p1", "os")).1);
    assert_eq!(diff(&lab, &second, &first), [page(written.0, written.1)]);
    let url = format!("{second}&comp=pagelist");
    let answer = send(&lab, "GET", &url, &[("x-ms-previous-snapshot-url", &local)]);
    assert_eq!(trouble(&answer).1, "PreviousSnapshotOperationNotSupported");
    let read = |url: &str| get(&lab, url, "bytes=0-262143").body;
    assert_eq!(read(&first), read(&local));
}

#[test]
fn what_a_tool_rebuilds_from_a_full_read_and_differences_is_the_newest_point() {
    let mut lab = lab();
    // By block, and the footer behind the last.
    let mut file: BTreeMap<u64, Vec<u8>> = BTreeMap::new();
    let mut previous: Option<String> = None;
    for round in 0..5_u64 {
        write(&mut lab, round * 7, round * 9 + 3);
        trim(&mut lab, round * 8, round * 8 + 1);
        write(&mut lab, 16383 - round, 16383 - round);
        let name = format!("p{round}");
        let url = captured(&mut lab, &name);
        let list = match &previous {
            None => pages(&lab, &url, &[]),
            Some(older) => diff(&lab, &url, older),
        };
        for (kind, first, last) in list {
            for index in first / BLOCK..=last / BLOCK {
                if kind == "Clear" {
                    file.remove(&index);
                } else {
                    let end = ((index + 1) * BLOCK - 1).min(last);
                    let range = format!("bytes={}-{end}", index * BLOCK);
                    file.insert(index, get(&lab, &url, &range).body);
                }
            }
        }
        let mut hasher = ContentHasher::new(BlockSize::try_from(BLOCK).unwrap(), GIB / BLOCK);
        for (index, bytes) in &file {
            if *index < GIB / BLOCK {
                hasher.add(*index, Content::of_block(bytes));
            }
        }
        let point = disk_of(&lab, &name, "os");
        let digest = lab.content_digest(point.id.as_str()).unwrap();
        assert_eq!(hasher.finish().0, digest, "{name}");
        let footer = get(&lab, &url, &format!("bytes={GIB}-")).body;
        assert_eq!(file[&(GIB / BLOCK)], footer);
        previous = Some(url);
    }
}
