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
    read.map_err(|error| Refusal(format!("{file}: {error}")))
}
