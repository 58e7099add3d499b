//! The one line that every request has in the log.

use std::sync::Arc;

use rocket::http::Status;
use rocket::{Request, Response};

use super::context::Context;
use super::metrics::Metrics;

/// What a request is told as. Bytes of an answer that is streamed are not known.
const TARGET: &str = "catatlas::access";

/// The longest path in a line, in characters.
const LONGEST_PATH: usize = 200;

/// Tells of a request once it is answered; of its path, not of its query: that may say where somebody is.
pub fn tell(request: &Request<'_>, response: &mut Response<'_>) {
    let context = Context::of(request);
    if !context.is_first_telling() {
        return;
    }
    let took = context.began.elapsed();
    if let Some(metrics) = request.rocket().state::<Arc<Metrics>>() {
        metrics.count(request, response.status(), took);
    }
    let (method, path, status_code) = (request.method().as_str(), path(request), response.status().code);
    let duration_ms = (took.as_secs_f64() * 1e5).round() / 100.0;
    let (client_ip, user_id) = (context.address.to_string(), context.user.get().copied());
    let (bytes, route) = (response.body().preset_size(), route(request));
    let request_id = context.request_id();
    if response.status().class().is_server_error() {
        let (error, error_type) = failure(context, response.status());
        log::error!(
            target: TARGET, request_id, method, path, status_code, duration_ms, error, error_type, client_ip, user_id, bytes, route;
            "request_failed"
        );
    } else {
        log::info!(
            target: TARGET, request_id, method, path, status_code, duration_ms, client_ip, user_id, bytes, route;
            "request_completed"
        );
    }
}

fn failure(context: &Context, status: Status) -> (&str, &str) {
    let unknown = (status.reason().unwrap_or("Server error"), "HttpError");
    context.trace.fault().map_or(unknown, |fault| (&fault.error, fault.error_type))
}

fn path<'r>(request: &'r Request<'_>) -> &'r str {
    let path = request.uri().path().as_str();
    path.char_indices().nth(LONGEST_PATH).map_or(path, |(end, _)| &path[..end])
}

/// What a request is counted as: the template of its route, of which there are only so many.
pub fn route<'r>(request: &'r Request<'_>) -> &'r str {
    let template = request.route().map(|route| route.uri.path());
    template.filter(|template| *template != "/<_..>").unwrap_or("<unknown>")
}
