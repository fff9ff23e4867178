//! Line icons on a grid of 16.

use leptos::prelude::*;

/// An icon beside words; hidden from readers, who have the words.
#[component]
pub(crate) fn Icon(name: &'static str) -> impl IntoView {
    view! { <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false" inner_html=paths(name)></svg> }
}

/// The product's mark: three points over one disk.
#[component]
pub(crate) fn Mark() -> impl IntoView {
    view! {
        <svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <rect class="bar-a" x="2" y="3" width="20" height="4.6" rx="1.2" />
            <rect class="bar-a" x="2" y="9.7" width="7" height="4.6" rx="1.2" />
            <rect class="bar-b" x="10.2" y="9.7" width="11.8" height="4.6" rx="1.2" />
            <rect class="bar-a" x="2" y="16.4" width="4" height="4.6" rx="1.2" />
            <rect class="bar-b" x="7.2" y="16.4" width="6.3" height="4.6" rx="1.2" />
            <rect class="bar-c" x="14.7" y="16.4" width="7.3" height="4.6" rx="1.2" />
        </svg>
    }
}

fn paths(name: &str) -> &'static str {
    match name {
        "fleet" => {
            r#"<rect x="2" y="2.5" width="12" height="4.5" rx="1"/><rect x="2" y="9" width="12" height="4.5" rx="1"/><path d="M4.5 4.75h.1M4.5 11.25h.1"/>"#
        }
        "support" => {
            r#"<path d="M8 1.75 13.5 4v3.75c0 3.25-2.25 5.4-5.5 6.5-3.25-1.1-5.5-3.25-5.5-6.5V4Z"/><path d="m5.6 7.9 1.8 1.8 3.2-3.6"/>"#
        }
        "lifecycle" => {
            r#"<path d="M1.75 4h12.5M1.75 8h12.5M1.75 12h12.5"/><path d="M4.25 2.75v2.5M9.75 6.75v2.5M6.5 10.75v2.5" stroke-width="2.4"/>"#
        }
        "restore" => {
            r#"<path d="M2.5 8a5.5 5.5 0 1 0 1.75-4"/><path d="M2.25 2.25v3h3M8 5v3.25l2.25 1.35"/>"#
        }
        "scenarios" => r#"<path d="M3.5 1.75h6l3 3v9.5h-9Z"/><path d="m6.5 7 3.5 2-3.5 2Z"/>"#,
        "file" | "report" => {
            r#"<path d="M3.5 1.75h6l3 3v9.5h-9Z"/><path d="M6 8h4M6 10.7h4M6 5.3h1.5"/>"#
        }
        "api" => r#"<path d="m5 4.5-3.5 3.5L5 11.5M11 4.5l3.5 3.5-3.5 3.5M9.25 3l-2.5 10"/>"#,
        "matrix" => {
            r#"<rect x="2" y="3" width="12" height="10" rx="1"/><path d="M2 6.3h12M2 9.6h12M6.5 3v10"/>"#
        }
        "plan" => {
            r#"<rect x="2" y="3" width="12" height="11" rx="1"/><path d="M2 6.5h12M5 1.5v3M11 1.5v3M5 9.2h.1M8 9.2h.1M11 9.2h.1M5 11.7h.1M8 11.7h.1"/>"#
        }
        "flash" => r#"<path d="M9.25 1.75 3.5 9h4l-.75 5.25L12.5 7h-4Z"/>"#,
        "ok" => r#"<circle cx="8" cy="8" r="6.25"/><path d="m5.25 8.25 2 2 3.5-4.25"/>"#,
        "caveat" => r#"<path d="M8 2.25 14.25 13.25H1.75Z"/><path d="M8 6.5v3.1M8 11.4v.1"/>"#,
        "exclude" => r#"<circle cx="8" cy="8" r="6.25"/><path d="M5 8h6"/>"#,
        "no" => {
            r#"<path d="M5.4 1.75h5.2l3.65 3.65v5.2l-3.65 3.65H5.4L1.75 10.6V5.4Z"/><path d="m5.8 5.8 4.4 4.4m0-4.4-4.4 4.4"/>"#
        }
        "unknown" => {
            r#"<circle cx="8" cy="8" r="6.25" stroke-dasharray="2.4 1.6"/><path d="M6.3 6.4c.1-1 .8-1.6 1.8-1.6s1.8.6 1.8 1.5c0 1.3-1.9 1.3-1.9 2.6M8 11.2v.1"/>"#
        }
        "undoc" => r#"<path d="M3.5 8h9"/>"#,
        "book" => {
            r#"<path d="M2.5 3h4A1.5 1.5 0 0 1 8 4.5V13a1.5 1.5 0 0 0-1.5-1h-4ZM13.5 3h-4A1.5 1.5 0 0 0 8 4.5V13a1.5 1.5 0 0 1 1.5-1h4Z"/>"#
        }
        "clock" => r#"<circle cx="8" cy="8" r="6.25"/><path d="M8 4.5V8l2.5 1.5"/>"#,
        "down" => r#"<path d="m4 6.25 4 4 4-4"/>"#,
        "left" => r#"<path d="m9.75 4-4 4 4 4"/>"#,
        "right" => r#"<path d="m6.25 4 4 4-4 4"/>"#,
        "search" => r#"<circle cx="7" cy="7" r="4.5"/><path d="M10.4 10.4 14 14"/>"#,
        "undo" => r#"<path d="m5.5 3-3 3 3 3"/><path d="M2.75 6H9.2a4 4 0 0 1 0 8H6.5"/>"#,
        "redo" => r#"<path d="m10.5 3 3 3-3 3"/><path d="M13.25 6H6.8a4 4 0 0 0 0 8h2.7"/>"#,
        "sun" => {
            r#"<circle cx="8" cy="8" r="3"/><path d="M8 1.25v1.4M8 13.35v1.4M1.25 8h1.4M13.35 8h1.4M3.2 3.2l1 1M11.8 11.8l1 1M12.8 3.2l-1 1M4.2 11.8l-1 1"/>"#
        }
        "moon" => r#"<path d="M13.5 9.5A5.75 5.75 0 0 1 6.5 2.5a5.75 5.75 0 1 0 7 7Z"/>"#,
        "contrast" => {
            r#"<circle cx="8" cy="8" r="6.25"/><path d="M8 1.75v12.5a6.25 6.25 0 0 0 0-12.5Z" fill="currentColor"/>"#
        }
        "export" => r#"<path d="M8 9.5V2M5 4.75 8 1.75l3 3M2.75 11v2.75h10.5V11"/>"#,
        "import" => r#"<path d="M8 2v7.5M5 6.75l3 3 3-3M2.75 11v2.75h10.5V11"/>"#,
        "plus" => r#"<path d="M8 3v10M3 8h10"/>"#,
        "minus" => r#"<path d="M3 8h10"/>"#,
        "close" => r#"<path d="m4 4 8 8m0-8-8 8"/>"#,
        "copy" => {
            r#"<rect x="5.25" y="5.25" width="8.25" height="8.25" rx="1.2"/><path d="M10.75 5V3.6a1.2 1.2 0 0 0-1.2-1.2H3.7a1.2 1.2 0 0 0-1.2 1.2v5.9a1.2 1.2 0 0 0 1.2 1.2H5"/>"#
        }
        "edit" => {
            r#"<path d="m2.5 13.5.75-3.25 7.5-7.5 2.5 2.5-7.5 7.5Z"/><path d="m9.25 4.25 2.5 2.5"/>"#
        }
        "trash" => r#"<path d="M2.75 4.25h10.5M6 4V2.4h4V4M4.2 4.4l.7 9.2h6.2l.7-9.2"/>"#,
        "play" => r#"<path d="M5 3.2v9.6L12.6 8Z"/>"#,
        "pause" => r#"<path d="M5.5 3.5v9M10.5 3.5v9" stroke-width="2.2"/>"#,
        "next" => r#"<path d="M3.5 3.5v9L10 8ZM12.5 3.5v9"/>"#,
        "previous" => r#"<path d="M12.5 3.5v9L6 8ZM3.5 3.5v9"/>"#,
        "table" => {
            r#"<rect x="2" y="3" width="12" height="10" rx="1"/><path d="M2 6.3h12M2 9.6h12M6.5 6.3V13"/>"#
        }
        "map" => r#"<path d="M2 4h12M2 8h4M8.5 8H14M2 12h7M11.5 12H14" stroke-width="2.2"/>"#,
        "globe" => {
            r#"<circle cx="8" cy="8" r="6.25"/><path d="M1.75 8h12.5M8 1.75c2 2 2.6 4 2.6 6.25S10 12.25 8 14.25C6 12.25 5.4 10.25 5.4 8S6 3.75 8 1.75Z"/>"#
        }
        "info" => r#"<circle cx="8" cy="8" r="6.25"/><path d="M8 7.4v3.6M8 5v.1"/>"#,
        "lock" => {
            r#"<rect x="3.2" y="7" width="9.6" height="6.8" rx="1.2"/><path d="M5.2 7V5a2.8 2.8 0 0 1 5.6 0v2"/>"#
        }
        "offline" => {
            r#"<path d="m2 2 12 12M5 9.3a4.3 4.3 0 0 1 2-1.2M11 9.3a4.3 4.3 0 0 0-.8-.6M2.4 6.6A8 8 0 0 1 4.6 5M13.6 6.6A8 8 0 0 0 7 4.1M8 12.2v.1"/>"#
        }
        "again" => r#"<path d="M13.5 8a5.5 5.5 0 1 1-1.75-4"/><path d="M13.75 2.25v3h-3"/>"#,
        "pen" => r#"<path d="M2 12.5h12M4 9.5 10.5 3 13 5.5 6.5 12H4Z"/>"#,
        _ => r#"<circle cx="8" cy="8" r="2"/>"#,
    }
}
