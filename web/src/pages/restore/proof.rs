//! The proof: every block read three times, and the digests side by side.

use super::rehearsal::Rehearsal;
use crate::components::{Action, Note, Reason, TableFile, Working, live, reason_of, reveal};
use crate::session::Session;
use crate::session::slices::{Slices, Work};
use crate::words;
use leptos::prelude::*;
use rplab_core::api::{Command, DiskProof, InputError, Lab, Proof};
use rplab_core::cloud::WriteBlocks;
use rplab_core::ids::ResourceId;

/// The card of the chosen restored VM or disk.
#[component]
pub(crate) fn ProofCard() -> impl IntoView {
    let session = Session::get();
    let rehearsal = Rehearsal::get();
    let work = Work::new();
    let found = RwSignal::new(None::<Result<Proof, InputError>>);
    let again = RwSignal::new(());
    Effect::new(move |_| {
        again.track();
        let subject = rehearsal.restored();
        // Cheap: what two labs have in common they share.
        let lab = session.read(Lab::clone);
        let turn = work.begin();
        wasm_bindgen_futures::spawn_local(async move {
            let proof = match &subject {
                Some(subject) => match proof(&lab, subject, work, turn).await {
                    Some(proof) => Some(proof),
                    None => return,
                },
                None => None,
            };
            work.end();
            // Shown anew only where it says something else.
            if found.with_untracked(|found| *found != proof) {
                found.set(proof);
            }
            // On a narrow page it stands far below what was pressed.
            if rehearsal.awaited.try_update(std::mem::take) == Some(true) {
                reveal("#proof-title");
            }
        });
    });
    let card = move || {
        if work.shown.get() {
            let on_stop = move || work.stop();
            return Some(view! { <section class="card" aria-label="Proof" data-testid="proving"><div class="card-body"><Working progress=work.progress on_stop /></div></section> }.into_any());
        }
        if work.stopped.get() {
            let prove = move || again.set(());
            return Some(view! { <Note tone="caveat"><b>"Not proved: it was stopped."</b><Action label="Prove it" small=true testid="prove-again" on_press=prove /></Note> }.into_any());
        }
        found.get().map(|found| match found {
            Ok(proof) => view! { <Proved proof /> }.into_any(),
            Err(error) => view! { <Note tone="no"><b>"It cannot be proved now."</b><span>{error.message}</span></Note> }.into_any(),
        })
    };
    live(card)
}

/// The proof of a restored disk or VM, in slices; `None` where it is not wanted any more.
async fn proof(
    lab: &Lab,
    subject: &ResourceId,
    work: Work,
    turn: u64,
) -> Option<Result<Proof, InputError>> {
    let mut slices = Slices::new();
    let mut proving = match lab.begin_proof(subject.as_str()) {
        Ok(proving) => proving,
        Err(error) => return Some(Err(error)),
    };
    loop {
        match proving.go_on() {
            Ok(true) => return Some(Ok(proving.end())),
            Ok(false) => {}
            Err(error) => return Some(Err(error)),
        }
        let far = proving.thousandths();
        if !work.rest(turn, &mut slices, "proving", far).await {
            return None;
        }
    }
}

