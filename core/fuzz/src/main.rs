//! `rplab-store-fuzz [--target store|requests|readers] [--runs N] [--seed N] [FILE...]`: operations on the block store,
//! compared with a naive model, requests to the endpoint, or inventories to every reader; guided by what they reach in the code.
//!
//! An input that reaches an edge of the code that none before it did, or an edge more often, is kept
//! and changed further. The same seed and build give the same runs. An input that fails is made
//! smaller and printed; kept as a file in `regressions`, or `regressions/requests`, it is played first each time.
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
mod requests;

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

/// What is fuzzed.
#[derive(Clone, Copy)]
struct Target {
    /// Where inputs are that failed once.
    folder: &'static str,
    /// Plays an input; panics where it fails.
    play: fn(&Input),
    /// Prints what an input does.
    show: fn(&Input),
    runs: u64,
}

const STORE: Target = Target {
    folder: "regressions",
    play,
    show,
    runs: 3_000,
};

const REQUESTS: Target = Target {
    folder: "regressions/requests",
    play: requests::play,
    show: requests::show,
    runs: 600,
};

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

fn show(input: &Input) {
    let (blocks, full) = input.disk();
    println!("fuzz      {blocks} blocks, written in full at first: {full}");
    for (op, _) in input.operations() {
        println!("fuzz      {op:?}");
    }
}

impl Target {
    fn fails(&self, input: &Input) -> bool {
        catch_unwind(AssertUnwindSafe(|| (self.play)(input))).is_err()
    }
}

/// An input that still fails, with as few operations as can be had by leaving some out.
fn smaller(target: Target, mut input: Input) -> Input {
    let mut count = input.steps().count() / 2;
    while count > 0 {
        let mut at = 0;
        while let Some(less) = input.without(at, count) {
            if target.fails(&less) {
                input = less;
            } else {
                at += count;
            }
        }
        count /= 2;
    }
    input
}

fn report(target: Target, input: Input) -> ExitCode {
    let quiet = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let input = smaller(target, input);
    std::panic::set_hook(quiet);
    println!("fuzz      FAILED");
    (target.show)(&input);
    println!(
        "fuzz      as a file for core/fuzz/{}:\n{}",
        target.folder,
        input.hex()
    );
    // Once more, for the message.
    target.fails(&input);
    ExitCode::FAILURE
}

/// The inputs of files, or of all files in the target's folder.
fn kept(target: Target, files: Vec<PathBuf>) -> Result<Vec<(PathBuf, Input)>, String> {
    let mut files = files;
    if files.is_empty() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(target.folder);
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        files = entries.map(|entry| entry.path()).collect();
        files.retain(|file| file.is_file());
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
    target: Target,
    /// Every reader of inventories instead of the target.
    readers: bool,
    runs: Option<u64>,
    seed: u64,
    files: Vec<PathBuf>,
}

fn arguments() -> Result<Arguments, String> {
    let mut arguments = Arguments {
        target: STORE,
        readers: false,
        runs: None,
        seed: 1,
        files: Vec::new(),
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut next = || words.next().unwrap_or_default();
        let number = |text: String| {
            let number = text.parse();
            number.map_err(|_| format!("{word} needs a number"))
        };
        match word.as_str() {
            "--target" => {
                arguments.target = match next().as_str() {
                    "store" => STORE,
                    "requests" => REQUESTS,
                    "readers" => {
                        arguments.readers = true;
                        continue;
                    }
                    other => {
                        return Err(format!("no target {other:?}; store, requests or readers"));
                    }
                }
            }
            "--runs" => arguments.runs = Some(number(next())?),
            "--seed" => arguments.seed = number(next())?,
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
    if arguments.readers {
        return readers::fuzz(arguments.runs.unwrap_or(readers::RUNS), arguments.seed);
    }
    let target = arguments.target;
    let runs = arguments.runs.unwrap_or(target.runs);
    let only_files = !arguments.files.is_empty();
    for (file, input) in kept(target, arguments.files)? {
        if target.fails(&input) {
            println!("fuzz      {}", file.display());
            return Ok(report(target, input));
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
    for run in 0..runs {
        let input = if run < FIRST {
            Input::random(&mut stream)
        } else {
            let mut one = || &corpus[stream.below(corpus.len() as u64) as usize];
            let (input, other) = (one(), one());
            input.changed(other, &mut stream)
        };
        coverage::clear();
        if target.fails(&input) {
            println!("fuzz      run {run}");
            return Ok(report(target, input));
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
        runs,
        coverage::edges(),
    );
    if runs > 10 * FIRST && edges <= at_first {
        return Err("nothing new was reached: the guide does not work".to_owned());
    }
    Ok(ExitCode::SUCCESS)
}
