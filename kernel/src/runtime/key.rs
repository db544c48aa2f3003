//! What a built runtime depends on, as the name of its folder.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use netlet_dsl::messages::Failure;

use super::toolchain::{rustc, toolchain};

/// The name of the cache folder for this source, this compiler and this processor.
pub(super) fn key() -> Result<String, Failure> {
    let mut hasher = DefaultHasher::new();
    env!("NETLET_RUNTIME_SOURCE").hash(&mut hasher);
    toolchain()?.into_bytes().hash(&mut hasher);
    // The processor's features decide the machine code, and a cache may be shared by machines.
    rustc(&["--print=cfg", "-Ctarget-cpu=native"])?.hash(&mut hasher);
    Ok(format!("{}-{:016x}", env!("CARGO_PKG_VERSION"), hasher.finish()))
}
