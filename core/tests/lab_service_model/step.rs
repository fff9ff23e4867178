//! The commands that are given, by chance.

use super::BLOCKS;
use proptest::prelude::*;

#[derive(Clone, Debug)]
pub(crate) enum Step {
    Write(usize, usize, usize),
    Trim(usize, usize, usize),
    Advance(u64),
    Create {
        collection: usize,
        without_data: bool,
    },
    Copy {
        point: usize,
        collection: usize,
    },
    Delete(usize),
    Grant(usize, usize, u64),
    Revoke(usize, usize),
    Restore(usize, usize),
    Lock {
        on: bool,
        collection: usize,
    },
    Key(bool),
    Power(bool),
    Agent(bool),
    Move(bool),
    /// Of the VM, or of another collection for the other region.
    AddCollection(Option<usize>),
    DropCollection(usize),
    /// A region is down, for some time or until it is cleared.
    Down {
        region: usize,
        lasts: Option<u64>,
    },
    /// Copies into the other region, or one of them, stand still.
    Stall {
        point: Option<usize>,
        lasts: Option<u64>,
    },
    FailCopy(usize),
    Clear(usize),
    Undo,
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    let range = || (0..2_usize, 0..BLOCKS, 0..300_usize);
    let to = |(first, length): (usize, usize)| (first + length).min(BLOCKS - 1);
    let any_at = || 0..12_usize;
    let seconds = || 1..250_u64;
    let lasts = move || prop::option::of(seconds().prop_map(|quarter| quarter * 4));
    prop_oneof![
        5 => range().prop_map(move |(disk, first, length)| Step::Write(disk, first, to((first, length)))),
        1 => range().prop_map(move |(disk, first, length)| Step::Trim(disk, first, to((first, length)))),
        7 => prop_oneof![0..25_u64, 25..750_u64].prop_map(|quarter| Step::Advance(quarter * 4)),
        8 => (any_at(), any::<bool>()).prop_map(|(collection, without_data)| Step::Create { collection, without_data }),
        6 => (any_at(), any_at()).prop_map(|(point, collection)| Step::Copy { point, collection }),
        3 => any_at().prop_map(Step::Delete),
        2 => (any_at(), 0..2_usize, seconds()).prop_map(|(point, disk, quarter)| Step::Grant(point, disk, quarter * 4)),
        1 => (any_at(), 0..2_usize).prop_map(|(point, disk)| Step::Revoke(point, disk)),
        2 => (any_at(), 0..2_usize).prop_map(|(point, disk)| Step::Restore(point, disk)),
        1 => (any::<bool>(), any_at()).prop_map(|(on, collection)| Step::Lock { on, collection }),
        1 => any::<bool>().prop_map(Step::Key),
        1 => any::<bool>().prop_map(Step::Power),
        1 => any::<bool>().prop_map(Step::Agent),
        2 => any::<bool>().prop_map(Step::Move),
        3 => prop::option::of(any_at()).prop_map(Step::AddCollection),
        2 => any_at().prop_map(Step::DropCollection),
        1 => (0..2_usize, lasts()).prop_map(|(region, lasts)| Step::Down { region, lasts }),
        1 => (prop::option::of(any_at()), lasts()).prop_map(|(point, lasts)| Step::Stall { point, lasts }),
        1 => any_at().prop_map(Step::FailCopy),
        3 => (0..4_usize).prop_map(Step::Clear),
        1 => Just(Step::Undo),
    ]
}
