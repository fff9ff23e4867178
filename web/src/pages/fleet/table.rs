//! The table of VMs.

use super::editor::Editor;
use super::groups::{Filter, Group, GroupBy, Row, grouped, text_fact};
use super::reports::Reports;
use super::what_to_drop;
use crate::components::{
    Action, CitationChip, Glyph, Icon, Look, TableFile, VerdictMark, act, follow, live, prose,
    rescue_focus, soon,
};
use crate::pages::support::{Asked, SIDE_BY_SIDE};
use crate::route::{Page, address};
use crate::session::Session;
use crate::words;
use leptos::prelude::*;
use rplab_core::matrix::{MachineAssessment, Verdict};

const COLUMNS: &str = "8";

/// Search, filters, and the VMs in groups.
#[component]
pub(super) fn FleetTable(
    /// The judgements.
    reports: Reports,
    /// The verdict that the totals filter by.
    shown: RwSignal<Option<Verdict>>,
) -> impl IntoView {
    let session = Session::get();
    let asked = Asked::get();
    let (text, needs_work, by) = (
        RwSignal::new(String::new()),
        RwSignal::new(false),
        RwSignal::new(GroupBy::Reason),
    );
    let groups = Memo::new(move |_| {
        let filter = Filter {
            text: text.get(),
            needs_work: needs_work.get(),
            verdict: shown.get(),
        };
        session.fleet.with(|fleet| {
            reports.by(asked.service(), |judged| {
                grouped(fleet, judged, by.get(), &filter)
            })
        })
    });
    let work = move || {
        reports.by(asked.service(), |judged| {
            let judged = judged.iter();
            judged
                .filter(|machine| machine.verdict != Verdict::Supported)
                .count()
        })
    };
    let grouping = move |value: GroupBy, label: &'static str| {
        view! { <button type="button" aria-pressed=follow(move || (by.get() == value).to_string()) on:click=act(move || by.set(value))>{label}</button> }
    };
    view! {
        <section class="card" aria-labelledby="vms-title">
            <div class="card-head">
                <h2 id="vms-title" class="unseen">"VMs"</h2>
                <label class="search fleet-search">
                    <Icon name="search" />
                    <span class="unseen">"Search VMs"</span>
                    <input type="search" placeholder="Name, region, tag, disk SKU" data-testid="fleet-search" bind:value=text />
                </label>
                <button type="button" class="chip-button" aria-pressed=follow(move || needs_work.get().to_string()) on:click=act(move || needs_work.update(|on| *on = !*on))>
                    "Needs work " <b>{live(work)}</b>
                </button>
                <div class="line end">
                    <span class="hint" id="group-by">"Group by"</span>
                    <div class="segments" role="group" aria-labelledby="group-by">
                        {grouping(GroupBy::Reason, "Reason")}
                        {grouping(GroupBy::Region, "Region")}
                        {grouping(GroupBy::None, "None")}
                    </div>
                </div>
            </div>
            <div class="table-wrap">
                <table class="cards fleet-table" data-testid="fleet-table">
                    <caption class="unseen">"VMs with their disks and which service can protect them"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"VM"</th>
                            <th scope="col">"Region"</th>
                            <th scope="col">"System"</th>
                            <th scope="col" class="number">"Disks \u{b7} GiB"</th>
                            {SIDE_BY_SIDE.map(|service| view! { <th scope="col" class="service">{words::service(service)}</th> }).collect_view()}
                            <th scope="col"><span class="unseen">"Actions"</span></th>
                        </tr>
                    </thead>
                    {live(move || groups.get().into_iter().map(|group| soon(move || view! { <GroupBody group=group.clone() reports /> }.into_any())).collect_view())}
                </table>
            </div>
            {live(move || groups.with(Vec::is_empty).then(|| view! { <Nothing text needs_work shown /> }))}
            <TableFile of="the fleet" file="fleet" />
        </section>
    }
}

#[component]
fn Nothing(
    text: RwSignal<String>,
    needs_work: RwSignal<bool>,
    shown: RwSignal<Option<Verdict>>,
) -> impl IntoView {
    let session = Session::get();
    let clear = move || {
        text.set(String::new());
        needs_work.set(false);
        shown.set(None);
    };
    let empty = session
        .fleet
        .with_untracked(|fleet| fleet.machines.is_empty());
    view! {
        <div class="empty">
            {if empty {
                view! { <b>"No VMs yet"</b><p>"Drop "{what_to_drop()}" anywhere on this page, or add a VM."</p> }.into_any()
            } else {
                view! { <b>"No VM fits"</b><Action label="Show all" small=true on_press=clear /> }.into_any()
            }}
        </div>
    }
}

