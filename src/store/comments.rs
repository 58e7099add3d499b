//! Comments on cats in the database.

use jiff::Timestamp;
use rusqlite::{Row, params};

use crate::domain::comments::{Comment, CommentPage, NewComment};
use crate::domain::page::Page;
use crate::domain::time;

use super::error::Result;
use super::session::{Session, Tx};

fn read(row: &Row<'_>) -> rusqlite::Result<Comment> {
    Ok(Comment {
        id: row.get(0)?,
        cat_id: row.get(1)?,
        author_name: row.get(2)?,
        content: row.get(3)?,
        created_at: row.get(4)?,
        updated_at: row.get(5)?,
        created_by: row.get(6)?,
    })
}

const INSERT: &str = "INSERT INTO cat_comments (cat_id, author_name, content, createdAt, updatedAt, created_by) \
    VALUES (?1, ?2, ?3, ?4, ?4, ?5) RETURNING id, cat_id, author_name, content, createdAt, updatedAt, created_by";

/// Adds a comment to a cat that is there, by an account or by nobody who was signed in.
pub fn insert(tx: &Tx<'_>, cat_id: i64, new: &NewComment, by: Option<i64>, now: Timestamp) -> Result<Comment> {
    tx.the(INSERT, params![cat_id, new.author_name(), new.content(), time::format(now), by], read)
}

const PAGE: &str = "SELECT id, cat_id, author_name, content, createdAt, updatedAt, created_by FROM cat_comments WHERE cat_id = ?1 \
                    ORDER BY createdAt DESC, id LIMIT ?2 OFFSET ?3";
const COUNT: &str = "SELECT count(*) FROM cat_comments WHERE cat_id = ?1";

/// A page of a cat's comments: `createdAt` as stored text, descending, ties by ascending id.
pub fn page(session: &Session<'_>, cat_id: i64, page: Page) -> Result<CommentPage> {
    let total = session.the(COUNT, [cat_id], |row| row.get(0))?;
    let comments = session.all(PAGE, [cat_id, page.limit, page.offset()], read)?;
    Ok(CommentPage { comments, place: page.place(total) })
}

const CREATED_BY: &str = "SELECT created_by FROM cat_comments WHERE id = ?2 AND cat_id = ?1";

/// Whose comment on this cat it is: none where there is none, nobody's where nobody was signed in.
pub fn created_by(session: &Session<'_>, cat_id: i64, id: i64) -> Result<Option<Option<i64>>> {
    session.one(CREATED_BY, [cat_id, id], |row| row.get(0))
}

const DELETE: &str = "DELETE FROM cat_comments WHERE id = ?2 AND cat_id = ?1";

/// Whether there was such a comment on this cat.
pub fn delete(tx: &Tx<'_>, cat_id: i64, id: i64) -> Result<bool> {
    Ok(tx.execute(DELETE, [cat_id, id])? > 0)
}
