//! `#[derive(Read)]`: reading JSON into the types of `rplab-core`, by the attributes that serde has.
//!
//! The code that comes out is a string of names and one call for each field or variant; everything else is in
//! `rplab_core::json`, compiled once. See `json::Fields` and `json::Place::variant` for the two strings.

mod attributes;
mod item;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Reads a struct with named fields, a struct of one field, or an enum.
///
/// Known of serde's attributes: `rename`, `rename_all = "camelCase"`, `alias`, `default`, `deny_unknown_fields`,
/// `transparent`,
/// `deserialize_with` (a function from the place). Attributes that concern writing alone are passed over, any other is an error.
#[proc_macro_derive(Read, attributes(serde))]
pub fn derive_read(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    item::read(&input)
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}
