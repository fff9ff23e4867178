//! One input while it comes in: what it is, its pieces, and what they hold.

use super::assemble::Assembly;
use super::collect::Found;
use super::csv::Records;
use super::node::Node;
use super::recognise::{Form, form, wrong_json};
use super::rows::Rows;
use super::split::{Fault, Piece, Position, Splitter};
use super::text::Decoder;
use super::{Import, ImportError, Problem, Severity, declared, formats, twice};
use crate::json;
use crate::parts::Part;
use rplab_scan::Doc;
use serde_json::Value;

/// So much is looked at to tell what an input is.
const HEAD: usize = 64 * 1024;

/// What a fault is a fault of.
const IS_JSON: bool = true;

/// An input so far.
#[derive(Debug)]
pub(super) struct Input {
    decoder: Decoder,
    body: Body,
}

#[derive(Debug)]
enum Mode {
    /// What it is is not known yet.
    Head(Vec<u8>),
    Json(Splitter),
    Csv(Records, Rows),
}

#[derive(Debug)]
struct Body {
    name: String,
    mode: Mode,
    found: Found,
    passed_over: Option<String>,
    error: Option<ImportError>,
}

impl Input {
    pub(super) fn new(name: &str) -> Self {
        Self {
            decoder: Decoder::new(),
            body: Body {
                name: name.to_owned(),
                mode: Mode::Head(Vec::new()),
                found: Found::default(),
                passed_over: None,
                error: None,
            },
        }
    }

    pub(super) fn push(&mut self, chunk: &[u8], assembly: &mut Assembly) {
        if self.body.error.is_some() {
            return;
        }
        if Part::Formats.is_missing() && self.decoder.is_packed(chunk) {
            return self.body.lacks();
        }
        let body = &mut self.body;
        let decoded = self
            .decoder
            .push(chunk, &mut |text| body.text(text, assembly));
        body.damaged(decoded);
    }

    /// The input ends; what it had is in the assembly, what was wrong in the import.
    pub(super) fn finish(
        mut self,
        assembly: &mut Assembly,
        import: &mut Import,
    ) -> Result<(), ImportError> {
        let mut body = self.body;
        let decoded = self.decoder.finish(&mut |text| body.text(text, assembly));
        body.damaged(decoded);
        body.end(assembly);
        if let Some(error) = body.error {
            return Err(error);
        }
        body.found.refuse_if_useless(&body.name)?;
        body.found.drain_into(import);
        if let Some(line) = body.passed_over {
            import.problems.push(Problem {
                code: "TextBeforeJson".to_owned(),
                path: body.name,
                message: format!("text before the JSON was passed over: `{line}`"),
                severity: Severity::Warning,
            });
        }
        Ok(())
    }
}

impl Body {
    fn damaged(&mut self, result: Result<(), &'static str>) {
        if let Err(reason) = result {
            self.error.get_or_insert_with(|| ImportError::Damaged {
                path: self.name.clone(),
                reason: reason.to_owned(),
            });
        }
    }

    fn text(&mut self, text: &[u8], assembly: &mut Assembly) {
        if self.error.is_some() {
            return;
        }
        match std::mem::replace(&mut self.mode, Mode::Head(Vec::new())) {
            Mode::Head(mut head) => {
                head.extend_from_slice(text);
                if head.len() < HEAD {
                    self.mode = Mode::Head(head);
                } else {
                    self.decide(&head, assembly);
                }
            }
            Mode::Json(mut splitter) => {
                let pushed = splitter.push(text, &mut |document, piece, start| {
                    self.piece(document, piece, start, assembly)
                });
                self.mode = Mode::Json(splitter);
                self.fault(pushed, IS_JSON);
            }
            Mode::Csv(mut records, mut rows) => {
                let pushed = formats::table(
                    &mut records,
                    &mut rows,
                    Some(text),
                    &self.name,
                    &mut self.found,
                    assembly,
                );
                self.mode = Mode::Csv(records, rows);
                self.fault(pushed, !IS_JSON);
            }
        }
    }

    /// What the input is, by its first bytes; they are read as that.
    fn decide(&mut self, head: &[u8], assembly: &mut Assembly) {
        match form(head) {
            Err((looks_like, instead)) => self.wrong(looks_like, instead),
            Ok(Form::Json { start }) => {
                let (before, rest) = head.split_at_checked(start).unwrap_or((&[], head));
                let lines = before.iter().filter(|byte| **byte == b'\n').count();
                let before = String::from_utf8_lossy(before);
                let line = before.trim().lines().next().map(str::to_owned);
                self.passed_over = line.filter(|line| !line.is_empty());
                self.mode = Mode::Json(Splitter::new(lines as u64 + 1));
                self.text(rest, assembly);
            }
            Ok(Form::Csv { .. }) if Part::Formats.is_missing() => self.lacks(),
            Ok(Form::Csv { header, rows }) => {
                self.mode = Mode::Csv(Records::new(&header), rows);
                self.text(head, assembly);
            }
        }
    }

