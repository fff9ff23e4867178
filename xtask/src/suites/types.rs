//! The package's types, as TypeScript users resolve them. Each file and way to resolve is a test.

use super::{Context, Counted};
use crate::failure::Outcome;
use crate::process;
use crate::tally::Tally;

const RESOLUTIONS: [(&str, &str); 2] = [("nodenext", "nodenext"), ("esnext", "bundler")];

pub(super) fn run(context: &Context) -> Outcome<Counted> {
    let consumer = context.consumer()?;
    let mut tally = Tally::default();
    for name in consumer.bring("packaging", ".ts")? {
        for (module, resolution) in RESOLUTIONS {
            let mut tsc = context.tools()?.command("tsc");
            tsc.args([
                "--ignoreConfig",
                "--noEmit",
                "--strict",
                "--exactOptionalPropertyTypes",
                "--target",
                "es2022",
            ])
            .args([
                "--lib",
                "es2022,dom",
                "--types",
                "",
                "--module",
                module,
                "--moduleResolution",
                resolution,
            ])
            .arg(&name)
            .current_dir(consumer.folder());
            let passed = process::read_lines(&mut tsc, |_| {})?;
            println!(
                "types {name} ({resolution}) ... {}",
                if passed { "ok" } else { "FAILED" }
            );
            if passed {
                tally.passed += 1;
            } else {
                tally.failed += 1;
            }
        }
    }
    Ok(Counted {
        ended_well: tally.failed == 0,
        tally,
    })
}