#[component]
fn Proved(proof: Proof) -> impl IntoView {
    let blocks: u64 = proof
        .disks
        .iter()
        .map(|disk| disk.blocks_read)
        .fold(0, u64::saturating_add);
    let kept = proof
        .disks
        .iter()
        .all(|disk| disk.source_digest == disk.point_digest);
    let (name, point) = (
        proof.subject.name().to_owned(),
        proof.restore_point.name().to_owned(),
    );
    let (tone, result, meaning) = match (proof.equal, kept) {
        (true, _) => (
            "ok",
            format!(
                "{} read three times, all equal.",
                words::count(blocks, "block", "blocks")
            ),
            format!("{name} is what the source was when {point} was captured."),
        ),
        (false, true) => (
            "caveat",
            format!("{name} has changed since it was restored."),
            format!(
                "{point} still reads as the source was: a point does not follow the disk that was made from it."
            ),
        ),
        (false, false) => (
            "no",
            format!("{point} does not read as the source was."),
            String::new(),
        ),
    };
    let rows = proof
        .disks
        .iter()
        .cloned()
        .map(|disk| view! { <ProofRow disk subject=name.clone() /> })
        .collect_view();
    let disks: Vec<_> = proof
        .disks
        .iter()
        .map(|disk| disk.disk.to_string())
        .collect();
    let about = format!("{name}, from {point}: content digests, SHA-256");
    view! {
        <section class="card" aria-labelledby="proof-title" data-testid="proof">
            <div class="card-head"><h2 id="proof-title" tabindex="-1">"Proof"</h2><span class="hint">{about}</span></div>
            <div class="table-wrap">
                <table class="cards">
                    <caption class="unseen">"Three readings of each disk"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Disk"</th>
                            <th scope="col">"Source, as recorded"</th>
                            <th scope="col">"Point"</th>
                            <th scope="col">"Restored"</th>
                            <th scope="col" class="number">"Blocks read"</th>
                            <th scope="col">"Result"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <TableFile of="the proof" file="proof" />
            <div class="card-body stack wide"><Note tone><b data-testid="proof-result">{result}</b><span>{meaning}</span></Note><WriteToRestored disks /></div>
        </section>
    }
}

#[component]
fn ProofRow(disk: DiskProof, subject: String) -> impl IntoView {
    let full = disk.disk.name().to_owned();
    let short = full
        .strip_prefix(&format!("{subject}-"))
        .unwrap_or(&full)
        .to_owned();
    let digest = |label: &'static str, word: &'static str, digest: String| {
        view! { <td data-label=label class="mono digest"><span title=digest.clone() data-testid=word data-digest=digest.clone()>{words::short_digest(&digest)}</span></td> }
    };
    let (verdict, text) = match disk.first_difference {
        None => ("verdict ok", "equal".to_owned()),
        Some(block) => (
            "verdict caveat",
            format!("differs from block {}", words::grouped(block)),
        ),
    };
    let icon = if disk.first_difference.is_none() {
        "ok"
    } else {
        "caveat"
    };
    view! {
        <tr data-testid=format!("proof-{}", disk.disk.name())>
            <th scope="row" title=full>{short}</th>
            {digest("Source, as recorded", "digest-source", disk.source_digest.to_string())}
            {digest("Point", "digest-point", disk.point_digest.to_string())}
            {digest("Restored", "digest-restored", disk.restored_digest.to_string())}
            <td class="number" data-label="Blocks read">{words::grouped(disk.blocks_read)}</td>
            <td data-label="Result"><span class=verdict><crate::components::Icon name=icon />{text}</span></td>
        </tr>
    }
}

#[component]
fn WriteToRestored(disks: Vec<String>) -> impl IntoView {
    let session = Session::get();
    let (disk, first) = (
        RwSignal::new(disks.first().cloned().unwrap_or_default()),
        RwSignal::new("0".to_owned()),
    );
    let command = move || {
        let first = first.get().trim().parse::<u64>().ok()?;
        Some(Command::WriteBlocks(WriteBlocks {
            disk: disk.get(),
            first,
            last: first,
        }))
    };
    let reason = reason_of(move || match command() {
        None => Some("Give the block as a whole number".to_owned()),
        Some(command) => session.refusal(&command),
    });
    let write = move || {
        if let Some(command) = untrack(command) {
            session.dispatch(command);
        }
    };
    let option = |id: String| {
        let name = id.rsplit('/').next().unwrap_or_default().to_owned();
        view! { <option value=id>{name}</option> }
    };
    view! {
        <details data-testid="write-restored">
            <summary>"Write to the restored disk and see that the point stays as it was"</summary>
            <div class="stack">
                <div class="pair">
                    <label class="field">"Disk"<select class="input" on:change:target=move |event| disk.set(event.target().value())>{disks.into_iter().map(option).collect_view()}</select></label>
                    <label class="field">"Block"<input class="input number" inputmode="numeric" bind:value=first /></label>
                </div>
                <Action label="Write the block" icon="pen" reason described_by="write-restored-reason" testid="write-restored-block" on_press=write />
                <Reason id="write-restored-reason" reason />
            </div>
        </details>
    }
}
