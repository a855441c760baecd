use std::process::ExitCode;

use super::session::Session;
use super::support::{print_list, print_one};
use crate::desk::portal::Scope;
use crate::exit;
use crate::failure::Result;
use crate::output::faces;
use crate::view::portal::{ApiTokenView, NewTokenView};

/// The tokens of programs that write by the server's API
///
/// They are this clone's alone, kept in .git/loket, and told once, when they are made.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    pub command: Verb,
}

#[derive(Debug, Clone, clap::Subcommand)]
pub enum Verb {
    /// Make a token, and print it
    New {
        /// What it is called
        #[arg(value_name = "NAME")]
        name: String,
        /// What it allows: tickets (opening them), messages (writing in them); all where none is named
        #[arg(long, value_name = "SCOPE", value_parser = ["tickets", "messages"])]
        scope: Vec<String>,
        /// A key instead, with which requests are signed as Standard Webhooks has it
        #[arg(long)]
        signed: bool,
    },
    /// The tokens there are
    List,
    /// End a token
    Revoke {
        /// What it is called
        #[arg(value_name = "NAME")]
        name: String,
    },
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        match self.command {
            Verb::New { name, scope, signed } => {
                let mut scopes: Vec<Scope> = scope.iter().filter_map(|name| Scope::find(name)).collect();
                if scopes.is_empty() {
                    scopes = Scope::ALL.to_vec();
                }
                scopes.sort();
                scopes.dedup();
                let token = here.new_api_token(&name, scopes, signed)?;
                print_one(session, &NewTokenView { name, token: token.clone() }, |_| Ok(format!("{token}\n")))?;
            }
            Verb::List => {
                let view = |token: crate::desk::portal::ApiToken| ApiTokenView {
                    signed: token.is_signed(),
                    name: token.name,
                    scopes: token.scopes.into_iter().map(Scope::name).collect(),
                    created: token.created,
                };
                let views: Vec<ApiTokenView> = here.api_tokens()?.into_iter().map(view).collect();
                print_list(session, &views, |view| &view.name, faces::portal::tokens)?;
            }
            Verb::Revoke { name } => {
                here.revoke_api_token(&name)?;
                session.ui.message(&format!("the token '{name}' is of no more use"));
            }
        }
        Ok(ExitCode::from(exit::DONE))
    }
}
