//! Many writers at once, and the proof that nothing acknowledged is lost.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::{Atlas, FORM, Folder, Form, integrity, wait_for};

/// The smallest picture there is.
const GIF: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x01D\0;";

/// Eight writers post until the program is gone; once `enough` sightings are acknowledged it gets the signal.
/// Returns the acknowledged ones.
#[track_caller]
pub fn write_until_it_ends(running: &Atlas<&Folder>, signal: &str, enough: usize) -> BTreeMap<i64, String> {
    let acknowledged = Mutex::new(BTreeMap::new());
    let count = AtomicUsize::new(0);
    thread::scope(|scope| {
        for writer in 0..8 {
            let (acknowledged, count) = (&acknowledged, &count);
            scope.spawn(move || {
                for number in 0.. {
                    let text = format!("writer {writer} number {number}");
                    // Every fourth comes with a photo.
                    let sent = if number % 4 == 3 {
                        let form = Form::new().text("text", &text).file("image", GIF).end();
                        running.try_send("POST", "/entries/with-image", Some((FORM, &form)))
                    } else {
                        let body = serde_json::json!({ "text": text }).to_string();
                        running.try_send("POST", "/entries", Some(("application/json", body.as_bytes())))
                    };
                    match sent {
                        Ok(answer) if answer.status == 200 => {
                            acknowledged.lock().unwrap().insert(answer.id(), text);
                            count.fetch_add(1, Ordering::Relaxed);
                        }
                        Ok(answer) => assert_eq!(answer.status, 503, "{}", answer.start()),
                        Err(_) => break,
                    }
                }
            });
        }
        wait_for("enough writes", || (count.load(Ordering::Relaxed) >= enough).then_some(()));
        running.send_signal(signal);
    });
    acknowledged.into_inner().unwrap()
}

/// Serves the folder again at once and finds each of these sightings, and a healthy file.
#[track_caller]
pub fn are_all_there(folder: &Folder, acknowledged: &BTreeMap<i64, String>) {
    let atlas = folder.serve();
    let mut found = BTreeMap::new();
    let mut next = Some("/entries".to_owned());
    while let Some(path) = next {
        let page = atlas.get(&path).is(200);
        for row in page.json().as_array().unwrap() {
            found.insert(row["id"].as_i64().unwrap(), row["text"].as_str().unwrap().to_owned());
        }
        next = page.next();
    }
    let lost: Vec<_> = acknowledged.iter().filter(|(id, text)| found.get(id) != Some(text)).collect();
    assert!(lost.is_empty(), "{} of {} acknowledged sightings are lost: {lost:?}", lost.len(), acknowledged.len());
    assert_eq!(atlas.count(), found.len() as u64);
    assert!(atlas.sighting("one more") > acknowledged.keys().copied().max().unwrap_or(0));
    atlas.stop().succeeds();
    assert_eq!(integrity(&folder.database()), "ok");
}
