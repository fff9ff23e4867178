//! The plan breaker: looks for the shortest schedule of faults under which a plan misses its objectives.
//!
//! Each try is a run of the engine with some seeded faults in the plan's way, over VMs of every kind that the plan has.
//! Without faults the plan is run once, from its beginning; a try goes on from a kept moment of that before its first
//! fault, and stops at what is missed first. Where an objective is missed (how old points get in the VM's region and in
//! others, how far back they reach, how long nothing can be restored) the schedule is made shorter as long as it still
//! breaks the plan: fewer faults first, then less time. From then on only shorter ones are tried. The same seed finds
//! the same.

mod course;
mod targets;
#[cfg(test)]
mod tests;

use self::course::{Course, Moment, as_run};
use self::targets::{chosen, targets};
use super::aim::{Aim, Watched, aims};
use super::answer::PlanNote;
use super::exact;
use super::group::is;
use super::prepare::prepare;
use super::{Plan, PlanError};
use crate::cloud::{AdvanceClock, Command, DiskReference, FaultKind, InjectFault};
use crate::json::{Read, Write, answers};
use crate::order;
use crate::prng::Stream;
use crate::timeline::{SCENARIO_SCHEMA_VERSION, Scenario, TimedCommand};
use crate::units::{SimDuration, SimInstant};

const DAY: u64 = 86_400;
/// Faults begin at whole half hours and last for whole half hours.
const STEP: u64 = 1800;
/// Runs that making one schedule shorter may take.
const MOST_SHORTER: u64 = 60;

/// How a plan is to be broken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct BreakerOptions {
    /// The seed of the schedules; 1 where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// How many schedules are tried; 1,000 where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedules: Option<u64>,
    /// How many days are run, 3 to 60; 10 where left out, and as many as the objective on retention needs. Faults
    /// begin on the third day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<u64>,
    /// How many of the plan's VMs are run at most, 1 to 20; 4 where left out. One of each region comes first, then
    /// those with the most data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machines: Option<u64>,
    /// How many faults a schedule has at most, 1 to 5; 3 where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub faults: Option<u64>,
    /// How long a fault lasts at most; a day where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longest: Option<SimDuration>,
    /// The kinds of faults; an agent or VSS writers that fail, throttling, regions down and copies that stand
    /// still where left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<FaultKind>,
}

answers! {
    /// What the plan breaker has found so far.
    BreakerReport {
        /// Schedules that were tried.
        tried: u64,
        /// Schedules to try in all.
        schedules: u64,
        /// Runs of the engine, those that made a schedule shorter included.
        runs: u64,
        /// The names of the VMs that were run.
        machines: Vec<String>,
        /// Whether the search is over.
        done: bool,
        /// Whether the plan misses an objective without any fault.
        broken_by_itself: bool,
        /// The faults of the shortest schedule that breaks the plan.
        faults: Vec<PlannedFault>,
        /// What it misses then, and when.
        missed: Option<PlanNote>,
        /// When.
        missed_at: Option<SimInstant>,
        /// The same as a scenario that replays: its last expectation fails.
        scenario: Option<Scenario>,
    }
    /// A fault of a schedule.
    PlannedFault {
        /// Its kind.
        fault: FaultKind,
        /// Whom it befalls.
        target: String,
        /// When it begins.
        from: SimInstant,
        /// How long it lasts.
        lasts: SimDuration,
    }
}

/// Where an aim was missed first.
type Missed = Option<(SimInstant, usize)>;

/// A search under way. Ask for steps until it is done; drop it to end it.
#[derive(Debug)]
pub struct Breaker {
    begun: Moment,
    /// The number under which the first fault of a schedule is planned.
    numbers: u64,
    /// How the plan goes without faults, once that is known.
    course: Course,
    plan: Plan,
    set_up: Vec<Command>,
    aims: Vec<Aim>,
    kinds: Vec<(FaultKind, String)>,
    start: SimInstant,
    end: SimInstant,
    seed: u64,
    schedules: u64,
    most_faults: u64,
    longest: u64,
    tried: u64,
    runs: u64,
    by_itself: Missed,
    found: Option<(Vec<PlannedFault>, SimInstant, usize)>,
}

