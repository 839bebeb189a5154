//! The admin page in a real Chromium: what `e2e/bench` measures, printed in our table.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use crate::seed::{COMMON_WORD, MARKED, WORD};
use crate::table::{Aim, Table, median};

/// One measure, as the script prints it: a line of JSON.
#[derive(Deserialize)]
struct Measure {
    what: String,
    unit: String,
    /// Of several runs.
    values: Vec<f64>,
    /// What their median may be.
    most: Option<f64>,
    beside: Option<Beside>,
}

/// Something to compare with, measured in turns.
#[derive(Deserialize)]
struct Beside {
    what: String,
    /// Of its values, if it is not that of the measure.
    unit: Option<String>,
    values: Vec<f64>,
}

/// Measures the admin page of a running server and prints each line as it comes.
///
/// `scripts` is the folder e2e, `chromium` the browser's program, `sign_in` an address that signs its reader in, and
/// `group` the id of a group of a company that was seeded with [`crate::seed::seed`].
///
/// # Errors
/// When Node.js cannot be started, or the script breaks off: a page that does not come is no number.
pub(crate) fn measure(
    table: &mut Table,
    scripts: &Path,
    chromium: &Path,
    sign_in: &str,
    group: &str,
) -> Result<()> {
    let mut script = Command::new("node")
        .arg("bench/measure.js")
        .current_dir(scripts)
        .env("CHROMIUM", chromium)
        .env("SIGN_IN", sign_in)
        .env("WORDS", format!("{WORD} {COMMON_WORD}"))
        .env("FOUND", MARKED.to_string())
        .env("GROUP", group)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("Node.js cannot be started")?;
    let printed = script.stdout.take().context("the script prints nowhere")?;
    for line in BufReader::new(printed).lines() {
        let line = line?;
        let measure: Measure = serde_json::from_str(&line).with_context(|| format!("no measure: {line}"))?;
        measure.print(table);
    }
    let status = script.wait()?;
    ensure!(status.success(), "the measures in Chromium ended with {status}");
    Ok(())
}

/// How busy the machine is: these are times by the clock, which tell little where others want the processors, too.
///
/// # Errors
/// When the machine does not say.
pub(crate) fn load() -> Result<String> {
    let averages = fs::read_to_string("/proc/loadavg")?;
    let minute = averages.split(' ').next().unwrap_or_default();
    Ok(format!("load {minute} on {} processors", std::thread::available_parallelism()?))
}

impl Measure {
    fn print(&self, table: &mut Table) {
        let beside = self.beside.as_ref().map(|beside| {
            let unit = beside.unit.as_deref().unwrap_or(&self.unit);
            format!("{} {}", beside.what, with_unit(median(beside.values.clone()), unit))
        });
        let number = median(self.values.clone());
        let aim = self.most.map_or(Aim::None, Aim::Most);
        table.line(&self.what, &self.shown(), &beside.unwrap_or_default(), number, aim);
    }

    /// The median, and from where to where the runs went: `312 ms (298–340)`.
    fn shown(&self) -> String {
        let middle = with_unit(median(self.values.clone()), &self.unit);
        let least = self.values.iter().copied().fold(f64::INFINITY, f64::min);
        let most = self.values.iter().copied().fold(0.0, f64::max);
        match (digits(least), digits(most)) {
            (least, most) if self.values.len() > 1 => format!("{middle} ({least}–{most})"),
            _ => middle,
        }
    }
}

fn with_unit(number: f64, unit: &str) -> String {
    format!("{} {unit}", digits(number))
}

/// Three digits, as many as a run tells; all of a larger or a whole number.
fn digits(number: f64) -> String {
    let decimals = match number {
        number if number >= 100.0 || number.fract() == 0.0 => 0,
        number if number >= 10.0 => 1,
        _ => 2,
    };
    format!("{number:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measure(line: &str) -> Measure {
        serde_json::from_str(line).unwrap()
    }

    #[test]
    fn a_line_shows_the_median_and_the_spread() {
        let measure =
            measure(r#"{"what": "first row", "unit": "ms", "values": [340.2, 298.4, 9.87, 312.4, 330]}"#);
        assert_eq!(measure.shown(), "312 ms (9.87–340)");
    }

    #[test]
    fn one_run_has_no_spread() {
        let measure = measure(r#"{"what": "heap", "unit": "MB", "values": [12.345], "most": 6}"#);
        assert_eq!(measure.shown(), "12.3 MB");
    }

    #[test]
    fn what_is_over_its_aim_is_missed() {
        let mut table = Table::default();
        for line in [
            r#"{"what": "a", "unit": "ms", "values": [1, 2, 9], "most": 2}"#,
            r#"{"what": "b", "unit": "ms", "values": [3], "most": 2, "beside": {"what": "plain", "values": [1]}}"#,
            r#"{"what": "c", "unit": "ms", "values": [3]}"#,
        ] {
            measure(line).print(&mut table);
        }
        assert_eq!(table.missed(), 1);
    }
}
