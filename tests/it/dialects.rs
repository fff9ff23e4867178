//! Runbooks in every dialect, read by parsers of that dialect, with names that would break out of a text that is
//! not quoted: what comes in as a name comes out as that name, and nothing else is done.

use crate::http_file::{self, origin};
use crate::runbooks::Dice;
use crate::scenarios::library;
use rplab_core::api::{Dialect, Lab, RunbookItem, RunbookRequest, runbook, runbook_steps};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// Parts of names that mean something to some language.
const PARTS: &[&str] = &[
    "'", "\"", "$", "`", "${x}", "$(x)", "{{host}}", "}}", "@", "-", "--", "[x]", "[", "]", "‘",
    "’", "‛", "\u{202e}", "\u{200b}", "é", "日本", "🔥", "=", ";", "|", "!", "*", "~", " ", ",",
    "(", ")", "a", "b", "^", "\"\"", "''", "$$", "$${x}",
];
/// Parts that only values of tags have.
const MORE: &[&str] = &[
    "\n",
    "\r\n",
    "\\",
    "%{x}",
    "%%{",
    "<script>",
    "#",
    "&",
    "\u{7}",
    "\\u0041",
    "###\nGET x",
    "\t",
    "/",
];

fn hostile(dice: &mut Dice, parts: &[&str]) -> String {
    let name: String = (0..1 + dice.below(5))
        .map(|_| parts[dice.below(parts.len())])
        .collect();
    let name = name.trim_matches([' ', '.']).to_owned();
    if name.is_empty() {
        "x".to_owned()
    } else {
        name
    }
}

/// A scenario whose names are hostile, and these names.
fn scenario(seed: u64) -> (Value, Vec<String>) {
    let mut dice = Dice(seed);
    let names: Vec<String> = (0..8)
        .map(|place| format!("{}{place}", hostile(&mut dice, PARTS)))
        .collect();
    let all: Vec<&str> = PARTS.iter().chain(MORE).copied().collect();
    let tags = json!({ hostile(&mut dice, PARTS): hostile(&mut dice, &all), "k": hostile(&mut dice, &all) });
    let id = |kind: &str, name: &str| {
        format!(
            "/subscriptions/s1/resourceGroups/{}/providers/Microsoft.Compute/{kind}/{name}",
            names[0]
        )
    };
    let vm = id("virtualMachines", &names[1]);
    let disk = |name: &str, role: &str| json!({ "name": name, "id": id("disks", name), "role": role, "sizeGiB": 8, "facts": { "sku": "Premium_LRS" } });
    let collection = id("restorePointCollections", &names[4]);
    let point = format!("{collection}/restorePoints/{}", names[5]);
    let mut data = disk(&names[3], "data");
    data["lun"] = json!(0);
    let commands = json!([
        { "type": "createVirtualMachine", "id": vm, "name": names[1], "location": "eastus2", "tags": tags, "facts": { "osType": "Windows" },
          "disks": [disk(&names[2], "os"), data] },
        { "type": "createRestorePointCollection", "name": collection, "source": vm, "tags": tags },
        { "type": "createRestorePointCollection", "name": id("restorePointCollections", "far"), "source": collection, "location": "westus2" },
        { "type": "createRestorePoint", "collection": collection, "name": names[5], "excludeDisks": [{ "id": id("disks", &names[3]) }] },
        { "type": "advanceClock", "by": "PT1H" },
        { "type": "copyRestorePoint", "restorePoint": point, "collection": id("restorePointCollections", "far"), "name": names[6] },
        { "type": "restoreDisk", "diskRestorePoint": names[2], "restorePoint": point, "name": id("disks", &names[7]) },
        { "type": "placeLock", "name": names[6], "scope": vm, "level": "CanNotDelete" },
        { "type": "updateRestorePointCollection", "collection": collection, "tags": tags },
        { "type": "grantAccess", "diskRestorePoint": names[2], "restorePoint": point, "durationSeconds": 3600 },
        { "type": "advanceClock", "by": "P1D" },
        { "type": "deallocateVirtualMachine", "virtualMachine": vm },
        { "type": "deleteRestorePoint", "restorePoint": point },
    ]);
    let title = hostile(&mut dice, &all);
    (
        json!({ "seed": seed, "title": title, "commands": commands }),
        names,
    )
}

