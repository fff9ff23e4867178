//! Gzip while it comes in: members after each other, each with its header, deflated text and checksum.

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};

/// What deflate may refer back to.
const WINDOW: usize = 32 * 1024;
/// More than any inventory; what unpacks to more is refused rather than read for hours.
const MOST: u64 = 4 << 30;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Header,
    Body,
    Trailer,
}

/// A gzip stream so far.
pub(super) struct Gunzip {
    part: Part,
    /// A header or a trailer that is not all there yet.
    kept: Vec<u8>,
    state: Box<DecompressorOxide>,
    window: Vec<u8>,
    at: usize,
    checksum: u32,
    unpacked: u64,
}

impl std::fmt::Debug for Gunzip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gunzip")
            .field("part", &self.part)
            .finish_non_exhaustive()
    }
}

/// Whether bytes begin as gzip does.
pub(super) const fn is_gzip(data: &[u8]) -> bool {
    matches!(data, [0x1F, 0x8B, ..])
}

impl Gunzip {
    pub(super) fn new() -> Self {
        Self {
            part: Part::Header,
            kept: Vec::new(),
            state: Box::default(),
            window: vec![0; WINDOW],
            at: 0,
            checksum: u32::MAX,
            unpacked: 0,
        }
    }

    /// Unpacks a chunk; `out` gets what it holds, piece by piece.
    pub(super) fn push(
        &mut self,
        mut chunk: &[u8],
        out: &mut dyn FnMut(&[u8]),
    ) -> Result<(), &'static str> {
        while !chunk.is_empty() {
            match self.part {
                Part::Header => {
                    self.kept.extend_from_slice(chunk);
                    // Zeros fill the last block of a tape.
                    if self.unpacked > 0 && self.kept.iter().all(|byte| *byte == 0) {
                        self.kept.clear();
                        return Ok(());
                    }
                    let Some(length) = header(&self.kept)? else {
                        return Ok(());
                    };
                    let kept = std::mem::take(&mut self.kept);
                    self.part = Part::Body;
                    self.state.init();
                    (self.at, self.checksum) = (0, u32::MAX);
                    let rest = kept.get(length..).unwrap_or_default();
                    return self.push(rest, out);
                }
                Part::Body => chunk = self.inflate(chunk, out)?,
                Part::Trailer => {
                    let missing = 8_usize.saturating_sub(self.kept.len()).min(chunk.len());
                    let (own, rest) = chunk.split_at_checked(missing).unwrap_or((chunk, &[]));
                    self.kept.extend_from_slice(own);
                    chunk = rest;
                    if let Some(sum) = self
                        .kept
                        .first_chunk::<4>()
                        .filter(|_| self.kept.len() == 8)
                    {
                        if u32::from_le_bytes(*sum) != !self.checksum {
                            return Err("the gzip checksum does not fit; the file is damaged");
                        }
                        self.kept.clear();
                        self.part = Part::Header;
                    }
                }
            }
        }
        Ok(())
    }

    fn inflate<'c>(
        &mut self,
        chunk: &'c [u8],
        out: &mut dyn FnMut(&[u8]),
    ) -> Result<&'c [u8], &'static str> {
        let more = inflate_flags::TINFL_FLAG_HAS_MORE_INPUT;
        let (status, read, written) =
            decompress(&mut self.state, chunk, &mut self.window, self.at, more);
        let text = self
            .window
            .get(self.at..self.at + written)
            .unwrap_or_default();
        self.checksum = checksum(self.checksum, text);
        out(text);
        self.at = (self.at + written) % WINDOW;
        self.unpacked += written as u64;
        match status {
            TINFLStatus::Done => self.part = Part::Trailer,
            TINFLStatus::NeedsMoreInput | TINFLStatus::HasMoreOutput => {}
            _ => return Err("the gzip data is damaged"),
        }
        if self.unpacked > MOST {
            return Err("the gzip data unpacks to more than 4 GiB");
        }
        Ok(chunk.get(read..).unwrap_or_default())
    }

    /// The stream ends.
    pub(super) fn finish(&self) -> Result<(), &'static str> {
        if self.part == Part::Header && self.kept.is_empty() {
            Ok(())
        } else {
            Err("EOF: the gzip data ends too early; the file was cut off")
        }
    }
}

/// The length of a header; `None` where it is not all there yet.
fn header(data: &[u8]) -> Result<Option<usize>, &'static str> {
    let [first, second, method, flags, ..] = *data else {
        return Ok(None);
    };
    if !is_gzip(&[first, second]) || method != 8 {
        return Err("what comes after the gzip data is no gzip data");
    }
    let mut at = 10;
    if flags & 4 != 0 {
        let Some(length) = data.get(at..).and_then(<[u8]>::first_chunk::<2>) else {
            return Ok(None);
        };
        at += 2 + usize::from(u16::from_le_bytes(*length));
    }
    // A name and a comment, each ended by a zero.
    for flag in [8, 16] {
        if flags & flag != 0 {
            let rest = data.get(at..).unwrap_or_default();
            let Some(end) = rest.iter().position(|byte| *byte == 0) else {
                return Ok(None);
            };
            at += end + 1;
        }
    }
    at += if flags & 2 == 0 { 0 } else { 2 };
    Ok((data.len() >= at).then_some(at))
}

/// CRC-32, half a byte at a time: a table of 16 is small, and gzip is the exception.
pub(super) fn checksum(so_far: u32, data: &[u8]) -> u32 {
    const fn table() -> [u32; 16] {
        let mut table = [0; 16];
        let mut at = 0_u32;
        while at < 16 {
            let mut value = at;
            let mut bit = 0;
            while bit < 4 {
                value = if value & 1 == 1 {
                    (value >> 1) ^ 0xEDB8_8320
                } else {
                    value >> 1
                };
                bit += 1;
            }
            #[expect(
                clippy::indexing_slicing,
                reason = "computed while compiling; `at` is below 16"
            )]
            {
                table[at as usize] = value;
            }
            at += 1;
        }
        table
    }
    static TABLE: [u32; 16] = table();
    let half = |sum: u32| (sum >> 4) ^ TABLE.get((sum & 15) as usize).copied().unwrap_or_default();
    data.iter()
        .fold(so_far, |sum, byte| half(half(sum ^ u32::from(*byte))))
}
