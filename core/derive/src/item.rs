//! The code that reads a type.

use crate::attributes::{Attributes, Missing};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{
    Data, DataEnum, DataStruct, DeriveInput, Error, Field, Fields, Ident, LitInt, Result, Type,
    Variant,
};

/// The `Read` of a type.
pub(crate) fn read(input: &DeriveInput) -> Result<TokenStream> {
    let name = &input.ident;
    let attributes = Attributes::of(&input.attrs)?;
    let body = match &input.data {
        Data::Struct(data) => of_struct(data, &attributes, name)?,
        Data::Enum(data) => of_enum(data, &attributes, name)?,
        Data::Union(_) => return Err(Error::new_spanned(name, "a union cannot be read")),
    };
    Ok(quote! {
        impl crate::json::Read for #name {
            fn read(place: &crate::json::Place<'_>) -> Self {
                #body
            }
        }
    })
}

fn of_struct(data: &DataStruct, of: &Attributes, name: &Ident) -> Result<TokenStream> {
    match &data.fields {
        Fields::Named(fields) => {
            if !of.deny_unknown_fields {
                let message = "what is read refuses unknown fields: add `deny_unknown_fields`";
                return Err(Error::new_spanned(name, message));
            }
            let all_optional = !matches!(of.missing, Missing::Refused);
            let (names, reads) = named(fields.named.iter(), of.camel_case, all_optional)?;
            Ok(quote! {
                let mut fields = place.fields(#names);
                Self { #reads }
            })
        }
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            Ok(quote! { Self(crate::json::Read::read(place)) })
        }
        _ => Err(Error::new_spanned(
            name,
            "a struct is read with named fields, or with one field",
        )),
    }
}

/// The string of names and the initialisers of named fields, which are read in their order.
fn named<'a>(
    fields: impl Iterator<Item = &'a Field>,
    camel_case: bool,
    all_optional: bool,
) -> Result<(String, TokenStream)> {
    let mut names = Vec::new();
    let mut reads = TokenStream::new();
    for field in fields {
        let Some(ident) = &field.ident else { continue };
        let attributes = Attributes::of(&field.attrs)?;
        let written = ident.to_string();
        let by_rule = if camel_case { camel(&written) } else { written };
        let mut name = attributes.name(by_rule);
        for alias in &attributes.aliases {
            name = name + "|" + alias;
        }
        let required = matches!(attributes.missing, Missing::Refused);
        if required && !all_optional && !is_option(&field.ty) {
            name.push('!');
        }
        names.push(name);
        reads.extend(match (&attributes.missing, &attributes.reader) {
            (_, Some(reader)) => quote! { #ident: fields.next_by(#reader), },
            (Missing::From(function), _) => quote! { #ident: fields.next_or(#function), },
            _ => quote! { #ident: fields.next(), },
        });
    }
    Ok((names.join(","), reads))
}

fn of_enum(data: &DataEnum, of: &Attributes, name: &Ident) -> Result<TokenStream> {
    let mut names = Vec::new();
    let mut arms = TokenStream::new();
    let mut blank = None;
    let mut has_content = false;
    for (index, variant) in data.variants.iter().enumerate() {
        let attributes = Attributes::of(&variant.attrs)?;
        let written = variant.ident.to_string();
        let by_rule = if of.camel_case {
            lower_first(&written)
        } else {
            written
        };
        let mut name = attributes.name(by_rule);
        let is_unit = matches!(variant.fields, Fields::Unit);
        if !is_unit {
            name.push('!');
            has_content = true;
        }
        names.push(name);
        let read = of_variant(variant)?;
        if attributes.is_default_variant || (is_unit && blank.is_none()) {
            blank = Some(read.clone());
        }
        let index = LitInt::new(&index.to_string(), variant.ident.span());
        arms.extend(quote! { #index => #read, });
    }
    let first = data.variants.first().map(of_variant).transpose()?;
    let Some(blank) = blank.or(first) else {
        return Err(Error::new_spanned(name, "an enum needs a variant"));
    };
    let names = names.join(",");
    let variant = if has_content {
        quote! { let (variant, content) = place.variant(#names); }
    } else {
        quote! { let variant = place.one_of(#names); }
    };
    Ok(quote! {
        #variant
        match variant {
            #arms
            _ => #blank,
        }
    })
}

fn of_variant(variant: &Variant) -> Result<TokenStream> {
    let ident = &variant.ident;
    Ok(match &variant.fields {
        Fields::Unit => quote! { Self::#ident },
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            quote! { Self::#ident(crate::json::Read::read(&content)) }
        }
        Fields::Unnamed(fields) => {
            let length = fields.unnamed.len();
            let items = fields.unnamed.iter().map(|_| quote! { items.next() });
            quote! {{
                let mut items = content.items(#length);
                Self::#ident(#(#items),*)
            }}
        }
        Fields::Named(fields) => {
            let (names, reads) = named(fields.named.iter(), false, false)?;
            quote! {{
                let mut fields = content.fields(#names);
                Self::#ident { #reads }
            }}
        }
    })
}

/// Whether a field may be left out for its type alone. A type out of a macro comes in an invisible group.
fn is_option(of: &Type) -> bool {
    match of {
        Type::Group(group) => is_option(&group.elem),
        Type::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|segment| segment.ident == "Option"),
        _ => false,
    }
}

/// `snake_case` as `camelCase`.
fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &upper_first(word))
}

fn upper_first(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

fn lower_first(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|c| c.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::read;

    /// The code for a type, without white space.
    fn code(text: &str) -> String {
        let tokens = read(&syn::parse_str(text).unwrap()).unwrap();
        tokens.to_string().replace(char::is_whitespace, "")
    }

    fn refused(text: &str) -> String {
        read(&syn::parse_str(text).unwrap())
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn a_struct_lists_its_fields_and_marks_what_must_be_there() {
        let code = code(
            r#"#[serde(rename_all = "camelCase", deny_unknown_fields)]
            struct Disk {
                #[serde(alias = "id")] disk_name: String,
                #[serde(rename = "sizeGiB")] size_gib: u64,
                #[serde(default, skip_serializing_if = "Vec::is_empty")] zones: Vec<String>,
                #[serde(default = "Self::first")] seed: u64,
                lun: Option<u32>,
                #[serde(deserialize_with = "facts_of")] facts: Facts,
            }"#,
        );
        assert!(
            code.contains("place.fields(\"diskName|id!,sizeGiB!,zones,seed,lun,facts!\")"),
            "{code}"
        );
        assert!(
            code.contains("zones:fields.next(),seed:fields.next_or(Self::first),"),
            "{code}"
        );
        assert!(code.contains("facts:fields.next_by(facts_of),"), "{code}");
    }

    #[test]
    fn a_default_of_the_struct_lets_every_field_be_left_out() {
        let code = code("#[serde(deny_unknown_fields, default)] struct A { b: u8, c: String }");
        assert!(code.contains("place.fields(\"b,c\")"), "{code}");
    }

    #[test]
    fn a_struct_of_one_field_is_read_as_the_field() {
        let code = code("#[serde(transparent)] struct Bytes(pub u64);");
        assert!(
            code.contains("Self(crate::json::Read::read(place))"),
            "{code}"
        );
    }

    #[test]
    fn an_enum_marks_variants_that_have_content() {
        let code = code(
            r#"#[serde(rename_all = "camelCase")]
            enum Kind { AllOf(Vec<Kind>), Plain, Is(String, i64), Named { name: String } }"#,
        );
        assert!(
            code.contains("place.variant(\"allOf!,plain,is!,named!\")"),
            "{code}"
        );
        assert!(
            code.contains("content.items(2usize);Self::Is(items.next(),items.next())"),
            "{code}"
        );
        assert!(code.contains("content.fields(\"name!\")"), "{code}");
        assert!(code.contains("_=>Self::Plain,"), "{code}");
    }

    #[test]
    fn the_blank_of_an_enum_is_its_default() {
        let code = code("enum Edition { #[serde(rename = \"2021\")] Old, #[default] New }");
        assert!(code.contains("place.one_of(\"2021,New\")"), "{code}");
        assert!(code.contains("_=>Self::New,"), "{code}");
    }

    #[test]
    fn what_reading_does_not_know_is_an_error() {
        for (text, part) in [
            ("struct A { b: u8 }", "deny_unknown_fields"),
            ("struct A(u8, u8);", "one field"),
            ("enum A {}", "needs a variant"),
            ("union A { b: u8 }", "union"),
            ("#[serde(untagged)] enum A { B }", "does not know"),
            (
                "#[serde(rename_all = \"kebab-case\")] enum A { B }",
                "does not know",
            ),
            ("enum A { #[serde(rename = \"b,c\")] B }", "has none of"),
        ] {
            let message = refused(text);
            assert!(message.contains(part), "{text}: {message}");
        }
    }
}
