//! Page blobs behind signed addresses: how a backup tool reads a disk restore point.
//!
//! A pure function of the state and a request; nothing is changed by reading. A blob is the disk's content
//! as the block store reads it and, behind it, the footer that makes the file a fixed VHD.

mod address;
mod answer;
mod condition;
mod coverage;
mod pages;
mod range;
mod vhd;

pub use answer::{BlobAnswer, BlobRequest};
pub use coverage::{
    BLOB_DEVIATIONS, COVERED_HEADERS, COVERED_PARAMETERS, COVERED_READS, CoveredRead,
};
pub use vhd::FOOTER_BYTES;

use crate::cloud::{Cloud, DiskRestorePoint, RestorePoint, SignedRead};
use crate::digest::Hasher;
use crate::store::{Source, StoreError};
use crate::units::{BlockRange, BlockSize, ByteCount, SimInstant};
use address::Address;
use answer::Trouble;
use range::Span;

/// The most bytes that one answer carries: more is asked for in ranges, or part by part.
pub const LARGEST_ANSWER_BYTES: u64 = 64 << 20;
/// The bytes of a part, where a request asks for one with [`PART_HEADER`].
pub const PART_BYTES: u64 = 4 << 20;
/// The lab's own header: the body of this answer, but only its part of this number, counted from 0. Status
/// and headers stay those of the whole. Shells stream large answers with it.
pub const PART_HEADER: &str = "x-restore-point-lab-part";

/// The longest header of a caller that an answer repeats.
const LONGEST_ECHO: usize = 1024;

/// Answers a request for a page blob.
#[must_use]
pub fn answer(cloud: &Cloud, request: &BlobRequest<'_>) -> BlobAnswer {
    let mut answer = match read(cloud, request) {
        Ok(answer) => answer,
        Err(trouble) => trouble.answer(request.is_head()),
    };
    answer.add("date", cloud.now().http_date());
    for name in ["x-ms-version", "x-ms-client-request-id"] {
        if let Ok(Some(value)) = request.header(name)
            && value.len() <= LONGEST_ECHO
            && value.bytes().all(|byte| byte.is_ascii_graphic())
        {
            answer.add(name, value.to_owned());
        }
    }
    answer
}

fn read(cloud: &Cloud, request: &BlobRequest<'_>) -> Result<BlobAnswer, Trouble> {
    let address = Address::read(request.url).ok_or(Trouble::AUTHENTICATION)?;
    let blob = Blob::open(cloud, &address)?;
    if !request.is_head() && !request.method.eq_ignore_ascii_case("GET") {
        return Err(match request.method {
            "PUT" | "DELETE" | "POST" | "PATCH" => Trouble::PERMISSION,
            _ => Trouble::VERB,
        });
    }
    if address.parameter("snapshot")?.is_some() || address.parameter("versionid")?.is_some() {
        return Err(Trouble::NOT_FOUND);
    }
    match address.parameter("comp")? {
        None => content(&blob, request),
        Some("metadata") => Ok(blob.answer(200, Vec::new())),
        Some("pagelist") if !request.is_head() => pages::answer(&blob, &address, request),
        Some(_) => Err(Trouble::bad_parameter("comp")),
    }
}

/// HEAD and GET of the blob itself.
fn content(blob: &Blob<'_>, request: &BlobRequest<'_>) -> Result<BlobAnswer, Trouble> {
    condition::check(blob, request)?;
    let length = blob.length();
    if request.is_head() {
        let mut answer = blob.answer(200, Vec::new());
        answer.add("content-type", "application/octet-stream".to_owned());
        answer.add("content-length", length.to_string());
        return Ok(answer);
    }
    for unsupported in ["x-ms-range-get-content-md5", "x-ms-range-get-content-crc64"] {
        if request.header(unsupported)?.is_some_and(is_true) {
            return Err(Trouble::unsupported_header(unsupported));
        }
    }
    let asked = Span::asked(request, length)?;
    let whole = asked.unwrap_or(Span {
        first: 0,
        end: length,
    });
    let wanted = match request.header(PART_HEADER)? {
        None if whole.len() > LARGEST_ANSWER_BYTES => return Err(Trouble::TOO_LARGE),
        None => whole,
        Some(part) => {
            let part: u64 = part.parse().map_err(|_| Trouble::bad_header(PART_HEADER))?;
            let first = part.saturating_mul(PART_BYTES).saturating_add(whole.first);
            Span {
                first: first.min(whole.end),
                end: first.saturating_add(PART_BYTES).min(whole.end),
            }
        }
    };
    let body = blob.bytes(wanted).map_err(|error| Trouble::store(&error))?;
    let mut answer = blob.answer(if asked.is_some() { 206 } else { 200 }, body);
    answer.add("content-type", "application/octet-stream".to_owned());
    answer.add("content-length", whole.len().to_string());
    if asked.is_some() {
        answer.add(
            "content-range",
            format!("bytes {}-{}/{length}", whole.first, whole.end - 1),
        );
    }
    Ok(answer)
}

