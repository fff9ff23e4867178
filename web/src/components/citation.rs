//! A citation: page and row; opens the rows of the matrix that it stands for.

use super::Icon;
use super::{act, follow, live};
use crate::route::{Page, address_of};
use leptos::prelude::*;
use rplab_core::matrix::Citation;

/// What a page is called on a chip, by its number; its own title where the number is new.
pub(crate) fn page_name(page: &str) -> &str {
    match page.split_whitespace().next() {
        Some("000") => "RP matrix",
        Some("001") => "RP copy",
        Some("002") => "RP create",
        Some("003") => "VM Backup",
        Some("004") => "Disk Backup",
        _ => page.split(" (").next().unwrap_or(page),
    }
}

/// A chip that opens the cited row in place.
#[component]
pub(crate) fn CitationChip(
    /// The place in the page.
    citation: Citation,
    /// The rules of the pages that the row stands for.
    row_ids: Vec<String>,
    /// Whether the page alone is named, because the row stands beside it.
    #[prop(optional)]
    brief: bool,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let name = page_name(&citation.page).to_owned();
    let row = (!brief).then(|| format!(" {}", citation.row));
    let title = format!("{}: {}: {}", citation.page, citation.section, citation.row);
    view! {
        <button
            type="button"
            class="cite"
            title=title
            aria-expanded=follow(move || open.get().to_string())
            on:click=act(move || open.update(|open| *open = !*open))
        >
            <Icon name="book" />
            <span><b>{name}</b>{row}</span>
        </button>
        {live(move || open.get().then(|| view! { <CitedRow citation=citation.clone() row_ids=row_ids.clone() /> }))}
    }
}

/// Rules of the pages, each leading to its row of the support matrix.
#[component]
pub(crate) fn RuleLinks(rules: Vec<String>) -> impl IntoView {
    let link = |rule: String| {
        let to = address_of(Page::Matrix, &rule);
        view! { <a class="mono" href=to>{rule}</a> " " }
    };
    rules.into_iter().map(link).collect_view()
}

/// A sentence whose rules, such as S0-03, lead into the matrix.
pub(crate) fn with_rules(sentence: &str) -> AnyView {
    let mut parts = Vec::new();
    for (at, word) in sentence.split(' ').enumerate() {
        if at > 0 {
            parts.push(" ".into_any());
        }
        let rule = word.trim_matches(['(', ')', ',', '.', ';']);
        match word.split_once(rule).filter(|_| is_rule(rule)) {
            Some((before, after)) => {
                let (before, after) = (before.to_owned(), after.to_owned());
                let to = address_of(Page::Matrix, rule);
                let link = view! { <a class="mono" href=to>{rule.to_owned()}</a> };
                parts.push(view! { {before}{link}{after} }.into_any());
            }
            None => parts.push(word.to_owned().into_any()),
        }
    }
    parts.into_any()
}

/// S, a page's number, a hyphen, a row's number and perhaps a letter.
fn is_rule(word: &str) -> bool {
    let numbers = word.strip_prefix('S').and_then(|rest| rest.split_once('-'));
    numbers.is_some_and(|(page, row)| {
        let row = row.trim_end_matches(|letter: char| letter.is_ascii_lowercase());
        [page, row]
            .iter()
            .all(|part| !part.is_empty() && part.bytes().all(|digit| digit.is_ascii_digit()))
    })
}

#[component]
fn CitedRow(citation: Citation, row_ids: Vec<String>) -> impl IntoView {
    view! {
        <dl class="pairs cited" data-testid="cited-row">
            <dt>"Page"</dt>
            <dd>{citation.page}</dd>
            <dt>"Section"</dt>
            <dd>{citation.section}</dd>
            <dt>"Row"</dt>
            <dd>{citation.row}</dd>
            <dt>"Rules"</dt>
            <dd><RuleLinks rules=row_ids /></dd>
        </dl>
    }
}

#[cfg(test)]
mod tests {
    use super::is_rule;

    #[test]
    fn rules_are_told_from_other_words() {
        for rule in ["S0-03", "S3-80a", "S10-7"] {
            assert!(is_rule(rule), "{rule}");
        }
        for other in ["S0", "SQL-01", "S-1", "vm-S0-03", "S0-", "", "S0-03x9"] {
            assert!(!is_rule(other), "{other}");
        }
    }
}
