//! The colours of the owners as the theme has them now, and who has which: once for all lanes.

use super::bench::Bench;
use crate::shell::Theme;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// How many colours there are; the first is that of everyone older.
const ROLES: usize = 13;

/// Red, green, blue and how much of it, each of 255.
pub(super) type Tone = [u8; 4];

/// Colours by role, and roles by lane.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Palette {
    colours: RwSignal<Vec<String>>,
    tones: Memo<Vec<Tone>>,
    roles: Memo<Vec<usize>>,
}

impl Palette {
    /// Follows theme and map. `beside` is an element that has the styles of the lanes.
    pub(crate) fn new(bench: Bench, beside: NodeRef<html::Section>) -> Self {
        let Theme(theme) = expect_context();
        // After the page has taken the theme on, which waits for its turn where there is much to follow.
        let found = RwSignal::new(Vec::new());
        Effect::new(move |_| {
            theme.track();
            if let Some(beside) = beside.get() {
                found.set(colours(&beside));
            }
        });
        // While lanes are found out, those of before stand.
        let roles = Memo::new(move |before: Option<&Vec<usize>>| {
            let Some(lanes) = bench.lanes.get() else {
                return before.cloned().unwrap_or_default();
            };
            let ids = lanes.ids().iter();
            ids.map(|id| bench.owners.colour(id)).collect()
        });
        Self {
            colours: found,
            tones: Memo::new(move |_| found.with(|colours| tones(colours).unwrap_or_default())),
            roles,
        }
    }

    pub(super) fn get() -> Self {
        expect_context()
    }

    /// The colours, by role.
    pub(super) fn tones(self) -> Vec<Tone> {
        self.tones.get()
    }

    /// The roles, by lane.
    pub(super) fn with_roles<T>(self, read: impl FnOnce(&[usize]) -> T) -> T {
        self.roles.with(|roles| read(roles))
    }

    /// Colour and role of a lane's point.
    pub(super) fn of(self, lane: u32) -> (String, usize) {
        let role = self.with_roles(|roles| role(roles, lane));
        let colour = self.colours.with(|colours| colours.get(role).cloned());
        (colour.unwrap_or_default(), role)
    }
}

/// The role of a lane's point.
pub(super) fn role(roles: &[usize], lane: u32) -> usize {
    let lane = usize::try_from(lane).unwrap_or(usize::MAX);
    roles.get(lane).copied().unwrap_or(0)
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

/// What the browser draws for these colours, in whichever of its ways they are written.
fn tones(colours: &[String]) -> Option<Vec<Tone>> {
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    let across = u32::try_from(colours.len()).ok()?;
    canvas.set_width(across);
    canvas.set_height(1);
    let context = context(&canvas)?;
    for (at, colour) in (0_u32..).zip(colours) {
        context.set_fill_style_str(colour);
        context.fill_rect(f64::from(at), 0.0, 1.0, 1.0);
    }
    let drawn = context.get_image_data(0.0, 0.0, f64::from(across), 1.0);
    let drawn = drawn.ok()?.data().0;
    Some(drawn.as_chunks::<4>().0.to_vec())
}

/// What a canvas is drawn with.
pub(super) fn context(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    let context = canvas.get_context("2d").ok().flatten()?;
    context.dyn_into().ok()
}
