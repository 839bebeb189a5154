//! [`Job`]: the tasks of one plan and how far they are. A plain value; [`super::run`] sends what it says.

use std::rc::Rc;

use domain::Id;
use yew::AttrValue;

use super::plan::Plan;
use crate::api::{Answer, ApiError, Write};
use crate::record::Record;

/// How far a task is.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// It is still to be sent.
    Waiting,
    /// It is sent.
    Underway,
    /// It is done; the revision that it made.
    Done(Option<i64>),
    /// It was refused, and why.
    Failed(AttrValue),
}

/// One write to one record.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// Of which record.
    pub id: Id,
    /// What it is called.
    pub name: String,
    /// What is written.
    pub write: Write,
    /// What takes it back.
    pub back: Option<Write>,
    /// How far it is.
    pub state: State,
    /// The revision on which it is based.
    revision: Option<i64>,
    /// Whether it was sent before, to no answer: then it may have been done.
    was_cut: bool,
}

impl Task {
    /// A task on a record as it was read; `None` when its id was not.
    #[must_use]
    pub fn new(record: &Rc<Record>, write: Write, back: Option<Write>) -> Option<Self> {
        let (id, name, revision) = (record.id()?, record.name().to_owned(), record.revision());
        Some(Self { id, name, write, back, state: State::Waiting, revision, was_cut: false })
    }

    /// The task on a record that cannot be read any more.
    #[must_use]
    pub fn missing(id: Id, noun: &str) -> Self {
        let state = State::Failed(ApiError::NotFound.sentence());
        let name = format!("{noun} {id}");
        Self { id, name, write: Write::Delete, back: None, state, revision: None, was_cut: false }
    }

    /// The task that takes this one back.
    fn undone(&self) -> Option<Self> {
        let State::Done(revision) = self.state else { return None };
        let (write, name) = (self.back.clone()?, self.name.clone());
        Some(Self { id: self.id, name, write, back: None, state: State::Waiting, revision, was_cut: false })
    }

    /// What an answer means.
    fn settled(&self, answer: Answer<Option<i64>>) -> State {
        match answer {
            Ok(revision) => State::Done(revision),
            // The answer to the first try was lost, not the write.
            Err(ApiError::NotFound) if self.was_cut && self.write == Write::Delete => State::Done(None),
            Err(ApiError::Stale(stale)) => {
                let is_so = |values: &[(domain::Key, domain::Value)]| {
                    values.iter().all(|(key, value)| stale.current.get(*key) == value)
                };
                match &self.write {
                    Write::Change(values) if self.was_cut && is_so(values) => {
                        State::Done(stale.current.revision())
                    }
                    _ => State::Failed(match stale.changes.last() {
                        Some(change) => format!("{} changed it in the meantime.", change.by).into(),
                        None => "It was changed in the meantime.".into(),
                    }),
                }
            }
            Err(error) => State::Failed(error.sentence()),
        }
    }
}

/// Why a job stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Halt {
    /// It was cancelled.
    Cancelled,
    /// Nobody is signed in any more.
    SignedOut,
}

/// How many tasks are how far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All of them.
    pub all: usize,
    /// Done.
    pub done: usize,
    /// Refused.
    pub failed: usize,
}

/// The tasks of one plan.
#[derive(Debug)]
pub struct Job {
    /// What is done; `None` for taking back what was done.
    pub plan: Option<Plan>,
    tasks: Vec<Task>,
    /// Every task before this one is sent.
    next: usize,
    /// Senders that are still at work.
    lanes: usize,
    /// Why it stands still.
    pub halt: Option<Halt>,
    /// Whether the server cannot be reached; then it is tried again.
    pub is_offline: bool,
}

impl Job {
    /// A job, none of it sent.
    #[must_use]
    pub fn new(plan: Option<Plan>, tasks: Vec<Task>) -> Self {
        Self { plan, tasks, next: 0, lanes: 0, halt: None, is_offline: false }
    }

