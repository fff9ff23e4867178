//! Puts the file of services together, so that programs can carry it or know it when they are given it.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

#[path = "../src/matrix/fingerprint.rs"]
mod fingerprint;
mod services_file;

fn main() -> Result<(), Box<dyn Error>> {
    // Cargo runs this in the package's folder. Nothing absolute: a clone may be moved, or copied with all that is built.
    let data = Path::new("data");
    println!("cargo::rerun-if-changed=data");
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=src/matrix/fingerprint.rs");
    let made = services_file::services_file(data)?;
    let out = env::var_os("OUT_DIR").ok_or("cargo names no OUT_DIR")?;
    fs::write(Path::new(&out).join("services.json"), &made.text)?;
    println!("cargo::rustc-env=SERVICES_FINGERPRINT={}", made.fingerprint);
    Ok(())
}
