//! What the layers do, on shapes known at run time: compiled once, with the runtime.
//!
//! Every operation takes its input as a [`Value`](crate::value::Value) with its tape, and gives its
//! output as a part of the same recording. Gradients that nothing wants are not computed.
//!
//! What is here is the same for all devices: the shapes, the memory, and what is recorded. Numbers are
//! the business of the backend that [`Device`](crate::device::Device) names: an operation has views of
//! them, which it cannot look inside.

pub(crate) mod activation;
pub(crate) mod adaptive_pool;
pub(crate) mod average_pool;
pub(crate) mod batch_norm;
pub(crate) mod channel_factor;
#[cfg(test)]
pub(crate) mod check;
pub(crate) mod concat;
pub(crate) mod conv_transpose;
pub(crate) mod convolution;
pub(crate) mod crop;
pub(crate) mod dropout;
pub(crate) mod global_max_pool;
pub(crate) mod group_norm;
pub(crate) mod join;
pub(crate) mod l2_norm;
pub(crate) mod linear;
pub(crate) mod max_pool;
pub(crate) mod max_pool3;
pub mod pad;
pub(crate) mod permute;
pub(crate) mod planes;
pub(crate) mod resample;
pub(crate) mod reshape;
pub(crate) mod response_norm;
pub(crate) mod roi_align;
pub mod softmax;
pub(crate) mod unit_dropout;
pub(crate) mod unpool;
pub(crate) mod upsample;
pub mod window;
pub mod window3;

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    /// Views hide their numbers by their types. Nothing hides the way around them, by a copy on the
    /// processor, from an operation: that is looked for here.
    #[test]
    fn operations_copy_nothing_to_the_processor() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ops");
        let ways = ["values()", "values_mut()", "from_host", "into_host", "Device::host", "[f32]"];
        let mut operations = 0;
        for file in fs::read_dir(folder).expect("the operations") {
            let path = file.expect("a file").path();
            let source = fs::read_to_string(&path).expect("a source file");
            if path.ends_with("mod.rs") || path.ends_with("check.rs") {
                continue;
            }
            let code = source.split("#[cfg(test)]").next().unwrap_or_default();
            for way in ways.into_iter().chain(["rayon"]) {
                assert!(!code.contains(way), "`{way}` in {}", path.display());
            }
            operations += 1;
        }
        assert!(operations > 20, "only {operations} operations found");
    }
}
