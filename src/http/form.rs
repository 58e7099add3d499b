//! Forms: text fields and one file, read within bounds. What a part says of its own type or file name counts for nothing.

use multer::{Constraints, Error, Multipart, SizeLimit};
use rocket::data::{Data, DataStream, ToByteUnit};
use rocket::http::{ContentType, Status};
use rocket::tokio;
use serde_json::{Map, Value};
use tokio::io::AsyncReadExt as _;

use crate::domain::draft::{Fields, loc};
use crate::domain::invalid::{Invalid, Problem};

use super::body::{DRAINED, LARGEST, PATIENCE};
use super::error::{ApiError, ApiResult};

/// More parts than any form of ours has.
const MOST_PARTS: usize = 100;

const NO_BOUNDARY: ApiError =
    ApiError::Sentence(Status::BadRequest, "The form does not say what stands between its parts. Please send it with a boundary.");
const UNREADABLE: ApiError = ApiError::Sentence(
    Status::BadRequest,
    "The form could not be read: it is cut short or not written as forms are. Please send it again.",
);
const NO_TEXT: ApiError = ApiError::Sentence(Status::BadRequest, "A field of the form is no text. Please send text as UTF-8.");
const TWO_FILES: ApiError = ApiError::Sentence(Status::BadRequest, "There are two photos in the form. Please send one at a time.");
const TOO_LARGE: ApiError =
    ApiError::Sentence(Status::PayloadTooLarge, "The photo is too large. Please make it smaller and send it again.");

/// A form as sent: nothing is known of its fields yet.
#[derive(Debug, Default)]
pub struct Form {
    fields: Map<String, Value>,
    /// The bytes of the file, if there is one.
    pub file: Option<Vec<u8>>,
}

impl Form {
    /// Reads a form whose file is called `file` and has at most `largest` bytes. Its text may be as large as a JSON body. What is no form
    /// is an empty one: its required fields are missing.
    pub async fn read(kind: Option<&ContentType>, data: Data<'_>, file: &str, largest: u64) -> ApiResult<Self> {
        let mut stream = data.open(DRAINED.max(2 * (largest + LARGEST)).bytes());
        let read = async {
            let form = match kind {
                Some(kind) if kind.is_form_data() => parts(kind, &mut stream, file, largest).await,
                Some(kind) if kind.is_form() => pairs(&mut stream).await,
                _ => Ok(Self::default()),
            };
            // A client that is answered before it has sent everything may only see a broken connection.
            let drained = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
            form.and_then(|form| drained.map(|_| form).map_err(|_| UNREADABLE))
        };
        tokio::time::timeout(PATIENCE, read).await.unwrap_or(Err(ApiError::of(Status::RequestTimeout)))
    }

    /// All that it says, in parts: its text fields and its file.
    pub fn parts(&self) -> (String, &[u8]) {
        (Value::Object(self.fields.clone()).to_string(), self.file.as_deref().unwrap_or_default())
    }

    /// The text fields, to make a draft of.
    pub fn fields<'f>(&'f self, invalid: &'f mut Invalid) -> Fields<'f> {
        Fields::new(&self.fields, invalid)
    }

    /// The file, which has to be there.
    pub fn required(&mut self, name: &'static str, invalid: &mut Invalid) -> Vec<u8> {
        if self.file.is_none() {
            invalid.add(Problem::new("missing", &loc(name), "Field required"));
        }
        self.file.take().unwrap_or_default()
    }
}

async fn parts(kind: &ContentType, stream: &mut DataStream<'_>, file: &str, largest: u64) -> ApiResult<Form> {
    let boundary = kind.param("boundary").filter(|boundary| !boundary.is_empty()).ok_or(NO_BOUNDARY)?;
    let limits = SizeLimit::new().whole_stream(largest + LARGEST).per_field(LARGEST).for_field(file, largest);
    let mut parts = Multipart::with_reader_with_constraints(stream, boundary, Constraints::new().size_limit(limits));
    let mut form = Form::default();
    for _ in 0..MOST_PARTS {
        let Some(part) = parts.next_field().await? else { return Ok(form) };
        let Some(name) = part.name().map(str::to_owned) else { continue };
        let is_named = part.file_name().is_some_and(|name| !name.is_empty());
        if name == file {
            let bytes = part.bytes().await?;
            // A browser sends an empty part without a name where no file was chosen.
            if !bytes.is_empty() || is_named {
                form.file.replace(bytes.into()).map_or(Ok(()), |_| Err(TWO_FILES))?;
            }
        } else if !is_named {
            let text = String::from_utf8(part.bytes().await?.into()).map_err(|_| NO_TEXT)?;
            form.fields.insert(name, Value::from(text));
        }
    }
    Err(UNREADABLE)
}

/// A form without a file, as clients send it that put none in.
async fn pairs(stream: &mut DataStream<'_>) -> ApiResult<Form> {
    let mut bytes = Vec::new();
    stream.take(LARGEST + 1).read_to_end(&mut bytes).await.map_err(|_| UNREADABLE)?;
    if bytes.len() as u64 > LARGEST {
        return Err(ApiError::of(Status::PayloadTooLarge));
    }
    let pairs = url::form_urlencoded::parse(&bytes).map(|(name, text)| (name.into_owned(), Value::from(text)));
    Ok(Form { fields: pairs.collect(), file: None })
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::FieldSizeExceeded { .. } | Error::StreamSizeExceeded { .. } => TOO_LARGE,
            _ => UNREADABLE,
        }
    }
}
