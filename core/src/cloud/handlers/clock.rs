//! Time and settings.

use crate::cloud::setting::MEMORY;
use crate::cloud::{AdvanceClock, Cloud, CommandError, Executed, SetSetting, Task};
use crate::units::SimInstant;

/// The most workload steps that one advance may run; more is asked for in several advances.
const STEPS_AT_ONCE: u64 = 2_000_000;

impl Cloud {
    pub(in crate::cloud) fn advance_clock(&mut self, fields: &AdvanceClock) -> Executed {
        let invalid = |message: String| CommandError::InvalidParameter {
            target: "to".to_owned(),
            message,
        };
        let target = match (fields.by, fields.to) {
            (Some(by), None) => self.now.plus(by),
            (None, Some(to)) if to >= self.now => to,
            (None, Some(to)) => {
                return Err(invalid(format!(
                    "{to} lies before the clock, which says {}",
                    self.now
                )));
            }
            (None, None) => {
                return Err(invalid(
                    "give `by`, a duration, or `to`, an instant".to_owned(),
                ));
            }
            (Some(_), Some(_)) => return Err(invalid("give `by` or `to`, not both".to_owned())),
        };
        let steps = self.workload_steps_until(target);
        if steps > STEPS_AT_ONCE {
            return Err(invalid(format!(
                "the workloads would write {steps} times until {target}; advance in parts of at most {STEPS_AT_ONCE}"
            )));
        }
        Ok(self.run_until(target))
    }

    pub(in crate::cloud) fn set_setting(&mut self, fields: &SetSetting) -> Executed {
        if fields.name == MEMORY {
            return Err(CommandError::InvalidParameter {
                target: MEMORY.to_owned(),
                message: format!("{MEMORY} is given when the lab is made"),
            });
        }
        self.settings.set(&fields.name, fields.value.clone())?;
        Ok(Vec::new())
    }

    fn workload_steps_until(&self, target: SimInstant) -> u64 {
        let length = target.since(self.now).seconds();
        let working = self.agenda.iter().filter_map(|(_, task)| match task {
            Task::Write(disk, _) => self.disks.get(disk)?.workload.as_ref(),
            _ => None,
        });
        working
            .map(|activity| {
                let steps = length / activity.workload.every.seconds().max(1);
                steps.saturating_mul(u64::from(activity.workload.writes.max(1)))
            })
            .fold(0, u64::saturating_add)
    }
}
