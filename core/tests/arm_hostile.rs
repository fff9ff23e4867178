//! Requests that nobody should send: told so in the envelope, and nothing changes.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

#[path = "support/requests.rs"]
mod requests;

use requests::{H, Parts, V, check, check_file, check_refused, lab, places, request, valid};
use rplab_core::api::Json;
use rplab_core::prng::Stream;
use serde_json::json;

#[test]
fn tricks_in_addresses_headers_and_bodies_are_refused() {
    let mut lab = lab();
    let before = lab.digest();
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    let nested = format!(
        "{{\"properties\":{}1{}}}",
        "{\"a\":".repeat(5000),
        "}".repeat(5000)
    );
    let huge = format!("{{\"location\":\"{}\"}}", "x".repeat(5 << 20));
    let long = format!("{H}/disks/{}?{V}", "n".repeat(300));
    let disk = format!("{H}/disks/x?{V}");
    for (method, url, body) in [
        ("GET", format!("{H}/disks/../../x?{V}"), String::new()),
        ("GET", format!("{H}/disks/%2e%2e/x?{V}"), String::new()),
        ("GET", format!("{H}/disks//x?{V}"), String::new()),
        ("PUT", format!("{H}/disks/a%2F..%2Fb?{V}"), "{}".to_owned()),
        ("PUT", format!("{H}/disks/a%5Cb?{V}"), "{}".to_owned()),
        (
            "GET",
            format!("{H}/disks/x%0d%0aset-cookie:1?{V}"),
            String::new(),
        ),
        (
            "GET",
            format!("{H}/disks/x\r\nset-cookie: 1?{V}"),
            String::new(),
        ),
        ("GET", format!("{H}/disks/x%00?{V}"), String::new()),
        ("GET", format!("{H}/disks/%ff?{V}"), String::new()),
        ("GET", format!("{H}/disks?{V}&$top=x"), String::new()),
        ("GET", format!("{H}/disks?{V}&$skiptoken=-1"), String::new()),
        (
            "GET",
            format!("{H}/restorePointCollections/c?{V}&$expand=everything"),
            String::new(),
        ),
        (
            "GET",
            format!("{H}/disks?api-version=2024-11-01%0d%0ax"),
            String::new(),
        ),
        (
            "GET",
            format!("{H}/disks?api-version=9999-99-99"),
            String::new(),
        ),
        (
            "GET",
            "https://management.azure.com/".to_owned(),
            String::new(),
        ),
        (
            "GET",
            "https://management.azure.com".to_owned(),
            String::new(),
        ),
        ("GET", "nonsense".to_owned(), String::new()),
        ("", disk.clone(), String::new()),
        ("BREW", disk.clone(), String::new()),
        ("PUT", long, "{}".to_owned()),
        (
            "PUT",
            format!("{disk}&x={}", "y".repeat(10_000)),
            "{}".to_owned(),
        ),
        ("PUT", disk.clone(), deep),
        ("PUT", disk.clone(), nested),
        ("PUT", disk.clone(), huge),
        ("PUT", disk.clone(), "[]".to_owned()),
        ("PUT", disk.clone(), "\"x\"".to_owned()),
        ("PUT", disk.clone(), "{".to_owned()),
        (
            "PUT",
            disk.clone(),
            r#"{"location":"eastus","location":"westus"}"#.to_owned(),
        ),
        (
            "PUT",
            disk.clone(),
            r#"{"location":"eastus","Location":"westus"}"#.to_owned(),
        ),
        (
            "PUT",
            disk.clone(),
            r#"{"location":"eastus","properties":{"diskSizeGB":1,"disk\u0053izeGB":2}}"#.to_owned(),
        ),
        (
            "GET",
            format!(
                "https://management.azure.com/subscriptions/s/providers/Microsoft.Compute/locations/eastus/operations/00000000-0000-0000-0000-000000000000?{V}"
            ),
            String::new(),
        ),
        (
            "GET",
            format!(
                "https://management.azure.com/subscriptions/s/providers/Microsoft.Compute/locations/eastus/operations/é?{V}"
            ),
            String::new(),
        ),
    ] {
        let what = format!("{method} {}", url.chars().take(120).collect::<String>());
        let answer = lab.request(&request(method, &url, body));
        check_refused(&lab, before, &answer, &what);
    }
    let mut bytes = request("PUT", &disk, vec![0xff, 0xfe, b'{', b'}']);
    check_refused(&lab, before, &lab.clone().request(&bytes), "no UTF-8");
    bytes.body = b"{}".to_vec();
    bytes.headers = vec![("x-a".to_owned(), "1\r\nx-b: 2".to_owned())];
    let answer = lab.request(&bytes);
    check_refused(&lab, before, &answer, "a header with a line break");
}

/// Every place of a body, as pointers.
#[test]
fn a_value_of_a_wrong_type_in_any_field_is_refused() {
    for (path, body) in valid() {
        let mut lab = Json::new_lab(None).unwrap();
        for (other, body) in valid() {
            if other == path {
                break;
            }
            lab.request(&request(
                "PUT",
                &format!("{H}/{other}?{V}"),
                body.to_string(),
            ));
        }
        let before = lab.digest();
        let mut all = Vec::new();
        places("", &body, &mut all);
        for place in all {
            let right = body.pointer(&place).unwrap();
            for wrong in [
                json!(7.5),
                json!(true),
                json!("no such word \u{1}"),
                json!([[]]),
                json!({ "a": {} }),
                json!(-3),
            ] {
                let same_kind = std::mem::discriminant(right) == std::mem::discriminant(&wrong);
                // A text is as good as another where any text will do, and tags are free.
                if same_kind
                    || place.starts_with("/tags/") && wrong.is_string()
                    || place.contains("imageReference")
                    || (right.is_array() && place == "/zones")
                {
                    continue;
                }
                let mut mutated = body.clone();
                *mutated.pointer_mut(&place).unwrap() = wrong.clone();
                let what = format!("{path} {place} = {wrong}");
                let answer = lab.request(&request(
                    "PUT",
                    &format!("{H}/{path}?{V}"),
                    mutated.to_string(),
                ));
                check_refused(&lab, before, &answer, &what);
            }
        }
    }
}

/// Runs of requests that are put together by chance from good and bad parts: whatever comes back has a status,
/// an envelope where it is a refusal, and a refusal changes nothing. `cargo xtask fuzz --target requests` is
/// guided by what they reach.
#[test]
fn requests_by_chance_never_break_it() {
    const RUNS: u64 = 60;
    let parts = Parts::new();
    let mut reached = 0;
    for run in 0..RUNS {
        let mut dice = Stream::named(run, "arm");
        let mut pick = |count: usize| usize::try_from(dice.below(count as u64)).unwrap();
        let mut lab = lab();
        for _ in 0..40 {
            reached += u64::from(check(&mut lab, &parts.request(&mut pick)));
        }
        check_file(&lab);
    }
    assert!(reached > RUNS, "hardly anything was carried out: {reached}");
}
