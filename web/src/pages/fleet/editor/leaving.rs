//! What is asked before the editor goes with changes that are not saved.

use super::Editor;
use crate::components::{Action, Look, live, rescue_focus};
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// The way out of the editor.
#[derive(Clone, Copy)]
pub(super) struct Leaving {
    pub(super) editor: Editor,
    /// Whether the question stands.
    pub(super) asks: RwSignal<bool>,
    /// What had the keyboard before.
    before: StoredValue<Option<HtmlElement>, LocalStorage>,
}

impl Leaving {
    pub(super) fn new(editor: Editor) -> Self {
        let asks = RwSignal::new(false);
        Effect::new(move |_| {
            editor.open.track();
            asks.set(false);
        });
        Self {
            editor,
            asks,
            before: StoredValue::new_local(None),
        }
    }

    /// Closes the editor, or asks where something would be lost.
    pub(super) fn leave(self) {
        if self.may() {
            self.editor.open.set(false);
        }
    }

    /// The same for the dialog's own ways out.
    pub(super) fn may_close(self) -> Callback<(), bool> {
        Callback::new(move |()| self.may())
    }

    fn may(self) -> bool {
        let focused = document().active_element();
        let focused = focused.and_then(|element| element.dyn_into::<HtmlElement>().ok());
        if let Some(element) = &focused {
            // A field that takes what was typed when it is left takes it now. One that keeps the focus has nothing to take.
            let _ = element.blur();
        }
        if !self.editor.is_changed() {
            return true;
        }
        if !self.asks.get_untracked() {
            self.before.set_value(focused);
        }
        self.asks.set(true);
        rescue_focus("[data-testid=editor-keep]");
        false
    }

    fn keep(self) {
        self.asks.set(false);
        let before = self.before.try_update_value(Option::take).flatten();
        if let Some(element) = before.filter(|element| element.is_connected()) {
            // Where it takes no focus any more, Cancel has it.
            let _ = element.focus();
        }
        rescue_focus("[data-testid=editor-cancel]");
    }

    fn drop(self) {
        self.editor.open.set(false);
    }

    /// The question, in the place of the buttons.
    pub(super) fn question(self) -> AnyView {
        let editor = self.editor;
        let name = move || editor.machine(|machine| machine.name.clone());
        let key = move |event: ev::KeyboardEvent| {
            if event.key() == "Escape" {
                event.prevent_default();
                self.keep();
            }
        };
        view! {
            <div class="line grow unsaved" role="group" aria-labelledby="editor-unsaved" data-testid="editor-unsaved" on:keydown=key>
                <p id="editor-unsaved" class="grow"><b>{live(name)}" is not saved."</b>" Drop what you changed?"</p>
                <Action label="Drop the changes" testid="editor-drop" on_press=move || self.drop() />
                <Action label="Keep editing" look=Look::Primary testid="editor-keep" on_press=move || self.keep() />
            </div>
        }
        .into_any()
    }
}
