//! Taking away again what a run made.

use std::cell::Cell;
use std::time::{Duration, Instant};

use tokio::runtime;
use tokio::time::sleep;

use super::client::Client;
use super::engine::{Plan, ended_by_signal};
use super::request::{Filling, Template};

/// The longest that is tidied up.
const PATIENCE: Duration = Duration::from_secs(60);

/// Deletes what was made, and says how much of it is left because the server would not, or not in time.
///
/// # Errors
/// There is no thread to do it in.
pub fn remove(plan: &Plan, made: &[(usize, u64)]) -> anyhow::Result<u64> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let gone = Cell::new(0);
    runtime.block_on(async {
        tokio::select! {
            () = delete_all(plan, made, &gone) => {}
            // Who ends it twice does not want to wait.
            () = ended_by_signal() => {}
        }
    });
    Ok(made.len() as u64 - gone.get())
}

async fn delete_all(plan: &Plan, made: &[(usize, u64)], gone: &Cell<u64>) {
    let mut client = Client::new(plan.address, plan.timeout.min(PATIENCE));
    let deadline = Instant::now() + PATIENCE;
    for (kind, id) in made {
        let undo = plan.scenario.requests.get(*kind).and_then(|request| request.undo.as_deref());
        let Some(path) = undo else { continue };
        match delete(&mut client, &Template::new("DELETE", path, "", &plan.origin), *id, deadline).await {
            Outcome::Gone => gone.set(gone.get() + 1),
            Outcome::Stays => {}
            Outcome::OutOfTime => return,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Gone,
    Stays,
    OutOfTime,
}

async fn delete(client: &mut Client, template: &Template, id: u64, deadline: Instant) -> Outcome {
    let (mut request, mut room) = (Vec::new(), Vec::new());
    template.write(Filling { id, own: id }, &mut request, &mut room);
    while Instant::now() < deadline {
        match client.exchange(&request).await {
            Ok(answer) if (200..300).contains(&answer.status) || matches!(answer.status, 404 | 410) => return Outcome::Gone,
            Ok(answer) if matches!(answer.status, 429 | 503) => {
                let wait = Duration::from_secs(answer.retry_after_s.unwrap_or(1));
                if Instant::now() + wait > deadline {
                    return Outcome::OutOfTime;
                }
                sleep(wait).await;
            }
            _ => return Outcome::Stays,
        }
    }
    Outcome::OutOfTime
}
