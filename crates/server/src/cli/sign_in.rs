//! `buyer-groups sign-in`.

use clap::Args;

use super::{Database, Failure, say};
use crate::accounts;
use crate::origin::Origin;
use crate::state::system_clock;

/// For how long a printed address is good, in milliseconds.
const LASTS_MS: i64 = 15 * 60 * 1000;

#[derive(Args)]
pub(super) struct SignIn {
    /// The company to sign in to.
    #[arg(long, value_name = "NAME")]
    company: String,

    /// The address at which people see the server.
    #[arg(long = "public-url", value_name = "URL", env = "BUYER_GROUPS_PUBLIC_URL", value_delimiter = ',')]
    #[arg(default_value = "http://127.0.0.1:8080")]
    public_urls: Vec<Origin>,

    #[command(flatten)]
    database: Database,
}

impl SignIn {
    pub(super) fn run(self) -> Result<(), Failure> {
        let (store, _) = self.database.open()?;
        let company = accounts::company_named(&store, self.company.trim())?;
        let origin = self.public_urls.first().map_or("", Origin::as_str);
        say(&accounts::sign_in_address(&store, company.id, origin, LASTS_MS, system_clock())?);
        Ok(())
    }
}
