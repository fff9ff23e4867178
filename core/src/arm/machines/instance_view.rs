//! What the host and the guest of a VM report.

use crate::arm::body::{Node, Object};
use crate::arm::call::{Call, at};
use crate::arm::points::word;
use crate::cloud::{AttachedDisk, Attachment, Cloud, VirtualMachine};
use crate::ids::ResourceId;
use serde_json::Value;

fn status(code: &'static str, level: &'static str, shown: &'static str) -> Object<'static> {
    let mut status = Object::default();
    status.text("code", code);
    status.text("level", level);
    status.text("displayStatus", shown);
    status
}

/// When a VM was made: noted by the endpoint, or else when its OS disk was.
pub(super) fn created(cloud: &Cloud, id: &ResourceId, vm: &VirtualMachine) -> String {
    let noted = cloud
        .kept(id)
        .and_then(|kept| at(kept, "properties.timeCreated"));
    if let Some(noted) = noted.and_then(Value::as_str) {
        return noted.to_owned();
    }
    let os = vm.attachments.first().and_then(Attachment::managed);
    let disk = os.and_then(|os| cloud.disks().get(os));
    Call::time(disk.map_or_else(|| cloud.now(), |disk| disk.time_created))
}

/// What the host and the guest report.
pub(super) fn instance_view<'c>(
    cloud: &'c Cloud,
    id: &ResourceId,
    vm: &'c VirtualMachine,
) -> Object<'c> {
    let time = created(cloud, id, vm);
    let (power, shown, runs) = match word(&vm.facts, "powerState").unwrap_or("running") {
        "starting" => ("PowerState/starting", "VM starting", false),
        "stopping" => ("PowerState/stopping", "VM stopping", false),
        "stopped" => ("PowerState/stopped", "VM stopped", false),
        "deallocating" => ("PowerState/deallocating", "VM deallocating", false),
        "deallocated" | "hibernated" => ("PowerState/deallocated", "VM deallocated", false),
        _ => ("PowerState/running", "VM running", true),
    };
    let mut view = Object::default();
    if runs {
        let kept = cloud.kept(id);
        let computer = kept.and_then(|kept| at(kept, "properties.osProfile.computerName"));
        view.maybe("computerName", computer.and_then(Value::as_str));
        view.maybe("osName", word(&vm.facts, "osName"));
        let agent = word(&vm.facts, "agentStatus").unwrap_or("ready");
        if agent != "notInstalled" {
            let ready = agent == "ready";
            let mut state = if ready {
                status("ProvisioningState/succeeded", "Info", "Ready")
            } else {
                status("ProvisioningState/Unavailable", "Warning", "Not Ready")
            };
            state.text(
                "message",
                if ready {
                    "Guest Agent is running"
                } else {
                    "VM Agent is unresponsive."
                },
            );
            state.text("time", Call::time(cloud.now()));
            let mut vm_agent = Object::default();
            vm_agent.text("vmAgentVersion", if ready { "2.9.0.4" } else { "Unknown" });
            vm_agent.put("statuses", Node::List(vec![state.into()]));
            if ready {
                vm_agent.put("extensionHandlers", Node::List(Vec::new()));
            }
            view.object("vmAgent", vm_agent);
        }
    }
    let done = || {
        let mut state = status(
            "ProvisioningState/succeeded",
            "Info",
            "Provisioning succeeded",
        );
        state.text("time", time.clone());
        state
    };
    let disks = vm.attachments.iter().map(|attachment| {
        let name = match &attachment.disk {
            AttachedDisk::Managed(id) => cloud.disks().get(id).map_or(id.name(), |disk| &disk.name),
            AttachedDisk::Unmanaged(disk) => &disk.name,
        };
        let mut object = Object::default();
        object.text("name", name);
        object.put("statuses", Node::List(vec![done().into()]));
        object.into()
    });
    view.put("disks", Node::List(disks.collect()));
    view.maybe("hyperVGeneration", word(&vm.facts, "hyperVGeneration"));
    view.put(
        "statuses",
        Node::List(vec![done().into(), status(power, "Info", shown).into()]),
    );
    view
}
