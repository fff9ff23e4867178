//! What tells two resources apart, but for what is each one's own.

use super::tape::{Doc, Kind, tag};

/// How the value of a key counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Nothing in it counts.
    Whole,
    /// A text or a number is the resource's own.
    Own,
    /// A text is the resource's own directly in the resource and in a holder.
    Identity,
    /// Texts that identify are the resource's own in this object, or in the objects of this list.
    Holder,
}

/// Keys that do not count as they stand.
#[derive(Debug)]
pub struct Words {
    /// By a part of the tag: the tag, the word and how its value counts.
    places: Vec<Vec<(u32, &'static str, How)>>,
}

const PLACES: u32 = 256;

impl Words {
    /// These words, in any case.
    #[must_use]
    pub fn new(words: &[(&'static str, How)]) -> Self {
        let mut places = vec![Vec::new(); PLACES as usize];
        for (word, how) in words {
            let tag = tag(word);
            if let Some(place) = places.get_mut(place(tag)) {
                place.push((tag, *word, *how));
            }
        }
        Self { places }
    }

    fn how(&self, tag: u32, key: &str) -> Option<How> {
        let alike = self.places.get(place(tag))?;
        let mut alike = alike.iter().filter(|(own, ..)| *own == tag);
        let found = alike.find(|(_, word, _)| word.eq_ignore_ascii_case(key));
        found.map(|(.., how)| *how)
    }
}

const fn place(tag: u32) -> usize {
    (tag.wrapping_mul(0x9E37_79B1) >> 24) as usize
}

/// The shape of a resource: every key, every kind of value, and every value that is not the resource's own.
///
/// Resources of one shape have the same cells up to the first value that does not count, and what is their own is in the
/// same order.
#[derive(Debug, Default)]
pub struct Shape {
    text: Vec<u8>,
    own: Vec<u32>,
    open: Vec<(u32, bool)>,
}

const END: u8 = 0xFF;
const PLAIN: u8 = 0x10;
const EMPTY: u8 = 0x20;
const FILLED: u8 = 0x30;

impl Shape {
    /// Takes the shape of a resource.
    #[inline(never)]
    pub fn take(&mut self, doc: Doc<'_>, words: &Words) {
        self.text.clear();
        self.own.clear();
        self.open.clear();
        let mut at = 0_u32;
        while let Some(cell) = doc.place(at) {
            while self.open.last().is_some_and(|(end, _)| *end <= at) {
                self.open.pop();
                self.text.push(END);
            }
            let key = cell.key();
            let how = words.how(cell.tag(), key).filter(|_| !key.is_empty());
            let in_holder = self.open.last().is_some_and(|(_, holder)| *holder);
            let kind = cell.kind();
            let is_word = matches!(kind, Kind::Text | Kind::Number);
            let is_own = match how {
                Some(How::Whole) => is_word || matches!(kind, Kind::List | Kind::Object),
                Some(How::Own) => is_word,
                Some(How::Identity) => is_word && (in_holder || self.open.len() == 1),
                _ => false,
            };
            let count = match (is_own, is_word && cell.text().is_empty()) {
                (false, _) => PLAIN,
                (true, true) => EMPTY,
                (true, false) => FILLED,
            };
            self.text.push(kind as u8 | count);
            self.push(key);
            let next = cell.next();
            if is_own {
                self.own.push(at);
                at = next;
                continue;
            }
            if is_word {
                self.push(cell.text());
            } else if matches!(kind, Kind::List | Kind::Object) {
                // The objects of a list stand for the list.
                let is_holder = how == Some(How::Holder) || key.is_empty() && in_holder;
                self.open.push((next, is_holder));
            }
            at += 1;
        }
    }

    fn push(&mut self, word: &str) {
        let [a, b, c, d, ..] = (word.len() as u64).to_le_bytes();
        self.text.extend_from_slice(&[a, b, c, d]);
        self.text.extend_from_slice(word.as_bytes());
    }

    /// What counts, as bytes: equal for resources of one shape only.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// The cells of what is the resource's own, in their order.
    #[must_use]
    pub fn own(&self) -> &[u32] {
        &self.own
    }

    /// A number that equal shapes have in common.
    #[must_use]
    pub fn number(&self) -> u64 {
        let (words, rest) = self.text.as_chunks::<8>();
        let mixed = |hash: u64, word: u64| {
            let hash = (hash ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            hash ^ (hash >> 29)
        };
        let words = words.iter().map(|word| u64::from_le_bytes(*word));
        let hash = words.fold(self.text.len() as u64, mixed);
        rest.iter()
            .fold(hash, |hash, byte| mixed(hash, u64::from(*byte)))
    }
}

/// Whether two texts are equal, eight bytes at a time: WebAssembly's own comparison goes byte by byte.
#[must_use]
pub fn alike(one: &[u8], other: &[u8]) -> bool {
    let ((words, rest), (others, end)) = (one.as_chunks::<8>(), other.as_chunks::<8>());
    one.len() == other.len()
        && words
            .iter()
            .zip(others)
            .all(|(word, other)| u64::from_le_bytes(*word) == u64::from_le_bytes(*other))
        && rest == end
}

#[cfg(test)]
mod tests {
    use super::{How, Shape, Words, alike};
    use crate::tape::Tape;

    const WORDS: [(&str, How); 5] = [
        ("tags", How::Whole),
        ("size", How::Own),
        ("id", How::Identity),
        ("disks", How::Holder),
        ("group", How::Own),
    ];

    fn shape(text: &str) -> (Vec<u8>, Vec<String>, u64) {
        let mut tape = Tape::default();
        let extent = tape.take(text.as_bytes()).unwrap();
        let doc = tape.doc(&text.as_bytes()[..extent.length]).unwrap();
        let mut shape = Shape::default();
        shape.take(doc, &Words::new(&WORDS));
        let own = shape.own().iter().map(|at| doc.text(*at as usize));
        let own = own.map(str::to_owned).collect();
        (shape.text().to_vec(), own, shape.number())
    }

    #[test]
    fn what_is_the_resources_own_does_not_count_and_all_else_does() {
        let base = r#"{"id":"a","Size":1,"kind":"x","tags":{"a":[1]},"disks":[{"id":"d","sku":"p"}],"of":{"id":"k"}}"#;
        let (text, own, number) = shape(base);
        assert_eq!(own, ["a", "1", "", "d"]);
        for (from, to, same) in [
            (r#""id":"a""#, r#""id":"b""#, true),
            (r#""id":"a""#, r#""id":"""#, false),
            (r#""Size":1"#, r#""Size":20"#, true),
            (r#""Size":1"#, r#""Size":"1""#, false),
            (r#""Size":1"#, r#""size":1"#, false),
            (r#""Size":1"#, r#""Size":null"#, false),
            (r#""a":[1]"#, r#""b":"c","d":{}"#, true),
            (r#""id":"d""#, r#""id":"e""#, true),
            (r#""id":"k""#, r#""id":"l""#, false),
            (r#""sku":"p""#, r#""sku":"q""#, false),
            (r#""kind":"x""#, r#""kind":"y""#, false),
            (r#""kind":"x""#, r#""kind":"x","more":null"#, false),
            (r#","sku":"p"}"#, r#"},{"sku":"p"}"#, false),
        ] {
            let changed = base.replacen(from, to, 1);
            assert_ne!(changed, base, "{from}");
            let (other, _, its) = shape(&changed);
            assert_eq!(other == text, same, "{from} {to}");
            assert_eq!(its == number, same, "{from} {to}");
            assert_eq!(alike(&other, &text), same, "{from} {to}");
        }
    }
}
