//! The rows as they stand in `core/data/matrix`, and which of them an edition has.

use super::page::{pages, rule, rule_edition};
use super::services::{self, services_are_loaded};
use super::{Citation, Edition, JudgedBy, Predicate, Service, Simulated, Subject, Verdict, ledger};
use crate::json::{self, Read};
use std::sync::OnceLock;

/// A row as written.
#[derive(Clone, Debug, Read)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct WrittenRow {
    pub(super) id: String,
    /// The rules of the pages that it stands for.
    pub(super) rules: Vec<String>,
    /// Places that are no rule: later pages, and tables that are silent.
    #[serde(default)]
    pub(super) cites: Vec<Citation>,
    /// The services that it is a row of; that of its file where none is named.
    #[serde(default)]
    pub(super) services: Vec<Service>,
    pub(super) subject: Subject,
    #[serde(default)]
    pub(super) per: Per,
    pub(super) verdict: Verdict,
    /// That of its first rule in the page where none is given.
    #[serde(default)]
    pub(super) label: String,
    pub(super) text: String,
    #[serde(default)]
    pub(super) remedy: String,
    /// `None` for a row that only the lab shows.
    #[serde(default)]
    pub(super) when: Option<Predicate>,
    #[serde(default)]
    from: Option<Edition>,
    #[serde(default)]
    until: Option<Edition>,
    #[serde(default)]
    pub(super) judged_by: JudgedBy,
    #[serde(default)]
    pub(super) simulated: Option<Simulated>,
}

/// What a row is judged for, one at a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Read)]
#[serde(rename_all = "camelCase")]
pub(super) enum Per {
    #[default]
    Machine,
    Disk,
}

/// The row of a citation where a table is silent.
pub(super) const NOT_NAMED: &str = "(not named)";

/// A row in an edition: the rules that its pages have.
#[derive(Clone, Debug)]
pub(super) struct RowInForce {
    pub(super) row: &'static WrittenRow,
    pub(super) rule_ids: Vec<String>,
    pub(super) citations: Vec<Citation>,
    pub(super) conflicts_with: Vec<String>,
}

impl WrittenRow {
    /// The first edition that the row holds in.
    pub(super) fn from(&self) -> Edition {
        let first = self
            .rules
            .iter()
            .filter_map(|rule| rule_edition(rule))
            .min();
        self.from.or(first).unwrap_or(Edition::Beyond)
    }

    /// The last edition that the row holds in.
    pub(super) fn until(&self) -> Edition {
        self.until.unwrap_or(Edition::Beyond)
    }

    /// The row by the pages of `edition`, if it holds in it.
    pub(super) fn in_edition(&'static self, edition: Edition) -> Option<RowInForce> {
        if edition < self.from() || edition > self.until() {
            return None;
        }
        let known = |rule: &&String| rule_edition(rule).is_some_and(|first| first <= edition);
        let rule_ids: Vec<String> = self.rules.iter().filter(known).cloned().collect();
        let of_rules = rule_ids.iter().filter_map(|id| rule(id));
        let citations = of_rules
            .map(|(_, citation)| citation.clone())
            .chain(
                self.cites
                    .iter()
                    .filter_map(|cited| spelled_out(cited, edition)),
            )
            .collect();
        let conflicts = ledger::against(&self.rules);
        Some(RowInForce {
            row: self,
            rule_ids,
            citations,
            conflicts_with: conflicts.iter().filter(known).cloned().collect(),
        })
    }
}

/// A citation with its page's title and date, if `edition` has the page.
fn spelled_out(citation: &Citation, edition: Edition) -> Option<Citation> {
    let mut pages = pages().iter();
    let page = pages.find(|page| page.page == citation.page)?;
    (page.edition() <= edition).then(|| Citation {
        page: page.cited_as(),
        ..citation.clone()
    })
}

/// A file with rows of a service, read when its rows are first asked for.
struct RowFile {
    service: Service,
    text: &'static str,
    rows: OnceLock<Vec<WrittenRow>>,
}

impl RowFile {
    const fn new(service: Service, text: &'static str) -> Self {
        Self {
            service,
            text,
            rows: OnceLock::new(),
        }
    }

    fn rows(&self) -> &[WrittenRow] {
        self.rows
            .get_or_init(|| of(self.service, json::embedded(self.text)))
    }
}

