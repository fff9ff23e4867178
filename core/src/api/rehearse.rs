//! What can be restored, restores rehearsed, drills, and points that are clean.

use super::read::captured_vm;
use super::{InputError, Lab};
use crate::cloud::EventKind;
use crate::ids::ResourceId;
use crate::matrix::Verdict;
use crate::order;
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
        let mut taken = Vec::new();
        for event in self.events() {
            let started = event.kind == EventKind::RestorePointStarted;
            let parent = event.subject.parent().filter(|_| started);
            if parent.is_some_and(|parent| own.contains(&&parent)) {
                taken.push(event.at);
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
        let moments = happened.map(|event| since(event.at));
        let moments = moments.chain(arrivals.filter(|at| *at <= cloud.now()).map(since));
        let moments = order::distinct(moments);
        let step = moments.len().div_ceil(MOST_MOMENTS).max(1);
        let last = moments.len().saturating_sub(1);
        let moments = moments.into_iter().enumerate();
        let moments: Vec<SimInstant> = moments
            .filter(|(number, _)| number % step == 0 || *number == last)
            .map(|(_, seconds)| first.plus(SimDuration::from_seconds(seconds)))
            .collect();
        let mut changes = Vec::new();
        let mut known: Vec<PointMethod> = Vec::new();
        self.timeline.visit(&moments, &mut |past| {
            let at = past.now();
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
                let could = known.iter().any(|known| {
                    known.method == method.method && known.verdict == Verdict::Supported
                });
                let can = method.verdict == Verdict::Supported;
                if could == can {
                    continue;
                }
                let then = self.events().find(|event| event.at == at);
                let then = then.map_or_else(String::new, |event| event.text.clone());
                changes.push(AbilityChange {
                    at,
                    method: method.method.clone(),
                    able: can,
                    because: if can { then } else { method.message.clone() },
                    row_ids: method.row_ids.clone(),
                });
            }
            known = now;
        });
        (changes, step == 1)
    }
}
