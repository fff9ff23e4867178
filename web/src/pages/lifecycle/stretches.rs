//! A lane in stretches of columns that look alike.

use rplab_core::api::{BlockColumn, BlockLane};

/// A stretch of columns that look alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) from: u32,
    pub(super) columns: u32,
    pub(super) writer: u32,
    pub(super) pays: bool,
}

/// A lane in stretches.
pub(super) fn stretches(lane: &BlockLane) -> Vec<Stretch> {
    let mut found: Vec<Stretch> = Vec::new();
    for (at, column) in (0_u32..).zip(&lane.columns) {
        let Some(BlockColumn { writer, pays }) = column else {
            continue;
        };
        match found.last_mut() {
            Some(last)
                if last.from + last.columns == at
                    && last.writer == *writer
                    && last.pays == *pays =>
            {
                last.columns += 1
            }
            _ => found.push(Stretch {
                from: at,
                columns: 1,
                writer: *writer,
                pays: *pays,
            }),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Stretch, stretches};
    use rplab_core::api::{BlockColumn, BlockLane};

    #[test]
    fn columns_that_look_alike_are_one_stretch() {
        let id: rplab_core::ids::ResourceId =
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/d"
                .parse()
                .unwrap();
        let column = |writer, pays| Some(BlockColumn { writer, pays });
        let lane = BlockLane {
            restore_point: id.clone(),
            name: "p".to_owned(),
            disk_restore_point: id,
            columns: vec![
                column(0, true),
                column(0, true),
                None,
                column(0, true),
                column(1, true),
                column(1, false),
            ],
        };
        let stretch = |from, columns, writer, pays| Stretch {
            from,
            columns,
            writer,
            pays,
        };
        assert_eq!(
            stretches(&lane),
            [
                stretch(0, 2, 0, true),
                stretch(3, 1, 0, true),
                stretch(4, 1, 1, true),
                stretch(5, 1, 1, false)
            ]
        );
    }
}
