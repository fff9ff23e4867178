//! Cutting a JSON text into pieces while it comes in: each document, and each item of a long list, alone.
//!
//! Only as much text is kept as the piece that is open. What a piece holds is left to the parser; here
//! only brackets and texts are told apart.

use rplab_scan::{Doc, Extent, Kind, Tape};

/// The keys of a wrapper whose lists are handed over item by item.
const LISTS: [&str; 3] = ["value", "data", "machines"];
/// How deep a piece may be nested; what reads it goes no deeper either.
const MAX_DEPTH: usize = 120;
/// The largest piece, in bytes. A resource is a few thousand.
const MAX_PIECE: usize = 64 << 20;

/// Line and column, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) line: u64,
    pub(super) column: u64,
}

/// What is wrong with the text, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) position: Position,
    pub(super) reason: String,
}

/// A part of the text.
#[derive(Clone, Copy, Debug)]
pub(super) enum Piece<'a> {
    /// An item of a list: of the document itself, or of the list under this key of it.
    Item {
        list: Option<&'static str>,
        at: usize,
        text: &'a [u8],
        /// Taken apart, where it is a plain object.
        doc: Option<Doc<'a>>,
    },
    /// A document that is a list ends.
    List,
    /// A document that is an object; lists that were handed over are empty in it.
    Document {
        text: &'a [u8],
        /// Taken apart, where it is a plain object.
        doc: Option<Doc<'a>>,
    },
}

/// Who takes the pieces: the number of the document, from 0, the piece, and where it begins.
pub(super) type Take<'t> = dyn FnMut(usize, Piece<'_>, Position) -> Result<(), Fault> + 't;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before a document, or after the last one.
    Between,
    /// Within an object that is a document.
    Object,
    /// At the start of a list: an item or its end.
    First,
    /// After a comma in a list: an item.
    Next,
    /// After an item: a comma or the end.
    After,
    /// Within an item that ends with a bracket or a quote.
    Item,
    /// Within a number or a word.
    Scalar,
}

/// The text so far.
#[derive(Debug)]
pub(super) struct Splitter {
    state: State,
    documents: usize,
    /// Brackets that are open, and how many of them are around the items of a list.
    depth: usize,
    around: usize,
    in_string: bool,
    escaped: bool,
    /// The text of a document or an item that began in an earlier chunk.
    document: Vec<u8>,
    item: Vec<u8>,
    /// The last text directly within the document.
    key: Vec<u8>,
    list: Option<&'static str>,
    items: usize,
    /// Bytes before this chunk, and where the present line begins.
    offset: u64,
    line: u64,
    line_start: u64,
    document_start: Position,
    item_start: Position,
    tape: Tape,
    /// Whether the piece that ends now is on the tape already.
    is_taken: bool,
}

impl Splitter {
    /// The text begins on this line.
    pub(super) fn new(line: u64) -> Self {
        let start = Position { line, column: 1 };
        Self {
            state: State::Between,
            documents: 0,
            depth: 0,
            around: 0,
            in_string: false,
            escaped: false,
            document: Vec::new(),
            item: Vec::new(),
            key: Vec::new(),
            list: None,
            items: 0,
            offset: 0,
            line,
            line_start: 0,
            document_start: start,
            item_start: start,
            tape: Tape::default(),
            is_taken: false,
        }
    }

