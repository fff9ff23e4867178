//! The command line: words, `--name` switches and `--name value` pairs.

use std::collections::VecDeque;

use crate::failure::{Failure, Outcome};

pub(crate) struct Flags {
    arguments: VecDeque<String>,
}

impl Flags {
    pub(crate) fn from_arguments(arguments: impl Iterator<Item = String>) -> Self {
        Self {
            arguments: arguments.collect(),
        }
    }

    /// The next argument, whatever it is.
    pub(crate) fn next_word(&mut self) -> Option<String> {
        self.arguments.pop_front()
    }

    /// Takes a switch such as `--quick` out of the arguments.
    pub(crate) fn switch(&mut self, name: &str) -> bool {
        let at = self.arguments.iter().position(|argument| argument == name);
        at.and_then(|index| self.arguments.remove(index)).is_some()
    }

    /// Takes `--name VALUE` or `--name=VALUE` out of the arguments.
    pub(crate) fn value(&mut self, name: &str) -> Outcome<Option<String>> {
        let inline = format!("{name}=");
        for index in 0..self.arguments.len() {
            let Some(argument) = self.arguments.get(index) else {
                break;
            };
            if let Some(value) = argument.strip_prefix(&inline) {
                let value = value.to_owned();
                self.arguments.remove(index);
                return Ok(Some(value));
            }
            if argument == name {
                self.arguments.remove(index);
                return match self.arguments.remove(index) {
                    Some(value) => Ok(Some(value)),
                    None => Err(Failure::new(format!("{name} needs a value"))),
                };
            }
        }
        Ok(None)
    }

    /// All that is left, in order.
    pub(crate) fn rest(&mut self) -> Vec<String> {
        self.arguments.drain(..).collect()
    }

    /// Refuses what no one asked for.
    pub(crate) fn finish(&self) -> Outcome<()> {
        match self.arguments.front() {
            None => Ok(()),
            Some(extra) => Err(Failure::new(format!("unexpected argument `{extra}`"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags(line: &str) -> Flags {
        Flags::from_arguments(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn values_may_stand_apart_or_behind_an_equals_sign() {
        let mut apart = flags("--port 9000 x");
        assert_eq!(apart.value("--port").unwrap().as_deref(), Some("9000"));
        assert_eq!(apart.rest(), ["x"]);
        let mut inline = flags("x --port=9000");
        assert_eq!(inline.value("--port").unwrap().as_deref(), Some("9000"));
        assert_eq!(inline.rest(), ["x"]);
    }

    #[test]
    fn a_value_that_is_missing_is_refused_by_name() {
        let failure = flags("--port").value("--port").unwrap_err();
        assert_eq!(failure.to_string(), "--port needs a value");
    }

    #[test]
    fn leftovers_are_refused_by_name() {
        let mut given = flags("--quick --slow");
        assert!(given.switch("--quick"));
        assert_eq!(
            given.finish().unwrap_err().to_string(),
            "unexpected argument `--slow`"
        );
    }
}
