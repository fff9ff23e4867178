//! Parts of a view that follow the state, by type-erased functions.
//!
//! Leptos compiles an effect, its state and its rebuilding for each closure that a view holds. Boxed here, all
//! parts of one kind share them: that is a tenth of what the page downloads.

use leptos::prelude::*;
use std::sync::{Arc, Mutex};

/// A function that a view calls again when what it reads changes.
pub(crate) type Live<T> = Arc<Mutex<dyn FnMut() -> T + Send>>;

/// The value of an attribute, a class or a property.
pub(crate) fn follow<T>(read: impl FnMut() -> T + Send + 'static) -> Live<T> {
    Arc::new(Mutex::new(read))
}

/// A part of the page.
pub(crate) fn live<V: IntoView + 'static>(
    mut show: impl FnMut() -> V + Send + 'static,
) -> Live<AnyView> {
    Arc::new(Mutex::new(move || show().into_any()))
}

/// What answers an event that need not be looked at.
pub(crate) fn act<E>(mut answer: impl FnMut() + 'static) -> Box<dyn FnMut(E)> {
    Box::new(move |_| answer())
}
