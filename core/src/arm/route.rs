//! From a request to its handler.

use super::call::{Call, Handled};
use super::error::Failure;
use super::http::Request;
use super::table::{OPERATIONS, Operation, Scope, beside};
use super::url::Address;
use super::{Mode, fields, points};
use crate::parts::Part;
use crate::timeline::Timeline;
use serde_json::Value;

/// The largest body that is read.
const LARGEST_BODY: usize = 4 << 20;

/// Answers a request.
pub(super) fn route(timeline: &mut Timeline, mode: &Mode, request: &Request) -> Handled {
    let breaks = |text: &str| text.chars().any(|c| c.is_control() && c != '\t');
    let mut headers = request.headers.iter();
    if headers.any(|(name, value)| breaks(name) || breaks(value)) {
        let message = "The request has a header with characters that no header has.";
        return Err(Failure::new(400, "InvalidRequestHeader", message));
    }
    let address = Address::parse(&request.url).map_err(|why| {
        Failure::new(
            400,
            "InvalidRequestUri",
            format!("The request uri is invalid: {why}."),
        )
    })?;
    let (subscription, group, rest) = scope(&address)?;
    let version = version(&address)?;
    let (at, operation, names) = find(request, group.is_some(), rest, version)?;
    let body = body(request)?;
    if mode.strict_scopes
        && let Some(group) = group
        && timeline
            .cloud()
            .resource_group(subscription, group)
            .is_none()
        && !operation.name.starts_with("ResourceGroups_")
    {
        let message = format!("Resource group '{group}' could not be found.");
        return Err(Failure::new(404, "ResourceGroupNotFound", message));
    }
    let mut call = Call {
        timeline,
        mode,
        request,
        address: &address,
        version,
        subscription,
        group: group.unwrap_or_default(),
        names,
        body,
    };
    if operation.name == "RestorePoints_Create" && version < "2021-07-01" {
        points::nest(&mut call.body);
    }
    fields::check(operation.name, &mut call.body)?;
    if Part::Beside.is_missing() && (operation.handler.is_none() || takes_beside(&call)) {
        return Err(Failure::lacks(Part::Beside));
    }
    let mut answer = match operation.handler {
        Some(handler) => handler(&mut call),
        None => beside(at, &mut call),
    }?;
    const REMAINING: &str = "x-ms-ratelimit-remaining-resource";
    let told = answer.headers.iter().any(|(name, _)| *name == REMAINING);
    if !operation.limit.is_empty() && !told {
        let limit = format!("Microsoft.Compute/{}", operation.limit);
        answer.header(REMAINING, limit);
    }
    let kind = match operation.method {
        "GET" => "reads",
        "DELETE" => "deletes",
        _ => "writes",
    };
    let name = match kind {
        "reads" => "x-ms-ratelimit-remaining-subscription-global-reads",
        "deletes" => "x-ms-ratelimit-remaining-subscription-deletes",
        _ => "x-ms-ratelimit-remaining-subscription-writes",
    };
    answer.header(name, if kind == "reads" { "3749" } else { "199" });
    Ok(answer)
}

/// Whether the body of a request on a disk or a point takes what stands beside them: another point to copy, a
/// network policy.
fn takes_beside(call: &Call<'_>) -> bool {
    let given = |path: &str| call.at(path).is_some();
    given("properties.sourceRestorePoint")
        || given("properties.networkAccessPolicy")
        || given("properties.diskAccessId")
}

/// Subscription, group if there is one, and the rest of the path.
#[expect(
    clippy::type_complexity,
    reason = "the three parts of a path, used once"
)]
fn scope<'a>(
    address: &'a Address<'_>,
) -> Result<(&'a str, Option<&'a str>, &'a [std::borrow::Cow<'a, str>]), Failure> {
    let not_found = || {
        let path = address.path.join("/");
        let message = format!("The request path '/{path}' is not one that the service has.");
        Failure::new(404, "HttpResourceNotFound", message)
    };
    let is = |at: usize, word: &str| {
        let segment = address.path.get(at);
        segment.is_some_and(|segment| segment.eq_ignore_ascii_case(word))
    };
    let name = |at: usize| -> Result<&'a str, Failure> {
        let name: &'a str = address.path.get(at).ok_or_else(not_found)?;
        check_name(name)?;
        Ok(name)
    };
    if !is(0, "subscriptions") {
        return Err(not_found());
    }
    let subscription = name(1)?;
    let (group, after) = if is(2, "resourceGroups") && address.path.len() > 3 {
        (Some(name(3)?), 4)
    } else {
        (None, 2)
    };
    let after = if is(after, "providers") {
        after + 1
    } else {
        after
    };
    let rest = address.path.get(after..).unwrap_or_default();
    Ok((subscription, group, rest))
}

/// A name that can be part of an id.
fn check_name(name: &str) -> Result<(), Failure> {
    let wrong = name.len() > 260 || name.contains(['/', '\\', '?', '#', '<', '>', '%', '&', ':']);
    if wrong || name.starts_with(' ') || name.ends_with([' ', '.']) {
        let message = format!(
            "Resource name {name} is invalid. The name can have at most 260 characters, none of <>%&:\\?/# among them, and does not end in a period."
        );
        return Err(Failure::new(400, "InvalidResourceName", message));
    }
    Ok(())
}

