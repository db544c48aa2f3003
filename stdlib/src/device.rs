//! The device that networks run on: the processor, through dfdx.

use std::sync::OnceLock;

use dfdx::tensor::{Cache, Cpu};

/// Where tensors live and operations run.
pub type Device = Cpu;

/// The device. Every tensor shares this one, since making another costs a random number generator.
pub fn device() -> Device {
    static DEVICE: OnceLock<Device> = OnceLock::new();
    let make = || {
        let device = Device::default();
        // dfdx would keep every freed buffer for another of the same size. Most buffers are made
        // here and not by dfdx, so none would be taken out again, and the hoard would only grow.
        device.try_disable_cache().expect("the processor has nothing to refuse");
        device
    };
    DEVICE.get_or_init(make).clone()
}

/// The device in words, such as `cpu (2 threads)`.
pub fn description() -> String {
    match rayon::current_num_threads() {
        1 => "cpu (1 thread)".into(),
        threads => format!("cpu ({threads} threads)"),
    }
}
