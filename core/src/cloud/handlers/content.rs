//! The content of disks.

use crate::cloud::{
    Cloud, CommandError, EventKind, Executed, ManagedDisk, Mark, TrimBlocks, WriteBlocks,
    WriteBytes,
};
use crate::ids::ResourceId;
use crate::store::VolumeId;
use crate::units::BlockRange;

impl Cloud {
    pub(in crate::cloud) fn write_blocks(&mut self, fields: &WriteBlocks) -> Executed {
        let (id, disk, range) = self.blocks_of(&fields.disk, fields.first, fields.last)?;
        let (id, volume, size) = (
            id.clone(),
            disk.volume,
            disk.block_size.bytes_of(range.len()),
        );
        self.write_soon(volume, &[range])?;
        let text = format!(
            "{size} of {} written, blocks {} to {}",
            id.name(),
            range.first,
            range.last
        );
        Ok(vec![self.event(EventKind::Written, &id, text)])
    }

    pub(in crate::cloud) fn trim_blocks(&mut self, fields: &TrimBlocks) -> Executed {
        let (id, disk, range) = self.blocks_of(&fields.disk, fields.first, fields.last)?;
        let (id, volume, size) = (
            id.clone(),
            disk.volume,
            disk.block_size.bytes_of(range.len()),
        );
        self.store.trim(volume, range)?;
        self.records.add(volume, range, Mark::Cleared);
        let text = format!(
            "{size} of {} cleared, blocks {} to {}",
            id.name(),
            range.first,
            range.last
        );
        Ok(vec![self.event(EventKind::Written, &id, text)])
    }

    pub(in crate::cloud) fn write_bytes(&mut self, fields: &WriteBytes) -> Executed {
        let (id, disk, range) = self.blocks_of(&fields.disk, fields.index, fields.index)?;
        let size = usize::try_from(disk.block_size.bytes()).unwrap_or(usize::MAX);
        if fields.bytes.len() > size {
            return Err(CommandError::InvalidParameter {
                target: "bytes".to_owned(),
                message: format!("{} bytes do not fit a block of {size}", fields.bytes.len()),
            });
        }
        let (id, volume) = (id.clone(), disk.volume);
        let mut block = fields.bytes.clone();
        block.resize(size, 0);
        self.store.write_bytes(volume, fields.index, &block)?;
        self.records.add(volume, range, Mark::Bytes(block));
        let text = format!(
            "{} bytes written to block {} of {}",
            fields.bytes.len(),
            fields.index,
            id.name()
        );
        Ok(vec![self.event(EventKind::Written, &id, text)])
    }

    /// Writes new content to ranges in turn, in the store and in the record: to all of them or none.
    pub(in crate::cloud) fn write_seeded(
        &mut self,
        volume: VolumeId,
        ranges: &[BlockRange],
    ) -> Result<(), CommandError> {
        let mut seeds = self.write_seeds.clone();
        let writes: Vec<(BlockRange, u64)> =
            ranges.iter().map(|&range| (range, seeds.next())).collect();
        self.store.write_batch(volume, &writes)?;
        self.write_seeds = seeds;
        for (range, seed) in writes {
            self.records.add(volume, range, Mark::Seeded(seed));
        }
        Ok(())
    }

    fn blocks_of(
        &self,
        reference: &str,
        first: u64,
        last: u64,
    ) -> Result<(&ResourceId, &ManagedDisk, BlockRange), CommandError> {
        let (id, disk) = self.find_disk(reference, "disk")?;
        let blocks = disk.block_size.blocks_in(disk.size);
        match BlockRange::new(first, last) {
            Some(range) if last < blocks => Ok((id, disk, range)),
            Some(_) => Err(CommandError::InvalidParameter {
                target: "last".to_owned(),
                message: match blocks {
                    0 => format!(
                        "the size of `{}` is unknown; give it one with resizeDisk",
                        disk.name
                    ),
                    _ => format!(
                        "block {last} lies outside `{}`, which has blocks 0 to {}",
                        disk.name,
                        blocks - 1
                    ),
                },
            }),
            None => Err(CommandError::InvalidParameter {
                target: "last".to_owned(),
                message: format!("the last block, {last}, lies before the first, {first}"),
            }),
        }
    }
}
