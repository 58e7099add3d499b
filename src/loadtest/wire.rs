//! What a coordinator and its workers say to each other: lines of JSON over TCP, after each has shown that it knows the secret.

use std::io::{self, BufRead, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::engine::{Event, Plan};
use super::shape::Lane;
use super::tally::{hex, unhex};

/// The longest line that is read: a second's histograms, many times over.
const LONGEST: u64 = 64 * 1024 * 1024;
/// Before the other has shown that it knows the secret, it is not listened to for longer.
const SHORTEST: u64 = 4 * 1024;
/// A worker tells something every second. One that is silent for this long is lost.
pub const SILENCE: Duration = Duration::from_secs(15);
/// Bytes of a challenge.
const CHALLENGE: usize = 32;

/// What a coordinator asks of a worker.
#[derive(Debug, Serialize, Deserialize)]
pub struct Order {
    pub plan: Plan,
    pub share: Lane,
}

/// What a worker says.
#[derive(Debug, Serialize, Deserialize)]
pub enum Word {
    /// It has understood, and has so many threads.
    Ready {
        threads: usize,
    },
    /// Something of one of its threads.
    Told {
        thread: usize,
        event: Event,
    },
    Refused {
        why: String,
    },
}

/// Sent once all workers are ready.
#[derive(Debug, Serialize, Deserialize)]
pub struct Go;

/// A challenge, or the answer to one.
#[derive(Debug, Serialize, Deserialize)]
struct Proof {
    challenge: String,
    answer: String,
}

/// One side of a conversation.
#[derive(Debug)]
pub struct Line {
    reader: BufReader<TcpStream>,
    longest: u64,
}

impl Line {
    pub fn new(stream: TcpStream) -> anyhow::Result<Self> {
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(SILENCE))?;
        stream.set_write_timeout(Some(SILENCE))?;
        Ok(Self { reader: BufReader::new(stream), longest: SHORTEST })
    }

    pub fn stream(&self) -> &TcpStream {
        self.reader.get_ref()
    }

    pub fn say(&mut self, what: &impl Serialize) -> anyhow::Result<()> {
        let mut line = serde_json::to_vec(what)?;
        line.push(b'\n');
        Ok(self.reader.get_mut().write_all(&line)?)
    }

    /// The next line. None where the other has hung up.
    pub fn hear<T: DeserializeOwned>(&mut self) -> anyhow::Result<Option<T>> {
        let mut line = Vec::new();
        let read = (&mut self.reader).take(self.longest).read_until(b'\n', &mut line);
        match read {
            Ok(0) => Ok(None),
            Ok(_) if line.last() != Some(&b'\n') => bail!("it hung up, or said more than it may"),
            Ok(_) => Ok(Some(serde_json::from_slice(&line).context("it speaks another language, or is of another release")?)),
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => bail!("it says nothing any more"),
            Err(error) => Err(error.into()),
        }
    }

    fn must_hear<T: DeserializeOwned>(&mut self) -> anyhow::Result<T> {
        self.hear()?.context("it hung up")
    }

    /// Shows that one knows the secret, and sees that the other does. Each proves it over a challenge of the other's, and in words of
    /// its own side, so that nobody can send an answer back to whom it came from.
    pub fn greet(&mut self, secret: &str, is_worker: bool) -> anyhow::Result<()> {
        let (mine, theirs) = if is_worker { ("worker", "coordinator") } else { ("coordinator", "worker") };
        let mut challenge = [0; CHALLENGE];
        getrandom::fill(&mut challenge).context("there is no randomness")?;
        self.say(&Proof { challenge: hex(&challenge), answer: String::new() })?;
        let asked: Proof = self.must_hear()?;
        let asked = unhex(&asked.challenge).filter(|asked| asked.len() == CHALLENGE).context("its challenge is none")?;
        // The coordinator first, for it is who wants something: a worker says nothing to a stranger.
        if !is_worker {
            self.prove(secret, mine, &asked)?;
        }
        let answer: Proof = self.must_hear().context("it knows another secret")?;
        let answer = unhex(&answer.answer).unwrap_or_default();
        let is_right = signed(secret, theirs, &challenge)?.verify_slice(&answer).is_ok();
        ensure!(is_right, "it knows another secret");
        if is_worker {
            self.prove(secret, mine, &asked)?;
        }
        self.longest = LONGEST;
        Ok(())
    }

    fn prove(&mut self, secret: &str, side: &str, challenge: &[u8]) -> anyhow::Result<()> {
        let answer = signed(secret, side, challenge)?.finalize().into_bytes();
        self.say(&Proof { challenge: String::new(), answer: hex(&answer) })
    }
}

fn signed(secret: &str, side: &str, challenge: &[u8]) -> anyhow::Result<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).context("the secret cannot be used")?;
    mac.update(side.as_bytes());
    mac.update(challenge);
    Ok(mac)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    fn greeted(worker: &'static str, coordinator: &str) -> (bool, bool) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let other = thread::spawn(move || Line::new(listener.accept().unwrap().0).unwrap().greet(worker, true).is_ok());
        let mine = Line::new(TcpStream::connect(address).unwrap()).unwrap().greet(coordinator, false).is_ok();
        (other.join().unwrap(), mine)
    }

    #[test]
    fn only_who_knows_the_secret_is_listened_to() {
        assert_eq!(greeted("the blue bowl", "the blue bowl"), (true, true));
        assert_eq!(greeted("the blue bowl", "the red bowl"), (false, false));
    }
}
