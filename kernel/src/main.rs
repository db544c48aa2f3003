//! The `netlet` program.

fn main() {
    netlet_kernel::process::prepare();
}
