//! The device that networks run on: the processor, through dfdx.

use std::sync::OnceLock;

use dfdx::tensor::Cpu;

use crate::backend::Memory;

/// Where tensors live and operations run: one of the backends, for all of the runtime.
pub type Device = Cpu;

/// What the processor sees of values on the device. Here they are the values themselves; another
/// device would have copied them.
pub type Host<'a> = &'a [f32];

/// The same, to change. Another device would copy them back when this goes.
pub type HostMut<'a> = &'a mut [f32];

/// The device. Every tensor shares this one, since making another costs a random number generator.
///
/// A program that starts threads of its own calls this before: it also tells the allocator to keep
/// the memory of freed tensors for the next ones.
pub fn device() -> Device {
    static DEVICE: OnceLock<Device> = OnceLock::new();
    DEVICE.get_or_init(Device::open).clone()
}

/// Makes the calling thread one of those that operations divide their work between, so that it takes
/// its share instead of waiting for others to wake up. For the thread that runs networks, before
/// anything else has divided work; later calls change nothing.
pub fn join_threads() {
    let asked = std::env::var("RAYON_NUM_THREADS").ok().and_then(|text| text.parse().ok());
    let available = || std::thread::available_parallelism().map_or(1, usize::from);
    let threads = asked.filter(|&threads| threads > 0).unwrap_or_else(available);
    // If it were the only one, work of any other thread would wait until this one comes by.
    if threads > 1 {
        let builder = rayon::ThreadPoolBuilder::new().num_threads(threads).use_current_thread();
        // It fails when the threads are there already: then they do without this one.
        let _ = builder.build_global();
    }
}

/// The device in words, such as `cpu (2 threads)`.
pub fn description() -> String {
    Device::describe()
}
