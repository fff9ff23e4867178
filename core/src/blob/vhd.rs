//! The footer of a fixed VHD, big-endian, as the format's specification of 2006 lays it out.
//!
//! It tells of the disk and its size only, so that it is the same in every point of the disk and a
//! comparison of two points need not list it.

use crate::digest::Hasher;

/// How long a footer is.
pub const FOOTER_BYTES: u64 = 512;

const LENGTH: usize = 512;
/// Where the checksum stands.
const CHECKSUM: usize = 64;

/// The footer of a disk of `size` bytes that `unique_id` tells from others.
pub(super) fn footer(size: u64, unique_id: &[u8]) -> [u8; LENGTH] {
    let mut footer = [0; LENGTH];
    put(&mut footer, 0, b"conectix");
    // Features: nothing but the bit that is always set; the version of the format.
    put(&mut footer, 8, &2_u32.to_be_bytes());
    put(&mut footer, 12, &0x1_0000_u32.to_be_bytes());
    // A fixed disk has no header elsewhere.
    put(&mut footer, 16, &u64::MAX.to_be_bytes());
    // Who made it: readers take the size from the fields below, not from the geometry, where this says so.
    put(&mut footer, 28, b"win ");
    put(&mut footer, 32, &0x000A_0000_u32.to_be_bytes());
    put(&mut footer, 36, b"Wi2k");
    put(&mut footer, 40, &size.to_be_bytes());
    put(&mut footer, 48, &size.to_be_bytes());
    let (cylinders, heads, sectors) = geometry(size / 512);
    put(&mut footer, 56, &cylinders.to_be_bytes());
    put(&mut footer, 58, &[heads, sectors]);
    // Fixed.
    put(&mut footer, 60, &2_u32.to_be_bytes());
    let mut hasher = Hasher::new();
    hasher.update(unique_id);
    let id = hasher.finish();
    put(&mut footer, 68, id.0.get(..16).unwrap_or_default());
    let sum = footer
        .iter()
        .fold(0_u32, |sum, byte| sum + u32::from(*byte));
    put(&mut footer, CHECKSUM, &(!sum).to_be_bytes());
    footer
}

fn put(footer: &mut [u8], at: usize, bytes: &[u8]) {
    if let Some(place) = footer.get_mut(at..at + bytes.len()) {
        place.copy_from_slice(bytes);
    }
}

/// Cylinders, heads and sectors of a track for a number of sectors, by the specification's appendix.
fn geometry(sectors: u64) -> (u16, u8, u8) {
    let total = u32::try_from(sectors).map_or(65_535 * 16 * 255, |all| all.min(65_535 * 16 * 255));
    let (mut heads, mut per_track) = (16, 255);
    if total < 65_535 * 16 * 63 {
        per_track = 17;
        heads = (total / 17).div_ceil(1024).max(4);
        if total / 17 >= heads * 1024 || heads > 16 {
            (heads, per_track) = (16, 31);
        }
        if total / per_track >= heads * 1024 {
            (heads, per_track) = (16, 63);
        }
    }
    let cylinders = total / per_track / heads;
    let narrow = |value: u32| u8::try_from(value).unwrap_or(u8::MAX);
    (
        u16::try_from(cylinders).unwrap_or(u16::MAX),
        narrow(heads),
        narrow(per_track),
    )
}