fn is_true(text: &str) -> bool {
    text.eq_ignore_ascii_case("true")
}

/// A disk restore point as a page blob.
struct Blob<'a> {
    cloud: &'a Cloud,
    disk: &'a DiskRestorePoint,
    modified: SimInstant,
}

impl<'a> Blob<'a> {
    /// What an address reads now.
    fn open(cloud: &'a Cloud, address: &Address<'_>) -> Result<Self, Trouble> {
        let field = |name| address.parameter(name).map(Option::unwrap_or_default);
        let account = address.account.ok_or(Trouble::AUTHENTICATION)?;
        let read = cloud.signed_read(account, address.path, field("si")?, field("sig")?);
        let is_ours = field("sv")? == "2018-03-28" && field("sr")? == "b";
        match read {
            SignedRead::Open(point, disk) if is_ours => Ok(Self::of(cloud, point, disk)),
            SignedRead::Gone => Err(Trouble::NOT_FOUND),
            SignedRead::Open(..) | SignedRead::Refused => Err(Trouble::AUTHENTICATION),
        }
    }

    fn of(cloud: &'a Cloud, point: &RestorePoint, disk: &'a DiskRestorePoint) -> Self {
        Self {
            cloud,
            disk,
            modified: point.time_created,
        }
    }

    fn source(&self) -> Source {
        Source::Snapshot(self.disk.snapshot)
    }

    fn block_size(&self) -> BlockSize {
        self.disk.block_size
    }

    fn size(&self) -> ByteCount {
        self.disk.size
    }

    /// The disk and its footer.
    fn length(&self) -> u64 {
        self.size().0.saturating_add(FOOTER_BYTES)
    }

    /// One for each disk restore point: its content never changes.
    fn etag(&self) -> String {
        let mut hasher = Hasher::new();
        hasher.update(self.disk.id.as_str().as_bytes());
        hasher.update_u64(self.disk.snapshot.0);
        let digits = hasher.finish().to_string().to_ascii_uppercase();
        format!("\"0x8D{}\"", digits.get(..12).unwrap_or_default())
    }

    /// An answer with the headers that every answer about the blob has.
    fn answer(&self, status: u16, body: Vec<u8>) -> BlobAnswer {
        let mut answer = BlobAnswer::new(status, body);
        answer.add("accept-ranges", "bytes".to_owned());
        answer.add("etag", self.etag());
        answer.add("last-modified", self.modified.http_date());
        answer.add("x-ms-creation-time", self.modified.http_date());
        answer.add("x-ms-blob-type", "PageBlob".to_owned());
        answer.add("x-ms-blob-sequence-number", "0".to_owned());
        answer.add("x-ms-lease-state", "available".to_owned());
        answer.add("x-ms-lease-status", "unlocked".to_owned());
        answer.add("x-ms-server-encrypted", "true".to_owned());
        answer
    }

    /// The bytes of a span, through the store's ordinary read path.
    fn bytes(&self, span: Span) -> Result<Vec<u8>, StoreError> {
        let mut bytes = vec![0; usize::try_from(span.len()).unwrap_or_default()];
        let (size, block) = (self.size().0, self.block_size().bytes());
        if let Some(end) = span.end.min(size).checked_sub(1)
            && let Some(range) = BlockRange::new(span.first / block, end / block)
        {
            let mut whole = vec![0; usize::try_from(block).unwrap_or_default()];
            let store = self.cloud.store();
            store.for_each_written(self.source(), range, |index, content| {
                let at = Span {
                    first: index * block,
                    end: (index * block).saturating_add(block).min(size),
                };
                content.fill(&mut whole);
                span.copy(at, &whole, &mut bytes);
            })?;
        }
        let footer = vhd::footer(size, self.disk.disk_unique_id.as_bytes());
        let at = Span {
            first: size,
            end: self.length(),
        };
        span.copy(at, &footer, &mut bytes);
        Ok(bytes)
    }
}
