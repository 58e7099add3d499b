//! The server that is tested: where it is, whether it is one's own, and what is seen of it from outside while it works.

use std::fs;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use serde::{Deserialize, Serialize};
use tokio::runtime;
use url::{Host, Url};
use utoipa::ToSchema;

use super::client::Client;
use super::number;
use super::request::{Filling, Origin, Template, ids};

/// A server's process at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Sample {
    pub second: f64,
    pub memory_mb: Option<f64>,
    pub descriptors: Option<f64>,
    /// Connections to its database that are in use.
    pub pool: Option<f64>,
}

/// The address of a server, and what its `Host` header says.
///
/// # Errors
/// It is no address of plain HTTP, it is not found, or it is another machine's and nobody said that it may be loaded.
pub fn locate(url: &Url, is_own: bool) -> anyhow::Result<(SocketAddr, String)> {
    ensure!(
        url.scheme() == "http",
        "{url} is not plain HTTP. A load test of TLS would measure TLS: please name the address behind the proxy that ends it."
    );
    ensure!(url.path() == "/" && url.query().is_none(), "{url} has a path. Please name the server alone, such as http://127.0.0.1:8000.");
    let (host, port) = (url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or(80));
    let found: Vec<SocketAddr> = match url.host() {
        Some(Host::Ipv6(address)) => vec![(address, port).into()],
        _ => (host, port).to_socket_addrs().with_context(|| format!("{host} is not known"))?.collect(),
    };
    // A name may mean several addresses; the older kind is what most servers listen on.
    let address =
        found.iter().find(|address| address.is_ipv4()).or(found.first()).copied().with_context(|| format!("{host} has no address"))?;
    if !is_own && !address.ip().is_loopback() {
        bail!("{address} is not this machine. A load test may take a server down: if it is yours, say so with --i-own-this-server.");
    }
    Ok((address, format!("{host}:{port}")))
}

/// Ids of sightings that are there before a run.
///
/// # Errors
/// The server does not answer.
pub fn seen(address: SocketAddr, origin: &Origin, timeout: Duration) -> anyhow::Result<Vec<u64>> {
    let (status, body) = get(address, origin, "/entries?limit=1000", timeout)?;
    match status {
        401 | 403 => bail!("the server wants to know who asks: please give a token with --token."),
        _ => Ok(ids(body.as_bytes()).collect()),
    }
}

/// What a server answers to one request.
fn get(address: SocketAddr, origin: &Origin, path: &str, timeout: Duration) -> anyhow::Result<(u16, String)> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let (mut request, mut room) = (Vec::new(), Vec::new());
    Template::new("GET", path, "", origin).write(Filling::default(), &mut request, &mut room);
    let mut client = Client::new(address, timeout);
    let answer = runtime.block_on(client.exchange(&request));
    let answer = answer.map_err(|why| anyhow::anyhow!("{why}")).with_context(|| format!("{address} does not answer"))?;
    Ok((answer.status, String::from_utf8_lossy(answer.body).into_owned()))
}

/// Looks at a server again and again until it is told to end.
pub fn watch(pid: Option<u32>, address: SocketAddr, origin: &Origin, every: Duration, end: &Receiver<()>) -> Vec<Sample> {
    let began = Instant::now();
    let mut samples = Vec::new();
    loop {
        let second = began.elapsed().as_secs_f64();
        let metrics = || get(address, origin, "/metrics", Duration::from_secs(5)).map_or_else(|_| String::new(), |(_, body)| body);
        let told = of_metrics(second, &metrics());
        samples.push(pid.map_or(told, |pid| Sample { pool: told.pool, ..of_process(second, pid) }));
        if end.recv_timeout(every) != Err(RecvTimeoutError::Timeout) {
            return samples;
        }
    }
}

fn of_process(second: f64, pid: u32) -> Sample {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB").and_then(number::<f64>));
    let files = fs::read_dir(format!("/proc/{pid}/fd")).map_or(0, Iterator::count);
    Sample {
        second,
        memory_mb: kilobytes.map(|kilobytes| kilobytes / 1024.0),
        descriptors: u32::try_from(files).map_or(None, |files| Some(f64::from(files)).filter(|files| *files > 0.0)),
        pool: None,
    }
}

/// From what a server tells of itself for Prometheus.
fn of_metrics(second: f64, text: &str) -> Sample {
    let values = |is_it: &dyn Fn(&str) -> bool| {
        let lines = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.rsplit_once(' '));
        let found: Vec<f64> = lines.filter(|(name, _)| is_it(name)).filter_map(|(_, value)| number(value)).collect();
        (!found.is_empty()).then(|| found.iter().sum())
    };
    let memory: Option<f64> = values(&|name| name == "process_resident_memory_bytes");
    Sample {
        second,
        memory_mb: memory.map(|bytes| bytes / 1024.0 / 1024.0),
        descriptors: values(&|name| name == "process_open_fds"),
        pool: values(&|name| name.contains("pool") && !name.contains("idle")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_loaded_unless_somebody_says_it_is_theirs() {
        let locate = |url: &str, is_own| locate(&url.parse().unwrap(), is_own);
        assert_eq!(locate("http://127.0.0.1:8000", false).unwrap().1, "127.0.0.1:8000");
        assert!(locate("http://localhost:8000/", false).unwrap().0.ip().is_loopback());
        assert!(locate("http://[::1]:8000", false).unwrap().0.ip().is_loopback());
        assert!(locate("http://192.0.2.1", false).unwrap_err().to_string().contains("--i-own-this-server"));
        assert_eq!(locate("http://192.0.2.1", true).unwrap().0.port(), 80);
        assert!(locate("https://127.0.0.1", false).is_err() && locate("http://127.0.0.1/cats", false).is_err());
    }

    #[test]
    fn a_server_is_seen_by_its_process_and_by_its_metrics() {
        let own = of_process(0.0, std::process::id());
        assert!(own.memory_mb.unwrap() > 0.5 && own.descriptors.unwrap() >= 3.0, "{own:?}");
        let told = of_metrics(
            1.0,
            "# HELP x\nprocess_resident_memory_bytes 2097152\nprocess_open_fds 9\ncatatlas_db_pool_connections{state=\"idle\"} 1\ncatatlas_db_pool_connections{state=\"busy\"} 2\n",
        );
        assert_eq!((told.memory_mb, told.descriptors, told.pool), (Some(2.0), Some(9.0), Some(2.0)));
        assert_eq!(of_metrics(1.0, "").memory_mb, None);
    }
}
