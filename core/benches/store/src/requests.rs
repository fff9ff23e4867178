//! What requests to the endpoint cost in the engine itself, without the glue of a package around it.

use crate::clock::nanoseconds;
use rplab_core::api::{Json, Lab, Request};
use serde_json::json;

const HOST: &str = "https://management.azure.com";
const COMPUTE: &str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute";
/// Points that a run makes, in the collection of the run before.
const POINTS: u64 = 60;

fn ask(lab: &mut Lab, method: &str, path: &str, body: &str) -> Result<(), String> {
    let request = Request {
        method: method.to_owned(),
        url: format!("{HOST}{COMPUTE}{path}?api-version=2024-11-01"),
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: body.as_bytes().to_vec(),
    };
    let answer = lab.request(&request);
    if answer.status < 300 {
        return Ok(());
    }
    let body = String::from_utf8_lossy(&answer.body);
    Err(format!("{method} {path}: {} {body}", answer.status))
}

/// A VM with two disks, and a collection of it.
fn start() -> Result<Lab, String> {
    let disk = |name: &str, role: &str| json!({ "id": format!("{COMPUTE}/disks/{name}"), "name": name, "sizeGiB": 1, "role": role, "facts": { "sku": "Premium_LRS" } });
    let vm = format!("{COMPUTE}/virtualMachines/vm1");
    let mut data = disk("data", "data");
    data["lun"] = 0.into();
    let machine = json!({ "id": vm, "name": "vm1", "location": "eastus", "facts": { "osType": "Linux" }, "disks": [disk("os", "os"), data] });
    let options = json!({ "seed": 7, "settings": { "blockSizeBytes": 4096 }, "fleet": { "machines": [machine] } });
    let mut lab = Json::new_lab(Some(options)).map_err(|error| error.to_string())?;
    let body = json!({ "location": "eastus", "properties": { "source": { "id": vm } } });
    ask(
        &mut lab,
        "PUT",
        "/restorePointCollections/c",
        &body.to_string(),
    )?;
    ask(
        &mut lab,
        "PUT",
        "/restorePointCollections/c/restorePoints/p",
        "{}",
    )?;
    Ok(lab)
}

/// Microseconds of a request that reads a point, and of one that makes one, in each run; the first run of each
/// warms up and does not count.
///
/// # Errors
/// A request that was refused.
pub(crate) fn measure(runs: u64) -> Result<[Vec<f64>; 2], String> {
    let mut lab = start()?;
    let mut timed = |count: u64, call: &dyn Fn(&mut Lab, u64) -> Result<(), String>| {
        let mut values = Vec::new();
        for run in 0..=runs {
            let all = || (0..count).try_for_each(|at| call(&mut lab, run * count + at));
            let (taken, done) = nanoseconds(all);
            done?;
            if run > 0 {
                values.push(taken / 1e3 / count as f64);
            }
        }
        Ok::<_, String>(values)
    };
    let reads = timed(20 * POINTS, &|lab, _| {
        ask(lab, "GET", "/restorePointCollections/c/restorePoints/p", "")
    })?;
    let makes = timed(POINTS, &|lab, at| {
        let path = format!("/restorePointCollections/c/restorePoints/n{at}");
        ask(lab, "PUT", &path, "{}")
    })?;
    Ok([reads, makes])
}