/// The files on restore points, which every program carries.
fn restore_point_files() -> &'static [RowFile] {
    static FILES: OnceLock<[RowFile; RESTORE_POINT_FILES.len()]> = OnceLock::new();
    let file = |text| RowFile::new(Service::RestorePoints, text);
    FILES.get_or_init(|| RESTORE_POINT_FILES.map(file))
}

/// The files on the other services; none before they are loaded.
fn backup_files() -> &'static [RowFile] {
    static FILES: OnceLock<Vec<RowFile>> = OnceLock::new();
    if !services_are_loaded() {
        return &[];
    }
    FILES.get_or_init(|| {
        let mut found = Vec::new();
        for (service, folder) in BACKUP_FOLDERS {
            found.extend(services::files(folder).map(|(_, text)| RowFile::new(service, text)));
        }
        found
    })
}

/// Every row, in the order of the files.
pub(super) fn rows() -> impl Iterator<Item = &'static WrittenRow> {
    let files = restore_point_files().iter().chain(backup_files());
    files.flat_map(RowFile::rows)
}

/// Reads the rows of one file, for who has time between two of them; whether there is a file at that place. Those on
/// services other than restore points come behind the others when they are loaded.
#[must_use]
pub fn read_rows(place: usize) -> bool {
    let mut files = restore_point_files().iter().chain(backup_files());
    files.nth(place).map(RowFile::rows).is_some()
}

/// The rows of a file; those that name no services are rows of the service whose file it is.
fn of(service: Service, mut rows: Vec<WrittenRow>) -> Vec<WrittenRow> {
    for row in &mut rows {
        if row.services.is_empty() {
            row.services.push(service);
        }
        if row.label.is_empty() {
            let first = row.rules.first().and_then(|id| super::page::rule(id));
            row.label = first
                .map(|(_, place)| place.row.clone())
                .unwrap_or_default();
        }
    }
    rows
}

/// The rows of a service that an edition has; worked out once for each.
pub(super) fn rows_in(service: Service, edition: Edition) -> &'static [RowInForce] {
    const EDITIONS: usize = Edition::ALL.len();
    static IN_FORCE: [OnceLock<Vec<RowInForce>>; EDITIONS * 5] =
        [const { OnceLock::new() }; EDITIONS * 5];
    let place = service as usize * EDITIONS + edition as usize;
    let Some(in_force) = IN_FORCE.get(place) else {
        return &[];
    };
    in_force.get_or_init(|| {
        let in_force = |row: &'static WrittenRow| {
            let own = row.services.contains(&service);
            own.then(|| row.in_edition(edition)).flatten()
        };
        let files = match service {
            Service::RestorePoints => restore_point_files(),
            _ => backup_files(),
        };
        let rows = files.iter().flat_map(RowFile::rows);
        rows.filter_map(in_force).collect()
    })
}

/// How many rows of a service an edition has. Works out what the first judgement by them would.
#[must_use]
pub fn rows_in_force(service: Service, edition: Edition) -> usize {
    rows_in(service, edition).len()
}

/// The files of rows of restore points.
pub(super) const RESTORE_POINT_FILES: [&str; 6] = [
    include_str!("../../data/matrix/restore-points/vm.json"),
    include_str!("../../data/matrix/restore-points/disks.json"),
    include_str!("../../data/matrix/restore-points/guest.json"),
    include_str!("../../data/matrix/restore-points/requests.json"),
    include_str!("../../data/matrix/restore-points/lifecycle.json"),
    include_str!("../../data/matrix/restore-points/beyond.json"),
];

/// The folders of rows of the other services, each with all its files. A row may name `services` of its own.
pub(super) const BACKUP_FOLDERS: [(Service, &str); 4] = [
    (Service::VmBackup, "matrix/vm-backup/"),
    (Service::DiskBackup, "matrix/disk-backup/"),
    (Service::Mars, "matrix/mars/"),
    (Service::DpmMabs, "matrix/dpm-mabs/"),
];

#[cfg(test)]
mod tests {
    use super::{BACKUP_FOLDERS, NOT_NAMED, Per, RESTORE_POINT_FILES, WrittenRow, rows};
    use crate::json;
    use crate::matrix::page::{Page, pages, rule, rules};
    use crate::matrix::predicate::MEASURES;
    use crate::matrix::services;
    use crate::matrix::{Edition, JudgedBy, Verdict, cross_region_regions, ledger, limits};
    use crate::model::vocabulary::{FactSubject, entry, vocabulary};
    use std::collections::BTreeSet;

