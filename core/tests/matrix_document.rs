//! `docs/support-matrix.md` is made from the data.

use rplab_core::matrix::support_matrix_markdown;
use std::path::Path;

#[test]
fn the_matrix_page_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/support-matrix.md");
    let made = support_matrix_markdown();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let same = written.replace("\r\n", "\n") == made;
    assert!(
        same,
        "docs/support-matrix.md is not what the data says; run this test with UPDATE=1"
    );
}
