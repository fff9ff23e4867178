//! One lane, drawn: colour says who wrote, lines in it tell colours apart, height says who pays.

use super::bench::Bench;
use super::slide::Gained;
use crate::components::act;
use crate::shell::Theme;
use leptos::html;
use leptos::prelude::*;
use rplab_core::api::{BlockColumn, BlockLane, BlockMap};
use rplab_core::ids::ResourceId;
use wasm_bindgen::JsCast;
use web_sys::CanvasRenderingContext2d;

/// The height of a lane in pixels, and of a block that only refers.
pub(super) const TALL: u32 = 19;
pub(super) const LOW: u32 = 8;
/// How many colours there are; the first is that of everyone older.
const ROLES: usize = 13;

/// The colours of the owners as the theme has them now, and the lanes' roles: once for all lanes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Palette {
    colours: Memo<Vec<String>>,
    roles: Memo<Vec<usize>>,
}

impl Palette {
    /// Follows theme and map. `beside` is an element that has the styles of the lanes.
    pub(crate) fn new(bench: Bench, beside: NodeRef<html::Section>) -> Self {
        let Theme(theme) = expect_context();
        Self {
            colours: Memo::new(move |_| {
                theme.track();
                beside
                    .get()
                    .map(|beside| colours(&beside))
                    .unwrap_or_default()
            }),
            roles: Memo::new(move |_| {
                bench
                    .lanes
                    .with(|lanes| lanes.iter().map(|id| bench.owners.colour(id)).collect())
            }),
        }
    }

    pub(super) fn get() -> Self {
        expect_context()
    }

    /// The colours, by role.
    fn with_colours(self, read: impl FnOnce(&[String])) {
        self.colours.with(|colours| read(colours));
    }

    /// The role of a lane's point.
    fn role(self, lane: u32) -> usize {
        let lane = usize::try_from(lane).unwrap_or(usize::MAX);
        self.roles
            .with(|roles| roles.get(lane).copied().unwrap_or(0))
    }

    /// Colour and role of a lane's point.
    pub(super) fn of(self, lane: u32) -> (String, usize) {
        let role = self.roles.with(|roles| {
            usize::try_from(lane)
                .ok()
                .and_then(|lane| roles.get(lane))
                .copied()
                .unwrap_or(0)
        });
        (
            self.colours
                .with(|colours| colours.get(role).cloned().unwrap_or_default()),
            role,
        )
    }
}

/// A stretch of columns that look alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) from: u32,
    pub(super) columns: u32,
    pub(super) writer: u32,
    pub(super) pays: bool,
}

/// A lane in stretches.
pub(super) fn stretches(lane: &BlockLane) -> Vec<Stretch> {
    let mut found: Vec<Stretch> = Vec::new();
    for (at, column) in (0_u32..).zip(&lane.columns) {
        let Some(BlockColumn { writer, pays }) = column else {
            continue;
        };
        match found.last_mut() {
            Some(last)
                if last.from + last.columns == at
                    && last.writer == *writer
                    && last.pays == *pays =>
            {
                last.columns += 1
            }
            _ => found.push(Stretch {
                from: at,
                columns: 1,
                writer: *writer,
                pays: *pays,
            }),
        }
    }
    found
}

/// How many lines a colour has in it: colours that are hard to tell apart have different ones.
pub(super) const fn lines_of(role: usize) -> u32 {
    match role {
        0 => 3,
        1..=4 => 0,
        5..=8 => 1,
        _ => 2,
    }
}

