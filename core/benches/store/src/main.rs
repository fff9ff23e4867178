//! `rplab-store-bench [--quick]`: measures natively; rows go to standard output.

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    rplab_store_bench::run(quick);
}
