//! Words of the service that resources share.

use crate::json::{Read, Write};

/// How consistent a restore point is, in the API's spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
pub enum ConsistencyMode {
    /// As after a power failure.
    CrashConsistent,
    /// File systems flushed and frozen.
    FileSystemConsistent,
    /// Applications took part, through VSS writers or scripts.
    ApplicationConsistent,
}

/// The life stage of a resource, in the API's spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
pub enum ProvisioningState {
    /// Being made.
    Creating,
    /// There and usable.
    Succeeded,
    /// Its creation failed.
    Failed,
    /// Being deleted.
    Deleting,
}

impl ProvisioningState {
    /// The API's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Creating => "Creating",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Deleting => "Deleting",
        }
    }
}