/// The canvas of the lane `index`, with the crosshair.
#[component]
pub(crate) fn LaneCanvas(index: usize, chosen: Memo<bool>, point: ResourceId) -> impl IntoView {
    let bench = Bench::get();
    let palette = Palette::get();
    let node = NodeRef::<html::Canvas>::new();
    Effect::new(move |_| {
        let Some(canvas) = node.get() else { return };
        bench.map.with(|map| {
            if let Some(map) = map {
                draw(&canvas, map, index, palette);
            }
        });
    });
    // The first block of the column under the pointer.
    let under = move |event: &leptos::ev::PointerEvent| {
        let canvas = node.get_untracked()?;
        let (first, width, columns, _) = untrack(|| bench.scale());
        let across = u64::try_from(canvas.client_width().max(1)).unwrap_or(1);
        let offset = u64::try_from(event.offset_x().max(0)).unwrap_or(0);
        let column = (offset * columns / across).min(columns - 1);
        Some(first + column * width)
    };
    let (to_pick, to_see) = (point.clone(), point.clone());
    let pick = move |event: leptos::ev::PointerEvent| {
        if let Some(block) = under(&event) {
            bench.go(block);
            bench.point.set(Some(to_pick.clone()));
        }
    };
    // A finger that scrolls looks at nothing.
    let see = move |event: leptos::ev::PointerEvent| {
        if event.pointer_type() == "touch" {
            return;
        }
        let found = under(&event).map(|block| (to_see.clone(), block));
        if bench.hover.with_untracked(|hover| *hover != found) {
            bench.hover.set(found);
        }
    };
    view! {
        <div class="lane-box" aria-hidden="true" class:chosen=chosen>
            <canvas class="lane-canvas" node_ref=node on:pointerdown=pick on:pointermove=see on:pointerleave=act(move || bench.hover.set(None))></canvas>
            <Gained point />
            <span class="crosshair"></span>
        </div>
    }
}

fn draw(canvas: &web_sys::HtmlCanvasElement, map: &BlockMap, index: usize, palette: Palette) {
    let Some(lane) = map.lanes.get(index) else {
        return;
    };
    canvas.set_width(u32::try_from(lane.columns.len()).unwrap_or(0));
    canvas.set_height(TALL);
    let Some(context) = canvas
        .get_context("2d")
        .ok()
        .flatten()
        .and_then(|context| context.dyn_into::<CanvasRenderingContext2d>().ok())
    else {
        return;
    };
    let fill = |stretch: &Stretch, y: u32, height: u32| {
        context.fill_rect(
            f64::from(stretch.from),
            f64::from(y),
            f64::from(stretch.columns),
            f64::from(height),
        );
    };
    let height = |stretch: &Stretch| if stretch.pays { TALL } else { LOW };
    let stretches: Vec<(Stretch, usize)> = stretches(lane)
        .into_iter()
        .map(|stretch| (stretch, palette.role(stretch.writer)))
        .collect();
    // Colour by colour: setting one costs more than drawing with it.
    palette.with_colours(|colours| {
        for (role, colour) in colours.iter().enumerate() {
            let mut own = stretches.iter().filter(|(_, of)| *of == role).peekable();
            if own.peek().is_some() {
                context.set_fill_style_str(colour);
            }
            for (stretch, _) in own {
                fill(stretch, TALL - height(stretch), height(stretch));
            }
        }
    });
    context.set_fill_style_str("rgb(255 255 255 / .55)");
    for (stretch, role) in &stretches {
        for line in 1..=lines_of(*role) {
            let height = height(stretch);
            fill(
                stretch,
                TALL - height + line * height / (lines_of(*role) + 1),
                1,
            );
        }
    }
}

/// The colours of the roles, read through an element beside the lanes, since the roles themselves stay unresolved and
/// an element has styles of its own.
fn colours(beside: &web_sys::Element) -> Vec<String> {
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
    let colours = (0..ROLES).map(colour).collect();
    probe.remove();
    colours
}

#[cfg(test)]
mod tests {
    use super::{Stretch, stretches};
    use rplab_core::api::{BlockColumn, BlockLane};

    #[test]
    fn columns_that_look_alike_are_one_stretch() {
        let id: rplab_core::ids::ResourceId =
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/d"
                .parse()
                .unwrap();
        let column = |writer, pays| Some(BlockColumn { writer, pays });
        let lane = BlockLane {
            restore_point: id.clone(),
            name: "p".to_owned(),
            disk_restore_point: id,
            columns: vec![
                column(0, true),
                column(0, true),
                None,
                column(0, true),
                column(1, true),
                column(1, false),
            ],
        };
        let stretch = |from, columns, writer, pays| Stretch {
            from,
            columns,
            writer,
            pays,
        };
        assert_eq!(
            stretches(&lane),
            [
                stretch(0, 2, 0, true),
                stretch(3, 1, 0, true),
                stretch(4, 1, 1, true),
                stretch(5, 1, 1, false)
            ]
        );
    }
}