    /// Whether it is being sent.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.lanes > 0
    }

    /// How many tasks are how far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts { all: self.tasks.len(), ..Counts::default() };
        for task in &self.tasks {
            match task.state {
                State::Done(_) => counts.done += 1,
                State::Failed(_) => counts.failed += 1,
                State::Waiting | State::Underway => {}
            }
        }
        counts
    }

    /// The tasks that were refused: name and reason.
    pub fn failures(&self) -> impl Iterator<Item = (&str, &AttrValue)> {
        self.tasks.iter().filter_map(|task| match &task.state {
            State::Failed(reason) => Some((task.name.as_str(), reason)),
            _ => None,
        })
    }

    /// The records whose task is done.
    pub fn done(&self) -> impl Iterator<Item = Id> {
        self.tasks.iter().filter(|task| matches!(task.state, State::Done(_))).map(|task| task.id)
    }

    /// The records whose task was refused, or was never sent.
    pub fn open(&self) -> impl Iterator<Item = Id> {
        self.tasks.iter().filter(|task| !matches!(task.state, State::Done(_))).map(|task| task.id)
    }

    /// Whether something of what was done can be taken back.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        self.tasks.iter().any(|task| task.back.is_some() && matches!(task.state, State::Done(_)))
    }

    /// The job that takes back what was done.
    #[must_use]
    pub fn undone(&self) -> Self {
        Self::new(None, self.tasks.iter().filter_map(Task::undone).collect())
    }

    /// The job that tries again what is open, by `tasks` made anew; what was done still belongs to it. Without a plan
    /// the same tasks are tried again: who changed a record since keeps that change.
    #[must_use]
    pub fn again(mut self, tasks: Vec<Task>) -> Self {
        if self.plan.is_none() {
            for task in &mut self.tasks {
                if !matches!(task.state, State::Done(_)) {
                    task.state = State::Waiting;
                }
            }
        } else {
            self.tasks.retain(|task| matches!(task.state, State::Done(_)));
            self.tasks.extend(tasks);
        }
        Self::new(self.plan, self.tasks)
    }

    /// A sender begins.
    pub fn enter(&mut self) {
        self.lanes += 1;
    }

    /// A sender ends; whether it was the last.
    pub fn leave(&mut self) -> bool {
        self.lanes = self.lanes.saturating_sub(1);
        self.lanes == 0
    }

    /// The next task that is to be sent: its number, record, write and revision.
    pub fn take(&mut self) -> Option<(usize, Id, Write, Option<i64>)> {
        if self.halt.is_some() {
            return None;
        }
        let is_waiting = |task: &Task| task.state == State::Waiting;
        let number = self.next + self.tasks.get(self.next..)?.iter().position(is_waiting)?;
        self.next = number + 1;
        let task = self.tasks.get_mut(number)?;
        task.state = State::Underway;
        Some((number, task.id, task.write.clone(), task.revision))
    }

    /// Takes the answer to a task. `false`: it was none, and the server should be given some time.
    pub fn settle(&mut self, number: usize, answer: Answer<Option<i64>>) -> bool {
        let Some(task) = self.tasks.get_mut(number) else { return true };
        let is_offline = answer == Err(ApiError::Offline);
        if is_offline || answer == Err(ApiError::SignedOut) {
            task.was_cut |= is_offline;
            task.state = State::Waiting;
            self.next = self.next.min(number);
            if !is_offline {
                self.halt = Some(Halt::SignedOut);
            }
        } else {
            task.state = task.settled(answer);
        }
        self.is_offline = is_offline;
        !is_offline
    }
}

#[cfg(test)]
mod tests {
    use domain::{Input, Key, Resource, Value};

    use super::*;
    use crate::api::Stale;

