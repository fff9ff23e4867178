//! Which ways to restore a VM are open to it: each judged as the same question with another method.

use super::{AssessError, AssessOptions, Finding, MachineAssessment, Service, Verdict, assess};
use crate::json::Write;
use crate::model::Fleet;
use crate::order;

/// The ways to restore a machine.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MachineRestores {
    /// The machine's ARM id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// One for each method of the service.
    pub methods: Vec<RestoreMethodAnswer>,
}

/// Whether a machine can be restored in a way.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RestoreMethodAnswer {
    /// The method, as in `restore.method`.
    pub method: String,
    /// The verdict: supported and caveat are a yes, not supported is a no, the others are not known.
    pub verdict: Verdict,
    /// The rows of the matrix that decide it: for a yes without caveat, those that speak of the method.
    pub rows: Vec<String>,
    /// The rules of those rows.
    pub row_ids: Vec<String>,
    /// The facts that it waits for.
    pub missing: Vec<String>,
}

/// The methods that the page of a service names, in its order.
#[must_use]
pub const fn restore_methods_of(service: Service) -> &'static [&'static str] {
    match service {
        Service::VmBackup => &[
            "createNewVm",
            "restoreDisks",
            "replaceExisting",
            "crossRegion",
            "crossSubscription",
            "crossZonal",
            "fileRecovery",
        ],
        Service::DiskBackup => &["newDisk", "replaceSource"],
        Service::RestorePoints | Service::Mars | Service::DpmMabs => &[],
    }
}

/// Judges every way to restore every machine; what else is asked stays as it is.
///
/// # Errors
/// As [`assess`].
pub fn restore_methods(
    fleet: &Fleet,
    options: &AssessOptions,
) -> Result<Vec<MachineRestores>, AssessError> {
    let mut asking = RestoreQuestion::new(fleet, options);
    while asking.step()? {}
    Ok(asking.found)
}

/// The same, way by way: for who has others to let pass.
#[derive(Clone, Debug)]
pub struct RestoreQuestion<'a> {
    fleet: &'a Fleet,
    options: AssessOptions,
    /// The judgements without a method; the first step gives them.
    plain: Option<Vec<MachineAssessment>>,
    left: &'static [&'static str],
    found: Vec<MachineRestores>,
}

impl<'a> RestoreQuestion<'a> {
    /// Nothing judged yet.
    #[must_use]
    pub fn new(fleet: &'a Fleet, options: &AssessOptions) -> Self {
        let mut options = options.clone();
        options.restore.get_or_insert_default().method = None;
        Self {
            fleet,
            left: restore_methods_of(options.service),
            options,
            plain: None,
            found: Vec::new(),
        }
    }

    /// Judges once. Whether there is more to judge.
    ///
    /// # Errors
    /// As [`assess`].
    pub fn step(&mut self) -> Result<bool, AssessError> {
        let Some(plain) = &self.plain else {
            let plain = assess(self.fleet, &self.options)?.machines;
            self.found = plain.iter().map(unanswered).collect();
            self.plain = Some(plain);
            self.options.request.operation = Some("restore".to_owned());
            return Ok(!self.left.is_empty());
        };
        let Some((method, left)) = self.left.split_first() else {
            return Ok(false);
        };
        self.options.restore.get_or_insert_default().method = Some((*method).to_owned());
        let judged = assess(self.fleet, &self.options)?.machines;
        for ((found, plain), judged) in self.found.iter_mut().zip(plain).zip(&judged) {
            found.methods.push(answer(method, plain, judged));
        }
        self.left = left;
        Ok(!left.is_empty())
    }

    /// What was found by now, machine by machine; nothing before the first step.
    #[must_use]
    pub fn answers(&self) -> &[MachineRestores] {
        &self.found
    }
}

fn unanswered(machine: &MachineAssessment) -> MachineRestores {
    MachineRestores {
        id: machine.id.clone(),
        name: machine.name.clone(),
        methods: Vec::new(),
    }
}

/// Judges one way to restore the first machine of a fleet, by options that name it already; and what the row that
/// decides says.
///
/// # Errors
/// As [`assess`].
pub fn restore_method(
    fleet: &Fleet,
    options: &AssessOptions,
    method: &str,
) -> Result<Option<(RestoreMethodAnswer, String)>, AssessError> {
    let mut plain = options.clone();
    plain.restore.get_or_insert_default().method = None;
    let plain = assess(fleet, &plain)?.machines;
    let judged = assess(fleet, options)?.machines;
    let Some((plain, judged)) = plain.first().zip(judged.first()) else {
        return Ok(None);
    };
    let mut deciding = judged.findings.iter();
    let deciding = deciding.find(|own| own.verdict == judged.verdict);
    let text = deciding.map_or_else(String::new, |own| own.text.clone());
    Ok(Some((answer(method, plain, judged), text)))
}

fn answer(
    method: &str,
    plain: &MachineAssessment,
    judged: &MachineAssessment,
) -> RestoreMethodAnswer {
    let known = |own: &Finding| {
        let mut others = plain.findings.iter();
        others.any(|other| other.matrix_row == own.matrix_row)
    };
    let rows: Vec<&Finding> = judged
        .findings
        .iter()
        .filter(|own| own.verdict == judged.verdict)
        .filter(|own| own.verdict != Verdict::Supported || !known(own))
        .collect();
    let missing = judged.missing.iter().map(|own| own.fact.clone());
    RestoreMethodAnswer {
        method: method.to_owned(),
        verdict: judged.verdict,
        rows: rows.iter().map(|own| own.matrix_row.clone()).collect(),
        row_ids: order::few(rows.iter().flat_map(|own| own.row_ids.iter().cloned())),
        missing: order::few(missing),
    }
}
