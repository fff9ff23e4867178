//! Rows of the matrix as callers see them.

use super::example::{Example, example};
use super::page::rule;
use super::{Citation, Edition, Predicate, Service, Verdict, ledger, written};
use crate::json::{Read, Write};
use crate::order;

/// What a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum Subject {
    /// The virtual machine.
    Vm,
    /// A disk.
    Disk,
    /// Encryption of disks.
    Encryption,
    /// The security type of the VM.
    Security,
    /// The guest operating system and what runs in it.
    GuestOs,
    /// Network.
    Network,
    /// Regions.
    Region,
    /// The REST interface.
    Api,
    /// A number that bounds something.
    Limit,
    /// Moving, deleting, naming: the life of resources.
    Management,
    /// Who may read.
    Access,
    /// A way to restore.
    RestoreMethod,
    /// Restoring single files.
    FileRestore,
    /// A backup policy.
    Policy,
    /// A vault.
    Vault,
}

/// Who judges a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum JudgedBy {
    /// Facts decide it beforehand.
    #[default]
    Matrix,
    /// The lab shows it as time passes.
    Engine,
    /// Both.
    Both,
}

/// Whether the lab shows what a row says.
#[derive(Clone, Debug, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Simulated {
    /// Yes, this way.
    Yes(String),
    /// Not yet; this is what is missing.
    NotYet(String),
}

/// A row of the support matrix.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MatrixRow {
    /// Our name for the row.
    pub id: String,
    /// The rules of the pages that it stands for, each with its place.
    pub rules: Vec<RuleReference>,
    /// Places that are no rule of the five pages: later pages, and tables that are silent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<Citation>,
    /// The service.
    pub service: Service,
    /// Every service that it is a row of.
    pub services: Vec<Service>,
    /// What it is about.
    pub subject: Subject,
    /// What it says where it holds.
    pub verdict: Verdict,
    /// The page's short row label.
    pub label: String,
    /// What is so, in our words.
    pub text: String,
    /// The way out; empty where none is needed.
    pub remedy: String,
    /// When it holds, in words made from its predicate; empty for a row that only the lab shows.
    pub when: String,
    /// The facts that decide it.
    pub facts: Vec<String>,
    /// The first edition that it holds in.
    pub from: Edition,
    /// The last edition that it holds in.
    pub until: Edition,
    /// The rules that say something else.
    pub conflicts_with: Vec<String>,
    /// Who judges it.
    pub judged_by: JudgedBy,
    /// Whether the lab shows it; `None` for a row that facts alone decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub simulated: Option<Simulated>,
    /// A machine that it holds for; `None` for a row that only the lab shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<Example>,
}

/// A rule of the pages: its id and its place.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RuleReference {
    /// The rule's id, page and number, such as `S0-03`.
    pub id: String,
    /// Where it stands.
    pub citation: Citation,
}

/// Every row of the matrix, in the order of its files.
#[must_use]
pub fn support_matrix() -> Vec<MatrixRow> {
    written::rows().filter_map(shown).collect()
}

/// How many rows there are. Reads those that nobody has asked for yet.
#[must_use]
pub fn row_count() -> usize {
    written::rows().count()
}

/// At most `count` rows of the matrix from a place on, for who makes a few at a time, and the place behind them; `None`
/// where there are no more. Rows of services other than restore points come behind the others when they are loaded.
#[must_use]
pub fn support_matrix_from(place: usize, count: usize) -> Option<(Vec<MatrixRow>, usize)> {
    let some: Vec<_> = written::rows().skip(place).take(count).collect();
    let next = place + some.len();
    (next > place).then(|| (some.into_iter().filter_map(shown).collect(), next))
}

/// The rows that stand for any of these rules, in the order of their files.
pub(crate) fn rows_of_rules(ids: &[String]) -> impl Iterator<Item = MatrixRow> {
    let named = |row: &&written::WrittenRow| row.rules.iter().any(|rule| ids.contains(rule));
    written::rows().filter(named).filter_map(shown)
}

fn shown(row: &'static written::WrittenRow) -> Option<MatrixRow> {
    let service = *row.services.first()?;
    let in_force = row.in_edition(row.until())?;
    let references = row.rules.iter().filter_map(|id| {
        Some(RuleReference {
            id: id.clone(),
            citation: rule(id)?.1.clone(),
        })
    });
    let references: Vec<RuleReference> = references.collect();
    let elsewhere = in_force.citations.iter().skip(references.len());
    Some(MatrixRow {
        id: row.id.clone(),
        citations: elsewhere.cloned().collect(),
        rules: references,
        service,
        services: row.services.clone(),
        subject: row.subject,
        verdict: row.verdict,
        label: row.label.clone(),
        text: row.text.clone(),
        remedy: row.remedy.clone(),
        when: row
            .when
            .as_ref()
            .map(Predicate::describe)
            .unwrap_or_default(),
        facts: facts(row.when.as_ref()),
        from: row.from(),
        until: row.until(),
        conflicts_with: ledger::against(&row.rules),
        judged_by: row.judged_by,
        simulated: row.simulated.clone(),
        example: example(
            &row.id,
            service,
            Edition::default().clamp(row.from(), row.until()),
        ),
    })
}

fn facts(when: Option<&Predicate>) -> Vec<String> {
    let mut names = Vec::new();
    if let Some(when) = when {
        when.fact_names(&mut names);
    }
    order::few(names).into_iter().map(str::to_owned).collect()
}
