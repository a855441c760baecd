//! The portal's server: the public site, the forms, the API. It reads the desk through what `desk::portal` lets it see,
//! which has no place for anything internal, and writes by one thread that takes what waits together.

mod accept;
mod address;
mod api;
mod caller;
mod find;
mod form;
mod guard;
mod headers;
mod limits;
mod metrics;
mod mine;
mod new;
mod openapi;
mod pages;
mod problem;
mod site;
mod state;
mod ticket;
mod writer;

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use axum::routing::{get, post};
use jiff::Timestamp;

use crate::desk::Here;
use crate::failure::Result;
use state::Shared;

/// What the server is told by its surroundings.
pub struct Config {
    pub listen: SocketAddr,
    /// Where metrics are told, if anywhere.
    pub metrics: Option<SocketAddr>,
    /// Opens the desk; each thread has one of its own.
    pub open: Box<dyn Fn() -> Result<Here> + Send + Sync>,
    pub now: Box<dyn Fn() -> Result<Timestamp> + Send + Sync>,
    /// Hears a line about each request, and what else is to be known.
    pub log: Box<dyn Fn(&str) + Send + Sync>,
    /// Sends what is due by mail.
    pub password: Option<String>,
}

/// Serves until it is told to stop.
pub fn serve(config: Config) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .max_blocking_threads(16)
        .enable_all()
        .build()
        .context("the server cannot be started")?;
    let shared = Arc::new(Shared::new(config)?);
    let writer = writer::start(shared.clone())?;
    let done = runtime.block_on(accept::run(shared.clone(), routes(shared.clone())));
    // What was taken is committed before the end.
    shared.queue.close();
    let finished = writer.join();
    runtime.shutdown_timeout(std::time::Duration::from_secs(5));
    done?;
    finished.map_err(|_| anyhow::anyhow!("the thread that writes has given up"))
}

fn routes(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/healthz", get(pages::health))
        .route("/{language}/search", get(find::search))
        .route("/{language}/suggest", get(find::suggest))
        .route("/{language}/new", get(new::ask).post(new::take))
        .route("/{language}/embed", get(new::ask_embedded).post(new::take_embedded))
        .route("/{language}/mine", get(mine::ask).post(mine::take))
        .route("/t/{token}", get(ticket::show))
        .route("/t/{token}/files/{name}", get(ticket::file))
        .route("/t/{token}/{act}", post(ticket::take))
        .route("/api/v1/openapi.json", get(openapi::show))
        .route("/api/v1/tickets", post(api::tickets))
        .route("/api/v1/messages", post(api::messages))
        .fallback(pages::page)
        // Forms and the API have bounds of their own, which the desk sets.
        .layer(axum::extract::DefaultBodyLimit::disable())
        .layer(tower_http::catch_panic::CatchPanicLayer::custom(guard::fallen))
        .layer(axum::middleware::from_fn_with_state(shared.clone(), guard::around))
        .with_state(shared)
}
