//! Reports of errors, and of where requests spend their time, to a server of Sentry's protocol; none where no address is configured.
//!
//! Reports are made of log lines: a line of level error is an event, the line that ends a request is a transaction, and lines before them
//! are breadcrumbs. So nothing is reported that is not logged, and what no line says, no report does.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use anyhow::Context as _;
use log::kv::{Error, Key, Value, VisitSource};
use log::{Level, Log, Metadata, Record};
use sentry::integrations::backtrace::{AttachStacktraceIntegration, ProcessStacktraceIntegration};
use sentry::protocol::{Event, Map, SpanId, SpanStatus, User};
use sentry::transports::{UreqHttpTransport, UreqHttpTransportOptions};
use sentry::types::Dsn;
use sentry::{Breadcrumb, Client, ClientOptions, Hub, TransactionContext, Transport, TransportFactory, TransportOptions};

use super::scrubbing;
use crate::trace;

/// The line that ends a request.
const REQUEST: &str = "catatlas::access";
/// Fields that are somebody's, and stay here.
const PERSONAL: [&str; 2] = ["client_ip", "nickname"];
/// How many lines before an event are sent with it.
const MOST_BREADCRUMBS: usize = 50;
/// How long one report may take to be taken, and the last ones at the end.
const PATIENCE: Duration = Duration::from_secs(5);
const LAST_REPORTS: Duration = Duration::from_secs(2);

/// Where to report, and what as.
#[derive(Debug)]
pub struct Settings<'s> {
    pub dsn: &'s str,
    pub environment: &'static str,
    /// Of the requests, which share is reported with its spans: 1 is all.
    pub sample_rate: f32,
}

/// Starts reporting.
///
/// # Errors
/// The address is none.
pub fn begin(settings: &Settings<'_>) -> anyhow::Result<Reports> {
    let dsn: Dsn = settings.dsn.parse().context("SENTRY_DSN is no address such as https://key@sentry.example.org/1")?;
    let mut options = ClientOptions::new()
        .environment(settings.environment)
        .release(concat!("catatlas@", env!("CARGO_PKG_VERSION")))
        .traces_sample_rate(settings.sample_rate)
        .max_breadcrumbs(MOST_BREADCRUMBS)
        .attach_stacktrace(true)
        .send_default_pii(false)
        .default_integrations(false)
        .before_send(|event| Some(scrubbing::scrubbed(event)));
    options.dsn = Some(dsn);
    options.transport = Some(Arc::new(Post));
    options.integrations = vec![Arc::new(AttachStacktraceIntegration::new()), Arc::new(ProcessStacktraceIntegration::new())];
    let client = Arc::new(Client::with_options(options));
    Hub::main().bind_client(Some(Arc::clone(&client)));
    trace::collect_spans();
    Ok(Reports { client })
}

/// The way out. One thread sends, from a queue that drops what it cannot hold: a server that hangs holds nobody up.
struct Post;

impl TransportFactory for Post {
    fn create_transport_with_options(&self, options: TransportOptions) -> Arc<dyn Transport> {
        let agent = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).max_redirects(0).build().new_agent();
        let transport: UreqHttpTransport = UreqHttpTransportOptions::from(options).with_agent(agent).build();
        Arc::new(transport)
    }
}

/// Turns lines into reports.
pub struct Reports {
    client: Arc<Client>,
}

impl Reports {
    /// Sends what is left, but not for ever.
    pub fn close(&self) {
        self.client.close(Some(LAST_REPORTS));
    }
}

impl Log for Reports {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        // What libraries say of a request is not weighed by us: Rocket tells its whole query.
        if record.level() > Level::Info || !record.target().starts_with("catatlas") {
            return;
        }
        let fields = Fields::of(record);
        let hub = Hub::main();
        // First, for an event takes its time to look at the stack.
        if record.target() == REQUEST {
            transaction(&hub, &fields);
        }
        if (record.level() == Level::Error && record.target() != super::PANIC) || record.target() == super::SLOW {
            // One that a panic told of already is told once.
            if !trace::with(|trace| trace.fault().is_some_and(|fault| fault.is_reported)).unwrap_or_default() {
                hub.capture_event(event(record, &fields));
            }
        }
        hub.add_breadcrumb(Breadcrumb {
            category: Some(record.target().to_owned()),
            level: level(record.level()),
            message: Some(record.args().to_string()),
            data: fields.0,
            ..Breadcrumb::default()
        });
    }

    fn flush(&self) {}
}

