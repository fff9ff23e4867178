//! A fleet that is too large for a lab: it stays in the worker, and the page asks for what is on the screen.

use super::judged_by;
use crate::components::{
    Action, Icon, Look, Note, RuleLinks, VerdictMark, act, download, follow, live,
};
use crate::later::{NotFetched, Show};
use crate::pages::support::{Asked, OWN_REGION, about, asked_words};
use crate::route::{self, Page, address};
use crate::session::jobs::{Heard, Job};
use crate::session::{Session, Tone};
use crate::shell::{Intake, LargeFleet};
use crate::words;
use leptos::html;
use leptos::prelude::*;
use rplab_core::json::{read, write};
use rplab_core::matrix::{AssessOptions, Verdict};
use rplab_core::model::Fleet;
use serde_json::{Value, json};
use wasm_split_helpers::wasm_split;

/// How high a row is, in CSS pixels; the style sheet says the same.
const ROW: usize = 36;
/// How many rows stand in the page.
const WINDOW: usize = 80;
/// In which steps the window moves.
const STEP: usize = 20;
/// How many VMs a lab takes at once; the worker says the same.
const TAKEN: usize = 200;

/// The services, by the engine's word and ours.
const SERVICES: [(&str, &str); 3] = [
    ("restorePoints", "Restore points"),
    ("vmBackup", "VM Backup"),
    ("diskBackup", "Disk Backup"),
];

/// What the reader looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Question {
    words: String,
    service: &'static str,
    by: &'static str,
    group: Option<String>,
    from: usize,
    options: AssessOptions,
}

impl Question {
    fn of(&self, work: &str) -> Value {
        json!({
            "work": work, "fleet": true, "words": self.words, "service": self.service, "by": self.by,
            "group": self.group, "from": self.from, "count": WINDOW, "options": write(&self.options),
        })
    }
}

/// The table of the large fleet.
#[wasm_split(import, fallible)]
pub(super) fn large_fleet() -> Result<Show, NotFetched> {
    Ok(|| view! { <LargeTable /> }.into_any())
}

/// Questions on their way: one at a time, and of those that wait the last.
#[derive(Clone, Copy)]
struct Asking {
    session: Session,
    intake: Intake,
    busy: RwSignal<bool>,
    waits: RwSignal<Option<Question>>,
    answer: RwSignal<Value>,
}

impl Asking {
    fn ask(self, question: Question) {
        if self.busy.get_untracked() {
            self.waits.set(Some(question));
            return;
        }
        self.busy.set(true);
        self.work(&question.of("rows"), move |answer| {
            // The reader may have gone on to another page.
            if self.answer.try_set(answer).is_some() {
                return;
            }
            self.busy.set(false);
            if let Some(next) = self.waits.get_untracked() {
                self.waits.set(None);
                self.ask(next);
            }
        });
    }

    /// Has the worker do something with the fleet.
    fn work(self, request: &Value, done: impl Fn(Value) + 'static) {
        Job::start(request, &[], move |heard| match heard {
            Heard::Done(answer) => done(answer),
            Heard::Failed(error) => {
                self.session.tell(Tone::No, error.message);
                self.intake.large.set(None);
            }
            Heard::Progress(_) | Heard::Part(_) => {}
        });
    }

    /// Takes VMs into the scenario, and opens the one that was asked for.
    fn take(self, request: &Value, open: bool) {
        self.work(request, move |answer| {
            let taken = read::<Fleet>(&answer).map_err(|error| error.to_string());
            let taken = taken.and_then(|fleet| {
                let count = u64::try_from(fleet.machines.len()).unwrap_or(0);
                let first = fleet.machines.first().filter(|_| open).cloned();
                self.session.add(fleet).map(|()| (count, first))
            });
            match taken {
                Ok((count, first)) => {
                    let machines = words::count(count, "VM", "VMs");
                    self.session.tell(Tone::Undo, format!("Added {machines}."));
                    if let Some(first) = first {
                        let to = untrack(|| self.session.reference_of(&first));
                        route::go(&address(Page::Support, Some(&to)));
                    }
                }
                Err(reason) => self.session.tell(Tone::No, reason),
            }
        });
    }
}

