//! Time and settings.

use crate::cloud::setting::MEMORY;
use crate::cloud::{
    AdvanceClock, Cloud, CommandError, Condition, Event, Executed, SetSetting, Task,
};
use crate::units::{SimDuration, SimInstant};

/// How long a condition is waited for where nothing else is said.
const LONGEST_WAIT: SimDuration = SimDuration::from_seconds(30 * 86_400);

/// The most workload steps that one advance may run; more is asked for in several advances.
const STEPS_AT_ONCE: u64 = 2_000_000;

impl Cloud {
    pub(in crate::cloud) fn advance_clock(&mut self, fields: &AdvanceClock) -> Executed {
        let target = self.target_of(fields)?;
        match &fields.until {
            Some(condition) => self.run_until_met(target, condition),
            None => Ok(self.run_until(target)),
        }
    }

    /// The instant that an advance ends at, at the latest.
    ///
    /// # Errors
    /// Why it is refused.
    pub(crate) fn target_of(&self, fields: &AdvanceClock) -> Result<SimInstant, CommandError> {
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
            // Long enough for anything that is under way.
            (None, None) if fields.until.is_some() => self.now.plus(LONGEST_WAIT),
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
        Ok(target)
    }

    /// Runs to `target`, or to an instant before it after which more than `work` was done, or to where much is left for
    /// [`Self::write_some`].
    pub(crate) fn run_some(&mut self, target: SimInstant, work: u64) -> Vec<Event> {
        let end = self.work().saturating_add(work);
        let mut events = Vec::new();
        while let Some((at, _)) = self.agenda.next().filter(|(at, _)| *at <= target) {
            if at > self.now && self.work() > end {
                events.extend(self.settle_replication());
                return events;
            }
            self.run_next(at, &mut events);
            if !self.is_written() {
                return events;
            }
        }
        events.extend(self.run_until(target));
        events
    }

    /// Runs from one planned instant to the next until something fits the condition.
    fn run_until_met(&mut self, target: SimInstant, condition: &Condition) -> Executed {
        let subject = condition.subject.as_deref();
        let fits = |event: &Event| {
            let id = &event.subject;
            condition.event.is_none_or(|kind| kind == event.kind)
                && subject.is_none_or(|given| {
                    given.eq_ignore_ascii_case(id.as_str()) || given.eq_ignore_ascii_case(id.name())
                })
        };
        let mut events = Vec::new();
        while let Some((at, _)) = self.agenda.next().filter(|(at, _)| *at <= target) {
            let happened = self.run_until(at);
            let met = happened.iter().any(fits);
            events.extend(happened);
            if met {
                return Ok(events);
            }
        }
        Err(CommandError::NotAllowed {
            target: "until".to_owned(),
            message: format!(
                "what is waited for does not happen until {target}; the clock stays where it is"
            ),
        })
    }

    pub(in crate::cloud) fn set_setting(&mut self, fields: &SetSetting) -> Executed {
        if fields.name == MEMORY {
            return Err(CommandError::InvalidParameter {
                target: MEMORY.to_owned(),
                message: format!("{MEMORY} is given when the lab is made"),
            });
        }
        self.settings.set(&fields.name, fields.value.clone())?;
        self.plan_replication();
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
