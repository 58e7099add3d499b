//! From the bytes of a file to what can be seen, every bound checked before the first pixel is decoded.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgb, RgbImage};

use super::sniff::{has_larger_frame, is_cut_short, sniff};
use super::{Refusal, camera};
use crate::domain::photos::{LONGEST_SIDE, MOST_DECODED_BYTES, MOST_PIXELS, Taken};

/// What a decoder may use beside its pixels: for lines, palettes and colour profiles, which can be bombs too.
const BESIDE: u64 = 2 * 1024 * 1024;

/// What a picture will take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    pixels: u64,
    /// Once decoded.
    bytes: u64,
}

impl Size {
    /// The pixels to find room for: those with two bytes a channel count twice.
    pub fn pixels_of_room(self) -> u64 {
        self.pixels.max(self.bytes / 4)
    }
}

/// Reads the header and nothing more.
pub(super) fn measure(file: &[u8]) -> Result<Size, Refusal> {
    let decoder = open(file, BESIDE)?;
    let (width, height) = decoder.dimensions();
    let size = Size { pixels: u64::from(width) * u64::from(height), bytes: decoder.total_bytes() };
    match size {
        Size { pixels: 0, .. } => Err(Refusal::Damaged),
        Size { pixels, bytes } if pixels > MOST_PIXELS || bytes > MOST_DECODED_BYTES => Err(Refusal::TooManyPixels),
        _ => Ok(size),
    }
}

/// The picture, or the first of several, upright and opaque; and what the camera told of it.
pub(super) fn decode(file: &[u8], size: Size) -> Result<(RgbImage, Taken), Refusal> {
    let mut decoder = open(file, size.bytes + BESIDE)?;
    // A picture whose notes cannot be read can be seen all the same.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let taken = decoder.exif_metadata().unwrap_or_default().map(camera::taken).unwrap_or_default();
    let picture = DynamicImage::from_decoder(decoder)?;
    let opaque = if picture.color().has_alpha() { on_white(picture) } else { picture.into_rgb8() };
    let mut upright = DynamicImage::ImageRgb8(opaque);
    upright.apply_orientation(orientation);
    Ok((upright.into_rgb8(), taken))
}

fn open(file: &[u8], most_bytes: u64) -> Result<impl ImageDecoder, Refusal> {
    let format = sniff(file).ok_or(Refusal::NoPicture)?;
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(most_bytes);
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(limits);
    let decoder = reader.into_decoder()?;
    match format {
        ImageFormat::Jpeg if is_cut_short(file) => Err(Refusal::Damaged),
        ImageFormat::WebP if has_larger_frame(file, decoder.dimensions()) => Err(Refusal::Damaged),
        _ => Ok(decoder),
    }
}

/// JPEG has no transparency: what shows through is white.
fn on_white(picture: DynamicImage) -> RgbImage {
    let picture = picture.into_rgba8();
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0;
        let over_white = |colour: u8| {
            let mixed = u16::from(colour) * u16::from(alpha) + 255 * u16::from(255 - alpha);
            u8::try_from(mixed / 255).unwrap_or(255)
        };
        Rgb([red, green, blue].map(over_white))
    })
}