impl Breaker {
    /// Makes ready to break a plan.
    ///
    /// # Errors
    /// A plan that cannot be run, one without an objective for points, or options out of range.
    pub fn new(plan: &Plan, options: &BreakerOptions) -> Result<Self, PlanError> {
        let mut plan = plan.clone();
        let reach = plan
            .objectives
            .as_ref()
            .and_then(|asked| asked.retention_days);
        let usual = reach.map_or(10, |days| days.saturating_add(5).clamp(10, 60));
        let days = given("days", options.days, usual, (3, 60))?;
        let most_faults = given("faults", options.faults, 3, (1, 5))?;
        let schedules = given("schedules", options.schedules, 1000, (1, 1_000_000))?;
        let longest = options.longest.map_or(DAY, SimDuration::seconds);
        let longest = given("longest", Some(longest), DAY, (STEP, 30 * DAY))?;
        let machines = given("machines", options.machines, 4, (1, 20))?;
        plan.horizon_days = Some(days);
        let chosen = chosen(&prepare(&plan)?, machines);
        let all = std::mem::take(&mut plan.fleet.machines);
        let run = all.into_iter().enumerate();
        let run = run.filter(|(at, _)| chosen.contains(at));
        plan.fleet.machines = run.map(|(_, machine)| machine).collect();
        if plan.fleet.machines.is_empty() {
            return Err(PlanError::new(
                "fleet.machines",
                "give a VM to run the plan with",
            ));
        }
        // Disks that only VMs have that are not run are none to leave out.
        let named = |disk: &DiskReference| {
            let disks = plan.fleet.machines.iter().flat_map(|of| &of.disks);
            disks.into_iter().any(|of| is(of, &disk.id))
        };
        let left_out = plan.exclude_disks.iter().filter(|disk| named(disk));
        plan.exclude_disks = left_out.cloned().collect();
        let prepared = prepare(&plan)?;
        let aims = aims(&prepared)?;
        let mut begun = exact::begin(&prepared)?;
        let set_up = exact::set_up(&prepared)?;
        for command in &set_up {
            begun
                .execute(&as_run(&prepared, command))
                .map_err(|error| PlanError::refused("policy", &error))?;
        }
        // In the scenario that replays it faults are planned here, before anything that comes later.
        let numbers = begun.agenda_mut().leave_out(most_faults);
        let kinds = targets(&prepared, &options.kinds)?;
        let (start, end) = (prepared.start, prepared.end);
        Ok(Self {
            begun: Moment::new(begun, &aims),
            numbers,
            course: Course::default(),
            set_up,
            aims,
            kinds,
            start,
            end,
            seed: options.seed.unwrap_or(1),
            schedules,
            most_faults,
            longest,
            tried: 0,
            runs: 0,
            by_itself: None,
            found: None,
            plan,
        })
    }

    /// Tries so many more schedules.
    pub fn step(&mut self, count: u64) {
        if self.runs == 0 {
            self.runs += 1;
            let begun = self.begun.clone();
            (self.course, self.by_itself) = Course::run(begun, &self.aims, self.first(), self.end);
            if let Some((at, aim)) = self.by_itself {
                self.found = Some((Vec::new(), at, aim));
                self.tried = self.schedules;
            }
        }
        for _ in 0..count {
            if self.is_done() {
                return;
            }
            self.tried += 1;
            let faults = self.draw(self.tried);
            if !self.is_shorter(&faults) {
                continue;
            }
            if let Some((at, aim)) = self.run(&faults) {
                let (faults, at, aim) = self.shorten(faults, at, aim);
                if self.is_shorter(&faults) {
                    self.found = Some((faults, at, aim));
                }
            }
        }
    }

