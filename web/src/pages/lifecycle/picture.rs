//! The block map as a picture to take away.

use super::bench::Bench;
use super::canvas::{LOW, TALL};
use super::palette::{Palette, lines_of};
use super::stretches::stretches;
use crate::components::{in_svg, save_picture};
use crate::session::Session;
use leptos::prelude::*;
use std::fmt::Write;

const NAMES: u32 = 220;
const LANE: u32 = 25;
const COLUMN: u32 = 4;

/// Saves the map as it is shown now.
pub(super) fn save_map(session: Session, bench: Bench, palette: Palette, png: bool) {
    let drawn = untrack(|| {
        let shown = bench.map.get()?;
        let map = shown.whole(session)?;
        let columns = map.lanes.first().map_or(1, |lane| lane.columns.len());
        let width = NAMES + COLUMN * u32::try_from(columns).unwrap_or(1) + 12;
        let height = LANE * (u32::try_from(map.lanes.len()).unwrap_or(0) + 1) + 12;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" font-family=\"system-ui, sans-serif\" font-size=\"12\"><rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>"
        );
        let title = format!(
            "{}: blocks {} and on, {} in a column",
            map.disk.name(),
            map.first_block,
            map.blocks_per_column
        );
        // Writing to a text does not fail.
        let _ = write!(
            svg,
            "<text x=\"8\" y=\"18\" font-weight=\"600\">{}</text>",
            in_svg(&title)
        );
        for (at, lane) in (1_u32..).zip(&map.lanes) {
            let top = at * LANE + 3;
            let _ = write!(
                svg,
                "<text x=\"8\" y=\"{}\">{}</text><rect x=\"{NAMES}\" y=\"{top}\" width=\"{}\" height=\"{TALL}\" fill=\"#eef1f4\"/>",
                top + 14,
                in_svg(&lane.name),
                width - NAMES - 12
            );
            for stretch in stretches(lane) {
                let (colour, role) = palette.of(stretch.writer);
                let height = if stretch.pays { TALL } else { LOW };
                let (x, across, y) = (
                    NAMES + stretch.from * COLUMN,
                    stretch.columns * COLUMN,
                    top + TALL - height,
                );
                let _ = write!(
                    svg,
                    "<rect x=\"{x}\" y=\"{y}\" width=\"{across}\" height=\"{height}\" fill=\"{colour}\"/>"
                );
                for line in 1..=lines_of(role) {
                    let y = y + line * height / (lines_of(role) + 1);
                    let _ = write!(
                        svg,
                        "<rect x=\"{x}\" y=\"{y}\" width=\"{across}\" height=\"1\" fill=\"#fff\" fill-opacity=\".55\"/>"
                    );
                }
            }
        }
        svg.push_str("</svg>");
        Some((format!("blocks-{}", map.disk.name()), svg, (width, height)))
    });
    if let Some((name, svg, size)) = drawn {
        save_picture(session, &name, svg, size, png);
    }
}
