//! What can be restored, restores rehearsed, drills, and points that are clean.

use super::read::captured_vm;
use super::{InputError, Lab};
use crate::cloud::EventKind;
use crate::ids::ResourceId;
use crate::matrix::Verdict;
use crate::order;
use crate::policy::BackupService;
use crate::restore::{
    AbilitiesQuery, AbilityChange, CleanPointsQuery, DiskCleanPoints, Drill, DrillRequest,
    PointMethod, Rehearsal, RehearsalRequest, Rehearsing, RestoreAbilities, able, begin_rehearsal,
    clean_points, drill, group_coverage, point_abilities, rehearse,
};
use crate::units::{SimDuration, SimInstant};

/// So many past moments are looked at, at most.
const MOST_MOMENTS: usize = 150;

impl Lab {
    /// Rehearses a restore: plans its steps, finds what stands against it, carries it out on a copy, holds what
    /// comes back against its source. The lab is as it was.
    ///
    /// # Errors
    /// What is asked for is not there, or no such restore can be meant.
    pub fn rehearse(&self, request: &RehearsalRequest) -> Result<Rehearsal, InputError> {
        Ok(rehearse(self.timeline.cloud(), request)?)
    }

    /// As [`Self::rehearse`], but for the proofs, which take long and are read bit by bit.
    ///
    /// # Errors
    /// What is asked for is not there, or no such restore can be meant.
    pub fn begin_rehearsal(&self, request: &RehearsalRequest) -> Result<Rehearsing, InputError> {
        Ok(begin_rehearsal(self.timeline.cloud(), request)?)
    }

    /// Lets a region be down and restores everything in it elsewhere, on a copy. The lab is as it was.
    ///
    /// # Errors
    /// A region that cannot be down.
    pub fn drill(&self, request: &DrillRequest) -> Result<Drill, InputError> {
        Ok(drill(self.timeline.cloud(), request)?)
    }

    /// Every method for every point of a VM now, and when each was gained and lost.
    ///
    /// # Errors
    /// No such VM.
    pub fn restore_abilities(
        &self,
        query: &AbilitiesQuery,
    ) -> Result<RestoreAbilities, InputError> {
        let cloud = self.timeline.cloud();
        let vm = self.known_vm(&query.vm)?;
        let (changes, every_moment) = self.ability_changes(&vm);
        Ok(RestoreAbilities {
            time: cloud.now(),
            points: point_abilities(cloud, &vm, true),
            changes,
            every_moment,
            group: group_coverage(cloud, &vm),
            virtual_machine: vm,
        })
    }

    /// The points of every disk of a VM, and which is clean.
    ///
    /// # Errors
    /// No such VM.
    pub fn clean_points(
        &self,
        query: &CleanPointsQuery,
    ) -> Result<Vec<DiskCleanPoints>, InputError> {
        let cloud = self.timeline.cloud();
        let vm = self.known_vm(&query.vm)?;
        let collections = cloud.collections().iter();
        let own: Vec<&ResourceId> = collections
            .filter(|(_, collection)| collection.source == vm)
            .map(|(id, _)| id)
            .collect();
        let mut taken: Vec<(Option<ResourceId>, SimInstant)> = Vec::new();
        let mut begun: Vec<(&ResourceId, SimInstant)> = Vec::new();
        for event in self.events() {
            // Snapshots of Azure Disk Backup are there at once.
            if event.kind == EventKind::BackupSucceeded {
                let item = cloud
                    .protected()
                    .iter()
                    .find(|item| item.id == event.subject);
                let item = item.filter(|item| item.service == BackupService::DiskBackup);
                taken.extend(item.map(|item| (Some(item.source.clone()), event.at)));
            }
            let parent = event.subject.parent();
            if !parent.is_some_and(|parent| own.contains(&&parent)) {
                continue;
            }
            // What began and failed was never a point to go back to.
            match event.kind {
                EventKind::RestorePointStarted => begun.push((&event.subject, event.at)),
                EventKind::RestorePointSucceeded => {
                    let mut begun = begun.iter().rev();
                    let found = begun.find(|(point, _)| **point == event.subject);
                    taken.extend(found.map(|(_, at)| (None, *at)));
                }
                _ => {}
            }
        }
        Ok(clean_points(cloud, &vm, &taken))
    }

    /// A VM that is there, one that has points, or one that is protected.
    fn known_vm(&self, reference: &str) -> Result<ResourceId, InputError> {
        let cloud = self.timeline.cloud();
        captured_vm(cloud, reference).or_else(|error| {
            let mut sources = cloud.protected().iter().map(|item| &item.source);
            let known = sources.find(|id| {
                id.as_str().eq_ignore_ascii_case(reference)
                    || id.name().eq_ignore_ascii_case(reference)
            });
            known.cloned().ok_or(error)
        })
    }

