//! Decoded pictures that are kept for the next epoch.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use super::raster::Raster;

/// The memory that pictures may take in all, in megabytes, where `NETLET_CACHE_MB` does not say it.
const MEGABYTES: usize = 1000;

/// Bytes that all caches hold.
static HELD: AtomicUsize = AtomicUsize::new(0);

/// What becomes of an item by those of its transforms that are the same every time.
#[derive(Debug)]
pub(super) struct Prepared {
    /// The size that the picture was of before.
    pub(super) original: [usize; 2],
    pub(super) picture: Raster,
    /// The map of classes, if there is one.
    pub(super) mask: Option<Raster>,
}

/// Keeps what is prepared until the memory for it is full. Nothing gives way for something else: as
/// every epoch goes through all samples, what gives way would be missed next.
#[derive(Debug)]
pub(super) struct Cache {
    items: Vec<OnceLock<Arc<Prepared>>>,
    held: AtomicUsize,
    limit: usize,
}

impl Cache {
    /// Room for so many items, as far as memory goes.
    pub(super) fn new(items: usize) -> Self {
        let limit = std::env::var("NETLET_CACHE_MB").ok().and_then(|text| text.parse().ok());
        let limit = limit.unwrap_or(MEGABYTES).saturating_mul(1_000_000);
        let items = (0..items).map(|_| OnceLock::new()).collect();
        Self { items, held: AtomicUsize::new(0), limit }
    }

    pub(super) fn get(&self, item: usize) -> Option<Arc<Prepared>> {
        self.items.get(item)?.get().cloned()
    }

    /// Keeps an item if there is room.
    pub(super) fn put(&self, item: usize, prepared: &Arc<Prepared>) {
        let size = prepared.picture.pixels.len()
            + prepared.mask.as_ref().map_or(0, |mask| mask.pixels.len());
        let Some(place) = self.items.get(item).filter(|place| place.get().is_none()) else {
            return;
        };
        let fits = HELD.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |held| {
            held.checked_add(size).filter(|&held| held <= self.limit)
        });
        if fits.is_err() {
            return;
        }
        if place.set(prepared.clone()).is_ok() {
            self.held.fetch_add(size, Ordering::Relaxed);
        } else {
            HELD.fetch_sub(size, Ordering::Relaxed);
        }
    }
}

impl Drop for Cache {
    fn drop(&mut self) {
        HELD.fetch_sub(self.held.load(Ordering::Relaxed), Ordering::Relaxed);
    }
}
