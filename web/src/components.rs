//! Parts that pages share.

mod action;
mod choice;
mod citation;
mod copy;
mod dialog;
mod download;
mod explained;
mod field;
mod focus;
mod grid;
mod icon;
mod live;
mod note;
mod picture;
mod prose;
mod setting_name;
mod soon;
mod table_file;
mod verdict;
mod working;

pub(crate) use action::{Action, Look, Reason, reason_of};
pub(crate) use choice::{Choice, Segments};
pub(crate) use citation::{CitationChip, RuleLinks, page_name, with_rules};
pub(crate) use copy::CopyButton;
pub(crate) use dialog::Dialog;
pub(crate) use download::download;
pub(crate) use explained::{Explained, Why};
pub(crate) use field::{Field, WrongField};
pub(crate) use focus::{rescue_focus, return_focus, reveal};
pub(crate) use grid::{Cell, Grid};
pub(crate) use icon::{Icon, Mark};
pub(crate) use live::{act, follow, live};
pub(crate) use note::Note;
pub(crate) use picture::{in_svg, save_picture};
pub(crate) use prose::prose;
pub(crate) use setting_name::SettingName;
pub(crate) use soon::{
    all_made, all_opened, begin_slowly, end_slowly, more_and_more, nothing_waits, open_slowly,
    soon, soon_once,
};
pub(crate) use table_file::TableFile;
pub(crate) use verdict::{Glyph, VerdictMark, verdict_look};
pub(crate) use working::Working;