fn version<'a>(address: &'a Address<'_>) -> Result<&'a str, Failure> {
    let Some(version) = address
        .parameter("api-version")
        .filter(|version| !version.is_empty())
    else {
        let message =
            "The api-version query parameter (?api-version=) is required for all requests.";
        return Err(Failure::new(400, "MissingApiVersionParameter", message));
    };
    let date = version.strip_suffix("-preview").unwrap_or(version);
    let is_digit = |at: usize| date.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    let is_date = date.len() == 10 && (0..10).all(|at| (at == 4 || at == 7) != is_digit(at));
    let parses = format!("{date}T00:00:00Z")
        .parse::<crate::units::SimInstant>()
        .is_ok();
    if !is_date || !parses {
        let message = format!(
            "The api-version '{version}' is invalid. Its form is YYYY-MM-DD or YYYY-MM-DD-preview."
        );
        return Err(Failure::new(400, "InvalidApiVersionParameter", message));
    }
    Ok(version)
}

/// The operation of a request, and the names in its path.
fn find<'a>(
    request: &Request,
    in_group: bool,
    rest: &'a [std::borrow::Cow<'a, str>],
    version: &str,
) -> Result<(usize, &'static Operation, Vec<&'a str>), Failure> {
    let scope = if in_group {
        Scope::Group
    } else {
        Scope::Subscription
    };
    let mut too_old = None;
    let mut methods = Vec::new();
    for (at, operation) in OPERATIONS
        .iter()
        .enumerate()
        .filter(|(_, operation)| operation.scope == scope && operation.depth == rest.len())
    {
        let Some(names) = matches(operation.path, rest) else {
            continue;
        };
        if !operation.method.eq_ignore_ascii_case(&request.method) {
            if !operation.name.ends_with('_') {
                methods.push(operation.method);
            }
            continue;
        }
        // The line that names the operation comes first and decides; one for all others does not.
        if too_old.is_some() {
            continue;
        }
        if version < operation.since {
            too_old = Some(operation);
            continue;
        }
        names.iter().try_for_each(|name| check_name(name))?;
        return Ok((at, operation, names));
    }
    let namespace = rest.first().map_or("", |segment| segment);
    let kinds: Vec<&str> = rest.iter().skip(1).step_by(2).map(AsRef::as_ref).collect();
    let kind = kinds.join("/");
    if let Some(operation) = too_old {
        let message = format!(
            "No registered resource provider found for API version '{version}' for type '{kind}'. The supported api-versions are '{}' and later ones.",
            operation.since
        );
        return Err(Failure::new(400, "NoRegisteredProviderFound", message));
    }
    if !methods.is_empty() {
        let message = format!(
            "The requested resource does not support http method '{}'; it has {}.",
            request.method,
            methods.join(", ")
        );
        return Err(Failure::new(405, "HttpMethodNotSupported", message));
    }
    let known = OPERATIONS.iter().any(|operation| {
        let first = operation.path.split('/').next();
        first.is_some_and(|first| first.eq_ignore_ascii_case(namespace))
    });
    if known {
        let message = format!(
            "The resource type '{kind}' could not be found in the namespace '{namespace}' for api version '{version}'."
        );
        return Err(Failure::new(404, "InvalidResourceType", message));
    }
    let message = format!("The resource namespace '{namespace}' is invalid.");
    Err(Failure::new(404, "InvalidResourceNamespace", message))
}

/// The names in a path of this form.
fn matches<'a>(form: &str, path: &'a [std::borrow::Cow<'a, str>]) -> Option<Vec<&'a str>> {
    let mut segments = path.iter();
    let mut names = Vec::new();
    for part in form.split('/').filter(|part| !part.is_empty()) {
        let segment = segments.next()?;
        if part == "{}" {
            names.push(segment.as_ref());
        } else if part != "*" && !segment.eq_ignore_ascii_case(part) {
            return None;
        }
    }
    segments.next().is_none().then_some(names)
}

/// The JSON of a body: an object, or nothing.
fn body(request: &Request) -> Result<Value, Failure> {
    let invalid = |why: String| {
        let message =
            format!("The request content was invalid and could not be deserialized: '{why}'.");
        Failure::new(400, "InvalidRequestContent", message)
    };
    if request.body.len() > LARGEST_BODY {
        let message =
            format!("The request content size exceeds the maximum size of {LARGEST_BODY} bytes.");
        return Err(Failure::new(413, "RequestEntityTooLarge", message));
    }
    if request.body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Value::Null);
    }
    let text = std::str::from_utf8(&request.body).map_err(|error| invalid(error.to_string()))?;
    let value = crate::json::parse(text).map_err(|error| invalid(error.to_string()))?;
    if !value.is_object() {
        return Err(invalid("the body is no JSON object".to_owned()));
    }
    if let Some(name) = fields::repeated(text) {
        return Err(invalid(format!(
            "the property '{name}' stands twice in one object"
        )));
    }
    Ok(value)
}
