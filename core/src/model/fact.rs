//! The values that facts take.

use crate::json::{Place, Read, Write};
use serde_json::Value;

/// The value of a fact. Which kind a fact takes is fixed by the vocabulary.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(untagged)]
pub enum FactValue {
    /// Yes or no.
    Bool(bool),
    /// A whole number, in the unit that the fact's name ends in.
    Integer(i64),
    /// A word or a text.
    Text(String),
    /// Resource locks.
    Locks(Vec<ResourceLock>),
    /// Several whole numbers, such as the points in each collection.
    IntegerList(Vec<i64>),
    /// Several words.
    TextList(Vec<String>),
}

impl Read for FactValue {
    /// A list is one of what its first item is; an empty one is one of locks.
    fn read(place: &Place<'_>) -> Self {
        match place.value() {
            Some(Value::Bool(value)) => Self::Bool(*value),
            Some(Value::Number(_)) => Self::Integer(i64::read(place)),
            Some(Value::String(text)) => Self::Text(text.clone()),
            Some(Value::Array(items)) => match items.first() {
                Some(Value::Number(_)) => Self::IntegerList(Vec::read(place)),
                Some(Value::String(_)) => Self::TextList(Vec::read(place)),
                _ => Self::Locks(Vec::read(place)),
            },
            _ => {
                place.expected("true or false, a whole number, a text or a list");
                Self::Bool(false)
            }
        }
    }
}

/// A lock that stands on a resource or a resource group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResourceLock {
    /// What the lock forbids.
    pub level: LockLevel,
    /// Where it stands.
    pub scope: LockScope,
}

/// What a lock forbids, in ARM's spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
pub enum LockLevel {
    /// Deleting is forbidden.
    CanNotDelete,
    /// Deleting and changing are forbidden.
    ReadOnly,
}

/// Where a lock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum LockScope {
    /// On the VM itself.
    VirtualMachine,
    /// On the VM's resource group.
    VirtualMachineResourceGroup,
    /// On the resource group of the restore points.
    RestorePointResourceGroup,
    /// On the vault's resource group.
    VaultResourceGroup,
}

impl LockScope {
    /// Its word in facts.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::VirtualMachine => "virtualMachine",
            Self::VirtualMachineResourceGroup => "virtualMachineResourceGroup",
            Self::RestorePointResourceGroup => "restorePointResourceGroup",
            Self::VaultResourceGroup => "vaultResourceGroup",
        }
    }
}