    /// When faults may begin.
    fn first(&self) -> SimInstant {
        self.start.plus(SimDuration::from_seconds(2 * DAY))
    }

    fn is_done(&self) -> bool {
        let half_an_hour = self
            .found
            .as_ref()
            .is_some_and(|(faults, ..)| weight(faults) <= (1, STEP));
        self.tried >= self.schedules || half_an_hour
    }

    fn is_shorter(&self, faults: &[PlannedFault]) -> bool {
        let best = self.found.as_ref().map(|(faults, ..)| weight(faults));
        best.is_none_or(|best| weight(faults) < best)
    }

    /// The faults of a schedule: what its number and the seed say, no longer than what was found.
    fn draw(&self, number: u64) -> Vec<PlannedFault> {
        let mut chance = Stream::named(self.seed ^ number.rotate_left(32), "faults");
        let best = self.found.as_ref().map(|(faults, ..)| weight(faults));
        let most = best.map_or(self.most_faults, |(count, _)| {
            self.most_faults.min(count as u64)
        });
        let count = 1 + chance.below(most);
        let longest = match best {
            Some((1, seconds)) => self.longest.min(seconds.saturating_sub(STEP)),
            _ => self.longest,
        };
        let steps = (longest / STEP).max(1);
        let first = self.first();
        let room = self.end.since(first).seconds() / STEP;
        let mut faults: Vec<PlannedFault> = Vec::new();
        for _ in 0..count {
            let at = usize::try_from(chance.below(self.kinds.len() as u64)).unwrap_or_default();
            let Some((fault, target)) = self.kinds.get(at) else {
                continue;
            };
            let from = first.plus(SimDuration::from_seconds(chance.below(room.max(1)) * STEP));
            let lasts = SimDuration::from_seconds((1 + chance.below(steps)) * STEP);
            faults.push(PlannedFault {
                fault: *fault,
                target: target.clone(),
                from,
                lasts,
            });
        }
        order::by(faults, |fault| fault.from.since(self.start).seconds())
    }

    /// As few faults as still break the plan, each as short as it can be.
    fn shorten(
        &mut self,
        faults: Vec<PlannedFault>,
        at: SimInstant,
        aim: usize,
    ) -> (Vec<PlannedFault>, SimInstant, usize) {
        let mut best = (faults, at, aim);
        let until = self.runs + MOST_SHORTER;
        let mut place = 0;
        while place < best.0.len() && best.0.len() > 1 {
            let mut fewer = best.0.clone();
            fewer.remove(place);
            match self.run(&fewer) {
                Some((at, aim)) => best = (fewer, at, aim),
                None => place += 1,
            }
        }
        for place in 0..best.0.len() {
            // Either end may be what does it.
            for from_the_end in [false, true] {
                let mut cut = best
                    .0
                    .get(place)
                    .map_or(0, |fault| fault.lasts.seconds() / STEP)
                    / 2;
                while cut > 0 && self.runs < until {
                    let mut shorter = best.0.clone();
                    let fits = shorter
                        .get_mut(place)
                        .is_some_and(|fault| cut_off(fault, cut * STEP, from_the_end));
                    match fits.then(|| self.run(&shorter)).flatten() {
                        Some((at, aim)) => best = (shorter, at, aim),
                        None => cut /= 2,
                    }
                }
            }
        }
        best
    }

    fn commands(&self, faults: &[PlannedFault]) -> Vec<Command> {
        let numbered = faults.iter().enumerate();
        let inject = |(at, fault): (usize, &PlannedFault)| {
            Command::InjectFault(InjectFault {
                fault: fault.fault,
                target: fault.target.clone(),
                name: Some(format!("fault-{}", at + 1)),
                from: Some(fault.from),
                lasts: Some(fault.lasts),
                chance_thousandths: None,
                every: None,
            })
        };
        numbered.map(inject).collect()
    }