/// Scenarios of the library and hostile ones.
fn scenarios() -> Vec<Value> {
    let own = library()
        .into_iter()
        .filter(|(name, _)| name != "point-501");
    own.map(|(_, scenario)| scenario)
        .chain((0..24).map(|seed| scenario(seed).0))
        .collect()
}

fn requests(scenario: &Value) -> Vec<RunbookRequest> {
    let steps = runbook_steps(scenario.clone()).unwrap();
    let items = steps.into_iter().flat_map(|step| step.items);
    let requests = items.filter_map(|item| match item {
        RunbookItem::Request(request) => Some(request),
        RunbookItem::Wait(_) => None,
    });
    requests.collect()
}

fn hidden(text: &str) -> Option<char> {
    text.chars()
        .find(|c| rplab_core::report::is_hidden(*c) && *c != '\n')
}

#[test]
fn hostile_scenarios_do_what_they_say() {
    for seed in 0..24 {
        let (scenario, names) = scenario(seed);
        let lab = Lab::from_scenario(scenario).unwrap();
        let refused = lab.log().iter().filter(|entry| !entry.outcome.is_ok());
        assert_eq!(
            refused.count(),
            0,
            "{names:?} {:#?}",
            lab.log().iter().find(|entry| !entry.outcome.is_ok())
        );
    }
}

#[test]
fn no_dialect_has_hidden_characters() {
    for scenario in scenarios() {
        for dialect in [
            Dialect::Rest,
            Dialect::AzCli,
            Dialect::PowerShell,
            Dialect::ArmTemplate,
            Dialect::Bicep,
            Dialect::Terraform,
        ] {
            let text = runbook(scenario.clone(), dialect).unwrap();
            assert_eq!(hidden(&text), None, "{dialect:?}\n{text}");
            assert_eq!(
                text,
                runbook(scenario.clone(), dialect).unwrap(),
                "the same again"
            );
        }
    }
}

#[test]
fn rest_with_hostile_names_ends_in_the_same_digest() {
    for seed in 0..24 {
        let (scenario, names) = scenario(seed);
        let text = runbook(scenario.clone(), Dialect::Rest).unwrap();
        let mut lab = origin(&scenario);
        let run = http_file::run(&text, &mut lab);
        let expected = Lab::from_scenario(scenario).unwrap();
        assert_eq!(lab.digest(), expected.digest(), "{names:?}\n{text}");
        assert!(run.sent.values().sum::<usize>() >= 10, "{run:?}\n{text}");
    }
}

/// Runs the script with an `az` that notes what it is given.
fn calls(script: &str, number: usize) -> Vec<Vec<String>> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("az-{}-{number}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let noted = folder.join("noted");
    let _none = fs::remove_file(&noted);
    let stub = format!(
        "az() {{\n  case \"$*\" in *--method=get*instanceView.*) echo ReplicationState/succeeded ;; *--method=get*) echo Succeeded ;;\n  *) printf '%s\\0' \"$@\" $'\\x01' >> '{}' ;; esac\n}}\n",
        noted.display()
    );
    let file = folder.join("runbook.sh");
    fs::write(&file, script).unwrap();
    let checked = Command::new("bash").arg("-n").arg(&file).output().unwrap();
    assert!(
        checked.status.success(),
        "{}\n{script}",
        String::from_utf8_lossy(&checked.stderr)
    );
    let with_stub = folder.join("with-stub.sh");
    fs::write(
        &with_stub,
        format!("{stub}cd '{}'\n{script}", folder.display()),
    )
    .unwrap();
    let ran = Command::new("bash").arg(&with_stub).output().unwrap();
    assert!(
        ran.status.success(),
        "{}\n{script}",
        String::from_utf8_lossy(&ran.stderr)
    );
    assert!(
        ran.stdout.is_empty(),
        "{}",
        String::from_utf8_lossy(&ran.stdout)
    );
    let noted = fs::read(&noted).unwrap_or_default();
    let words = noted
        .split(|byte| *byte == 0)
        .map(|word| String::from_utf8(word.to_vec()).unwrap());
    let words: Vec<String> = words.collect();
    fs::remove_dir_all(&folder).unwrap();
    let calls = words.split(|word| word == "\u{1}").map(<[String]>::to_vec);
    calls
        .filter(|call| call.iter().any(|word| !word.is_empty()))
        .collect()
}

