//! What a run reached: the compiler puts a counter at every edge between pieces of code and tells here
//! where the counters are. `cargo xtask` builds with the flags that ask for them.
#![allow(
    unsafe_code,
    reason = "the compiler's counters are memory that only a foreign function names"
)]

use std::sync::atomic::{AtomicPtr, AtomicU8, AtomicUsize, Ordering::Relaxed};

static START: AtomicPtr<AtomicU8> = AtomicPtr::new(std::ptr::null_mut());
static LENGTH: AtomicUsize = AtomicUsize::new(0);

/// Called by what the compiler adds to each object file, before `main`, with all counters of the program.
#[unsafe(no_mangle)]
extern "C" fn __sanitizer_cov_8bit_counters_init(start: *mut AtomicU8, end: *mut AtomicU8) {
    START.store(start, Relaxed);
    LENGTH.store(end as usize - start as usize, Relaxed);
}

fn counters() -> &'static [AtomicU8] {
    let (start, length) = (START.load(Relaxed), LENGTH.load(Relaxed));
    if start.is_null() {
        return &[];
    }
    // SAFETY: the compiler gave the bounds of a static array of bytes, which lives as long as the
    // program; the program has one thread, and all access here is atomic.
    unsafe { std::slice::from_raw_parts(start, length) }
}

/// How many counters there are; none where the program was built without them.
pub(crate) fn edges() -> usize {
    counters().len()
}

/// Every counter back to zero.
pub(crate) fn clear() {
    for counter in counters() {
        counter.store(0, Relaxed);
    }
}

/// How often each edge was taken, roughly: a bit for 1, 2, 3, up to 7, 15, 31, 127 and more times.
#[derive(Debug)]
pub(crate) struct Reached(Vec<u8>);

impl Reached {
    pub(crate) fn nothing() -> Self {
        Self(vec![0; edges()])
    }

    /// Adds what was reached since [`clear`]; the number of edges and rough counts that are new.
    pub(crate) fn add(&mut self) -> usize {
        let mut new = 0;
        for (known, counter) in self.0.iter_mut().zip(counters()) {
            let bit = match counter.load(Relaxed) {
                0 => continue,
                1 => 1,
                2 => 2,
                3 => 4,
                4..=7 => 8,
                8..=15 => 16,
                16..=31 => 32,
                32..=127 => 64,
                _ => 128,
            };
            new += usize::from(*known & bit == 0);
            *known |= bit;
        }
        new
    }

    /// Edges that were taken at all.
    pub(crate) fn edges(&self) -> usize {
        self.0.iter().filter(|&&bits| bits != 0).count()
    }
}
