//! A verdict: glyph, word and colour, never the colour alone.

use super::Icon;
use leptos::prelude::*;
use rplab_core::matrix::Verdict;

/// How a verdict is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct VerdictLook {
    /// The class and the icon's name.
    pub(crate) class: &'static str,
    /// The word in tables.
    pub(crate) word: &'static str,
    /// The words after a count of machines.
    pub(crate) counted: &'static str,
}

/// The look of `verdict`.
pub(crate) const fn verdict_look(verdict: Verdict) -> VerdictLook {
    let (class, word, counted) = match verdict {
        Verdict::Supported => ("ok", "Supported", "supported"),
        Verdict::Caveat => ("caveat", "With a caveat", "with a caveat"),
        Verdict::ExcludeDisk => ("exclude", "Exclude a disk", "after exclusion"),
        Verdict::NotSupported => ("no", "Not supported", "not supported"),
        Verdict::Unknown => ("unknown", "Unknown", "unknown"),
        Verdict::Undocumented => ("undoc", "Undocumented", "undocumented"),
    };
    VerdictLook {
        class,
        word,
        counted,
    }
}

/// A verdict with its word, or with `words` in place of it.
#[component]
pub(crate) fn VerdictMark(
    verdict: Verdict,
    /// Words in place of the verdict's own.
    #[prop(optional, into)]
    words: Option<String>,
    /// Whether the quiet verdicts have a wash too.
    #[prop(optional)]
    solid: bool,
) -> impl IntoView {
    let look = verdict_look(verdict);
    let words = words.unwrap_or_else(|| look.word.to_owned());
    view! {
        <span class=format!("verdict {}", look.class) class:solid=solid data-verdict=verdict.as_str()>
            <Icon name=look.class />
            {words}
        </span>
    }
}

/// A verdict's glyph alone, beside words that say it.
#[component]
pub(crate) fn Glyph(verdict: Verdict) -> impl IntoView {
    let look = verdict_look(verdict);
    view! {
        <span class=format!("glyph {}", look.class)>
            <Icon name=look.class />
            <span class="unseen">{format!("{}: ", look.word)}</span>
        </span>
    }
}
