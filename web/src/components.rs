//! Parts that pages share.

mod action;
mod citation;
mod copy;
mod dialog;
mod focus;
mod icon;
mod live;
mod note;
mod prose;
mod verdict;

pub(crate) use action::{Action, Look, Reason};
pub(crate) use citation::CitationChip;
pub(crate) use copy::CopyButton;
pub(crate) use dialog::Dialog;
pub(crate) use focus::rescue_focus;
pub(crate) use icon::{Icon, Mark};
pub(crate) use live::{act, follow, live};
pub(crate) use note::Note;
pub(crate) use prose::prose;
pub(crate) use verdict::{Glyph, VerdictMark, verdict_look};
