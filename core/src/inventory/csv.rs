//! CSV while it comes in: one record after the other, quoted as RFC 4180 has it.

use super::split::{Fault, Position};

/// A record: its cells, and the line it begins on.
pub(super) type TakeRecord<'t> = dyn FnMut(Vec<String>, u64) -> Result<(), Fault> + 't;

/// The largest record, in bytes.
const MAX_RECORD: usize = 16 << 20;

/// The records so far.
#[derive(Debug)]
pub(super) struct Records {
    separator: u8,
    record: Vec<String>,
    cell: Vec<u8>,
    length: usize,
    quoted: bool,
    /// The last byte was a quote within quotes: the end of the cell, or the first half of a quote.
    quote: bool,
    line: u64,
    start: u64,
}

impl Records {
    /// Records whose cells are separated by what separates those of the header: a comma, or a semicolon or
    /// tab where there are more of these.
    pub(super) fn new(header: &str) -> Self {
        let count = |separator: char| header.matches(separator).count();
        let separator = [';', '\t']
            .into_iter()
            .find(|other| count(*other) > count(','));
        Self {
            separator: match separator {
                Some(';') => b';',
                Some(_) => b'\t',
                None => b',',
            },
            record: Vec::new(),
            cell: Vec::new(),
            length: 0,
            quoted: false,
            quote: false,
            line: 1,
            start: 1,
        }
    }

    /// Goes on with a chunk.
    pub(super) fn push(&mut self, chunk: &[u8], take: &mut TakeRecord<'_>) -> Result<(), Fault> {
        for byte in chunk {
            let was_quote = std::mem::take(&mut self.quote);
            match byte {
                b'"' if was_quote => {
                    self.quoted = true;
                    self.cell.push(b'"');
                }
                b'"' if self.quoted => (self.quoted, self.quote) = (false, true),
                b'"' => self.quoted = true,
                b'\n' if !self.quoted => {
                    self.end_record(take)?;
                    self.line += 1;
                    self.start = self.line;
                }
                b'\r' if !self.quoted => {}
                separator if *separator == self.separator && !self.quoted => self.end_cell()?,
                other => {
                    self.line += u64::from(*other == b'\n');
                    self.cell.push(*other);
                    self.length += 1;
                }
            }
            if self.length > MAX_RECORD {
                return Err(self.fault("a row is larger than 16 MiB; a quote may be missing"));
            }
        }
        Ok(())
    }

    /// The text ends.
    pub(super) fn finish(&mut self, take: &mut TakeRecord<'_>) -> Result<(), Fault> {
        if self.quoted {
            return Err(self.fault("EOF: a quote of this row is not closed"));
        }
        if self.cell.is_empty() && self.record.is_empty() {
            return Ok(());
        }
        self.end_record(take)
    }

    fn end_cell(&mut self) -> Result<(), Fault> {
        let cell = std::mem::take(&mut self.cell);
        let Ok(cell) = String::from_utf8(cell) else {
            return Err(self.fault("the text is not UTF-8; save it as UTF-8"));
        };
        self.record.push(cell.trim().to_owned());
        Ok(())
    }

    fn end_record(&mut self, take: &mut TakeRecord<'_>) -> Result<(), Fault> {
        self.end_cell()?;
        self.length = 0;
        let record = std::mem::take(&mut self.record);
        if record.iter().all(String::is_empty) {
            return Ok(());
        }
        take(record, self.start)
    }

    fn fault(&self, reason: &str) -> Fault {
        Fault {
            position: Position {
                line: self.start,
                column: 1,
            },
            reason: reason.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Records;

    #[test]
    fn quotes_lines_and_separators() {
        let text = "a;b\r\n\"x;\"\"y\"\"\n z\";2\r\n;\n\n3;\"4\"";
        for size in [1, 2, 3, 100] {
            let mut rows = Vec::new();
            let mut take = |row: Vec<String>, line: u64| {
                rows.push((line, row.join("|")));
                Ok(())
            };
            let mut records = Records::new("a;b");
            for chunk in text.as_bytes().chunks(size) {
                records.push(chunk, &mut take).unwrap();
            }
            records.finish(&mut take).unwrap();
            let told: Vec<String> = rows
                .into_iter()
                .map(|(line, row)| format!("{line} {row}"))
                .collect();
            assert_eq!(told, ["1 a|b", "2 x;\"y\"\n z|2", "6 3|4"]);
        }
        let mut open = Records::new("a,b");
        open.push(b"a,b\n\"x,1\n", &mut |_, _| Ok(())).unwrap();
        assert_eq!(
            open.finish(&mut |_, _| Ok(())).unwrap_err().position.line,
            2
        );
    }
}
