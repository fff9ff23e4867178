//! Pictures for the reader: SVG as it is written, and PNG drawn from it.

use super::download::offer;
use crate::session::{Session, Tone};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Saves an SVG text, or a PNG of it, of `width` by `height` pixels.
pub(crate) fn save_picture(session: Session, name: &str, svg: String, size: (u32, u32), png: bool) {
    let name = format!("{name}.{}", if png { "png" } else { "svg" });
    if !png {
        super::download(session, &name, "image/svg+xml", &svg);
        return;
    }
    wasm_bindgen_futures::spawn_local(async move {
        let done = match drawn(&svg, size).await {
            Ok(address) => offer(&name, &address),
            Err(error) => Err(error),
        };
        match done {
            Ok(()) => session.tell(Tone::Done, format!("Saved {name}.")),
            Err(_) => session.tell(
                Tone::No,
                "The browser did not draw the picture. Save it as SVG.",
            ),
        }
    });
}

/// The address of a PNG, twice as fine as its size.
async fn drawn(svg: &str, (width, height): (u32, u32)) -> Result<String, JsValue> {
    let blob = gloo::file::Blob::new_with_options(svg, Some("image/svg+xml"));
    let url = gloo::file::ObjectUrl::from(blob);
    let image = web_sys::HtmlImageElement::new()?;
    image.set_src(&url);
    JsFuture::from(image.decode()).await?;
    let canvas: web_sys::HtmlCanvasElement = document().create_element("canvas")?.dyn_into()?;
    canvas.set_width(width * 2);
    canvas.set_height(height * 2);
    let context = canvas.get_context("2d")?.ok_or(JsValue::NULL)?;
    let context: web_sys::CanvasRenderingContext2d = context.dyn_into()?;
    context.draw_image_with_html_image_element_and_dw_and_dh(
        &image,
        0.0,
        0.0,
        f64::from(width * 2),
        f64::from(height * 2),
    )?;
    canvas.to_data_url()
}

/// A text as it may stand in SVG.
pub(crate) fn in_svg(text: &str) -> String {
    let mut out = String::new();
    for mark in text.chars() {
        match mark {
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            mark if mark.is_control() => out.push(' '),
            mark => out.push(mark),
        }
    }
    out
}