    #[test]
    fn every_file_of_data_parses() {
        let carried = RESTORE_POINT_FILES.map(|file| json::parse(file).unwrap());
        let loaded: Vec<_> = services::files("matrix/")
            .map(|(path, text)| (path, json::parse(text).unwrap()))
            .collect();
        let known = |path: &str| {
            let mut folders = BACKUP_FOLDERS.iter();
            folders.any(|(_, folder)| ["matrix/", path].concat().starts_with(folder))
        };
        assert!(loaded.iter().all(|(path, _)| known(path)), "{loaded:?}");
        let files = carried.iter().chain(loaded.iter().map(|(_, file)| file));
        let read = files.map(|file| json::read::<Vec<WrittenRow>>(file).unwrap().len());
        assert_eq!(read.sum::<usize>(), rows().count());
        assert!(vocabulary().len() > 100);
        assert_eq!(cross_region_regions().len(), 13);
        assert_eq!(ledger().len(), 45);
        assert_eq!(limits(Edition::Beyond).restore_points_per_vm, 500);
        assert_eq!(pages().len(), 6);
    }

    #[test]
    fn row_ids_are_unique_and_every_rule_of_the_five_pages_has_a_row() {
        let ids: BTreeSet<&str> = rows().map(|row| row.id.as_str()).collect();
        assert_eq!(ids.len(), rows().count());
        let stood_for: BTreeSet<&String> = rows().flat_map(|row| &row.rules).collect();
        let rules = rules(|_| true);
        let stated: BTreeSet<&String> = rules.keys().collect();
        assert_eq!(stated.len(), 478);
        let table = pages().iter().flat_map(Page::sections);
        let table = table.flat_map(|section| &section.rows);
        let named = table.filter(|row| row.table && !row.rules.is_empty());
        assert_eq!(named.count(), 157);
        let missing: Vec<&&String> = stated.difference(&stood_for).collect();
        assert!(missing.is_empty(), "{missing:?}");
        assert!(stood_for.is_subset(&stated), "{stood_for:?}");
    }

    #[test]
    fn every_citation_points_at_a_section_and_a_row_of_its_page() {
        for row in rows() {
            assert!(!row.rules.is_empty() || !row.cites.is_empty(), "{}", row.id);
            for cited in &row.cites {
                let page = pages().iter().find(|page| page.page == cited.page).unwrap();
                let mut sections = page.sections().iter();
                let section = sections.find(|section| section.heading == cited.section);
                let labels = &section.unwrap().rows;
                assert!(
                    cited.row == NOT_NAMED || labels.iter().any(|row| row.label == cited.row),
                    "{}: {cited:?}",
                    row.id
                );
            }
        }
    }

    #[test]
    fn a_row_reads_facts_that_its_subject_has() {
        for row in rows() {
            let mut names = Vec::new();
            if let Some(when) = &row.when {
                when.fact_names(&mut names);
            }
            for name in names {
                if MEASURES.contains(&name) {
                    continue;
                }
                if name.contains('.') {
                    assert!(
                        entry(FactSubject::Asked, name).is_some(),
                        "{}: {name}",
                        row.id
                    );
                    continue;
                }
                let disks = row.per == Per::Disk || format!("{:?}", row.when).contains("AnyDisk");
                let of_disk = disks && entry(FactSubject::Disk, name).is_some();
                assert!(
                    of_disk || entry(FactSubject::Machine, name).is_some(),
                    "{}: {name}",
                    row.id
                );
            }
        }
    }

    #[test]
    fn a_caveat_says_something_and_a_no_shows_a_way_out() {
        for row in rows() {
            assert!(row.text.ends_with('.'), "{}", row.id);
            assert!(
                row.verdict == Verdict::Supported || !row.remedy.is_empty(),
                "{}",
                row.id
            );
            assert_eq!(
                row.when.is_none(),
                row.judged_by == JudgedBy::Engine,
                "{}",
                row.id
            );
            assert_eq!(
                row.simulated.is_some(),
                row.judged_by != JudgedBy::Matrix,
                "{}",
                row.id
            );
            assert!(row.from() <= row.until(), "{}", row.id);
        }
    }

    #[test]
    fn the_ledger_names_rules_that_exist() {
        for entry in ledger() {
            for id in entry.left.iter().chain(&entry.right) {
                assert!(rule(id).is_some(), "{id}");
            }
            assert!(!entry.followed.is_empty(), "{}", entry.number);
        }
    }
}
