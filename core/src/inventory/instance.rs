//! The instance view of a VM: in ARM, in `az vm list -d`, in Resource Graph.

use super::node::Node;

/// What the instance view tells.
#[derive(Clone, Debug, Default)]
pub(super) struct InstanceView<'a> {
    /// Whether there was one.
    pub(super) there: bool,
    pub(super) os_name: Option<&'a str>,
    pub(super) power_state: Option<&'static str>,
    pub(super) agent_status: Option<&'static str>,
    pub(super) hyper_v_generation: Option<&'a str>,
    pub(super) generalized: bool,
}

/// Reads what there is of an instance view.
pub(super) fn read(node: Node<'_>) -> InstanceView<'_> {
    let view = view(node);
    let codes = || {
        view.get("statuses")
            .list()
            .filter_map(|status| status.get("code").text())
    };
    let power = codes().find_map(|code| strip(code, "PowerState/"));
    let graph = view.at("powerState.code").text();
    let graph = graph.map(|code| strip(code, "PowerState/").unwrap_or(code));
    // `az vm list -d` flattens it to the words that the portal shows: "VM running".
    let shown = node.get("powerState").text();
    let shown = shown.map(|shown| strip(shown, "VM ").unwrap_or(shown));
    let hibernated = codes().any(|code| code.eq_ignore_ascii_case("HibernationState/Hibernated"));
    let power = power.or(graph).or(shown).and_then(power_state);
    let off = power.is_some_and(|state| state == "deallocated" || state == "stopped");
    InstanceView {
        there: view.exists() || shown.is_some(),
        os_name: view.get("osName").text(),
        power_state: if hibernated && off {
            Some("hibernated")
        } else {
            power
        },
        agent_status: agent(view.get("vmAgent")),
        hyper_v_generation: view.get("hyperVGeneration").text(),
        generalized: codes().any(|code| code.eq_ignore_ascii_case("OSState/generalized")),
    }
}

/// Whether the disks are encrypted by ADE, where the view has a word on it.
pub(super) fn disks_encrypted(node: Node) -> Option<bool> {
    let disks = || view(node).get("disks").list();
    let enabled = disks().flat_map(|disk| disk.get("encryptionSettings").list());
    let enabled = enabled.filter_map(|settings| settings.get("enabled").bool());
    let statuses = disks().flat_map(|disk| disk.get("statuses").list());
    let states =
        statuses.filter_map(|status| strip(status.get("code").text()?, "EncryptionState/"));
    let states = states.map(|state| state.eq_ignore_ascii_case("encrypted"));
    enabled.chain(states).reduce(|one, other| one || other)
}

fn view(node: Node<'_>) -> Node<'_> {
    let own = node.property("instanceView");
    if own.exists() {
        own
    } else {
        node.property("extended.instanceView")
    }
}

fn agent(agent: Node) -> Option<&'static str> {
    let mut statuses = agent.get("statuses").list();
    let status = statuses.next()?.get("displayStatus").text()?;
    Some(if status.eq_ignore_ascii_case("Ready") {
        "ready"
    } else {
        "notReady"
    })
}

fn power_state(word: &str) -> Option<&'static str> {
    let states = [
        "running",
        "starting",
        "stopping",
        "stopped",
        "deallocating",
        "deallocated",
        "hibernated",
    ];
    states
        .into_iter()
        .find(|state| state.eq_ignore_ascii_case(word))
}

fn strip<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}
