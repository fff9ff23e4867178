//! The block map: one lane for each point, and its table twin.

use super::bench::Bench;
use super::example::run_example;
use super::inspector::Inspector;
use super::lane::CollectionLanes;
use super::palette::Palette;
use super::picked::PickedStrip;
use super::picture::save_map;
use super::point::{PointDetail, delete_point};
use super::points::Points;
use super::points_table::PointsTable;
use super::slide::Passed;
use super::window::Scale;
use crate::components::{Action, Icon, Look, Reason, act, follow, live, rescue_focus, soon};
use crate::session::Session;
use crate::turns::{at_once, in_turns, wait_for_rest};
use crate::words;
use leptos::prelude::*;
use rplab_core::api::{CollectionState, DiskState};
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
    let empty = Memo::new(move |_| bench.points.with(Points::is_empty));
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
                (false, false) => at_once(|| soon(|| view! { <Lanes /> }.into_any())).into_any(),
            })}
            <Passed />
            {live(move || (!empty.get()).then(|| soon(|| view! { <PickedStrip /><PointDetail /> }.into_any())))}
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
        // The button goes.
        rescue_focus("[data-testid=as-table]");
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
    // It begins unscrolled, where it stood before too.
    bench.scrolled(0);
    let session = Session::get();
    let keys = move |event: leptos::ev::KeyboardEvent| move_by_key(session, bench, &event);
    let ticks = move || {
        let scale = bench.scale.get();
        let tick = |quarter: u64| {
            let block = scale.first + scale.width * scale.columns * quarter / 4;
            view! { <span>{place(block, scale)}</span> }
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
    let columns = move || {
        let any = bench.map.with(Option::is_some);
        any.then(|| column_words(bench.scale.get()))
    };
    // With each of its lists the collection is another one; what heads its lanes stays.
    let heads = Memo::new(move |_| {
        let head = |collection: &CollectionState| CollectionState {
            restore_points: Vec::new(),
            ..collection.clone()
        };
        bench
            .collections
            .with(|all| all.iter().map(head).collect::<Vec<_>>())
    });
    let collections = move || {
        let heads = heads.get().into_iter();
        let lanes = heads.map(|collection| view! { <CollectionLanes collection /> });
        lanes.collect_view()
    };
    let across = move || bench.share(1);
    // Only the crosshairs themselves are moved: what they would take from the map each of its lanes would look up.
    let node = NodeRef::<leptos::html::Div>::new();
    Effect::new(move |_| {
        let (at, Some(map)) = (bench.crosshair(), node.get()) else {
            return;
        };
        let crosshairs = map.get_elements_by_class_name("crosshair");
        for place in 0..crosshairs.length() {
            let crosshair = crosshairs.item(place);
            let crosshair =
                crosshair.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok());
            if let Some(crosshair) = crosshair {
                // A style that is written well is taken.
                let _ = crosshair.style().set_property("transform", &at);
            }
        }
    });
    let scrolled = move |event: leptos::ev::Event| {
        let map = event
            .target()
            .and_then(|map| map.dyn_into::<web_sys::Element>().ok());
        if let Some(map) = map {
            if let Ok(Some(lane)) = map.query_selector("tr.lane") {
                bench.measured(lane.client_height());
            }
            bench.scrolled(map.scroll_top());
        }
    };
    view! {
        <div class="map" node_ref=node class:long=follow(move || bench.is_long()) style:--across=follow(across) on:scroll=scrolled tabindex="0" role="group" aria-label="Block map. Arrow keys move the block and the point, plus and minus zoom, X picks the point." data-testid="map" on:keydown=keys on:wheel=wheel>
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
        {in_turns(|| view! { <Inspector /> }.into_any())}
        <p class="map-key">
            <span class="key-bars" aria-hidden="true"><i></i><i></i></span>"tall: this point pays; low: it refers"
            <span class="key-lane" aria-hidden="true"></span>"never written"
            <span class="hint" data-testid="map-scale">{live(columns)}</span>
        </p>
        // Which of its buttons do nothing follows the first closer look and the last farther one.
        {in_turns(|| view! { <Zoom /> }.into_any())}
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
        (bench.scale.get().width == 1).then(|| "Every column is one block already".to_owned())
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
fn place(block: u64, scale: Scale) -> String {
    if scale.width == 1 {
        return format!("block {}", words::grouped(block));
    }
    words::size(ByteCount(block.saturating_mul(scale.block_size)))
}

fn column_words(scale: Scale) -> String {
    let bytes = ByteCount(scale.width.saturating_mul(scale.block_size));
    format!(
        "1 column = {}, {}",
        words::count(scale.width, "block", "blocks"),
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
    wait_for_rest();
    event.prevent_default();
}

/// Deletes the chosen point, unless the service would refuse; then the reason is told.
fn delete_chosen(session: Session, bench: Bench) {
    if let Some(point) = untrack(|| bench.chosen()) {
        delete_point(session, bench, &point);
    }
}

/// Scrolls a long map so that a lane is in it.
fn bring_into_view(bench: Bench, lane: usize) {
    let Ok(Some(map)) = document().query_selector(".map.long") else {
        return;
    };
    let pixels =
        |rows: usize| i32::try_from(rows * bench.row_pixels.get_untracked()).unwrap_or(i32::MAX);
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
            .and_then(|index| points.iter().nth(index))
        {
            bench.point.set(Some(point.id.clone()));
            bring_into_view(bench, index);
        }
    });
}