fn level(level: Level) -> sentry::Level {
    match level {
        Level::Error => sentry::Level::Error,
        Level::Warn => sentry::Level::Warning,
        Level::Info => sentry::Level::Info,
        Level::Debug | Level::Trace => sentry::Level::Debug,
    }
}

/// What a line says beside its event, without what is personal.
struct Fields(Map<String, serde_json::Value>);

impl Fields {
    fn of(record: &Record<'_>) -> Self {
        let mut fields = Self(Map::new());
        trace::with(|trace| fields.0.insert("request_id".to_owned(), trace.request_id.as_str().into()));
        // Fields of a line are plain values; one that could not be read is left out.
        drop(record.key_values().visit(&mut fields));
        fields
    }

    fn text(&self, name: &str) -> String {
        match self.0.get(name) {
            Some(serde_json::Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => String::new(),
        }
    }

    fn user(&self) -> Option<User> {
        self.0.get("user_id").map(|id| User { id: Some(id.to_string()), ..User::default() })
    }
}

impl<'kvs> VisitSource<'kvs> for Fields {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), Error> {
        let value = if let Some(number) = value.to_i64() {
            number.into()
        } else if let Some(number) = value.to_f64() {
            number.into()
        } else {
            serde_json::Value::from(value.to_string())
        };
        if !PERSONAL.contains(&key.as_str()) && value != "None" && value != "null" {
            self.0.insert(key.to_string(), value);
        }
        Ok(())
    }
}

fn event(record: &Record<'_>, fields: &Fields) -> Event<'static> {
    let mut event =
        Event { level: level(record.level()), logger: Some(record.target().to_owned()), user: fields.user(), ..Event::default() };
    let message = record.args().to_string();
    event.message = Some(if fields.0.contains_key("error") { format!("{message}: {}", fields.text("error")) } else { message });
    if fields.0.contains_key("route") {
        event.transaction = Some(format!("{} {}", fields.text("method"), fields.text("route")));
    }
    event.tags.insert("request_id".to_owned(), fields.text("request_id"));
    event.tags.insert("error_type".to_owned(), fields.text("error_type"));
    event.extra = fields.0.clone();
    event
}

/// A request, with what it spent its time on, as the trace of it says.
fn transaction(hub: &Arc<Hub>, fields: &Fields) {
    let (method, route) = (fields.text("method"), fields.text("route"));
    let (name, operation) = match route.as_str() {
        "/entries/<entry_id>/analyze" => ("Analyze Entry".to_owned(), "ai.analysis"),
        _ => (format!("{method} {route}"), "http.server"),
    };
    let (end, now) = (SystemTime::now(), Instant::now());
    let took = fields.0.get("duration_ms").and_then(serde_json::Value::as_f64).unwrap_or_default();
    let began = end.checked_sub(Duration::from_secs_f64(took / 1e3)).unwrap_or(end);
    Hub::run(Arc::new(Hub::new_from_top(hub)), || {
        let transaction = sentry::start_transaction_with_timestamp(TransactionContext::new(&name, operation), began);
        for span in trace::with(trace::Trace::spans).unwrap_or_default() {
            let at = |instant: Instant| end.checked_sub(now.saturating_duration_since(instant)).unwrap_or(end);
            let child = transaction.start_child_with_details(span.operation, span.description, SpanId::default(), at(span.began));
            child.finish_with_timestamp(at(span.began + span.took));
        }
        transaction.set_tag("request_id", fields.text("request_id"));
        transaction.set_tag("status_code", fields.text("status_code"));
        transaction.set_status(if fields.text("status_code").starts_with('5') { SpanStatus::InternalError } else { SpanStatus::Ok });
        sentry::configure_scope(|scope| scope.set_user(fields.user()));
        transaction.finish_with_timestamp(end);
    });
}
