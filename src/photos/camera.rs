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
    let total = degrees + minutes / 60.0 + seconds / 3600.0;
    let sign = match text(exif, side)? {
        written if written == plus => 1.0,
        written if written == minus => -1.0,
        _ => return None,
    };
    // What is no number is within no bounds: 0/0 is how some cameras write that they do not know.
    (0.0..=most).contains(&total).then(|| round_to(sign * total, 6))
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

#[cfg(test)]
mod tests {
    use exif::Field;
    use exif::experimental::Writer;

    use super::*;

    fn block(fields: &[(Tag, Value)]) -> Vec<u8> {
        let fields: Vec<Field> =
            fields.iter().map(|(tag, value)| Field { tag: *tag, ifd_num: In::PRIMARY, value: value.clone() }).collect();
        let mut writer = Writer::new();
        for field in &fields {
            writer.push_field(field);
        }
        let mut bytes = std::io::Cursor::new(Vec::new());
        writer.write(&mut bytes, false).unwrap();
        bytes.into_inner()
    }

    fn ascii(text: &str) -> Value {
        Value::Ascii(vec![text.into()])
    }

    fn at(time: &str, zone: Option<&str>) -> Option<String> {
        let zone = zone.map(|zone| (Tag::OffsetTimeOriginal, ascii(zone)));
        let fields: Vec<_> = [(Tag::DateTimeOriginal, ascii(time))].into_iter().chain(zone).collect();
        taken(block(&fields)).at.map(|at| at.to_string())
    }

    fn place_of(lat: (&str, [(u32, u32); 3]), lon: (&str, [(u32, u32); 3])) -> Option<Point> {
        let parts = |parts: [(u32, u32); 3]| Value::Rational(parts.map(|(num, denom)| Rational { num, denom }).into());
        taken(block(&[
            (Tag::GPSLatitudeRef, ascii(lat.0)),
            (Tag::GPSLatitude, parts(lat.1)),
            (Tag::GPSLongitudeRef, ascii(lon.0)),
            (Tag::GPSLongitude, parts(lon.1)),
        ]))
        .place
    }

    #[test]
    fn a_time_is_that_of_its_zone_and_of_none_that_of_utc() {
        assert_eq!(at("2026:05:01 07:15:30", None).unwrap(), "2026-05-01T07:15:30Z");
        assert_eq!(at("2026:05:01 07:15:30", Some("+02:00")).unwrap(), "2026-05-01T05:15:30Z");
        assert_eq!(at("2026:05:01 07:15:30", Some("-09:30")).unwrap(), "2026-05-01T16:45:30Z");
        assert_eq!(at("2026:05:01 07:15:30", Some("north")).unwrap(), "2026-05-01T07:15:30Z");
    }

    #[test]
    fn a_time_that_cannot_be_is_none() {
        for time in [
            "",
            "    :  :     :  :  ",
            "0000:00:00 00:00:00",
            "2026:13:01 00:00:00",
            "2026:05:01 25:00:00",
            "2026-05-01 07:15:30",
            "yesterday",
        ] {
            assert_eq!(at(time, None), None, "{time}");
        }
        assert_eq!(at("2026:05:01 07:15:30", Some("+99:00")), None);
    }

    #[test]
    fn a_place_is_on_its_side_of_the_equator_and_of_greenwich() {
        let (half, third) = ([(12, 1), (30, 1), (0, 1)], [(45, 1), (20, 1), (1800, 100)]);
        assert_eq!(place_of(("N", half), ("E", third)), Some(Point { lat: 12.5, lon: 45.338_333 }));
        assert_eq!(place_of(("S", half), ("W", third)), Some(Point { lat: -12.5, lon: -45.338_333 }));
    }

    #[test]
    fn a_place_that_cannot_be_is_none() {
        let fine = [(12, 1), (0, 1), (0, 1)];
        for (side, parts) in
            [("N", [(91, 1), (0, 1), (0, 1)]), ("N", [(0, 0), (0, 0), (0, 0)]), ("N", [(1, 0), (0, 1), (0, 1)]), ("", fine), ("X", fine)]
        {
            assert_eq!(place_of((side, parts), ("E", fine)), None, "{side} {parts:?}");
        }
        assert_eq!(place_of(("N", fine), ("E", [(180, 1), (0, 1), (1, 1)])), None);
    }

    #[test]
    fn a_block_that_is_none_tells_nothing() {
        let whole = block(&[(Tag::DateTimeOriginal, ascii("2026:05:01 07:15:30"))]);
        for length in 0..whole.len() {
            taken(whole[..length].to_vec());
        }
        assert_eq!(taken(b"<script>".to_vec()), Taken::default());
        assert_ne!(taken([b"Exif\0\0".as_slice(), &whole].concat()), Taken::default(), "some keep the marker of JPEG");
    }
}
