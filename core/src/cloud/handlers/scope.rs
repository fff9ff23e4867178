//! Resource groups: made by command, or with the first resource in them.
//!
//! A lab with the setting `strictScopes` makes none by itself: it answers as Azure Resource Manager does
//! where a subscription or a group is not there.

use crate::cloud::lookup::{check_name, new_id};
use crate::cloud::{
    Cloud, Command, CommandError, CreateResourceGroup, DeleteResourceGroup, EventKind, Executed,
    RefusalCode, ResourceGroup,
};
use crate::ids::{DEFAULT_SUBSCRIPTION, ResourceId, ResourceType};

impl Cloud {
    /// The resource group of this name, in any case.
    #[must_use]
    pub fn resource_group(&self, subscription: &str, name: &str) -> Option<&ResourceGroup> {
        self.resource_groups.iter().find(|group| {
            group.name.eq_ignore_ascii_case(name)
                && group.subscription.eq_ignore_ascii_case(subscription)
        })
    }

    pub(in crate::cloud) fn create_resource_group(
        &mut self,
        fields: &CreateResourceGroup,
    ) -> Executed {
        let subscription = fields
            .subscription
            .as_deref()
            .unwrap_or(DEFAULT_SUBSCRIPTION);
        for (target, name) in [
            ("name", fields.name.as_str()),
            ("subscription", subscription),
        ] {
            check_name(name).map_err(|message| CommandError::InvalidParameter {
                target: target.to_owned(),
                message,
            })?;
        }
        if fields.location.trim().is_empty() {
            return Err(CommandError::InvalidParameter {
                target: "location".to_owned(),
                message: "a resource group needs a location, such as eastus2".to_owned(),
            });
        }
        let group = ResourceGroup {
            subscription: subscription.to_owned(),
            name: fields.name.clone(),
            location: crate::matrix::normalise_region(&fields.location),
        };
        let subject = super::lab_id("resourceGroups", &group.name);
        let text = format!("the resource group {} is there", group.name);
        let event = self.event(EventKind::Created, &subject, text);
        // As with every PUT on a group: where it is there already, nothing changes.
        if self.resource_group(subscription, &group.name).is_none() {
            self.resource_groups.push(group);
        }
        Ok(vec![event])
    }

    pub(in crate::cloud) fn delete_resource_group(
        &mut self,
        fields: &DeleteResourceGroup,
    ) -> Executed {
        let subscription = fields
            .subscription
            .as_deref()
            .unwrap_or(DEFAULT_SUBSCRIPTION);
        let own = |group: &ResourceGroup| {
            group.name.eq_ignore_ascii_case(&fields.name)
                && group.subscription.eq_ignore_ascii_case(subscription)
        };
        let Some(at) = self.resource_groups.iter().position(own) else {
            return Err(CommandError::NotFound {
                kind: "resource group",
                reference: fields.name.clone(),
                hint: self.offer_groups(&fields.name, subscription),
                target: "name",
            });
        };
        let resources = self.virtual_machines.keys().chain(self.disks.keys());
        let resources = resources
            .chain(self.collections.keys())
            .chain(self.snapshots.keys());
        let mut resources = resources.chain(self.encryption_sets.iter().map(|set| &set.id));
        let inside = |id: &&ResourceId| {
            id.resource_group().eq_ignore_ascii_case(&fields.name)
                && id.subscription().eq_ignore_ascii_case(subscription)
        };
        let left = resources.find(inside).cloned();
        drop(resources);
        if let Some(left) = left {
            return Err(CommandError::NotAllowed {
                target: left.to_string(),
                message: format!(
                    "`{}` is in the group `{}`; delete it first",
                    left.name(),
                    fields.name
                ),
            });
        }
        let group = ResourceId::group(subscription, &fields.name);
        if let Some(lock) = self.lock_on(&group, true) {
            return Err(super::lock::locked(&group, lock));
        }
        self.resource_groups.remove(at);
        self.forget_kept(&group);
        let subject = super::lab_id("resourceGroups", &fields.name);
        let text = format!("the resource group {} is gone", fields.name);
        Ok(vec![self.event(EventKind::Deleted, &subject, text)])
    }

    /// Which groups there are in a subscription, and where else one has the name that was not found.
    fn offer_groups(&self, name: &str, subscription: &str) -> String {
        let groups = || self.resource_groups.iter();
        let beside = groups().find(|group| group.name.eq_ignore_ascii_case(name));
        if let Some(group) = beside {
            return format!(
                "the group of this name is in the subscription {}; give that as subscription",
                group.subscription
            );
        }
        let own = |group: &&ResourceGroup| group.subscription.eq_ignore_ascii_case(subscription);
        super::offer_names(groups().filter(own).map(|group| group.name.as_str()))
    }

