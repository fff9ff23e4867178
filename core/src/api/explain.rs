//! Why something is as it is: the chain of events and rules that led to it, in sentences.

use super::{Explanation, InputError, Lab, ProtectedItemState, RestorePointState};
use crate::cloud::Rejection;
use crate::matrix;
use crate::timeline::{LogEntry, Outcome};

impl Lab {
    /// Why a resource, a number or a refusal is what it is.
    ///
    /// `subject` is a resource by id or name, a command by its place in the log from 0 (`log/7`), the number
    /// `storedBytes`, or a setting by its name.
    ///
    /// # Errors
    /// Nothing of that name.
    pub fn explain(&self, subject: &str) -> Result<Explanation, InputError> {
        let mut told = Explanation {
            subject: subject.to_owned(),
            lines: Vec::new(),
            row_ids: Vec::new(),
        };
        let place = subject
            .strip_prefix("log/")
            .and_then(|at| at.parse::<usize>().ok());
        if let Some(entry) = place.and_then(|at| self.log().get(at)) {
            told.command(entry);
        } else if subject == "storedBytes" {
            self.explain_stored(&mut told);
        } else if let Some(setting) = self.settings().iter().find(|known| known.name == subject) {
            let changed = if setting.changed {
                "was set"
            } else {
                "has its default"
            };
            told.lines.push(format!(
                "{subject} is {} {} and {changed}",
                setting.value, setting.unit
            ));
            told.lines.push(format!("It means: {}", setting.meaning));
            told.lines
                .push(format!("The default is {:?}", setting.basis).to_lowercase());
        } else {
            self.explain_resource(&mut told);
        }
        if told.lines.is_empty() {
            let message = format!(
                "`{subject}` is no resource, setting or command of this lab; give an id, a name, log/NUMBER or storedBytes"
            );
            return Err(InputError::new("ResourceNotFound", "subject", message));
        }
        told.rules();
        Ok(told)
    }

    fn explain_stored(&self, told: &mut Explanation) {
        let state = self.state();
        told.lines.push(format!(
            "{} are stored: every block version that a retained point holds, each counted once",
            state.stored_bytes
        ));
        for point in &state.restore_points {
            for disk in &point.disks {
                told.lines.push(format!(
                    "{} pays {} of {} for {}: what no older retained point of its family holds",
                    point.name, disk.pays_bytes, disk.referenced_bytes, disk.name
                ));
            }
        }
    }

