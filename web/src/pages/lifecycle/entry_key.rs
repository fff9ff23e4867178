//! What tells an entry of the log from all others.

use rplab_core::api::LogEntry;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// The entry itself. It is there as long as this is: no later one is ever in its place.
#[derive(Clone, Debug)]
pub(super) struct EntryKey(Arc<LogEntry>);

impl EntryKey {
    pub(super) fn new(entry: &Arc<LogEntry>) -> Self {
        Self(Arc::clone(entry))
    }
}

impl PartialEq for EntryKey {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for EntryKey {}

impl Hash for EntryKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.0).hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::EntryKey;
    use rplab_core::api::{Lab, LabOptions, LogEntry};
    use std::sync::Arc;

    #[test]
    fn an_entry_that_is_gone_leaves_its_place_to_no_other() {
        let entry = || {
            let mut lab = Lab::new(LabOptions::default()).unwrap();
            let _ = lab.advance(rplab_core::units::SimDuration::from_seconds(60));
            Arc::clone(&lab.log()[0])
        };
        let keys: Vec<EntryKey> = (0..20).map(|_| EntryKey::new(&entry())).collect();
        let same = |key: &&EntryKey| **key == keys[0];
        assert_eq!(keys.iter().filter(same).count(), 1);
        let kept: Arc<LogEntry> = entry();
        assert_eq!(EntryKey::new(&kept), EntryKey::new(&kept));
    }
}
