//! Workloads: disks that change by themselves.

use crate::cloud::{
    Activity, Cloud, CommandError, EventKind, Executed, SetWorkload, Task, Workload,
};
use crate::prng::Stream;
use crate::units::SimDuration;

/// The shortest time between two steps of a workload.
const SHORTEST: SimDuration = SimDuration::from_seconds(60);
/// The most runs of one step.
const MOST_WRITES: u32 = 10_000;

impl Cloud {
    pub(in crate::cloud) fn set_workload(&mut self, fields: &SetWorkload) -> Executed {
        let id = self.find_disk(&fields.disk, "disk")?.0.clone();
        if let Some(workload) = &fields.workload {
            check(workload)?;
        }
        self.agenda
            .cancel(|task| matches!(task, Task::Write(disk, _) if *disk == id));
        self.workloads += 1;
        let (generation, now) = (self.workloads, self.now);
        let Some(disk) = self.disks.get_mut(&id) else {
            return Ok(Vec::new());
        };
        disk.workload = fields.workload.clone().map(|workload| Activity {
            workload,
            generation,
            places: Stream::named(generation, &disk.unique_id),
        });
        let text = match &fields.workload {
            Some(workload) => {
                self.agenda.plan(
                    now.plus(workload.every),
                    Task::Write(id.clone(), generation),
                );
                format!(
                    "{} is written to every {} from now on",
                    id.name(),
                    workload.every
                )
            }
            None => format!("nothing writes to {} by itself any more", id.name()),
        };
        Ok(vec![self.event(EventKind::Updated, &id, text)])
    }
}

fn check(workload: &Workload) -> Result<(), CommandError> {
    let wrong = |field: &str, message: String| {
        Err(CommandError::InvalidParameter {
            target: format!("workload.{field}"),
            message,
        })
    };
    if workload.every < SHORTEST {
        return wrong(
            "every",
            format!("{} is too often; give {SHORTEST} or more", workload.every),
        );
    }
    if !(1..=MOST_WRITES).contains(&workload.writes) {
        return wrong("writes", format!("give 1 to {MOST_WRITES} writes a step"));
    }
    if workload.blocks_per_write == 0 {
        return wrong(
            "blocksPerWrite",
            "a write has one block at least".to_owned(),
        );
    }
    if !(1..=1000).contains(&workload.within_thousandths) {
        return wrong(
            "withinThousandths",
            "give 1 to 1000 thousandths of the disk".to_owned(),
        );
    }
    Ok(())
}
