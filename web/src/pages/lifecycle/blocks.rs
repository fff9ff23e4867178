//! The block map: one lane for each point, and its table twin.

use super::bench::{Bench, ROW_PIXELS};
use super::canvas::Palette;
use super::example::run_example;
use super::inspector::Inspector;
use super::lane::CollectionLanes;
use super::picked::PickedStrip;
use super::picture::save_map;
use super::point::{PointDetail, delete_point};
use super::points_table::PointsTable;
use super::slide::Passed;
use crate::components::{Action, Icon, Look, Reason, act, follow, live};
use crate::session::Session;
use crate::words;
use leptos::prelude::*;
use rplab_core::api::{BlockMap, DiskState, RestorePointState};
use rplab_core::cloud::DiskReference;
use rplab_core::matrix::Verdict;
use rplab_core::units::ByteCount;
use wasm_bindgen::JsCast;

/// The card with the map or the table.
#[component]
pub(crate) fn BlocksCard() -> impl IntoView {
    let bench = Bench::get();
    let card = NodeRef::new();
    provide_context(Palette::new(bench, card));
    let as_table = RwSignal::new(false);
    let empty = Memo::new(move |_| bench.points.with(Vec::is_empty));
    view! {
        <section class="card" aria-labelledby="blocks-title" node_ref=card>
            <div class="card-head">
                <h2 id="blocks-title">"Blocks of"</h2>
                <DiskSwitch />
                <div class="segments end" role="group" aria-label="Form">
                    <button type="button" aria-pressed=follow(move || (!as_table.get()).to_string()) data-key=follow(move || as_table.get().then_some("t")) on:click=act(move || as_table.set(false))><Icon name="map" />"Map"</button>
                    <button type="button" aria-pressed=follow(move || as_table.get().to_string()) data-testid="as-table" data-key=follow(move || (!as_table.get()).then_some("t")) on:click=act(move || as_table.set(true))><Icon name="table" />"Table"</button>
                </div>
            </div>
            {live(move || match (empty.get(), as_table.get()) {
                (true, _) => view! { <NoPoints /> }.into_any(),
                (false, true) => view! { <PointsTable /> }.into_any(),
                (false, false) => view! { <Lanes /> }.into_any(),
            })}
            <Passed />
            {live(move || (!empty.get()).then(|| view! { <PickedStrip /><PointDetail /> }))}
        </section>
    }
}

#[component]
fn DiskSwitch() -> impl IntoView {
    let bench = Bench::get();
    let choice = move |disk: DiskState| {
        let (same, id) = (disk.id.clone(), disk.id.clone());
        let machine = bench.machine.with(|machine| {
            machine
                .as_ref()
                .map(|machine| machine.name.clone())
                .unwrap_or_default()
        });
        let short = disk
            .name
            .strip_prefix(machine.as_str())
            .map(|rest| rest.trim_start_matches(['-', '_']))
            .filter(|rest| !rest.is_empty())
            .unwrap_or(&disk.name)
            .to_owned();
        let chosen = move || {
            bench
                .disk
                .with(|shown| shown.as_ref().is_some_and(|shown| shown.id == same))
        };
        view! {
            <button type="button" aria-pressed=follow(move || chosen().to_string()) title=disk.name.clone() data-testid=format!("disk-{}", disk.name) on:click=act(move || bench.show_disk(id.clone()))>
                {short}
                <span class="hint">{whole_gib(disk.size_bytes)}</span>
            </button>
        }
    };
    view! {
        <div class="segments" role="group" aria-labelledby="blocks-title">
            {live(move || bench.disks.get().into_iter().map(choice).collect_view())}
        </div>
    }
}

fn whole_gib(bytes: ByteCount) -> String {
    format!("{} GiB", words::grouped(bytes.0 >> 30))
}

