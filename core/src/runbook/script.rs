//! Scripts: bash with `az`, and PowerShell with Az.

use super::idiom::{Tool, Word, words};
use super::language::{Language, one_line};
use super::{RunbookItem, RunbookRequest, RunbookStep, RunbookWait};
use crate::report::{is_hidden, seen};
use serde_json::Value;

/// A language of scripts.
pub(super) struct Shell {
    tool: Tool,
    language: Language,
    first: &'static str,
    /// What the script begins with, behind its head.
    prelude: &'static str,
}

pub(super) const AZ: Shell = Shell {
    tool: Tool::Az,
    language: Language::Bash,
    first: "#!/usr/bin/env bash\n",
    prelude: r#"set -euo pipefail

# Waits until FIELD of the answer to a GET is VALUE.
wait_for() { # URL FIELD VALUE
  local state
  for _ in $(seq 5760); do
    state=$(az rest --method=get --url="$1" --query="$2" --output=tsv)
    case "$state" in
      "$3") return 0 ;;
      *[Ff]ailed*) echo "$1: $state" >&2; return 1 ;;
    esac
    sleep 15
  done
  echo "$1: not $3 after a day" >&2
  return 1
}
"#,
};

pub(super) const POWERSHELL: Shell = Shell {
    tool: Tool::PowerShell,
    language: Language::PowerShell,
    first: "#Requires -Modules Az.Accounts, Az.Compute, Az.Resources\n",
    prelude: r#"$ErrorActionPreference = 'Stop'

# Sends a request and stops where it is refused.
function Send-Request([string] $Method, [string] $Path, [string] $Payload) {
  $sent = if ($Payload) { Invoke-AzRestMethod -Method $Method -Path $Path -Payload $Payload } else { Invoke-AzRestMethod -Method $Method -Path $Path }
  if ($sent.StatusCode -ge 400) { throw $sent.Content }
  $sent.Content | ConvertFrom-Json
}

# Waits until a field of the answer to a GET has a value.
function Wait-ForState([string] $Path, [scriptblock] $Field, [string] $Value) {
  for ($try = 0; $try -lt 5760; $try++) {
    $state = Send-Request 'GET' $Path | ForEach-Object $Field
    if ($state -eq $Value) { return }
    if ($state -match 'failed') { throw "${Path}: $state" }
    Start-Sleep -Seconds 15
  }
  throw "${Path}: not $Value after a day"
}
"#,
};

/// The script of the steps.
pub(super) fn write(head: &[String], steps: &[RunbookStep], shell: &Shell) -> String {
    let mut text = shell.first.to_owned();
    for line in head {
        text += &format!("# {}\n", seen(line));
    }
    text += shell.prelude;
    let mut subscription = String::new();
    for (number, step) in steps.iter().enumerate() {
        text.push_str(&heading("\n# ", number, step));
        for item in &step.items {
            text += &match item {
                RunbookItem::Request(request) => shell.request(request, &mut subscription),
                RunbookItem::Wait(wait) => shell.wait(wait),
            };
            text.push('\n');
        }
    }
    text
}

/// The line above a step.
pub(super) fn heading(mark: &str, number: usize, step: &RunbookStep) -> String {
    let at = step.at.map_or_else(String::new, |at| format!("{at} "));
    let none = if step.items.is_empty() {
        " (no request)"
    } else {
        ""
    };
    format!("{mark}{}. {at}{}{none}\n", number + 1, seen(&step.title))
}

/// Whether `az` takes a word for the name of a file: where @ stands in front, or behind the first equals sign.
fn is_file(word: &str) -> bool {
    let value = word.split_once('=').map_or(word, |(_, value)| value);
    word.starts_with('@') || value.starts_with('@')
}

