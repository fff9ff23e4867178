//! Commands about VMs and their guests.

use crate::json::{Read, Write};
use crate::model::{FactSet, Machine};

/// A machine in the form of a fleet: every disk with an id is made with it, or attached where it is there already.
pub type CreateVirtualMachine = Machine;

command_fields! {
    /// See [`super::Command::DeallocateVirtualMachine`].
    DeallocateVirtualMachine {
        /// The VM.
        #[serde(alias = "id")]
        virtual_machine: String,
    }
    /// See [`super::Command::StartVirtualMachine`].
    StartVirtualMachine {
        /// The VM.
        #[serde(alias = "id")]
        virtual_machine: String,
    }
    /// See [`super::Command::DeleteVirtualMachine`].
    DeleteVirtualMachine {
        /// The VM.
        #[serde(alias = "id")]
        virtual_machine: String,
    }
    /// See [`super::Command::UpdateVirtualMachine`].
    UpdateVirtualMachine {
        /// The VM.
        virtual_machine: String,
        /// Facts to set, by name.
        facts: FactSet,
        /// Names of facts to take back.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        remove: Vec<String>,
    }
    /// See [`super::Command::MoveVirtualMachine`].
    MoveVirtualMachine {
        /// The VM.
        #[serde(alias = "id")]
        virtual_machine: String,
        /// The resource group that it goes to.
        #[serde(alias = "targetResourceGroup")]
        resource_group: String,
        /// The subscription that it goes to; its own where left out.
        #[serde(default, alias = "targetSubscription", skip_serializing_if = "Option::is_none")]
        subscription: Option<String>,
    }
    /// See [`super::Command::SetAgent`].
    SetAgent {
        /// The VM.
        virtual_machine: String,
        /// `ready`, or what is wrong.
        status: String,
    }
    /// See [`super::Command::SetVssWriters`].
    SetVssWriters {
        /// The VM.
        virtual_machine: String,
        /// Whether they answer.
        healthy: bool,
    }
    /// See [`super::Command::SetScripts`].
    SetScripts {
        /// The VM.
        virtual_machine: String,
        /// Whether pre and post scripts are installed and work.
        installed: bool,
    }
}