    fn events(&self) -> impl Iterator<Item = &crate::cloud::Event> {
        self.log().iter().flat_map(|entry| match &entry.outcome {
            crate::timeline::Outcome::Ok { events } => events.as_slice(),
            crate::timeline::Outcome::Rejected { .. } => &[],
        })
    }

    /// When each method was gained and lost, and whether every moment was looked at.
    fn ability_changes(&self, vm: &ResourceId) -> (Vec<AbilityChange>, bool) {
        let cloud = self.timeline.cloud();
        let first = self.start_time();
        let since = |at: SimInstant| at.since(first).seconds();
        let happened = self
            .events()
            .filter(|event| event.kind != EventKind::Written);
        // A point is in the paired region a while after its backup has ended.
        let ended = self.events();
        let ended = ended.filter(|event| event.kind == EventKind::BackupSucceeded);
        let arrivals = ended.map(|event| event.at.plus(cloud.settings().vault_secondary()));
        // Roles work a while after they were given.
        let given = self
            .log()
            .iter()
            .filter(|entry| matches!(entry.command, crate::cloud::Command::SetIdentityRoles(_)));
        let given = given.map(|entry| entry.at.plus(cloud.settings().roles_take()));
        let later = arrivals.chain(given).filter(|at| *at <= cloud.now());
        let moments = happened.map(|event| since(event.at));
        let moments = order::distinct(moments.chain(later.map(since)));
        let step = moments.len().div_ceil(MOST_MOMENTS).max(1);
        let last = moments.len().saturating_sub(1);
        let instant = |number: usize| {
            let seconds = moments.get(number).copied().unwrap_or_default();
            first.plus(SimDuration::from_seconds(seconds))
        };
        let able_at = |number: usize| {
            let past = self.timeline.branch_at(instant(number));
            able(&point_abilities(past.cloud(), vm, false))
        };
        let of = |methods: &[PointMethod], method: &str| {
            let found = methods.iter().find(|known| known.method == method);
            found.is_some_and(|known| known.verdict == Verdict::Supported)
        };
        let looked_at = (0..moments.len()).filter(|at| at % step == 0 || *at == last);
        let looked_at: Vec<usize> = looked_at.collect();
        let instants: Vec<SimInstant> = looked_at.iter().map(|at| instant(*at)).collect();
        let mut numbers = looked_at.into_iter();
        let mut changes: Vec<AbilityChange> = Vec::new();
        let mut known: Vec<PointMethod> = Vec::new();
        let mut looked: Option<usize> = None;
        self.timeline.visit(&instants, &mut |past| {
            let number = numbers.next().unwrap_or(last);
            let mut now = able(&point_abilities(past, vm, false));
            for gone in &known {
                if !now.iter().any(|method| method.method == gone.method) {
                    let mut none = gone.clone();
                    none.verdict = Verdict::NotSupported;
                    none.message = "no point is left".to_owned();
                    none.row_ids = Vec::new();
                    now.push(none);
                }
            }
            for method in &now {
                let can = method.verdict == Verdict::Supported;
                if of(&known, &method.method) == can {
                    continue;
                }
                // It changed somewhere behind the moment that was looked at before.
                let (mut before, mut at) = (looked, number);
                while at > before.map_or(0, |before| before + 1) {
                    let middle = before.map_or(0, |before| before + 1).midpoint(at);
                    if of(&able_at(middle), &method.method) == can {
                        at = middle;
                    } else {
                        before = Some(middle);
                    }
                }
                let at = instant(at);
                // What failed at that instant is no way to an ability.
                let led = |event: &&crate::cloud::Event| {
                    use EventKind::{BackupFailed, ReplicationFailed, RestorePointFailed};
                    let failed = [BackupFailed, ReplicationFailed, RestorePointFailed];
                    event.at == at && !failed.contains(&event.kind)
                };
                let then = self.events().find(led);
                let then = then.map_or_else(
                    || "nothing but time: what was on its way, or given, is there".to_owned(),
                    |event| event.text.clone(),
                );
                changes.push(AbilityChange {
                    at,
                    method: method.method.clone(),
                    able: can,
                    because: if can { then } else { method.message.clone() },
                    row_ids: method.row_ids.clone(),
                });
            }
            known = now;
            looked = Some(number);
        });
        let changes = order::by(changes, |change| since(change.at));
        (changes, step == 1)
    }
}
