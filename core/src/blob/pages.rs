//! Lists of page ranges: of one point, or of what differs from an earlier point of the same disk.

use super::address::Address;
use super::answer::{BlobAnswer, BlobRequest, Trouble};
use super::range::Span;
use super::{Blob, FOOTER_BYTES};
use crate::store::ChangeKind;
use crate::units::BlockRange;
use std::fmt::Write as _;

/// The bytes of a page.
const PAGE: u64 = 512;
/// The most ranges of one answer.
const MOST: u64 = 10_000;
/// Blocks that are listed before it is asked whether the answer is full.
const SEGMENT: u64 = 1 << 20;

/// Answers `?comp=pagelist`.
pub(super) fn answer(
    blob: &Blob<'_>,
    address: &Address<'_>,
    request: &BlobRequest<'_>,
) -> Result<BlobAnswer, Trouble> {
    super::condition::check(blob, request)?;
    let length = blob.length();
    let asked = Span::asked(request, length)?.unwrap_or(Span {
        first: 0,
        end: length,
    });
    let mut list = List {
        within: Span {
            first: asked.first / PAGE * PAGE,
            end: asked.end.div_ceil(PAGE) * PAGE,
        },
        most: most(address)?,
        ranges: Vec::new(),
        next: None,
    };
    if let Some(marker) = address.parameter("marker")?.filter(|text| !text.is_empty()) {
        let at: Option<u64> = marker.parse().ok();
        let at = at.filter(|at| *at < length);
        let at = at.ok_or_else(|| Trouble::bad_parameter("marker"))?;
        list.within.first = list.within.first.max(at);
    }
    if address.parameter("prevsnapshot")?.is_some() {
        return Err(Trouble::PREVIOUS_GONE);
    }
    match request.header("x-ms-previous-snapshot-url")? {
        Some(previous) => list.differences(blob, previous)?,
        None => list.written(blob)?,
    }
    let mut answer = blob.answer(200, Vec::new());
    answer.add("x-ms-blob-content-length", length.to_string());
    answer.set_xml(list.xml());
    Ok(answer)
}

fn most(address: &Address<'_>) -> Result<u64, Trouble> {
    let Some(text) = address.parameter("maxresults")? else {
        return Ok(MOST);
    };
    let most = text.parse::<u64>().ok().filter(|most| *most > 0);
    let most = most.ok_or(Trouble::new(
        400,
        "OutOfRangeQueryParameterValue",
        "One of the query parameters specified in the request URI is outside the permissible range.",
    ))?;
    Ok(most.min(MOST))
}

/// Ranges in their order, neighbours of one kind merged.
struct List {
    within: Span,
    most: u64,
    ranges: Vec<(Span, ChangeKind)>,
    /// Where the next answer begins, where this one is full.
    next: Option<u64>,
}

impl List {
    fn add(&mut self, range: Span, kind: ChangeKind) {
        let first = range.first.max(self.within.first);
        let end = range.end.min(self.within.end);
        if first >= end || self.next.is_some() {
            return;
        }
        let full = self.ranges.len() as u64 == self.most;
        match self.ranges.last_mut() {
            Some((last, same)) if *same == kind && last.end >= first => last.end = end,
            _ if full => self.next = Some(first),
            _ => self.ranges.push((Span { first, end }, kind)),
        }
    }

    /// What the point holds, and its footer.
    fn written(&mut self, blob: &Blob<'_>) -> Result<(), Trouble> {
        let (size, block) = (blob.size().0, blob.block_size().bytes());
        let mut first = self.within.first / block;
        let end = self.within.end.min(size).div_ceil(block);
        while first < end && self.next.is_none() {
            let last = end.min(first.saturating_add(SEGMENT)) - 1;
            let store = blob.cloud.store();
            let ranges = store
                .written_ranges(blob.source(), BlockRange { first, last })
                .map_err(|error| Trouble::store(&error))?;
            for range in ranges {
                let span = blocks(range.first, range.last, block, size);
                self.add(span, ChangeKind::Written);
            }
            first = last + 1;
        }
        self.add(footer(size), ChangeKind::Written);
        Ok(())
    }

    /// What differs from the point that `previous` reads.
    fn differences(&mut self, blob: &Blob<'_>, previous: &str) -> Result<(), Trouble> {
        let address = Address::read(previous).ok_or(Trouble::AUTHENTICATION)?;
        let previous = Blob::open(blob.cloud, &address).map_err(|trouble| match trouble {
            Trouble { status: 404, .. } => Trouble::PREVIOUS_GONE,
            other => other,
        })?;
        let (older, newer) = (previous.disk, blob.disk);
        if older.family_id != newer.family_id || older.volume != newer.volume {
            return Err(Trouble::PREVIOUS_OF_OTHER);
        }
        if older.snapshot > newer.snapshot {
            return Err(Trouble::PREVIOUS_NEWER);
        }
        let (size, block) = (blob.size().0, blob.block_size().bytes());
        let store = blob.cloud.store();
        let changes = store
            .changed_ranges(older.snapshot, blob.source())
            .map_err(|error| Trouble::store(&error))?;
        // A disk that has grown has its footer elsewhere: the old one is gone, by itself or under what was
        // written there.
        let mut gone = (previous.size().0 < size).then(|| footer(previous.size().0));
        for change in changes {
            let range = blocks(change.range.first, change.range.last, block, size);
            if let Some(old) = gone.filter(|old| old.first < range.end) {
                gone = None;
                if old.first < range.first {
                    self.add(old, ChangeKind::Cleared);
                }
            }
            self.add(range, change.kind);
        }
        if let Some(old) = gone {
            self.add(old, ChangeKind::Cleared);
        }
        if previous.size().0 < size {
            self.add(footer(size), ChangeKind::Written);
        }
        Ok(())
    }

    fn xml(&self) -> String {
        let mut text = "<?xml version=\"1.0\" encoding=\"utf-8\"?><PageList>".to_owned();
        for (span, kind) in &self.ranges {
            let name = match kind {
                ChangeKind::Written => "PageRange",
                ChangeKind::Cleared => "ClearRange",
            };
            // Writing to a string cannot fail.
            let _ = write!(
                text,
                "<{name}><Start>{}</Start><End>{}</End></{name}>",
                span.first,
                span.end - 1
            );
        }
        if let Some(next) = self.next {
            let _ = write!(text, "<NextMarker>{next}</NextMarker>");
        }
        text + "</PageList>"
    }
}

fn blocks(first: u64, last: u64, block: u64, size: u64) -> Span {
    Span {
        first: first.saturating_mul(block),
        end: last.saturating_add(1).saturating_mul(block).min(size),
    }
}

fn footer(size: u64) -> Span {
    Span {
        first: size,
        end: size.saturating_add(FOOTER_BYTES),
    }
}