#[component]
fn LargeTable() -> impl IntoView {
    let session = Session::get();
    let intake = Intake::get();
    let asked = Asked::get();
    let fleet = intake.large.get_untracked();
    let LargeFleet { names, machines } = fleet.unwrap_or(LargeFleet {
        names: String::new(),
        machines: 0,
    });
    let asking = Asking {
        session,
        intake,
        busy: RwSignal::new(false),
        waits: RwSignal::new(None),
        answer: RwSignal::new(Value::Null),
    };
    let (text, service, by) = (
        RwSignal::new(String::new()),
        RwSignal::new("restorePoints"),
        RwSignal::new("reason"),
    );
    let (group, from) = (RwSignal::new(None::<String>), RwSignal::new(0));
    let question = Memo::new(move |_| Question {
        words: text.get(),
        service: service.get(),
        by: by.get(),
        group: group.get(),
        from: from.get(),
        options: AssessOptions {
            edition: session.edition.get(),
            ..about(asked.0.get(), None)
        },
    });
    Effect::new(move |_| asking.ask(question.get()));
    let scroller = NodeRef::<html::Div>::new();
    // Other words, another order: from the top again, and all groups.
    let anew = move |keep_group: bool| {
        if !keep_group {
            group.set(None);
        }
        from.set(0);
        if let Some(scroller) = scroller.get_untracked() {
            scroller.set_scroll_top(0);
        }
    };
    let scrolled = move |_| {
        if let Some(scroller) = scroller.get_untracked() {
            let first = usize::try_from(scroller.scroll_top()).unwrap_or(0) / ROW;
            from.set(first.saturating_sub(STEP) / STEP * STEP);
        }
    };
    let found = move || asking.answer.with(|answer| number(answer, "found"));
    let choice = move |of: RwSignal<&'static str>, value: &'static str, label: &'static str| {
        let press = move || {
            of.set(value);
            anew(false);
        };
        view! { <button type="button" aria-pressed=follow(move || (of.get() == value).to_string()) data-testid=format!("large-{value}") on:click=act(press)>{label}</button> }
    };
    let too_many = Signal::derive(move || {
        let found = found();
        (found == 0 || found > TAKEN).then(|| {
            format!("Narrow them to {TAKEN} or fewer: a lab simulates some VMs, not a whole estate")
        })
    });
    let add = Signal::derive(move || format!("Add the {} to the scenario", vms(found())));
    let take = move || asking.take(&question.get_untracked().of("take"), false);
    let save = move || {
        asking.work(&question.get_untracked().of("csv"), move |answer| {
            download(
                session,
                "judgements.csv",
                "text/csv",
                &text_of(&answer, "text"),
            );
        });
    };
    // Nothing of it is stored, so it does not go by one press.
    let leaving = RwSignal::new(false);
    let forget = move || {
        asking.work(&json!({ "work": "forget", "fleet": true }), |_| ());
        intake.large.set(None);
    };
    let keep = move || leaving.set(false);
    let all = vms(usize::try_from(machines).unwrap_or(0));
    let title = format!("{all} from {names}");
    let sure = move || {
        let go = format!("Let {} go?", vms(usize::try_from(machines).unwrap_or(0)));
        view! {
            <Note tone="caveat" alert=true>
                <b>{go}</b>
                <span>"Nothing of them is stored: to see them again, their files are read again. What was added to the scenario stays."</span>
                <span class="line">
                    <Action label="Let them go" icon="close" small=true testid="large-let-go" on_press=forget />
                    <Action label="Keep them" look=Look::Quiet small=true testid="large-keep" on_press=keep />
                </span>
            </Note>
        }
    };
    view! {
        <section class="card" aria-labelledby="large-title" data-testid="large-fleet" aria-busy=follow(move || asking.busy.get().to_string())>
            <div class="card-head">
                <h2 id="large-title" class="grow">{title}</h2>
                <Action label="Let this fleet go" icon="close" look=Look::Quiet small=true only_icon=true testid="large-close" on_press=move || leaving.set(true) />
            </div>
            <div class="card-body stack wide">
                {live(move || leaving.get().then(&sure))}
                <p class="second">{live(move || format!("Judged by {}. They are here until this tab closes, and no part of the scenario, whose VMs are below: narrow them down, then add those that you want to simulate.", judged_by(session.edition.get())))}</p>
                <div class="line">
                    <label class="field">"Vault's region"<input class="input" data-testid="large-vault" prop:value=follow(move || Some(asked.text("vault.location")).filter(|region| region != OWN_REGION).unwrap_or_default()) on:change:target=move |event| asked.ask("vault.location", event.target().value().trim()) /></label>
                    <label class="field">
                        "Backup policy"
                        <select class="input" data-testid="large-policy" prop:value=follow(move || asked.text("policy.type")) on:change:target=move |event| asked.ask("policy.type", &event.target().value())>
                            <option value="">"Not said"</option>
                            <option value="Standard">"Standard"</option>
                            <option value="Enhanced">"Enhanced"</option>
                        </select>
                    </label>
                    {live(move || asked_words(&about(asked.0.get(), None)).map(|words| view! { <p class="hint">{format!("Asked: {words}")}</p> }))}
                </div>
                <div class="line">
                    <label class="search fleet-search">
                        <Icon name="search" />
                        <span class="unseen">"Search the large fleet"</span>
                        <input type="search" placeholder="Name, region, tag, disk SKU" data-testid="large-search" bind:value=text on:input=act(move || anew(false)) />
                    </label>
                    <div class="segments" role="group" aria-label="Judged by">
                        {SERVICES.map(|(value, label)| choice(service, value, label)).collect_view()}
                    </div>
                    <div class="segments" role="group" aria-label="Group the large fleet by">
                        {choice(by, "reason", "Reason")}
                        {choice(by, "region", "Region")}
                        {choice(by, "none", "None")}
                    </div>
                </div>
                <ul class="legend" data-testid="large-groups">{live(move || asking.answer.with(|answer| groups(answer, group, anew)))}</ul>
                <p class="hint" role="status" data-testid="large-found">{live(move || format!("{} found", vms(found())))}</p>
            </div>
            <div class="large-rows" tabindex="0" role="region" aria-label="VMs of the large fleet, table" data-testid="large-rows" node_ref=scroller on:scroll=scrolled>
                <table aria-rowcount=follow(move || found().saturating_add(1).to_string())>
                    <thead>
                        <tr>
                            <th scope="col">"VM"</th>
                            <th scope="col">"Region"</th>
                            <th scope="col" class="number">"Disks"</th>
                            {SERVICES.map(|(_, label)| view! { <th scope="col">{label}</th> }).collect_view()}
                            <th scope="col"><span class="unseen">"Actions"</span></th>
                        </tr>
                    </thead>
                    {live(move || asking.answer.with(|answer| rows(answer, asking)))}
                </table>
            </div>
            <div class="card-foot line">
                <Action label=add icon="plus" small=true reason=too_many testid="large-take" on_press=take />
                <Action label="Save what was found as CSV" icon="export" look=Look::Quiet small=true testid="csv-large" on_press=save />
            </div>
        </section>
    }
}

