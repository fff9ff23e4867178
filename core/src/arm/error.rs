//! Refusals in the service's envelope.

use super::body::{Node, Object};
use super::http::Answer;
use crate::cloud::{CommandError, RefusalCode, Rejection, RejectionDetail};
use crate::parts::Part;

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) status: u16,
    pub(super) code: String,
    pub(super) message: String,
    pub(super) target: Option<String>,
    pub(super) details: Vec<RejectionDetail>,
    /// In how many seconds to come again.
    pub(super) retry_after: Option<i64>,
}

/// What the lab's commands are called here.
const WORDS: &[(&str, &str)] = &[
    ("removeLock", "a DELETE of the lock"),
    ("resizeDisk", "a PATCH of its diskSizeGB"),
    ("restoreDisk", "createOption Restore"),
    ("createResourceGroup", "a PUT of the resource group"),
    ("revokeAccess", "endGetAccess"),
    ("grantAccess", "beginGetAccess"),
    (
        "updateVirtualMachine or updateDisk",
        "a PATCH of the resource",
    ),
    ("updateVirtualMachine", "a PATCH of the virtual machine"),
    ("updateDisk", "a PATCH of the disk"),
];

/// What fields of commands are called in bodies.
const FIELDS: &[(&str, &str)] = &[
    ("sizeGiB", "properties.diskSizeGB"),
    ("durationSeconds", "durationInSeconds"),
    (
        "facts.diskEncryptionSetId",
        "properties.encryption.diskEncryptionSetId",
    ),
    (
        "facts.logicalSectorSize",
        "properties.creationData.logicalSectorSize",
    ),
];

/// The field of a body that a field of a command came from; nothing where both are called alike.
fn in_body(target: &str) -> Option<String> {
    if let Some((_, field)) = FIELDS.iter().find(|(own, _)| *own == target) {
        return Some((*field).to_owned());
    }
    if let Some(fact) = target.strip_prefix("facts.") {
        return Some(format!("properties.{fact}"));
    }
    // The disks of a VM: first that of the system.
    let (at, rest) = target.strip_prefix("disks[")?.split_once(']')?;
    let disk = match at.parse::<usize>().ok()?.checked_sub(1) {
        None => "osDisk".to_owned(),
        Some(at) => format!("dataDisks[{at}]"),
    };
    let rest = match rest {
        ".id" => ".managedDisk.id",
        ".sizeGiB" => ".diskSizeGB",
        ".facts.sku" => ".managedDisk.storageAccountType",
        rest => rest.strip_prefix(".facts").unwrap_or(rest),
    };
    Some(format!("properties.storageProfile.{disk}{rest}"))
}

/// A message of the engine in the words of the service's operations.
fn in_words(mut message: String) -> String {
    for (command, operation) in WORDS {
        if message.contains(command) {
            message = message.replace(command, operation);
        }
    }
    message
}

impl Failure {
    pub(super) fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.to_owned(),
            message: message.into(),
            target: None,
            details: Vec::new(),
            retry_after: None,
        }
    }

    /// A part of the module has to be loaded first: nothing that a service would answer.
    pub(super) fn lacks(part: Part) -> Self {
        Self::new(0, part.name(), "")
    }

    /// What the service has and this endpoint does not simulate, by its name.
    pub(super) fn not_simulated(target: &str, message: impl Into<String>) -> Self {
        Self {
            target: Some(target.to_owned()),
            ..Self::new(400, "NotSimulated", message)
        }
    }

    /// A value that the service does not take, by its path in the body.
    pub(super) fn invalid(target: &str, message: impl Into<String>) -> Self {
        Self {
            target: Some(target.to_owned()),
            ..Self::new(400, "InvalidParameter", message)
        }
    }

    /// The resource that the address names is not there.
    pub(super) fn not_found(kind: &str, group: &str, name: &str) -> Self {
        let message = format!(
            "The Resource '{kind}/{name}' under resource group '{group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix"
        );
        Self::new(404, "ResourceNotFound", message)
    }

    /// The object that stands at `error`.
    pub(super) fn node(&self) -> Object<'_> {
        let mut error = Object::default();
        error.text("code", self.code.as_str());
        error.text("message", self.message.as_str());
        error.maybe("target", self.target.as_deref());
        if !self.details.is_empty() {
            let details = self.details.iter().map(|detail| {
                let mut object = Object::default();
                object.text("code", detail.code.as_str());
                object.text("message", detail.message.as_str());
                object.maybe("target", detail.target.as_deref());
                object.into()
            });
            error.put("details", Node::List(details.collect()));
        }
        error
    }

    /// The answer.
    pub(super) fn answer(&self) -> Answer {
        let mut body = Object::default();
        body.object("error", self.node());
        let mut answer = Answer::json(self.status, body.print(None));
        if self.status == 404 {
            answer.header("x-ms-failure-cause", "gateway");
        }
        if let Some(seconds) = self.retry_after {
            answer.header("retry-after", seconds.to_string());
        }
        answer
    }
}

