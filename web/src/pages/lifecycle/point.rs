//! The chosen point: its numbers, and deleting it.

use super::bench::Bench;
use super::explained;
use super::owners::Swatch;
use crate::components::{Action, Explained, Icon, Reason, Why, live, reason_of, rescue_focus};
use crate::route::{Page, address};
use crate::session::{Session, Tone};
use crate::words;
use leptos::prelude::*;
use rplab_core::api::{Command, DiskRestorePointState, Outcome, RestorePointState};
use rplab_core::cloud::DeleteRestorePoint;
use rplab_core::ids::ResourceId;
use rplab_core::model::{ConsistencyMode, ProvisioningState};
use rplab_core::units::ByteCount;

/// What a disk of a point may hold for its digest to be read with the point.
const READ_AT_ONCE: ByteCount = ByteCount(1 << 40);

/// How consistent a point is, in a word.
pub(crate) const fn consistency_word(
    mode: Option<ConsistencyMode>,
    state: ProvisioningState,
) -> &'static str {
    match (state, mode) {
        (ProvisioningState::Creating, _) => "creating",
        (ProvisioningState::Failed, _) => "failed",
        (ProvisioningState::Deleting, _) => "deleting",
        (_, Some(ConsistencyMode::ApplicationConsistent)) => "application",
        (_, Some(ConsistencyMode::FileSystemConsistent)) => "file system",
        (_, Some(ConsistencyMode::CrashConsistent)) => "crash",
        (_, None) => "",
    }
}

/// Deletes a point, says what it freed, and offers to take it back.
pub(crate) fn delete_point(session: Session, bench: Bench, point: &RestorePointState) {
    let command = Command::DeleteRestorePoint(DeleteRestorePoint {
        restore_point: point.id.to_string(),
        at_once: None,
    });
    let next = bench.beside(&point.id);
    let was_chosen = bench.chosen_id.get_untracked().as_ref() == Some(&point.id);
    if let Outcome::Ok { .. } = session.dispatch(command) {
        if was_chosen {
            bench.point.set(Some(point.id.clone()));
            bench
                .after_it
                .set(next.map(|next| (point.id.clone(), next)));
        }
        rescue_focus(".lane.chosen .lane-name, .points-table input");
        session.tell(
            Tone::Undo,
            format!(
                "Deleting {} frees {}.",
                point.name,
                words::size(point.freed_bytes)
            ),
        );
    }
}

/// Why a point cannot be deleted now.
pub(crate) fn delete_refusal(session: Session, point: &RestorePointState) -> Option<String> {
    let command = Command::DeleteRestorePoint(DeleteRestorePoint {
        restore_point: point.id.to_string(),
        at_once: None,
    });
    session.refusal(&command)
}

/// The strip with the numbers of the chosen point.
#[component]
pub(crate) fn PointDetail() -> impl IntoView {
    let bench = Bench::get();
    move || {
        let disk = bench
            .disk
            .with(|disk| disk.as_ref().map(|disk| disk.id.clone()));
        bench.chosen().map(|point| view! { <Detail point disk /> })
    }
}