#[component]
fn GroupBody(group: Group, reports: Reports) -> impl IntoView {
    let Group {
        title,
        reason,
        verdict,
        rows,
    } = group;
    let count = rows.len();
    let heading = (!title.is_empty()).then(|| {
        view! {
            <tr class="group">
                <th scope="rowgroup" colspan=COLUMNS>
                    <div class="line group-line">
                        {verdict.map(|verdict| view! { <Glyph verdict /> })}
                        <span class="group-title">{title}</span>
                        <span class="hint">{count}</span>
                        {reason
                            .map(|reason| {
                                let citation = reason.citations.first().cloned();
                                view! {
                                    {citation.map(|citation| view! { <CitationChip citation row_ids=reason.row_ids brief=true /> })}
                                    <span class="remedy">{prose(&reason.remedy)}</span>
                                }
                            })}
                    </div>
                </th>
            </tr>
        }
    });
    view! {
        <tbody>
            {heading}
            {rows.into_iter().map(|row| view! { <VmRow row reports /> }).collect_view()}
        </tbody>
    }
}

#[component]
fn VmRow(row: Row, reports: Reports) -> impl IntoView {
    let session = Session::get();
    let editor = Editor::get();
    let asked = Asked::get();
    let Row { machine, index, .. } = row;
    let name = machine.name.clone();
    let zones = if machine.zones.is_empty() {
        String::new()
    } else {
        format!("z{}", machine.zones.join(", "))
    };
    let gib: u64 = machine.disks.iter().filter_map(|disk| disk.size_gib).sum();
    let system = text_fact(&machine, "osName")
        .or_else(|| text_fact(&machine, "osType"))
        .unwrap_or("not known")
        .to_owned();
    let link = untrack(|| address(Page::Support, Some(&session.reference_of(&machine))));
    let (to_edit, to_copy, to_delete) = (machine.clone(), machine.clone(), machine.clone());
    let delete =
        move || session.delete_machine(to_delete.clone(), || rescue_focus(".fleet-table .vm-name"));
    let disks = machine.disks.len();
    let verdicts = SIDE_BY_SIDE.map(|service| {
        let link = link.clone();
        let words = move || {
            reports.by(service, |judged| {
                let judged = judged.get(index)?;
                let words = verdict_words(judged, disks);
                let link = link.clone();
                // Without a verdict there would be nothing to read in it.
                Some(view! { <a class="verdict-link" href=link on:click=act(move || asked.choose(service))><VerdictMark verdict=judged.verdict words /></a> })
            })
        };
        view! { <td data-label=words::service(service) data-service=format!("{service:?}")>{live(words)}</td> }
    });
    view! {
        <tr data-testid=format!("vm-{name}")>
            <th scope="row"><a class="vm-name" translate="no" href=link.clone()>{name.clone()}</a></th>
            <td data-label="Region"><span>{machine.location.clone().unwrap_or_else(|| "not known".to_owned())} " " <span class="hint">{zones}</span></span></td>
            <td data-label="System">{system}</td>
            <td data-label="Disks \u{b7} GiB" class="number"><span>{disks} <span class="hint">" \u{b7} " {words::grouped(gib)}</span></span></td>
            {verdicts.collect_view()}
            <td class="row-actions">
                <Action label=format!("Edit {name}") icon="edit" look=Look::Quiet small=true only_icon=true on_press=move || editor.edit(&to_edit) />
                <Action label=format!("Copy {name}") icon="copy" look=Look::Quiet small=true only_icon=true on_press=move || editor.copy(&to_copy) />
                <Action label=format!("Delete {name}") icon="trash" look=Look::Quiet small=true only_icon=true on_press=delete />
            </td>
        </tr>
    }
}

fn verdict_words(judged: &MachineAssessment, disks: usize) -> String {
    let counted = |count: usize, one: &str, many: &str| {
        words::count(u64::try_from(count).unwrap_or(0), one, many)
    };
    match judged.verdict {
        Verdict::ExcludeDisk => format!("Exclude {} of {disks}", judged.exclude_disks.len()),
        Verdict::Unknown if !judged.missing.is_empty() => {
            format!("{} missing", counted(judged.missing.len(), "fact", "facts"))
        }
        verdict => crate::components::verdict_look(verdict).word.to_owned(),
    }
}
