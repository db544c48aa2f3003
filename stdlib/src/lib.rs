//! The Netlet runtime: layers, data, training, pictures and the worker that carries out commands.
//!
//! Networks are Rust types that the language's checker writes. Their source uses the [`prelude`] and
//! holds types and calls only; what takes time is compiled here, once.

mod backend;
pub mod data;
pub mod device;
pub mod display;
pub mod initialization;
pub mod inspect;
pub mod layers;
pub mod loss;
mod memory;
pub mod network;
pub mod observe;
pub mod ops;
pub mod optimizer;
pub mod parameter;
pub mod pictures;
pub mod prelude;
pub mod tape;
pub mod train;
pub mod value;
pub mod weights;
pub mod worker;

// What the runtime gives and takes, for programs that link it alone.
pub use netlet_dsl::messages;
