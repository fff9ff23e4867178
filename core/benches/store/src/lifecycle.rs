//! How many commands of the lifecycle the engine carries out in a second, and whether the memory is
//! back where it was when everything is deleted.

use crate::allocations::{count_no_more, live_bytes};
use crate::clock::nanoseconds;
use crate::platform::{NAME, say};
use rplab_core::api::Json;
use rplab_core::cloud::{Cloud, Command, SettingValue, Settings};
use rplab_core::prng::Stream;
use rplab_core::timeline::read_command;
use rplab_core::units::{SimDuration, SimInstant};
use serde_json::{Value, json};
use std::collections::VecDeque;

const MACHINES: u64 = 20;
/// Points that each VM keeps.
const KEPT: usize = 5;
const RUNS: usize = 5;
/// Commands a second that are aimed at.
const AIM: f64 = 1_000_000.0;

fn id(kind: &str, name: &str) -> String {
    format!("/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/{kind}/{name}")
}

fn start() -> Result<Cloud, String> {
    let mut settings = Settings::default();
    for (name, value) in [
        ("blockSizeBytes", 4096),
        ("durations.createRestorePointSeconds", 0),
        ("durations.deleteRestorePointSeconds", 0),
        ("copyStartSeconds", 0),
        ("copyMiBPerSecondPerDisk", 1_000_000),
        ("copyMiBPerSecond", 1_000_000),
    ] {
        let set = settings.set(name, SettingValue::Integer(value));
        set.map_err(|error| error.to_string())?;
    }
    let mut cloud = Cloud::new(1, SimInstant::from_unix_seconds(1_767_571_200), settings);
    for vm in 0..MACHINES {
        let disk = id("disks", &format!("d{vm}"));
        let (machine, collection) = (
            id("virtualMachines", &format!("vm{vm}")),
            id("restorePointCollections", &format!("c{vm}")),
        );
        let far = id("restorePointCollections", &format!("f{vm}"));
        for command in [
            json!({ "type": "createVirtualMachine", "id": machine, "name": format!("vm{vm}"), "location": "eastus",
                    "facts": { "osType": "Windows" }, "disks": [{ "name": format!("d{vm}"), "id": disk, "sizeGiB": 1 }] }),
            json!({ "type": "createRestorePointCollection", "name": collection, "source": machine }),
            json!({ "type": "createRestorePointCollection", "name": far, "source": collection, "location": "westus" }),
            json!({ "type": "writeBlocks", "disk": disk, "first": 0, "last": 255 }),
        ] {
            carry_out(&mut cloud, command)?;
        }
    }
    Ok(cloud)
}

fn carry_out(cloud: &mut Cloud, command: Value) -> Result<(), String> {
    let command = read_command(command).map_err(|error| error.to_string())?;
    let answer = cloud.execute(&command);
    answer.map_err(|error| format!("{}: {error}", command.type_name()))?;
    Ok(())
}

/// Commands as they come: writes, points, copies, addresses, restores, deletions, time.
struct Source {
    chance: Stream,
    made: u64,
    kept: Vec<VecDeque<String>>,
    copies: Vec<VecDeque<String>>,
    restored: VecDeque<String>,
    planned: VecDeque<Value>,
}

impl Source {
    fn new() -> Self {
        let lists = || (0..MACHINES).map(|_| VecDeque::new()).collect();
        Self {
            chance: Stream::named(1, "bench"),
            made: 0,
            kept: lists(),
            copies: lists(),
            restored: VecDeque::new(),
            planned: VecDeque::new(),
        }
    }

    fn next(&mut self) -> Option<Command> {
        if self.planned.is_empty() {
            self.plan();
        }
        read_command(self.planned.pop_front()?).ok()
    }

