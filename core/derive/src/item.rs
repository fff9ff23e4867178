//! The code that reads or writes a type.

use crate::attributes::{Attributes, Missing, Written};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{
    Data, DataEnum, DataStruct, DeriveInput, Error, Field, Fields, Ident, LitInt, Result, Type,
    Variant,
};

/// The `Read` of a type.
pub(crate) fn read(input: &DeriveInput) -> Result<TokenStream> {
    let name = &input.ident;
    let attributes = Attributes::of(&input.attrs)?;
    if attributes.written != Written::Plain {
        return Err(Error::new_spanned(
            name,
            "reading does not know these variants",
        ));
    }
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
            if fields.named.is_empty() {
                let message =
                    "unknown fields are found when the last field is read: it needs one at least";
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
        names.push(field_name(field, &attributes, camel_case, all_optional));
        reads.extend(match (&attributes.missing, &attributes.reader) {
            (_, Some(reader)) => quote! { #ident: fields.next_by(#reader), },
            (Missing::From(function), _) => quote! { #ident: fields.next_or(#function), },
            _ => quote! { #ident: fields.next(), },
        });
    }
    Ok((names.join(","), reads))
}

/// The name of a field with its marks. Those for reading and for writing stand together: the string is one.
fn field_name(
    field: &Field,
    attributes: &Attributes,
    camel_case: bool,
    all_optional: bool,
) -> String {
    let written = field.ident.as_ref().map(ToString::to_string);
    let written = written.unwrap_or_default();
    let by_rule = if camel_case { camel(&written) } else { written };
    let mut name = attributes.name(by_rule);
    for alias in &attributes.aliases {
        name = name + "|" + alias;
    }
    if attributes.left_out_if_blank {
        name.push('?');
    }
    let required = matches!(attributes.missing, Missing::Refused);
    if required && !all_optional && !is_option(&field.ty) {
        name.push('!');
    }
    name
}

fn of_enum(data: &DataEnum, of: &Attributes, name: &Ident) -> Result<TokenStream> {
    let mut names = Vec::new();
    let mut arms = TokenStream::new();
    let mut blank = None;
    let mut has_content = false;
    for (index, variant) in data.variants.iter().enumerate() {
        let attributes = Attributes::of(&variant.attrs)?;
        let is_unit = matches!(variant.fields, Fields::Unit);
        has_content |= !is_unit;
        names.push(variant_name(variant, &attributes, of.camel_case));
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

/// The name of a variant, with a mark where it has content.
fn variant_name(variant: &Variant, attributes: &Attributes, camel_case: bool) -> String {
    let written = variant.ident.to_string();
    let by_rule = if camel_case {
        lower_first(&written)
    } else {
        written
    };
    let mut name = attributes.name(by_rule);
    if !matches!(variant.fields, Fields::Unit) {
        name.push('!');
    }
    name
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

/// The `Write` of a type.
pub(crate) fn write(input: &DeriveInput) -> Result<TokenStream> {
    let name = &input.ident;
    let attributes = Attributes::of(&input.attrs)?;
    let body = match &input.data {
        Data::Struct(data) => written_struct(data, &attributes)?,
        Data::Enum(data) => written_enum(data, &attributes)?,
        Data::Union(_) => return Err(Error::new_spanned(name, "a union cannot be written")),
    };
    Ok(quote! {
        impl crate::json::Write for #name {
            fn write(&self, to: &mut crate::json::Writer<'_>) {
                #body
            }
        }
    })
}

fn written_struct(data: &DataStruct, of: &Attributes) -> Result<TokenStream> {
    let is_own_field = of.transparent || matches!(data.fields, Fields::Unnamed(_));
    if is_own_field && data.fields.len() == 1 {
        let member = data.fields.members().next();
        return Ok(quote! { crate::json::Write::write(&self.#member, to); });
    }
    let all_optional = !matches!(of.missing, Missing::Refused);
    let (names, fields) = written_fields(&data.fields, of.camel_case, all_optional, None)?;
    let values = fields
        .iter()
        .map(|field| quote! { fields.next(&self.#field); });
    Ok(quote! {
        let mut fields = to.fields(#names);
        #(#values)*
        fields.end();
    })
}

/// The string of names of named fields, and the fields themselves.
fn written_fields(
    fields: &Fields,
    camel_case: bool,
    all_optional: bool,
    tag: Option<&str>,
) -> Result<(String, Vec<Ident>)> {
    let mut names: Vec<String> = tag.into_iter().map(str::to_owned).collect();
    let mut idents = Vec::new();
    for field in fields {
        let Some(ident) = &field.ident else {
            return Err(Error::new_spanned(
                field,
                "only named fields are written here",
            ));
        };
        let attributes = Attributes::of(&field.attrs)?;
        if attributes.written != Written::Not {
            names.push(field_name(field, &attributes, camel_case, all_optional));
            idents.push(ident.clone());
        }
    }
    Ok((names.join(","), idents))
}

fn written_enum(data: &DataEnum, of: &Attributes) -> Result<TokenStream> {
    let mut names = Vec::new();
    for variant in &data.variants {
        let attributes = Attributes::of(&variant.attrs)?;
        names.push(variant_name(variant, &attributes, of.camel_case));
    }
    let all = names.join(",");
    let has_content = data
        .variants
        .iter()
        .any(|variant| !variant.fields.is_empty());
    let mut arms = TokenStream::new();
    for (index, (variant, name)) in data.variants.iter().zip(&names).enumerate() {
        let index = LitInt::new(&format!("{index}usize"), variant.ident.span());
        let ident = &variant.ident;
        if !has_content && of.written == Written::Plain {
            arms.extend(quote! { Self::#ident => #index, });
            continue;
        }
        let names = match &variant.fields {
            Fields::Named(fields) => fields
                .named
                .iter()
                .filter_map(|field| field.ident.clone())
                .collect(),
            fields => (0..fields.len())
                .map(|at| format_ident!("field_{at}"))
                .collect::<Vec<_>>(),
        };
        let pattern = match &variant.fields {
            Fields::Named(_) => quote! { Self::#ident { #(#names),* } },
            Fields::Unnamed(_) => quote! { Self::#ident(#(#names),*) },
            Fields::Unit => quote! { Self::#ident },
        };
        let body = written_variant(variant, name, of, &all, &index, &names)?;
        arms.extend(quote! { #pattern => { #body } });
    }
    if !has_content && of.written == Written::Plain {
        return Ok(quote! {
            let variant = match self { #arms };
            to.one_of(#all, variant);
        });
    }
    Ok(quote! { match self { #arms } })
}

fn written_variant(
    variant: &Variant,
    name: &str,
    of: &Attributes,
    all: &str,
    index: &LitInt,
    values: &[Ident],
) -> Result<TokenStream> {
    let content = match (&variant.fields, values) {
        (Fields::Unnamed(_), [only]) => quote! { #only },
        (Fields::Unnamed(_), _) => quote! { &(#(#values),*) },
        _ => quote! {},
    };
    Ok(match (&of.written, &variant.fields) {
        (Written::Untagged, Fields::Unnamed(_)) => {
            quote! { crate::json::Write::write(#content, to); }
        }
        (Written::Plain, Fields::Unit) => quote! { to.one_of(#all, #index); },
        (Written::Plain, Fields::Unnamed(_)) => quote! { to.variant(#all, #index, #content); },
        (Written::Plain, Fields::Named(_)) => {
            let (names, _) = written_fields(&variant.fields, false, false, None)?;
            quote! {
                to.variant(#all, #index, &crate::json::Written(|to: &mut crate::json::Writer<'_>| {
                    let mut fields = to.fields(#names);
                    #(fields.next(#values);)*
                    fields.end();
                }));
            }
        }
        (Written::Tagged(tag), Fields::Unit | Fields::Named(_)) => {
            let (names, _) = written_fields(&variant.fields, false, false, Some(tag))?;
            let name = name.trim_end_matches('!');
            quote! {
                let mut fields = to.fields(#names);
                fields.next(#name);
                #(fields.next(#values);)*
                fields.end();
            }
        }
        _ => {
            return Err(Error::new_spanned(
                variant,
                "writing does not know such variants",
            ));
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
    use super::{read, write};

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
            code.contains("place.fields(\"diskName|id!,sizeGiB!,zones?,seed,lun,facts!\")"),
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
    fn a_struct_without_fields_is_refused_for_it_would_take_any() {
        assert!(
            refused("#[serde(deny_unknown_fields)] struct Nothing {}").contains("one at least")
        );
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
    fn a_struct_is_written_by_the_names_that_it_is_read_by() {
        let text = r#"#[serde(rename_all = "camelCase", deny_unknown_fields)]
            struct Disk {
                #[serde(alias = "id")] disk_name: String,
                #[serde(default, skip_serializing_if = "Vec::is_empty")] zones: Vec<String>,
            }"#;
        let written = write(&syn::parse_str(text).unwrap()).unwrap().to_string();
        let written = written.replace(char::is_whitespace, "");
        assert!(
            written.contains("to.fields(\"diskName|id!,zones?\")"),
            "{written}"
        );
        assert!(code(text).contains("place.fields(\"diskName|id!,zones?\")"));
        assert!(
            written.contains("fields.next(&self.disk_name);fields.next(&self.zones);"),
            "{written}"
        );
    }

    #[test]
    fn what_reading_does_not_know_is_an_error() {
        for (text, part) in [
            ("struct A { b: u8 }", "deny_unknown_fields"),
            ("struct A(u8, u8);", "one field"),
            ("enum A {}", "needs a variant"),
            ("union A { b: u8 }", "union"),
            ("#[serde(untagged)] enum A { B }", "does not know"),
            ("#[serde(flatten)] enum A { B }", "not known"),
            (
                "#[serde(rename_all = \"kebab-case\")] enum A { B }",
                "not known",
            ),
            ("enum A { #[serde(rename = \"b,c\")] B }", "has none of"),
        ] {
            let message = refused(text);
            assert!(message.contains(part), "{text}: {message}");
        }
    }
}