    /// Goes on with a chunk.
    pub(super) fn push(&mut self, chunk: &[u8], take: &mut Take<'_>) -> Result<(), Fault> {
        let mut at = 0;
        // The first byte of the open piece that lies in this chunk.
        let mut from = 0;
        while let Some(&byte) = chunk.get(at) {
            if self.in_string {
                at = self.within_string(chunk, at);
                if !self.in_string && self.state == State::Item && self.depth == self.around {
                    self.end_item(chunk, from, at, take)?;
                }
                continue;
            }
            if byte == b'\n' {
                self.line += 1;
                self.line_start = self.offset + at as u64 + 1;
            }
            match self.state {
                State::Object | State::Item => match byte {
                    b'"' => {
                        self.in_string = true;
                        self.key.clear();
                    }
                    b'[' if self.opens_list() => {
                        push_range(&mut self.document, chunk, from, at + 1);
                        self.begin_list(2);
                    }
                    b'{' | b'[' => {
                        self.depth += 1;
                        if self.depth > MAX_DEPTH {
                            let reason = format!("nested more than {MAX_DEPTH} deep");
                            return Err(self.fault(at, reason));
                        }
                    }
                    b'}' | b']' => {
                        self.depth = self.depth.saturating_sub(1);
                        if self.state == State::Item && self.depth == self.around {
                            self.end_item(chunk, from, at + 1, take)?;
                        } else if self.depth == 0 {
                            self.end_document(chunk, from, at + 1, take)?;
                        }
                    }
                    _ => {}
                },
                State::Scalar
                    if !matches!(byte, b',' | b']' | b'}' | b' ' | b'\t' | b'\r' | b'\n') => {}
                State::Scalar => {
                    self.end_item(chunk, from, at, take)?;
                    // This byte is read again as what comes after an item.
                    if byte != b'\n' {
                        continue;
                    }
                }
                _ if matches!(byte, b' ' | b'\t' | b'\r' | b'\n') => {}
                State::Between => {
                    self.document_start = self.position(at);
                    if let Some(extent) = self.whole_document(chunk, at) {
                        self.is_taken = true;
                        self.end_document(chunk, at, at + extent.length, take)?;
                        at = self.pass(at, extent);
                        continue;
                    }
                    match byte {
                        b'{' => {
                            (self.state, self.depth) = (State::Object, 1);
                            from = at;
                        }
                        b'[' => {
                            self.list = None;
                            self.begin_list(1);
                        }
                        _ => return Err(self.fault(at, "expected `{` or `[`".to_owned())),
                    }
                }
                State::First | State::After if byte == b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        self.state = State::Between;
                        take(self.documents, Piece::List, self.document_start)?;
                        self.documents += 1;
                    } else {
                        self.state = State::Object;
                        from = at;
                    }
                }
                State::After if byte == b',' => self.state = State::Next,
                State::First | State::Next if !matches!(byte, b',' | b']' | b'}' | b':') => {
                    from = at;
                    self.item_start = self.position(at);
                    // Most items lie in one chunk and are read in one go.
                    let rest = chunk.get(at..).unwrap_or_default();
                    if let Some(extent) = self.tape.take(rest) {
                        self.is_taken = true;
                        self.end_item(chunk, at, at + extent.length, take)?;
                        at = self.pass(at, extent);
                        continue;
                    }
                    self.state = State::Item;
                    match byte {
                        b'"' => self.in_string = true,
                        b'{' | b'[' => self.depth += 1,
                        _ => self.state = State::Scalar,
                    }
                }
                _ => return Err(self.fault(at, "expected a value, `,` or `]`".to_owned())),
            }
            at += 1;
        }
        self.keep(chunk, from)
    }

    /// The text ends.
    pub(super) fn finish(&self) -> Result<(), Fault> {
        match self.state {
            State::Between => Ok(()),
            _ => Err(self.fault(
                0,
                "EOF: the text ends before its brackets are closed".to_owned(),
            )),
        }
    }

    /// A document that lies in this chunk as a whole, with no list to be handed over item by item.
    fn whole_document(&mut self, chunk: &[u8], at: usize) -> Option<Extent> {
        let rest = chunk.get(at..)?;
        let extent = self.tape.take(rest)?;
        let doc = self.tape.doc(rest.get(..extent.length)?)?;
        let has_list = LISTS.into_iter().any(|name| {
            let member = doc.member(0, name);
            member.is_some_and(|member| doc.kind(member) == Kind::List)
        });
        (!has_list).then_some(extent)
    }

    /// The place behind a value that was read in one go.
    fn pass(&mut self, at: usize, extent: Extent) -> usize {
        if extent.lines > 0 {
            self.line += extent.lines;
            self.line_start = self.offset + (at + extent.line_start) as u64;
        }
        at + extent.length
    }

    /// Where a byte of this chunk stands.
    fn position(&self, at: usize) -> Position {
        Position {
            line: self.line,
            column: (self.offset + at as u64).saturating_sub(self.line_start) + 1,
        }
    }

    fn fault(&self, at: usize, reason: String) -> Fault {
        Fault {
            position: self.position(at),
            reason,
        }
    }

    /// Goes on to the end of the text, or to the next escape; where that is.
    fn within_string(&mut self, chunk: &[u8], at: usize) -> usize {
        if std::mem::take(&mut self.escaped) {
            return at + 1;
        }
        let rest = chunk.get(at..).unwrap_or_default();
        let ends = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'));
        let end = ends.map_or(chunk.len(), |end| at + end);
        if self.state == State::Object && self.depth == 1 && self.key.len() < 16 {
            push_range(&mut self.key, chunk, at, end.min(at + 16));
        }
        match chunk.get(end) {
            Some(b'\\') => self.escaped = true,
            Some(_) => self.in_string = false,
            None => return end,
        }
        end + 1
    }

    /// Whether the bracket that comes now begins a list that is handed over item by item.
    fn opens_list(&mut self) -> bool {
        if self.state != State::Object || self.depth != 1 {
            return false;
        }
        let key = &self.key;
        self.list = LISTS
            .into_iter()
            .find(|name| key.eq_ignore_ascii_case(name.as_bytes()));
        self.list.is_some()
    }

    fn begin_list(&mut self, around: usize) {
        self.state = State::First;
        self.depth = around;
        self.around = around;
        self.items = 0;
    }

    /// The piece taken apart, where it is a plain object.
    fn taken(&mut self, text: &[u8]) -> Option<Tape> {
        let mut tape = std::mem::take(&mut self.tape);
        let is_whole = std::mem::take(&mut self.is_taken)
            || tape
                .take(text)
                .is_some_and(|extent| extent.length == text.len());
        is_whole.then_some(tape)
    }

    fn end_item(
        &mut self,
        chunk: &[u8],
        from: usize,
        end: usize,
        take: &mut Take<'_>,
    ) -> Result<(), Fault> {
        let mut kept = std::mem::take(&mut self.item);
        let text = whole(&mut kept, chunk, from, end);
        let tape = self.taken(text);
        let piece = Piece::Item {
            list: self.list,
            at: self.items,
            text,
            doc: tape.as_ref().and_then(|tape| tape.doc(text)),
        };
        take(self.documents, piece, self.item_start)?;
        self.tape = tape.unwrap_or_default();
        self.items += 1;
        self.state = State::After;
        kept.clear();
        self.item = kept;
        Ok(())
    }

    fn end_document(
        &mut self,
        chunk: &[u8],
        from: usize,
        end: usize,
        take: &mut Take<'_>,
    ) -> Result<(), Fault> {
        let mut kept = std::mem::take(&mut self.document);
        let text = whole(&mut kept, chunk, from, end);
        let tape = self.taken(text);
        let doc = tape.as_ref().and_then(|tape| tape.doc(text));
        let piece = Piece::Document { text, doc };
        take(self.documents, piece, self.document_start)?;
        self.tape = tape.unwrap_or_default();
        self.documents += 1;
        self.state = State::Between;
        kept.clear();
        self.document = kept;
        Ok(())
    }

    /// Keeps what of the open piece lies in this chunk.
    fn keep(&mut self, chunk: &[u8], from: usize) -> Result<(), Fault> {
        self.offset += chunk.len() as u64;
        let open = match self.state {
            State::Object => &mut self.document,
            State::Item | State::Scalar => &mut self.item,
            _ => return Ok(()),
        };
        push_range(open, chunk, from, chunk.len());
        if open.len() > MAX_PIECE {
            let reason = format!("one entry is larger than {} MiB", MAX_PIECE >> 20);
            return Err(self.fault(0, reason));
        }
        Ok(())
    }
}

