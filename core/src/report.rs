//! Documents of headings, sentences and tables, written as Markdown, HTML to print, or CSV.
//!
//! Whatever stands in a name stays a name: it begins no markup, no link, no formula, and characters that are
//! not seen are shown by their numbers.

mod csv;
mod html;
mod markdown;

pub use csv::cell as csv_cell;

/// What stands in a table of people's in place of disks to leave out where the whole VM is refused.
pub const CANNOT_BE_PROTECTED: &str = "cannot be protected";

/// A document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Its title.
    pub title: String,
    /// What it says, in order.
    pub sections: Vec<Section>,
}

/// A section: a heading, sentences, and a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// Its heading.
    pub heading: String,
    /// Sentences, each a paragraph.
    pub text: Vec<String>,
    /// The headings of its table.
    pub columns: Vec<String>,
    /// The rows of its table; each has as many cells as there are columns.
    pub rows: Vec<Vec<String>>,
}

impl Document {
    /// Markdown, with tables as GitHub has them.
    #[must_use]
    pub fn markdown(&self) -> String {
        markdown::write(self)
    }

    /// One HTML file that asks for nothing and runs nothing, laid out to be printed.
    #[must_use]
    pub fn html(&self) -> String {
        html::write(self)
    }

    /// CSV: the tables one below the other, each row with its section in front.
    #[must_use]
    pub fn csv(&self) -> String {
        csv::write(self)
    }
}

/// A text whose resource ids are names alone, for people to read; files for programs keep the ids.
#[must_use]
pub fn named(text: &str) -> String {
    let mut said = String::new();
    for (at, word) in text.split(' ').enumerate() {
        if at > 0 {
            said.push(' ');
        }
        match word.find("/subscriptions/") {
            // What stands before an id is a mark: an address of the web is no id.
            Some(from) if !word.contains("://") => {
                said += word.get(..from).unwrap_or_default();
                said += word.rsplit('/').next().unwrap_or_default();
            }
            _ => said += word,
        }
    }
    said
}

/// Whether a character is not seen as one, or moves others.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// A text on one line in which every character is seen.
#[must_use]
pub fn seen(text: &str) -> String {
    use std::fmt::Write as _;
    let mut line = String::new();
    for c in text.chars() {
        if is_hidden(c) {
            // Writing to a text cannot fail.
            let _written = write!(line, "\\u{{{:x}}}", u32::from(c));
        } else {
            line.push(c);
        }
    }
    line
}
