//! TLS to PostgreSQL, by rustls, as `sslmode` and `sslrootcert` of the address ask.
//!
//! As with libpq, `prefer` and `require` encrypt and believe any certificate; `verify-full` checks it against
//! `sslrootcert`, or the roots that browsers trust. `verify-ca` is held to the same rule, which is stricter than libpq's.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};

/// Whose certificates are believed.
pub(super) enum Trust {
    /// Anybody's: the connection is only encrypted.
    Anyone,
    /// Those that one of the roots signed, for the host that was called: a file of PEM, or the roots of browsers.
    Roots(Option<String>),
}

/// The settings of a client that trusts so.
pub(super) fn client(trust: &Trust) -> Result<ClientConfig, String> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    Ok(match trust {
        Trust::Anyone => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(BelieveAnyone(provider)))
            .with_no_client_auth(),
        Trust::Roots(file) => builder.with_root_certificates(roots(file.as_deref())?).with_no_client_auth(),
    })
}

fn roots(file: Option<&str>) -> Result<RootCertStore, String> {
    let mut store = RootCertStore::empty();
    let Some(file) = file else {
        store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        return Ok(store);
    };
    let fault = |error: &dyn std::fmt::Display| format!("sslrootcert {file}: {error}");
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| fault(&error))? {
        store.add(certificate.map_err(|error| fault(&error))?).map_err(|error| fault(&error))?;
    }
    Ok(store)
}

/// What `sslmode=require` means to libpq: the signature of the handshake must hold, whoever made the certificate.
#[derive(Debug)]
struct BelieveAnyone(Arc<CryptoProvider>);

impl ServerCertVerifier for BelieveAnyone {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