#[test]
fn bash_hands_az_the_names_as_they_are() {
    for (number, scenario) in scenarios().into_iter().enumerate() {
        let script = runbook(scenario.clone(), Dialect::AzCli).unwrap();
        let calls = calls(&script, number);
        let requests = requests(&scenario);
        assert_eq!(calls.len(), requests.len(), "{script}");
        for (call, request) in calls.iter().zip(&requests) {
            let option = |name: &str| call.iter().find_map(|word| word.strip_prefix(name));
            if call[0] == "rest" {
                assert_eq!(option("--method=").unwrap().to_uppercase(), request.method);
                let body = option("--body=")
                    .map_or(Value::Null, |body| serde_json::from_str(body).unwrap());
                assert_eq!(body, request.body, "{call:?}");
                let url = option("--url=").unwrap();
                assert!(
                    url.is_ascii() && !url.contains(['{', '}', '\'', ' ']),
                    "{url}"
                );
                continue;
            }
            let last = request
                .id
                .rsplit('/')
                .nth(usize::from(request.method == "POST"))
                .unwrap();
            let named = option("--name=")
                .or(option("--collection-name="))
                .or(option("--ids="));
            let named = named.unwrap_or_else(|| panic!("{call:?}"));
            assert!(named == last || named == request.id, "{call:?} {last}");
            // What begins with @ is a file, and what begins with a dash an option.
            let file = |word: &&String| {
                word.starts_with('@')
                    || word
                        .split_once('=')
                        .is_some_and(|(_, value)| value.starts_with('@'))
            };
            let values = call.iter().filter(file);
            assert_eq!(values.count(), 0, "{call:?}");
            if let Some(tags) = request.body.get("tags").and_then(Value::as_object) {
                for (name, value) in tags {
                    assert!(
                        call.contains(&format!("{name}={}", value.as_str().unwrap())),
                        "{call:?}"
                    );
                }
            }
        }
    }
}

/// Every node of a tree.
fn nodes<'t>(tree: &'t tree_sitter::Tree) -> Vec<tree_sitter::Node<'t>> {
    let mut found = vec![tree.root_node()];
    let mut at = 0;
    while let Some(node) = found.get(at).copied() {
        let mut cursor = node.walk();
        found.extend(node.children(&mut cursor).collect::<Vec<_>>());
        at += 1;
    }
    found
}

fn parsed(text: &str, language: tree_sitter::Language) -> tree_sitter::Tree {
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&language).unwrap();
    let tree = parser.parse(text, None).unwrap();
    let wrong = nodes(&tree)
        .into_iter()
        .find(|node| node.is_error() || node.is_missing());
    let place = wrong.map(|node| {
        (
            node.start_position(),
            node.utf8_text(text.as_bytes())
                .unwrap_or_default()
                .to_owned(),
        )
    });
    assert_eq!(place, None, "{text}");
    tree
}