#[component]
fn Detail(point: RestorePointState, disk: Option<ResourceId>) -> impl IntoView {
    let (session, bench) = (Session::get(), Bench::get());
    let captured = point
        .disks
        .iter()
        .find(|captured| Some(&captured.disk) == disk.as_ref())
        .cloned();
    let asked = point.clone();
    let reason = reason_of(move || delete_refusal(session, &asked));
    let name = point.name.clone();
    let restore = address(Page::Restore, session.machine.get_untracked().as_deref());
    let excluded: Vec<_> = point
        .exclude_disks
        .iter()
        .map(|id| id.name().to_owned())
        .collect();
    let busy = point
        .busy_until
        .map(|until| format!(", until {}", words::short_instant(until)));
    let (state, consistency, taken) = (
        format!("{:?}", point.provisioning_state),
        consistency_word(point.consistency_mode, point.provisioning_state),
        point.time_created,
    );
    let (of, subject) = (name.clone(), point.id.to_string());
    let usable = point.provisioning_state == ProvisioningState::Succeeded;
    let label = format!("Delete {name}");
    let described = format!("Point {name}");
    let swatch = point.id.clone();
    view! {
        <section class="point-detail" aria-label=described data-testid="point-detail">
            <div class="line">
                <Swatch point=swatch />
                <h3 class="mono">{name}</h3>
                <span class="hint">{words::instant(taken)} " \u{b7} " {consistency} " \u{b7} " <Explained text=Signal::stored(state) of=format!("Why {of} is as it is") why=move || explained(session, &subject) testid="why-point" />{busy}</span>
                <span class="line end">
                    {match usable {
                        true => view! { <a class="button small" href=restore><Icon name="restore" />"Restore from it"</a> }.into_any(),
                        false => view! { <Action label="Restore from it" icon="restore" small=true reason=Signal::stored(Some("Only a point that has succeeded can be restored from".to_owned())) testid="restore-from" on_press=|| () /> }.into_any(),
                    }}
                    <Action label icon="trash" small=true reason described_by="delete-reason" testid="delete-point" on_press=move || delete_point(session, bench, &point) />
                </span>
            </div>
            <Reason id="delete-reason" reason />
            {(!excluded.is_empty()).then(|| view! { <p class="second">"Left out: " <span class="mono">{excluded.join(", ")}</span></p> })}
            {captured.map(|captured| view! { <Numbers captured /> })}
        </section>
    }
}

#[component]
fn Numbers(captured: DiskRestorePointState) -> impl IntoView {
    let kind = if captured.full { "full" } else { "incremental" };
    let session = Session::get();
    let id = captured.id.clone();
    // A digest is a reading of every block: of a large disk only when it is asked for.
    let wanted = RwSignal::new(captured.referenced_bytes <= READ_AT_ONCE);
    let digest = Memo::new(move |_| {
        if !wanted.get() {
            return None;
        }
        session
            .read(|lab| lab.content_digest(id.as_str()))
            .map(|digest| digest.to_string())
            .ok()
    });
    let said = |bytes: ByteCount| words::size(bytes);
    let (referenced, unique) = (said(captured.referenced_bytes), said(captured.unique_bytes));
    let sum = format!(
        "Referenced {referenced} = Frees {unique} + Shared {}",
        said(captured.shared_bytes)
    );
    let number = |label: &'static str, bytes: ByteCount, title: &'static str| {
        let (text, sum) = (Signal::stored(words::size(bytes)), sum.clone());
        let why = move || Why {
            lines: vec![
                title.to_owned(),
                format!("{} bytes", words::grouped(bytes.0)),
                sum.clone(),
            ],
            rules: Vec::new(),
        };
        view! { <div title=title><dt>{label}</dt><dd class="number" data-testid=format!("number-{}", label.to_lowercase())><Explained text of=label why /></dd></div> }
    };
    view! {
        <dl class="numbers">
            <div><dt>{captured.name.clone()}</dt><dd>{kind}</dd></div>
            {live(move || (!wanted.get()).then(|| view! { <div><dt>"Digest"</dt><dd><Action label="Read it" small=true testid="read-digest" on_press=move || wanted.set(true) /></dd></div> }))}
            {live(move || digest.get().map(|digest| {
                let short = words::short_digest(&digest);
                view! { <div title="Content digest of this disk in this point, SHA-256"><dt>"Digest"</dt><dd class="mono" data-testid="point-digest" data-digest=digest.clone() title=digest>{short}</dd></div> }
            }))}
            {number("Added", captured.added_bytes, "What its creation stored")}
            {number("Referenced", captured.referenced_bytes, "Blocks that it holds")}
            {number("Frees", captured.unique_bytes, "Blocks that no other retained point holds: what deleting it alone frees")}
            {number("Shared", captured.shared_bytes, "Blocks that other retained points hold too")}
            {number("Pays", captured.pays_bytes, "Blocks that no older retained point holds; summed over all points, what is stored")}
        </dl>
    }
}
