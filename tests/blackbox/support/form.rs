//! A multipart form, part by part: tests need those too that no client would send.

/// The content type of a [`Form`].
pub const FORM: &str = "multipart/form-data; boundary=CATS";

#[derive(Debug, Clone, Default)]
pub struct Form {
    body: Vec<u8>,
}

impl Form {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn text(self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.part(&format!("content-disposition: form-data; name=\"{name}\""), value)
    }

    /// A file that lies about its name and type: neither may count.
    pub fn file(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let headers = format!("content-disposition: form-data; name=\"{name}\"; filename=\"page.html\"\r\ncontent-type: text/html");
        self.part(&headers, bytes)
    }

    pub fn part(mut self, headers: &str, body: impl AsRef<[u8]>) -> Self {
        self.body.extend([b"--CATS\r\n", headers.as_bytes(), b"\r\n\r\n", body.as_ref(), b"\r\n"].concat());
        self
    }

    /// The body without its end.
    pub fn cut(self) -> Vec<u8> {
        self.body
    }

    pub fn end(mut self) -> Vec<u8> {
        self.body.extend(b"--CATS--\r\n");
        self.body
    }
}
