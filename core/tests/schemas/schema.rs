//! From types to JSON Schema.

use super::source::{Definition, Holds, Member, Serde, Shape, Source};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use syn::{GenericArgument, PathArguments, Type};

/// Whether something is read, or written: what may be left out differs.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Way {
    Read,
    Written,
}

/// A schema document that grows by the types that it comes upon.
pub(crate) struct Document<'a> {
    pub(crate) source: &'a Source,
    pub(crate) way: Way,
    pub(crate) defs: Map<String, Value>,
    /// Where each definition comes from: one name is one type.
    origins: Vec<(String, PathBuf)>,
}

impl<'a> Document<'a> {
    pub(crate) fn new(source: &'a Source, way: Way) -> Self {
        Self {
            source,
            way,
            defs: Map::new(),
            origins: Vec::new(),
        }
    }

    pub(crate) fn finish(self, title: &str, root: Value) -> Value {
        let mut document =
            json!({ "$schema": "https://json-schema.org/draft/2020-12/schema", "title": title });
        let fields = document.as_object_mut().unwrap();
        fields.extend(root.as_object().unwrap().clone());
        fields.insert("$defs".to_owned(), Value::Object(self.defs));
        document
    }

    /// A reference to the type of this name, which is defined where it was not yet.
    pub(crate) fn named(&mut self, name: &str, file: &Path) -> Value {
        let found = self.source.find(name, file).clone();
        if let Shape::Inner(inner) = &found.shape {
            return self.of(inner, &found.file);
        }
        match self.origins.iter().find(|(known, _)| known == name) {
            Some((_, origin)) => assert_eq!(*origin, found.file, "two types {name} in one schema"),
            None => {
                self.origins.push((name.to_owned(), found.file.clone()));
                let made = self.definition(&found, name);
                self.defs.insert(name.to_owned(), made);
            }
        }
        json!({ "$ref": format!("#/$defs/{name}") })
    }

    pub(crate) fn definition(&mut self, found: &Definition, name: &str) -> Value {
        let mut made = match &found.shape {
            Shape::Struct(members) => self.object(members, &found.serde, &found.file, name),
            Shape::Inner(inner) => self.of(inner, &found.file),
            Shape::Enum(variants) => {
                let plain = variants
                    .iter()
                    .all(|variant| matches!(variant.holds, Holds::Nothing));
                let named = |serde: &Serde, name: &str| serde.named(name, &found.serde);
                if plain {
                    let words = variants
                        .iter()
                        .map(|variant| named(&variant.serde, &variant.name));
                    json!({ "enum": words.collect::<Vec<_>>() })
                } else {
                    let mut forms = Vec::new();
                    for variant in variants {
                        let word = named(&variant.serde, &variant.name);
                        let mut form = match &variant.holds {
                            Holds::One(inner) if found.serde.untagged => {
                                self.of(inner, &found.file)
                            }
                            Holds::Fields(members) => {
                                let inside = Serde {
                                    camel_case: true,
                                    ..Serde::default()
                                };
                                self.object(members, &inside, &found.file, name)
                            }
                            Holds::Nothing | Holds::One(_) => {
                                panic!("{name}: a form of enum that is not written yet")
                            }
                        };
                        if let Some(tag) = &found.serde.tag {
                            form["properties"][tag] = json!({ "const": word });
                            form["required"].as_array_mut().unwrap().push(json!(tag));
                        }
                        forms.push(form);
                    }
                    json!({ "anyOf": forms })
                }
            }
        };
        describe(&mut made, &found.serde.doc);
        made
    }

