//! The lanes of one collection.

use super::bench::{Bench, ROW_PIXELS};
use super::canvas::LaneCanvas;
use super::owners::Swatch;
use super::point::consistency_word;
use crate::components::{Icon, act, follow, live};
use crate::words;
use leptos::prelude::*;
use rplab_core::api::{CollectionState, RestorePointState};
use rplab_core::ids::ResourceId;
use rplab_core::model::ProvisioningState;

/// The collection's line, then a lane for each of its points.
#[component]
pub(crate) fn CollectionLanes(
    collection: CollectionState,
    /// How many points the collections before it have.
    before: usize,
) -> impl IntoView {
    let bench = Bench::get();
    let CollectionState {
        id, name, location, ..
    } = collection;
    let points = Memo::new(move |_| {
        bench.points.with(|points| {
            points
                .iter()
                .filter(|point| point.collection == id)
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    let count = move || {
        words::count(
            u64::try_from(points.with(Vec::len)).unwrap_or(0),
            "point",
            "points",
        )
    };
    let lanes = move || {
        let disk = bench
            .disk
            .with(|disk| disk.as_ref().map(|disk| disk.id.clone()));
        let lane_of = |point: &ResourceId| {
            bench
                .lanes
                .with(|lanes| lanes.iter().position(|id| id == point))
        };
        let (rows, all) = (bench.rows(), points.with(Vec::len));
        let above = rows.start.saturating_sub(before).min(all);
        let below = all.saturating_sub(rows.end.saturating_sub(before));
        let gap = |rows: usize| {
            let height = format!("{}px", rows * ROW_PIXELS);
            (rows > 0).then(|| view! { <tr class="lane-gap" aria-hidden="true"><td colspan="4" style:height=height></td></tr> })
        };
        let shown: Vec<RestorePointState> = points.with(|points| {
            let shown = points
                .iter()
                .skip(above)
                .take(all.saturating_sub(above + below));
            shown.cloned().collect()
        });
        let views = shown.into_iter().map(|point| {
            let (lane, disk) = (lane_of(&point.id), disk.clone());
            view! { <Lane point lane disk /> }
        });
        view! { {gap(above)}{views.collect_view()}{gap(below)} }
    };
    view! {
        <tbody>
            <tr class="group collection">
                <th scope="rowgroup" colspan="4"><div class="line"><Icon name="globe" /><b>{name}</b><span class="hint">{location} " \u{b7} " {live(count)}</span></div></th>
            </tr>
            {live(lanes)}
        </tbody>
    }
}

#[component]
fn Lane(point: RestorePointState, lane: Option<usize>, disk: Option<ResourceId>) -> impl IntoView {
    let bench = Bench::get();
    let id = point.id.clone();
    let here = point.id.clone();
    let chosen = Memo::new(move |_| {
        bench
            .chosen_id
            .with(|chosen| chosen.as_ref() == Some(&here))
    });
    let captured = point
        .disks
        .iter()
        .find(|captured| Some(&captured.disk) == disk.as_ref());
    let (frees, pays) = captured.map_or_else(Default::default, |disk| {
        (words::size(disk.unique_bytes), words::size(disk.pays_bytes))
    });
    let (name, creating) = (
        point.name.clone(),
        point.provisioning_state == ProvisioningState::Creating,
    );
    let (to_pick, same, to_mark) = (point.id.clone(), point.id.clone(), point.id.clone());
    let picked = move || bench.picked.with(|picked| picked.contains(&same));
    let copying = point
        .replication
        .as_ref()
        .filter(|copy| copy.completed.is_none())
        .map(|copy| format!("{} %", copy.completion_percent));
    // A second way to pick, for the mouse: the lane's name with Ctrl or Shift.
    let choose = move |event: leptos::ev::MouseEvent| {
        if event.shift_key() || event.ctrl_key() {
            bench.pick(&to_mark);
        }
        bench.point.set(Some(id.clone()));
    };
    let lane = match lane {
        Some(index) => view! { <LaneCanvas index chosen point=point.id.clone() /> }.into_any(),
        None if creating => view! { <span class="hint">"being captured"</span> }.into_any(),
        None if captured.is_some() => {
            view! { <span class="hint">"its blocks are looked up"</span> }.into_any()
        }
        None => view! { <span class="hint">"this disk is not in the point"</span> }.into_any(),
    };
    let testid = format!("lane-{name}");
    view! {
        <tr class="lane" class:chosen=chosen data-testid=testid>
            <th scope="row" class="lane-head">
                <input type="checkbox" aria-label=format!("Pick {}", point.name) data-testid=format!("pick-{}", point.name) prop:checked=follow(picked) on:change=act(move || bench.pick(&to_pick)) />
                <button type="button" class="lane-name" aria-pressed=follow(move || chosen.get().to_string()) on:click=choose>
                    <Swatch point=point.id />
                    <span class="mono">{name}</span>
                    <span class="hint">{copying.unwrap_or_else(|| consistency_word(point.consistency_mode, point.provisioning_state).to_owned())}</span>
                </button>
            </th>
            <td class="lane-cell">{lane}</td>
            <td class="number" data-label="Frees">{frees}</td>
            <td class="number" data-label="Pays">{pays}</td>
        </tr>
    }
}
