//! Photos over HTTP: sent in forms, shown in pieces.

use std::time::Duration;

use jiff::Timestamp;
use rocket::data::Data;
use rocket::http::{ContentType, Status};
use rocket::{State, get, patch, post, tokio};
use serde::Serialize;
use tokio::sync::{Semaphore, SemaphorePermit};
use url::Url;
use utoipa::ToSchema;

use crate::domain::accounts::Permit;
use crate::domain::audit::Deed;
use crate::domain::draft::Draft as _;
use crate::domain::entries::{Entry, EntryDraft};
use crate::domain::photos::{NewPhoto, PhotoHash, PhotoOffer, Rendition, Taken};
use crate::photos::Darkroom;
use crate::store::photos::Showing;
use crate::store::{Db, StoreError, entries, photos};

use super::access::on_record;
use super::answer::Json;
use super::entries::told;
use super::error::{ApiError, ApiResult, CodedError, SentenceError};
use super::form::Form;
use super::input::{Input, Segment};
use super::photo_body::PhotoBody;

/// What uploads may take of memory in all, in bytes, those that wait for the darkroom too. The darkroom has its own room.
const MEMORY: u64 = 160 * 1024 * 1024;
/// How long an upload waits to be let in.
const PATIENCE: Duration = Duration::from_secs(10);

/// How photos are taken in, and where they are shown.
#[derive(Debug)]
pub struct PhotoDesk {
    darkroom: Darkroom,
    uploads: Semaphore,
    /// Of a file, in bytes.
    largest: u64,
    /// What stands before the path of a photo.
    base: String,
}

impl PhotoDesk {
    /// Files of at most `largest` bytes; `public` is where the atlas is on the web, without which addresses are relative.
    ///
    /// # Errors
    /// A public address that would make the addresses of photos ambiguous: the database knows them by `/photos/`.
    pub fn new(largest: u64, public: Option<&Url>) -> Result<Self, &'static str> {
        let base = public.map(|url| url.as_str().trim_end_matches('/').to_owned()).unwrap_or_default();
        if format!("{base}/").contains("/photos/") {
            return Err("the public address may have no folder called photos");
        }
        let at_once = usize::try_from(MEMORY / largest.max(1)).unwrap_or(usize::MAX).clamp(2, 32);
        Ok(Self { darkroom: Darkroom::default(), uploads: Semaphore::new(at_once), largest, base })
    }

    /// The form of a request, and its turn among the uploads, to be held until the file is done with.
    async fn receive(&self, kind: Option<&ContentType>, data: Data<'_>, file: &str) -> ApiResult<(Form, SemaphorePermit<'_>)> {
        let turn = tokio::time::timeout(PATIENCE, self.uploads.acquire()).await;
        let Ok(Ok(turn)) = turn else { return Err(StoreError::Busy.into()) };
        Ok((Form::read(kind, data, file, self.largest).await?, turn))
    }

    async fn develop(&self, file: Vec<u8>) -> ApiResult<NewPhoto> {
        self.darkroom.develop(file).await.map_err(|refusal| ApiError::Sentence(Status::BadRequest, refusal.sentence()))
    }

    fn url(&self, photo: &NewPhoto) -> String {
        format!("{}{}", self.base, photo.hash().path())
    }
}

/// A form with a photo.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is read field by field")]
struct PhotoForm {
    /// JPEG, PNG, GIF or WebP, whatever its name.
    #[schema(content_media_type = "application/octet-stream")]
    file: String,
}

/// A form with a sighting and perhaps its photo.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is read field by field")]
struct SightingForm {
    #[serde(flatten)]
    entry: EntryDraft,
    /// JPEG, PNG, GIF or WebP, whatever its name; shown in place of `photo_url`.
    #[schema(content_media_type = "application/octet-stream")]
    image: Option<String>,
    /// Whether the sighting was where and when the photo was taken.
    use_photo_place: Option<bool>,
}

/// A form with another photo for a sighting.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is read field by field")]
struct OtherPhotoForm {
    /// JPEG, PNG, GIF or WebP, whatever its name.
    #[schema(content_media_type = "application/octet-stream")]
    image: String,
    /// Whether the sighting was where the photo was taken, if its place is not known yet.
    use_photo_place: Option<bool>,
}

/// The bytes of a photo.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "they are sent as they are")]
struct Jpeg(Vec<u8>);

/// A photo that is kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct Uploaded {
    /// What a sighting that shows it has as its `photo_url`.
    url: String,
    #[serde(flatten)]
    offer: PhotoOffer,
}

/// A sighting, and to who sent its photo just now what the camera told.
#[derive(Debug, Serialize, ToSchema)]
pub struct Shown {
    #[serde(flatten)]
    entry: Entry,
    #[serde(flatten)]
    #[schema(value_type = PhotoOffer)]
    offer: Option<PhotoOffer>,
}

/// Keep a photo that a sighting is to show.
///
/// It is turned upright and stripped of all that cannot be seen. If no sighting shows it within a day, it is deleted.
#[utoipa::path(
    request_body(content = PhotoForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, body = Uploaded),
        (status = 400, description = "The file is no photo, or too large in pixels", body = SentenceError),
        (status = 413, description = "The file is too large in bytes", body = SentenceError),
    ),
)]
#[post("/upload/image", data = "<data>")]
pub async fn upload(kind: Option<&ContentType>, data: Data<'_>, desk: &State<PhotoDesk>, db: &State<Db>) -> ApiResult<Json<Uploaded>> {
    let (mut form, _turn) = desk.receive(kind, data, "file").await?;
    let mut input = Input::default();
    let file = form.required("file", &mut input.invalid);
    input.check()?;
    let photo = desk.develop(file).await?;
    let uploaded = Uploaded { url: desk.url(&photo), offer: photo.taken().into() };
    let now = Timestamp::now();
    db.write(move |tx| photos::keep(tx, &photo, now)).await?;
    Ok(Json(uploaded))
}

