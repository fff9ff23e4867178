//! Keys that an object has twice: only one of the two values can count.

use super::Problem;
use super::assemble::warning;
use super::node::Node;
use crate::order;

/// How many are told of one resource.
const MOST: usize = 20;

/// Tells the keys that are there twice, with their places.
pub(super) fn look(node: Node<'_>, path: &str, problems: &mut Vec<Problem>) {
    let most = problems.len() + MOST;
    within(node, path, most, problems);
}

fn within(node: Node<'_>, path: &str, most: usize, problems: &mut Vec<Problem>) {
    if node.is_list() {
        for (at, item) in node.list().enumerate() {
            if item.is_composed() {
                within(item, &format!("{path}[{at}]"), most, problems);
            }
        }
        return;
    }
    let mut tags = Vec::new();
    node.members(&mut |_, tag, _| tags.push(u64::from(tag)));
    let twice = order::repeated(tags.into_iter());
    let mut seen: Vec<&str> = Vec::new();
    node.members(&mut |name, tag, value| {
        if twice.binary_search(&u64::from(tag)).is_ok() {
            let is_told = seen.iter().any(|own| own.eq_ignore_ascii_case(name));
            if is_told && problems.len() < most {
                problems.push(warning(
                    "DuplicateKey",
                    &format!("{path}.{name}"),
                    format!("the key `{name}` is there twice; one of the values counts, the other is lost. Give it once"),
                ));
            } else if seen.len() < MOST {
                seen.push(name);
            }
        }
        if value.is_composed() {
            within(value, &format!("{path}.{name}"), most, problems);
        }
    });
}