    /// Makes the resource group of a resource where it is not there yet.
    pub(crate) fn use_group(&mut self, id: &ResourceId) {
        let (subscription, name) = (id.subscription(), id.resource_group());
        let known = self.resource_groups.iter().position(|group| {
            group.name.eq_ignore_ascii_case(name)
                && group.subscription.eq_ignore_ascii_case(subscription)
        });
        let group = known.and_then(|at| self.resource_groups.get(at));
        if group.is_some_and(|group| !group.location.is_empty()) {
            return;
        }
        let location = match (
            self.virtual_machines.get(id),
            self.disks.get(id),
            self.collections.get(id),
        ) {
            (Some(vm), ..) => vm.location.as_str(),
            (_, Some(disk), _) => disk.location.as_str(),
            (.., Some(collection)) => collection.location.as_str(),
            _ => "",
        };
        let location = crate::matrix::normalise_region(location);
        match known.and_then(|at| self.resource_groups.get_mut(at)) {
            Some(group) => group.location = location,
            None => self.resource_groups.push(ResourceGroup {
                subscription: subscription.to_owned(),
                name: name.to_owned(),
                location,
            }),
        }
    }

    /// The resources that a command makes and whose group it uses.
    ///
    /// # Errors
    /// A group or a subscription that is not there, where none is made by itself.
    pub(in crate::cloud) fn made_by(
        &self,
        command: &Command,
    ) -> Result<Vec<ResourceId>, CommandError> {
        let made: Vec<ResourceId> = match command {
            Command::CreateVirtualMachine(machine) => {
                let disks = machine.disks.iter().filter_map(|disk| disk.id.as_ref());
                let new = disks.filter(|disk| !self.disks.contains_key(disk));
                std::iter::once(&machine.id).chain(new).cloned().collect()
            }
            Command::CreateDisk(_)
            | Command::CreateRestorePointCollection(_)
            | Command::CreateDiskEncryptionSet(_)
            | Command::CreateSnapshot(_)
            | Command::RestoreDisk(_)
            | Command::RestoreVirtualMachine(_) => {
                self.subjects(command).into_iter().take(1).collect()
            }
            Command::MoveVirtualMachine(fields) => self
                .find_virtual_machine(&fields.virtual_machine, "")
                .ok()
                .and_then(|(id, _)| {
                    let subscription = fields.subscription.as_deref().unwrap_or(id.subscription());
                    let moved = format!(
                        "/subscriptions/{subscription}/resourceGroups/{}",
                        fields.resource_group
                    );
                    let name = format!(
                        "{moved}/providers/Microsoft.Compute/virtualMachines/{}",
                        id.name()
                    );
                    new_id(&name, ResourceType::VirtualMachine, None, "").ok()
                })
                .into_iter()
                .collect(),
            _ => Vec::new(),
        };
        let missing = made.iter().find_map(|id| self.scope_missing(id));
        missing.map_or(Ok(made), Err)
    }

    /// The refusal for a resource whose group is not there, where groups are not made by themselves.
    pub(in crate::cloud) fn scope_missing(&self, id: &ResourceId) -> Option<CommandError> {
        let (subscription, name) = (id.subscription(), id.resource_group());
        if !self.settings.strict_scopes() || self.resource_group(subscription, name).is_some() {
            return None;
        }
        let of_it = |group: &ResourceGroup| group.subscription.eq_ignore_ascii_case(subscription);
        let known = subscription == DEFAULT_SUBSCRIPTION || self.resource_groups.iter().any(of_it);
        let (code, what) = if known {
            (
                RefusalCode::ResourceGroupNotFound,
                format!("resource group `{name}`"),
            )
        } else {
            (
                RefusalCode::SubscriptionNotFound,
                format!("subscription `{subscription}`"),
            )
        };
        Some(CommandError::Refused {
            code,
            target: id.to_string(),
            message: format!(
                "the {what} could not be found; make the group first with createResourceGroup"
            ),
            row_ids: &[],
        })
    }

    /// Where something was not found because its group is not there, that is said.
    pub(in crate::cloud) fn or_scope(&self, error: CommandError) -> CommandError {
        let missing = match &error {
            CommandError::NotFound { reference, .. } => reference.parse().ok(),
            _ => None,
        };
        missing
            .and_then(|id| self.scope_missing(&id))
            .unwrap_or(error)
    }
}
