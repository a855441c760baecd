//! TLS over a connection, with the platform's certificates or those of a file.
use super::Trouble;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::Arc;

/// Which certificates are trusted.
#[derive(Debug, Clone, Default)]
pub enum Trust {
    /// The platform's; `SSL_CERT_FILE` and `SSL_CERT_DIR` name others.
    #[default]
    Platform,
    /// Those in this PEM file, and no others.
    File(PathBuf),
}

impl Trust {
    /// The certificates.
    fn roots(&self) -> Result<RootCertStore, Trouble> {
        let mut roots = RootCertStore::empty();
        let (certificates, why) = match self {
            Self::Platform => {
                let found = rustls_native_certs::load_native_certs();
                (found.certs, found.errors.first().map(ToString::to_string))
            }
            Self::File(path) => match CertificateDer::pem_file_iter(path) {
                Ok(found) => (found.filter_map(Result::ok).collect(), None),
                Err(error) => (Vec::new(), Some(format!("{}: {error}", path.display()))),
            },
        };
        if roots.add_parsable_certificates(certificates).0 == 0 {
            let why = why.unwrap_or_else(|| "none found".into());
            return Err(Trouble::permanent(format!("there are no certificates to trust: {why}")));
        }
        Ok(roots)
    }
}

/// Agrees on TLS with the server, which has to prove that it is `host`.
/// # Errors
/// Permanent when the certificate is not trusted or no TLS is spoken; temporary when the connection fails.
pub(super) fn wrapped(
    mut socket: TcpStream,
    host: &str,
    trust: &Trust,
) -> Result<StreamOwned<ClientConnection, TcpStream>, Trouble> {
    let doing = "agreeing on TLS with the mail server";
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Trouble::permanent(format!("{doing}: {error}")))?
        .with_root_certificates(trust.roots()?)
        .with_no_client_auth();
    let name = ServerName::try_from(host.to_string())
        .map_err(|error| Trouble::permanent(format!("{doing}: {host}: {error}")))?;
    let mut connection = ClientConnection::new(Arc::new(config), name)
        .map_err(|error| Trouble::permanent(format!("{doing}: {error}")))?;
    while connection.is_handshaking() {
        connection.complete_io(&mut socket).map_err(|error| Trouble::io(doing, &error))?;
    }
    Ok(StreamOwned::new(connection, socket))
}
