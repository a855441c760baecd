//! The tokens of programs that write by the API: kept beside the repository, as what can be compared with them and not
//! as they are.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::desk::Here;
use crate::failure::{Failure, Result};
use crate::portal::hex;

const FILE: &str = "api-tokens";
/// How every token begins, by which scanners of secrets know it.
const BEGINNING: &str = "loket_";

/// What a token allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Opening tickets.
    Tickets,
    /// Writing messages in tickets.
    Messages,
}

impl Scope {
    pub const ALL: [Scope; 2] = [Scope::Tickets, Scope::Messages];

    pub fn name(self) -> &'static str {
        match self {
            Scope::Tickets => "tickets",
            Scope::Messages => "messages",
        }
    }

    pub fn find(name: &str) -> Option<Scope> {
        Scope::ALL.into_iter().find(|scope| scope.name() == name)
    }
}

/// A token, without itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiToken {
    pub name: String,
    pub scopes: Vec<Scope>,
    pub created: Timestamp,
    /// SHA-256 of it, in hexadecimal: it has 160 random bits, so that nobody finds it by trying.
    hash: String,
}

fn hash(token: &str) -> String {
    hex(&Sha256::digest(token.trim().as_bytes()))
}

impl Here {
    /// The tokens there are.
    pub fn api_tokens(&self) -> Result<Vec<ApiToken>> {
        match self.desk.kept(FILE) {
            None => Ok(Vec::new()),
            Some(bytes) => serde_json::from_slice(&bytes).map_err(|trouble| {
                Failure::error(format!("the file of API tokens cannot be read: {trouble}"))
                    .hint(format!("mend or remove {}", self.desk.state().join(FILE).display()))
                    .into()
            }),
        }
    }

    /// Makes a token; it is told once.
    pub fn new_api_token(&self, name: &str, scopes: Vec<Scope>) -> Result<String> {
        let mut tokens = self.api_tokens()?;
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        if name.is_empty() || name.len() > 60 || !name.chars().all(plain) {
            let failure = Failure::usage(format!("'{}' is no name for a token", name.escape_debug()));
            return Err(failure.hint("it has letters, digits, '-', '_' and '.', at most 60").into());
        }
        if tokens.iter().any(|token| token.name == name) {
            let failure = Failure::refused(format!("there is a token '{name}' already"));
            return Err(failure.hint(format!("loket api-token revoke {name}")).into());
        }
        let mut random = [0u8; 20];
        getrandom::fill(&mut random)
            .map_err(|trouble| anyhow::anyhow!("the system gives no random bytes: {trouble}"))?;
        let token = format!("{BEGINNING}{}", hex(&random));
        let created = self.now;
        tokens.push(ApiToken { name: name.to_owned(), scopes, created, hash: hash(&token) });
        self.keep_api_tokens(&tokens)?;
        Ok(token)
    }

    /// Ends a token.
    pub fn revoke_api_token(&self, name: &str) -> Result<()> {
        let mut tokens = self.api_tokens()?;
        let before = tokens.len();
        tokens.retain(|token| token.name != name);
        if tokens.len() == before {
            let failure = Failure::not_found(format!("there is no token '{}'", name.escape_debug()));
            return Err(failure.hint("`loket api-token list` shows them all").into());
        }
        self.keep_api_tokens(&tokens)
    }

    fn keep_api_tokens(&self, tokens: &[ApiToken]) -> Result<()> {
        self.desk.keep_whole(FILE, &serde_json::to_vec_pretty(tokens)?)
    }

    /// Whose token it is; `None` where it is nobody's.
    pub fn find_api_token(&self, given: &str) -> Result<Option<ApiToken>> {
        let given = hash(given);
        // What is compared is a hash: where it differs tells nothing of the token.
        Ok(self.api_tokens()?.into_iter().find(|token| token.hash == given))
    }
}
