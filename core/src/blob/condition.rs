//! Conditional headers.

use super::Blob;
use super::answer::{BlobRequest, Trouble};
use crate::units::SimInstant;

/// Whether the blob is to be answered as it is.
///
/// # Errors
/// 412 where the caller has another blob in mind, 304 where the caller has this one already.
pub(super) fn check(blob: &Blob<'_>, request: &BlobRequest<'_>) -> Result<(), Trouble> {
    let etag = blob.etag();
    let names = |list: &str| {
        list.split(',').map(str::trim).any(|name| {
            let name = name.strip_prefix("W/").unwrap_or(name);
            name == "*" || name.trim_matches('"') == etag.trim_matches('"')
        })
    };
    let date = |name| -> Result<Option<SimInstant>, Trouble> {
        let Some(text) = request.header(name)? else {
            return Ok(None);
        };
        let date = SimInstant::from_http_date(text);
        date.map(Some).ok_or_else(|| Trouble::bad_header(name))
    };
    let matches = request.header("if-match")?.map(names);
    let known = request.header("if-none-match")?.map(names);
    let modified = blob.modified.unix_seconds();
    let later = |date: SimInstant| modified > date.unix_seconds();
    let modified_after = date("if-modified-since")?.map(later);
    let modified_before = date("if-unmodified-since")?.map(|date| !later(date));
    if matches == Some(false) || (matches.is_none() && modified_before == Some(false)) {
        return Err(Trouble::CONDITION);
    }
    if known == Some(true) || (known.is_none() && modified_after == Some(false)) {
        return Err(Trouble::UNCHANGED);
    }
    Ok(())
}
