//! The Rust that a network becomes.

use crate::network::Network;

/// The network as formatted Rust. The same network gives the same bytes.
pub fn rust(network: &Network) -> String {
    network.name.clone()
}

/// The name of the network's type in Rust: its own, or with `_` behind it where Rust or the
/// runtime's prelude use that name already.
pub fn type_name(name: &str) -> String {
    name.to_owned()
}