    /// Runs the plan with some faults until an aim is missed: when, and which. Until the first of them begins it goes
    /// as it does without.
    fn run(&mut self, faults: &[PlannedFault]) -> Missed {
        self.runs += 1;
        let first = faults.iter().map(|fault| fault.from).min();
        let known = first.and_then(|first| self.course.before(first));
        let mut moment = known.unwrap_or(&self.begun).clone();
        let next = moment.cloud.agenda_mut().number_from(self.numbers);
        for command in self.commands(faults) {
            // A fault that cannot be does no harm.
            drop(moment.cloud.execute(&command));
        }
        moment.cloud.agenda_mut().number_from(next);
        moment.pass(&self.aims, self.end, &mut |_, _| {})
    }

    /// What was found so far.
    #[must_use]
    pub fn report(&self, engine: &str, matrix_revision: &str) -> BreakerReport {
        let missed = self.found.as_ref().and_then(|(_, at, aim)| {
            let aim = self.aims.get(*aim)?;
            Some(PlanNote {
                about: aim.objective().to_owned(),
                text: aim.text(*at),
                row_ids: Vec::new(),
            })
        });
        let machines = self.plan.fleet.machines.iter();
        BreakerReport {
            tried: self.tried.min(self.schedules),
            schedules: self.schedules,
            runs: self.runs,
            machines: machines.map(|machine| machine.name.clone()).collect(),
            done: self.is_done(),
            broken_by_itself: self.by_itself.is_some(),
            faults: self
                .found
                .as_ref()
                .map(|(faults, ..)| faults.clone())
                .unwrap_or_default(),
            missed,
            missed_at: self.found.as_ref().map(|(_, at, _)| *at),
            scenario: self.scenario(engine, matrix_revision),
        }
    }

    /// The shortest schedule as a scenario: at its end an expectation fails.
    fn scenario(&self, engine: &str, matrix_revision: &str) -> Option<Scenario> {
        let (faults, at, aim) = self.found.as_ref()?;
        let aim = self.aims.get(*aim)?;
        let advance = Command::AdvanceClock(AdvanceClock {
            by: None,
            to: Some(*at),
            until: None,
        });
        let commands = self
            .set_up
            .iter()
            .cloned()
            .chain(self.commands(faults))
            .chain([advance]);
        let name = self.plan.name.as_deref().unwrap_or("the plan");
        Some(Scenario {
            schema_version: SCENARIO_SCHEMA_VERSION,
            engine_version: engine.to_owned(),
            matrix_revision: matrix_revision.to_owned(),
            title: Some(format!("What breaks {name}?")),
            seed: 1,
            start_time: self.start,
            settings: self.plan.settings.clone(),
            fleet: self.plan.fleet.clone(),
            commands: commands
                .map(|command| TimedCommand {
                    at: None,
                    command,
                    joined: false,
                })
                .collect(),
            migrated: None,
            expectations: vec![aim.expectation()],
        })
    }
}

fn given(
    field: &str,
    value: Option<u64>,
    usual: u64,
    (low, high): (u64, u64),
) -> Result<u64, PlanError> {
    let value = value.unwrap_or(usual);
    if (low..=high).contains(&value) {
        return Ok(value);
    }
    Err(PlanError::new(
        format!("options.{field}"),
        format!("give {low} to {high}"),
    ))
}

/// Fewer faults are shorter, then less time in all.
fn weight(faults: &[PlannedFault]) -> (usize, u64) {
    let seconds = faults.iter().map(|fault| fault.lasts.seconds());
    (faults.len(), seconds.fold(0, u64::saturating_add))
}

/// Takes time off a fault, at its end or at its beginning. Whether some is left.
fn cut_off(fault: &mut PlannedFault, seconds: u64, from_the_end: bool) -> bool {
    let left = fault.lasts.seconds().saturating_sub(seconds);
    fault.lasts = SimDuration::from_seconds(left);
    if !from_the_end {
        fault.from = fault.from.plus(SimDuration::from_seconds(seconds));
    }
    left > 0
}
