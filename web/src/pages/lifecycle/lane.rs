//! The lanes of one collection.

use super::bench::{Bench, ROWS};
use super::canvas::LaneCanvas;
use super::owners::Swatch;
use super::point::consistency_word;
use crate::components::{Icon, act, follow, live, more_and_more, rescue_focus};
use crate::words;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use rplab_core::api::{CollectionState, RestorePointState};
use rplab_core::ids::ResourceId;
use rplab_core::model::ProvisioningState;
use rplab_core::units::ByteCount;

/// How many lanes are made in one task while the page is opened.
const AT_ONCE: usize = 8;

/// What stands in the page of a collection: its points there, and how many above and below are not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Part {
    all: usize,
    above: usize,
    rows: Vec<ResourceId>,
    below: usize,
}

/// The collection's line, then a lane for each of its points.
#[component]
pub(crate) fn CollectionLanes(collection: CollectionState) -> impl IntoView {
    let bench = Bench::get();
    let CollectionState {
        id, name, location, ..
    } = collection;
    let made = more_and_more(AT_ONCE, ROWS);
    let part = Memo::new(move |_| {
        bench.points.with(|points| {
            let before = points.iter().take_while(|point| point.collection != id);
            let before = before.count();
            let own = points.iter().skip(before);
            let own = own.take_while(|point| point.collection == id);
            let (rows, all) = (bench.rows.get(), own.clone().count());
            let above = rows.start.saturating_sub(before).min(all);
            let below = all.saturating_sub(rows.end.saturating_sub(before));
            let rows = all.saturating_sub(above + below).min(made.get());
            let shown = own.skip(above).take(rows);
            Part {
                all,
                above,
                rows: shown.map(|point| point.id.clone()).collect(),
                below: all - above - rows,
            }
        })
    });
    let count = move || {
        let all = part.with(|part| u64::try_from(part.all).unwrap_or(0));
        words::count(all, "point", "points")
    };
    let gap = move |rows: usize| {
        let height = format!("{}px", rows * bench.row_pixels.get());
        (rows > 0).then(|| view! { <tr class="lane-gap" aria-hidden="true"><td colspan="4" style:height=height></td></tr> })
    };
    view! {
        <tbody>
            <tr class="group collection">
                <th scope="rowgroup" colspan="4"><div class="line"><Icon name="globe" /><b>{name}</b><span class="hint">{location} " \u{b7} " {live(count)}</span></div></th>
            </tr>
            {live(move || gap(part.with(|part| part.above)))}
            // A lane stays as long as its point stands in the page, whatever becomes of others.
            <For each=move || part.with(|part| part.rows.clone()) key=Clone::clone let:id>
                {view! { <Lane id /> }.into_any()}
            </For>
            {live(move || gap(part.with(|part| part.below)))}
        </tbody>
    }
}

/// What a lane tells in words and numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Told {
    creating: bool,
    word: String,
    /// What the point frees and pays for on the disk, where the disk is in it.
    bytes: Option<(ByteCount, ByteCount)>,
}

impl Told {
    fn of(point: &RestorePointState, disk: Option<&ResourceId>) -> Self {
        let copying = point.replication.as_ref();
        let copying = copying
            .filter(|copy| copy.completed.is_none())
            .map(|copy| format!("{} %", copy.completion_percent));
        let word = || consistency_word(point.consistency_mode, point.provisioning_state).to_owned();
        let mut disks = point.disks.iter();
        let captured = disks.find(|captured| Some(&captured.disk) == disk);
        Self {
            creating: point.provisioning_state == ProvisioningState::Creating,
            word: copying.unwrap_or_else(word),
            bytes: captured.map(|disk| (disk.unique_bytes, disk.pays_bytes)),
        }
    }
}

