//! One lane, drawn: colour says who wrote, height says who pays.

use super::bench::Bench;
use crate::components::follow;
use crate::shell::Theme;
use leptos::html;
use leptos::prelude::*;
use rplab_core::api::{BlockColumn, BlockMap};
use rplab_core::ids::ResourceId;
use wasm_bindgen::JsCast;
use web_sys::CanvasRenderingContext2d;

/// The height of a lane in pixels, and of a block that only refers.
const TALL: f64 = 19.0;
const LOW: f64 = 8.0;

/// The canvas of the lane `index`, with the crosshair.
#[component]
pub(crate) fn LaneCanvas(index: usize, chosen: Memo<bool>, point: ResourceId) -> impl IntoView {
    let bench = Bench::get();
    let Theme(theme) = expect_context();
    let node = NodeRef::<html::Canvas>::new();
    Effect::new(move |_| {
        theme.track();
        let Some(canvas) = node.get() else { return };
        bench.map.with(|map| {
            if let Some(map) = map {
                draw(&canvas, map, index, bench);
            }
        });
    });
    let columns = move || {
        bench.map.with(|map| {
            map.as_ref()
                .and_then(|map| map.lanes.get(index))
                .map_or(1, |lane| lane.columns.len().max(1))
        })
    };
    let permille = move |column: usize| {
        let thousandths = column * 10_000 / columns();
        format!("{}.{:02}%", thousandths / 100, thousandths % 100)
    };
    let at = move || usize::try_from(bench.column.get()).unwrap_or(0);
    let pick = move |event: leptos::ev::PointerEvent| {
        let Some(canvas) = node.get_untracked() else {
            return;
        };
        let width = f64::from(canvas.client_width().max(1));
        let share = (f64::from(event.offset_x()) / width).clamp(0.0, 0.9999);
        let count = untrack(columns);
        let column = (0..count)
            .take_while(|column| permille_of(*column + 1, count) <= share)
            .count();
        bench.column.set(u32::try_from(column).unwrap_or(0));
        bench.point.set(Some(point.clone()));
    };
    view! {
        <div class="lane-box" aria-hidden="true" class:chosen=chosen>
            <canvas class="lane-canvas" node_ref=node on:pointerdown=pick></canvas>
            <span class="crosshair" style:left=follow(move || permille(at())) style:width=follow(move || permille(1))></span>
        </div>
    }
}

fn permille_of(column: usize, count: usize) -> f64 {
    let as_float = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    as_float(column) / as_float(count.max(1))
}

fn draw(canvas: &web_sys::HtmlCanvasElement, map: &BlockMap, index: usize, bench: Bench) {
    let Some(lane) = map.lanes.get(index) else {
        return;
    };
    let width = u32::try_from(lane.columns.len()).unwrap_or(0);
    canvas.set_width(width);
    canvas.set_height(19);
    let Some(context) = canvas
        .get_context("2d")
        .ok()
        .flatten()
        .and_then(|context| context.dyn_into::<CanvasRenderingContext2d>().ok())
    else {
        return;
    };
    let colours = writers(canvas, map, bench);
    for (column, shown) in lane.columns.iter().enumerate() {
        let Some(BlockColumn { writer, pays }) = shown else {
            continue;
        };
        let colour = usize::try_from(*writer)
            .ok()
            .and_then(|writer| colours.get(writer));
        let height = if *pays { TALL } else { LOW };
        context.set_fill_style_str(colour.map_or("", String::as_str));
        context.fill_rect(
            f64::from(u32::try_from(column).unwrap_or(0)),
            TALL - height,
            1.0,
            height,
        );
    }
}

/// The colour of each lane's point, as the theme has it now.
fn writers(canvas: &web_sys::HtmlCanvasElement, map: &BlockMap, bench: Bench) -> Vec<String> {
    let roles = map
        .lanes
        .iter()
        .map(|lane| bench.owners.colour(&lane.restore_point));
    // Beside the canvas, for an element has its own styles.
    let Some(beside) = canvas.parent_element() else {
        return Vec::new();
    };
    let Ok(probe) = document().create_element("span") else {
        return Vec::new();
    };
    if beside.append_child(&probe).is_err() {
        return Vec::new();
    }
    let colour = |role: usize| {
        probe.set_class_name(&format!("own-{role}"));
        let style = window().get_computed_style(&probe).ok().flatten();
        style
            .and_then(|style| style.get_property_value("background-color").ok())
            .unwrap_or_default()
    };
    let colours = roles.map(colour).collect();
    probe.remove();
    colours
}
