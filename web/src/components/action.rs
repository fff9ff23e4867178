//! A button that says why it cannot be used, instead of going away.

use super::Icon;
use super::{follow, live, with_rules};
use leptos::prelude::*;
use std::rc::Rc;

/// What an action does. One type for all of them: the button is compiled once, not at each place it stands.
#[derive(Clone)]
pub(crate) struct Press(Rc<dyn Fn()>);

impl<F: Fn() + 'static> From<F> for Press {
    fn from(act: F) -> Self {
        Self(Rc::new(act))
    }
}

/// How loud a button is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Look {
    /// One of several.
    #[default]
    Plain,
    /// The one that the reader came for.
    Primary,
    /// Beside other things.
    Quiet,
}

impl Look {
    const fn class(self) -> &'static str {
        match self {
            Self::Plain => "button",
            Self::Primary => "button primary",
            Self::Quiet => "button quiet",
        }
    }
}

/// A button. With a reason it stays focusable, does nothing and is described by the reason.
#[component]
pub(crate) fn Action(
    /// Its words; the accessible name where `only_icon` is set.
    #[prop(into)]
    label: Signal<String>,
    /// Its icon.
    #[prop(optional)]
    icon: Option<&'static str>,
    /// How loud it is.
    #[prop(optional)]
    look: Look,
    /// Whether it is small.
    #[prop(optional)]
    small: bool,
    /// Whether only the icon is shown.
    #[prop(optional)]
    only_icon: bool,
    /// Why it cannot be used now.
    #[prop(optional, into)]
    reason: Signal<Option<String>>,
    /// Id of the element that shows the reason; the title has it too.
    #[prop(optional, into)]
    described_by: Option<String>,
    /// Tests find it by this.
    #[prop(optional, into)]
    testid: Option<String>,
    /// What it does.
    #[prop(into)]
    on_press: Press,
) -> impl IntoView {
    let press = move |_| {
        if reason.with_untracked(Option::is_none) {
            (on_press.0)();
        }
    };
    let title = move || reason.get().or_else(|| only_icon.then(|| label.get()));
    view! {
        <button
            type="button"
            class=look.class()
            class:small=small
            class:only-icon=only_icon
            aria-disabled=follow(move || reason.with(Option::is_some).then_some("true"))
            aria-label=follow(move || only_icon.then(|| label.get()))
            aria-describedby=described_by
            title=follow(title)
            data-testid=testid
            on:click=press
        >
            {icon.map(|name| view! { <Icon name /> })}
            {(!only_icon).then_some(move || label.get())}
        </button>
    }
}

/// Why something cannot be used now, found out once for each change: an action shows it in several places.
pub(crate) fn reason_of(
    read: impl Fn() -> Option<String> + Send + Sync + 'static,
) -> Signal<Option<String>> {
    kept(Box::new(read))
}

fn kept(read: Box<dyn Fn() -> Option<String> + Send + Sync>) -> Signal<Option<String>> {
    Memo::new(move |_| read()).into()
}

/// The line that says why an action cannot be used.
#[component]
pub(crate) fn Reason(
    /// Its id, for the action that it describes.
    #[prop(into)]
    id: String,
    /// The reason, where there is one.
    #[prop(into)]
    reason: Signal<Option<String>>,
) -> impl IntoView {
    view! {
        <p id=id class="reason" hidden=follow(move || reason.with(Option::is_none))>
            <Icon name="lock" />
            <span>{live(move || reason.get().map(|reason| with_rules(&reason)))}</span>
        </p>
    }
}