#[component]
fn NoPoints() -> impl IntoView {
    let session = Session::get();
    let bench = Bench::get();
    // The service would refuse the first point for what the assessment says.
    let command = move || {
        let machine = bench.machine_id()?;
        session.report.with(|report| {
            report.as_ref().ok().and_then(|report| {
                report
                    .machines
                    .iter()
                    .find(|judged| judged.id == machine)
                    .map(|judged| (judged.verdict, judged.exclude_disks.clone()))
            })
        })
    };
    let reason = Signal::derive(move || {
        command()
            .filter(|(verdict, _)| *verdict > Verdict::Undocumented)
            .map(|_| {
                "The assessment says that this VM cannot be captured as it is; see Support"
                    .to_owned()
            })
    });
    let run = move || {
        let excluded = untrack(command)
            .map(|(_, excluded)| excluded)
            .unwrap_or_default();
        let excluded = excluded
            .into_iter()
            .map(|id| DiskReference { id })
            .collect();
        untrack(|| run_example(session, bench, excluded));
    };
    view! {
        <div class="empty" data-testid="no-points">
            <Icon name="clock" />
            <b>"No points yet"</b>
            <p>"Write to a disk, create a point, write again, create another: the map then shows who wrote each block and who pays for it."</p>
            <Action label="Run five days with a point a day" icon="play" reason described_by="example-reason" testid="run-example" on_press=run />
            <Reason id="example-reason" reason />
        </div>
    }
}

#[component]
fn Lanes() -> impl IntoView {
    let bench = Bench::get();
    let session = Session::get();
    let keys = move |event: leptos::ev::KeyboardEvent| move_by_key(session, bench, &event);
    let ticks = move || {
        let (first, width, columns, _) = bench.scale();
        let size = bench
            .map
            .with(|map| map.as_ref().map_or(1, |map| map.block_size_bytes));
        let tick = |quarter: u64| {
            let block = first + width * columns * quarter / 4;
            view! { <span>{place(block, size, width)}</span> }
        };
        (0..=4_u64).map(tick).collect_view()
    };
    let wheel = move |event: leptos::ev::WheelEvent| {
        // Without the focus the wheel is the page's; with Ctrl, or on the focused map, it is the map's.
        let focused = document()
            .active_element()
            .is_some_and(|element| element.class_name() == "map");
        if focused || event.ctrl_key() {
            event.prevent_default();
            bench.zoom(event.delta_y() < 0.0);
        }
    };
    let columns = move || bench.map.with(|map| map.as_ref().map(column_words));
    let collections = move || {
        let mut before = 0;
        let lanes = bench.collections.get().into_iter().map(|collection| {
            let own = |points: &Vec<RestorePointState>| {
                let of = points
                    .iter()
                    .filter(|point| point.collection == collection.id);
                of.count()
            };
            let (offset, count) = (before, bench.points.with(own));
            before += count;
            view! { <CollectionLanes collection before=offset /> }
        });
        lanes.collect_view()
    };
    // The crosshair of every lane follows two values of the map, so moving it touches one element.
    let at = move || bench.share(bench.column());
    let across = move || bench.share(1);
    let scrolled = move |event: leptos::ev::Event| {
        let map = event
            .target()
            .and_then(|map| map.dyn_into::<web_sys::Element>().ok());
        if let Some(map) = map {
            bench.scrolled(map.scroll_top());
        }
    };
    view! {
        <div class="map" class:long=follow(move || bench.is_long()) style:--at=follow(at) style:--across=follow(across) on:scroll=scrolled tabindex="0" role="group" aria-label="Block map. Arrow keys move the block and the point, plus and minus zoom, X picks the point." data-testid="map" on:keydown=keys on:wheel=wheel>
            <table class="lanes">
                <caption class="unseen">"Points by collection: what deleting each one frees, and what it pays for"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Collection / point"</th>
                        <th scope="col" class="axis"><span class="unseen">"Blocks"</span><span class="ticks" aria-hidden="true">{live(ticks)}</span></th>
                        <th scope="col" class="number" title="What deleting this point alone frees">"Frees"</th>
                        <th scope="col" class="number" title="Blocks that no older point holds">"Pays"</th>
                    </tr>
                </thead>
                {live(collections)}
            </table>
        </div>
        <Inspector />
        <p class="map-key">
            <span class="key-bars" aria-hidden="true"><i></i><i></i></span>"tall: this point pays; low: it refers"
            <span class="key-lane" aria-hidden="true"></span>"never written"
            <span class="hint" data-testid="map-scale">{live(columns)}</span>
        </p>
        <Zoom />
    }
}

