//! ARM resource ids: read in any case, kept as written, compared without case.

use crate::json::{Place, Read, Write, Writer};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::Arc;

/// The subscription of resources that are given by a bare name.
pub const DEFAULT_SUBSCRIPTION: &str = "00000000-0000-0000-0000-000000000000";
/// The resource group of resources that are given by a bare name.
pub const DEFAULT_RESOURCE_GROUP: &str = "lab";

/// The resource types that the lab knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResourceType {
    /// `Microsoft.Compute/virtualMachines`
    VirtualMachine,
    /// `Microsoft.Compute/disks`
    Disk,
    /// `Microsoft.Compute/restorePointCollections`
    RestorePointCollection,
    /// `Microsoft.Compute/diskEncryptionSets`
    DiskEncryptionSet,
    /// `Microsoft.Compute/snapshots`
    Snapshot,
}

impl ResourceType {
    /// The type as ARM spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::VirtualMachine => "Microsoft.Compute/virtualMachines",
            Self::Disk => "Microsoft.Compute/disks",
            Self::RestorePointCollection => "Microsoft.Compute/restorePointCollections",
            Self::DiskEncryptionSet => "Microsoft.Compute/diskEncryptionSets",
            Self::Snapshot => "Microsoft.Compute/snapshots",
        }
    }
}

/// An ARM resource id, `/subscriptions/…/resourceGroups/…/providers/NAMESPACE/TYPE/NAME[/TYPE/NAME]…`.
///
/// Two ids are equal when they differ in case only; printing gives the spelling of creation.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "wasm", serde(into = "String"))]
pub struct ResourceId(Arc<str>);

/// A text that is no resource id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is not a resource id; expected /subscriptions/ID/resourceGroups/GROUP/providers/NAMESPACE/TYPE/NAME"
)]
pub struct ParseIdError {
    /// What was given.
    pub text: String,
}

impl ResourceId {
    /// The id of a top-level resource.
    #[must_use]
    pub fn new(subscription: &str, resource_group: &str, kind: ResourceType, name: &str) -> Self {
        let kind = kind.as_str();
        let parts = [
            "/subscriptions/",
            subscription,
            "/resourceGroups/",
            resource_group,
            "/providers/",
            kind,
            "/",
            name,
        ];
        Self(parts.concat().into())
    }

    /// The id that a bare `name` stands for: the lab's default subscription and group.
    #[must_use]
    pub fn named(kind: ResourceType, name: &str) -> Self {
        Self::new(DEFAULT_SUBSCRIPTION, DEFAULT_RESOURCE_GROUP, kind, name)
    }

    /// The id of the child `kind/name` of this resource.
    #[must_use]
    pub fn child(&self, kind: &str, name: &str) -> Self {
        Self([&self.0, "/", kind, "/", name].concat().into())
    }

    /// The id of a resource `name` of another type beside this one: same subscription, same group.
    #[must_use]
    pub fn sibling(&self, kind: ResourceType, name: &str) -> Self {
        Self::new(self.subscription(), self.resource_group(), kind, name)
    }

    /// The id of a resource group.
    #[must_use]
    pub fn group(subscription: &str, resource_group: &str) -> Self {
        let id = format!("/subscriptions/{subscription}/resourceGroups/{resource_group}");
        Self(id.into())
    }

    /// The id of a resource or of a resource group.
    #[must_use]
    pub fn scope(text: &str) -> Option<Self> {
        let group = || {
            let mut parts = text.strip_prefix("/subscriptions/")?.split('/');
            let subscription = parts.next().filter(|part| !part.is_empty())?;
            let word = parts.next()?;
            let name = parts.next().filter(|part| !part.is_empty())?;
            let whole = word.eq_ignore_ascii_case("resourceGroups") && parts.next().is_none();
            whole.then(|| Self::group(subscription, name))
        };
        text.parse().ok().or_else(group)
    }

    /// The id as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last segment.
    #[must_use]
    pub fn name(&self) -> &str {
        let before = self.0.bytes().rposition(|byte| byte == b'/');
        let name = self.0.get(before.map_or(0, |at| at + 1)..);
        name.unwrap_or_default()
    }

