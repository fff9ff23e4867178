//! The map's twin: the same numbers as a table.

use super::bench::Bench;
use super::owners::Swatch;
use super::point::{consistency_word, delete_point, delete_refusal};
use crate::components::{Action, Look, TableFile, follow, live, reason_of};
use crate::session::Session;
use crate::words;
use leptos::prelude::*;
use rplab_core::api::RestorePointState;
use rplab_core::ids::ResourceId;

/// The table of points.
#[component]
pub(crate) fn PointsTable() -> impl IntoView {
    let bench = Bench::get();
    let rows = move || {
        let disk = bench
            .disk
            .with(|disk| disk.as_ref().map(|disk| disk.id.clone()));
        bench.points.with(|points| {
            let points = points.iter().cloned();
            points
                .map(|point| view! { <PointRow point disk=disk.clone() /> })
                .collect_view()
        })
    };
    view! {
        <div class="table-wrap">
            <table class="cards points-table" data-testid="points-table">
                <caption class="unseen">"Points with their bytes on the chosen disk"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Point"</th>
                        <th scope="col">"Captured"</th>
                        <th scope="col">"Consistency"</th>
                        <th scope="col">"State"</th>
                        <th scope="col">"Kind"</th>
                        <th scope="col" class="number">"Added"</th>
                        <th scope="col" class="number">"Referenced"</th>
                        <th scope="col" class="number">"Frees"</th>
                        <th scope="col" class="number">"Shared"</th>
                        <th scope="col" class="number">"Pays"</th>
                        <th scope="col"><span class="unseen">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{live(rows)}</tbody>
            </table>
        </div>
        <TableFile of="points" file="points" />
    }
}

#[component]
fn PointRow(point: RestorePointState, disk: Option<ResourceId>) -> impl IntoView {
    let session = Session::get();
    let bench = Bench::get();
    let captured = point
        .disks
        .iter()
        .find(|captured| Some(&captured.disk) == disk.as_ref())
        .cloned();
    let name = point.name.clone();
    let (id, same) = (point.id.clone(), point.id.clone());
    let tick = move |_| bench.pick(&id);
    let asked = point.clone();
    let reason = reason_of(move || delete_refusal(session, &asked));
    let swatch = point.id.clone();
    let numbers = match captured {
        Some(disk) => {
            let number = |label: &'static str, bytes| view! { <td class="number" data-label=label>{words::size(bytes)}</td> };
            view! {
                <td data-label="Kind">{if disk.full { "full" } else { "incremental" }}</td>
                {number("Added", disk.added_bytes)}
                {number("Referenced", disk.referenced_bytes)}
                {number("Frees", disk.unique_bytes)}
                {number("Shared", disk.shared_bytes)}
                {number("Pays", disk.pays_bytes)}
            }
            .into_any()
        }
        None => {
            view! { <td colspan="6" class="hint">"this disk is not in the point"</td> }.into_any()
        }
    };
    let consistency = consistency_word(point.consistency_mode, point.provisioning_state);
    let (taken, state) = (
        words::short_instant(point.time_created),
        format!("{:?}", point.provisioning_state),
    );
    view! {
        <tr data-testid=format!("point-{name}")>
            <th scope="row">
                <label class="tick"><input type="checkbox" prop:checked=follow(move || bench.picked.with(|picked| picked.contains(&same))) on:change=tick /><Swatch point=swatch /><span class="mono">{name.clone()}</span></label>
            </th>
            <td data-label="Captured" class="number">{taken}</td>
            <td data-label="Consistency">{consistency}</td>
            <td data-label="State">{state}</td>
            {numbers}
            <td class="row-actions"><Action label=format!("Delete {name}") icon="trash" look=Look::Quiet small=true only_icon=true reason on_press=move || delete_point(session, bench, &point) /></td>
        </tr>
    }
}
