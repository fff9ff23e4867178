//! The guest: agent, VSS writers, scripts, and what consistency they give.

use crate::cloud::assessment::{bool_fact, text_fact};
use crate::cloud::{
    Cloud, CommandError, EventKind, Executed, RefusalCode, SetAgent, SetScripts, SetVssWriters,
};
use crate::matrix::Edition;
use crate::model::vocabulary::FactSubject;
use crate::model::{ConsistencyMode, FactSet, FactValue};

/// The agent's status when it works.
pub(in crate::cloud) const READY: &str = "ready";

/// What the agent reports; an agent that nobody spoke of is ready.
pub(in crate::cloud) fn agent_status(facts: &FactSet) -> &str {
    text_fact(facts, "agentStatus").unwrap_or(READY)
}

/// Whether the VM runs; one that nobody spoke of does.
pub(in crate::cloud) fn is_running(facts: &FactSet) -> bool {
    text_fact(facts, "powerState").is_none_or(|state| matches!(state, "running" | "starting"))
}

/// What a point of this guest becomes (page 002; recordings for a VM that is shut down).
///
/// With failed VSS writers a Windows guest still aims at application consistency and [`trouble`] ends
/// the creation; beyond the five pages it falls back to the file systems.
pub(in crate::cloud) fn consistency(
    facts: &FactSet,
    asked: Option<ConsistencyMode>,
    edition: Edition,
) -> ConsistencyMode {
    if asked == Some(ConsistencyMode::CrashConsistent) || !is_running(facts) {
        return ConsistencyMode::CrashConsistent;
    }
    let applications_take_part = match text_fact(facts, "osType") {
        Some("Linux") => bool_fact(facts, "prePostScripts"),
        _ => writers_healthy(facts) || edition != Edition::Beyond,
    };
    if applications_take_part {
        ConsistencyMode::ApplicationConsistent
    } else {
        ConsistencyMode::FileSystemConsistent
    }
}

fn writers_healthy(facts: &FactSet) -> bool {
    !matches!(facts.get("vssWritersHealthy"), Some(FactValue::Bool(false)))
}

/// Why the guest could not take part in a point of this consistency, if it had to (S1-19, S2-07a).
pub(in crate::cloud) fn trouble(
    name: &str,
    facts: &FactSet,
    mode: ConsistencyMode,
) -> Option<(RefusalCode, String)> {
    let way_out = "nothing was kept. Repair it, or ask for a crash-consistent point";
    let status = agent_status(facts);
    let windows = text_fact(facts, "osType") != Some("Linux");
    match mode {
        ConsistencyMode::CrashConsistent => None,
        _ if status != READY => Some((
            RefusalCode::VMAgentStatusCommunicationError,
            format!("the agent of {name} is {status}; {way_out}"),
        )),
        ConsistencyMode::ApplicationConsistent if windows && !writers_healthy(facts) => Some((
            RefusalCode::VMRestorePointClientError,
            format!("VSS writers of {name} are in a bad state; {way_out}"),
        )),
        _ => None,
    }
}

impl Cloud {
    pub(in crate::cloud) fn set_agent(&mut self, fields: &SetAgent) -> Executed {
        self.set_guest_fact(
            &fields.virtual_machine,
            "agentStatus",
            FactValue::Text(fields.status.clone()),
        )
        .map_err(|error| match error {
            CommandError::InvalidParameter { message, .. } => CommandError::InvalidParameter {
                target: "status".to_owned(),
                message,
            },
            error => error,
        })
    }

    pub(in crate::cloud) fn set_vss_writers(&mut self, fields: &SetVssWriters) -> Executed {
        self.set_guest_fact(
            &fields.virtual_machine,
            "vssWritersHealthy",
            FactValue::Bool(fields.healthy),
        )
    }

    pub(in crate::cloud) fn set_scripts(&mut self, fields: &SetScripts) -> Executed {
        self.set_guest_fact(
            &fields.virtual_machine,
            "prePostScripts",
            FactValue::Bool(fields.installed),
        )
    }

    fn set_guest_fact(&mut self, reference: &str, fact: &str, value: FactValue) -> Executed {
        let id = self
            .find_virtual_machine(reference, "virtualMachine")?
            .0
            .clone();
        let facts = FactSet::from([(fact.to_owned(), value)]);
        super::checks::check_facts("", FactSubject::Machine, &facts)?;
        let text = format!("{fact} of {} is set", id.name());
        if let Some(vm) = self.virtual_machines.get_mut(&id) {
            vm.facts.extend(facts);
        }
        Ok(vec![self.event(EventKind::Updated, &id, text)])
    }
}

#[cfg(test)]
mod tests {
    use super::consistency;
    use crate::matrix::Edition;
    use crate::model::ConsistencyMode::{
        ApplicationConsistent, CrashConsistent, FileSystemConsistent,
    };
    use crate::model::{FactSet, FactValue};

    fn guest<const N: usize>(facts: [(&str, FactValue); N]) -> FactSet {
        facts
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }

    #[test]
    fn who_gets_which_consistency() {
        let text = |word: &str| FactValue::Text(word.to_owned());
        let windows = ("osType", text("Windows"));
        let linux = ("osType", text("Linux"));
        let failed_writers = ("vssWritersHealthy", FactValue::Bool(false));
        let crash = Some(CrashConsistent);
        let newest_page = Edition::default();
        for (facts, asked, edition, expected) in [
            (
                guest([windows.clone()]),
                None,
                newest_page,
                ApplicationConsistent,
            ),
            (
                guest([windows.clone(), failed_writers]),
                None,
                Edition::Beyond,
                FileSystemConsistent,
            ),
            (
                guest([windows.clone(), ("powerState", text("deallocated"))]),
                None,
                newest_page,
                CrashConsistent,
            ),
            (guest([windows]), crash, newest_page, CrashConsistent),
            (
                guest([linux.clone()]),
                None,
                newest_page,
                FileSystemConsistent,
            ),
            (
                guest([linux.clone(), ("prePostScripts", FactValue::Bool(true))]),
                None,
                newest_page,
                ApplicationConsistent,
            ),
            (guest([linux]), crash, newest_page, CrashConsistent),
        ] {
            assert_eq!(
                consistency(&facts, asked, edition),
                expected,
                "{facts:?} {asked:?}"
            );
        }
    }
}