    pub(crate) fn object(
        &mut self,
        members: &[Member],
        inside: &Serde,
        file: &Path,
        owner: &str,
    ) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        let mut either = Vec::new();
        for member in members.iter().filter(|member| !member.serde.skip) {
            let name = member.serde.named(&member.name, inside);
            let mut schema = self.member(member, file, owner);
            describe(&mut schema, &member.serde.doc);
            let optional = match self.way {
                Way::Read => member.serde.default || inside.default || is(&member.of, "Option"),
                Way::Written => member.serde.skip_if,
            };
            if !optional && member.serde.aliases.is_empty() {
                required.push(name.clone());
            } else if !optional || self.way == Way::Read {
                let names = std::iter::once(&name).chain(&member.serde.aliases);
                let one: Vec<Value> = names.map(|name| json!({ "required": [name] })).collect();
                if !optional {
                    either.push(json!({ "oneOf": one }));
                }
            }
            if self.way == Way::Read {
                for alias in &member.serde.aliases {
                    properties.insert(
                        alias.clone(),
                        json!({ "$comment": format!("another name of {name}"), "allOf": [schema] }),
                    );
                }
            }
            properties.insert(name, schema);
        }
        let mut made = json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false });
        if !either.is_empty() && self.way == Way::Read {
            made["allOf"] = Value::Array(either);
        }
        made
    }

    fn member(&mut self, member: &Member, file: &Path, owner: &str) -> Value {
        if is(&member.of, "FactSet") {
            let of_disk = owner.contains("Disk");
            let kind = if of_disk { "DiskFacts" } else { "MachineFacts" };
            if !self.defs.contains_key(kind) {
                self.defs
                    .insert(kind.to_owned(), super::documents::facts(of_disk));
            }
            return json!({ "$ref": format!("#/$defs/{kind}") });
        }
        self.of(&member.of, file)
    }

    pub(crate) fn of(&mut self, of: &Type, file: &Path) -> Value {
        let path = match of {
            Type::Path(path) => &path.path,
            Type::Reference(inner) => return self.of(&inner.elem, file),
            _ => panic!("a type of another form in {}", file.display()),
        };
        let last = path.segments.last().unwrap();
        let inner: Vec<&Type> = match &last.arguments {
            PathArguments::AngleBracketed(inner) => inner
                .args
                .iter()
                .filter_map(|argument| match argument {
                    GenericArgument::Type(inner) => Some(inner),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        };
        let mut inside = |at: usize| self.of(inner[at], file);
        match last.ident.to_string().as_str() {
            "Option" => {
                let some = inside(0);
                json!({ "anyOf": [some, { "type": "null" }] })
            }
            "Vec" => json!({ "type": "array", "items": inside(0) }),
            "Box" | "Arc" => inside(0),
            "SmallMap" => json!({ "type": "object", "additionalProperties": inside(1) }),
            "Map" => json!({ "type": "object" }),
            "Value" => json!({}),
            "str" | "String" | "ResourceId" => json!({ "type": "string" }),
            "SimInstant" => {
                json!({ "type": "string", "description": "An instant, such as 2026-01-05T00:00:00Z." })
            }
            "SimDuration" => json!({ "type": "string", "pattern": "^P" }),
            "Digest" => json!({ "type": "string", "pattern": "^[0-9a-f]{64}$" }),
            "bool" => json!({ "type": "boolean" }),
            "u8" => json!({ "type": "integer", "minimum": 0, "maximum": 255 }),
            "u32" => json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX }),
            "u64" | "usize" | "ByteCount" => json!({ "type": "integer", "minimum": 0 }),
            "i64" => json!({ "type": "integer" }),
            "TimeOfDay" | "UtcOffset" => json!({ "type": "string" }),
            "MonthDay" => json!({ "type": ["integer", "string"] }),
            "Command" => super::documents::command(self),
            name => self.named(name, file),
        }
    }
}

/// Puts what the documentation says beside a schema that says nothing itself.
fn describe(schema: &mut Value, doc: &str) {
    let plain: String = doc.replace(['`', '[', ']'], "");
    if !plain.is_empty() {
        schema["description"] = json!(plain);
    }
}

fn is(of: &Type, name: &str) -> bool {
    matches!(of, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == name))
}
