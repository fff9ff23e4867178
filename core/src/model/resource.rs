//! Words of the service that resources share.

use crate::json::Read;
use serde::Serialize;

/// How consistent a restore point is, in the API's spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Read)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
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