/// Log a sighting with its photo.
///
/// What the camera wrote of time and place is told in this answer alone, and used only if the form asks.
#[utoipa::path(
    request_body(content = SightingForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, body = Shown),
        (status = 400, description = "The note is blank, or the file is no photo", body = SentenceError),
        (status = 413, description = "The file is too large in bytes", body = SentenceError),
    ),
)]
#[post("/entries/with-image", data = "<data>")]
pub async fn create(
    kind: Option<&ContentType>,
    data: Data<'_>,
    permit: Permit,
    desk: &State<PhotoDesk>,
    db: &State<Db>,
) -> ApiResult<Json<Shown>> {
    let (mut form, _turn) = desk.receive(kind, data, "image").await?;
    let mut input = Input::default();
    let mut fields = form.fields(&mut input.invalid);
    let draft = EntryDraft::read(&mut fields);
    let uses_place = fields.flag("use_photo_place");
    input.check()?;
    let new = draft.validate()?;
    let now = Timestamp::now();
    let Some(file) = form.file.take() else {
        let created = db.write(move |tx| entries::insert(tx, &new, permit.account_id(), now)).await;
        let entry = told(created)?;
        return Ok(Json(Shown { entry, offer: None }));
    };
    let photo = desk.develop(file).await?;
    let offer = Some(photo.taken().into());
    let used = if uses_place { *photo.taken() } else { Taken::default() };
    let showing = Showing { url: desk.url(&photo), photo, place: used.place };
    let entry = db
        .write(move |tx| {
            let id = entries::insert(tx, &new, permit.account_id(), used.seen_at(now))?.id;
            photos::show(tx, id, &showing, now)
        })
        .await?;
    if let Some(entry) = &entry {
        log::info!(entry_id = entry.id; "entry_created");
    }
    entry.map(|entry| Json(Shown { entry, offer })).ok_or(ApiError::ENTRY_NOT_FOUND)
}

/// Give a sighting another photo.
#[utoipa::path(
    request_body(content = OtherPhotoForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, body = Shown),
        (status = 400, description = "The file is no photo, or too large in pixels", body = SentenceError),
        (status = 404, body = SentenceError),
        (status = 413, description = "The file is too large in bytes", body = SentenceError),
    ),
)]
#[patch("/entries/<entry_id>/image", data = "<data>")]
pub async fn replace(
    entry_id: Segment<'_>,
    kind: Option<&ContentType>,
    data: Data<'_>,
    permit: Permit,
    desk: &State<PhotoDesk>,
    db: &State<Db>,
) -> ApiResult<Json<Shown>> {
    let (mut form, _turn) = desk.receive(kind, data, "image").await?;
    let mut input = Input::default();
    let id = input.id("entry_id", entry_id);
    let file = form.required("image", &mut input.invalid);
    let uses_place = form.fields(&mut input.invalid).flag("use_photo_place");
    input.check()?;
    // Asked before the work, and again within the write.
    permit.check(db.look_up(|session| entries::created_by(session, id))?.ok_or(ApiError::ENTRY_NOT_FOUND)?)?;
    let photo = desk.develop(file).await?;
    let offer = Some(photo.taken().into());
    let place = photo.taken().place.filter(|_| uses_place);
    let showing = Showing { url: desk.url(&photo), photo, place };
    let now = Timestamp::now();
    db.write(move |tx| {
        permit.check(entries::created_by(tx, id)?.ok_or(ApiError::ENTRY_NOT_FOUND)?)?;
        on_record(tx, &permit, &Deed::new("replace photo", "entry", id), now)?;
        let entry = photos::show(tx, id, &showing, now)?.ok_or(ApiError::ENTRY_NOT_FOUND)?;
        Ok(Json(Shown { entry, offer }))
    })
    .await
}

/// A photo, whole or in parts.
#[utoipa::path(responses((status = 200, body = Jpeg, content_type = "image/jpeg"), (status = 404, body = CodedError)))]
#[get("/photos/<hash>")]
pub fn read(hash: &str, db: &State<Db>) -> ApiResult<PhotoBody> {
    find(hash, Rendition::Full, db)
}

/// A photo with no side longer than 400 pixels.
#[utoipa::path(responses((status = 200, body = Jpeg, content_type = "image/jpeg"), (status = 404, body = CodedError)))]
#[get("/photos/<hash>/thumb")]
pub fn read_thumb(hash: &str, db: &State<Db>) -> ApiResult<PhotoBody> {
    find(hash, Rendition::Thumb, db)
}

fn find(hash: &str, rendition: Rendition, db: &Db) -> ApiResult<PhotoBody> {
    const MISSING: ApiError = ApiError::missing("PHOTO_NOT_FOUND", "There is no such photo. It may have been replaced.");
    let hash = PhotoHash::parse(hash).ok_or(MISSING)?;
    let length = db.look_up(|session| photos::length(session, &hash, rendition))?.ok_or(MISSING)?;
    Ok(PhotoBody { db: db.clone(), hash, rendition, length })
}
