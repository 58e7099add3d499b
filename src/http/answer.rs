//! Answers that are JSON, and lists that say where the rest of them is.

use rocket::Request;
use rocket::http::{ContentType, Header, Status};
use rocket::response::{self, Responder, Response};
use serde::Serialize;
use std::io::Cursor;

/// A value as the JSON body of an answer.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<'r, T: Serialize> Responder<'r, 'static> for Json<T> {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let body = serde_json::to_vec(&self.0).map_err(|error| {
            log::error!("an answer could not be written: {error}");
            Status::InternalServerError
        })?;
        Response::build().header(ContentType::JSON).sized_body(body.len(), Cursor::new(body)).ok()
    }
}

/// A list with the way to its next page and, where it is cheap to tell, how many there are in all.
#[derive(Debug)]
pub struct Listed<T> {
    pub body: T,
    /// Path and query of the next page.
    pub next: Option<String>,
    pub total: Option<i64>,
}

impl<'r, T: Serialize> Responder<'r, 'static> for Listed<T> {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let mut response = Json(self.body).respond_to(request)?;
        if let Some(next) = self.next {
            response.set_header(Header::new("Link", format!("<{next}>; rel=\"next\"")));
        }
        if let Some(total) = self.total {
            response.set_header(Header::new("X-Total-Count", total.to_string()));
        }
        Ok(response)
    }
}

/// A value that was made, with status 201.
#[derive(Debug)]
pub struct Created<T>(pub T);

impl<'r, T: Serialize> Responder<'r, 'static> for Created<T> {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let mut response = Json(self.0).respond_to(request)?;
        response.set_status(Status::Created);
        Ok(response)
    }
}