/// Every refusal of the engine as the service words it.
impl From<CommandError> for Failure {
    fn from(error: CommandError) -> Self {
        use CommandError as E;
        let Rejection {
            code,
            message,
            target,
            mut details,
            ..
        } = Rejection::from(&error);
        let mut message = in_words(message);
        let field = target.as_deref().and_then(in_body);
        if let (Some(own), Some(field)) = (&target, &field) {
            // Where it begins with the field, as refusals of facts do.
            if let Some(rest) = message.strip_prefix(own.as_str()) {
                message = format!("{field}{rest}");
            }
        }
        let target = field.or(target);
        // Recorded refusals with one reason have no details.
        if !matches!(error, E::Unsupported(_)) {
            details.clear();
        }
        for detail in &mut details {
            detail.message = in_words(std::mem::take(&mut detail.message));
        }
        let (status, code, message) = match &error {
            E::NotFound { .. } => (404, "NotFound", message),
            E::InvalidParameter { .. } => (400, "InvalidParameter", message),
            E::Ambiguous { .. } | E::AlreadyExists { .. } | E::Conflict { .. } | E::Store(_) => {
                (409, code.as_str(), message)
            }
            E::ConcurrentCreation { .. } => (
                409,
                "VMRestorePointClientError",
                "RestorePoint creation failed since a concurrent 'Create RestorePoint' operation was triggered on the VM.".to_owned(),
            ),
            E::LimitReached { limit, .. } if *limit < 500 => (
                409,
                "OperationNotAllowed",
                format!("The number of restore points across restore point collections and resource groups for a VM cannot exceed {limit}. To create a new restore point, please delete existing restore points."),
            ),
            E::LimitReached { .. } => (
                409,
                "VMRestorePointClientError",
                "Restore Point creation failed as the maximum allowed snapshot limit of one or more disk blobs has been reached. Please delete some existing restore points of this VM and then retry.".to_owned(),
            ),
            E::Refused { code: RefusalCode::DiskRestorePointUsedByCustomer, .. } => (
                409,
                code.as_str(),
                "There is an active shared access signature outstanding for disk restore point. Call EndGetAccess before deleting the restore point.".to_owned(),
            ),
            E::Unsupported(refusal) => (status_of(refusal.code), code.as_str(), message),
            E::NotAllowed { .. } => (409, "OperationNotAllowed", message),
            E::Refused { code, .. } => (status_of(*code), code.as_str(), message),
        };
        Self {
            status,
            code: code.to_owned(),
            message,
            target,
            details,
            retry_after: None,
        }
    }
}

/// The status of a refusal that has a code of its own.
fn status_of(code: RefusalCode) -> u16 {
    match code {
        RefusalCode::TooManyRequests => 429,
        RefusalCode::InvalidParameter | RefusalCode::BadRequest => 400,
        RefusalCode::AuthenticationFailed => 403,
        _ => 409,
    }
}
