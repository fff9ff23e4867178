//! HTML to print.

use super::{Document, seen};

/// The only style; its digest stands in the policy, so that nothing else is taken for one.
const STYLE: &str = "body{font:11pt/1.4 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2rem;break-after:avoid}table{border-collapse:collapse;width:100%;font-size:.85em}th,td{border:1px solid #999;padding:.25em .5em;text-align:start;vertical-align:top;overflow-wrap:anywhere}thead{display:table-header-group}tr{break-inside:avoid}@media print{body{margin:0;max-width:none}}";
const STYLE_DIGEST: &str = "nLvbgFIHKDskc2W2lR3m6yMCT0SczqOCsOilGxGAhe4=";

pub(super) fn write(document: &Document) -> String {
    let title = inert(&document.title);
    let mut text = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{STYLE_DIGEST}'\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
    );
    for section in &document.sections {
        let heading = inert(&section.heading);
        text += &format!("<section>\n<h2>{heading}</h2>\n");
        for sentence in &section.text {
            text += &format!("<p>{}</p>\n", inert(sentence));
        }
        if !section.rows.is_empty() {
            text += "<table>\n<thead>\n<tr>";
            section
                .columns
                .iter()
                .for_each(|column| text += &format!("<th scope=\"col\">{}</th>", inert(column)));
            text += "</tr>\n</thead>\n<tbody>\n";
            for row in &section.rows {
                text += "<tr>";
                row.iter()
                    .for_each(|cell| text += &format!("<td><bdi>{}</bdi></td>", inert(cell)));
                text += "</tr>\n";
            }
            text += "</tbody>\n</table>\n";
        }
        text += "</section>\n";
    }
    text + "</body>\n</html>\n"
}

/// A text that begins no markup.
fn inert(text: &str) -> String {
    let text = seen(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::{STYLE, STYLE_DIGEST};
    use sha2::{Digest as _, Sha256};

    #[test]
    fn the_policy_has_the_digest_of_the_style() {
        const LETTERS: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let digest = Sha256::digest(STYLE.as_bytes());
        let mut text = String::new();
        for three in digest.chunks(3) {
            let bits = three
                .iter()
                .chain(&[0, 0])
                .take(3)
                .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
            for place in 0..=three.len() {
                let at = (bits >> (18 - 6 * place) & 63) as usize;
                text.push(char::from(*LETTERS.get(at).unwrap()));
            }
            text.push_str(&"=".repeat(3 - three.len()));
        }
        assert_eq!(text, STYLE_DIGEST);
    }
}
