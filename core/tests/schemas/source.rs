//! The types of the crate as they are written: names, fields, attributes, documentation.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Field, Fields, Ident, Item, Lit, LitStr, Token, Type};

/// A type.
#[derive(Clone)]
pub(crate) struct Definition {
    pub(crate) file: PathBuf,
    pub(crate) serde: Serde,
    pub(crate) shape: Shape,
}

#[derive(Clone)]
pub(crate) enum Shape {
    Struct(Vec<Member>),
    /// A type in the place of another.
    Inner(Box<Type>),
    Enum(Vec<Variant>),
}

#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) of: Type,
    pub(crate) serde: Serde,
}

#[derive(Clone)]
pub(crate) struct Variant {
    pub(crate) name: String,
    pub(crate) serde: Serde,
    pub(crate) holds: Holds,
}

#[derive(Clone)]
pub(crate) enum Holds {
    Nothing,
    One(Box<Type>),
    Fields(Vec<Member>),
}

/// What `#[serde(…)]` says, and the first paragraph of the documentation.
#[derive(Clone, Default)]
pub(crate) struct Serde {
    pub(crate) rename: Option<String>,
    pub(crate) camel_case: bool,
    pub(crate) default: bool,
    pub(crate) skip: bool,
    pub(crate) skip_if: bool,
    pub(crate) aliases: Vec<String>,
    pub(crate) tag: Option<String>,
    pub(crate) untagged: bool,
    pub(crate) doc: String,
}

impl Serde {
    fn of(attributes: &[Attribute]) -> Self {
        let mut said = Self::default();
        let mut paragraph_ended = false;
        for attribute in attributes {
            if let syn::Meta::NameValue(doc) = &attribute.meta
                && doc.path.is_ident("doc")
                && let syn::Expr::Lit(text) = &doc.value
                && let Lit::Str(text) = &text.lit
            {
                let line = text.value().trim().to_owned();
                paragraph_ended |= line.is_empty();
                if !paragraph_ended {
                    said.doc = format!("{} {line}", said.doc).trim().to_owned();
                }
            }
            if !attribute.path().is_ident("serde") {
                continue;
            }
            attribute
                .parse_nested_meta(|meta| {
                    let text = || meta.value()?.parse::<LitStr>().map(|text| text.value());
                    let word = meta.path.get_ident().map(Ident::to_string);
                    match word.unwrap_or_default().as_str() {
                        "rename" => said.rename = Some(text()?),
                        "rename_all" => {
                            assert_eq!(text()?, "camelCase");
                            said.camel_case = true;
                        }
                        "alias" => said.aliases.push(text()?),
                        "tag" => said.tag = Some(text()?),
                        "untagged" => said.untagged = true,
                        "skip" => said.skip = true,
                        "default" => {
                            said.default = true;
                            let _path = text().ok();
                        }
                        "skip_serializing_if" => {
                            said.skip_if = true;
                            text()?;
                        }
                        "deserialize_with" => drop(text()?),
                        "deny_unknown_fields" | "transparent" => {}
                        other => panic!("serde({other}) is unknown here"),
                    }
                    Ok(())
                })
                .unwrap();
        }
        said
    }

    /// The name in JSON of what is called so in Rust.
    pub(crate) fn named(&self, rust: &str, inside: &Self) -> String {
        if let Some(name) = &self.rename {
            return name.clone();
        }
        if !inside.camel_case {
            return rust.to_owned();
        }
        let mut upper = false;
        let mut name = String::new();
        for (at, letter) in rust.char_indices() {
            match letter {
                '_' => upper = true,
                _ if at == 0 => name.extend(letter.to_lowercase()),
                _ if std::mem::take(&mut upper) => name.extend(letter.to_uppercase()),
                _ => name.push(letter),
            }
        }
        name
    }
}

fn members<'a>(fields: impl IntoIterator<Item = &'a Field>) -> Vec<Member> {
    let fields = fields.into_iter();
    let member = |field: &Field| Member {
        name: field.ident.as_ref().unwrap().to_string(),
        of: field.ty.clone(),
        serde: Serde::of(&field.attrs),
    };
    fields.map(member).collect()
}

/// `/// Doc  Name { fields }`, again and again: the form of the macros that define structs.
struct Structs(Vec<(Vec<Attribute>, Ident, Punctuated<Field, Token![,]>)>);

impl Parse for Structs {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut found = Vec::new();
        while !input.is_empty() {
            let attributes = input.call(Attribute::parse_outer)?;
            let name = input.parse()?;
            let content;
            syn::braced!(content in input);
            let fields = content.parse_terminated(Field::parse_named, Token![,])?;
            found.push((attributes, name, fields));
        }
        Ok(Self(found))
    }
}

