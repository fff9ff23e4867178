//! Memory made ready in steps.
//!
//! In WebAssembly memory grows by a page or a few at a time, and each time the host looks at all that it holds itself:
//! what takes more and more memory spends most of its time there. Natively none of this costs anything worth a step.

use std::hint::black_box;

/// Makes room for so many bytes, where there are so many: the allocator keeps what it is given back.
pub(crate) fn make(bytes: usize) {
    let mut room = Vec::<u8>::new();
    // Without so much at once it is taken bit by bit, when it is needed.
    let _ = room.try_reserve_exact(bytes);
    drop(black_box(room));
}

/// Makes room for more where memory has grown since the last call: an eighth of what there is.
#[cfg(target_arch = "wasm32")]
pub(crate) fn keep_ahead() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    const PAGE: usize = 1 << 16;
    const LEAST: usize = 1 << 20;
    const MOST: usize = 1 << 26;
    static SEEN: AtomicUsize = AtomicUsize::new(0);
    let pages = core::arch::wasm32::memory_size::<0>();
    let seen = SEEN.load(Ordering::Relaxed);
    if pages > seen {
        // Not at the first look: who begins has taken little, and most take no more.
        if seen > 0 {
            make((pages * PAGE / 8).clamp(LEAST, MOST));
        }
        SEEN.store(core::arch::wasm32::memory_size::<0>(), Ordering::Relaxed);
    }
}

/// Nothing is made ahead natively.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) const fn keep_ahead() {}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use super::keep_ahead;

    #[test]
    fn memory_grows_in_few_steps() {
        let (mut held, mut steps) = (Vec::new(), 0);
        let mut before = core::arch::wasm32::memory_size::<0>();
        for round in 0..1000_u32 {
            keep_ahead();
            held.push(vec![1_u8; 60_000]);
            let now = core::arch::wasm32::memory_size::<0>();
            // What is made ready before a run of many takes is not what this is about.
            if round > 0 && now > before {
                steps += 1;
            }
            before = now;
        }
        assert_eq!(held.len(), 1000);
        assert!(steps < 100, "memory grew {steps} times for 60 MB");
    }
}
