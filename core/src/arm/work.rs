//! Work that goes on, and the addresses under which its progress is asked for.
//!
//! Such work is a command of the log, and its address names the command's place there. So there is nothing
//! to remember beside the log: undo, a loaded scenario and a copy of the lab have the same operations.

use crate::cloud::Cloud;
use crate::timeline::{LogEntry, Timeline};

/// Work that a request began.
#[derive(Clone, Debug)]
pub(super) struct Work {
    /// The command's place in the log.
    pub(super) place: usize,
    /// The region, as the record of its resource spells it.
    pub(super) location: String,
    /// Whether disks are worked on: another provider, other addresses.
    pub(super) of_disks: bool,
    /// Whether the answer also has the address that gives the result.
    pub(super) monitored: bool,
}

/// The GUID of the work at a place of the log: its first eight digits are the place, made unrecognisable.
fn guid(cloud: &Cloud, place: usize, entry: &LogEntry) -> String {
    let key = cloud.guid_of("operations");
    let mask = key
        .get(..8)
        .and_then(|digits| u32::from_str_radix(digits, 16).ok());
    let place = u32::try_from(place).unwrap_or(u32::MAX) ^ mask.unwrap_or_default();
    let told = format!("{} {} {}", entry.command.type_name(), entry.at, place);
    let rest = cloud.guid_of(&told);
    format!("{place:08x}{}", rest.get(8..).unwrap_or_default())
}

/// The entry of the log that a GUID names.
pub(super) fn find<'t>(timeline: &'t Timeline, name: &str) -> Option<(usize, &'t LogEntry)> {
    let cloud = timeline.cloud();
    let key = cloud.guid_of("operations");
    let mask = u32::from_str_radix(key.get(..8)?, 16).ok()?;
    let place = (u32::from_str_radix(name.get(..8)?, 16).ok()? ^ mask) as usize;
    let entry = timeline.log().get(place)?;
    let same = guid(cloud, place, entry).eq_ignore_ascii_case(name);
    same.then_some((place, entry))
}

impl Work {
    /// The path and query that ask for it, but for its version.
    pub(super) fn path(&self, timeline: &Timeline, subscription: &str) -> Option<String> {
        let (cloud, entry) = (timeline.cloud(), timeline.log().get(self.place)?);
        let name = guid(cloud, self.place, entry);
        let kind = if self.of_disks {
            "DiskOperations"
        } else {
            "operations"
        };
        let partition = cloud.guid_of(&self.location);
        // No address has spaces; a region that is spelled with them is the same without.
        let location = self.location.replace(' ', "");
        Some(format!(
            "/subscriptions/{subscription}/providers/Microsoft.Compute/locations/{location}/{kind}/{name}?p={partition}"
        ))
    }
}
