//! Virtual machines.

mod body;
mod create;
mod disk;
mod disks;
mod instance_view;
mod power;
mod update;

pub(super) use power::{deallocate, evict, power_off, start};

use super::call::{Call, Handled, at, missing, page};
use super::collections::is_in;
use super::error::Failure;
use super::http::Answer;
use super::work::Work;
use crate::cloud::{Attachment, Command, DeleteDisk, DeleteVirtualMachine, VirtualMachine};
use crate::ids::{ResourceId, ResourceType};
use body::body;
use create::create;
use instance_view::instance_view;
use serde_json::Value;
use update::update;

const KIND: &str = "Microsoft.Compute/virtualMachines";
const OPERATION: &str = "VirtualMachines_CreateOrUpdate";
const GIB: u64 = 1 << 30;

fn find<'c>(call: &'c Call<'_>) -> Result<(&'c ResourceId, &'c VirtualMachine), Failure> {
    let id = call.id(ResourceType::VirtualMachine);
    let found = call.cloud().virtual_machines().get_key_value(&id);
    found.ok_or_else(|| Failure::not_found(KIND, call.group, call.name(0)))
}

pub(super) fn get(call: &mut Call<'_>) -> Handled {
    call.check_expand(&["instanceView", "userData", "resiliencyView"])?;
    let id = find(call)?.0;
    Ok(Answer::json(200, body(call, id, None).unwrap_or_default()))
}

pub(super) fn view(call: &mut Call<'_>) -> Handled {
    let (id, vm) = find(call)?;
    Ok(Answer::json(
        200,
        instance_view(call.cloud(), id, vm).print(None),
    ))
}

pub(super) fn list(call: &mut Call<'_>) -> Handled {
    let call = &*call;
    let cloud = call.cloud();
    let machines = cloud.virtual_machines().iter();
    let in_region = |vm: &VirtualMachine| match call.names.first() {
        Some(region) => crate::cloud::same_region(&vm.location, region),
        None => true,
    };
    let ids = machines.filter(|(id, vm)| is_in(call, id) && in_region(vm));
    page(call, ids.map(|(id, _)| id), |id| body(call, id, None))
}

/// Refuses a request whose `If-Match` or `If-None-Match` does not hold.
fn check_etag(call: &Call<'_>, id: &ResourceId) -> Result<(), Failure> {
    let there = call.cloud().virtual_machines().contains_key(id);
    let own = call.cloud().kept(id).and_then(|kept| kept.get("etag"));
    let own = own.and_then(Value::as_str).unwrap_or("\"1\"");
    let same = |given: &str| {
        there
            && (given == "*"
                || given
                    .split(',')
                    .any(|given| given.trim().trim_matches('"') == own.trim_matches('"')))
    };
    let fits = call.request.header("if-match").is_none_or(same)
        && !call.request.header("if-none-match").is_some_and(same);
    if fits {
        return Ok(());
    }
    let message =
        "The condition of the request is not met: the resource has another etag, or is not there.";
    Err(Failure::new(412, "PreconditionFailed", message))
}

pub(super) fn put(call: &mut Call<'_>) -> Handled {
    let id = call.id(ResourceType::VirtualMachine);
    check_etag(call, &id)?;
    if call.cloud().virtual_machines().contains_key(&id) {
        return update(call, &id, true);
    }
    let location = call.needs("location")?.to_owned();
    if call.at("properties").is_none() {
        return Err(missing("properties"));
    }
    let commands = create(call, &id, &location)?;
    let place = call.carry_out_all(commands)?;
    let body = body(call, &id, Some("Creating"));
    Ok(call.begun(201, body, &work(place, location)))
}

fn work(place: usize, location: String) -> Work {
    Work {
        place,
        location,
        of_disks: false,
        monitored: false,
    }
}

pub(super) fn patch(call: &mut Call<'_>) -> Handled {
    let id = find(call)?.0.clone();
    check_etag(call, &id)?;
    update(call, &id, false)
}

pub(super) fn delete(call: &mut Call<'_>) -> Handled {
    let id = call.id(ResourceType::VirtualMachine);
    let Some(vm) = call.cloud().virtual_machines().get(&id) else {
        return Ok(Answer::empty(204));
    };
    let location = vm.location.clone();
    let kept = call
        .cloud()
        .kept(&id)
        .and_then(|kept| at(kept, "properties.storageProfile"));
    let goes = |attachment: &&Attachment| {
        let place = match (kept, attachment.lun) {
            (Some(kept), None) => kept.get("osDisk"),
            (Some(kept), Some(lun)) => {
                let list = kept.get("dataDisks").and_then(Value::as_array);
                let mut list = list.into_iter().flatten();
                list.find(|item| item.get("lun").and_then(Value::as_u64) == Some(u64::from(lun)))
            }
            (None, _) => None,
        };
        place
            .and_then(|place| place.get("deleteOption"))
            .and_then(Value::as_str)
            == Some("Delete")
    };
    let disks = vm
        .attachments
        .iter()
        .filter(goes)
        .filter_map(Attachment::managed);
    let disks = disks.map(|disk| {
        Command::DeleteDisk(DeleteDisk {
            disk: disk.to_string(),
        })
    });
    let own = Command::DeleteVirtualMachine(DeleteVirtualMachine {
        virtual_machine: id.to_string(),
    });
    let commands = std::iter::once(own).chain(disks).collect();
    let place = call.carry_out_all(commands)?;
    let work = Work {
        monitored: true,
        ..work(place, location)
    };
    Ok(call.begun(202, None, &work))
}
