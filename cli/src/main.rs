//! `rplab check FILE...` assesses an inventory, `rplab run SCENARIO` plays a scenario: natively, with the
//! functions that the npm package has.
//!
//! Exit code 0: every VM can be protected, every expectation holds; 1: not, or a VM was left out; 2: an input cannot be used.

/// Prints a line. A reader that has gone away, as `head` does, is no error.
macro_rules! say {
    ($($line:tt)*) => {{
        use std::io::Write as _;
        let _gone = writeln!(std::io::stdout(), $($line)*);
    }};
}

mod arguments;
mod check;
mod ndjson;
mod run;

use std::fmt;
use std::process::ExitCode;

use arguments::Arguments;
use rplab_core::api::InputError;

const USAGE: &str = "\
usage: rplab check FILE... [--json | --ndjson] [--service NAME] [--edition NAME] [--strict] [--options FILE]
       rplab run SCENARIO [--json]
A file named - is the standard input; that of --options has the question: vault, policy, request, restore.";

/// The exit code for input that cannot be used.
const MALFORMED: u8 = 2;

fn main() -> ExitCode {
    let mut arguments = Arguments::new(std::env::args().skip(1));
    if arguments.switch("--help") {
        say!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let outcome = match arguments.word().as_deref() {
        Some("check") => check::check(arguments),
        Some("run") => run::run(arguments),
        Some("help" | "-h") => {
            say!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Some(other) => Err(Refusal(format!("no command `{other}`\n{USAGE}"))),
        None => Err(Refusal(USAGE.to_owned())),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(refusal) => {
            eprintln!("rplab: {refusal}");
            ExitCode::from(MALFORMED)
        }
    }
}

/// Why nothing was done.
#[derive(Debug)]
struct Refusal(String);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<InputError> for Refusal {
    fn from(error: InputError) -> Self {
        let InputError {
            code,
            path,
            message,
        } = error;
        let place = if path.is_empty() {
            String::new()
        } else {
            format!(" at {path}")
        };
        Self(format!("{message} ({code}{place})"))
    }
}
