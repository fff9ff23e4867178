//! The pages: their sections, rows and rules.

use super::services::{self, services_are_loaded};
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
    /// Its sections that state rules, where every program carries them.
    #[serde(default)]
    sections: Vec<Section>,
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
    /// Its sections that state rules; none of a page on another service before the file of services is loaded.
    #[must_use]
    pub fn sections(&self) -> &[Section] {
        static LOADED: OnceLock<Vec<(&str, Vec<Section>)>> = OnceLock::new();
        if !self.sections.is_empty() || !services_are_loaded() {
            return &self.sections;
        }
        let loaded = LOADED.get_or_init(|| {
            let files = services::files("pages/");
            files
                .map(|(name, file)| (name, json::embedded(file)))
                .collect()
        });
        let mut loaded = loaded.iter();
        let own = loaded.find(|(name, _)| name.strip_suffix(".json") == Some(&self.page));
        own.map_or(&[], |(_, sections)| sections)
    }

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

/// Every page, in order of number; the later facts come last as one more page.
#[must_use]
pub fn pages() -> &'static [Page] {
    static PAGES: OnceLock<Vec<Page>> = OnceLock::new();
    // The file is part of the program; a test proves that it parses.
    PAGES.get_or_init(|| json::embedded(include_str!("../../data/pages.json")))
}

type Rules = SmallMap<String, (Edition, Citation)>;

/// Where a rule of the pages stands, and its first edition.
#[must_use]
pub(super) fn rule(id: &str) -> Option<&'static (Edition, Citation)> {
    static CARRIED: OnceLock<Rules> = OnceLock::new();
    static LOADED: OnceLock<Rules> = OnceLock::new();
    let carried = CARRIED.get_or_init(|| rules(|page| !page.sections.is_empty()));
    carried.get(id).or_else(|| {
        if !services_are_loaded() {
            return None;
        }
        LOADED
            .get_or_init(|| rules(|page| page.sections.is_empty()))
            .get(id)
    })
}

/// The rules of some pages.
pub(super) fn rules(of: fn(&Page) -> bool) -> Rules {
    let mut rules = Rules::new();
    for page in pages().iter().filter(|page| of(page)) {
        for section in page.sections() {
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
}

/// The first edition whose pages state a rule.
#[must_use]
pub(super) fn rule_edition(rule: &str) -> Option<Edition> {
    let prefix = rule.split('-').next()?;
    let page = pages().iter().find(|page| page.prefix == prefix)?;
    Some(page.edition())
}
