//! The judgement on the fleet by each of the services that stand side by side.

use crate::pages::support::{Asked, SIDE_BY_SIDE};
use crate::session::{Session, judge_of};
use leptos::prelude::*;
use rplab_core::api::InputError;
use rplab_core::matrix::{AssessReport, MachineAssessment, Service};

/// One for each service, in the order of [`SIDE_BY_SIDE`].
#[derive(Clone, Copy)]
pub(super) struct Reports([Memo<Result<AssessReport, InputError>>; 3]);

impl Reports {
    /// The session's own report on restore points, and those on services whose rows come later: empty until then.
    pub(super) fn new(session: Session, asked: Asked) -> Self {
        Self(SIDE_BY_SIDE.map(|service| match service {
            Service::RestorePoints => session.report,
            _ => Memo::new(move |_| {
                let edition = session.edition.get();
                let judge = session.services.with(judge_of);
                let machines = judge.map(|judge| {
                    session
                        .fleet
                        .with(|fleet| judge(fleet, asked, service, edition))
                });
                let machines = machines.unwrap_or_default();
                Ok(AssessReport {
                    service,
                    edition,
                    machines,
                })
            }),
        }))
    }

    /// Reads the judgements by `service`; none where the fleet cannot be judged by it.
    pub(super) fn by<T>(self, service: Service, read: impl FnOnce(&[MachineAssessment]) -> T) -> T {
        let own = SIDE_BY_SIDE.into_iter().zip(self.0);
        let found = own.into_iter().find(|(own, _)| *own == service);
        match found {
            Some((_, report)) => report.with(|report| {
                let machines = report.as_ref().map(|report| report.machines.as_slice());
                read(machines.unwrap_or_default())
            }),
            None => read(&[]),
        }
    }
}