    fn plan(&mut self) {
        let vm = self.chance.below(MACHINES);
        let at = usize::try_from(vm).unwrap_or_default();
        let (collection, far) = (
            id("restorePointCollections", &format!("c{vm}")),
            id("restorePointCollections", &format!("f{vm}")),
        );
        let disk = id("disks", &format!("d{vm}"));
        for _ in 0..6 {
            let first = self.chance.below(200_000);
            self.planned.push_back(json!({ "type": "writeBlocks", "disk": disk, "first": first, "last": first + self.chance.below(16) }));
        }
        self.made += 1;
        let name = format!("p{}", self.made);
        let point = format!("{collection}/restorePoints/{name}");
        self.planned.push_back(
            json!({ "type": "createRestorePoint", "collection": collection, "name": name }),
        );
        self.planned
            .push_back(json!({ "type": "advanceClock", "by": "PT1M" }));
        let (Some(kept), Some(copies)) = (self.kept.get_mut(at), self.copies.get_mut(at)) else {
            return;
        };
        kept.push_back(point.clone());
        if self.made.is_multiple_of(4) {
            self.planned.push_back(json!({ "type": "copyRestorePoint", "restorePoint": point, "collection": far, "name": name }));
            copies.push_back(format!("{far}/restorePoints/{name}"));
            self.planned
                .push_back(json!({ "type": "advanceClock", "by": "PT1H" }));
        }
        let of_point = |kind: &str| json!({ "type": kind, "diskRestorePoint": format!("d{vm}"), "restorePoint": point });
        let mut grant = of_point("grantAccess");
        if let Some(fields) = grant.as_object_mut() {
            fields.insert("durationSeconds".to_owned(), 3600.into());
        }
        self.planned.push_back(grant);
        self.planned.push_back(of_point("revokeAccess"));
        let mut restore = of_point("restoreDisk");
        let restored = id("disks", &format!("r{}", self.made));
        if let Some(fields) = restore.as_object_mut() {
            fields.insert("name".to_owned(), restored.clone().into());
        }
        self.planned.push_back(restore);
        self.restored.push_back(restored);
        if self.restored.len() > KEPT
            && let Some(disk) = self.restored.pop_front()
        {
            self.planned
                .push_back(json!({ "type": "deleteDisk", "disk": disk }));
        }
        for points in [kept, copies] {
            if points.len() > KEPT
                && let Some(point) = points.pop_front()
            {
                self.planned
                    .push_back(json!({ "type": "deleteRestorePoint", "restorePoint": point }));
            }
        }
    }
}

/// Everything that a run made is deleted; how much the store has in use then: records, words, bytes and disks.
fn empty(cloud: &mut Cloud) -> Result<u64, String> {
    // Addresses that were open when the run ended run out.
    let day = || json!({ "type": "advanceClock", "by": "P1D" });
    let mut commands: Vec<Value> = vec![day()];
    for collection in cloud.collections().keys() {
        commands.push(
            json!({ "type": "deleteRestorePointCollection", "collection": collection.to_string() }),
        );
    }
    for vm in cloud.virtual_machines().keys() {
        commands.push(json!({ "type": "deleteVirtualMachine", "virtualMachine": vm.to_string() }));
    }
    for disk in cloud.disks().keys() {
        commands.push(json!({ "type": "deleteDisk", "disk": disk.to_string() }));
    }
    commands.push(day());
    for command in commands {
        carry_out(cloud, command)?;
    }
    let memory = cloud.store().memory();
    let disks = cloud.store().volumes().count() as u64;
    Ok(memory.records + memory.slab_words + memory.user_bytes + disks)
}

/// How often a type of command came, and the nanoseconds that all of them took.
type Spent = Vec<(String, u64, f64)>;

/// Bytes that are allocated before a lab is there, after so many commands, when everything that the lab had is
/// deleted, and when the lab itself is gone.
fn run_for_memory(count: usize) -> Result<[usize; 4], String> {
    let before = live_bytes();
    let mut cloud = start()?;
    let mut source = Source::new();
    for _ in 0..count {
        let Some(command) = source.next() else { break };
        let answer = cloud.execute(&command);
        answer.map_err(|error| format!("{}: {error}", command.type_name()))?;
    }
    drop(source);
    let after = live_bytes();
    empty(&mut cloud)?;
    let emptied = live_bytes();
    drop(cloud);
    Ok([before, after, emptied, live_bytes()])
}

fn run_commands(count: usize, mut spent: Option<&mut Spent>) -> Result<(f64, u64), String> {
    let mut cloud = start()?;
    let mut source = Source::new();
    // Commands are read outside the time that is measured, a batch at a time.
    let mut seconds = 0.0;
    let mut done = 0;
    while done < count {
        let batch: Vec<Command> = std::iter::from_fn(|| source.next())
            .take(10_000.min(count - done))
            .collect();
        if let Some(spent) = &mut spent {
            for command in &batch {
                let (taken, answer) = nanoseconds(|| cloud.execute(command));
                answer.map_err(|error| format!("{}: {error}", command.type_name()))?;
                match spent
                    .iter_mut()
                    .find(|(kind, ..)| kind == command.type_name())
                {
                    Some((_, times, sum)) => (*times, *sum) = (*times + 1, *sum + taken),
                    None => spent.push((command.type_name().to_owned(), 1, taken)),
                }
            }
            done += batch.len();
            continue;
        }
        let (taken, answers) = nanoseconds(|| {
            let mut commands = batch.iter();
            commands.try_for_each(|command| {
                let answer = cloud.execute(command);
                let answer = answer.map(drop);
                answer.map_err(|error| format!("{}: {error}", command.type_name()))
            })
        });
        answers?;
        seconds += taken / 1e9;
        done += batch.len();
    }
    Ok((count as f64 / seconds, empty(&mut cloud)?))
}