fn push_range(to: &mut Vec<u8>, chunk: &[u8], from: usize, end: usize) {
    to.extend_from_slice(chunk.get(from..end).unwrap_or_default());
}

/// What was kept of a piece and the rest of it.
fn whole<'a>(kept: &'a mut Vec<u8>, chunk: &'a [u8], from: usize, end: usize) -> &'a [u8] {
    if kept.is_empty() {
        return chunk.get(from..end).unwrap_or_default();
    }
    push_range(kept, chunk, from, end);
    kept
}

#[cfg(test)]
mod tests {
    use super::{Piece, Splitter};

    fn pieces(text: &str, size: usize) -> Result<Vec<String>, String> {
        let mut seen = Vec::new();
        let mut take = |document: usize, piece: Piece<'_>, start: super::Position| {
            let text = |text: &[u8]| String::from_utf8_lossy(text).into_owned();
            let told = match piece {
                Piece::Item {
                    list,
                    at,
                    text: own,
                    ..
                } => {
                    format!("{}[{at}]={}", list.unwrap_or(""), text(own))
                }
                Piece::List => "list".to_owned(),
                Piece::Document { text: own, .. } => text(own),
            };
            seen.push(format!("{document}:{}:{} {told}", start.line, start.column));
            Ok(())
        };
        let mut splitter = Splitter::new(1);
        let mut result = Ok(());
        for chunk in text.as_bytes().chunks(size) {
            result = result.and_then(|()| splitter.push(chunk, &mut take));
        }
        let result = result.and_then(|()| splitter.finish());
        result.map(|()| seen).map_err(|fault| {
            format!(
                "{}:{} {}",
                fault.position.line, fault.position.column, fault.reason
            )
        })
    }

    /// However the text is cut into chunks, the pieces are the same.
    fn always(text: &str) -> Result<Vec<String>, String> {
        let whole = pieces(text, text.len().max(1));
        for size in 1..text.len().min(40) {
            assert_eq!(pieces(text, size), whole, "chunks of {size}");
        }
        whole
    }

    #[test]
    fn lists_come_item_by_item_and_documents_whole() {
        assert_eq!(
            always("[{\"a\":[1,\"]\"]},\n 5, \"x\\\"\" ,null]").unwrap(),
            [
                "0:1:2 [0]={\"a\":[1,\"]\"]}",
                "0:2:2 [1]=5",
                "0:2:5 [2]=\"x\\\"\"",
                "0:2:12 [3]=null",
                "0:1:1 list"
            ]
        );
        assert_eq!(
            always(
                "{\"x\":\"value\",\"Value\":[{},[]],\"nextLink\":\"n\"} {\"value\":{\"data\":[1]}}"
            )
            .unwrap(),
            [
                "0:1:23 value[0]={}",
                "0:1:26 value[1]=[]",
                "0:1:1 {\"x\":\"value\",\"Value\":[],\"nextLink\":\"n\"}",
                "1:1:46 {\"value\":{\"data\":[1]}}"
            ]
        );
        assert_eq!(always("[]\n{}\n").unwrap(), ["0:1:1 list", "1:2:1 {}"]);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (text, told) in [
            ("[{}\n {}]", "2:2 expected a value"),
            ("[1,]", "1:4 expected a value"),
            ("[,1]", "1:2 expected a value"),
            ("[1}", "1:3 expected a value"),
            ("[{\"a\": 1}, {\"b\":\n", "2:1 EOF"),
            ("{\"a\": \"b", "1:9 EOF"),
            ("{} x", "1:4 expected `{`"),
        ] {
            let error = always(text).unwrap_err();
            assert!(error.starts_with(told), "{text}: {error}");
        }
        let deep = format!("[{}{}]", "[".repeat(500), "]".repeat(500));
        assert!(always(&deep).unwrap_err().contains("nested"));
    }
}
