//! A fleet over Spark on a local cluster: `examples/spark` with the packed package. Runs only by its name.

use super::consumer::Consumer;
use super::node::node_test;
use super::{Context, Counted};
use crate::failure::Outcome;
use crate::{npm_package, setup, workspace};

pub(super) fn run(context: &Context) -> Outcome<Counted> {
    let python = setup::spark()?.display().to_string();
    let tarball = npm_package::build(context.tools()?, None)?;
    let consumer = Consumer::install(&tarball)?;
    consumer.bring("bench", "large-fleet.mjs")?;
    let files = consumer.bring("spark", ".test.mjs")?;
    let example = workspace::root().join("examples/spark");
    let environment = [
        ("RPLAB_SPARK", python.as_str()),
        ("RPLAB_EXAMPLE", &example.display().to_string()),
    ];
    node_test(context, "spark", consumer.folder(), &files, &environment, 1)
}
