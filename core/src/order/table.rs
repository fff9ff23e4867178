//! Resources by id.

use super::index::Index;
use crate::ids::ResourceId;
use crate::json::{Write, Writer};
use std::sync::Arc;

/// Places a piece.
const PIECE: usize = 64;

type Place<T> = Option<Arc<T>>;

/// Resources of one kind by id, in the order of the ids.
///
/// A copy shares its resources with the original until one of them changes.
#[derive(Clone, Debug)]
pub struct Table<T> {
    index: Index,
    pieces: Vec<Arc<Vec<Place<T>>>>,
    /// Places made so far.
    places: usize,
    free: Vec<u32>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self {
            index: Index::default(),
            pieces: Vec::new(),
            places: 0,
            free: Vec::new(),
        }
    }
}

impl<T> Table<T> {
    /// How many resources there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places - self.free.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether there is a resource with this id.
    #[must_use]
    pub fn contains_key(&self, id: &ResourceId) -> bool {
        self.index.get(id).is_some()
    }

    /// Where the resources are.
    pub(crate) const fn index(&self) -> &Index {
        &self.index
    }

    /// The resource whose number the index has.
    pub(crate) fn at(&self, slot: u32) -> Option<&T> {
        let slot = slot as usize;
        self.pieces.get(slot / PIECE)?.get(slot % PIECE)?.as_deref()
    }

    fn place(&mut self, slot: u32) -> Option<&mut Place<T>> {
        let piece = self.pieces.get_mut(slot as usize / PIECE)?;
        Arc::make_mut(piece).get_mut(slot as usize % PIECE)
    }

    /// The resource with this id.
    #[must_use]
    pub fn get(&self, id: &ResourceId) -> Option<&T> {
        self.at(self.index.get(id)?)
    }

    /// The resource with this id, and the id as it was written at creation.
    #[must_use]
    pub fn get_key_value(&self, id: &ResourceId) -> Option<(&ResourceId, &T)> {
        let (own, slot) = self.index.entry(id)?;
        Some((own, self.at(slot)?))
    }

    /// Ids and resources in the order of the ids.
    pub fn iter(&self) -> impl Iterator<Item = (&ResourceId, &T)> + Clone {
        let entries = self.index.iter();
        entries.filter_map(|(id, slot)| Some((id, self.at(slot)?)))
    }

    /// The ids in their order.
    pub fn keys(&self) -> impl Iterator<Item = &ResourceId> + Clone {
        self.index.iter().map(|(id, _)| id)
    }

    /// The resources in the order of their ids.
    pub fn values(&self) -> impl Iterator<Item = &T> + Clone {
        self.iter().map(|(_, resource)| resource)
    }

    /// Adds a resource, or puts it in the place of the one with this id, which is given back.
    pub fn insert(&mut self, id: ResourceId, resource: T) -> Option<Arc<T>> {
        // A table of 2^32 resources is beyond any memory.
        let end = u32::try_from(self.places).unwrap_or(u32::MAX);
        let new = self.free.last().copied().unwrap_or(end);
        let known = self.index.insert(id, new);
        if known.is_none() && self.free.pop().is_none() {
            if self.places.is_multiple_of(PIECE) {
                self.pieces.push(Arc::default());
            }
            if let Some(piece) = self.pieces.last_mut() {
                Arc::make_mut(piece).push(None);
            }
            self.places += 1;
        }
        let place = self.place(known.unwrap_or(new))?;
        place.replace(Arc::new(resource))
    }
}

impl<T: Clone> Table<T> {
    /// The resource with this id, to be changed.
    pub fn get_mut(&mut self, id: &ResourceId) -> Option<&mut T> {
        let slot = self.index.get(id)?;
        self.place(slot)?.as_mut().map(Arc::make_mut)
    }

    /// Takes the resource with this id out.
    pub fn remove(&mut self, id: &ResourceId) -> Option<T> {
        let slot = self.index.remove(id)?;
        self.free.push(slot);
        let resource = self.place(slot)?.take()?;
        Some(Arc::unwrap_or_clone(resource))
    }
}

impl<T: Write> Write for Table<T> {
    fn write(&self, to: &mut Writer<'_>) {
        to.map(self.iter().map(|(id, resource)| (id.as_str(), resource)));
    }

    fn is_blank(&self) -> bool {
        self.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::Table;
    use crate::ids::{ResourceId, ResourceType};
    use std::collections::BTreeMap;

    fn id(number: u32) -> ResourceId {
        ResourceId::named(ResourceType::Disk, &format!("disk-{number}"))
    }

    #[test]
    fn it_does_what_the_map_of_the_standard_library_does() {
        let mut own: Table<u32> = Table::default();
        let mut std: BTreeMap<ResourceId, u32> = BTreeMap::new();
        let mut copies = Vec::new();
        for step in 0..6_000_u32 {
            let key = id(step.wrapping_mul(2_654_435_761) >> 21);
            match step % 4 {
                0 => assert_eq!(own.remove(&key), std.remove(&key)),
                1 => {
                    if let (Some(a), Some(b)) = (own.get_mut(&key), std.get_mut(&key)) {
                        *a += 1;
                        *b += 1;
                    }
                }
                _ => {
                    own.insert(key.clone(), step);
                    std.insert(key.clone(), step);
                }
            }
            assert_eq!(own.get_key_value(&key), std.get_key_value(&key));
            let upper: ResourceId = key.to_string().to_uppercase().parse().unwrap();
            assert_eq!(own.get(&upper), std.get(&key));
            if step % 500 == 0 {
                copies.push((own.clone(), std.clone()));
            }
        }
        copies.push((own, std));
        for (own, std) in &copies {
            assert!(own.iter().eq(std.iter()), "a copy stays as it was");
            assert!(own.keys().eq(std.keys()));
            assert_eq!(own.len(), std.len());
        }
        let (mut own, std) = copies.pop().unwrap();
        for key in std.keys() {
            own.remove(key);
        }
        assert!(own.is_empty() && own.keys().next().is_none());
    }

    #[test]
    fn ids_are_found_in_any_case() {
        let mut own = Table::default();
        own.insert(id(1), 'a');
        let upper: ResourceId = id(1).to_string().to_uppercase().parse().unwrap();
        assert_eq!(own.get(&upper), Some(&'a'));
        own.insert(upper.clone(), 'b');
        assert_eq!(own.len(), 1);
        assert_eq!(own.get(&id(1)), Some(&'b'));
        assert_eq!(
            own.keys().next().map(ToString::to_string),
            Some(id(1).to_string())
        );
    }
}