#[test]
fn powershell_reads_commands_and_texts() {
    const COMMANDS: &[&str] = &[
        "Invoke-AzRestMethod",
        "ConvertFrom-Json",
        "Send-Request",
        "ForEach-Object",
        "Start-Sleep",
        "Set-AzContext",
        "Wait-ForState",
        "New-AzResourceGroup",
        "New-AzRestorePointCollection",
        "Update-AzRestorePointCollection",
        "Remove-AzRestorePointCollection",
        "New-AzRestorePoint",
        "Remove-AzRestorePoint",
        "New-AzDiskConfig",
        "New-AzDisk",
        "New-AzDiskUpdateConfig",
        "Update-AzDisk",
        "Remove-AzDisk",
        "Remove-AzSnapshot",
        "Start-AzVM",
        "Stop-AzVM",
        "Remove-AzVM",
        "New-AzResourceLock",
        "Remove-AzResourceLock",
    ];
    for scenario in scenarios() {
        let text = runbook(scenario.clone(), Dialect::PowerShell).unwrap();
        let tree = parsed(&text, tree_sitter_powershell::LANGUAGE.into());
        let mut texts = BTreeSet::new();
        let mut commands = 0;
        for node in nodes(&tree) {
            let own = node.utf8_text(text.as_bytes()).unwrap();
            match node.kind() {
                "command_name" => {
                    assert!(COMMANDS.contains(&own), "{own}\n{text}");
                    commands += 1;
                }
                "verbatim_string_characters" => {
                    let inner = &own[1..own.len() - 1];
                    let mut plain = inner.to_owned();
                    for quote in ['\'', '‘', '’', '‚', '‛'] {
                        plain = plain.replace(&format!("{quote}{quote}"), &quote.to_string());
                    }
                    texts.insert(plain);
                }
                _ => {}
            }
        }
        let requests = requests(&scenario);
        assert!(commands >= requests.len());
        for request in &requests {
            let name = request
                .id
                .rsplit('/')
                .nth(usize::from(request.method == "POST"))
                .unwrap();
            let sent = texts.iter().any(|text| {
                text == name
                    || *text == request.id
                    || text.contains(&request.api_version) && text.starts_with("/subscriptions/")
            });
            assert!(sent, "{name}: {texts:#?}");
        }
    }
}

#[test]
fn bicep_reads_resources_without_expressions() {
    for scenario in scenarios() {
        let text = runbook(scenario.clone(), Dialect::Bicep).unwrap();
        let tree = parsed(&text, tree_sitter_bicep::LANGUAGE.into());
        let all = nodes(&tree);
        let interpolated = all
            .iter()
            .filter(|node| node.kind().contains("interpolation"))
            .count();
        assert_eq!(interpolated, 0, "{text}");
        let template: Value =
            serde_json::from_str(&runbook(scenario, Dialect::ArmTemplate).unwrap()).unwrap();
        let declared = all
            .iter()
            .filter(|node| node.kind() == "resource_declaration")
            .count();
        assert_eq!(
            declared,
            template["resources"].as_array().unwrap().len(),
            "{text}"
        );
    }
}

fn strings(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| strings(item, found)),
        Value::Object(fields) => fields.values().for_each(|value| strings(value, found)),
        _ => {}
    }
}

#[test]
fn a_template_has_no_expression_but_its_own() {
    let mut resources = 0;
    for scenario in scenarios() {
        let template: Value =
            serde_json::from_str(&runbook(scenario, Dialect::ArmTemplate).unwrap()).unwrap();
        assert!(
            template["$schema"]
                .as_str()
                .unwrap()
                .ends_with("deploymentTemplate.json#")
        );
        for resource in template["resources"].as_array().unwrap() {
            resources += 1;
            let (kind, name) = (
                resource["type"].as_str().unwrap(),
                resource["name"].as_str().unwrap(),
            );
            assert_eq!(
                kind.matches('/').count(),
                1 + name.matches('/').count(),
                "{kind} {name}"
            );
            assert!(resource["apiVersion"].is_string());
            let mut texts = Vec::new();
            strings(resource, &mut texts);
            let expressions = texts.iter().filter(|text| {
                text.starts_with('[') && text.ends_with(']') && !text.starts_with("[[")
            });
            let foreign = expressions
                .filter(|text| !text.starts_with("[equals(toLower(resourceGroup().name), '"));
            assert_eq!(foreign.count(), 0, "{resource}");
        }
    }
    assert!(resources > 200, "{resources}");
}

