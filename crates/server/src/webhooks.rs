//! Webhooks: alerts are posted to an address of the company's choice, signed.
//!
//! - What is to be sent waits in the outbox of the database (`store`), where it was left in the transaction that raised
//!   the alert. [`deliver`] claims it, posts it and notes what came of it.
//! - The address is looked up here and the connection made to what was found and checked, so that nobody can have this
//!   server talk to its own network ([`target`]). Redirects are not followed.
//! - The signature is HMAC-SHA256 over the timestamp, a point and the body, by each secret that holds.

mod deliver;
mod target;

use std::sync::Arc;
use std::time::Duration;

use axum::http::{Request, StatusCode, header};
use bytes::Bytes;
use domain::Instant;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http_body_util::Full;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use sha2::Sha256;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio_rustls::TlsConnector;

use crate::secret;
use target::Target;

pub(crate) use deliver::deliver;
pub use target::Targets;

/// How long a receiver may take, from the look-up of its address to its status.
const PATIENCE: Duration = Duration::from_secs(10);
/// Posts at the same time, at most.
const MOST_AT_ONCE: usize = 32;
/// The name of a post that stays the same when it comes again.
const ID: &str = "x-buyer-groups-id";
/// The second at which it was sent, since 1970.
const TIMESTAMP: &str = "x-buyer-groups-timestamp";
/// What proves that it is from here.
const SIGNATURE: &str = "x-buyer-groups-signature";

/// Posts to addresses that companies chose.
pub struct Webhooks {
    targets: Targets,
    tls: TlsConnector,
    room: Semaphore,
}

/// Something to post.
pub(crate) struct Post<'a> {
    pub(crate) url: &'a str,
    pub(crate) id: &'a str,
    pub(crate) body: &'a str,
    /// What it is signed with, the newest first.
    pub(crate) secrets: &'a [String],
    pub(crate) now: Instant,
}

impl Webhooks {
    /// Posts to such targets; certificates are those that browsers trust.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(targets: Targets) -> Result<Self, String> {
        let mut roots = RootCertStore::empty();
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        Self::trusting(targets, roots)
    }

    fn trusting(targets: Targets, roots: RootCertStore) -> Result<Self, String> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let tls = TlsConnector::from(Arc::new(config));
        Ok(Self { targets, tls, room: Semaphore::new(MOST_AT_ONCE) })
    }

    /// Whether an address may be one of a webhook, as far as it says so itself; what its host's name stands for is
    /// looked at when something is posted.
    ///
    /// # Errors
    /// The rule that it breaks, as the end of a sentence.
    pub(crate) fn check(&self, url: &str) -> Result<(), String> {
        Target::parse(url, self.targets).map(|_| ())
    }

    /// Posts, and gives the status of a receiver that took it.
    ///
    /// # Errors
    /// Why it did not arrive, as a sentence.
    pub(crate) async fn post(&self, post: &Post<'_>) -> Result<StatusCode, String> {
        let _room = self.room.acquire().await.map_err(|error| error.to_string())?;
        let status = tokio::time::timeout(PATIENCE, self.status(post)).await;
        match status.unwrap_or_else(|_| Err("It did not answer within 10 seconds.".to_owned()))? {
            status if status.is_success() => Ok(status),
            status if status.is_redirection() => {
                Err(format!("It answered {}; redirects are not followed.", status.as_u16()))
            }
            status => Err(format!("It answered {}.", status.as_u16())),
        }
    }

    async fn status(&self, post: &Post<'_>) -> Result<StatusCode, String> {
        let target =
            Target::parse(post.url, self.targets).map_err(|fault| format!("Its address {fault}."))?;
        let addresses = target.addresses(self.targets).await?;
        // To what was checked, and to nothing that the name may stand for by now.
        let stream = TcpStream::connect(&addresses[..]).await;
        let stream = stream.map_err(|error| format!("It could not be reached: {error}."))?;
        let request = request(&target, post)?;
        if !target.is_tls {
            return exchange(stream, request).await;
        }
        let name = ServerName::try_from(target.host.clone())
            .map_err(|_| "Its host cannot be named in a certificate.".to_owned())?;
        let stream = self.tls.connect(name, stream).await;
        exchange(stream.map_err(|error| format!("It could not be reached by TLS: {error}."))?, request).await
    }
}

