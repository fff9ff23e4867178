//! Time that a piece of work takes: of this thread's processor natively, of the wall in Node.

#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn nanoseconds<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = cpu_time::ThreadTime::now();
    let result = work();
    (start.elapsed().as_nanos() as f64, result)
}

#[cfg(target_arch = "wasm32")]
pub(crate) fn nanoseconds<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = crate::node::nanoseconds();
    let result = work();
    (crate::node::nanoseconds() - start, result)
}
