//! What `rplab check` ends with: 0 where every VM can be protected, 1 where not, 2 where an input cannot be used.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot run the command should stop"
)]

use std::path::PathBuf;
use std::process::Command;

const GROUP: &str = "/subscriptions/4f0a2c1e-7d3b-4a58-8f6e-9b1c2d3e4f50/resourceGroups/rg/providers/Microsoft.Compute";

fn machine() -> String {
    format!(
        r#"{{"id":"{GROUP}/virtualMachines/a","name":"a","type":"Microsoft.Compute/virtualMachines","location":"eastus","storageProfile":{{"osDisk":{{"name":"o","osType":"Linux","managedDisk":{{"id":"{GROUP}/disks/o","storageAccountType":"Premium_LRS"}}}},"dataDisks":[]}}}}"#
    )
}

fn disk() -> String {
    format!(
        r#"{{"id":"{GROUP}/disks/o","name":"o","type":"Microsoft.Compute/disks","location":"eastus","sku":{{"name":"Premium_LRS"}}}}"#
    )
}

/// Runs the command over files of these texts, or over folders where there is none: its code and what it prints.
fn check(test: &str, texts: &[Option<&str>], options: &[&str]) -> (i32, String) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(test);
    std::fs::create_dir_all(&folder).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_rplab"));
    command.arg("check").args(options);
    for (at, text) in texts.iter().enumerate() {
        let file = folder.join(format!("{at}.json"));
        match text {
            Some(text) => {
                std::fs::write(&file, text).unwrap();
                command.arg(file);
            }
            None => {
                command.arg(&folder);
            }
        }
    }
    let output = command.output().unwrap();
    let printed = [output.stdout, output.stderr].concat();
    let code = output.status.code().unwrap();
    (code, String::from_utf8(printed).unwrap())
}

#[test]
fn all_that_was_listed_can_be_protected() {
    let (list, disks) = (format!("[{}]", machine()), format!("[{}]", disk()));
    let (code, printed) = check("all", &[Some(&list), Some(&disks)], &[]);
    assert_eq!(code, 0, "{printed}");
}

/// Nothing judged is no yes.
#[test]
fn a_list_without_a_vm_is_bad_input_and_says_so() {
    let disks = format!("[{}]", disk());
    for text in ["[]", r#"{"value":[]}"#, disks.as_str()] {
        for options in [&[][..], &["--json"]] {
            let (code, printed) = check("none", &[Some(text)], options);
            assert_eq!(code, 2, "{text}: {printed}");
            assert!(printed.contains("no VM to judge"), "{text}: {printed}");
        }
    }
}

#[test]
fn a_file_that_cannot_be_read_is_bad_input_also_beside_others() {
    let (list, disks) = (format!("[{}]", machine()), format!("[{}]", disk()));
    let cut = list.get(..list.len() - 20).unwrap();
    for (at, bad) in [cut, "", "no list", "[null]"].into_iter().enumerate() {
        for options in [&[][..], &["--json"]] {
            let inputs = [Some(list.as_str()), Some(&disks), Some(bad)];
            let (code, printed) = check(&format!("bad-{at}"), &inputs, options);
            assert_eq!(code, 2, "{bad}: {printed}");
            // What could be read is judged all the same, and the file is named.
            assert!(printed.contains("supported"), "{bad}: {printed}");
            assert!(printed.contains("2.json"), "{bad}: {printed}");
        }
    }
}

#[test]
fn a_vm_that_was_left_out_is_not_protectable() {
    let (machine, disks) = (machine(), format!("[{}]", disk()));
    let unnamed = machine.replace(&format!("{GROUP}/virtualMachines/a"), "no id");
    let list = format!("[{machine},{unnamed}]");
    let (code, printed) = check("left-out", &[Some(&list), Some(&disks)], &[]);
    assert_eq!(code, 1, "{printed}");
    assert!(printed.contains("InvalidId"), "{printed}");
}

#[test]
fn a_folder_is_said_to_be_one() {
    let (code, printed) = check("folder", &[None], &[]);
    assert_eq!(code, 2);
    assert!(
        printed.contains("is a folder; name the files in it"),
        "{printed}"
    );
}

#[test]
fn one_document_and_a_line_for_each_vm_are_not_asked_together() {
    let list = format!("[{}]", machine());
    for options in [["--json", "--ndjson"], ["--ndjson", "--json"]] {
        let (code, printed) = check("both", &[Some(&list)], &options);
        assert_eq!(code, 2, "{printed}");
        assert!(
            printed.contains("--json and --ndjson do not go together"),
            "{printed}"
        );
        assert!(!printed.contains("verdict"), "nothing is judged: {printed}");
    }
}

#[test]
fn help_is_given_where_it_is_asked_for() {
    let (code, printed) = check("help", &[], &["--help"]);
    assert_eq!(code, 0, "{printed}");
    assert!(printed.contains("--service NAME"), "{printed}");
}

#[test]
fn the_question_comes_from_a_file_and_options_count_more() {
    let list = format!(
        "[{}]",
        machine().replace(r#""osType":"Linux""#, r#""osType":"Windows""#)
    );
    let list = list.replace(
        r#""storageProfile""#,
        r#""instanceView":{"osName":"Windows Server 2022 Datacenter"},"storageProfile""#,
    );
    let disks = format!("[{}]", disk());
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("question");
    std::fs::create_dir_all(&folder).unwrap();
    let asked = |text: &str, more: &[&str]| {
        let file = folder.join("options.json");
        std::fs::write(&file, text).unwrap();
        let file = file.to_str().unwrap().to_owned();
        let options = [&["--options", file.as_str()], more].concat();
        check("question", &[Some(&list), Some(&disks)], &options)
    };
    // Nothing but the question tells where the vault is.
    let vault =
        r#"{"service":"vmBackup","vault":{"location":"eastus"},"policy":{"type":"Standard"}}"#;
    let (code, printed) = asked(vault, &[]);
    assert_eq!(code, 0, "{printed}");
    let (code, printed) = asked(&vault.replace("eastus", "westus"), &[]);
    assert_eq!(code, 1, "{printed}");
    assert!(printed.contains("notSupported"), "{printed}");
    let (code, printed) = asked(vault, &["--edition", "2021-01"]);
    assert_eq!(code, 1, "{printed}");
    for (bad, said) in [
        ("{", "options.json"),
        ("[]", "options.json"),
        (r#"{"vault":{"place":1}}"#, "vault.place"),
    ] {
        let (code, printed) = asked(bad, &[]);
        assert_eq!(code, 2, "{bad}: {printed}");
        assert!(printed.contains(said), "{bad}: {printed}");
    }
}
