//! What serde's attributes say about reading.

use syn::meta::ParseNestedMeta;
use syn::{Attribute, Error, Expr, ExprPath, LitStr, Result, Token};

/// What a missing field becomes.
pub(crate) enum Missing {
    /// An error.
    Refused,
    /// The blank value of its type.
    Blank,
    /// What a function gives.
    From(ExprPath),
}

/// The attributes of a type, a field or a variant.
pub(crate) struct Attributes {
    pub(crate) rename: Option<String>,
    pub(crate) aliases: Vec<String>,
    pub(crate) camel_case: bool,
    pub(crate) deny_unknown_fields: bool,
    pub(crate) missing: Missing,
    /// The function that reads it, where that is not its type.
    pub(crate) reader: Option<ExprPath>,
    /// Whether it is the variant that `Default` gives.
    pub(crate) is_default_variant: bool,
}

impl Attributes {
    pub(crate) fn of(attributes: &[Attribute]) -> Result<Self> {
        let mut found = Self {
            rename: None,
            aliases: Vec::new(),
            camel_case: false,
            deny_unknown_fields: false,
            missing: Missing::Refused,
            reader: None,
            is_default_variant: false,
        };
        for attribute in attributes {
            if attribute.path().is_ident("default") {
                found.is_default_variant = true;
            }
            if attribute.path().is_ident("serde") {
                attribute.parse_nested_meta(|meta| found.note(&meta))?;
            }
        }
        Ok(found)
    }

    fn note(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let name = meta.path.get_ident().map(ToString::to_string);
        match name.as_deref().unwrap_or_default() {
            "rename" => self.rename = Some(word(meta)?),
            "alias" => self.aliases.push(word(meta)?),
            "rename_all" if word(meta)? == "camelCase" => self.camel_case = true,
            "deny_unknown_fields" => self.deny_unknown_fields = true,
            "default" if meta.input.peek(Token![=]) => {
                self.missing = Missing::From(text(meta)?.parse()?);
            }
            "default" => self.missing = Missing::Blank,
            "deserialize_with" => self.reader = Some(text(meta)?.parse()?),
            // A struct of one field is read as that field anyway.
            "transparent" => {}
            // Only writing is concerned.
            "into" | "skip_serializing_if" => {
                meta.value()?.parse::<Expr>()?;
            }
            _ => return Err(meta.error("reading does not know this attribute")),
        }
        Ok(())
    }

    /// The name in JSON of what is called `name` in Rust.
    pub(crate) fn name(&self, by_rule: String) -> String {
        self.rename.clone().unwrap_or(by_rule)
    }
}

fn text(meta: &ParseNestedMeta<'_>) -> Result<LitStr> {
    meta.value()?.parse()
}

/// A name that the strings of names can hold.
fn word(meta: &ParseNestedMeta<'_>) -> Result<String> {
    let text = text(meta)?;
    if text.value().contains([',', '|', '!']) {
        return Err(Error::new(text.span(), "a name has none of `,`, `|`, `!`"));
    }
    Ok(text.value())
}
