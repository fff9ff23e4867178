//! `rplab-store-bench [lifecycle] [--quick]`: measures natively; rows go to standard output.

fn main() -> Result<(), String> {
    let asked = |word: &str| std::env::args().any(|argument| argument == word);
    let quick = asked("--quick");
    if asked("lifecycle") {
        return rplab_store_bench::lifecycle::run(quick);
    }
    rplab_store_bench::run(quick);
    Ok(())
}
