//! `#[derive(Read)]` and `#[derive(Write)]`: reading and writing the types of `rplab-core` as JSON, by the
//! attributes that serde has.
//!
//! The code that comes out is a string of names and one call for each field or variant; everything else is in
//! `rplab_core::json`, compiled once. See `json::Fields` and `json::Place::variant` for the two strings.

mod attributes;
mod item;
mod part;

use proc_macro::TokenStream;
use syn::{DeriveInput, Ident, ItemFn, parse_macro_input};

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

/// A free function that lives in a part of the WebAssembly module of its own, which is loaded when it is asked for.
///
/// Only with the feature `parts` of the crate that it stands in, and for WebAssembly; everywhere else the function
/// is as it is written. Its name is no other such function's. Whoever calls it knows that the part is there.
#[proc_macro_attribute]
pub fn part(name: TokenStream, function: TokenStream) -> TokenStream {
    let name = parse_macro_input!(name as Ident);
    let function = parse_macro_input!(function as ItemFn);
    part::part(&name, &function)
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}
