//! An allocator that counts: live bytes, calls, and the largest single piece ever asked for.
#![allow(
    unsafe_code,
    reason = "an allocator is an unsafe trait; this one only counts and passes on"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

static COUNTS: AtomicBool = AtomicBool::new(true);

static LIVE: AtomicUsize = AtomicUsize::new(0);
static LARGEST: AtomicUsize = AtomicUsize::new(0);
static CALLS: AtomicUsize = AtomicUsize::new(0);

struct Counting;

// SAFETY: every call goes to the system's allocator with the arguments it came with.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        taken(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        taken(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        given_back(layout.size());
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        given_back(layout.size());
        taken(bytes);
        unsafe { System.realloc(place, layout, bytes) }
    }
}

fn given_back(bytes: usize) {
    if COUNTS.load(Relaxed) {
        LIVE.fetch_sub(bytes, Relaxed);
    }
}

fn taken(bytes: usize) {
    if !COUNTS.load(Relaxed) {
        return;
    }
    LIVE.fetch_add(bytes, Relaxed);
    CALLS.fetch_add(1, Relaxed);
    LARGEST.fetch_max(bytes, Relaxed);
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Counts no more: what is measured from here on is not slowed down by that. Nothing counted is right after it.
pub fn count_no_more() {
    COUNTS.store(false, Relaxed);
}

/// Bytes that are allocated now.
#[must_use]
pub fn live_bytes() -> usize {
    LIVE.load(Relaxed)
}

/// How many pieces were asked for since the last call.
pub fn take_calls() -> usize {
    CALLS.swap(0, Relaxed)
}

/// The largest piece that was asked for since the last call, in bytes.
pub fn take_largest() -> usize {
    LARGEST.swap(0, Relaxed)
}