/// The groups; each narrows the table to itself.
fn groups(
    answer: &Value,
    chosen: RwSignal<Option<String>>,
    anew: impl Fn(bool) + Copy + Send + 'static,
) -> AnyView {
    let shown = list(answer, "groups").map(|own| {
        let (title, label) = (text_of(own, "title"), text_of(own, "label"));
        let count = number(own, "count");
        let verdict = own.get("verdict").and_then(|verdict| read::<Verdict>(verdict).ok());
        let is = title.clone();
        let press = move || {
            let own = Some(title.clone());
            chosen.set(own.filter(|own| chosen.with_untracked(|now| now.as_ref() != Some(own))));
            anew(true);
        };
        let said = match (verdict, label.is_empty()) {
            (Some(verdict), true) => view! { <VerdictMark verdict /> }.into_any(),
            (Some(verdict), false) => view! { <VerdictMark verdict words=label /> }.into_any(),
            (None, true) => "Not known".into_any(),
            (None, false) => label.into_any(),
        };
        let count = words::grouped(u64::try_from(count).unwrap_or(0));
        view! { <li><button type="button" class="part" aria-pressed=follow(move || chosen.with(|now| now.as_ref() == Some(&is)).to_string()) on:click=act(press)>{said}" "<b>{count}</b></button></li> }
    });
    let shown: Vec<_> = shown.collect();
    let more = number(answer, "moreGroups");
    let more = (more > 0).then(|| view! { <li class="hint">{format!("and {more} more")}</li> });
    view! { {shown}{more} }.into_any()
}

/// The rows that are on the screen, between as much room as the others would take.
fn rows(answer: &Value, asking: Asking) -> AnyView {
    let (found, from) = (number(answer, "found"), number(answer, "from"));
    let shown: Vec<_> = list(answer, "rows").enumerate().map(|(at, own)| {
        let name = text_of(own, "name");
        let request = json!({ "work": "take", "fleet": true, "at": own.get("at") });
        let open = move || asking.take(&request, true);
        let why = list(own, "why").map(|why| {
            let verdict = why.get("verdict").and_then(|verdict| read::<Verdict>(verdict).ok());
            let mark = verdict.map(|verdict| view! { <VerdictMark verdict /> });
            let rules: Vec<String> = list(why, "rules").filter_map(Value::as_str).map(ToOwned::to_owned).collect();
            view! { <td title=text_of(why, "remedy")>{mark}" "<span class="hint">{text_of(why, "label")}</span>" "<RuleLinks rules /></td> }
        });
        let why: Vec<_> = why.collect();
        // The head of the table is its first row.
        let index = from.saturating_add(at).saturating_add(2);
        view! {
            <tr aria-rowindex=index.to_string() data-testid="large-row">
                <th scope="row">{name.clone()}</th>
                <td>{text_of(own, "region")}</td>
                <td class="number">{number(own, "disks")}</td>
                {why}
                <td class="row-actions"><Action label=format!("Add {name} and open it") icon="plus" look=Look::Quiet small=true only_icon=true on_press=open /></td>
            </tr>
        }
    }).collect();
    let below = found.saturating_sub(from.saturating_add(shown.len()));
    let room = |rows: usize| {
        let height = format!("{}px", rows.saturating_mul(ROW));
        view! { <tbody aria-hidden="true"><tr class="room" style:height=height></tr></tbody> }
    };
    view! { {room(from)}<tbody>{shown}</tbody>{room(below)} }.into_any()
}

fn vms(count: usize) -> String {
    words::count(u64::try_from(count).unwrap_or(0), "VM", "VMs")
}

fn number(value: &Value, name: &str) -> usize {
    let number = value.get(name).and_then(Value::as_u64).unwrap_or(0);
    usize::try_from(number).unwrap_or(0)
}

fn text_of(value: &Value, name: &str) -> String {
    let text = value.get(name).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}