#[component]
fn Lane(id: ResourceId) -> impl IntoView {
    let bench = Bench::get();
    let of = StoredValue::new(id.clone());
    let told = Memo::new(move |before: Option<&Told>| {
        of.with_value(|id| {
            let disk = bench
                .disk
                .with(|disk| disk.as_ref().map(|disk| disk.id.clone()));
            bench.points.with(|points| match points.find(id) {
                Some(point) => Told::of(point, disk.as_ref()),
                // The lane goes with its point.
                None => before.cloned().unwrap_or_default(),
            })
        })
    });
    let is_mine =
        move |chosen: &Option<ResourceId>| of.with_value(|id| chosen.as_ref() == Some(id));
    let chosen = Memo::new(move |_| bench.chosen_id.with(is_mine));
    let picked = move || {
        bench
            .picked
            .with(|picked| of.with_value(|id| picked.contains(id)))
    };
    let name = id.name().to_owned();
    // A second way to pick, for the mouse: the lane's name with Ctrl or Shift.
    let choose = move |event: leptos::ev::MouseEvent| {
        if event.shift_key() || event.ctrl_key() {
            bench.pick(&of.get_value());
        }
        bench.point.set(Some(of.get_value()));
    };
    // Whether it has one; none until it is found out.
    let has_lane = Memo::new(move |_| {
        bench
            .map
            .with(|map| of.with_value(|id| map.as_ref().is_some_and(|map| map.has(id))))
    });
    let is_in = Memo::new(move |_| told.with(|told| (told.creating, told.bytes.is_some())));
    let lane = move || match (has_lane.get(), is_in.get()) {
        (true, _) => view! { <LaneCanvas chosen point=of.get_value() /> }.into_any(),
        (_, (true, _)) => view! { <span class="hint">"being captured"</span> }.into_any(),
        (_, (_, true)) => view! { <span class="hint">"its blocks are looked up"</span> }.into_any(),
        _ => view! { <span class="hint">"this disk is not in the point"</span> }.into_any(),
    };
    let number = move |of: fn((ByteCount, ByteCount)) -> ByteCount| {
        live(move || told.with(|told| told.bytes.map(|bytes| words::size(of(bytes)))))
    };
    let testid = format!("lane-{name}");
    let cause = bench.cause;
    let lit = move || of.with_value(|id| cause.has_made(id));
    let trace = move || of.with_value(|id| cause.trace(id));
    let leave = move || cause.leave();
    // When it goes with the keyboard in it, that goes on where the choice does.
    let has_focus = StoredValue::new(false);
    let turn = StoredValue::new(0_u32);
    let enter = move || {
        has_focus.set_value(true);
        turn.update_value(|turn| *turn = turn.wrapping_add(1));
        trace();
    };
    let quit = move || {
        // With the page all of it has gone.
        let Some(left) = turn.try_get_value() else {
            return;
        };
        // An element that goes loses the focus first.
        Timeout::new(0, move || {
            if turn.try_get_value() == Some(left) {
                has_focus.set_value(false);
            }
        })
        .forget();
        leave();
    };
    on_cleanup(move || {
        // One that is only scrolled away is still there.
        let is_gone = || {
            of.try_with_value(|id| {
                let points = bench.points;
                points.try_with_untracked(|points| points.find(id).is_none())
            })
        };
        if has_focus.try_get_value() == Some(true) && is_gone().flatten() == Some(true) {
            rescue_focus(".lane.chosen .lane-name, .points-table input");
        }
    });
    view! {
        <tr class="lane" class:chosen=chosen class:lit=follow(lit) data-testid=testid on:pointerenter=act(trace) on:pointerleave=act(leave) on:focusin=act(enter) on:focusout=act(quit)>
            <th scope="row" class="lane-head">
                <input type="checkbox" aria-label=format!("Pick {name}") data-testid=format!("pick-{name}") prop:checked=follow(picked) on:change=act(move || bench.pick(&of.get_value())) />
                <button type="button" class="lane-name" aria-pressed=follow(move || chosen.get().to_string()) on:click=choose>
                    <Swatch point=id />
                    <span class="mono">{name}</span>
                    <span class="hint">{live(move || told.with(|told| told.word.clone()))}</span>
                </button>
            </th>
            <td class="lane-cell">{live(lane)}</td>
            <td class="number" data-label="Frees">{number(|(frees, _)| frees)}</td>
            <td class="number" data-label="Pays">{number(|(_, pays)| pays)}</td>
        </tr>
    }
}
