//! Why something is as it is: the chain of events and rules that led to it, in sentences.

mod resources;

use super::{Explanation, InputError, Lab};
use crate::cloud::{Basis, RefusalCode, Rejection};
use crate::matrix;
use crate::timeline::{LogEntry, Outcome};

impl Lab {
    /// Why a resource, a number or a refusal is what it is.
    ///
    /// `subject` is a resource by id or name, a command by its place in the log from 0 (`log/7`), the number
    /// `storedBytes` or `heldBytes`, `nextEvent`, a setting by its name, or the code of a refusal.
    ///
    /// # Errors
    /// Nothing of that name.
    pub fn explain(&self, subject: &str) -> Result<Explanation, InputError> {
        let mut told = Told {
            subject,
            ids: Vec::new(),
            lines: Vec::new(),
            row_ids: Vec::new(),
        };
        told.about(self);
        if told.lines.is_empty() {
            let message = format!(
                "`{subject}` is no resource, setting, code or command of this lab; give an id, a name, log/NUMBER, storedBytes, heldBytes or nextEvent"
            );
            return Err(InputError::new("ResourceNotFound", "subject", message));
        }
        told.rules();
        Ok(Explanation {
            subject: subject.to_owned(),
            lines: told.lines,
            row_ids: told.row_ids,
        })
    }
}

/// An explanation as it grows.
struct Told<'a> {
    subject: &'a str,
    /// The resources that the subject stands for.
    ids: Vec<String>,
    lines: Vec<String>,
    row_ids: Vec<String>,
}

impl Told<'_> {
    fn say(&mut self, line: String) {
        self.lines.push(line);
    }

    fn about(&mut self, lab: &Lab) {
        let subject = self.subject;
        let place = subject.strip_prefix("log/");
        let place = place.and_then(|at| at.parse::<usize>().ok());
        let mut codes = RefusalCode::ALL.iter();
        if let Some(entry) = place.and_then(|at| lab.log().get(at)) {
            self.command(entry);
        } else if subject == "storedBytes" {
            self.stored(lab);
        } else if subject == "heldBytes" {
            self.held(lab);
        } else if subject == "nextEvent" {
            match lab.state().next_event {
                Some(next) => self.say(format!("At {}: {}", next.at, next.what)),
                None => self.say("Nothing is planned: nothing happens until a command".to_owned()),
            }
        } else if let Some(setting) = lab.settings().iter().find(|known| known.name == subject) {
            let changed = match setting.changed {
                true => "was set in this lab",
                false => "has its default",
            };
            let (value, unit) = (&setting.value, &setting.unit);
            self.say(format!("{subject} is {value} {unit} and {changed}"));
            self.say(format!("It means: {}", setting.meaning));
            self.say(match setting.basis {
                Basis::Documented => "The default is documented".to_owned(),
                Basis::Assumed => "The default is assumed: no page gives it".to_owned(),
            });
        } else if let Some(code) = codes.find(|code| code.as_str() == subject) {
            self.say(code.meaning().to_owned());
            let given = lab.log().iter().filter(|entry| match &entry.outcome {
                Outcome::Rejected { error } => error.code == subject,
                Outcome::Ok { .. } => false,
            });
            for entry in given {
                self.refused(entry);
            }
        } else {
            self.resources(lab);
            for entry in lab.log() {
                self.chain(entry);
            }
        }
    }

    fn stored(&mut self, lab: &Lab) {
        let state = lab.state();
        self.say(format!(
            "{} are stored: every block version that a retained point holds, each counted once",
            state.stored_bytes
        ));
        for point in &state.restore_points {
            for disk in &point.disks {
                self.say(format!(
                    "{} pays {} of {} for {}: what no older retained point of the same disk and region holds",
                    point.name, disk.pays_bytes, disk.referenced_bytes, disk.name
                ));
            }
        }
    }

    fn held(&mut self, lab: &Lab) {
        let state = lab.state();
        self.say(format!(
            "{} are held for restored disks only: no retained point has them any more, and they go with the disks",
            state.held_bytes
        ));
        for disk in &state.disks {
            if let Some(from) = &disk.restored_from {
                self.say(format!("{} was restored from {}", disk.name, from.name()));
            }
        }
    }

    fn command(&mut self, entry: &LogEntry) {
        let (at, kind) = (entry.at, entry.command.type_name());
        match &entry.outcome {
            Outcome::Ok { events } => {
                self.say(format!("{kind} was carried out at {at}"));
                let events = events.iter();
                self.lines
                    .extend(events.map(|event| format!("{}: {}", event.at, event.text)));
            }
            Outcome::Rejected { error } => {
                self.say(format!("{kind} was refused at {at}, and nothing changed"));
                self.refusal(error);
                self.meaning(&error.code);
            }
        }
    }

    fn refusal(&mut self, error: &Rejection) {
        self.say(format!("{}: {}", error.code, error.message));
        for detail in &error.details {
            self.say(match &detail.target {
                Some(target) => format!("{target}: {}", detail.message),
                None => detail.message.clone(),
            });
        }
        self.row_ids.extend(error.row_ids.iter().cloned());
    }

    /// What a code says in general, and the way out.
    fn meaning(&mut self, code: &str) {
        let mut codes = RefusalCode::ALL.iter();
        if let Some(code) = codes.find(|known| known.as_str() == code) {
            self.say(code.meaning().to_owned());
        }
    }

    fn refused(&mut self, entry: &LogEntry) {
        if let Outcome::Rejected { error } = &entry.outcome {
            self.say(format!(
                "{}: {} was refused",
                entry.at,
                entry.command.type_name()
            ));
            self.refusal(error);
        }
    }

    /// What an entry of the log did to these resources, or refused to do.
    fn chain(&mut self, entry: &LogEntry) {
        let subject = self.subject;
        let own = |text: &str, name: &str| {
            let mut ids = self.ids.iter().map(String::as_str).chain([subject]);
            ids.any(|id| id.eq_ignore_ascii_case(text)) || name.eq_ignore_ascii_case(subject)
        };
        match &entry.outcome {
            Outcome::Ok { events } => {
                let about = events
                    .iter()
                    .filter(|event| own(event.subject.as_str(), event.subject.name()));
                let lines: Vec<String> = about
                    .map(|event| format!("{}: {}", event.at, event.text))
                    .collect();
                self.lines.extend(lines);
            }
            Outcome::Rejected { error } => {
                let target = error.target.as_deref().unwrap_or_default();
                let below = |id: &String| {
                    target
                        .get(..id.len())
                        .is_some_and(|begins| begins.eq_ignore_ascii_case(id))
                };
                if self.ids.iter().any(below) || target.eq_ignore_ascii_case(subject) {
                    self.refused(entry);
                }
            }
        }
    }

    /// What the rows say that were named.
    fn rules(&mut self) {
        self.row_ids = crate::order::few(std::mem::take(&mut self.row_ids));
        for row in matrix::rows_of_rules(&self.row_ids) {
            let ids: Vec<&str> = row.rules.iter().map(|rule| rule.id.as_str()).collect();
            let rule = format!("Rule {}: {} {}", ids.join(" "), row.text, row.remedy);
            self.lines.push(rule.trim_end().to_owned());
        }
    }
}