/// A year of daily points on all machines: milliseconds to go to a past instant, and to show it.
fn year(days: u64) -> Result<(Vec<f64>, Vec<f64>), String> {
    let options = json!({ "settings": { "limits.restorePointsPerVm": 1000, "durations.createRestorePointSeconds": 0 } });
    let mut lab = Json::new_lab(Some(options)).map_err(|error| error.to_string())?;
    let mut dispatch = |command: Value| {
        let answer = lab
            .dispatch_json(command)
            .map_err(|error| error.to_string())?;
        if answer.is_ok() {
            Ok(())
        } else {
            Err(format!("{answer:?}"))
        }
    };
    for vm in 0..MACHINES {
        let name = format!("vm{vm}");
        dispatch(
            json!({ "type": "createVirtualMachine", "name": name, "location": "eastus", "facts": { "osType": "Windows" },
            "disks": [{ "name": format!("d{vm}"), "sizeGiB": 64, "facts": { "usedGiB": 20 } }] }),
        )?;
        dispatch(
            json!({ "type": "createRestorePointCollection", "name": format!("c{vm}"), "source": name }),
        )?;
        dispatch(
            json!({ "type": "setWorkload", "disk": format!("d{vm}"), "workload": { "every": "PT6H", "pattern": "weekdays", "mibPerHour": 64 } }),
        )?;
    }
    for day in 0..days {
        dispatch(json!({ "type": "advanceClock", "by": "P1D" }))?;
        for vm in 0..MACHINES {
            dispatch(
                json!({ "type": "createRestorePoint", "collection": id("restorePointCollections", &format!("c{vm}")).replace("/s/resourceGroups/g/", "/00000000-0000-0000-0000-000000000000/resourceGroups/lab/"), "name": format!("p{day}") }),
            )?;
        }
    }
    let start = SimInstant::from_unix_seconds(1_767_571_200);
    let (mut going, mut showing) = (Vec::new(), Vec::new());
    for part in 1..=20 {
        let seconds = days * 86_400 * part / 20 - 40_000;
        let then = start.plus(SimDuration::from_seconds(seconds));
        let (taken, then) = nanoseconds(|| lab.branch_at(then));
        going.push(taken / 1e6);
        let then = then.map_err(|error| error.to_string())?;
        let (taken, state) = nanoseconds(|| then.state());
        showing.push(taken / 1e6);
        if state.restore_points.is_empty() {
            return Err("nothing is shown".to_owned());
        }
    }
    Ok((going, showing))
}

fn row(measure: &str, op: &str, unit: &str, values: &[f64], target: Option<f64>) -> String {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(0.0, f64::max);
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let value = sorted.get(sorted.len() / 2).copied().unwrap_or_default();
    let met = target.map(|target| value >= target);
    json!({ "measure": measure, "platform": NAME, "workload": "lifecycle", "store": "rplab", "op": op,
            "value": value, "low": low, "high": high, "unit": unit, "target": target, "met": met })
    .to_string()
}

/// Measures everything and prints the rows, one JSON object a line.
///
/// # Errors
/// A command that was refused.
pub fn run(quick: bool) -> Result<(), String> {
    let (count, runs) = match quick {
        true => (50_000, 2),
        false => (1_000_000, RUNS),
    };
    let (going, showing) = year(if quick { 30 } else { 365 })?;
    let value = |op, unit, values: &[f64], target| say(&row("value", op, unit, values, target));
    value("goToPastInstant", "ms", &going, None);
    value("showPastInstant", "ms", &showing, None);
    let untouched = empty(&mut start()?)?;
    let memory = run_for_memory(count)?;
    say(&format!(
        "{count} commands: {} bytes before, {} after all of them, {} when everything is deleted, {} when the lab is dropped",
        memory[0], memory[1], memory[2], memory[3]
    ));
    for (op, at) in [
        ("bytesBefore", 0),
        ("bytesAfterCommands", 1),
        ("bytesAfterDeletion", 2),
    ] {
        value(op, "bytes", &[memory[at] as f64], None);
    }
    // The counting costs about as much as a short command.
    count_no_more();
    let mut rates = Vec::new();
    let mut left = Vec::new();
    for _ in 0..runs {
        let (rate, left_over) = run_commands(count, None)?;
        say(&format!(
            "{count} commands, {rate:.0} a second; {left_over} things left in the store, {untouched} where nothing was done"
        ));
        rates.push(rate);
        left.push(left_over.saturating_sub(untouched) as f64);
    }
    let mut spent = Spent::new();
    run_commands(count / 10, Some(&mut spent))?;
    for (kind, times, taken) in &spent {
        let each = taken / *times as f64 / 1e3;
        say(&format!(
            "{kind}: {times} times, {each:.2} microseconds each"
        ));
    }
    // The aim is one of native code.
    let aim = Some(AIM).filter(|_| NAME == "native");
    let [reads, makes] = crate::requests::measure(RUNS as u64)?;
    value("getRestorePoint", "us", &reads, None);
    value("putRestorePoint", "us", &makes, None);
    value("commands", "commands/s", &rates, aim);
    value("leftInStore", "things", &left, None);
    Ok(())
}
