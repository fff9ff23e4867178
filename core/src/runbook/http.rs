//! A `.http` file: requests one below the other, as editors and runners send them.
//!
//! Lines that begin with `# lab` are for the lab alone: the instant, and the commands for what no request does.
//! Who follows them and sends the requests to the lab's endpoint ends in the same state.

use super::language::{Language, one_line};
use super::script::heading;
use super::{RunbookItem, RunbookStep};
use crate::report::seen;
use serde_json::Value;

const PRELUDE: &str = "#
# Lines that begin with `# lab` are for the lab: what no request does, as its commands. Where `# lab instead`
# stands, they take the place of the requests of that step there.

@host = https://management.azure.com
# az account get-access-token --query accessToken --output tsv
@token = TOKEN
";

/// The file of the steps.
pub(super) fn write(head: &[String], steps: &[RunbookStep]) -> String {
    let mut text = String::new();
    for line in head {
        text += &format!("# {}\n", seen(line));
    }
    text += PRELUDE;
    for (number, step) in steps.iter().enumerate() {
        text += &heading("\n### ", number, step);
        if let Some(at) = step.at {
            text += &format!("# lab at {at}\n");
        }
        if step.at_once == Some(true) {
            text += "# lab over at once\n";
        }
        if !step.replayed {
            text += "# lab instead\n";
        }
        for command in &step.lab {
            text += &format!("# lab {}\n", one_line(&crate::json::write(command)));
        }
        for (place, item) in step.items.iter().enumerate() {
            if place > 0 {
                text += "\n###\n";
            }
            text += &match item {
                RunbookItem::Request(request) => {
                    let body = match &request.body {
                        Value::Null => String::new(),
                        body => format!(
                            "Content-Type: application/json\n\n{}\n",
                            Language::Http.value(body, 0)
                        ),
                    };
                    block(&request.method, &request.address(), &body)
                }
                RunbookItem::Wait(wait) => {
                    let until = format!("# Repeat until {} is {}.\n", wait.field(), wait.value());
                    until + &block("GET", &wait.address(), "")
                }
            };
        }
    }
    text
}

fn block(method: &str, address: &str, rest: &str) -> String {
    format!("{method} {{{{host}}}}{address}\nAuthorization: Bearer {{{{token}}}}\n{rest}")
}
