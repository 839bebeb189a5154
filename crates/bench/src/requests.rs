//! What is asked of both sides, and what it may cost.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};
use domain::Id;
use hyper::Method;
use serde_json::Value;

use crate::load::{Ask, Cost, Side};
use crate::seed::{COMMON_WORD, MARKED, WORD};
use crate::table::{Aim, Table, median, micros};

const LIST: &str = "/api/v1/buyer_groups";
/// Turns of each side.
const ROUNDS: usize = 7;

/// Both sides, running on the same file.
pub(crate) struct Measures<'a> {
    pub(crate) ours: Side<'a>,
    pub(crate) bare: Side<'a>,
    pub(crate) groups: Vec<Id>,
}

/// How much is asked in one turn.
#[derive(Clone, Copy)]
struct Load {
    clients: usize,
    requests: usize,
}

impl Measures<'_> {
    /// Checks that both sides answer alike, then measures; gives the processor time of a search of ours.
    ///
    /// # Errors
    /// When an answer is not 200, or they differ.
    pub(crate) fn run(&self, table: &mut Table) -> Result<Duration> {
        let list = Ask::get(LIST);
        let search_for = |word: &str| Ask::get(&format!("{LIST}?fulltext={word}"));
        let (search, common) = (search_for(WORD), search_for(COMMON_WORD));
        let count = self.groups.len();
        let ids: Arc<[Id]> = self.groups.iter().copied().collect();
        let picked = Arc::clone(&ids);
        let get = Ask::each(move |number| format!("{LIST}/{}", picked[number * 7919 % count]));
        self.check(&list, 25)?;
        self.check(&search, MARKED)?;
        self.check(&common, MARKED)?;
        ensure!(self.ours.body(&get)? == self.bare.body(&get)?, "the two answer get differently");

        self.csv_memory(table)?;
        let some = Load { clients: 8, requests: 1_500 };
        self.compare(table, "list of 25, with sign-in and total", &list, some, Aim::Most(1.3))?;
        self.panel(table)?;
        let few = Load { clients: 8, requests: 500 };
        let searched = self.compare(table, "search of 20 matches, with total", &search, few, Aim::None)?;
        self.compare(table, "the same for a word of common trigrams", &common, few, Aim::None)?;
        let many = Load { clients: 8, requests: 4_000 };
        self.compare(table, "get", &get, many, Aim::Most(1.5))?;
        let update = Ask {
            method: Method::PUT,
            target: Arc::new(move |number| format!("{LIST}/{}", ids[number * 7919 % count])),
            body: Arc::new(|number| format!("{{\"weight\":{}}}", number % 997 + 1)),
        };
        let updates = Load { clients: 8, requests: 2_000 };
        self.compare(table, "update, 8 writers", &update, updates, Aim::Most(1.5))?;
        let crowd = Load { clients: 64, requests: 2_000 };
        self.compare(table, "update, 64 writers", &update, crowd, Aim::None)?;
        self.csv(table)?;
        let memory = self.ours.server.memory_kib()? as f64 / 1024.0;
        table.line("memory after all of it, MB", &format!("{memory:.1} MB"), "", memory, Aim::None);
        Ok(searched)
    }

    /// Both answer with the same bytes, and with as many groups as they should.
    fn check(&self, ask: &Ask, expected: usize) -> Result<()> {
        let (ours, bare) = (self.ours.body(ask)?, self.bare.body(ask)?);
        let target = (ask.target)(0);
        ensure!(ours == bare, "the two answer {target} differently");
        let list: Value = serde_json::from_slice(&ours)?;
        let found = list["buyer_groups"].as_array().map_or(0, Vec::len);
        ensure!(found == expected, "{target} finds {found} groups, not {expected}");
        Ok(())
    }

    /// Asks both in turns; gives what ours costs.
    fn compare(&self, table: &mut Table, what: &str, ask: &Ask, load: Load, aim: Aim) -> Result<Duration> {
        let rounds = self.rounds(ask, ask, load)?;
        let (ours, bare) = (middle(&rounds, |round| round.0), middle(&rounds, |round| round.1));
        let ratio = ratio(&rounds, |cost| cost.cpu);
        table.line(&format!("{what}, CPU"), &shown(ours), &shown(bare), ratio, aim);
        Ok(ours.cpu)
    }

    /// What the panel asks for again and again, beside the bare handler's plain list, which has none of it: the column
    /// `share`, and with it the routing order and the summary, for which every group of the company counts.
    fn panel(&self, table: &mut Table) -> Result<()> {
        let first = self.ours.body(&Ask::get(&format!("{LIST}?per_page=1")))?;
        let list: Value = serde_json::from_slice(&first)?;
        let columns = list["buyer_groups"][0].as_object();
        let columns: Vec<&str> = columns.into_iter().flat_map(|row| row.keys()).map(String::as_str).collect();
        let with_share = format!("{LIST}?columns={},share", columns.join(","));
        let by_routing = format!("{with_share}&order=routing&order_dir=asc&summary=true");
        // The more groups, the fewer requests are enough.
        let load = Load { clients: 4, requests: (1_000_000 / self.groups.len()).clamp(10, 100) };
        for (what, target, aim) in [
            ("the same with share, CPU ms", with_share, Aim::None),
            ("the same by routing, with summary, CPU ms", by_routing, Aim::Most(50.0)),
        ] {
            let rounds = self.rounds(&Ask::get(&target), &Ask::get(LIST), load)?;
            let (ours, bare) = (middle(&rounds, |round| round.0), middle(&rounds, |round| round.1));
            table.line(what, &shown(ours), &shown(bare), ours.cpu.as_secs_f64() * 1_000.0, aim);
        }
        Ok(())
    }

    /// CSV: the time of 10,000 rows.
    fn csv(&self, table: &mut Table) -> Result<()> {
        ensure!(
            self.ours.body(&csv_of(500))? == self.bare.body(&csv_of(500))?,
            "the two answer CSV differently"
        );
        let rows = self.groups.len().min(10_000);
        let load = Load { clients: 1, requests: 2 };
        let rounds = self.rounds(&csv_of(rows), &csv_of(rows), load)?;
        let (ours, bare) = (middle(&rounds, |round| round.0), middle(&rounds, |round| round.1));
        let millis = |time: Duration| format!("{:.0} ms", time.as_secs_f64() * 1000.0);
        let time = ratio(&rounds, |cost| cost.wall);
        table.line(
            &format!("CSV of {rows} rows, time"),
            &millis(ours.wall),
            &millis(bare.wall),
            time,
            Aim::Most(2.0),
        );
        let cpu = ratio(&rounds, |cost| cost.cpu);
        table.line(&format!("CSV of {rows} rows, CPU"), &millis(ours.cpu), &millis(bare.cpu), cpu, Aim::None);
        Ok(())
    }

    /// CSV: the peak of memory for all groups and for a tenth of them. Asked first, since the memory that a crowd of
    /// requests takes stays with the process and would hide it.
    fn csv_memory(&self, table: &mut Table) -> Result<()> {
        let peak = |rows: usize| {
            self.ours.server.forget_peak()?;
            self.ours.body(&csv_of(rows))?;
            self.ours.server.peak_kib()
        };
        let (short, long) = (peak(self.groups.len() / 10)?, peak(self.groups.len())?);
        let megabytes = |kib: u64| format!("{:.1} MB", kib as f64 / 1024.0);
        let what = format!("CSV, peak memory, {} rows over a tenth", self.groups.len());
        table.line(&what, &megabytes(long), &megabytes(short), long as f64 / short as f64, Aim::Most(1.1));
        Ok(())
    }

    /// Asks ours and the bare handler in turns, after one that does not count.
    fn rounds(&self, ours: &Ask, bare: &Ask, load: Load) -> Result<Vec<(Cost, Cost)>> {
        let Load { clients, requests } = load;
        let mut rounds = Vec::new();
        for round in 0..=ROUNDS {
            let both =
                (self.ours.measure(ours, clients, requests)?, self.bare.measure(bare, clients, requests)?);
            if round > 0 {
                rounds.push(both);
            }
        }
        Ok(rounds)
    }
}

/// The median cost of one side.
fn middle(rounds: &[(Cost, Cost)], side: impl Fn(&(Cost, Cost)) -> Cost) -> Cost {
    let of = |time: fn(&Cost) -> Duration| {
        let times = rounds.iter().map(|round| time(&side(round)).as_secs_f64()).collect();
        Duration::from_secs_f64(median(times))
    };
    Cost { cpu: of(|cost| cost.cpu), wall: of(|cost| cost.wall) }
}

/// The median of ours over bare, turn by turn: what disturbs the machine disturbs both.
fn ratio(rounds: &[(Cost, Cost)], time: impl Fn(&Cost) -> Duration) -> f64 {
    median(rounds.iter().map(|(ours, bare)| time(ours).as_secs_f64() / time(bare).as_secs_f64()).collect())
}

/// The first groups as CSV.
fn csv_of(rows: usize) -> Ask {
    Ask::get(&format!("{LIST}.csv?per_page={rows}"))
}

/// Processor time, and answers a second.
fn shown(cost: Cost) -> String {
    format!("{} {:>6.0}/s", micros(cost.cpu), 1.0 / cost.wall.as_secs_f64())
}