    fn record(id: i64, paused: bool, revision: i64) -> Rc<Record> {
        let record = Record::read(Resource::BuyerGroup, &Input::Null).with(Key::Id, Value::Int(id));
        Rc::new(record.with(Key::Paused, Value::Bool(paused)).with(Key::Revision, Value::Int(revision)))
    }

    fn paused(value: bool) -> Write {
        Write::Change(vec![(Key::Paused, Value::Bool(value))])
    }

    fn job(count: i64) -> Job {
        let task = |id| Task::new(&record(id, false, 1), paused(true), Some(paused(false)));
        Job::new(Some(Plan::Pause(true)), (1..=count).filter_map(task).collect())
    }

    fn stale(record: &Rc<Record>) -> Answer<Option<i64>> {
        Err(ApiError::Stale(Rc::new(Stale { current: Record::clone(record), changes: Vec::new() })))
    }

    #[test]
    fn each_task_is_sent_once_and_counted() {
        let mut job = job(3);
        let sent: Vec<usize> = std::iter::from_fn(|| job.take()).map(|(number, ..)| number).collect();
        assert_eq!(sent, [0, 1, 2]);
        job.settle(0, Ok(Some(2)));
        job.settle(1, Err(ApiError::NotFound));
        assert_eq!(job.counts(), Counts { all: 3, done: 1, failed: 1 });
        assert_eq!(job.failures().count(), 1);
    }

    #[test]
    fn what_got_no_answer_is_sent_again_and_known_as_done_when_it_was() {
        let mut job = job(2);
        job.take();
        job.take();
        assert!(!job.settle(0, Err(ApiError::Offline)));
        assert!(job.is_offline);
        let (number, ..) = job.take().expect("it is sent again");
        job.settle(number, stale(&record(1, true, 2)));
        assert_eq!(job.counts().done, 1, "the write was done, only its answer was lost");
        job.settle(1, stale(&record(2, true, 2)));
        assert_eq!(job.counts().failed, 1, "somebody else did it");
    }

    #[test]
    fn after_cancelling_nothing_more_is_sent_and_what_was_done_can_be_undone() {
        let mut job = job(3);
        job.take();
        job.settle(0, Ok(Some(7)));
        job.halt = Some(Halt::Cancelled);
        assert_eq!(job.take(), None);
        let mut back = job.undone();
        assert_eq!(back.take(), Some((0, Id::new(1).expect("an id"), paused(false), Some(7))));
        assert!(!back.can_undo());
    }

    #[test]
    fn trying_again_keeps_what_was_done() {
        let mut job = job(2);
        job.take();
        job.take();
        job.settle(0, Ok(Some(2)));
        job.settle(1, stale(&record(2, false, 5)));
        assert_eq!(job.open().collect::<Vec<_>>(), [Id::new(2).expect("an id")]);
        let anew = Task::new(&record(2, false, 5), paused(true), Some(paused(false)));
        let mut job = job.again(anew.into_iter().collect());
        assert_eq!(job.take().map(|(_, _, _, revision)| revision), Some(Some(5)));
        job.settle(1, Ok(Some(6)));
        assert_eq!(job.counts(), Counts { all: 2, done: 2, failed: 0 });
        assert_eq!(job.undone().counts().all, 2);
    }

    #[test]
    fn a_delete_whose_answer_was_lost_is_done_when_the_record_is_gone() {
        let task = Task::new(&record(1, false, 1), Write::Delete, None);
        let mut job = Job::new(Some(Plan::Delete), task.into_iter().collect());
        job.take();
        job.settle(0, Err(ApiError::Offline));
        job.take();
        job.settle(0, Err(ApiError::NotFound));
        assert_eq!(job.counts().done, 1);
    }

    #[test]
    fn signed_out_stops_it_and_fails_nothing() {
        let mut job = job(2);
        job.take();
        job.settle(0, Err(ApiError::SignedOut));
        assert_eq!((job.halt, job.counts().failed, job.open().count()), (Some(Halt::SignedOut), 0, 2));
    }
}
