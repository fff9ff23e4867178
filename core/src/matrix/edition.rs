//! Services, and the editions of their pages.

use crate::json::Read;
use serde::Serialize;

/// A service that the pages are about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum Service {
    /// VM restore points.
    #[default]
    RestorePoints,
    /// Azure VM Backup.
    VmBackup,
    /// Azure Disk Backup.
    DiskBackup,
    /// The MARS agent.
    Mars,
    /// DPM and Azure Backup Server.
    DpmMabs,
}

/// The state of the documentation at a date: every page dated at or before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
pub enum Edition {
    /// January 2021: the Disk Backup page only.
    #[serde(rename = "2021-01")]
    E2021_01,
    /// February 2022: with the two restore point how-to pages.
    #[serde(rename = "2022-02")]
    E2022_02,
    /// July 2022: with the restore point support matrix.
    #[serde(rename = "2022-07")]
    E2022_07,
    /// July 2023: all five pages.
    #[default]
    #[serde(rename = "2023-07")]
    E2023_07,
    /// What changed after the five pages, where it is clear.
    #[serde(rename = "beyond")]
    Beyond,
}

impl Edition {
    /// Every edition, oldest first.
    pub const ALL: [Self; 5] = [
        Self::E2021_01,
        Self::E2022_02,
        Self::E2022_07,
        Self::E2023_07,
        Self::Beyond,
    ];

    /// Its name in options and reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::E2021_01 => "2021-01",
            Self::E2022_02 => "2022-02",
            Self::E2022_07 => "2022-07",
            Self::E2023_07 => "2023-07",
            Self::Beyond => "beyond",
        }
    }
}
