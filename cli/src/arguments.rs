//! Words, switches and `--name value` pairs.

use std::collections::VecDeque;
use std::io::Read;

use crate::Refusal;

pub(crate) struct Arguments(VecDeque<String>);

impl Arguments {
    pub(crate) fn new(given: impl Iterator<Item = String>) -> Self {
        Self(given.collect())
    }

    pub(crate) fn word(&mut self) -> Option<String> {
        self.0.pop_front()
    }

    pub(crate) fn switch(&mut self, name: &str) -> bool {
        let at = self.0.iter().position(|argument| argument == name);
        at.and_then(|at| self.0.remove(at)).is_some()
    }

    pub(crate) fn value(&mut self, name: &str) -> Result<Option<String>, Refusal> {
        let Some(at) = self.0.iter().position(|argument| argument == name) else {
            return Ok(None);
        };
        self.0.remove(at);
        self.0
            .remove(at)
            .map(Some)
            .ok_or_else(|| Refusal(format!("{name} needs a value")))
    }

    /// What is left: files. An option that no one knows is refused.
    pub(crate) fn files(self) -> Result<Vec<String>, Refusal> {
        match self
            .0
            .iter()
            .find(|argument| argument.len() > 1 && argument.starts_with('-'))
        {
            Some(unknown) => Err(Refusal(format!("unknown option `{unknown}`"))),
            None => Ok(self.0.into()),
        }
    }
}

/// A file's bytes; `-` is the standard input.
pub(crate) fn read(file: &str) -> Result<Vec<u8>, Refusal> {
    let read = if file == "-" {
        let mut bytes = Vec::new();
        std::io::stdin()
            .lock()
            .read_to_end(&mut bytes)
            .map(|_| bytes)
    } else {
        std::fs::read(file)
    };
    read.map_err(|error| Refusal(unreadable(file, &error)))
}

/// A file's bytes, piece by piece.
pub(crate) fn pieces(file: &str, take: &mut dyn FnMut(&[u8])) -> Result<(), Refusal> {
    let failed = |error: std::io::Error| Refusal(unreadable(file, &error));
    let mut source = open(file)?;
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = source.read(&mut buffer).map_err(failed)?;
        match buffer.get(..read) {
            None | Some([]) => return Ok(()),
            Some(piece) => take(piece),
        }
    }
}

/// A file, or the standard input, to be read.
pub(crate) fn open(file: &str) -> Result<Box<dyn Read>, Refusal> {
    if file == "-" {
        return Ok(Box::new(std::io::stdin()));
    }
    match std::fs::File::open(file) {
        Ok(file) => Ok(Box::new(file)),
        Err(error) => Err(Refusal(unreadable(file, &error))),
    }
}

/// Why a file cannot be read, and what to do.
fn unreadable(file: &str, error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => {
            format!("there is no file `{file}`; check the name and the folder")
        }
        std::io::ErrorKind::PermissionDenied => {
            format!("`{file}` may not be read; check its permissions")
        }
        std::io::ErrorKind::IsADirectory => {
            format!("`{file}` is a folder; name the files in it")
        }
        _ => format!("`{file}` cannot be read: {error}"),
    }
}
