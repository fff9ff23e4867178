//! Child processes: with a clean environment, quietly watched or with their output passed on.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::failure::{Doing, Failure, Outcome};
use crate::timing::Stopwatch;
use crate::workspace;

/// A command in the workspace's folder, without what cargo told this process about its own build:
/// `CARGO` and `RUSTC` would send children to the wrong compiler.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(workspace::root()).stdin(Stdio::null());
    command.env_remove("CARGO").env_remove("RUSTC");
    for (name, _) in std::env::vars_os() {
        let name_text = name.to_string_lossy();
        if name_text.starts_with("CARGO_PKG_") || name_text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// Runs to the end with output passed on.
pub(crate) fn run(command: &mut Command) -> Outcome<()> {
    let status = command
        .status()
        .doing(|| format!("starting {}", named(command)))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::new(format!(
            "{} failed ({status})",
            named(command)
        )))
    }
}

/// The trimmed standard output of a short command; `None` where it cannot be started or fails.
pub(crate) fn answer(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs to the end, writing the output to `target/xtask/LOG.log`, with a line of progress now and then.
/// On failure the end of the log is shown.
pub(crate) fn watched(log: &str, command: &mut Command) -> Outcome<()> {
    let path = workspace::target().join("xtask").join(format!("{log}.log"));
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).doing(|| format!("creating {}", folder.display()))?;
    }
    let mut file = File::create(&path).doing(|| format!("creating {}", path.display()))?;
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .doing(|| format!("starting {}", named(command)))?;
    let tail = follow(&mut child, &mut file)?;
    let status = child
        .wait()
        .doing(|| format!("waiting for {}", named(command)))?;
    if status.success() {
        return Ok(());
    }
    for line in &tail {
        eprintln!("          | {line}");
    }
    Err(Failure::new(format!(
        "{} failed ({status}), see {}",
        named(command),
        workspace::shown(&path)
    )))
}

const TAIL_LINES: usize = 15;
const PROGRESS_EVERY: u64 = 20;

fn follow(child: &mut Child, file: &mut File) -> Outcome<Vec<String>> {
    let (sender, receiver) = mpsc::channel();
    let streams: [Option<Box<dyn Read + Send>>; 2] = [
        child
            .stdout
            .take()
            .map(|stream| Box::new(stream) as Box<dyn Read + Send>),
        child
            .stderr
            .take()
            .map(|stream| Box::new(stream) as Box<dyn Read + Send>),
    ];
    for stream in streams.into_iter().flatten() {
        let sender = sender.clone();
        thread::spawn(move || {
            for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
                if sender
                    .send(String::from_utf8_lossy(&line).trim_end().to_owned())
                    .is_err()
                {
                    return;
                }
            }
        });
    }
    drop(sender);
    let watch = Stopwatch::start();
    let mut next_progress = PROGRESS_EVERY;
    let mut tail: Vec<String> = Vec::new();
    loop {
        match receiver.recv_timeout(Duration::from_secs(1)) {
            Ok(line) => {
                writeln!(file, "{line}").doing(|| "writing the log".to_owned())?;
                if !line.is_empty() {
                    if tail.len() == TAIL_LINES {
                        tail.remove(0);
                    }
                    tail.push(line);
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Ok(tail),
        }
        if watch.elapsed().seconds() >= next_progress {
            next_progress += PROGRESS_EVERY;
            let last = tail.last().map_or("", |line| line.trim());
            println!(
                "          {} {}",
                watch.elapsed(),
                last.chars().take(90).collect::<String>()
            );
        }
    }
}

/// Runs to the end, passing standard output on and handing each of its lines to `each`; true on success.
pub(crate) fn read_lines(command: &mut Command, mut each: impl FnMut(&str)) -> Outcome<bool> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .doing(|| format!("starting {}", named(command)))?;
    if let Some(stream) = child.stdout.take() {
        for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            each(&line);
        }
    }
    let status = child
        .wait()
        .doing(|| format!("waiting for {}", named(command)))?;
    Ok(status.success())
}

/// The first of `names` that is an executable file on `PATH`.
pub(crate) fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    names
        .iter()
        .flat_map(|name| {
            std::env::split_paths(&path)
                .map(move |folder| folder.join(name))
                .collect::<Vec<_>>()
        })
        .find(|candidate| is_file(candidate))
}

pub(crate) fn is_file(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.is_file())
}

fn named(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program
        .file_name()
        .unwrap_or(program.as_os_str())
        .to_string_lossy()
        .into_owned();
    let arguments = command
        .get_args()
        .take(2)
        .map(|argument| argument.to_string_lossy().into_owned());
    std::iter::once(name)
        .chain(arguments)
        .collect::<Vec<_>>()
        .join(" ")
}
