//! Support matrix: every row of every service, found by words and filters, each with an address of its own.

mod asked;
mod contradictions;
mod list;
mod opened;

pub(crate) use self::contradictions::TouchingContradictions;

use self::asked::Asked;
use self::contradictions::Contradictions;
use self::list::RowList;
use self::opened::OpenedRow;
use crate::components::{Choice, Icon, Note, follow, live, soon, verdict_look};
use crate::route::Way;
use crate::session::{Services, Session};
use crate::shell::edition_name;
use crate::words;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use rplab_core::api::{MatrixRow, support_matrix_from};
use rplab_core::matrix::{Edition, Service, Verdict, pages, row_count};
use std::sync::Arc;

const SERVICES: [Service; 5] = [
    Service::RestorePoints,
    Service::VmBackup,
    Service::DiskBackup,
    Service::Mars,
    Service::DpmMabs,
];
const VERDICTS: [Verdict; 5] = [
    Verdict::NotSupported,
    Verdict::ExcludeDisk,
    Verdict::Caveat,
    Verdict::Undocumented,
    Verdict::Supported,
];

/// The rows, and which of them are asked for.
#[derive(Clone, Copy)]
pub(crate) struct Catalogue {
    rows: RwSignal<Vec<Arc<MatrixRow>>>,
    /// Whether rows are still being made: what there is is no answer yet.
    gathers: RwSignal<bool>,
    asked: Asked,
}

impl Catalogue {
    fn new(session: Session, asked: Asked) -> Self {
        let next = StoredValue::new(None);
        let rows = RwSignal::new(Vec::new());
        let gathers = RwSignal::new(true);
        // A task of its own, before that in which the list is made.
        Timeout::new(0, move || {
            let (first, behind) = some(0, AT_FIRST).unwrap_or_default();
            rows.try_set(first);
            Timeout::new(0, move || gather(rows, gathers, next, behind, Vec::new())).forget();
        })
        .forget();
        // Rows only come behind those that are there: the other services', when they are loaded.
        Effect::new(move |_| {
            session.services.track();
            // Who is at it already finds these too.
            if let Some(from) = next.try_update_value(Option::take).flatten() {
                gathers.set(true);
                gather(rows, gathers, next, from, Vec::new());
            }
        });
        Self {
            rows,
            gathers,
            asked,
        }
    }

    /// The rows that fit what is asked for.
    fn found(self) -> Vec<Arc<MatrixRow>> {
        let asked = self.asked;
        let sought = asked.text.get().trim().to_lowercase();
        let fits = |row: &MatrixRow| {
            chosen(asked.service, |word| {
                row.services.iter().any(|own| words::service(*own) == word)
            }) && chosen(asked.subject, |word| words::subject(row.subject) == word)
                && chosen(asked.verdict, |word| row.verdict.as_str() == word)
                && chosen(asked.edition, |word| {
                    let mut editions = Edition::ALL.into_iter();
                    let asked = editions.find(|edition| edition.as_str() == word);
                    asked.is_none_or(|asked| row.from <= asked && asked <= row.until)
                })
                && (sought.is_empty() || sought.split_whitespace().all(|word| says(row, word)))
        };
        self.rows
            .with(|rows| rows.iter().filter(|row| fits(row)).cloned().collect())
    }

    /// The row of that name, or the first one that stands for that rule of the pages.
    fn named(self, name: &str) -> Option<Arc<MatrixRow>> {
        self.rows.with(|rows| {
            let by_id = rows.iter().find(|row| row.id == name);
            let by_rule = || {
                rows.iter()
                    .find(|row| row.rules.iter().any(|rule| rule.id == name))
            };
            by_id.or_else(by_rule).cloned()
        })
    }
}

/// Rows that are made with the page: as many as a list shows at first.
const AT_FIRST: usize = list::SHOWN;
/// Rows that are made in one go behind them.
const AT_ONCE: usize = 20;

/// Some rows, from a place on, and the place behind them.
fn some(from: usize, count: usize) -> Option<(Vec<Arc<MatrixRow>>, usize)> {
    let (rows, next) = support_matrix_from(from, count)?;
    Some((rows.into_iter().map(Arc::new).collect(), next))
}

/// Makes the rows that are not there yet, some in each task, and shows them when all are: each time some go to the page it
/// is drawn anew.
fn gather(
    rows: RwSignal<Vec<Arc<MatrixRow>>>,
    gathers: RwSignal<bool>,
    next: StoredValue<Option<usize>>,
    from: usize,
    mut new: Vec<Arc<MatrixRow>>,
) {
    if let Some((found, behind)) = some(from, AT_ONCE) {
        new.extend(found);
        Timeout::new(0, move || gather(rows, gathers, next, behind, new)).forget();
        return;
    }
    // The page may have been left.
    next.try_set_value(Some(from));
    if !new.is_empty() {
        rows.try_update(|rows| rows.append(&mut new));
    }
    gathers.try_set(false);
}

/// Whether nothing is chosen, or what is chosen fits.
fn chosen(filter: RwSignal<String>, fits: impl Fn(&str) -> bool) -> bool {
    filter.with(|word| word.is_empty() || fits(word))
}