/// Terraform's own reading, where it is installed: it writes every file anew, and fails on one that it cannot read.
#[test]
fn terraform_itself_reads_every_runbook() {
    let installed = Command::new("terraform").arg("version").output().is_ok();
    let folder =
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("tf-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let all = scenarios();
    for (number, scenario) in all.iter().enumerate() {
        let text = runbook(scenario.clone(), Dialect::Terraform).unwrap();
        fs::write(folder.join(format!("{number}.tf")), text).unwrap();
    }
    let formatted = || {
        let mut terraform = Command::new("terraform");
        terraform.args(["fmt", "-no-color", "-list=false"]);
        terraform.arg(&folder).output().unwrap()
    };
    if installed {
        let told = formatted();
        let wrong = String::from_utf8_lossy(&told.stderr).into_owned();
        assert!(told.status.success(), "{wrong}");
        // What it reads is what the other parser reads: formatting changes no value.
        for (number, scenario) in all.iter().enumerate() {
            let own = runbook(scenario.clone(), Dialect::Terraform).unwrap();
            let anew = fs::read_to_string(folder.join(format!("{number}.tf"))).unwrap();
            assert_eq!(hcl::parse(&anew).unwrap(), hcl::parse(&own).unwrap());
        }
        fs::write(folder.join("wrong.tf"), "resource \"a\" {").unwrap();
        assert!(!formatted().status.success(), "it does read the files");
    }
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn terraform_reads_literals_only() {
    fn check(expression: &hcl::Expression, texts: &mut BTreeSet<String>) {
        match expression {
            hcl::Expression::String(text) => drop(texts.insert(text.clone())),
            hcl::Expression::Array(items) => items.iter().for_each(|item| check(item, texts)),
            hcl::Expression::Object(fields) => fields.iter().for_each(|(key, value)| {
                assert!(!matches!(
                    key,
                    hcl::ObjectKey::Expression(hcl::Expression::TemplateExpr(_))
                ));
                check(value, texts);
            }),
            hcl::Expression::Bool(_) | hcl::Expression::Number(_) | hcl::Expression::Null => {}
            // Only `depends_on` refers to something.
            hcl::Expression::Traversal(_) => {}
            other => panic!("{other:?}"),
        }
    }
    fn walk(body: &hcl::Body, texts: &mut BTreeSet<String>) {
        for structure in body.iter() {
            match structure {
                hcl::Structure::Attribute(attribute) => check(&attribute.expr, texts),
                hcl::Structure::Block(block) => walk(&block.body, texts),
            }
        }
    }
    let mut kinds = BTreeSet::new();
    // A VM that is there already is not declared anew, only changed.
    let disk = |name: &str, role: &str| json!({ "name": name, "role": role, "sizeGiB": 8, "id": format!("/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/{name}") });
    let there = json!({ "fleet": { "machines": [{ "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm",
        "name": "vm", "location": "eastus2", "disks": [disk("os", "os"), disk("data", "data")] }] },
        "commands": [{ "type": "detachDisk", "disk": "data" }] });
    for scenario in scenarios().into_iter().chain([there]) {
        let text = runbook(scenario.clone(), Dialect::Terraform).unwrap();
        let body = hcl::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let mut texts = BTreeSet::new();
        walk(&body, &mut texts);
        kinds.extend(
            body.blocks()
                .filter_map(|block| Some(block.labels().first()?.as_str().to_owned())),
        );
        let deleted: Vec<String> = requests(&scenario)
            .iter()
            .filter(|request| request.method == "DELETE")
            .map(|request| request.id.clone())
            .collect();
        for request in requests(&scenario)
            .iter()
            .filter(|request| request.method == "PUT")
        {
            if deleted.iter().any(|id| request.id.starts_with(id.as_str())) {
                continue;
            }
            let name = request.id.rsplit('/').next().unwrap();
            assert!(texts.contains(name), "{name}: {texts:#?}");
        }
    }
    let expected = [
        "azapi_resource",
        "azapi_resource_action",
        "azapi_update_resource",
        "azurerm_management_lock",
        "azurerm_virtual_machine_restore_point",
        "azurerm_virtual_machine_restore_point_collection",
    ];
    for kind in expected {
        assert!(kinds.contains(kind), "{kind}: {kinds:?}");
    }
}
