//! ARM templates and Bicep, from the same resources.

use super::declare::{Declared, declare};
use super::language::Language;
use super::target::{Target, target};
use super::{RunbookRequest, RunbookStep};
use crate::report::seen;
use serde_json::Value;

/// A template, deployed into a resource group. Where there are several groups, each resource says in which it
/// belongs, and the template is deployed into one after the other.
pub(super) fn write(head: &[String], steps: &[RunbookStep], language: Language) -> String {
    let mut declared = declare(steps, false);
    let (groups, rest): (Vec<_>, Vec<_>) = declared
        .resources
        .into_iter()
        .partition(|own| target(&own.id).kind.is_empty());
    declared.resources = rest;
    let mut notes: Vec<String> = head.to_vec();
    notes.extend(
        groups
            .iter()
            .map(|group| format!("Make the resource group {} first.", group.id)),
    );
    let places = places(&declared);
    for (subscription, group) in &places {
        notes.push(format!(
            "Deploy it into the resource group {group} of subscription {subscription}."
        ));
    }
    notes.append(&mut declared.notes);
    let several = places.len() > 1;
    let json = language == Language::Json;
    let by_id = declared.by_id();
    let resources = declared.resources.iter().enumerate().map(|(place, own)| {
        let needs = declared.needs(place, &by_id);
        resource(&declared, (place, &needs), own, several, language)
    });
    if json {
        let notes = Value::from(notes);
        let resources: Vec<String> = resources.collect();
        let list = if resources.is_empty() {
            "[]".to_owned()
        } else {
            format!("[\n    {}\n  ]", resources.join(",\n    "))
        };
        let schema =
            "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
        let fields = [
            ("$schema", language.quote(schema)),
            ("contentVersion", language.quote("1.0.0.0")),
            (
                "metadata",
                language.fields(&[("notes", language.value(&notes, 2))], 1),
            ),
            ("resources", list),
        ];
        return language.fields(&fields, 0) + "\n";
    }
    let mut text = String::new();
    for note in notes {
        text += &format!("// {}\n", seen(&note));
    }
    resources.for_each(|resource| text += &format!("\n{resource}\n"));
    text
}

/// Subscriptions and groups of the resources, in the order in which they are needed.
fn places(declared: &Declared) -> Vec<(String, String)> {
    let mut places: Vec<(String, String)> = Vec::new();
    for own in &declared.resources {
        let Target {
            subscription,
            group,
            ..
        } = target(&own.id);
        let known = |(one, other): &(String, String)| {
            one.eq_ignore_ascii_case(subscription) && other.eq_ignore_ascii_case(group)
        };
        if !places.iter().any(known) {
            places.push((subscription.to_owned(), group.to_owned()));
        }
    }
    places
}

fn resource(
    declared: &Declared,
    (place, needs): (usize, &[usize]),
    own: &RunbookRequest,
    several: bool,
    language: Language,
) -> String {
    let json = language == Language::Json;
    let target = target(&own.id);
    let (kind, name) = named(&target);
    let indent = if json { 2 } else { 0 };
    let condition = if json {
        let group = target.group.to_lowercase().replace('\'', "''");
        format!("[equals(toLower(resourceGroup().name), '{group}')]")
    } else {
        let group = language.quote(&target.group.to_lowercase());
        format!("if (toLower(resourceGroup().name) == {group}) ")
    };
    let mut fields: Vec<(&str, String)> = Vec::new();
    if json {
        if several {
            fields.push(("condition", language.quote(&condition)));
        }
        fields.push(("type", language.quote(&kind)));
        fields.push(("apiVersion", language.quote(&own.api_version)));
    }
    fields.push(("name", literal(&Value::from(name), indent, language)));
    for (name, value) in own.body.as_object().into_iter().flatten() {
        fields.push((name, literal(value, indent + 1, language)));
    }
    let same_group = |other: &&RunbookRequest| {
        let other = super::target::target(&other.id);
        other.subscription.eq_ignore_ascii_case(target.subscription)
            && other.group.eq_ignore_ascii_case(target.group)
    };
    let needs = needs.iter();
    let needs = needs.filter_map(|at| Some((at, declared.resources.get(*at).filter(same_group)?)));
    let needs: Vec<String> = needs
        .map(|(at, other)| {
            if json {
                literal(&Value::from(other.id.as_str()), 0, language)
            } else {
                format!("r{at}")
            }
        })
        .collect();
    if !needs.is_empty() {
        let (edge, between) = ("  ".repeat(indent + 1), if json { "," } else { "" });
        let list = needs.join(&format!("{between}\n{edge}  "));
        fields.push(("dependsOn", format!("[\n{edge}  {list}\n{edge}]")));
    }
    let fields = language.fields(&fields, indent);
    if json {
        return fields;
    }
    let kind = language.quote(&format!("{kind}@{}", own.api_version));
    let condition = if several { condition } else { String::new() };
    format!("resource r{place} {kind} = {condition}{fields}")
}

/// Type and name; those of an extension stand behind what it extends.
fn named(target: &Target<'_>) -> (String, String) {
    let above = super::target::target(&target.scope);
    match target.kind.split_once('/') {
        Some((namespace, kind)) if !above.kind.is_empty() => (
            format!("{}/providers/{kind}", above.kind),
            format!("{}/{namespace}/{}", above.names, target.names),
        ),
        _ => (target.kind.clone(), target.names.clone()),
    }
}

/// A value in which nothing is an expression.
fn literal(value: &Value, indent: usize, language: Language) -> String {
    if language == Language::Json {
        language.value(&inert(value), indent)
    } else {
        language.value(value, indent)
    }
}

/// A template takes a text between square brackets for an expression.
fn inert(value: &Value) -> Value {
    match value {
        Value::String(text) if text.starts_with('[') && text.ends_with(']') => {
            Value::from(format!("[{text}"))
        }
        Value::Array(items) => items.iter().map(inert).collect(),
        Value::Object(fields) => crate::json::object(
            fields
                .iter()
                .map(|(name, value)| (name.clone(), inert(value))),
        ),
        other => other.clone(),
    }
}
