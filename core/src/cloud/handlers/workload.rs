//! Workloads: disks that change by themselves.

use crate::cloud::{
    Activity, Cloud, CommandError, Event, EventKind, Executed, SetWorkload, Task, Workload,
    WritePattern,
};
use crate::ids::ResourceId;
use crate::prng::Stream;
use crate::store::Source;
use crate::units::{BlockRange, MIB, SimDuration, SimInstant};

/// The shortest time between two steps of a workload.
const SHORTEST: SimDuration = SimDuration::from_seconds(60);
/// The most runs of one step.
const MOST_WRITES: u32 = 10_000;

impl Cloud {
    pub(in crate::cloud) fn set_workload(&mut self, fields: &SetWorkload) -> Executed {
        let id = self.find_disk(&fields.disk, "disk")?.0.clone();
        if let Some(workload) = &fields.workload {
            check_workload(workload)?;
        }
        self.agenda
            .cancel(|task| matches!(task, Task::Write(disk, _) if *disk == id));
        self.workloads += 1;
        let (generation, now) = (self.workloads, self.now);
        let volume = self.find_disk(&fields.disk, "disk")?.1.volume;
        let written = self.store.written(Source::Head(volume))?.0;
        let Some(disk) = self.disks.get_mut(&id) else {
            return Ok(Vec::new());
        };
        disk.workload = fields.workload.clone().map(|workload| Activity {
            generation,
            places: Stream::named(generation, &disk.unique_id),
            cursor: if workload.pattern == WritePattern::AppendLog {
                written / disk.block_size.bytes()
            } else {
                0
            },
            rest: 0,
            workload,
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

/// Blocks that a workload writes at most in one step.
const MOST_BLOCKS: u64 = 1 << 24;

/// How many tenths of its work a weekday workload does at this hour.
fn weekday_tenths(now: SimInstant) -> u64 {
    // The epoch was a Thursday.
    let hours = now.since(SimInstant::from_unix_seconds(0)).seconds() / 3600;
    let (day, hour) = ((hours / 24 + 3) % 7, hours % 24);
    if day < 5 && (8..18).contains(&hour) {
        10
    } else {
        1
    }
}

impl Cloud {
    /// Whether what writes to a disk is running: its VM, or nobody knows who.
    fn is_written_by_its_machine(&self, id: &ResourceId) -> bool {
        let Some(disk) = self.disks.get(id) else {
            return false;
        };
        let holder = self
            .attached_to(id)
            .and_then(|vm| self.virtual_machines.get(vm));
        self.key_trouble(&disk.name, &disk.facts).is_none()
            && self.is_down(&disk.location, &disk.zones).is_none()
            && holder.is_none_or(|vm| {
                super::guest::is_running(&vm.facts)
                    && self.is_down(&vm.location, &vm.zones).is_none()
            })
    }

    /// One step of a disk's workload.
    pub(in crate::cloud) fn run_workload(
        &mut self,
        id: &ResourceId,
        generation: u64,
    ) -> Option<Event> {
        let works = self.is_written_by_its_machine(id);
        let (now, disk) = (self.now, self.disks.get_mut(id)?);
        let used = self.store.written(Source::Head(disk.volume)).ok()?;
        let activity = disk
            .workload
            .as_mut()
            .filter(|activity| activity.generation == generation)?;
        let next = now.plus(activity.workload.every);
        if next > now {
            // At the end of the calendar there is no later step.
            self.agenda.plan(next, Task::Write(id.clone(), generation));
        }
        let blocks = disk.block_size.blocks_in(disk.size);
        let pattern = activity.workload.pattern;
        let ranges = step(activity, blocks, disk.block_size.bytes(), used.0, now);
        if !works {
            return None;
        }
        let volume = disk.volume;
        let written = match pattern {
            WritePattern::RewriteAll => self.rewrite(id),
            _ => self.write_soon(volume, &ranges),
        };
        match written {
            Ok(()) => None,
            Err(error) => {
                self.disks.get_mut(id)?.workload = None;
                let text = format!("the workload of {} was ended: {error}", id.name());
                Some(self.event(EventKind::Noted, id, text))
            }
        }
    }
}

/// What one step writes, and where the workload stands after it.
fn step(
    activity: &mut Activity,
    blocks: u64,
    block_bytes: u64,
    used: u64,
    now: SimInstant,
) -> Vec<BlockRange> {
    let workload = &activity.workload;
    let reach = within(blocks, workload.within_thousandths);
    let tenths = match workload.pattern {
        WritePattern::Weekdays => weekday_tenths(now),
        WritePattern::Idle | WritePattern::RewriteAll => return Vec::new(),
        _ => 10,
    };
    let (mut left, length) = match rate(workload, used) {
        // Runs are counted, or bytes for as long as the step takes; what is no whole block waits.
        None => (
            u64::from(workload.writes).saturating_mul(workload.blocks_per_write) * tenths / 10,
            workload.blocks_per_write,
        ),
        Some((bytes, seconds)) => {
            let every = u128::from(workload.every.seconds());
            let unit = u128::from(block_bytes) * u128::from(seconds) * 10;
            let all = u128::from(bytes) * every * u128::from(tenths) + u128::from(activity.rest);
            activity.rest = u64::try_from(all % unit.max(1)).unwrap_or_default();
            let whole = u64::try_from(all / unit.max(1)).unwrap_or(MOST_BLOCKS);
            (whole.min(MOST_BLOCKS), workload.blocks_per_write)
        }
    };
    let mut ranges = Vec::new();
    while left > 0 && reach > 0 {
        let length = length.min(left).min(reach).max(1);
        left -= length.min(left);
        let mut anywhere = |reach: u64| {
            let room = reach.saturating_sub(length).saturating_add(1);
            activity.places.below(room)
        };
        let first = match activity.workload.pattern {
            WritePattern::Sequential | WritePattern::AppendLog => {
                let first = if activity.cursor + length > reach {
                    0
                } else {
                    activity.cursor
                };
                activity.cursor = first + length;
                first
            }
            WritePattern::HotSpot if anywhere(length + 9) < 9 => anywhere((reach / 10).max(1)),
            _ => anywhere(reach),
        };
        let last = (first + length - 1).min(reach - 1);
        ranges.extend(BlockRange::new(first.min(last), last));
    }
    ranges
}

/// Bytes, and the seconds that they are for, where the workload has a rate.
fn rate(workload: &Workload, used: u64) -> Option<(u64, u64)> {
    let by_size = |thousandths: u64| {
        let bytes = u128::from(used) * u128::from(thousandths) / 1000;
        (u64::try_from(bytes).unwrap_or(u64::MAX), 86_400)
    };
    let by_time = workload
        .mib_per_hour
        .map(|mib| (mib.saturating_mul(MIB), 3600));
    by_time.or(workload.used_thousandths_per_day.map(by_size))
}

/// The blocks that a workload reaches: at least one where there is one.
fn within(blocks: u64, thousandths: u32) -> u64 {
    let reach = u128::from(blocks) * u128::from(thousandths.min(1000)) / 1000;
    u64::try_from(reach).unwrap_or(blocks).max(1).min(blocks)
}

/// Whether a workload can be.
pub(crate) fn check_workload(workload: &Workload) -> Result<(), CommandError> {
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
    if workload.mib_per_hour.is_some() && workload.used_thousandths_per_day.is_some() {
        return wrong(
            "mibPerHour",
            "give mibPerHour or usedThousandthsPerDay, not both".to_owned(),
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
