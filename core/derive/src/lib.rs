//! `#[derive(Read)]` and `#[derive(Write)]`: reading and writing the types of `rplab-core` as JSON, by the
//! attributes that serde has.
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

/// Writes a struct with named fields, a struct of one field, or an enum.
///
/// Known of serde's attributes: `rename`, `rename_all = "camelCase"`, `transparent`, `skip`, `tag`, `untagged`, and
/// `skip_serializing_if`, where the type says what is blank (`json::Write::is_blank`). Those for reading are
/// passed over, any other is an error.
#[proc_macro_derive(Write, attributes(serde))]
pub fn derive_write(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    item::write(&input)
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}
