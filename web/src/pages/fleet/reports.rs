//! The judgement on the fleet by each of the services that stand side by side.

use crate::pages::support::{Asked, SIDE_BY_SIDE};
use crate::session::{Services, Session, judge_of};
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use rplab_core::api::InputError;
use rplab_core::matrix::{AssessReport, MachineAssessment, Service};

/// What is known of each service, in the order of [`SIDE_BY_SIDE`].
#[derive(Clone, Copy)]
pub(super) struct Reports([Own; 3]);

#[derive(Clone, Copy)]
struct Own {
    services: RwSignal<Services>,
    report: Memo<Result<AssessReport, InputError>>,
}

impl Reports {
    /// The session's own report on restore points, and those on services whose rows come later: empty until then.
    pub(super) fn new(session: Session, asked: Asked) -> Self {
        let all = SIDE_BY_SIDE.map(|service| {
            let services = RwSignal::new(session.services.get_untracked());
            let report = match service {
                Service::RestorePoints => session.report,
                _ => Memo::new(move |_| {
                    let edition = session.edition.get();
                    let judge = services.with(judge_of);
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
            };
            Own { services, report }
        });
        // Judging a fleet by one service and showing it is enough for one task.
        Effect::new(move |_| {
            let found = session.services.get();
            for own in all {
                let found = found.clone();
                let hear = move || {
                    if own.services.try_with_untracked(|had| *had != found) == Some(true) {
                        own.services.try_set(found);
                    }
                };
                Timeout::new(0, hear).forget();
            }
        });
        Self(all)
    }

    fn of(self, service: Service) -> Option<Own> {
        let mut own = SIDE_BY_SIDE.into_iter().zip(self.0);
        own.find(|(own, _)| *own == service).map(|(_, own)| own)
    }

    /// Whether the rows of `service` are not there.
    pub(super) fn waits(self, service: Service) -> bool {
        service != Service::RestorePoints
            && self
                .of(service)
                .is_none_or(|own| own.services.with(|found| *found != Services::Here))
    }

    /// Reads the judgements by `service`; none where the fleet cannot be judged by it.
    pub(super) fn by<T>(self, service: Service, read: impl FnOnce(&[MachineAssessment]) -> T) -> T {
        match self.of(service) {
            Some(own) => own.report.with(|report| {
                let machines = report.as_ref().map(|report| report.machines.as_slice());
                read(machines.unwrap_or_default())
            }),
            None => read(&[]),
        }
    }
}
