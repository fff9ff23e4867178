//! Rows of a table that say too little, too much, or nothing that can be taken.

use super::{judged, mill, problems, read};
use rplab_core::inventory::{NamedInput, import};
use rplab_core::matrix::{Service, Verdict};
use rplab_core::model::DiskRole;
use serde_json::Value;

#[test]
fn a_row_that_a_spreadsheet_cut_off_is_left_out_and_said() {
    let quoted = |value: &str| format!("\"{}\"", value.replace('"', "\"\""));
    let row = |own: &Value| {
        let text = |name: &str| own[name].as_str().unwrap_or_default().to_owned();
        let cells = [
            text("id"),
            text("name"),
            text("type"),
            text("location"),
            own["sku"].to_string(),
            own["properties"].to_string(),
        ];
        cells.map(|cell| quoted(&cell)).join(",")
    };
    let mill = mill();
    let header = "id,name,type,location,sku,properties";
    let whole = format!(
        "{header}\r\n{}\r\n{}\r\n{}",
        row(&mill[0]),
        row(&mill[1]),
        row(&mill[2])
    );
    assert_eq!(problems(&read(whole.clone())), Vec::<String>::new());
    // In the middle of a cell of JSON, as at 32,767 characters; and a file whose end is missing.
    let cut = whole.replacen("\"\"diskSizeGB\"\":128", "", 1);
    let cell = cut.replacen("\"\"hyperVGeneration\"\":\"\"V2\"\"}\"", "\"", 1);
    let end = whole.rfind("\"\"Premium_LRS").unwrap() + 1;
    for (text, problem) in [
        (cell, "CutOff in:3"),
        (whole[..end].to_owned(), "CutOff in:4"),
    ] {
        let import = read(text.clone());
        assert!(
            problems(&import).contains(&problem.to_owned()),
            "{:?}",
            problems(&import)
        );
        let judged = &judged(&import, Service::RestorePoints, false)[0];
        assert_eq!(judged.verdict, Verdict::Unknown, "{problem}: {text}");
    }
}

#[test]
fn a_table_tells_what_it_cannot_take() {
    let import = read(
        "machine,disk,role,sizeGiB,lun,diskId,sku,maxShares\nvm1,o,os,-1,x,y,Premium_LRS,1\nvm1,e,banana,abc,1,,Premium_LRS,two\n",
    );
    let expected = [
        "UnknownValue in:2.lun",
        "UnknownValue in:2.diskId",
        "UnknownValue in:2.sizeGiB",
        "UnknownValue in:3.role",
        "UnknownValue in:3.maxShares",
        "UnknownValue in:3.sizeGiB",
    ];
    assert_eq!(problems(&import), expected);
    for (csv, expected) in [
        (
            "machine,location,osType\nvm1,westeurope,Windows\nvm1,northeurope,Linux\n",
            "DuplicateMachine in:3",
        ),
        (
            "machine,osType,osType\nvm1,Windows,Linux\n",
            "DuplicateColumn in:1",
        ),
        ("machine,osType\nvm1,Windows,surplus\n", "SurplusCells in:2"),
    ] {
        assert_eq!(problems(&read(csv)), [expected]);
    }
    let rows = "machine,location,disk,role,sku\nvm1,westeurope,o,os,Premium_LRS\nvm1,,d,data,Premium_LRS\n";
    assert_eq!(problems(&read(rows)), Vec::<String>::new());
}

#[test]
fn the_role_of_a_disk_that_nobody_told_is_a_guess() {
    let roles = |rows: &str| {
        let import = read(format!("machine,disk,sizeGiB,sku,maxShares\n{rows}"));
        let disks = import.fleet.machines[0].disks.iter();
        let disks: Vec<(String, Option<DiskRole>)> =
            disks.map(|disk| (disk.name.clone(), disk.role)).collect();
        let guessed = import.preview.guessed.iter();
        let guessed = guessed
            .filter(|own| own.fact == "role")
            .map(|own| own.path.clone());
        (disks, guessed.collect::<Vec<_>>(), problems(&import))
    };
    let (os, data) = (Some(DiskRole::Os), Some(DiskRole::Data));
    let told = roles("vm1,data1,100,UltraSSD_LRS,1\nvm1,vm1-os,30,Premium_LRS,1\n");
    assert_eq!(
        told.0,
        [("vm1-os".to_owned(), os), ("data1".to_owned(), data)]
    );
    assert_eq!(
        told.1,
        ["machines[0].disks[1].role", "machines[0].disks[0].role"]
    );
    assert!(told.2.is_empty(), "{:?}", told.2);
    let told = roles("vm1,one,100,Premium_LRS,1\nvm1,two,30,Premium_LRS,1\n");
    assert_eq!(told.0, [("one".to_owned(), data), ("two".to_owned(), data)]);
    assert_eq!(told.2, ["RoleUnclear in:2"]);
    let told = roles("vm1,one,100,Premium_LRS,1\n");
    assert_eq!(told.0, [("one".to_owned(), os)]);
}

#[test]
fn a_row_about_a_name_of_several_vms_is_left_out_and_said() {
    let vms = mill();
    let other = vms[0].to_string().replace("rg-mill", "rg-other");
    let list = format!("[{},{other}]", vms[0]);
    let inputs = [
        NamedInput::new("list", list),
        NamedInput::new("rows", "machine,agentStatus\nmill,notReady\n"),
    ];
    let import = import(&inputs).unwrap();
    assert_eq!(import.fleet.machines.len(), 2);
    let left: Vec<&str> = import
        .preview
        .left_out
        .iter()
        .map(|own| own.path.as_str())
        .collect();
    assert_eq!(left, ["rows:2"]);
    assert!(problems(&import).contains(&"AmbiguousName rows:2".to_owned()));
}
