//! Disks of one VM are told apart by their names: verdicts, exclusions and restores name them so.
//!
//! Azure lets disks of two resource groups have one name, and lists are edited by hand.

use super::Problem;
use super::machine::MachineBody;
use crate::ids::ResourceId;

impl MachineBody {
    /// Gives a disk that is called like an earlier one of its VM the name in its id, or one of its own.
    pub(super) fn tell_disks_apart(&mut self, problems: &mut Vec<Problem>) {
        let disks = &mut self.machine.disks;
        for at in 1..disks.len() {
            let Some((disk, earlier)) = disks.get_mut(..=at).and_then(<[_]>::split_last_mut) else {
                return;
            };
            let is_used = |name: &str| {
                earlier
                    .iter()
                    .any(|other| other.name.eq_ignore_ascii_case(name))
            };
            if !is_used(&disk.name) {
                continue;
            }
            let of_id = disk.id.as_ref().map(ResourceId::name);
            let own = of_id.filter(|name| !is_used(name)).map(str::to_owned);
            let name = own.unwrap_or_else(|| {
                let mut numbered = (2_u32..).map(|number| format!("{} ({number})", disk.name));
                numbered.find(|name| !is_used(name)).unwrap_or_default()
            });
            let message = format!(
                "two disks of this VM are called `{}`; the later one is called `{name}` here",
                disk.name
            );
            problems.push(super::assemble::warning("DisksAlike", &self.path, message));
            disk.name = name;
        }
    }
}
