//! The `netlet` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    netlet_kernel::process::prepare();
    netlet_kernel::cli::run()
}
