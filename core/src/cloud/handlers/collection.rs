//! Restore point collections.

use crate::cloud::lookup::{check_tags, new_id, same_region};
use crate::cloud::{
    Cloud, CommandError, CreateRestorePointCollection, DeleteRestorePointCollection, EventKind,
    Executed, RefusalCode, RestorePointCollection, Task, UpdateRestorePointCollection,
};
use crate::ids::{ResourceId, ResourceType};
use crate::matrix;
use crate::model::ProvisioningState;
use crate::transitions::{Trigger, next};

impl Cloud {
    pub(in crate::cloud) fn create_collection(
        &mut self,
        fields: &CreateRestorePointCollection,
    ) -> Executed {
        check_tags(&fields.tags)?;
        let is_collection = match fields.source.parse::<ResourceId>() {
            Ok(id) => id.is(ResourceType::RestorePointCollection),
            Err(_) => {
                self.find_virtual_machine(&fields.source, "source").is_err()
                    && self.find_collection(&fields.source, "source").is_ok()
            }
        };
        if is_collection {
            return self.create_target_collection(fields);
        }
        let (vm_id, vm) = self.find_virtual_machine(&fields.source, "source")?;
        let id = new_id(
            &fields.name,
            ResourceType::RestorePointCollection,
            Some(vm_id),
            "name",
        )?;
        if self.collections.contains_key(&id) {
            return Err(CommandError::AlreadyExists { id });
        }
        let needs_location = |message: String| CommandError::InvalidParameter {
            target: "location".to_owned(),
            message,
        };
        let location = fields.location.as_deref().unwrap_or(&vm.location);
        if vm.location.is_empty() {
            return Err(needs_location(format!(
                "the region of `{}` is unknown; import it with its location",
                vm.name
            )));
        }
        if !same_region(location, &vm.location) {
            return Err(needs_location(format!(
                "`{}` is in {}; a collection in another region names the collection in the VM's region as its source",
                vm.name, vm.location
            )));
        }
        let location = matrix::normalise_region(location);
        self.refuse_too_many(&id, &location)?;
        let collection = RestorePointCollection {
            name: id.name().to_owned(),
            location,
            source: vm_id.clone(),
            source_unique_id: vm.unique_id.clone(),
            source_collection: None,
            lately: Vec::new(),
            managed_by: None,
            tags: fields.tags.clone(),
            state: ProvisioningState::Succeeded,
        };
        let text = format!("{} is there for the points of {}", collection.name, vm.name);
        self.collections.insert(id.clone(), collection);
        Ok(vec![self.event(EventKind::Created, &id, text)])
    }

    /// A collection in another region, for what a collection in the VM's region is the source of.
    fn create_target_collection(&mut self, fields: &CreateRestorePointCollection) -> Executed {
        let (source_id, source) = self.find_collection(&fields.source, "source")?;
        let id = new_id(
            &fields.name,
            ResourceType::RestorePointCollection,
            Some(source_id),
            "name",
        )?;
        if self.collections.contains_key(&id) {
            return Err(CommandError::AlreadyExists { id });
        }
        living(source_id, source)?;
        let refused = |target: &str, message, row_ids| CommandError::Refused {
            code: RefusalCode::InvalidParameter,
            target: target.to_owned(),
            message,
            row_ids,
        };
        let Some(location) = &fields.location else {
            let message =
                "a collection with a source collection needs the location that its points go to";
            return Err(refused("location", message.to_owned(), &["S2-27b"]));
        };
        if source.source_collection.is_some() {
            let message = format!(
                "`{}` holds copies itself; name the collection in the VM's region",
                source.name
            );
            return Err(refused("source", message, &["S1-05b", "S2-34b"]));
        }
        if same_region(location, &source.location) {
            let message = format!(
                "`{}` is in {location} already; copies go to another region",
                source.name
            );
            return Err(refused("location", message, &["S2-27a", "S2-27b"]));
        }
        let location = matrix::normalise_region(location);
        self.gate_region(source, &location)?;
        self.refuse_too_many(&id, &location)?;
        let collection = RestorePointCollection {
            name: id.name().to_owned(),
            location,
            source: source.source.clone(),
            source_unique_id: source.source_unique_id.clone(),
            source_collection: Some(source_id.clone()),
            lately: Vec::new(),
            managed_by: None,
            tags: fields.tags.clone(),
            state: ProvisioningState::Succeeded,
        };
        let text = format!(
            "{} is there in {} for the points of {}",
            collection.name,
            collection.location,
            source_id.name()
        );
        self.collections.insert(id.clone(), collection);
        Ok(vec![self.event(EventKind::Created, &id, text)])
    }

