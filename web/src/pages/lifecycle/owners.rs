//! Which colour and letter a point has. It keeps them for as long as the page is open.

use super::points::Points;
use crate::components::{follow, live};
use leptos::prelude::*;
use rplab_core::ids::ResourceId;
use rplab_core::order;
use std::collections::BTreeMap;

const COLOURS: usize = 12;
const LETTERS: [&str; 26] = [
    "A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P", "Q", "R", "S",
    "T", "U", "V", "W", "X", "Y", "Z",
];

/// The order in which points were first seen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Owners(Memo<BTreeMap<ResourceId, usize>>);

impl Owners {
    /// Follows `points`; one that goes away keeps its place.
    pub(crate) fn new(points: Memo<Points>) -> Self {
        Self(Memo::new(
            move |seen: Option<&BTreeMap<ResourceId, usize>>| {
                let mut seen = seen.cloned().unwrap_or_default();
                points.with(|points| {
                    let new = points.iter().filter(|point| !seen.contains_key(&point.id));
                    let new = order::by(new.collect(), |point| {
                        u64::try_from(point.time_created.unix_seconds()).unwrap_or_default()
                    });
                    let places = seen.len()..;
                    let new: Vec<_> = new.into_iter().map(|point| point.id.clone()).collect();
                    seen.extend(new.into_iter().zip(places));
                });
                seen
            },
        ))
    }

    fn place(self, point: &ResourceId) -> Option<usize> {
        self.0.with(|seen| seen.get(point).copied())
    }

    /// The number of its colour role: 1 to 12 for the newest twelve, else 0.
    pub(crate) fn colour(self, point: &ResourceId) -> usize {
        let count = self.0.with(BTreeMap::len);
        match self.place(point) {
            Some(place) if place + COLOURS >= count => place % COLOURS + 1,
            _ => 0,
        }
    }

    /// Its letter.
    pub(crate) fn letter(self, point: &ResourceId) -> &'static str {
        self.place(point)
            .and_then(|place| LETTERS.get(place % LETTERS.len()))
            .copied()
            .unwrap_or("?")
    }
}

/// A point's colour and letter.
#[component]
pub(crate) fn Swatch(
    /// The point.
    point: ResourceId,
    /// Whether it stands in a line of text.
    #[prop(optional)]
    small: bool,
) -> impl IntoView {
    let owners = super::bench::Bench::get().owners;
    let same = point.clone();
    let class = move || format!("swatch own-{}", owners.colour(&same));
    view! { <span class=follow(class) class:small=small aria-hidden="true">{live(move || owners.letter(&point))}</span> }
}
