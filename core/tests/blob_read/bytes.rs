//! Bytes: the whole, parts, the footer.

use super::{
    BLOCK, FOOTER, GIB, captured, disk_of, get, granted, lab, ok, send, trim, trouble, write,
};
use rplab_core::api::Lab;
use rplab_core::store::{Content, ContentHasher};
use rplab_core::units::BlockSize;
use serde_json::json;

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
