//! `rplab-store-fuzz [--runs N] [--readers N] [--seed N] [FILE...]`: operations on the block store, guided by what they
//! reach in its code, and compared with a naive model; then every reader of inventories, N runs each.
//!
//! An input that reaches an edge of the code that none before it did, or an edge more often, is kept
//! and changed further. The same seed and build give the same runs. An input that fails is made
//! smaller and printed; kept as a file in `regressions`, it is played first each time.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a fuzz target fails by panicking"
)]

mod coverage;
mod input;
#[path = "../../tests/store_model/oracle.rs"]
mod oracle;
#[path = "../../tests/store_model/pair.rs"]
#[allow(dead_code, reason = "shared with the model tests, which use all of it")]
mod pair;
mod readers;

use coverage::Reached;
use input::Input;
use pair::Pair;
use rplab_core::prng::Stream;
use rplab_core::units::BlockSize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Inputs made at random before any is changed.
const FIRST: u64 = 32;
/// Operations between two full comparisons; the store's own recount runs after each.
const FULL_CHECK: usize = 8;

/// Plays an input. Panics where store and model differ.
fn play(input: &Input) {
    let (blocks, full) = input.disk();
    let mut pair = Pair::with_disk(BlockSize::MIN, blocks, full);
    for (at, (op, members)) in input.operations().iter().enumerate() {
        let _nothing_to_do_it_to = pair.apply(op);
        pair.store.check_invariants().unwrap();
        if at % FULL_CHECK == FULL_CHECK - 1 {
            pair.check(*members);
        }
    }
    pair.check(0x5a5a);
    pair.check_digests();
}

fn fails(input: &Input) -> bool {
    catch_unwind(AssertUnwindSafe(|| play(input))).is_err()
}

/// An input that still fails, with as few operations as can be had by leaving some out.
fn smaller(mut input: Input) -> Input {
    let mut count = input.operations().len() / 2;
    while count > 0 {
        let mut at = 0;
        while let Some(less) = input.without(at, count) {
            if fails(&less) {
                input = less;
            } else {
                at += count;
            }
        }
        count /= 2;
    }
    input
}

fn report(input: Input) -> ExitCode {
    let quiet = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let input = smaller(input);
    std::panic::set_hook(quiet);
    let (blocks, full) = input.disk();
    println!("fuzz      FAILED: {blocks} blocks, written in full at first: {full}");
    for (op, _) in input.operations() {
        println!("fuzz      {op:?}");
    }
    println!(
        "fuzz      as a file for core/fuzz/regressions:\n{}",
        input.hex()
    );
    // Once more, for the message.
    fails(&input);
    ExitCode::FAILURE
}

/// The inputs of files, or of all files in `regressions`.
fn kept(files: Vec<PathBuf>) -> Result<Vec<(PathBuf, Input)>, String> {
    let mut files = files;
    if files.is_empty() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("regressions");
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        files = entries.map(|entry| entry.path()).collect();
        files.sort();
    }
    let read = |file: PathBuf| {
        let text = std::fs::read_to_string(&file).map_err(|error| error.to_string());
        let input = text.and_then(|text| Input::from_hex(&text).ok_or("no hex digits".to_owned()));
        input
            .map(|input| (file.clone(), input))
            .map_err(|error| format!("{}: {error}", file.display()))
    };
    files.into_iter().map(read).collect()
}

struct Arguments {
    runs: u64,
    readers: u64,
    seed: u64,
    files: Vec<PathBuf>,
}

fn arguments() -> Result<Arguments, String> {
    let mut arguments = Arguments {
        runs: 3_000,
        readers: 200,
        seed: 1,
        files: Vec::new(),
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut number = || {
            let text = words.next().unwrap_or_default();
            text.parse().map_err(|_| format!("{word} needs a number"))
        };
        match word.as_str() {
            "--runs" => arguments.runs = number()?,
            "--readers" => arguments.readers = number()?,
            "--seed" => arguments.seed = number()?,
            file => arguments.files.push(PathBuf::from(file)),
        }
    }
    Ok(arguments)
}

fn main() -> ExitCode {
    match arguments().and_then(fuzz) {
        Ok(code) => code,
        Err(message) => {
            eprintln!("fuzz      {message}");
            ExitCode::FAILURE
        }
    }
}

fn fuzz(arguments: Arguments) -> Result<ExitCode, String> {
    let only_files = !arguments.files.is_empty();
    for (file, input) in kept(arguments.files)? {
        if fails(&input) {
            println!("fuzz      {}", file.display());
            return Ok(report(input));
        }
    }
    if only_files {
        println!("fuzz      every file passed");
        return Ok(ExitCode::SUCCESS);
    }
    if coverage::edges() == 0 {
        return Err("built without counters; run `cargo xtask fuzz`".to_owned());
    }
    let mut stream = Stream::named(arguments.seed, "fuzz");
    let mut reached = Reached::nothing();
    let mut corpus: Vec<Input> = Vec::new();
    let mut at_first = 0;
    for run in 0..arguments.runs {
        let input = if run < FIRST {
            Input::random(&mut stream)
        } else {
            let mut one = || &corpus[stream.below(corpus.len() as u64) as usize];
            let (input, other) = (one(), one());
            input.changed(other, &mut stream)
        };
        coverage::clear();
        if fails(&input) {
            println!("fuzz      run {run}");
            return Ok(report(input));
        }
        if reached.add() > 0 || run == 0 {
            corpus.push(input);
        }
        if run + 1 == FIRST {
            at_first = reached.edges();
        }
    }
    let (edges, kept) = (reached.edges(), corpus.len());
    println!(
        "fuzz      {} runs, {kept} inputs kept, {edges} edges of {} ({at_first} after the first {FIRST})",
        arguments.runs,
        coverage::edges(),
    );
    if arguments.runs > 10 * FIRST && edges <= at_first {
        return Err("nothing new was reached: the guide does not work".to_owned());
    }
    readers::fuzz(arguments.readers, arguments.seed)
}
