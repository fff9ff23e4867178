//! What an address asks of what is shown: an edition, a moment.

use super::{Session, Tone, edition_of, judging_by};
use crate::route::Wish;
use crate::words;
use leptos::prelude::*;
use rplab_core::api::{Lab, Outcome};
use rplab_core::matrix::Edition;
use rplab_core::units::SimInstant;

impl Session {
    /// Judges by the edition and looks at the moment that an address asks for. What cannot be done is told, and
    /// nothing is changed by it. It takes the engine: see [`Session::fulfil`].
    pub(super) fn fulfil_now(self, wish: &Wish) {
        let told = [
            wish.unknown.as_ref().map(|name| {
                format!("The address has a part `{name}` that nothing reads. It may have `t` (a moment), `e` (an edition) and `s` (a scenario).")
            }),
            wish.edition.as_deref().and_then(|name| self.judge_by(name, wish.scenario.is_some()).err()),
            wish.moment.as_deref().and_then(|text| self.look_at(text).err()),
        ];
        for trouble in told.into_iter().flatten() {
            self.tell(Tone::No, trouble);
        }
    }

    /// Judges by an edition; of a scenario that was opened just now, whose opening can still be taken back.
    fn judge_by(self, name: &str, opened: bool) -> Result<(), String> {
        let mut all = Edition::ALL.into_iter();
        let Some(edition) = all.find(|edition| edition.as_str() == name) else {
            let all = Edition::ALL.map(Edition::as_str).join(", ");
            return Err(format!(
                "`e` in the address names no edition: `{name}`. There are {all}."
            ));
        };
        if self.lab.with_value(edition_of) != edition {
            let outcome = match opened {
                true => self.dispatch_further(judging_by(edition)),
                false => self.dispatch(judging_by(edition)),
            };
            // A refusal is told by itself.
            if let Outcome::Ok { .. } = outcome {
                let told = format!("Judged by edition {name} from now on, as the address asks.");
                self.tell(Tone::Undo, told);
            }
        }
        Ok(())
    }

    fn look_at(self, text: &str) -> Result<(), String> {
        let Ok(at) = text.parse::<SimInstant>() else {
            return Err(format!(
                "`t` in the address is no moment: `{text}`. It is written like 2026-01-07T00:00:00Z."
            ));
        };
        let (start, now) = self
            .lab
            .with_value(|lab| (lab.start_time(), Lab::time(lab)));
        if at < start || at > now {
            return Err(format!(
                "`t` in the address, {}, is not a moment of this scenario, which goes from {} to {}. Now is shown.",
                words::instant(at),
                words::instant(start),
                words::instant(now)
            ));
        }
        self.look_back(at);
        Ok(())
    }
}
