//! `buyer-groups verify`.

use clap::Args;

use super::{Database, Failure, say};
use crate::{accounts, counters};

#[derive(Args)]
pub(super) struct Verify {
    /// The company; all when it is not given.
    #[arg(long, value_name = "NAME")]
    company: Option<String>,

    #[command(flatten)]
    database: Database,
}

impl Verify {
    pub(super) fn run(self) -> Result<(), Failure> {
        let (store, _) = self.database.open()?;
        let companies = match &self.company {
            Some(name) => vec![accounts::company_named(&store, name.trim())?],
            None => store.read(|reader| reader.companies()).map_err(|error| error.to_string())?,
        };
        let mut count = 0;
        for company in companies {
            for mismatch in counters::verify(&store, &company).map_err(|error| error.to_string())? {
                count += 1;
                say(&format!("{}: {mismatch}", company.name));
            }
        }
        match count {
            0 => {
                say("Every counter is what its calls add up to.");
                Ok(())
            }
            1 => Err("1 counter is not what its calls add up to".to_owned()),
            count => Err(format!("{count} counters are not what their calls add up to")),
        }
    }
}
