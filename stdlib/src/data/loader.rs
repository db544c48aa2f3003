//! Samples made of a source's items when they are wanted.

use netlet_dsl::messages::Failure;

use super::raster::Raster;
use super::store::{Answers, Inputs, Pick, Store};
use super::{Example, Look, Target};

/// What makes samples.
#[derive(Debug)]
pub(super) struct Loader {
    store: Store,
}

impl Loader {
    pub(super) fn new(store: Store) -> Self {
        Self { store }
    }

    /// One sample's shape.
    pub(super) fn shape(&self) -> &[usize] {
        match &self.store.inputs {
            Inputs::Pictures { shape, .. } => shape,
            Inputs::Numbers { shape, .. } | Inputs::Noise { shape } => shape,
            Inputs::Files(_) => &[],
        }
    }

    fn picture(&self, pick: Pick) -> Result<Raster, Failure> {
        match &self.store.inputs {
            Inputs::Pictures { shape, pixels } => {
                let size = shape.iter().product::<usize>();
                let start = pick.item * size;
                Ok(Raster::from_planes(*shape, &pixels[start..start + size]))
            }
            _ => Err(Failure::new("this source cannot be read yet")),
        }
    }

    pub(super) fn target(&self, pick: Pick, _look: Look) -> Result<Target, Failure> {
        match &self.store.answers {
            Answers::Given(targets) => Ok(targets[pick.item].clone()),
            _ => Err(Failure::new("this source cannot be read yet")),
        }
    }

    pub(super) fn example(&self, pick: Pick, look: Look) -> Result<Example, Failure> {
        let sample = self.picture(pick)?.into_sample();
        Ok(Example { sample, target: self.target(pick, look)? })
    }

    /// Writes a sample as a network takes it, and gives its answer.
    pub(super) fn fill(
        &self,
        pick: Pick,
        look: Look,
        values: &mut [f32],
    ) -> Result<Target, Failure> {
        let sample = self.picture(pick)?.into_sample();
        for (value, &pixel) in values.iter_mut().zip(&sample.pixels) {
            *value = f32::from(pixel) / 255.0;
        }
        self.target(pick, look)
    }
}
