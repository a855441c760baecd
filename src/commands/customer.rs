use std::process::ExitCode;

use super::session::Session;
use super::support::{print_list, told_file};
use crate::domain::person::Customer;
use crate::exit;
use crate::failure::Result;
use crate::output::{Format, faces, json};

/// The customers: contacts outside the desk
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Clone, clap::Subcommand)]
pub enum Command {
    /// List the customers
    List,
    /// Show a customer
    Show {
        /// The customer's key or address
        customer: String,
    },
    /// Make a customer
    New {
        /// What the file is called
        key: String,
        /// Their name
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// An address of theirs; may be repeated
        #[arg(long, value_name = "EMAIL")]
        email: Vec<String>,
        /// Their telephone number
        #[arg(long, value_name = "NUMBER")]
        phone: Option<String>,
        /// The key of their organisation
        #[arg(long, value_name = "ORG")]
        org: Option<String>,
        /// The language they write
        #[arg(long, value_name = "LANGUAGE")]
        language: Option<String>,
        /// They matter more than others
        #[arg(long)]
        vip: bool,
    },
    /// Edit a customer's file in your editor
    Edit {
        /// The customer's key or address
        customer: String,
    },
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        match self.command {
            Command::List => print(session, &here.customers()?, false),
            Command::Show { customer } => print(session, &[here.customer(&customer)?], true),
            Command::New { key, name, email, phone, org, language, vip } => {
                let name = name.unwrap_or_else(|| key.clone());
                let customer = Customer {
                    key,
                    name,
                    emails: email,
                    phone,
                    organisation: org,
                    language,
                    vip,
                    undeliverable: Vec::new(),
                };
                told_file(session, &here.new_customer(&customer)?)
            }
            Command::Edit { customer } => told_file(session, &here.edit_customer(&customer, &session.editor(&here))?),
        }
    }
}

fn print(session: &Session, customers: &[Customer], single: bool) -> Result<ExitCode> {
    match (session.format(), customers) {
        (Format::Json, [customer]) if single => session.ui.print(&json::pretty(customer)?)?,
        _ => print_list(session, customers, |customer| &customer.key, faces::things::customers)?,
    }
    Ok(ExitCode::from(exit::DONE))
}