    /// The subscription's id.
    #[must_use]
    pub fn subscription(&self) -> &str {
        self.segment(2)
    }

    /// The resource group's name.
    #[must_use]
    pub fn resource_group(&self) -> &str {
        self.segment(4)
    }

    /// Namespace and types without names, such as `Microsoft.Compute/virtualMachines`, as written.
    #[must_use]
    pub fn resource_type(&self) -> String {
        let mut segments = self.segments().skip(5);
        let namespace = segments.next().unwrap_or_default();
        segments
            .step_by(2)
            .fold(namespace.to_owned(), |kind, segment| kind + "/" + segment)
    }

    /// Whether it is a resource below another one.
    pub(crate) fn is_child(&self) -> bool {
        self.0.bytes().filter(|byte| *byte == b'/').count() > 8
    }

    /// Whether the id is one of a `kind`, in any case.
    #[must_use]
    pub fn is(&self, kind: ResourceType) -> bool {
        let mut segments = parts(&self.0).skip(6);
        let namespace = segments.next();
        let own = namespace.into_iter().chain(segments.step_by(2));
        let mut kinds = parts(kind.as_str());
        let mut alike = own.map(|own| {
            kinds
                .next()
                .is_some_and(|kind| own.eq_ignore_ascii_case(kind))
        });
        alike.all(|alike| alike) && kinds.next().is_none()
    }

    /// The resource that this one is a child of, or `None` for a top-level resource.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let parent = self.0.rsplit_once('/')?.0.rsplit_once('/')?.0;
        let segments = parent.bytes().filter(|byte| *byte == b'/').count();
        (segments >= 8).then(|| Self(parent.into()))
    }

    fn segment(&self, at: usize) -> &str {
        let found = parts(&self.0).nth(at);
        let found = found.and_then(|bytes| std::str::from_utf8(bytes).ok());
        found.unwrap_or_default()
    }

    fn segments(&self) -> impl Iterator<Item = &str> {
        self.0.split('/').skip(1)
    }

    /// A number that equal ids have in common, and others hardly ever.
    #[must_use]
    pub(crate) fn fingerprint(&self) -> u64 {
        // Without the bit that tells the case of a letter: a few other characters become alike too.
        const CASE: u64 = 0x2020_2020_2020_2020;
        let mixed = |hash: u64, word: u64| {
            let hash = (hash ^ (word | CASE)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            hash ^ (hash >> 29)
        };
        let (words, rest) = self.0.as_bytes().as_chunks::<8>();
        let words = words.iter().map(|word| u64::from_le_bytes(*word));
        let hash = words.fold(self.0.len() as u64, mixed);
        rest.iter()
            .fold(hash, |hash, byte| mixed(hash, u64::from(*byte)))
    }

    fn folded(&self) -> impl Iterator<Item = u8> + '_ {
        self.0.bytes().map(|byte| byte.to_ascii_lowercase())
    }
}

/// The parts of an id between its slashes, the blank one before the first of them too.
fn parts(id: &str) -> impl Iterator<Item = &[u8]> {
    id.as_bytes().split(|byte| *byte == b'/')
}

/// What is left of two texts from where they differ, to within a few bytes: ids of one kind begin alike.
fn unlike<'a>(one: &'a str, two: &'a str) -> (&'a [u8], &'a [u8]) {
    let (one, two) = (one.as_bytes(), two.as_bytes());
    let words = one.as_chunks::<16>().0.iter().zip(two.as_chunks::<16>().0);
    let alike = 16 * words.take_while(|(one, two)| one == two).count();
    let rest = |bytes: &'a [u8]| bytes.get(alike..).unwrap_or_default();
    (rest(one), rest(two))
}

/// The order of two ids, each as text, and how many bytes they begin alike with in any case; the first
/// `known` are known to be alike.
pub(crate) fn compare(one: &str, two: &str, known: usize) -> (Ordering, usize) {
    let one = one.as_bytes().get(known..).unwrap_or_default();
    let two = two.as_bytes().get(known..).unwrap_or_default();
    let words = one.as_chunks::<8>().0.iter().zip(two.as_chunks::<8>().0);
    let same = 8 * words.take_while(|(one, two)| one == two).count();
    let letters = one.iter().zip(two).skip(same);
    let more = letters.take_while(|(one, two)| one.eq_ignore_ascii_case(two));
    let alike = same + more.count();
    let letter = |id: &[u8]| id.get(alike).map(u8::to_ascii_lowercase);
    (letter(one).cmp(&letter(two)), known + alike)
}

