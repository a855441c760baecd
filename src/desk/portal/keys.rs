//! The tokens of programs that write by the API: kept beside the repository, as what can be compared with them and not
//! as they are. Keys by which requests are signed are kept as they are: who checks a signature needs the key.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::desk::Here;
use crate::failure::{Failure, Result};
use crate::mail::sign::Signer;
use crate::portal::hex;

const FILE: &str = "api-tokens";
/// How every token begins, by which scanners of secrets know it.
const BEGINNING: &str = "loket_";
/// How every key begins, as Standard Webhooks wants it.
const KEY_BEGINNING: &str = "whsec_";
/// Bytes of a key: the fewest that Standard Webhooks allows.
const KEY: usize = 24;

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
    #[serde(flatten)]
    proof: Proof,
}

/// By what its requests are known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Proof {
    /// SHA-256 of the token that they carry, in hexadecimal: it has 160 random bits, so that nobody finds it by trying.
    Hash(String),
    /// The key that they are signed with.
    Key(String),
}

/// What is signed of a request beside its body, and the signatures given for it, in base 64.
#[derive(Debug, Clone)]
pub struct Signed {
    pub id: String,
    /// When it was sent, as the request says it.
    pub moment: String,
    pub given: Vec<String>,
}

impl ApiToken {
    /// Whether its requests are signed, and carry no token.
    pub fn is_signed(&self) -> bool {
        matches!(self.proof, Proof::Key(_))
    }

    /// Whether one of the signatures was made with its key (RFC 2104; <https://www.standardwebhooks.com>).
    fn has_signed(&self, signed: &Signed, body: &[u8]) -> bool {
        let Proof::Key(key) = &self.proof else { return false };
        let Ok(key) = BASE64.decode(key.trim_start_matches(KEY_BEGINNING)) else { return false };
        let (signer, head) = (Signer::new(&key), format!("{}.{}.", signed.id, signed.moment));
        signed
            .given
            .iter()
            .any(|given| BASE64.decode(given).is_ok_and(|given| signer.has_sealed(&[head.as_bytes(), body], &given)))
    }
}

fn hash(token: &str) -> String {
    hex(&Sha256::digest(token.trim().as_bytes()))
}

fn random<const BYTES: usize>() -> Result<[u8; BYTES]> {
    let mut random = [0u8; BYTES];
    getrandom::fill(&mut random).map_err(|trouble| anyhow::anyhow!("the system gives no random bytes: {trouble}"))?;
    Ok(random)
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

    /// Makes a token, or a key that requests are signed with; it is told once.
    pub fn new_api_token(&self, name: &str, scopes: Vec<Scope>, is_signed: bool) -> Result<String> {
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
        let (secret, proof) = if is_signed {
            let key = format!("{KEY_BEGINNING}{}", BASE64.encode(random::<KEY>()?));
            (key.clone(), Proof::Key(key))
        } else {
            let token = format!("{BEGINNING}{}", hex(&random::<20>()?));
            (token.clone(), Proof::Hash(hash(&token)))
        };
        tokens.push(ApiToken { name: name.to_owned(), scopes, created: self.now, proof });
        self.keep_api_tokens(&tokens)?;
        Ok(secret)
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
        self.desk.keep_secret(FILE, &serde_json::to_vec_pretty(tokens)?)
    }

    /// Whose token it is; `None` where it is nobody's.
    pub fn find_api_token(&self, given: &str) -> Result<Option<ApiToken>> {
        let given = Proof::Hash(hash(given));
        // What is compared is a hash: where it differs tells nothing of the token.
        Ok(self.api_tokens()?.into_iter().find(|token| token.proof == given))
    }

    /// Whose key a request was signed with; `None` where it is nobody's.
    pub fn find_signer(&self, signed: &Signed, body: &[u8]) -> Result<Option<ApiToken>> {
        Ok(self.api_tokens()?.into_iter().find(|token| token.has_signed(signed, body)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example that Standard Webhooks' own libraries are tested with.
    #[test]
    fn signatures_are_those_of_standard_webhooks() {
        let token = ApiToken {
            name: "shop".into(),
            scopes: vec![],
            created: Timestamp::UNIX_EPOCH,
            proof: Proof::Key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".into()),
        };
        let signed = |id: &str, moment: &str, given: &[&str]| Signed {
            id: id.into(),
            moment: moment.into(),
            given: given.iter().map(|one| (*one).to_owned()).collect(),
        };
        let right = "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        let (id, moment, body) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", br#"{"test": 2432232314}"#);
        assert!(token.has_signed(&signed(id, moment, &["", "%", right]), body));
        for (id, moment, given, body) in [
            (id, moment, right, br#"{"test": 2432232315}"#),
            (id, "1614265331", right, body),
            ("msg", moment, right, body),
            (id, moment, &right[..40], body),
            (id, moment, "", body),
        ] {
            assert!(!token.has_signed(&signed(id, moment, &[given]), body));
        }
        let plain = ApiToken { proof: Proof::Hash(hash("loket_1")), ..token };
        assert!(!plain.has_signed(&signed(id, moment, &[right]), body));
    }
}
