//! The block under the cursor: who wrote it, who refers to it, who pays, when it is freed.

use super::bench::Bench;
use super::owners::Swatch;
use super::points::Points;
use super::window::Scale;
use crate::components::{follow, live};
use crate::session::Session;
use crate::words;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use rplab_core::api::{BlockState, BlockVersionState};
use rplab_core::ids::ResourceId;
use rplab_core::model::ProvisioningState;

/// How many blocks of a column are looked through for one that was written.
const LOOKED_THROUGH: u64 = 4096;
/// How many of the points that refer to a block are shown one by one.
const SWATCHES: usize = 40;
/// How long the cursor rests before a block of many points is looked up.
const REST_MILLISECONDS: u32 = 120;

/// The docked strip under the map.
#[component]
pub(crate) fn Inspector() -> impl IntoView {
    let session = Session::get();
    let bench = Bench::get();
    let look = move || {
        let disk = bench.disk.get()?;
        let Scale {
            first,
            width: per_column,
            blocks,
            ..
        } = bench.scale.get();
        let at = bench.looked_at().min(blocks - 1);
        let from = first + bench.column() * per_column;
        let point = bench.looked_in();
        let until = from
            .saturating_add(per_column.min(LOOKED_THROUGH) - 1)
            .min(blocks - 1);
        session.read(|lab| {
            let read = |index| lab.block(disk.id.as_str(), index).ok();
            // The very block, where the point holds it; else the first one of its column that it holds.
            let exact = read(at).filter(|block| version_of(block, point.as_ref()).is_some());
            let held = || {
                let point = point.as_ref()?.as_str();
                let held = lab.first_held(disk.id.as_str(), point, from, until);
                read(held.ok().flatten()?)
            };
            exact.or_else(held).or_else(|| read(at))
        })
    };
    // With many points a block has much to tell; it is told when the cursor rests.
    let rested = RwSignal::new(());
    let resting = StoredValue::new_local(None::<Timeout>);
    Effect::new(move |_| {
        session.state.track();
        bench.disk.track();
        bench.scale.track();
        bench.block.track();
        bench.hover.track();
        bench.chosen_id.track();
        if bench.is_long() {
            let told = move || {
                // The page may have gone meanwhile.
                let _ = rested.try_set(());
            };
            resting.set_value(Some(Timeout::new(REST_MILLISECONDS, told)));
        }
    });
    let block = Memo::new(move |_| {
        rested.track();
        if bench.is_long() {
            return untrack(look);
        }
        look()
    });
    let choose = move |text: String| {
        if let Ok(index) = text.trim().parse::<u64>() {
            bench.go(index);
        }
    };
    view! {
        <div class="inspector" data-testid="inspector">
            <label class="field">"Block" <input class="input number" type="number" min="0" prop:value=follow(move || block.get().map(|block| block.index.to_string())) on:change:target=move |event| choose(event.target().value()) /></label>
            <div class="inspected" aria-live="polite">
                {live(move || block.get().map(|block| { let point = bench.looked_in(); let absent = absent(bench, point.as_ref()); let all = bench.points.with(Points::len); view! { <Inspected block point absent all /> } }))}
            </div>
        </div>
    }
}

/// Why the point has none of the disk's blocks, as its lane says it.
fn absent(bench: Bench, point: Option<&ResourceId>) -> Option<&'static str> {
    let disk = bench
        .disk
        .with(|disk| disk.as_ref().map(|disk| disk.id.clone()))?;
    bench.points.with(|points| {
        let point = points.find(point?)?;
        let is_in = point.disks.iter().any(|captured| captured.disk == disk);
        let creating = point.provisioning_state == ProvisioningState::Creating;
        match (is_in, creating) {
            (true, _) => None,
            (_, true) => Some("being captured"),
            _ => Some("this disk is not in the point"),
        }
    })
}

fn version_of<'a>(
    block: &'a BlockState,
    point: Option<&ResourceId>,
) -> Option<&'a BlockVersionState> {
    let point = point?;
    block
        .versions
        .iter()
        .find(|version| version.referenced_by.contains(point))
}

#[component]
fn Inspected(
    block: BlockState,
    point: Option<ResourceId>,
    absent: Option<&'static str>,
    all: usize,
) -> impl IntoView {
    let version = version_of(&block, point.as_ref()).cloned();
    let versions = block.versions.len();
    let name = point
        .as_ref()
        .map(|point| point.name().to_owned())
        .unwrap_or_default();
    let Some(version) = version else {
        return view! {
            <Cell label=format!("In {name}")><b>{absent.unwrap_or("never written")}</b></Cell>
            <Cell label="Versions".to_owned()>{versions}</Cell>
        }
        .into_any();
    };
    let count = version.referenced_by.len();
    let freed = match count {
        1 => format!("{name} goes"),
        2 => "both go".to_owned(),
        count => format!("all {count} go"),
    };
    let more = count.saturating_sub(SWATCHES);
    let more = (more > 0).then(|| format!("and {more} more"));
    let wrote = version.write.map(|number| {
        let kind = version.write_kind.clone().unwrap_or_default();
        format!("{kind} {}", words::grouped(number))
    });
    let live = if version.live {
        "the live disk reads it too"
    } else {
        "the live disk has moved on"
    };
    view! {
        <Cell label="Written before".to_owned()>{version.captured_by.map(|id| view! { <Named id /> })} {wrote.map(|wrote| view! { <span class="hint block">{wrote}</span> })}</Cell>
        <Cell label=format!("Referred to by {count} of {all}")>{version.referenced_by.into_iter().take(SWATCHES).map(|id| view! { <Swatch point=id small=true /> " " }).collect_view()} {more}</Cell>
        <Cell label="Paid by".to_owned()>{version.paid_by.map(|id| view! { <Named id /> })}</Cell>
        <Cell label="Freed when".to_owned()>{freed} <span class="hint">{format!("; {live}; {}", words::count(u64::try_from(versions).unwrap_or(0), "version", "versions"))}</span></Cell>
    }
    .into_any()
}

#[component]
fn Named(id: ResourceId) -> impl IntoView {
    let name = id.name().to_owned();
    view! { <Swatch point=id small=true />" "<span class="mono">{name}</span> }
}

#[component]
fn Cell(label: String, children: Children) -> impl IntoView {
    view! { <div><span class="hint block">{label}</span>{children()}</div> }
}