    /// Refuses one collection more than a subscription may have in a region.
    fn refuse_too_many(&self, id: &ResourceId, region: &str) -> Result<(), CommandError> {
        let limit = self.settings.collections_per_region();
        let own = self.collections.iter().filter(|(other, collection)| {
            collection.location == region
                && other.subscription().eq_ignore_ascii_case(id.subscription())
        });
        let count = own.count() as u64;
        if count < limit {
            return Ok(());
        }
        Err(CommandError::NotAllowed {
            target: id.to_string(),
            message: format!(
                "the subscription has {count} restore point collections in {region} and may have {limit}; delete one first"
            ),
        })
    }

    pub(in crate::cloud) fn update_collection(
        &mut self,
        fields: &UpdateRestorePointCollection,
    ) -> Executed {
        let (id, collection) = self.find_collection(&fields.collection, "collection")?;
        living(id, collection)?;
        check_tags(&fields.tags)?;
        let id = id.clone();
        if let Some(collection) = self.collections.get_mut(&id) {
            collection.tags.clone_from(&fields.tags);
        }
        Ok(vec![self.event(
            EventKind::Updated,
            &id,
            format!("tags of {} changed", id.name()),
        )])
    }

    pub(in crate::cloud) fn delete_collection(
        &mut self,
        fields: &DeleteRestorePointCollection,
    ) -> Executed {
        let (id, collection) = self.find_collection(&fields.collection, "collection")?;
        Self::refuse_managed(id, collection.managed_by.as_ref())?;
        let conflict = |id: &ResourceId, state, needs| CommandError::Conflict {
            id: id.clone(),
            state,
            needs,
        };
        let Some(deleting) = next(collection.state, Trigger::DeletionRequested) else {
            return Err(conflict(id, collection.state, "it is on its way already"));
        };
        if let Some((point, busy)) = self
            .points_of(id)
            .find(|(_, point)| point.state == ProvisioningState::Creating)
        {
            return Err(conflict(
                point,
                busy.state,
                "delete the collection when its creation has ended",
            ));
        }
        Self::refuse_accessed(self.points_of(id).map(|(_, point)| point))?;
        let id = id.clone();
        let until = self.now.plus(self.settings.delete_collection());
        let points: Vec<ResourceId> = self
            .points_of(&id)
            .map(|(point, _)| point.clone())
            .collect();
        self.agenda
            .cancel(|task| matches!(task, Task::EndDeletion(point) if points.contains(point)));
        for id in &points {
            self.restore_points.change(id, |point| {
                point.state = ProvisioningState::Deleting;
                point.busy_until = Some(until);
            });
        }
        if let Some(collection) = self.collections.get_mut(&id) {
            collection.state = deleting;
        }
        self.agenda
            .plan(until, Task::EndCollectionDeletion(id.clone()));
        let text = format!(
            "{} is being deleted with its {} points until {until}",
            id.name(),
            points.len()
        );
        let mut events = vec![self.event(EventKind::DeletionStarted, &id, text)];
        events.extend(self.run_until(self.now));
        Ok(events)
    }

    fn points_of<'a>(
        &'a self,
        collection: &'a ResourceId,
    ) -> impl Iterator<Item = (&'a ResourceId, &'a crate::cloud::RestorePoint)> {
        self.restore_points
            .iter()
            .filter(move |(_, point)| point.collection == *collection)
    }
}

/// Refuses a collection that is being deleted.
fn living(id: &ResourceId, collection: &RestorePointCollection) -> Result<(), CommandError> {
    match collection.state {
        ProvisioningState::Succeeded => Ok(()),
        state => Err(CommandError::Conflict {
            id: id.clone(),
            state,
            needs: "make it anew when it is gone",
        }),
    }
}
