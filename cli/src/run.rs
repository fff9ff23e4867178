//! `rplab run`: plays a scenario and holds it against its expectations.

use rplab_core::api::run_scenario;
use serde_json::Value;

use crate::Refusal;
use crate::arguments::{Arguments, read};

/// Whether every expectation holds.
pub(crate) fn run(mut arguments: Arguments) -> Result<bool, Refusal> {
    let json = arguments.switch("--json");
    let files = arguments.files()?;
    let [file] = files.as_slice() else {
        return Err(Refusal(
            "name one scenario, or - for the standard input".to_owned(),
        ));
    };
    let scenario: Value = serde_json::from_slice(&read(file)?)
        .map_err(|error| Refusal(format!("{file}: {error}")))?;
    let result = run_scenario(scenario)?;
    if json {
        say!("{:#}", rplab_core::json::write(&result));
        return Ok(result.met);
    }
    say!("{}", result.report);
    for expectation in &result.expectations {
        let verdict = if expectation.met {
            "holds"
        } else {
            "DOES NOT HOLD"
        };
        say!(
            "expectation {} after {} commands {verdict}",
            expectation.index,
            expectation.after_commands
        );
        for difference in &expectation.differences {
            say!("  {difference}");
        }
    }
    say!("digest {}", result.digest);
    Ok(result.met)
}
