//! The virtual clock and the agenda of what is due.

use crate::json::{Write, Writer, Written};
use crate::units::SimInstant;

/// Tasks ordered by the instant they are due and, within one instant, by when they were planned.
#[derive(Clone, Debug)]
pub struct Agenda<Task> {
    /// The last one first, so that the next one is taken from the end.
    due: Vec<Planned<Task>>,
    planned: u64,
}

/// When it is due and its number, and what it is.
type Planned<Task> = ((SimInstant, u64), Task);

impl<Task: Write> Write for Agenda<Task> {
    fn write(&self, to: &mut Writer<'_>) {
        let in_order = |to: &mut Writer<'_>| to.list(self.due.iter().rev());
        let mut fields = to.fields("due,planned");
        fields.next(&Written(in_order));
        fields.next(&self.planned);
        fields.end();
    }
}

impl<Task> Default for Agenda<Task> {
    fn default() -> Self {
        Self {
            due: Vec::new(),
            planned: 0,
        }
    }
}

impl<Task> Agenda<Task> {
    /// Plans `task` for `at`.
    pub fn plan(&mut self, at: SimInstant, task: Task) {
        let when = (at, self.planned);
        let place = self.due.partition_point(|(other, _)| *other > when);
        self.due.insert(place, (when, task));
        self.planned += 1;
    }

    /// Leaves the next `count` numbers out, for what is planned later as if it were planned now; the first of
    /// them.
    pub(crate) fn leave_out(&mut self, count: u64) -> u64 {
        let first = self.planned;
        self.planned = self.planned.saturating_add(count);
        first
    }

    /// From now on tasks are planned under numbers from this one on; what the next would have been.
    pub(crate) const fn number_from(&mut self, number: u64) -> u64 {
        std::mem::replace(&mut self.planned, number)
    }

    /// Takes the first task that is due at or before `now`, with the instant it was due.
    pub fn take_due(&mut self, now: SimInstant) -> Option<(SimInstant, Task)> {
        let ((at, _), task) = self.due.pop_if(|((at, _), _)| *at <= now)?;
        Some((at, task))
    }

    /// The next task and when it is due.
    #[must_use]
    pub fn next(&self) -> Option<(SimInstant, &Task)> {
        self.iter().next()
    }

    /// Every planned task in order.
    pub fn iter(&self) -> impl Iterator<Item = (SimInstant, &Task)> {
        self.due.iter().rev().map(|((at, _), task)| (*at, task))
    }

    /// Changes planned tasks where they stand.
    pub fn change(&mut self, mut change: impl FnMut(&mut Task)) {
        self.due.iter_mut().for_each(|(_, task)| change(task));
    }

    /// Drops the tasks that `gone` holds for.
    pub fn cancel(&mut self, mut gone: impl FnMut(&Task) -> bool) {
        self.due.retain(|(_, task)| !gone(task));
    }
}

#[cfg(test)]
mod tests {
    use super::Agenda;
    use crate::units::SimInstant;

    #[test]
    fn tasks_come_due_by_time_and_then_in_the_order_planned() {
        let at = SimInstant::from_unix_seconds;
        let mut agenda = Agenda::default();
        for (seconds, task) in [(20, "c"), (10, "a"), (20, "d"), (15, "b")] {
            agenda.plan(at(seconds), task);
        }
        agenda.cancel(|task| *task == "d");
        assert_eq!(agenda.next(), Some((at(10), &"a")));
        let mut order = Vec::new();
        while let Some((_, task)) = agenda.take_due(at(19)) {
            order.push(task);
        }
        assert_eq!(order, ["a", "b"]);
        assert_eq!(agenda.take_due(at(20)), Some((at(20), "c")));
        assert_eq!(agenda.take_due(at(99)), None);
    }

    #[test]
    fn a_task_planned_under_a_number_left_out_comes_where_it_would_have_come() {
        let at = SimInstant::from_unix_seconds;
        let mut agenda = Agenda::default();
        agenda.plan(at(10), "a");
        let left_out = agenda.leave_out(2);
        agenda.plan(at(10), "d");
        let next = agenda.number_from(left_out);
        agenda.plan(at(10), "b");
        agenda.plan(at(10), "c");
        agenda.number_from(next);
        agenda.plan(at(10), "e");
        let order: Vec<&str> = agenda.iter().map(|(_, task)| *task).collect();
        assert_eq!(order, ["a", "b", "c", "d", "e"]);
    }
}