    fn explain_resource(&self, told: &mut Explanation) {
        let state = self.state();
        let subject = told.subject.clone();
        let is = |id: &str, name: &str| {
            id.eq_ignore_ascii_case(&subject) || name.eq_ignore_ascii_case(&subject)
        };
        let mut ids: Vec<String> = Vec::new();
        for point in state
            .restore_points
            .iter()
            .filter(|point| is(point.id.as_str(), &point.name))
        {
            ids.push(point.id.to_string());
            told.point(point);
        }
        for point in &state.restore_points {
            if let Some(disk) = point
                .disks
                .iter()
                .find(|disk| is(disk.id.as_str(), disk.id.name()))
            {
                ids.push(disk.id.to_string());
                told.point(point);
            }
        }
        for vm in state
            .virtual_machines
            .iter()
            .filter(|vm| is(vm.id.as_str(), &vm.name))
        {
            ids.push(vm.id.to_string());
            told.lines.push(format!(
                "{} is {} in {}, with {} disks and {} points retained over all its collections",
                vm.name,
                vm.power_state,
                vm.location,
                vm.disks.len(),
                vm.restore_point_count
            ));
            told.lines.extend(
                vm.restored_from
                    .iter()
                    .map(|point| format!("It was rebuilt from {}", point.name())),
            );
        }
        for disk in state
            .disks
            .iter()
            .filter(|disk| is(disk.id.as_str(), &disk.name))
        {
            ids.push(disk.id.to_string());
            told.lines.push(format!(
                "{} has {}, {} of it written; its points take {} together",
                disk.name, disk.size_bytes, disk.written_bytes, disk.stored_bytes
            ));
            told.lines.extend(
                disk.restored_from
                    .iter()
                    .map(|from| format!("It was restored from {}", from.name())),
            );
            told.lines.extend(disk.damage.iter().map(|damage| {
                format!(
                    "Its content is harmed since {} by {:?}",
                    damage.since, damage.fault
                )
            }));
        }
        for collection in state
            .restore_point_collections
            .iter()
            .filter(|known| is(known.id.as_str(), &known.name))
        {
            ids.push(collection.id.to_string());
            let of = collection
                .source_collection
                .as_ref()
                .unwrap_or(&collection.source);
            told.lines.push(format!(
                "{} is {:?} in {}, for points of {}, and has {}",
                collection.name,
                collection.provisioning_state,
                collection.location,
                of.name(),
                collection.restore_points.len()
            ));
        }
        for set in state
            .disk_encryption_sets
            .iter()
            .filter(|set| is(set.id.as_str(), &set.name))
        {
            ids.push(set.id.to_string());
            told.lines.push(format!(
                "{} encrypts with {}, which is {}",
                set.name, set.key, set.key_state
            ));
        }
        for group in state
            .resource_groups
            .iter()
            .filter(|group| is(&group.id, &group.name))
        {
            ids.push(group.id.clone());
            told.lines.push(format!(
                "{} is a resource group in {}: made by command, or with the first resource in it",
                group.name, group.location
            ));
        }
        for snapshot in state
            .snapshots
            .iter()
            .filter(|snapshot| is(snapshot.id.as_str(), &snapshot.name))
        {
            ids.push(snapshot.id.to_string());
            let kind = if snapshot.incremental {
                "an incremental"
            } else {
                "a full"
            };
            told.lines.push(format!(
                "{} is {kind} snapshot of {} at {}, in {}: it added {} and refers to {}",
                snapshot.name,
                snapshot.source.name(),
                snapshot.time_created,
                snapshot.location,
                snapshot.captured.added_bytes,
                snapshot.captured.referenced_bytes
            ));
        }
        for item in state
            .protected_items
            .iter()
            .filter(|item| is(item.id.as_str(), &item.name))
        {
            ids.push(item.id.to_string());
            told.item(item);
        }
        for lock in state.locks.iter().filter(|lock| is("", &lock.name)) {
            told.lines.push(format!(
                "the lock {} is {} on {} and everything below it",
                lock.name, lock.level, lock.scope
            ));
        }
        for fault in state.faults.iter().filter(|fault| is("", &fault.name)) {
            let now = if fault.active {
                "is at work"
            } else {
                "is not at work now"
            };
            told.lines.push(format!(
                "the fault {} ({:?}, {}) {now}",
                fault.name, fault.fault, fault.target
            ));
        }
        for entry in self.log() {
            told.chain(entry, &ids, &subject);
        }
    }
}

impl Explanation {
    fn item(&mut self, item: &ProtectedItemState) {
        let by = match &item.vault {
            Some(vault) => format!("Azure VM Backup in {vault}"),
            None => "a schedule of restore points".to_owned(),
        };
        let goes_on = match item.next_backup {
            Some(at) => format!("its next backup is at {at}"),
            None => "it is backed up no more".to_owned(),
        };
        self.lines.push(format!(
            "{} is backed up by {by}; {goes_on}",
            item.virtual_machine.name()
        ));
        if let Some(failure) = &item.last_failure {
            self.lines.push(format!(
                "Its last backup failed with {}: {}",
                failure.code, failure.message
            ));
        }
        for point in &item.recovery_points {
            let tiers = match (&point.snapshot_tier, &point.vault_tier) {
                (Some(_), Some(_)) => "as a snapshot and in the vault",
                (None, _) => "in the vault",
                (_, None) => "as a snapshot",
            };
            let rule = if point.on_demand {
                "as was said when it was asked for".to_owned()
            } else {
                format!("by the rule {:?}", point.kept_by).to_lowercase()
            };
            self.lines.push(format!(
                "{} of {} is kept {tiers} until the first clean-up after {}, {rule}",
                point.name, point.time, point.kept_until
            ));
        }
    }

