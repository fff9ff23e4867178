//! The points of a VM, as the state has them.

use rplab_core::api::{LabState, RestorePointState};
use rplab_core::ids::ResourceId;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Some points of a state, which they share with it: a copy of many is not made with every step through time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Points(Arc<Within>);

#[derive(Debug, Default)]
struct Within {
    state: Option<Arc<LabState>>,
    /// Where they stand in the state, in its order.
    places: Vec<usize>,
    by_id: BTreeMap<ResourceId, usize>,
}

impl Points {
    /// Those that are `wanted`.
    pub(crate) fn new(state: &Arc<LabState>, wanted: impl Fn(&RestorePointState) -> bool) -> Self {
        let all = state.restore_points.iter().enumerate();
        let own = all.filter(|(_, point)| wanted(point));
        let (places, by_id) = own.map(|(at, point)| (at, (point.id.clone(), at))).unzip();
        Self(Arc::new(Within {
            state: Some(Arc::clone(state)),
            places,
            by_id,
        }))
    }

    fn at(&self, place: usize) -> Option<&RestorePointState> {
        self.0.state.as_ref()?.restore_points.get(place)
    }

    /// By collection and then by time.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &RestorePointState> + Clone {
        self.0.places.iter().filter_map(|place| self.at(*place))
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.places.len()
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.places.is_empty()
    }

    /// The one with this id.
    pub(crate) fn find(&self, id: &ResourceId) -> Option<&RestorePointState> {
        self.at(*self.0.by_id.get(id)?)
    }
}

impl PartialEq for Points {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl Eq for Points {}
