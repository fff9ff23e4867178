//! Whom an address serves, and under which conditions.

use super::{advance, captured, get, granted, lab, ok, refused, send, trouble};
use serde_json::json;

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
