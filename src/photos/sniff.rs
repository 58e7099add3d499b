//! What a file is, by its content alone (neither its name nor its declared type is asked), and two lies that its decoder believes.

use image::ImageFormat;

/// The kind of picture, if it is one of the four that are taken.
pub(super) fn sniff(bytes: &[u8]) -> Option<ImageFormat> {
    let is_taken = |format: &ImageFormat| matches!(format, ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::Gif | ImageFormat::WebP);
    image::guess_format(bytes).map_or(None, Some).filter(is_taken)
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
