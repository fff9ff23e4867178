//! One lane, drawn: colour says who wrote, lines in it tell colours apart, height says who pays.

use super::bench::Bench;
use super::palette::{Palette, Tone, context, lines_of, role};
use super::slide::Gained;
use super::window::Scale;
use crate::components::act;
use leptos::html;
use leptos::prelude::*;
use rplab_core::api::{BlockColumn, BlockLane};
use rplab_core::ids::ResourceId;
use wasm_bindgen::Clamped;
use web_sys::ImageData;

/// The height of a lane in pixels, and of a block that only refers.
pub(super) const TALL: u32 = 19;
pub(super) const LOW: u32 = 8;
/// The canvas's rows of pixels, and those of a block that only refers.
const ROWS: usize = TALL as usize;
const LOW_ROWS: usize = LOW as usize;
/// Of a line in a colour, how much is white, in hundredths.
const WHITE: u32 = 55;

/// What a column looks like: the role of who wrote it, and whether the lane pays; none where nothing was written.
type Look = Option<(usize, bool)>;

/// A lane as it is drawn, to see whether it has to be drawn anew.
#[derive(Debug, PartialEq, Eq)]
struct Drawn {
    looks: Vec<Look>,
    tones: Vec<Tone>,
}

/// The canvas of a point's lane, with the crosshair.
#[component]
pub(crate) fn LaneCanvas(chosen: Memo<bool>, point: ResourceId) -> impl IntoView {
    let bench = Bench::get();
    let palette = Palette::get();
    let node = NodeRef::<html::Canvas>::new();
    let of = point.clone();
    Effect::new(move |before: Option<Option<Drawn>>| {
        let before = before.flatten();
        let canvas = node.get()?;
        let shown = bench.map.get();
        let Some(lane) = shown.as_ref().and_then(|shown| shown.lane(&of)) else {
            return before;
        };
        let drawn = Drawn {
            looks: palette.with_roles(|roles| looks(lane, roles)),
            tones: palette.tones(),
        };
        if before.as_ref() != Some(&drawn) {
            draw(&canvas, &drawn);
        }
        Some(drawn)
    });
    // The first block of the column under the pointer.
    let under = move |event: &leptos::ev::PointerEvent| {
        let canvas = node.get_untracked()?;
        let Scale {
            first,
            width,
            columns,
            ..
        } = bench.scale.get_untracked();
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
    let at = untrack(|| bench.crosshair());
    view! {
        <div class="lane-box" aria-hidden="true" class:chosen=chosen>
            <canvas class="lane-canvas" node_ref=node on:pointerdown=pick on:pointermove=see on:pointerleave=act(move || bench.hover.set(None))></canvas>
            <Gained point />
            <span class="crosshair" style:transform=at></span>
        </div>
    }
}

fn looks(lane: &BlockLane, roles: &[usize]) -> Vec<Look> {
    let columns = lane.columns.iter().map(Option::as_ref);
    let look = |column: &BlockColumn| (role(roles, column.writer), column.pays);
    columns.map(|column| column.map(look)).collect()
}

fn draw(canvas: &web_sys::HtmlCanvasElement, drawn: &Drawn) {
    let across = u32::try_from(drawn.looks.len()).unwrap_or(0);
    if canvas.width() != across || canvas.height() != TALL {
        canvas.set_width(across);
        canvas.set_height(TALL);
    }
    let pixels = pixels(drawn);
    let pixels = Clamped(pixels.as_flattened());
    let image = ImageData::new_with_u8_clamped_array_and_sh(pixels, across, TALL);
    if let (Some(context), Ok(image)) = (context(canvas), image) {
        // It fails for an image of no width only.
        let _ = context.put_image_data(&image, 0.0, 0.0);
    }
}

/// A lane's pixels from top to bottom. They are put at once: drawn rectangle by rectangle a lane takes as long as all of
/// them do so.
fn pixels(drawn: &Drawn) -> Vec<Tone> {
    let across = drawn.looks.len();
    let mut pixels = vec![Tone::default(); across * ROWS];
    let mut from = 0;
    for alike in drawn.looks.chunk_by(|one, next| one == next) {
        let (start, end) = (from, from + alike.len());
        from = end;
        let Some((role, pays)) = alike.first().copied().flatten() else {
            continue;
        };
        let tone = drawn.tones.get(role).copied().unwrap_or_default();
        let shades = shade(role, tone, pays);
        for (row, shade) in pixels.chunks_mut(across).zip(shades) {
            if let Some(row) = row.get_mut(start..end) {
                row.fill(shade);
            }
        }
    }
    pixels
}

/// One column of a role, from top to bottom.
fn shade(role: usize, tone: Tone, pays: bool) -> [Tone; ROWS] {
    let height = if pays { ROWS } else { LOW_ROWS };
    let top = ROWS - height;
    let lines = usize::try_from(lines_of(role)).unwrap_or(0);
    let mut column = [Tone::default(); ROWS];
    for (row, pixel) in column.iter_mut().enumerate().skip(top) {
        let is_line = (1..=lines).any(|line| row == top + line * height / (lines + 1));
        *pixel = if is_line { tone.map(lighter) } else { tone };
    }
    column
}

fn lighter(part: u8) -> u8 {
    let mixed = (u32::from(part) * (100 - WHITE) + 255 * WHITE + 50) / 100;
    u8::try_from(mixed).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Drawn, ROWS, pixels};

    #[test]
    fn a_lane_is_tall_where_it_pays_and_low_where_it_refers() {
        let drawn = Drawn {
            looks: vec![None, Some((1, true)), Some((1, false))],
            tones: vec![[9, 9, 9, 255], [20, 40, 60, 255]],
        };
        let pixels = pixels(&drawn);
        let column = |at: usize| -> Vec<bool> {
            let rows = pixels.chunks(3);
            rows.map(|row| row[at] == [20, 40, 60, 255]).collect()
        };
        assert_eq!(column(0), [false; ROWS]);
        assert_eq!(column(1), [true; ROWS]);
        assert_eq!(column(2), [[false; 11].as_slice(), &[true; 8]].concat());
    }
}
