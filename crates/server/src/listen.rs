//! The accept loop: deadlines for the header of each request and for a client that stops reading, a limit of
//! connections, a graceful end.

mod stalled;

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower::{Service, ServiceExt as _};

use stalled::Stalled;

/// How long the header of a request may take to arrive, counted from the end of the request before.
const HEADER_DEADLINE: Duration = Duration::from_secs(10);
/// How long requests in flight may take to end once the server was asked to.
const GRACE: Duration = Duration::from_secs(25);
/// How long to wait after `accept` failed, as it does when the process has no file handle left.
const AFTER_FAILED_ACCEPT: Duration = Duration::from_millis(100);

/// Serves until `end` is ready, then finishes what is in flight.
pub async fn serve<S>(listener: TcpListener, app: S, most_connections: usize, end: impl Future<Output = ()>)
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
    S: Clone + Send + 'static,
    S::Future: Send,
{
    let connections = Arc::new(Semaphore::new(most_connections));
    let graceful = GracefulShutdown::new();
    let mut protocol = http1::Builder::new();
    protocol.timer(TokioTimer::new()).header_read_timeout(HEADER_DEADLINE);
    let mut end = std::pin::pin!(end);
    loop {
        // Whoever comes when all places are taken waits in the listener's queue.
        let accepted = async {
            let place = Arc::clone(&connections).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, stream) = tokio::select! {
            () = &mut end => break,
            (place, accepted) = accepted => match accepted {
                Ok((stream, _)) => (place, stream),
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(AFTER_FAILED_ACCEPT).await;
                    continue;
                }
            },
        };
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY could not be set");
        }
        let service = TowerToHyperService::new(
            app.clone().map_request(|request: Request<Incoming>| request.map(Body::new)),
        );
        let stream = TokioIo::new(Stalled::new(stream));
        let connection = graceful.watch(protocol.serve_connection(stream, service));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection broke off");
            }
            drop(place);
        });
    }
    drop(listener);
    tracing::info!("ending: finishing what is in flight");
    if tokio::time::timeout(GRACE, graceful.shutdown()).await.is_err() {
        tracing::warn!("some connections were cut off after {} s", GRACE.as_secs());
    }
}
