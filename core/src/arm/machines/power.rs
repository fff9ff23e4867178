//! Power: start, stop, deallocate, evict.

use super::{find, work};
use crate::arm::call::{Call, Handled};
use crate::arm::error::Failure;
use crate::arm::http::Answer;
use crate::arm::points::word;
use crate::arm::work::Work;
use crate::cloud::{
    Command, DeallocateVirtualMachine, DeleteVirtualMachine, StartVirtualMachine,
    UpdateVirtualMachine,
};
use crate::model::{FactSet, FactValue};

/// Sets the power state by a command.
fn power(call: &mut Call<'_>, command: impl FnOnce(String) -> Command) -> Handled {
    let (id, vm) = find(call)?;
    let (id, location) = (id.to_string(), vm.location.clone());
    let place = call.carry_out(command(id))?;
    let work = Work {
        monitored: true,
        ..work(place, location)
    };
    Ok(call.begun(202, None, &work))
}

pub(in crate::arm) fn start(call: &mut Call<'_>) -> Handled {
    power(call, |virtual_machine| {
        Command::StartVirtualMachine(StartVirtualMachine { virtual_machine })
    })
}

pub(in crate::arm) fn deallocate(call: &mut Call<'_>) -> Handled {
    power(call, |virtual_machine| {
        Command::DeallocateVirtualMachine(DeallocateVirtualMachine { virtual_machine })
    })
}

/// Takes a Spot VM away, as its eviction policy says.
pub(in crate::arm) fn evict(call: &mut Call<'_>) -> Handled {
    let (id, vm) = find(call)?;
    let virtual_machine = id.to_string();
    if word(&vm.facts, "priority") != Some("Spot") {
        let message = "Operation 'simulateEviction' is allowed only for Spot Virtual Machines";
        return Err(Failure::new(409, "OperationNotAllowed", message));
    }
    let deletes = word(&vm.facts, "evictionPolicy") == Some("Delete");
    call.carry_out(if deletes {
        Command::DeleteVirtualMachine(DeleteVirtualMachine { virtual_machine })
    } else {
        Command::DeallocateVirtualMachine(DeallocateVirtualMachine { virtual_machine })
    })?;
    Ok(Answer::empty(204))
}

pub(in crate::arm) fn power_off(call: &mut Call<'_>) -> Handled {
    power(call, |virtual_machine| {
        let state = FactValue::Text("stopped".to_owned());
        Command::UpdateVirtualMachine(UpdateVirtualMachine {
            virtual_machine,
            facts: FactSet::from([("powerState".to_owned(), state)]),
            remove: Vec::new(),
        })
    })
}
