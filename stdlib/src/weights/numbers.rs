//! The kinds of numbers in weights files, as the floats that networks compute with.

use std::fmt;

use half::{bf16, f16};

/// What a tensor holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numbers {
    F64,
    F32,
    F16,
    BF16,
    /// Integers or flags, by the name of their type. No weights are such, but counters are.
    Whole(&'static str),
    /// Numbers that are not read.
    Other(safetensors::Dtype),
}

impl Numbers {
    /// The bytes of each; 0 where they are not read.
    pub(super) fn size(self) -> usize {
        match self {
            Self::F64 => 8,
            Self::F32 => 4,
            Self::F16 | Self::BF16 => 2,
            Self::Whole(_) | Self::Other(_) => 0,
        }
    }

    /// Whether they are integers or flags.
    pub(super) fn are_whole(self) -> bool {
        matches!(self, Self::Whole(_))
    }

    /// Little-endian numbers as floats: the nearest ones, for doubles. None of other kinds.
    pub(super) fn floats(self, bytes: &[u8]) -> Vec<f32> {
        fn each<const N: usize>(bytes: &[u8], float: impl Fn([u8; N]) -> f32) -> Vec<f32> {
            bytes.as_chunks().0.iter().map(|chunk| float(*chunk)).collect()
        }
        match self {
            Self::F64 => each(bytes, |chunk| f64::from_le_bytes(chunk) as f32),
            Self::F32 => each(bytes, f32::from_le_bytes),
            Self::F16 => each(bytes, |chunk| f16::from_le_bytes(chunk).to_f32()),
            Self::BF16 => each(bytes, |chunk| bf16::from_le_bytes(chunk).to_f32()),
            Self::Whole(_) | Self::Other(_) => Vec::new(),
        }
    }
}

impl From<safetensors::Dtype> for Numbers {
    fn from(dtype: safetensors::Dtype) -> Self {
        use safetensors::Dtype;
        match dtype {
            Dtype::F64 => Self::F64,
            Dtype::F32 => Self::F32,
            Dtype::F16 => Self::F16,
            Dtype::BF16 => Self::BF16,
            Dtype::BOOL => Self::Whole("BOOL"),
            Dtype::U8 => Self::Whole("U8"),
            Dtype::I8 => Self::Whole("I8"),
            Dtype::U16 => Self::Whole("U16"),
            Dtype::I16 => Self::Whole("I16"),
            Dtype::U32 => Self::Whole("U32"),
            Dtype::I32 => Self::Whole("I32"),
            Dtype::U64 => Self::Whole("U64"),
            Dtype::I64 => Self::Whole("I64"),
            other => Self::Other(other),
        }
    }
}

impl fmt::Display for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(name) => f.write_str(name),
            Self::Other(dtype) => write!(f, "{dtype:?}"),
            known => write!(f, "{known:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_kinds_become_floats() {
        let expected = [1.5_f32, -0.25, 65504.0];
        let f64s: Vec<u8> = expected.iter().flat_map(|&it| f64::from(it).to_le_bytes()).collect();
        let f32s: Vec<u8> = expected.iter().flat_map(|it| it.to_le_bytes()).collect();
        let f16s: Vec<u8> =
            expected.iter().flat_map(|&it| f16::from_f32(it).to_le_bytes()).collect();
        let bf16s: Vec<u8> =
            expected.iter().flat_map(|&it| bf16::from_f32(it).to_le_bytes()).collect();
        assert_eq!(Numbers::F64.floats(&f64s), expected);
        assert_eq!(Numbers::F32.floats(&f32s), expected);
        assert_eq!(Numbers::F16.floats(&f16s), expected);
        assert_eq!(Numbers::BF16.floats(&bf16s), [1.5, -0.25, 65536.0]);
        assert!(Numbers::Whole("I64").floats(&f64s).is_empty());
    }
}
