//! Clients that keep their connections and ask again as soon as they are answered.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::process::Server;

/// What is asked: the same again and again, or round by round something else.
#[derive(Clone)]
pub(crate) struct Ask {
    /// The method.
    pub(crate) method: Method,
    /// Path and query of the n-th request.
    pub(crate) target: Arc<dyn Fn(usize) -> String + Send + Sync>,
    /// The body of the n-th request; none when it is empty.
    pub(crate) body: Arc<dyn Fn(usize) -> String + Send + Sync>,
}

impl Ask {
    /// GET of one address.
    pub(crate) fn get(target: &str) -> Self {
        let target = target.to_owned();
        Self::each(move |_| target.clone())
    }

    /// GET of an address that differs from request to request.
    pub(crate) fn each(target: impl Fn(usize) -> String + Send + Sync + 'static) -> Self {
        Self { method: Method::GET, target: Arc::new(target), body: Arc::new(|_| String::new()) }
    }
}

/// What some requests cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// Processor time of the server, per request.
    pub(crate) cpu: Duration,
    /// Time by the clock, per request of all clients together.
    pub(crate) wall: Duration,
}

/// A server, and how one signs in to it.
pub(crate) struct Side<'a> {
    /// The server.
    pub(crate) server: &'a Server,
    /// The header Authorization; empty for none.
    pub(crate) authorization: &'a str,
}

impl Side<'_> {
    /// Asks so many times by so many clients.
    ///
    /// # Errors
    /// When a request is not answered with 200.
    pub(crate) fn measure(&self, ask: &Ask, clients: usize, requests: usize) -> Result<Cost> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let next = Arc::new(AtomicUsize::new(0));
            let mut tasks = Vec::new();
            for _ in 0..clients {
                let mut client = Client::connect(self.server.address, self.authorization).await?;
                let (ask, next) = (ask.clone(), Arc::clone(&next));
                tasks.push(async move {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= requests {
                            return Ok::<_, anyhow::Error>(());
                        }
                        client.send(&ask, number).await?;
                    }
                });
            }
            let (cpu, began) = (self.server.cpu()?, Instant::now());
            let tasks: Vec<_> = tasks.into_iter().map(tokio::spawn).collect();
            for task in tasks {
                task.await??;
            }
            let requests = u32::try_from(requests)?;
            Ok(Cost { cpu: (self.server.cpu()? - cpu) / requests, wall: began.elapsed() / requests })
        })
    }

    /// The body of one answer.
    ///
    /// # Errors
    /// When it is not answered with 200.
    pub(crate) fn body(&self, ask: &Ask) -> Result<Bytes> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            Client::connect(self.server.address, self.authorization).await?.send(ask, 0).await
        })
    }
}

struct Client {
    sender: SendRequest<Full<Bytes>>,
    authorization: String,
}

impl Client {
    async fn connect(address: SocketAddr, authorization: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self { sender, authorization: authorization.to_owned() })
    }

    async fn send(&mut self, ask: &Ask, number: usize) -> Result<Bytes> {
        let target = (ask.target)(number);
        let mut request = Request::builder().method(&ask.method).uri(&target).header("host", "bench");
        if !self.authorization.is_empty() {
            request = request.header("authorization", &self.authorization);
        }
        let body = (ask.body)(number);
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        self.sender.ready().await?;
        let answer = self.sender.send_request(request.body(Full::from(body))?).await;
        let answer = answer.with_context(|| format!("{target} was not answered"))?;
        let status = answer.status();
        let body = answer.into_body().collect().await?.to_bytes();
        if status != 200 {
            bail!("{target} was answered with {status}: {}", String::from_utf8_lossy(&body));
        }
        Ok(body)
    }
}
