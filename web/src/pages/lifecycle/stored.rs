//! What is stored, in all and for the disk that is shown.

use super::bench::Bench;
use super::explained;
use crate::components::{Explained, Why, follow, live};
use crate::session::Session;
use crate::words;
use leptos::prelude::*;
use rplab_core::api::StoredBytesQuery;
use rplab_core::units::ByteCount;

/// The totals at this time.
#[component]
pub(crate) fn Stored() -> impl IntoView {
    let session = Session::get();
    let bench = Bench::get();
    let query = move |query: StoredBytesQuery| {
        session
            .read(|lab| lab.stored_bytes(&query))
            .unwrap_or(ByteCount::ZERO)
    };
    let of_machine = move || {
        query(StoredBytesQuery {
            vm: bench.machine_id(),
            ..StoredBytesQuery::default()
        })
    };
    let disk = move || {
        bench
            .disk
            .with(|disk| disk.as_ref().map(|disk| disk.id.to_string()))
    };
    let of_disk = move || {
        query(StoredBytesQuery {
            disk: disk(),
            ..StoredBytesQuery::default()
        })
    };
    let frees = move || {
        let disk = bench
            .disk
            .with(|disk| disk.as_ref().map(|disk| disk.id.clone()));
        bench.points.with(|points| {
            let captured = points
                .iter()
                .flat_map(|point| &point.disks)
                .filter(|captured| Some(&captured.disk) == disk.as_ref());
            ByteCount(
                captured
                    .map(|captured| captured.unique_bytes.0)
                    .fold(0, u64::saturating_add),
            )
        })
    };
    let shared = move || ByteCount(of_disk().0.saturating_sub(frees().0));
    let all = Signal::derive(move || words::size(session.state.with(|state| state.stored_bytes)));
    let frees_text = Signal::derive(move || words::size(frees()));
    let shared_text = Signal::derive(move || words::size(shared()));
    let why_frees = move || {
        Why {
        lines: bench.points.with(|points| {
            let disk = bench
                .disk
                .with(|disk| disk.as_ref().map(|disk| disk.id.clone()));
            let mut lines = vec!["The sum of Frees: what only one point refers to, and goes with it. Deleting several together frees more, since they give up what they share: pick them to see it.".to_owned()];
            lines.extend(points.iter().flat_map(|point| {
                let own = point.disks.iter().filter(|captured| Some(&captured.disk) == disk.as_ref());
                own.map(|captured| format!("{} frees {}", point.name, words::size(captured.unique_bytes)))
            }));
            lines
        }),
        rules: Vec::new(),
    }
    };
    let why_shared = move || Why {
        lines: vec![
            "What is stored for the disk, less what only one point refers to".to_owned(),
            format!(
                "{} - {} = {}",
                words::size(of_disk()),
                words::size(frees()),
                words::size(shared())
            ),
        ],
        rules: Vec::new(),
    };
    // What is stored is what the points pay for: each version of a block is paid for once.
    let paid = move |of: Option<String>, total: ByteCount| {
        let mut lines = vec![
            "Each version of a block once, paid for by the oldest point that holds it".to_owned(),
        ];
        lines.extend(bench.points.with(|points| {
            let said = points.iter().map(|point| {
                let own = point.disks.iter();
                let own = own.filter(|disk| of.as_ref().is_none_or(|of| disk.disk.as_str() == of));
                let pays = own
                    .map(|disk| disk.pays_bytes.0)
                    .fold(0, u64::saturating_add);
                format!("{} pays {}", point.name, words::size(ByteCount(pays)))
            });
            said.collect::<Vec<_>>()
        }));
        lines.push(format!("The sum: {}", words::size(total)));
        Why {
            lines,
            rules: Vec::new(),
        }
    };
    let machine_text = Signal::derive(move || words::size(of_machine()));
    let disk_text = Signal::derive(move || words::size(of_disk()));
    let why_machine = move || paid(None, of_machine());
    let why_disk = move || paid(disk(), of_disk());
    let share = move |part: ByteCount| {
        let thousandths = u128::from(part.0) * 1000 / u128::from(of_disk().0.max(1));
        format!("{}.{}%", thousandths / 10, thousandths % 10)
    };
    let name = move || {
        bench
            .disk
            .with(|disk| disk.as_ref().map(|disk| disk.name.clone()))
    };
    view! {
        <section class="card stored" aria-labelledby="stored-title" data-testid="stored">
            <div class="card-head"><h2 id="stored-title">"Stored"</h2><span class="hint">"distinct block versions over all retained points"</span></div>
            <div class="card-body stack">
                <dl class="numbers">
                    <div><dt>"All points"</dt><dd class="number" data-testid="stored-all"><Explained text=all of="Stored in all points" why=move || explained(session, "storedBytes") testid="why-stored" /></dd></div>
                    <div><dt>"This VM"</dt><dd class="number" data-testid="stored-machine"><Explained text=machine_text of="Stored for this VM" why=why_machine /></dd></div>
                    <div><dt class="mono">{live(name)}</dt><dd class="number" data-testid="stored-disk"><Explained text=disk_text of="Stored for the disk" why=why_disk /></dd></div>
                    <div><dt>"in one point only"</dt><dd class="number"><Explained text=frees_text of="In one point only" why=why_frees /></dd></div>
                    <div><dt>"shared"</dt><dd class="number"><Explained text=shared_text of="Shared" why=why_shared /></dd></div>
                </dl>
                <div class="stored-bar" aria-hidden="true"><i class="unique" style:width=follow(move || share(frees()))></i><i class="shared" style:width=follow(move || share(shared()))></i></div>
            </div>
        </section>
    }
}
