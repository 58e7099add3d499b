//! What a file is, by its content alone (neither its name nor its declared type is asked), and two lies that its decoder believes.

use image::ImageFormat;

/// The kind of picture, if it is one of the four that are taken.
pub(super) fn sniff(bytes: &[u8]) -> Option<ImageFormat> {
    match image::guess_format(bytes) {
        Ok(format @ (ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::Gif | ImageFormat::WebP)) => Some(format),
        _ => None,
    }
}

/// Whether a JPEG stops in the middle: its decoder would paint what is missing grey and say nothing.
///
/// Between pixels `FF D9` can only be the end of the picture. An embedded thumbnail has an end of its own, so the search starts
/// at the first scan; segments before it are skipped by their length (ITU T.81, annex B).
pub(super) fn is_cut_short(jpeg: &[u8]) -> bool {
    let mut rest = jpeg.get(2..).unwrap_or_default();
    while let [0xFF, kind, high, low, ..] = *rest {
        let skipped = match kind {
            0xDA => return !rest.windows(2).any(|pair| pair == [0xFF, 0xD9]),
            0xFF => 1,
            _ => 2 + usize::from(u16::from_be_bytes([high, low])),
        };
        rest = rest.get(skipped..).unwrap_or_default();
    }
    true
}

/// Whether a lossy frame in a WebP is larger than the picture: its decoder makes room for it before it compares them.
///
/// A frame is found by its name and its start code (RFC 6386, 9.1), wherever it is.
pub(super) fn has_larger_frame(webp: &[u8], (width, height): (u32, u32)) -> bool {
    webp.windows(18).any(|bytes| match *bytes {
        [b'V', b'P', b'8', b' ', _, _, _, _, _, _, _, 0x9D, 0x01, 0x2A, w0, w1, h0, h1] => {
            let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3FFF);
            side(w0, w1) > width || side(h0, h1) > height
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_kinds_of_picture_are_known_by_how_they_begin() {
        let known: [(&[u8], _); 5] = [
            (b"\xff\xd8\xff\xe1", ImageFormat::Jpeg),
            (b"\x89PNG\r\n\x1a\n", ImageFormat::Png),
            (b"GIF87a", ImageFormat::Gif),
            (b"GIF89a", ImageFormat::Gif),
            (b"RIFF\0\0\0\0WEBP", ImageFormat::WebP),
        ];
        for (bytes, format) in known {
            assert_eq!(sniff(bytes), Some(format));
        }
        for bytes in [&b""[..], b"\xff\xd8", b"BM", b"II*\0", b"RIFF\0\0\0\0WAVE", b"<svg>", b" \x89PNG\r\n\x1a\n", b"\0\0\0\x1cftypavif"] {
            assert_eq!(sniff(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn a_jpeg_without_an_end_after_its_pixels_is_cut_short() {
        let thumbnail = b"\xff\xd8\xff\xe1\0\x06\xff\xd9\xff\xd9";
        let pixels = b"\xff\xff\xda\0\x04\0\0pixels\xff\0\xff\xd0more";
        assert!(!is_cut_short(&[thumbnail.as_slice(), pixels, b"\xff\xd9"].concat()));
        assert!(!is_cut_short(&[thumbnail.as_slice(), pixels, b"\xff\xd9 and a script"].concat()));
        assert!(is_cut_short(&[thumbnail.as_slice(), pixels].concat()));
        for nothing in [&b""[..], b"\xff", b"\xff\xd8", b"\xff\xd8\xff\xd9", thumbnail, b"\xff\xd8\xff\xe1\xff\xff\xff\xda\xff\xd9"] {
            assert!(is_cut_short(nothing), "{nothing:?}");
        }
    }

    #[test]
    fn a_frame_that_claims_to_be_larger_than_its_picture_is_found() {
        let frame = |width: u16, height: u16| {
            let sides = [width, height].map(u16::to_le_bytes).concat();
            [b"RIFF....WEBPVP8X..........ANMF....VP8 ....\x10\0\0\x9d\x01\x2a", sides.as_slice(), b"..."].concat()
        };
        assert!(!has_larger_frame(&frame(300, 200), (300, 200)));
        assert!(!has_larger_frame(&frame(0x4000 + 300, 0xC000 + 200), (300, 200)), "two bits are how to scale it");
        assert!(has_larger_frame(&frame(301, 200), (300, 200)));
        assert!(has_larger_frame(&frame(300, 201), (300, 200)));
    }
}