impl Shell {
    fn request(&self, request: &RunbookRequest, subscription: &mut String) -> String {
        let own = words(request, self.tool).and_then(|words| self.line(&words));
        let (language, method) = (self.language, &request.method);
        let payload = match &request.body {
            Value::Null => None,
            body => Some(language.quote(&one_line(body))),
        };
        let address = request.address();
        match (own, self.tool) {
            (Some(line), Tool::Az) => line,
            (Some(line), _) => {
                let target = super::target::target(&request.id);
                let mut lines = String::new();
                if !target.subscription.eq_ignore_ascii_case(subscription) {
                    target.subscription.clone_into(subscription);
                    lines = format!(
                        "$null = Set-AzContext -Subscription:{}\n",
                        language.quote(subscription)
                    );
                }
                lines + &line
            }
            (None, Tool::Az) => {
                let url = language.quote(&format!("https://management.azure.com{address}"));
                let payload =
                    payload.map_or_else(String::new, |payload| format!(" --body={payload}"));
                format!(
                    "az rest --method={} --url={url}{payload}",
                    method.to_lowercase()
                )
            }
            (None, _) => {
                let payload = payload.map_or_else(String::new, |payload| format!(" {payload}"));
                format!(
                    "Send-Request '{method}' {}{payload}",
                    language.quote(&address)
                )
            }
        }
    }

    fn wait(&self, wait: &RunbookWait) -> String {
        let (address, field, value) = (wait.address(), wait.field(), wait.value());
        if self.tool == Tool::Az {
            let url = self
                .language
                .quote(&format!("https://management.azure.com{address}"));
            format!("wait_for {url} '{field}' '{value}'")
        } else {
            format!(
                "Wait-ForState {} {{ $_.{field} }} '{value}'",
                self.language.quote(&address)
            )
        }
    }

    /// A line of the tool; `None` where a value would not be taken as it stands.
    fn line(&self, words: &[Word]) -> Option<String> {
        let mut line = Vec::new();
        for word in words {
            let value = match &word.value {
                None => String::new(),
                Some(value) => self.value(value)?,
            };
            let several = matches!(&word.value, Some(Value::Array(_) | Value::Object(_)));
            // An option with an equals sign takes one value only.
            line.push(match word.before.strip_suffix('=') {
                Some(option) if several => format!("{option} {value}"),
                _ => format!("{}{value}", word.before),
            });
        }
        Some(line.join(" "))
    }

    fn value(&self, value: &Value) -> Option<String> {
        let text = |text: &str| {
            // `az` takes what begins with @ for a file.
            let refused = text.is_empty()
                || text.chars().any(is_hidden)
                || (self.tool == Tool::Az && text.starts_with('@'));
            (!refused).then(|| self.language.quote(text))
        };
        let several = |items: Vec<String>| {
            let quoted = items.iter().map(|item| {
                if item.starts_with('-') || is_file(item) {
                    None
                } else {
                    text(item)
                }
            });
            let quoted: Vec<String> = quoted.collect::<Option<_>>()?;
            (!quoted.is_empty()).then(|| quoted.join(" "))
        };
        match (value, self.tool) {
            (Value::String(word), _) => text(word),
            (Value::Array(items), Tool::Az) => several(
                items
                    .iter()
                    .map(|item| item.as_str().unwrap_or_default().to_owned())
                    .collect(),
            ),
            (Value::Object(fields), Tool::Az) => {
                let pairs = fields.iter();
                let pair = |(name, value): (&String, &Value)| {
                    let value = value.as_str().unwrap_or_default();
                    is_no_shorthand(name, value).then(|| format!("{name}={value}"))
                };
                several(pairs.map(pair).collect::<Option<_>>()?)
            }
            (value, _) if one_line(value).contains("\\u") => None,
            (value, _) => Some(self.language.value(value, 0)),
        }
    }
}

/// Whether `az` takes a pair as it stands. In a name it reads points, brackets and slashes as a path, in a value quotes
/// and words of its own.
fn is_no_shorthand(name: &str, value: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let own = ["", "null", "?", "??"].contains(&value) || value.starts_with(['\'', '"']);
    !name.is_empty() && name.chars().all(plain) && !own
}
