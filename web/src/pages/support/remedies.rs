//! Ways out: one change each, with the verdict that follows.

use super::Judged;
use super::asked::{Asked, about};
use crate::components::{Action, VerdictMark};
use crate::session::Session;
use crate::words;
use leptos::prelude::*;
use rplab_core::api::{Remedy, remedies};
use rplab_core::matrix::{AssessOptions, RemedyKind, Service};
use rplab_core::model::Fleet;

/// The card; nothing where nothing stands in the way.
#[component]
pub(super) fn WaysOut(judged: Judged) -> impl IntoView {
    let session = Session::get();
    let asked = Asked::get();
    let options = AssessOptions {
        edition: session.edition.get_untracked(),
        ..about(asked.0.get_untracked(), judged.machine.location.as_deref())
    };
    let fleet = Fleet {
        machines: vec![judged.machine],
        disks: Vec::new(),
    };
    let ways = remedies(&fleet, &options).unwrap_or_default();
    let ways: Vec<Remedy> = ways.into_iter().flatten().collect();
    (!ways.is_empty()).then(|| view! {
        <section class="card" aria-labelledby="ways-title" data-testid="ways-out">
            <div class="card-head"><h2 id="ways-title">"Ways out"</h2><span class="hint">"one change each, judged anew"</span></div>
            <ul>{ways.into_iter().map(|way| view! { <Way way asked /> }).collect_view()}</ul>
        </section>
    })
}

#[component]
fn Way(way: Remedy, asked: Asked) -> impl IntoView {
    let Remedy {
        kind,
        what,
        value,
        verdict,
        loses,
    } = way;
    let value = value.join(", ");
    let service = (kind == RemedyKind::Service)
        .then(|| service_of(&value))
        .flatten();
    let words = match (kind, service) {
        (RemedyKind::LeaveOut, _) => format!("Leave out {value}"),
        (RemedyKind::Ask, _) => format!("Ask with {what} = {value}"),
        (RemedyKind::Change, _) => format!("Change {what} to {value}"),
        (RemedyKind::Service, Some(service)) => format!("Use {}", words::service(service)),
        (RemedyKind::Service, None) => format!("Use {value}"),
    };
    let ask = (kind == RemedyKind::Ask).then(|| {
        let press = move || asked.ask(&what, &value);
        view! { <Action label="Ask so" small=true on_press=press /> }
    });
    let choose = service.map(|service| {
        let press = move || asked.0.update(|asked| asked.service = service);
        view! { <Action label="Look" small=true on_press=press /> }
    });
    view! {
        <li class="disk-verdict">
            <span class="grow"><span>{words}</span>{(!loses.is_empty()).then(|| view! { <span class="hint block">{loses}</span> })}</span>
            <VerdictMark verdict />
            {ask}
            {choose}
        </li>
    }
}

fn service_of(name: &str) -> Option<Service> {
    match name {
        "restorePoints" => Some(Service::RestorePoints),
        "vmBackup" => Some(Service::VmBackup),
        "diskBackup" => Some(Service::DiskBackup),
        _ => None,
    }
}