fn request(target: &Target, post: &Post<'_>) -> Result<Request<Full<Bytes>>, String> {
    let seconds = (post.now.ms() / 1_000).to_string();
    let mut request = Request::post(target.path.as_str())
        .header(header::HOST, &target.authority)
        .header(header::USER_AGENT, concat!("buyer-groups/", env!("CARGO_PKG_VERSION")))
        .header(header::CONTENT_TYPE, "application/json")
        .header(ID, post.id)
        .header(TIMESTAMP, &seconds);
    if !post.secrets.is_empty() {
        let signatures: Vec<String> = post
            .secrets
            .iter()
            .map(|secret| format!("v1={}", signature(secret, &seconds, post.body)))
            .collect();
        request = request.header(SIGNATURE, signatures.join(","));
    }
    request
        .body(Full::new(Bytes::from(post.body.to_owned())))
        .map_err(|error| format!("It cannot be asked: {error}."))
}

/// HMAC-SHA256 over timestamp, point and body, in hexadecimal.
fn signature(secret: &str, seconds: &str, body: &str) -> String {
    // HMAC takes a key of any length.
    let Ok(mut hmac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    hmac.update(seconds.as_bytes());
    hmac.update(b".");
    hmac.update(body.as_bytes());
    secret::hex(&hmac.finalize().into_bytes())
}

/// Sends a request over a fresh connection and reads the head of the answer; its body is of no interest.
async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Full<Bytes>>,
) -> Result<StatusCode, String> {
    let broke_off = |error: hyper::Error| format!("The connection broke off: {error}.");
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(broke_off)?;
    let mut connections = tokio::task::JoinSet::new();
    connections.spawn(connection);
    // With the set, the connection ends.
    sender.send_request(request).await.map(|answer| answer.status()).map_err(broke_off)
}

#[cfg(test)]
mod tests {
    use rustls::ServerConfig;
    use rustls::pki_types::pem::PemObject as _;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio_rustls::TlsAcceptor;

    use super::*;

    /// Certificates made for these tests, good until 2126.
    const ROOT: &[u8] = include_bytes!("webhooks/fixtures/root.pem");
    const LOCALHOST: &[u8] = include_bytes!("webhooks/fixtures/localhost.pem");
    const KEY: &[u8] = include_bytes!("webhooks/fixtures/localhost.key");

    /// A receiver by TLS that takes everything; its port.
    async fn receiver() -> u16 {
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![CertificateDer::from_pem_slice(LOCALHOST).unwrap()],
                PrivateKeyDer::from_pem_slice(KEY).unwrap(),
            );
        let acceptor = TlsAcceptor::from(Arc::new(config.unwrap()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            loop {
                // Who does not believe the certificate goes in the middle of the handshake.
                let Ok(mut stream) = acceptor.accept(listener.accept().await.unwrap().0).await else {
                    continue;
                };
                let mut head = [0; 4096];
                let _ = stream.read(&mut head).await.unwrap();
                stream.write_all(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n").await.unwrap();
            }
        });
        port
    }

    #[tokio::test]
    async fn a_certificate_must_be_the_hosts_and_signed_by_somebody_who_is_believed() {
        let port = receiver().await;
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(ROOT).unwrap()).unwrap();
        let ours = Webhooks::trusting(Targets::Any, roots).unwrap();
        let everybodys = Webhooks::new(Targets::Any).unwrap();
        let post = async |webhooks: &Webhooks, host: &str| {
            let url = format!("https://{host}:{port}/alerts");
            let now = Instant::from_ms(1_732_545_120_000);
            webhooks.post(&Post { url: &url, id: "1", body: "{}", secrets: &[], now }).await
        };
        assert_eq!(post(&ours, "localhost").await, Ok(StatusCode::ACCEPTED));
        for (webhooks, host) in [(&ours, "127.0.0.1"), (&everybodys, "localhost")] {
            let failure = post(webhooks, host).await.unwrap_err();
            assert!(failure.contains("TLS") && failure.contains("certificate"), "{failure}");
        }
    }

    /// First the second test of RFC 4231, then what openssl makes of a body.
    #[test]
    fn a_signature_is_hmac_sha256_over_timestamp_point_and_body() {
        let expected = {
            let mut hmac = Hmac::<Sha256>::new_from_slice(b"Jefe").unwrap();
            hmac.update(b"what do ya want for nothing?");
            secret::hex(&hmac.finalize().into_bytes())
        };
        assert_eq!(expected, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        // printf '1732545120.{"id":"1"}' | openssl dgst -sha256 -hmac whsec_1
        assert_eq!(
            signature("whsec_1", "1732545120", r#"{"id":"1"}"#),
            "b53b7c6d032e5b922c46ce9b628df9d94530d95f77f4de51f204cc23f2b1d4a2"
        );
    }
}
