//! What the server counts, as Prometheus reads it. Nothing of it is about a person.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Answered {
    /// The route, not the address: `/t/{token}`.
    pub route: String,
    /// `2xx`
    pub status: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Reason {
    pub reason: String,
}

pub struct Metrics {
    registry: Registry,
    pub answered: Family<Answered, Counter>,
    pub took: Histogram,
    pub taken: Counter,
    pub failed: Counter,
    pub refused: Family<Reason, Counter>,
    pub connections: Gauge,
    pub waiting: Gauge,
}

impl Metrics {
    pub fn new() -> Metrics {
        let mut registry = Registry::with_prefix("loket");
        let answered: Family<Answered, Counter> = Family::default();
        let refused: Family<Reason, Counter> = Family::default();
        let took = Histogram::new(exponential_buckets(0.001, 2.0, 14));
        let (taken, failed): (Counter, Counter) = Default::default();
        let (connections, waiting): (Gauge, Gauge) = Default::default();
        registry.register("requests", "Requests by route and class of status", answered.clone());
        registry.register("request_seconds", "Seconds a request took", took.clone());
        registry.register("messages", "Messages that were committed", taken.clone());
        registry.register("messages_failed", "Messages that the desk could not take", failed.clone());
        registry.register("messages_refused", "Messages that were refused", refused.clone());
        registry.register("connections", "Open connections", connections.clone());
        registry.register("messages_waiting", "Messages that wait for their commit", waiting.clone());
        Metrics { registry, answered, took, taken, failed, refused, connections, waiting }
    }

    /// Counts a message that was refused.
    pub fn refuse(&self, reason: &str) {
        self.refused.get_or_create(&Reason { reason: reason.to_owned() }).inc();
    }

    /// All of it as text.
    pub fn text(&self) -> String {
        let mut out = String::new();
        // A String takes whatever is written.
        let _ = prometheus_client::encoding::text::encode(&mut out, &self.registry);
        out
    }
}
