//! The cache: one build for equal questions, layers kept singly, tags that need no tile.

use std::time::Duration;

use super::*;
use crate::tile::{Encoding, TileError, Tiles, compress, etag};
use crate::work::{Pool, WorkError};

fn layer() -> LayerView {
    Made::of(&[format!("POINT ({})", wkt(&[[7.0, 8.0]]))]).view()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn an_answer_is_the_joined_layers_compressed_and_is_made_once() {
    let view = layer();
    let plans = || vec![planned(&view, &here()), planned(&view, &here())];
    let one = built(&view, &here()).bytes;
    runtime().block_on(async {
        let (tiles, pool) = (Tiles::new(1 << 20), Pool::new(1, 4));
        for encoding in Encoding::ALL {
            let get = || tiles.get(plans(), encoding, &pool, Deadline::never());
            let answer = get().await.unwrap();
            assert_eq!(answer.bytes, compress(&one.repeat(2), encoding));
            assert!(Arc::ptr_eq(&answer, &get().await.unwrap()));
        }
        let single =
            tiles.get(vec![planned(&view, &here())], Encoding::Identity, &pool, Deadline::never());
        assert_eq!(single.await.unwrap().bytes, one);
    });
}

#[test]
fn questions_that_come_together_are_answered_by_one_build() {
    let view = layer();
    runtime().block_on(async {
        let (tiles, pool) = (Tiles::new(1 << 20), Pool::new(1, 0));
        let get =
            || tiles.get(vec![planned(&view, &here())], Encoding::Gzip, &pool, Deadline::never());
        // With a queue of none, a second build beside the first would be refused.
        let answers = futures_util::future::join_all((0..20).map(|_| get())).await;
        let first = answers[0].as_ref().unwrap();
        assert!(answers.iter().all(|answer| Arc::ptr_eq(answer.as_ref().unwrap(), first)));
    });
}

#[test]
fn what_is_asked_for_often_is_kept_in_fewer_bytes_of_the_same_content() {
    let point = |i: usize| format!("POINT ({})", wkt(&[[(i % 50) as f64, (i / 50) as f64]]));
    let view = Made::of(&(0..2000).map(point).collect::<Vec<_>>()).view();
    runtime().block_on(async {
        let (tiles, pool) = (Tiles::new(1 << 20), Pool::new(1, 4));
        for encoding in [Encoding::Gzip, Encoding::Zstd, Encoding::Brotli] {
            let get =
                || tiles.get(vec![planned(&view, &here())], encoding, &pool, Deadline::never());
            let first = get().await.unwrap();
            get().await.unwrap();
            assert!(Arc::ptr_eq(&first, &get().await.unwrap()), "{encoding:?}");
            let saved = tiles.compress_next(&pool).await.unwrap().expect("tiles are kept");
            let then = get().await.unwrap();
            assert!(saved > 0, "{encoding:?}");
            assert_eq!(then.bytes.len() + saved, first.bytes.len(), "{encoding:?}");
            assert_eq!(then.left_out, first.left_out, "{encoding:?}");
        }
        assert_eq!(Tiles::new(0).compress_next(&pool).await, Ok(None));
    });
}

#[test]
fn a_deadline_that_passed_is_an_error_and_is_not_kept() {
    let view = layer();
    runtime().block_on(async {
        let (tiles, pool) = (Tiles::new(1 << 20), Pool::new(1, 4));
        let get =
            |deadline| tiles.get(vec![planned(&view, &here())], Encoding::Zstd, &pool, deadline);
        let late = get(Deadline::after(Duration::ZERO)).await.unwrap_err();
        assert_eq!(late.kind(), crate::model::ErrorKind::TimedOut);
        assert!(matches!(late, TileError::Expired(_) | TileError::Work(WorkError::TimedOut)));
        assert!(get(Deadline::never()).await.is_ok());
    });
}

#[test]
fn tags_tell_plans_their_order_and_encodings_apart() {
    let view = layer();
    let (z, x, y) = TILE;
    let plan = |dx| planned(&view, &at(z, x + dx, y));
    let tags = [
        etag(&[plan(0)], Encoding::Gzip),
        etag(&[plan(0)], Encoding::Identity),
        etag(&[plan(1)], Encoding::Gzip),
        etag(&[plan(0), plan(1)], Encoding::Gzip),
        etag(&[plan(1), plan(0)], Encoding::Gzip),
    ];
    let distinct: std::collections::BTreeSet<_> = tags.iter().collect();
    assert_eq!(distinct.len(), tags.len());
    assert_eq!(tags[0], etag(&[plan(0)], Encoding::Gzip));
    assert!(tags[1].starts_with('"') && tags[1].ends_with('"'), "as it is: strong");
    assert!(tags[0].starts_with("W/\"") && tags[0].ends_with('"'), "compressed: weak");
}
