//! When and where a picture was taken, as the camera wrote it down (EXIF 2.32, 4.6.5 and 4.6.6).

use exif::{DateTime, Exif, In, Rational, Reader, Tag, Value};
use jiff::Timestamp;
use jiff::civil;
use jiff::tz::Offset;

use crate::domain::geo::Point;
use crate::domain::photos::Taken;
use crate::domain::rounding::round_to;

/// What is readable and possible of the block; the rest is as if it had not been written.
pub(super) fn taken(block: Vec<u8>) -> Taken {
    // Some programs keep the marker that JPEG has before the block, in files that are no JPEG.
    let block = block.strip_prefix(b"Exif\0\0").map(<[u8]>::to_vec).unwrap_or(block);
    let exif = Reader::new().continue_on_error(true).read_raw(block).or_else(|error| error.distill_partial_result(|_| {}));
    exif.map_or_else(|_| Taken::default(), |exif| Taken { at: time(&exif), place: place(&exif) })
}

fn time(exif: &Exif) -> Option<Timestamp> {
    let mut written = text(exif, Tag::DateTimeOriginal).and_then(|text| parsed(DateTime::from_ascii(text)))?;
    text(exif, Tag::OffsetTimeOriginal).and_then(|zone| parsed(written.parse_offset(zone)));
    let DateTime { year, month, day, hour, minute, second, .. } = written;
    let small = |number: u8| i8::try_from(number).unwrap_or(-1);
    let local = parsed(civil::DateTime::new(
        year.try_into().unwrap_or(-1),
        small(month),
        small(day),
        small(hour),
        small(minute),
        small(second),
        0,
    ))?;
    let zone = parsed(Offset::from_seconds(60 * i32::from(written.offset.unwrap_or(0))))?;
    parsed(zone.to_timestamp(local))
}

fn place(exif: &Exif) -> Option<Point> {
    let lat = degrees(exif, Tag::GPSLatitude, (Tag::GPSLatitudeRef, b"N", b"S"), 90.0)?;
    let lon = degrees(exif, Tag::GPSLongitude, (Tag::GPSLongitudeRef, b"E", b"W"), 180.0)?;
    Some(Point { lat, lon })
}

/// Degrees, minutes and seconds as a number of degrees to six places, which is a tenth of a metre.
fn degrees(exif: &Exif, tag: Tag, (side, plus, minus): (Tag, &[u8], &[u8]), most: f64) -> Option<f64> {
    let Value::Rational(parts) = &exif.get_field(tag, In::PRIMARY)?.value else { return None };
    let [degrees, minutes, seconds] = parts.get(..3)?.first_chunk()?.map(|part: Rational| part.to_f64());
    let size = degrees + minutes / 60.0 + seconds / 3600.0;
    let sign = match text(exif, side)? {
        side if side == plus => 1.0,
        side if side == minus => -1.0,
        _ => return None,
    };
    // Nothing is not a number within: 0/0 is how some cameras write that they do not know.
    (0.0..=most).contains(&size).then(|| round_to(sign * size, 6))
}

fn text(exif: &Exif, tag: Tag) -> Option<&[u8]> {
    match &exif.get_field(tag, In::PRIMARY)?.value {
        Value::Ascii(texts) => texts.first().map(Vec::as_slice),
        _ => None,
    }
}

/// A camera's mistake is no error of ours: what it wrote is as good as not written.
#[expect(clippy::disallowed_methods, reason = "a picture without a readable time is a picture all the same")]
fn parsed<T, E>(read: Result<T, E>) -> Option<T> {
    read.ok()
}
