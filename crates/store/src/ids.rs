//! [`Leases`]: ids, taken from the database in blocks, so that no two processes wait for one sequence.

use domain::Id;

use crate::engine::Connection;
use crate::error::Error;

/// Which numbers. Records are named by theirs; entries of the history, keys and sessions only need to differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sequence {
    Records,
    Entries,
}

impl Sequence {
    const fn name(self) -> &'static str {
        match self {
            Self::Records => "records",
            Self::Entries => "entries",
        }
    }

    /// Numbers that are leased at once.
    const fn block(self) -> i64 {
        match self {
            Self::Records => 100,
            Self::Entries => 1_000,
        }
    }
}

/// What is left of the blocks. A copy taken before a change is put back when the change is undone: its numbers, and
/// perhaps its lease, were never given out.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Leases {
    records: Block,
    entries: Block,
}

#[derive(Clone, Copy, Debug, Default)]
struct Block {
    next: i64,
    end: i64,
}

impl Leases {
    fn block(&mut self, sequence: Sequence) -> &mut Block {
        match sequence {
            Sequence::Records => &mut self.records,
            Sequence::Entries => &mut self.entries,
        }
    }

    /// The next number.
    pub(crate) fn next(&mut self, sequence: Sequence, tx: &mut dyn Connection) -> Result<Id, Error> {
        let block = self.block(sequence);
        if block.next >= block.end {
            let size = sequence.block();
            let end = tx.first(
                "UPDATE id_lease SET next_id = next_id + $1 WHERE name = $2 RETURNING next_id",
                &[size.into(), sequence.name().into()],
                |row| row.int(0),
            )?;
            let end = end.ok_or_else(|| Error::Internal(format!("no lease of {}", sequence.name())))?;
            *block = Block { next: end - size, end };
        }
        let id = Id::new(block.next).ok_or_else(|| Error::Internal("there are no more ids".to_owned()))?;
        block.next += 1;
        Ok(id)
    }

    /// Keeps a number that was chosen by hand from ever being given out.
    pub(crate) fn pass(&mut self, id: Id, tx: &mut dyn Connection) -> Result<(), Error> {
        tx.execute(
            "UPDATE id_lease SET next_id = $1 WHERE name = 'records' AND next_id < $1",
            &[(id.get() + 1).into()],
        )?;
        if (self.records.next..self.records.end).contains(&id.get()) {
            self.records.next = id.get() + 1;
        }
        Ok(())
    }
}
