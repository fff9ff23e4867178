//! Page ranges and differences.

use super::{
    BLOCK, FOOTER, GIB, advance, blocks, captured, clear, diff, disk_of, get, granted, lab, ok,
    page, pages, ranges, send, trim, trouble, write, xml,
};
use rplab_core::api::Lab;
use rplab_core::store::{Content, ContentHasher};
use rplab_core::units::BlockSize;
use serde_json::json;
use std::collections::BTreeMap;

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
