//! The pages: their sections, rows and rules.

use super::{Citation, Edition, Service};
use crate::json::{self, Read};
use crate::order::SmallMap;
use std::sync::OnceLock;

/// A page of the documentation, by headings and short row labels.
#[derive(Clone, Debug, PartialEq, Eq, Read)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Page {
    /// Its number.
    pub page: String,
    /// What the ids of its rules start with.
    pub prefix: String,
    /// Its title.
    pub title: String,
    /// Its date, `YYYY-MM-DD`.
    pub date: String,
    /// The service that it is about.
    pub service: Service,
    /// Services that it has rows of beside.
    #[serde(default)]
    pub also: Vec<Service>,
    /// Its sections that state rules.
    pub sections: Vec<Section>,
}

/// A section of a page.
#[derive(Clone, Debug, PartialEq, Eq, Read)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Section {
    /// Its heading.
    pub heading: String,
    /// Its rows.
    pub rows: Vec<PageRow>,
}

/// A table row, or a statement under a label of ours.
#[derive(Clone, Debug, PartialEq, Eq, Read)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PageRow {
    /// Its label.
    pub label: String,
    /// Whether it is a row of a table.
    pub table: bool,
    /// The rules that it states.
    pub rules: Vec<String>,
}

impl Page {
    /// Whether it says something about a service.
    #[must_use]
    pub fn serves(&self, service: Service) -> bool {
        self.service == service || self.also.contains(&service)
    }

    /// The page in a citation: number, title, date.
    #[must_use]
    pub fn cited_as(&self) -> String {
        format!("{} {} ({})", self.page, self.title, self.date)
    }

    /// The first edition that has it.
    #[must_use]
    pub fn edition(&self) -> Edition {
        let Some(month) = self.date.get(..7) else {
            return Edition::Beyond;
        };
        let mut editions = Edition::ALL.into_iter();
        editions
            .find(|edition| *edition == Edition::Beyond || month <= edition.as_str())
            .unwrap_or(Edition::Beyond)
    }
}

/// The files of pages.
const FILES: [&str; 3] = [
    include_str!("../../data/pages.json"),
    include_str!("../../data/pages/003.json"),
    include_str!("../../data/pages/004.json"),
];

/// Every page, in order of number but for the later facts, which are one more page.
#[must_use]
pub fn pages() -> &'static [Page] {
    static PAGES: OnceLock<Vec<Page>> = OnceLock::new();
    // The files are part of the program; a test proves that they parse.
    PAGES.get_or_init(|| {
        let files = FILES.iter();
        files
            .flat_map(|file| json::embedded::<Vec<Page>>(file))
            .collect()
    })
}

/// Where each rule of the pages stands.
#[must_use]
pub(super) fn rules() -> &'static SmallMap<String, (Edition, Citation)> {
    static RULES: OnceLock<SmallMap<String, (Edition, Citation)>> = OnceLock::new();
    RULES.get_or_init(|| {
        let mut rules = SmallMap::new();
        for page in pages() {
            for section in &page.sections {
                for row in &section.rows {
                    for rule in &row.rules {
                        let citation = Citation {
                            page: page.cited_as(),
                            section: section.heading.clone(),
                            row: row.label.clone(),
                        };
                        rules.insert(rule.clone(), (page.edition(), citation));
                    }
                }
            }
        }
        rules
    })
}

/// The first edition whose pages state a rule.
#[must_use]
pub(super) fn rule_edition(rule: &str) -> Option<Edition> {
    let prefix = rule.split('-').next()?;
    let page = pages().iter().find(|page| page.prefix == prefix)?;
    Some(page.edition())
}
