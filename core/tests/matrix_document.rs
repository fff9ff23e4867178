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

#[test]
fn every_row_has_one_anchor_and_is_linked_by_service_subject_and_page() {
    let text = support_matrix_markdown();
    for row in rplab_core::matrix::support_matrix() {
        let anchor = format!("<a id=\"{}\"></a>", row.id);
        assert_eq!(text.matches(&anchor).count(), 1, "{}", row.id);
        let link = format!("](#{})", row.id);
        let found = text.matches(&link).count();
        assert!(found >= 2 + row.services.len(), "{} {found}", row.id);
    }
}