    fn point(&mut self, point: &RestorePointState) {
        self.lines.push(format!(
            "{} is {:?} in {}: it shows {} at {}",
            point.name,
            point.provisioning_state,
            point.location,
            point.virtual_machine.name(),
            point.time_created
        ));
        if let Some(mode) = point.consistency_mode {
            self.lines.push(format!(
                "It is {mode:?}, by what was asked for and what the guest gave"
            ));
        }
        if let Some(failure) = &point.failure {
            self.lines.push(format!(
                "It failed with {}: {}",
                failure.code, failure.message
            ));
        }
        if let Some(until) = point.busy_until {
            self.lines.push(format!("What runs on it ends at {until}"));
        }
        if let Some(copy) = &point.replication {
            let from = copy
                .source_restore_point
                .as_ref()
                .map(|source| format!(", a copy of {}", source.name()));
            self.lines.push(format!(
                "Its disks come from {}{}: {:?}, {} % there",
                copy.source_region,
                from.unwrap_or_default(),
                copy.status,
                copy.completion_percent
            ));
            self.row_ids.push("S2-39".to_owned());
            for disk in &copy.disks {
                self.lines.push(format!(
                    "{}: {} of {} have arrived, {} %",
                    disk.name, disk.copied_bytes, disk.total_bytes, disk.completion_percent
                ));
            }
        }
        for disk in &point.disks {
            let added = if disk.full {
                "all that was written, for it is the first of its family"
            } else {
                "what the retained point before it did not hold"
            };
            self.lines.push(format!(
                "{}: it added {} ({added}) and refers to {}, of which {} are its own and would be freed with it; it pays {}",
                disk.name, disk.added_bytes, disk.referenced_bytes, disk.unique_bytes, disk.pays_bytes
            ));
            self.lines.extend(disk.access.iter().map(|access| {
                format!(
                    "{}: an address reads it until {}, and keeps the point from being deleted",
                    disk.name, access.until
                )
            }));
            self.lines.extend(disk.damage.iter().map(|damage| {
                format!(
                    "{}: its content was harmed since {} by {:?}",
                    disk.name, damage.since, damage.fault
                )
            }));
        }
        self.row_ids.extend(["S2-12a", "S2-12b"].map(str::to_owned));
    }

    fn command(&mut self, entry: &LogEntry) {
        let (at, kind) = (entry.at, entry.command.type_name());
        match &entry.outcome {
            Outcome::Ok { events } => {
                self.lines.push(format!("{kind} was carried out at {at}"));
                self.lines.extend(
                    events
                        .iter()
                        .map(|event| format!("{}: {}", event.at, event.text)),
                );
            }
            Outcome::Rejected { error } => {
                self.lines
                    .push(format!("{kind} was refused at {at}, and nothing changed"));
                self.refusal(error);
            }
        }
    }

    fn refusal(&mut self, error: &Rejection) {
        self.lines
            .push(format!("{}: {}", error.code, error.message));
        let details = error.details.iter();
        self.lines.extend(details.map(|detail| {
            let target = detail.target.as_ref().map(|target| format!("{target}: "));
            format!("{}{}", target.unwrap_or_default(), detail.message)
        }));
        self.row_ids.extend(error.row_ids.iter().cloned());
    }

    /// What an entry of the log did to these resources, or refused to do.
    fn chain(&mut self, entry: &LogEntry, ids: &[String], subject: &str) {
        match &entry.outcome {
            Outcome::Ok { events } => {
                let about = events.iter().filter(|event| {
                    let id = event.subject.as_str();
                    ids.iter().any(|known| known.eq_ignore_ascii_case(id))
                        || id.eq_ignore_ascii_case(subject)
                        || event.subject.name().eq_ignore_ascii_case(subject)
                });
                self.lines
                    .extend(about.map(|event| format!("{}: {}", event.at, event.text)));
            }
            Outcome::Rejected { error } => {
                let target = error.target.as_deref().unwrap_or_default();
                let about = ids.iter().any(|id| {
                    target.len() >= id.len()
                        && target
                            .get(..id.len())
                            .is_some_and(|begins| begins.eq_ignore_ascii_case(id))
                });
                if about || target.eq_ignore_ascii_case(subject) {
                    self.lines.push(format!(
                        "{}: {} was refused",
                        entry.at,
                        entry.command.type_name()
                    ));
                    self.refusal(error);
                }
            }
        }
    }

    /// What the rows say that were named.
    fn rules(&mut self) {
        self.row_ids = crate::order::few(std::mem::take(&mut self.row_ids));
        for row in matrix::support_matrix() {
            let ids: Vec<&str> = row.rules.iter().map(|rule| rule.id.as_str()).collect();
            let named = self.row_ids.iter().any(|id| ids.contains(&id.as_str()));
            if named {
                let rule = format!("Rule {}: {} {}", ids.join(" "), row.text, row.remedy);
                self.lines.push(rule.trim_end().to_owned());
            }
        }
    }
}
