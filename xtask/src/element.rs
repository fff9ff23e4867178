//! The element for documentation pages: the planner's module, its styles for a shadow root, the tag's script.

use std::fs;
use std::path::Path;

use crate::failure::{Doing, Outcome};
use crate::setup::Tools;
use crate::{npm_package, planner, process, workspace};

/// The element's folder, in the npm package and in `dist/`.
pub(crate) const FOLDER: &str = "element";

/// Puts what the tag's script needs beside it: the module and its glue, the rows of services, the styles.
pub(crate) fn complete(tools: &Tools, dist: &Path, folder: &Path) -> Outcome<()> {
    fs::create_dir_all(folder).doing(|| format!("creating {}", folder.display()))?;
    for entry in fs::read_dir(dist)
        .doing(|| format!("reading {}", dist.display()))?
        .flatten()
    {
        let name = entry.file_name().to_string_lossy().into_owned();
        let kept = match name.as_str() {
            name if planner::is_of_module(name) => name,
            name if name.starts_with("services-") => npm_package::SERVICES,
            _ => continue,
        };
        fs::copy(entry.path(), folder.join(kept)).doing(|| format!("copying {name}"))?;
    }
    let sheet = folder.join("styles.css");
    fs::write(&sheet, shadow_styles(&style_files()?)?).doing(|| "writing the styles".to_owned())?;
    let mut esbuild = tools.command("esbuild");
    esbuild
        .arg(&sheet)
        .args(["--minify", "--log-level=warning", "--allow-overwrite"])
        .arg(format!("--outfile={}", sheet.display()));
    process::watched("esbuild", &mut esbuild)?;
    let text = fs::read_to_string(&sheet).doing(|| "reading the styles".to_owned())?;
    fs::remove_file(&sheet).doing(|| "clearing up the styles".to_owned())?;
    fs::write(
        folder.join("styles.js"),
        format!("export default {};\n", quoted(text.trim_end())),
    )
    .doing(|| "writing styles.js".to_owned())
}

/// The planner's style sheets in the order of its page, then the element's own.
fn style_files() -> Outcome<Vec<String>> {
    let root = workspace::root();
    let page =
        fs::read_to_string(root.join("index.html")).doing(|| "reading index.html".to_owned())?;
    let links = page.lines().filter(|line| line.contains("rel=\"css\""));
    let mut files: Vec<String> = links
        .filter_map(|line| line.split("href=\"").nth(1)?.split('"').next())
        .map(ToOwned::to_owned)
        .collect();
    files.push("styles/element.css".to_owned());
    Ok(files)
}

/// What is said of the document there is said of the element's frame here, and the page's width is the element's.
fn shadow_styles(files: &[String]) -> Outcome<String> {
    let mut all = String::new();
    for file in files {
        let text =
            fs::read_to_string(workspace::root().join(file)).doing(|| format!("reading {file}"))?;
        all.push_str(&text);
        all.push('\n');
    }
    Ok(scoped(&all))
}

fn scoped(styles: &str) -> String {
    let pairs = [
        (":root", ".rpl"),
        ("\nhtml {", "\n.rpl {"),
        ("\nbody {", "\n.rpl {"),
        ("@media (max-width:", "@container rpl (max-width:"),
        ("@media (min-width:", "@container rpl (min-width:"),
    ];
    let text = pairs
        .iter()
        .fold(styles.to_owned(), |text, (from, to)| text.replace(from, to));
    in_pixels(&text)
}

/// `rem` is the size that the page around the element gives its text; the element has its own.
fn in_pixels(styles: &str) -> String {
    let mut parts = styles.split("rem");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = out
            .rfind(|letter: char| !letter.is_ascii_digit() && letter != '.')
            .map_or(0, |at| at + 1);
        let number: Option<f64> = out.get(digits..).and_then(|number| number.parse().ok());
        match number {
            Some(number) if !part.starts_with(|letter: char| letter.is_ascii_alphanumeric()) => {
                out.truncate(digits);
                out.push_str(&format!("{}px", number * 16.0));
            }
            _ => out.push_str("rem"),
        }
        out.push_str(part);
    }
    out
}

/// A text as a JavaScript string.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_of_the_document_become_styles_of_the_frame() {
        let page = ":root { --a: 1px }\n:root[data-theme=\"dark\"] { color-scheme: dark }\nbody { margin: 0 }\n@media (max-width: 719px) { .x { --b: 2px } }\n@media print { .y {} }";
        assert_eq!(
            scoped(page),
            ".rpl { --a: 1px }\n.rpl[data-theme=\"dark\"] { color-scheme: dark }\n.rpl { margin: 0 }\n@container rpl (max-width: 719px) { .x { --b: 2px } }\n@media print { .y {} }"
        );
    }

    #[test]
    fn sizes_do_not_follow_the_page_around() {
        let page = "a { font: .875rem/1.25rem x; color: rem; --w: 1rem }";
        assert_eq!(
            in_pixels(page),
            "a { font: 14px/20px x; color: rem; --w: 16px }"
        );
    }

    #[test]
    fn a_quoted_text_is_one_line_of_script() {
        assert_eq!(quoted("a\"\\\n\u{2028}"), "\"a\\\"\\\\\\n\\u2028\"");
    }
}
