//! Restore point collections.

use crate::cloud::lookup::{new_id, same_region};
use crate::cloud::{
    Cloud, CommandError, CreateRestorePointCollection, DeleteRestorePointCollection, EventKind,
    Executed, RestorePointCollection, Task, UpdateRestorePointCollection,
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
        if let Ok(source) = fields.source.parse::<ResourceId>()
            && source.is(ResourceType::RestorePointCollection)
        {
            return Err(CommandError::NotSimulated {
                what: "a collection in another region".to_owned(),
            });
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
                "`{}` is in {}; a collection in another region names a source collection, and that is not simulated yet",
                vm.name, vm.location
            )));
        }
        let collection = RestorePointCollection {
            name: id.name().to_owned(),
            location: matrix::normalise_region(location),
            source: vm_id.clone(),
            tags: fields.tags.clone(),
            state: ProvisioningState::Succeeded,
        };
        let text = format!("{} is there for the points of {}", collection.name, vm.name);
        self.collections.insert(id.clone(), collection);
        Ok(vec![self.event(EventKind::Created, &id, text)])
    }

    pub(in crate::cloud) fn update_collection(
        &mut self,
        fields: &UpdateRestorePointCollection,
    ) -> Executed {
        let id = self
            .find_collection(&fields.collection, "collection")?
            .0
            .clone();
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
        let id = id.clone();
        let until = self.now.plus(self.settings.delete_collection());
        let points: Vec<ResourceId> = self
            .points_of(&id)
            .map(|(point, _)| point.clone())
            .collect();
        self.agenda
            .cancel(|task| matches!(task, Task::EndDeletion(point) if points.contains(point)));
        for id in &points {
            if let Some(point) = self.restore_points.get_mut(id) {
                point.state = ProvisioningState::Deleting;
                point.busy_until = Some(until);
            }
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
