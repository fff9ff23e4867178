//! A plan's course, looked at after each change; without faults it is run once, and every schedule goes on from a moment
//! of it that was kept.

use super::{Aim, Missed, Watched};
use crate::cloud::{Cloud, Command, SetWorkload, WritePattern};
use crate::forecast::prepare::Prepared;
use crate::matrix::Service;
use crate::units::{SimDuration, SimInstant};

/// Moments of the course without faults that are kept.
const KEPT: u64 = 8;

/// Where a run stands, and what was seen of each aim until then.
#[derive(Clone, Debug)]
pub(super) struct Moment {
    pub(super) cloud: Cloud,
    watched: Vec<Watched>,
}

impl Moment {
    /// The beginning.
    pub(super) fn new(cloud: Cloud, aims: &[Aim]) -> Self {
        Self {
            cloud,
            watched: vec![Watched::default(); aims.len()],
        }
    }

    /// Passes from one planned instant to the next until the end, or until an aim is missed: when, and which. Each step
    /// is shown before it is made, with the instant that it leads to.
    pub(super) fn pass(
        &mut self,
        aims: &[Aim],
        end: SimInstant,
        show: &mut dyn FnMut(&mut Self, SimInstant),
    ) -> Missed {
        loop {
            let next = self.cloud.agenda().next().map(|(at, _)| at);
            let next = next.filter(|next| *next <= end);
            let to = next.unwrap_or(end);
            show(self, to);
            drop(self.cloud.run_until(to));
            let missed = self.look(aims).filter(|(at, _)| *at <= end);
            // What is missed first is seen first, but for a first point elsewhere that is too old as it comes: the next
            // look sees that, and counts from when the point was made. What is missed in between is then named for it.
            if missed.is_some() || next.is_none() {
                return missed;
            }
        }
    }

    /// A copy that shares with it what neither changes.
    fn keep(&mut self) -> Self {
        Self {
            cloud: self.cloud.checkpoint().0,
            watched: self.watched.clone(),
        }
    }

    fn look(&mut self, aims: &[Aim]) -> Missed {
        let mut missed: Missed = None;
        for (at, (aim, watched)) in aims.iter().zip(&mut self.watched).enumerate() {
            if let Some(when) = aim.missed(&self.cloud, watched)
                && missed.is_none_or(|(first, _)| when < first)
            {
                missed = Some((when, at));
            }
        }
        missed
    }
}

/// The course without faults, at some moments.
#[derive(Debug, Default)]
pub(super) struct Course {
    kept: Vec<Moment>,
}

impl Course {
    /// Runs a plan without faults; its course from the first instant on at which a fault may begin, and what it misses.
    pub(super) fn run(
        begun: Moment,
        aims: &[Aim],
        first: SimInstant,
        end: SimInstant,
    ) -> (Self, Missed) {
        let apart = (end.since(first).seconds() / KEPT).max(1);
        let mut kept: Vec<Moment> = Vec::new();
        let mut due = first;
        let mut moment = begun;
        let missed = moment.pass(aims, end, &mut |moment, next| {
            if next >= due {
                kept.push(moment.keep());
                while due <= next {
                    due = due.plus(SimDuration::from_seconds(apart));
                }
            }
        });
        (Self { kept }, missed)
    }

    /// The last moment that is kept of before this instant.
    pub(super) fn before(&self, at: SimInstant) -> Option<&Moment> {
        let mut kept = self.kept.iter().rev();
        kept.find(|moment| moment.cloud.now() < at)
    }
}

/// A command that sets the plan going, as a run needs it. Where nothing travels no time depends on what is on the disks,
/// so that what writes to them does so at its times and writes nothing: that alone is most of a run.
pub(super) fn as_run(prepared: &Prepared<'_>, command: &Command) -> Command {
    let at_home =
        prepared.plan.service == Service::RestorePoints && prepared.plan.copies.is_empty();
    match command {
        Command::SetWorkload(SetWorkload {
            disk,
            workload: Some(workload),
        }) if at_home => {
            let mut workload = workload.clone();
            workload.pattern = WritePattern::Idle;
            Command::SetWorkload(SetWorkload {
                disk: disk.clone(),
                workload: Some(workload),
            })
        }
        command => command.clone(),
    }
}
