//! `#[part(NAME)]`: functions that live in a part of the WebAssembly module of its own.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{Error, FnArg, ItemFn, Pat, Result, parse_quote};

/// The function as it is everywhere else; and, where the module is taken apart, an export with its body, an import
/// of the same shape that is called instead, and both under names by which the tool finds the pair.
pub(crate) fn part(name: &Ident, function: &ItemFn) -> Result<TokenStream> {
    let ItemFn {
        attrs,
        vis,
        sig,
        block,
        ..
    } = function;
    if !sig.generics.params.is_empty() || sig.asyncness.is_some() {
        return Err(Error::new_spanned(
            sig,
            "a function of a part is neither generic nor async",
        ));
    }
    let mut arguments = Vec::new();
    for argument in &sig.inputs {
        match argument {
            FnArg::Typed(typed) => match &*typed.pat {
                Pat::Ident(given) => arguments.push(given.ident.clone()),
                other => {
                    return Err(Error::new_spanned(
                        other,
                        "an argument of a part has a name",
                    ));
                }
            },
            FnArg::Receiver(own) => {
                return Err(Error::new_spanned(
                    own,
                    "a function of a part has no receiver",
                ));
            }
        }
    }
    let pair = fingerprint(&format!("{name} {}", sig.ident));
    let import = format_ident!("__wasm_split_00{name}00_import_{pair}_{}", sig.ident);
    let export = format_ident!("__wasm_split_00{name}00_export_{pair}_{}", sig.ident);
    let mut imported = sig.clone();
    imported.ident = import.clone();
    let mut exported = sig.clone();
    exported.ident = export;
    exported.abi = Some(parse_quote!(extern "C"));
    Ok(quote! {
        #[cfg(not(all(target_family = "wasm", feature = "parts")))]
        #(#attrs)*
        #vis #sig #block

        #[cfg(all(target_family = "wasm", feature = "parts"))]
        #(#attrs)*
        #vis #sig {
            #[link(wasm_import_module = "__wasm_split_placeholder__")]
            #[allow(improper_ctypes, reason = "both sides are one compilation")]
            unsafe extern "C" {
                #[unsafe(no_mangle)]
                safe #imported;
            }
            #[allow(improper_ctypes_definitions, reason = "both sides are one compilation")]
            #[unsafe(no_mangle)]
            #exported #block
            #import(#(#arguments),*)
        }
    })
}

/// 32 hexadecimal digits of a text (FNV-1a, from both ends).
fn fingerprint(text: &str) -> String {
    let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let forwards = text.bytes().fold(0xcbf2_9ce4_8422_2325, fold);
    let backwards = text.bytes().rev().fold(0xcbf2_9ce4_8422_2325, fold);
    format!("{forwards:016x}{backwards:016x}")
}
