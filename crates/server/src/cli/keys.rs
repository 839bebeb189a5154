//! `buyer-groups keys create | list | revoke`.

use clap::{Args, Subcommand};

use super::{Database, Failure, say};
use crate::accounts::{self, KeyOptions};
use crate::state::system_clock;

#[derive(Subcommand)]
pub(super) enum Keys {
    /// Make a key and print `PUBLIC PRIVATE`, once: the private half is not kept.
    Create(Create),
    /// List the keys of a company, or of all.
    List(List),
    /// End a key.
    Revoke(Revoke),
}

#[derive(Args)]
pub(super) struct Create {
    /// The company; made if there is none of that name.
    #[arg(long, value_name = "NAME")]
    company: String,

    /// The time zone of a new company, such as America/New_York; UTC by default.
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,

    /// What people call the key.
    #[arg(long, value_name = "TEXT", default_value = "")]
    name: String,

    /// The key may read and not change.
    #[arg(long)]
    read_only: bool,

    /// The key is not taken in the query, as ?auth_token=.
    #[arg(long)]
    no_query_auth: bool,

    #[command(flatten)]
    database: Database,
}

#[derive(Args)]
pub(super) struct List {
    /// The company; all when it is not given.
    #[arg(long, value_name = "NAME")]
    company: Option<String>,

    #[command(flatten)]
    database: Database,
}

#[derive(Args)]
pub(super) struct Revoke {
    /// The public half of the key.
    #[arg(value_name = "PUBLIC")]
    public: String,

    #[command(flatten)]
    database: Database,
}

impl Keys {
    pub(super) fn run(self) -> Result<(), Failure> {
        match self {
            Self::Create(create) => create.run(),
            Self::List(list) => list.run(),
            Self::Revoke(revoke) => {
                let (store, _) = revoke.database.open()?;
                accounts::revoke_key(&store, revoke.public.trim(), system_clock())
            }
        }
    }
}

impl Create {
    fn run(self) -> Result<(), Failure> {
        let (store, zones) = self.database.open()?;
        let (name, now) = (self.company.trim(), system_clock());
        let known = store.read(|reader| reader.company_named(name)).map_err(|error| error.to_string())?;
        let company = match known {
            Some(_) if self.time_zone.is_some() => {
                return Err(format!(
                    "“{name}” is there already; its time zone is changed at the admin page."
                ));
            }
            Some(company) => company.id,
            None => accounts::create_company(&store, &zones, name, self.time_zone.as_deref(), None, now)?,
        };
        let options =
            KeyOptions { name: self.name, read_only: self.read_only, no_query_auth: self.no_query_auth };
        let key = accounts::create_key(&store, company, &options, now)?;
        say(&format!("{} {}", key.public, key.private));
        Ok(())
    }
}

impl List {
    fn run(self) -> Result<(), Failure> {
        let (store, _) = self.database.open()?;
        let companies = match &self.company {
            Some(name) => vec![accounts::company_named(&store, name)?],
            None => store.read(|reader| reader.companies()).map_err(|error| error.to_string())?,
        };
        for company in companies {
            let keys = store.read(|reader| reader.keys(company.id)).map_err(|error| error.to_string())?;
            for key in keys {
                let state = key.revoked_at.map_or("valid".to_owned(), |at| format!("revoked {at}"));
                let (role, name) = (key.role.name(), &key.name);
                say(&format!(
                    "{}\t{role}\tmade {}\t{state}\t{}\t{name}",
                    key.public, key.created_at, company.name
                ));
            }
        }
        Ok(())
    }
}
