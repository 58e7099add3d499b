//! From what can be seen to the bytes that are kept.

use image::codecs::jpeg::JpegEncoder;
use image::imageops::thumbnail;
use image::{ImageResult, RgbImage};

use crate::domain::photos::THUMB_SIDE;

/// Nobody sees the difference to the original at this quality, and a phone's photo is about as large as it came.
const QUALITY: u8 = 85;
const THUMB_QUALITY: u8 = 80;

/// The photo as a JPEG that holds its pixels and nothing else.
pub(super) fn full(picture: &RgbImage) -> ImageResult<Vec<u8>> {
    jpeg(picture, QUALITY)
}

/// The photo with no side longer than [`THUMB_SIDE`], as a JPEG.
pub(super) fn thumb(picture: &RgbImage) -> ImageResult<Vec<u8>> {
    let (width, height) = picture.dimensions();
    let longest = width.max(height);
    if longest <= THUMB_SIDE {
        return jpeg(picture, THUMB_QUALITY);
    }
    let scaled = |side: u32| (side * THUMB_SIDE / longest).max(1);
    jpeg(&thumbnail(picture, scaled(width), scaled(height)), THUMB_QUALITY)
}

fn jpeg(picture: &RgbImage, quality: u8) -> ImageResult<Vec<u8>> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(picture)?;
    Ok(bytes)
}
