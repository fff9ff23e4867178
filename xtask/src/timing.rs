//! How long a step took, in real time (the only place that reads the platform's clock).

use std::fmt;
use std::time::{Duration, Instant};

pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(
        clippy::disallowed_methods,
        reason = "build steps take real time, not simulated time"
    )]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn elapsed(&self) -> Span {
        Span(self.0.elapsed())
    }
}

/// A duration as people read it: `0.4 s`, `3 min 46 s`.
#[derive(Clone, Copy)]
pub(crate) struct Span(Duration);

impl Span {
    pub(crate) fn seconds(self) -> u64 {
        self.0.as_secs()
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        let text = match seconds {
            0..60 => format!("{seconds}.{} s", self.0.subsec_millis() / 100),
            _ => format!("{} min {} s", seconds / 60, seconds % 60),
        };
        f.pad(&text)
    }
}
