//! What holds for every format: secrets, pieces, places of what is wrong, and several inputs about one VM.

use super::{SUB, codes, disk, machine, read, template, terraform, text, vm};
use rplab_core::inventory::{InventoryReader, NamedInput, import};
use serde_json::{Value, json};

#[test]
fn what_is_declared_and_listed_is_one_machine_and_the_list_counts() {
    let list = json!([vm("silo"), vm("kiln-1")]).to_string();
    for inputs in [
        [
            ("show.json", terraform().to_string()),
            ("main.json", template().to_string()),
            ("az.json", list.clone()),
        ],
        [
            ("az.json", list.clone()),
            ("main.json", template().to_string()),
            ("show.json", terraform().to_string()),
        ],
    ] {
        let import = read(&inputs);
        let mut names: Vec<&str> = import
            .fleet
            .machines
            .iter()
            .map(|own| own.name.as_str())
            .collect();
        names.sort_unstable();
        assert_eq!(
            names,
            ["barn", "kiln-1", "kiln-2", "kiln-db", "silo", "zap"]
        );
        for name in ["silo", "kiln-1"] {
            let own = machine(&import, name);
            assert_eq!(
                own.facts.get("vmSize"),
                Some(&text("Standard_D2s_v5")),
                "{name}"
            );
            assert!(own.id.to_string().starts_with(SUB));
        }
        assert_eq!(
            codes(&import)
                .iter()
                .filter(|code| **code == "DuplicateMachine")
                .count(),
            2
        );
    }
}

#[test]
fn fields_that_are_not_understood_are_counted_and_listed() {
    let mut one = vm("silo");
    one["quantumProfile"] = json!({ "qubits": 4 });
    one["storageProfile"]["osDisk"]["warpFactor"] = json!(9);
    let mut two = one.clone();
    two["id"] = json!(format!("{SUB}/virtualMachines/hull"));
    let import = read(&[("vms.json", json!([one, two]).to_string())]);
    let told: Vec<(&str, u64, &str)> = import
        .preview
        .not_understood
        .iter()
        .map(|own| (own.field.as_str(), own.count, own.path.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("quantumProfile", 2, "vms.json[0]"),
            ("warpFactor", 2, "vms.json[0]")
        ]
    );
    assert!(
        read(&[("vms.json", json!([vm("a")]).to_string())])
            .preview
            .not_understood
            .is_empty()
    );
}

/// Whatever is planted, nothing that leaves the import has it.
#[test]
fn no_secret_survives_an_import() {
    let mut own = vm("silo");
    own["osProfile"] = json!({ "adminPassword": "planted-1", "customData": "planted-2", "secrets": [{ "vaultCertificates": [{ "certificateUrl": "https://kv/planted-3" }] }] });
    own["userData"] = json!("planted-4");
    own["resources"] = json!([{ "typePropertiesType": "CustomScript", "publisher": "Microsoft.Azure.Extensions", "protectedSettings": { "commandToExecute": "planted-5" }, "settings": { "key": "planted-6" } }]);
    own["storageProfile"]["osDisk"] = json!({ "osType": "Linux", "name": "os", "vhd": { "uri": "https://a.blob.core.windows.net/v/os.vhd?sv=2024&sig=planted-7%3D" } });
    own["tags"] = json!({ "dbPassword": "planted-8", "conn": "DefaultEndpointsProtocol=https;AccountKey=planted-9==;x=1", "cert": "-----BEGIN PRIVATE KEY-----planted-10" });
    own["priority"] = json!("sig=planted-11");
    let fleet = json!({ "machines": [{ "id": format!("{SUB}/virtualMachines/own"), "name": "own", "tags": { "apiKey": "planted-12" }, "disks": [
        { "name": "d", "facts": { "managed": false, "vhdUri": "https://a/b?sig=planted-13" } }] }] });
    let import = read(&[
        ("vms.json", json!([own, "planted-14"]).to_string()),
        ("main.json", template().to_string()),
        ("show.json", terraform().to_string()),
        (
            "own.csv",
            "machine,adminPassword,osName\nx,planted-15,password=planted-16\n".to_owned(),
        ),
        ("fleet.json", fleet.to_string()),
        (
            "warned.json",
            format!("WARNING: used token=planted-17\n{}", json!([vm("w")])),
        ),
    ]);
    let everything = rplab_core::json::write(&import).to_string();
    assert!(everything.contains("a.blob.core.windows.net"));
    if let Some(at) = everything.find("planted") {
        panic!("{}", &everything[at.saturating_sub(80)..at + 20]);
    }
    assert!(!everything.contains("cGxhbnRlZC1jdXN0b20="));
    assert!(
        import.preview.read.secrets_dropped >= 5,
        "{}",
        import.preview.read.secrets_dropped
    );
}

#[test]
fn pieces_of_any_size_read_like_the_whole() {
    let many: Vec<Value> = (0..40).map(|n| vm(&format!("vm{n}"))).collect();
    let disks: Vec<Value> = (0..40).map(|n| disk(&format!("vm{n}-os"))).collect();
    let lines: String = many.iter().map(|vm| format!("{vm}\n")).collect();
    let bodies = json!({ "value": many, "nextLink": null }).to_string();
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(bodies.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let whole = read(&[
        ("in", json!(many).to_string()),
        ("disks", json!(disks).to_string()),
    ]);
    assert_eq!(whole.fleet.machines.len(), 40);
    for (name, data) in [
        ("lines", lines.into_bytes()),
        ("bodies", bodies.into_bytes()),
        ("utf16", utf16),
    ] {
        for size in [1, 7, 64, 4096] {
            let mut reader = InventoryReader::new();
            reader.begin(name);
            data.chunks(size).for_each(|chunk| reader.push(chunk));
            reader.begin("disks");
            reader.push(json!(disks).to_string().as_bytes());
            let import = reader.finish().unwrap();
            assert_eq!(import.fleet, whole.fleet, "{name} by {size}");
            assert!(import.problems.is_empty(), "{name}: {:?}", import.problems);
        }
    }
}

#[test]
fn what_is_wrong_has_a_place() {
    let latin = [b"[\n {\"name\": \"b".as_slice(), &[0xE4], b"r\"}]"].concat();
    for (data, code, place) in [
        (latin, "BrokenJson", "line 2, column 13"),
        (b"[1, 2".to_vec(), "BrokenJson", "line 1, column 6"),
        (
            b"[{\"a\":\n1e999999}]".to_vec(),
            "BrokenJson",
            "line 2, column",
        ),
        (
            b"[{\"a\":1}\n,{\"b\":2,}]".to_vec(),
            "BrokenJson",
            "line 2, column 9",
        ),
        (
            format!("[{}{}]", "{\"a\":[".repeat(5000), "]}".repeat(5000)).into_bytes(),
            "BrokenJson",
            "line 1, column",
        ),
        (b"machine,osBits\n\"a,1\n".to_vec(), "Damaged", "line 2"),
        (
            [b"machine,osName\na,b".as_slice(), &[0xE4, 10]].concat(),
            "WrongInput",
            "UTF-8",
        ),
        (
            vec![0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xFF, 0xFF, 0xFF],
            "Damaged",
            "gzip",
        ),
    ] {
        let error = import(&[NamedInput::new("in", data.clone())]).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains(place), "{error}");
    }
    // The last of two equal keys counts, as everywhere.
    let twice = json!([vm("silo")])
        .to_string()
        .replacen('{', "{\"name\":\"other\",", 1);
    assert_eq!(read(&[("in", twice)]).fleet.machines.len(), 1);
}