#[component]
fn Zoom() -> impl IntoView {
    let session = Session::get();
    let bench = Bench::get();
    let palette = Palette::get();
    let whole = Signal::derive(move || {
        bench
            .is_whole()
            .then(|| "The whole disk is shown".to_owned())
    });
    let closest = Signal::derive(move || {
        (bench.scale().1 == 1).then(|| "Every column is one block already".to_owned())
    });
    view! {
        <div class="map-tools">
            <Action label="Closer" icon="plus" small=true reason=closest testid="zoom-in" on_press=move || bench.zoom(true) />
            <Action label="Farther" icon="minus" small=true reason=whole testid="zoom-out" on_press=move || bench.zoom(false) />
            <Action label="Whole disk" small=true reason=whole testid="zoom-whole" on_press=move || bench.whole() />
            <span class="line end">
                <Action label="SVG" icon="export" small=true look=Look::Quiet testid="map-svg" on_press=move || save_map(session, bench, palette, false) />
                <Action label="PNG" icon="export" small=true look=Look::Quiet testid="map-png" on_press=move || save_map(session, bench, palette, true) />
            </span>
        </div>
    }
}

/// A block's place on the disk: in the largest unit that tells the columns apart.
fn place(block: u64, block_size: u64, width: u64) -> String {
    if width == 1 {
        return format!("block {}", words::grouped(block));
    }
    words::size(ByteCount(block.saturating_mul(block_size)))
}

fn column_words(map: &BlockMap) -> String {
    let bytes = ByteCount(map.blocks_per_column.saturating_mul(map.block_size_bytes));
    format!(
        "1 column = {}, {}",
        words::count(map.blocks_per_column, "block", "blocks"),
        words::size(bytes)
    )
}

fn move_by_key(session: Session, bench: Bench, event: &leptos::ev::KeyboardEvent) {
    let wide = if event.shift_key() { 16 } else { 1 };
    match event.key().as_str() {
        "ArrowLeft" => bench.step(-wide),
        "ArrowRight" => bench.step(wide),
        "Home" => bench.go(0),
        "End" => bench.go(u64::MAX),
        "+" | "=" => bench.zoom(true),
        "-" | "_" => bench.zoom(false),
        "0" => bench.whole(),
        "x" | "X" => {
            if let Some(point) = untrack(|| bench.chosen()) {
                bench.pick(&point.id);
            }
        }
        "ArrowUp" => choose_beside(bench, -1),
        "ArrowDown" => choose_beside(bench, 1),
        "Delete" => delete_chosen(session, bench),
        _ => return,
    }
    event.prevent_default();
}

/// Deletes the chosen point, unless the service would refuse; then the reason is told.
fn delete_chosen(session: Session, bench: Bench) {
    if let Some(point) = untrack(|| bench.chosen()) {
        delete_point(session, &point);
    }
}

/// Scrolls a long map so that a lane is in it.
fn bring_into_view(lane: usize) {
    let Ok(Some(map)) = document().query_selector(".map.long") else {
        return;
    };
    let pixels = |rows: usize| i32::try_from(rows * ROW_PIXELS).unwrap_or(i32::MAX);
    // Below the head and the line of the collection.
    let (top, height) = (pixels(lane + 2), map.client_height());
    let here = map.scroll_top();
    if top < here + pixels(3) {
        map.set_scroll_top((top - pixels(3)).max(0));
    } else if top + pixels(2) > here + height {
        map.set_scroll_top(top + pixels(2) - height);
    }
}

fn choose_beside(bench: Bench, by: isize) {
    let here = untrack(|| bench.chosen());
    bench.points.with_untracked(|points| {
        let index = points
            .iter()
            .position(|point| Some(&point.id) == here.as_ref().map(|here| &here.id))
            .unwrap_or(0);
        if let Some(point) = index
            .checked_add_signed(by)
            .and_then(|index| points.get(index))
        {
            bench.point.set(Some(point.id.clone()));
            bring_into_view(index);
        }
    });
}