/// `/// Doc  Name = "tag",`, again and again: the list of commands.
struct Tags(Vec<(Serde, String, String)>);

impl Parse for Tags {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut found = Vec::new();
        while !input.is_empty() {
            let said = Serde::of(&input.call(Attribute::parse_outer)?);
            let name: Ident = input.parse()?;
            input.parse::<Token![=]>()?;
            let tag: LitStr = input.parse()?;
            // The part of the module that carries it out.
            if input.peek(Token![in]) {
                input.parse::<Token![in]>()?;
                input.parse::<Ident>()?;
            }
            found.push((said, name.to_string(), tag.value()));
            if input.peek(Token![,]) {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(Self(found))
    }
}

/// A command: its `type`, the type of its fields, what it does.
pub(crate) struct Listed {
    pub(crate) tag: String,
    pub(crate) fields: String,
    pub(crate) doc: String,
}

/// Every type of the crate by name.
pub(crate) struct Source {
    types: BTreeMap<String, Vec<Definition>>,
    pub(crate) commands: Vec<Listed>,
}

impl Source {
    pub(crate) fn read() -> Self {
        let mut source = Self {
            types: BTreeMap::new(),
            commands: Vec::new(),
        };
        source.folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
        source
    }

    fn folder(&mut self, folder: &Path) {
        let mut inside: Vec<PathBuf> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        inside.sort();
        for path in inside {
            if path.is_dir() {
                self.folder(&path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                for item in syn::parse_file(&text).unwrap().items {
                    self.item(&path, item);
                }
            }
        }
    }

    fn add(&mut self, file: &Path, name: &Ident, serde: Serde, shape: Shape) {
        let file = file.to_owned();
        let known = self.types.entry(name.to_string()).or_default();
        known.push(Definition { file, serde, shape });
    }

    fn item(&mut self, file: &Path, item: Item) {
        match item {
            Item::Struct(found) => {
                let shape = match &found.fields {
                    Fields::Named(fields) => Shape::Struct(members(&fields.named)),
                    Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                        Shape::Inner(Box::new(fields.unnamed[0].ty.clone()))
                    }
                    _ => return,
                };
                self.add(file, &found.ident, Serde::of(&found.attrs), shape);
            }
            Item::Enum(found) => {
                let variants = found.variants.iter().map(|variant| Variant {
                    name: variant.ident.to_string(),
                    serde: Serde::of(&variant.attrs),
                    holds: match &variant.fields {
                        Fields::Unit => Holds::Nothing,
                        Fields::Named(fields) => Holds::Fields(members(&fields.named)),
                        Fields::Unnamed(fields) => {
                            Holds::One(Box::new(fields.unnamed[0].ty.clone()))
                        }
                    },
                });
                let shape = Shape::Enum(variants.collect());
                self.add(file, &found.ident, Serde::of(&found.attrs), shape);
            }
            Item::Type(found) => {
                let shape = Shape::Inner(found.ty.clone());
                self.add(file, &found.ident, Serde::of(&found.attrs), shape);
            }
            Item::Macro(found) => {
                let name = found.mac.path.get_ident().map(Ident::to_string);
                match name.as_deref() {
                    Some("command_fields" | "state" | "answers") => {
                        let structs: Structs = found.mac.parse_body().unwrap();
                        for (attributes, name, fields) in structs.0 {
                            let serde = Serde {
                                camel_case: true,
                                ..Serde::of(&attributes)
                            };
                            self.add(file, &name, serde, Shape::Struct(members(&fields)));
                        }
                    }
                    Some("commands") => {
                        let tags: Tags = found.mac.parse_body().unwrap();
                        let tags = tags.0.into_iter();
                        self.commands.extend(tags.map(|(said, fields, tag)| Listed {
                            tag,
                            fields,
                            doc: said.doc,
                        }));
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// The type of this name as `file` sees it: its own, or the nearest one.
    pub(crate) fn find(&self, name: &str, file: &Path) -> &Definition {
        let known = self.types.get(name);
        let known = known.unwrap_or_else(|| panic!("no type {name}, for {}", file.display()));
        let shared = |other: &Path| {
            let pairs = file.components().zip(other.components());
            pairs.take_while(|(a, b)| a == b).count()
        };
        let nearest = known.iter().max_by_key(|found| shared(&found.file));
        nearest.unwrap()
    }
}
