//! Connections: taken one by one, with a limit to their number and their patience, and finished before the end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::extract::ConnectInfo;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower::ServiceExt;

use super::state::Shared;
use crate::failure::Result;

/// The most connections at once; who comes then waits.
const MOST: usize = 1024;
/// How long the head of a request may take to come.
const HEAD: Duration = Duration::from_secs(15);
/// How long what is under way may take when the server is told to stop.
const ENDING: Duration = Duration::from_secs(25);

/// Takes connections until the process is told to stop.
pub async fn run(shared: Arc<Shared>, routes: Router) -> Result<()> {
    let listener = bind(shared.config.listen).await?;
    let address = listener.local_addr().context("the address cannot be read")?;
    (shared.config.log)(&format!("listening on http://{address}"));
    if let Some(place) = shared.config.metrics {
        let listener = bind(place).await?;
        (shared.config.log)(&format!(
            "metrics on http://{}/metrics",
            listener.local_addr().context("the address cannot be read")?
        ));
        tokio::spawn(tell_metrics(listener, shared.clone()));
    }
    let graceful = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(MOST));
    let mut stop = std::pin::pin!(told_to_stop());
    loop {
        let permit = tokio::select! {
            permit = room.clone().acquire_owned() => permit.context("no more connections")?,
            () = &mut stop => break,
        };
        let (stream, peer) = tokio::select! {
            taken = listener.accept() => match taken {
                Ok(taken) => taken,
                // Of the one that failed, or of the system (too many open files): the next may do.
                Err(_) => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        let _ = stream.set_nodelay(true);
        let service = routes.clone().map_request(move |mut request: hyper::Request<hyper::body::Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            request.map(axum::body::Body::new)
        });
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(64 << 10);
        let connection = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
        let watched = graceful.watch(connection);
        let shared = shared.clone();
        tokio::spawn(async move {
            shared.metrics.connections.inc();
            // A connection that breaks off is the other side's affair.
            let _ = watched.await;
            shared.metrics.connections.dec();
            drop(permit);
        });
    }
    drop(listener);
    (shared.config.log)("stopping: what is under way is finished");
    let _ = tokio::time::timeout(ENDING, graceful.shutdown()).await;
    Ok(())
}

async fn bind(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
}

async fn told_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut term) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = term.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// Tells what is counted, at an address of its own.
async fn tell_metrics(listener: TcpListener, shared: Arc<Shared>) {
    let text = move || {
        let shared = shared.clone();
        async move {
            shared.metrics.waiting.set(shared.queue.waiting() as i64);
            ([("content-type", "application/openmetrics-text; version=1.0.0; charset=utf-8")], shared.metrics.text())
        }
    };
    let routes = Router::new().route("/metrics", axum::routing::get(text));
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let service = TowerToHyperService::new(routes.clone());
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(HEAD);
        tokio::spawn(builder.serve_connection(TokioIo::new(stream), service));
    }
}
