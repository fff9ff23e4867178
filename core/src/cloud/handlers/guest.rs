//! The guest: agent, VSS writers, scripts, and what consistency they give.

use crate::cloud::assessment::{bool_fact, text_fact};
use crate::cloud::{Cloud, EventKind, Executed, SetAgent, SetScripts, SetVssWriters};
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

/// What a point of this guest becomes (pages 002 and 003; recordings for a VM that is shut down).
pub(in crate::cloud) fn consistency(
    facts: &FactSet,
    asked: Option<ConsistencyMode>,
) -> ConsistencyMode {
    if asked == Some(ConsistencyMode::CrashConsistent) || !is_running(facts) {
        return ConsistencyMode::CrashConsistent;
    }
    let writers_healthy = !matches!(facts.get("vssWritersHealthy"), Some(FactValue::Bool(false)));
    let applications_take_part = match text_fact(facts, "osType") {
        Some("Linux") => bool_fact(facts, "prePostScripts"),
        _ => writers_healthy,
    };
    if applications_take_part {
        ConsistencyMode::ApplicationConsistent
    } else {
        ConsistencyMode::FileSystemConsistent
    }
}

impl Cloud {
    pub(in crate::cloud) fn set_agent(&mut self, fields: &SetAgent) -> Executed {
        self.set_guest_fact(
            &fields.virtual_machine,
            "agentStatus",
            FactValue::Text(fields.status.clone()),
        )
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
        super::virtual_machine::check_facts("", FactSubject::Machine, &facts)?;
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
    use crate::model::ConsistencyMode::{
        ApplicationConsistent, CrashConsistent, FileSystemConsistent,
    };
    use crate::model::{FactSet, FactValue};

    fn guest(facts: &[(&str, FactValue)]) -> FactSet {
        facts
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect()
    }

    #[test]
    fn who_gets_which_consistency() {
        let text = |word: &str| FactValue::Text(word.to_owned());
        let windows = ("osType", text("Windows"));
        let linux = ("osType", text("Linux"));
        let crash = Some(CrashConsistent);
        for (facts, asked, expected) in [
            (guest(&[windows.clone()]), None, ApplicationConsistent),
            (
                guest(&[
                    windows.clone(),
                    ("vssWritersHealthy", FactValue::Bool(false)),
                ]),
                None,
                FileSystemConsistent,
            ),
            (
                guest(&[windows.clone(), ("powerState", text("deallocated"))]),
                None,
                CrashConsistent,
            ),
            (guest(&[windows]), crash, CrashConsistent),
            (guest(&[linux.clone()]), None, FileSystemConsistent),
            (
                guest(&[linux.clone(), ("prePostScripts", FactValue::Bool(true))]),
                None,
                ApplicationConsistent,
            ),
            (guest(&[linux]), crash, CrashConsistent),
        ] {
            assert_eq!(consistency(&facts, asked), expected, "{facts:?} {asked:?}");
        }
    }
}
