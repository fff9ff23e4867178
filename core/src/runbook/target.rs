//! What a request is about, from its id.

/// The parts of a resource's id.
#[derive(Clone, Debug, Default)]
pub(super) struct Target<'a> {
    pub(super) subscription: &'a str,
    pub(super) group: &'a str,
    /// Namespace and types, with the action of a `POST` behind them; blank for a resource group.
    pub(super) kind: String,
    /// The resource's own name.
    pub(super) name: &'a str,
    /// Its name with those of its parents.
    pub(super) names: String,
    /// The name of its parent, where it has one.
    pub(super) parent: &'a str,
    /// What it is an extension of; its resource group where it is none.
    pub(super) scope: String,
    pub(super) action: &'a str,
}

/// Takes an id apart.
pub(super) fn target(id: &str) -> Target<'_> {
    let segments: Vec<&str> = id.split('/').skip(1).collect();
    let at = |place: usize| segments.get(place).copied().unwrap_or_default();
    // What lies in no group lies in the subscription itself.
    let (group, mut place) = if at(2) == "providers" {
        ("", 2)
    } else {
        (at(3), 4)
    };
    let mut target = Target {
        subscription: at(1),
        group,
        name: group,
        ..Target::default()
    };
    while place < segments.len() {
        let word = at(place);
        if word == "providers" {
            let before: Vec<&str> = segments.iter().take(place).copied().collect();
            target.scope = format!("/{}", before.join("/"));
            at(place + 1).clone_into(&mut target.kind);
            target.names.clear();
            target.parent = "";
            target.name = "";
        } else {
            target.kind += "/";
            target.kind += word;
            if place + 1 == segments.len() {
                target.action = word;
            } else {
                target.parent = target.name;
                target.name = at(place + 1);
                if !target.names.is_empty() {
                    target.names.push('/');
                }
                target.names += target.name;
            }
        }
        place += 2;
    }
    target
}

#[cfg(test)]
mod tests {
    use super::target;

    #[test]
    fn an_id_is_taken_apart_whatever_its_names_are() {
        let scope = "/subscriptions/s/resourceGroups/providers";
        let point = format!(
            "{scope}/providers/Microsoft.Compute/restorePointCollections/providers/restorePoints/p"
        );
        let found = target(&point);
        assert_eq!(
            found.kind,
            "Microsoft.Compute/restorePointCollections/restorePoints"
        );
        assert_eq!(
            (found.group, found.parent, found.name),
            ("providers", "providers", "p")
        );
        assert_eq!(
            (found.names.as_str(), found.scope.as_str()),
            ("providers/p", scope)
        );
        let disk = format!("{scope}/providers/Microsoft.Compute/disks/d");
        let lock = format!("{disk}/providers/Microsoft.Authorization/locks/l");
        let lock = target(&lock);
        assert_eq!(
            (lock.kind.as_str(), lock.name, lock.scope),
            ("Microsoft.Authorization/locks", "l", disk.clone())
        );
        let grant = format!("{disk}/beginGetAccess");
        let grant = target(&grant);
        assert_eq!((grant.name, grant.action), ("d", "beginGetAccess"));
        assert_eq!(grant.kind, "Microsoft.Compute/disks/beginGetAccess");
        let all =
            target("/subscriptions/s/providers/Microsoft.RecoveryServices/locations/r/restore");
        assert_eq!((all.group, all.name, all.action), ("", "r", "restore"));
        assert_eq!(all.kind, "Microsoft.RecoveryServices/locations/restore");
        let group = target(scope);
        assert_eq!((group.kind.as_str(), group.name), ("", "providers"));
    }
}
