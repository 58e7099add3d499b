//! The darkroom: a file that somebody sends becomes a photo that is safe to keep and to show.

use std::sync::Arc;

use image::ImageError;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::domain::photos::{MOST_PIXELS, NewPhoto};

mod camera;
mod decode;
mod print;
mod sniff;

const MILLION: u64 = 1_000_000;
/// The pixels that may be decoded at once, in millions: one of the largest pictures, or several smaller ones. A pixel takes up to
/// twelve bytes on its way (a progressive JPEG, decoded and turned), so that the darkroom needs half a gigabyte at the very most.
#[expect(clippy::cast_possible_truncation, reason = "forty")]
const ROOM: u32 = MOST_PIXELS.div_ceil(MILLION) as u32;
/// A small picture takes as much, so that at most four are worked on at once: the processors have to answer others too.
const LEAST_ROOM: u32 = ROOM / 4;

/// Where pictures are decoded and encoded: on threads of their own, few at a time.
#[derive(Debug)]
pub struct Darkroom {
    room: Arc<Semaphore>,
}

/// Why a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It is none of the four kinds.
    NoPicture,
    TooManyPixels,
    /// It claims to be a picture and cannot be read.
    Damaged,
}

impl Refusal {
    /// For the person who sent it.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::NoPicture => "This is not a photo that can be kept. Please send a JPEG, PNG, GIF or WebP file.",
            Self::TooManyPixels => {
                "The photo is too large: at most 10,000 pixels a side and 40 million in all. Please send it in a smaller size."
            }
            Self::Damaged => "The photo cannot be read: the file seems to be damaged or cut short. Please send it again.",
        }
    }
}

impl From<ImageError> for Refusal {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Limits(_) => Self::TooManyPixels,
            _ => Self::Damaged,
        }
    }
}

impl Default for Darkroom {
    fn default() -> Self {
        Self { room: Arc::new(Semaphore::new(ROOM as usize)) }
    }
}

impl Darkroom {
    /// Makes a photo of a file: decoded, upright, without any metadata, with a thumbnail.
    pub async fn develop(&self, file: Vec<u8>) -> Result<NewPhoto, Refusal> {
        let (file, size) = apart(move || decode::measure(&file).map(|size| (file, size))).await?;
        let share = u32::try_from(size.pixels_of_room().div_ceil(MILLION)).unwrap_or(ROOM).clamp(LEAST_ROOM, ROOM);
        #[expect(clippy::expect_used, reason = "nobody closes it")]
        let room = Arc::clone(&self.room).acquire_many_owned(share).await.expect("room");
        apart(move || {
            let _until_done = room;
            let (picture, taken) = decode::decode(&file, size)?;
            Ok(NewPhoto::new(print::full(&picture)?, print::thumb(&picture)?, taken))
        })
        .await
    }
}

/// Runs what takes a while on a thread that answers nobody. Decoders are big: if one panics, the picture is to blame.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> Result<T, Refusal> + Send + 'static) -> Result<T, Refusal> {
    spawn_blocking(work).await.unwrap_or_else(|panic| {
        log::warn!("a picture that could not be decoded was refused: {panic}");
        Err(Refusal::Damaged)
    })
}