    fn end(&mut self, assembly: &mut Assembly) {
        if self.error.is_some() {
            return;
        }
        if let Mode::Head(head) = &mut self.mode {
            let head = std::mem::take(head);
            self.decide(&head, assembly);
        }
        if self.error.is_some() {
            return;
        }
        match std::mem::replace(&mut self.mode, Mode::Head(Vec::new())) {
            Mode::Head(_) => {}
            Mode::Json(splitter) => self.fault(splitter.finish(), IS_JSON),
            Mode::Csv(mut records, mut rows) => {
                self.found.lists += 1;
                let ended = formats::table(
                    &mut records,
                    &mut rows,
                    None,
                    &self.name,
                    &mut self.found,
                    assembly,
                );
                self.mode = Mode::Csv(records, rows);
                self.fault(ended, !IS_JSON);
            }
        }
    }

    fn fault(&mut self, result: Result<(), Fault>, is_json: bool) {
        let Err(Fault { position, reason }) = result else {
            return;
        };
        let path = self.name.clone();
        self.error.get_or_insert(if is_json {
            ImportError::BrokenJson {
                path,
                line: position.line,
                column: position.column,
                reason,
            }
        } else {
            ImportError::Damaged {
                path,
                reason: format!("line {}: {reason}", position.line),
            }
        });
    }

    /// What the input is is read by a part that is not loaded.
    fn lacks(&mut self) {
        let error = ImportError::PartNotLoaded(Part::Formats);
        self.error.get_or_insert(error);
    }

    /// Collects the resources of a document or of an item of a list.
    fn read(&mut self, value: Value, path: String) {
        if Part::Formats.is_missing() && declared::declares(&value).is_some() {
            return self.lacks();
        }
        self.found.read(value, path);
    }

    fn wrong(&mut self, looks_like: &str, instead: &str) {
        self.error.get_or_insert(ImportError::WrongInput {
            path: self.name.clone(),
            looks_like: looks_like.to_owned(),
            instead: instead.to_owned(),
        });
    }

    fn piece(
        &mut self,
        document: usize,
        piece: Piece<'_>,
        start: Position,
        assembly: &mut Assembly,
    ) -> Result<(), Fault> {
        let mut path = self.name.clone();
        if document > 0 {
            path = format!("{path}#{}", document + 1);
        }
        match piece {
            Piece::List => self.found.lists += 1,
            Piece::Item {
                list: Some("machines"),
                at,
                text,
                ..
            } => {
                let value = parse(text, start)?;
                self.found.own_machine(&value, &path, Some(at));
            }
            Piece::Item {
                list,
                at,
                text,
                doc,
            } => {
                let dot = if list.is_some() { "." } else { "" };
                path = format!("{path}{dot}{}[{at}]", list.unwrap_or_default());
                if self.plain(doc, &path, assembly) {
                    return Ok(());
                }
                self.read(parse(text, start)?, path);
            }
            Piece::Document { text, doc } => {
                if self.plain(doc, &path, assembly) {
                    return Ok(());
                }
                let value = parse(text, start)?;
                if let Some((looks_like, instead)) = wrong_json(&value) {
                    self.wrong(looks_like, instead);
                    // Not looked at, for the error is there already.
                    return Err(Fault {
                        position: start,
                        reason: String::new(),
                    });
                }
                self.read(value, path);
            }
        }
        assembly.take(&mut self.found);
        Ok(())
    }
}

impl Body {
    /// Takes a resource that needs no further look; whether it was one.
    fn plain(&mut self, doc: Option<Doc<'_>>, path: &str, assembly: &mut Assembly) -> bool {
        let Some(doc) = doc else {
            return false;
        };
        if let Some(kind) = assembly.again(doc, path) {
            self.found.note(&kind);
            return true;
        }
        let node = Node::Cell(doc, 0);
        let Some(kind) = self.found.plain(node) else {
            twice::look(node, path, &mut self.found.problems);
            return false;
        };
        assembly.entry(&kind, node, path, &mut self.found);
        true
    }
}

/// A piece as a value.
fn parse(text: &[u8], start: Position) -> Result<Value, Fault> {
    let at = |line: usize, column: usize| Position {
        line: start.line + (line as u64).saturating_sub(1),
        column: column as u64 + if line <= 1 { start.column - 1 } else { 0 },
    };
    let read = std::str::from_utf8(text).map_err(|error| {
        let valid = text.get(..error.valid_up_to()).unwrap_or_default();
        let lines = valid.iter().filter(|byte| **byte == b'\n').count();
        let column = valid
            .iter()
            .rev()
            .take_while(|byte| **byte != b'\n')
            .count();
        Fault {
            position: at(lines + 1, column + 1),
            reason: "the text is not UTF-8; save it as UTF-8".to_owned(),
        }
    })?;
    json::parse(read).map_err(|error| {
        let reason = error.to_string();
        let reason = reason.split(" at line ").next().unwrap_or_default();
        Fault {
            position: at(error.line(), error.column()),
            reason: reason.to_owned(),
        }
    })
}
