//! What the page about the endpoint says of blobs is so.

use super::{captured, granted, lab, send, trouble, write};
use rplab_core::blob::{COVERED_HEADERS, COVERED_PARAMETERS, COVERED_READS};

#[test]
fn every_read_that_is_listed_is_answered_and_no_other() {
    let mut lab = lab();
    write(&mut lab, 0, 3);
    let one = captured(&mut lab, "one");
    write(&mut lab, 2, 5);
    let two = captured(&mut lab, "two");
    for read in COVERED_READS {
        let query = read
            .query
            .map_or(String::new(), |query| format!("&{query}"));
        // A whole disk is more than one answer carries.
        let range = ("x-ms-range", "bytes=0-511");
        let headers = [range, ("x-ms-previous-snapshot-url", one.as_str())];
        let headers = &headers[..1 + usize::from(read.compares)];
        let answer = send(&lab, read.method, &format!("{two}{query}"), headers);
        let whole = if read.name == "Get Blob" { 206 } else { 200 };
        assert_eq!(answer.status, whole, "{}", read.name);
    }
    for comp in [
        "page",
        "snapshot",
        "lease",
        "properties",
        "tier",
        "incrementalcopy",
    ] {
        let answer = send(&lab, "GET", &format!("{two}&comp={comp}"), &[]);
        assert_eq!(
            trouble(&answer),
            (400, "InvalidQueryParameterValue".to_owned()),
            "{comp}"
        );
    }
    for method in ["PUT", "DELETE", "POST", "PATCH"] {
        assert_eq!(send(&lab, method, &two, &[]).status, 403, "{method}");
    }
}

#[test]
fn every_header_and_parameter_that_is_listed_is_read() {
    let mut lab = lab();
    let point = captured(&mut lab, "one");
    let _again = granted(&mut lab, "one", "data");
    for (name, status) in COVERED_HEADERS {
        // One that is read is read once: twice it has no meaning. What is refused is refused by name.
        let given: &[(&str, &str)] = match *status {
            "refused" => &[(name, "true")],
            "ignored" => continue,
            _ => &[(name, "1"), (name, "1")],
        };
        let pages = format!("{point}&comp=pagelist");
        let answers = [
            send(&lab, "GET", &point, given),
            send(&lab, "GET", &pages, given),
        ];
        let found = answers.iter().any(|answer| answer.status == 400);
        assert!(found, "{name}: {answers:?}");
    }
    for (name, status) in COVERED_PARAMETERS {
        let twice = format!("{point}&comp=pagelist&{name}=1&{name}=1");
        let once = format!("{point}&comp=pagelist&{name}=1");
        let answer = send(
            &lab,
            "GET",
            if *status == "refused" { &once } else { &twice },
            &[],
        );
        assert!((400..500).contains(&answer.status), "{name}");
    }
}