impl PartialEq for ResourceId {
    fn eq(&self, other: &Self) -> bool {
        let (one, two) = unlike(&self.0, &other.0);
        one.eq_ignore_ascii_case(two)
    }
}

impl Eq for ResourceId {}

impl Ord for ResourceId {
    fn cmp(&self, other: &Self) -> Ordering {
        compare(&self.0, &other.0, 0).0
    }
}

impl PartialOrd for ResourceId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for ResourceId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.folded().for_each(|byte| byte.hash(state));
    }
}

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ResourceId {
    type Err = ParseIdError;
    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        let id = text.trim_end_matches('/');
        let mut count = 0_usize;
        let mut whole = id.starts_with('/');
        for segment in parts(id).skip(1) {
            let fixed: Option<&[u8]> = match count {
                0 => Some(b"subscriptions"),
                2 => Some(b"resourceGroups"),
                4 => Some(b"providers"),
                _ => None,
            };
            whole &= !segment.is_empty()
                && fixed.is_none_or(|fixed| segment.eq_ignore_ascii_case(fixed));
            count += 1;
        }
        if whole && count >= 8 && count.is_multiple_of(2) {
            Ok(Self(id.into()))
        } else {
            Err(ParseIdError {
                text: text.to_owned(),
            })
        }
    }
}

impl Read for ResourceId {
    fn read(place: &Place<'_>) -> Self {
        place.parsed().unwrap_or_else(|| Self("".into()))
    }
}

impl Write for ResourceId {
    fn write(&self, to: &mut Writer<'_>) {
        to.text(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::{ResourceId, ResourceType};

    const VM: &str =
        "/subscriptions/s/resourceGroups/RG/providers/Microsoft.Compute/virtualMachines/vm1";

    #[test]
    fn ids_differ_only_by_more_than_case() {
        let id: ResourceId = VM.parse().unwrap();
        let lower: ResourceId = VM.to_lowercase().parse().unwrap();
        assert_eq!(id, lower);
        assert_eq!(id.cmp(&lower), std::cmp::Ordering::Equal);
        assert_eq!(id.to_string(), VM);
        assert_ne!(id, VM.replace("vm1", "vm2").parse().unwrap());
    }

    #[test]
    fn ids_are_ordered_by_their_letters_without_case() {
        let start = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/";
        let names = [
            "A",
            "a0",
            "a",
            "aB",
            "AbC",
            "abcdefghijklmnopq",
            "ABCDEFGHIJKLMNOPZ",
            "b",
            "Z",
            "_",
        ];
        let ids: Vec<ResourceId> = names
            .map(|name| format!("{start}{name}").parse().unwrap())
            .into();
        for one in &ids {
            for two in &ids {
                let lower = |id: &ResourceId| id.to_string().to_lowercase();
                assert_eq!(one.cmp(two), lower(one).cmp(&lower(two)), "{one} {two}");
                assert_eq!(one == two, lower(one) == lower(two), "{one} {two}");
            }
        }
    }

    #[test]
    fn the_parts_of_an_id_are_read_as_written() {
        let id: ResourceId = VM.parse().unwrap();
        assert_eq!(
            (id.subscription(), id.resource_group(), id.name()),
            ("s", "RG", "vm1")
        );
        assert!(id.is(ResourceType::VirtualMachine));
        assert_eq!(id.parent(), None);
        let child = id.child("extensions", "e");
        assert_eq!(
            child.resource_type(),
            "Microsoft.Compute/virtualMachines/extensions"
        );
        assert_eq!(child.parent(), Some(id));
    }

    #[test]
    fn what_is_no_resource_id_is_refused() {
        for wrong in [
            "",
            "vm1",
            "/subscriptions/s",
            "/subscriptions//resourceGroups/g/providers/a/b/c",
            &format!("{VM}/x"),
        ] {
            assert!(wrong.parse::<ResourceId>().is_err(), "{wrong}");
        }
    }
}