/// Whether a row says a word anywhere.
fn says(row: &MatrixRow, word: &str) -> bool {
    let says = |text: &String| text.to_lowercase().contains(word);
    let texts = [&row.id, &row.label, &row.text, &row.remedy, &row.when];
    let place = |page: &String, section: &String, label: &String| {
        says(page) || says(section) || says(label)
    };
    texts.into_iter().any(says)
        || row.rules.iter().any(|rule| {
            says(&rule.id)
                || place(
                    &rule.citation.page,
                    &rule.citation.section,
                    &rule.citation.row,
                )
        })
        || row
            .citations
            .iter()
            .any(|at| place(&at.page, &at.section, &at.row))
}

fn options(any: &str, named: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
    std::iter::once((String::new(), any.to_owned()))
        .chain(named)
        .collect()
}

/// The page.
#[component]
pub(crate) fn MatrixPage() -> impl IntoView {
    let session = Session::get();
    let way = Way::get();
    let route = way.route;
    let asked = Asked::new(way);
    let catalogue = Catalogue::new(session, asked);
    let found = Memo::new(move |_| catalogue.found());
    let opened = Memo::new(move |_| route.with(|route| route.row.clone()));
    let services = options(
        "All services",
        SERVICES
            .into_iter()
            .map(|service| same(words::service(service))),
    );
    let subjects = options(
        "All subjects",
        words::SUBJECTS.into_iter().map(|(_, name)| same(name)),
    );
    let verdicts = VERDICTS.into_iter().map(|verdict| {
        (
            verdict.as_str().to_owned(),
            verdict_look(verdict).word.to_owned(),
        )
    });
    let verdicts = options("All verdicts", verdicts);
    let editions = Edition::ALL.into_iter().map(|edition| {
        (
            edition.as_str().to_owned(),
            format!("In {}", edition_name(edition)),
        )
    });
    let editions = options("All editions", editions);
    let said = move || {
        let gathers = catalogue.gathers.get();
        let (all, shown) = (catalogue.rows.with(Vec::len), found.with(Vec::len));
        // As long a sentence before all are there, so that nothing moves.
        let (all, shown) = match gathers {
            true => (row_count(), "Being listed.".to_owned()),
            false => (all, format!("{shown} shown.")),
        };
        let all = words::count(u64::try_from(all).unwrap_or(0), "row", "rows");
        let said = format!(
            "{all} from {} pages, every statement in our own words. {shown}",
            pages().len()
        );
        // Behind it, where nothing moves when they come.
        match session.services.with(|found| *found == Services::Waiting) {
            true => format!("{said} Those of other services are on their way."),
            false => said,
        }
    };
    let waiting = move || match session.services.get() {
        Services::Here | Services::Waiting => None,
        Services::Failed(reason) => Some(format!(
            "The rows of services other than restore points are not here: {reason}."
        )),
    };
    view! {
        <div class="page-head">
            <div>
                <h1>"Support matrix"</h1>
                <p aria-live="polite" data-testid="matrix-summary">{live(said)}</p>
            </div>
        </div>
        {live(move || waiting().map(|words| view! { <Note tone="info"><p>{words}</p></Note> }))}
        {soon(move || view! { <Contradictions /> }.into_any())}
        <div class="columns matrix-columns" class:opened=follow(move || opened.with(Option::is_some))>
            <section class="card" aria-label="Rows" aria-busy=follow(move || catalogue.gathers.get().then_some("true"))>
                <div class="card-head filters">
                    <label class="search">
                        <Icon name="search" />
                        <span class="unseen">"Search rows"</span>
                        <input type="search" placeholder="Word, rule or row" data-testid="matrix-search" bind:value=asked.text />
                    </label>
                    <Choice label="Service" brief=true options=Signal::stored(services) value=asked.service testid="matrix-service" />
                    <Choice label="Subject" brief=true options=Signal::stored(subjects) value=asked.subject testid="matrix-subject" />
                    <Choice label="Verdict" brief=true options=Signal::stored(verdicts) value=asked.verdict testid="matrix-verdict" />
                    <Choice label="Edition" brief=true options=Signal::stored(editions) value=asked.edition testid="matrix-edition" />
                </div>
                {soon(move || view! { <RowList found gathers=catalogue.gathers opened /> }.into_any())}
            </section>
            <aside aria-label="The opened row">
                {live(move || match opened.get() {
                    None => view! { <p class="card card-body second">"Choose a row to see where it stands, what contradicts it, and a VM that it holds for."</p> }.into_any(),
                    Some(name) => match catalogue.named(&name) {
                        Some(row) => view! { <OpenedRow row /> }.into_any(),
                        None if catalogue.gathers.get() => ().into_any(),
                        None => view! { <Note tone="no"><p>"There is no row or rule " <b class="mono">{name}</b> ", or it belongs to a service whose rows are not here yet."</p></Note> }.into_any(),
                    },
                })}
            </aside>
        </div>
    }
}

fn same(name: &'static str) -> (String, String) {
    (name.to_owned(), name.to_owned())
}
