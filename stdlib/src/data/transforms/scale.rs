//! From bytes to the numbers that networks take.

use netlet_dsl::messages::Failure;

use crate::data::raster::Raster;

/// What the values of each channel, or of all, become: times a factor, plus an offset.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::data) struct Scale {
    channels: Vec<[f64; 2]>,
}

impl Default for Scale {
    /// Values stay as they are: of pixels, 0 to 1, as torchvision's `ToTensor` has it.
    fn default() -> Self {
        Self { channels: vec![[1.0, 0.0]] }
    }
}

impl Scale {
    /// This, then less `mean` and over `deviation`, each of all channels or one for each.
    pub(super) fn normalized(&self, mean: &[f64], deviation: &[f64]) -> Self {
        let count = self.channels.len().max(mean.len()).max(deviation.len());
        let at = |values: &[f64], channel: usize| values[channel.min(values.len() - 1)];
        let channel = |channel: usize| {
            let [factor, offset] = self.channels[channel.min(self.channels.len() - 1)];
            let (mean, deviation) = (at(mean, channel), at(deviation, channel));
            [factor / deviation, (offset - mean) / deviation]
        };
        Self { channels: (0..count).map(channel).collect() }
    }

    /// Checks that there is one scale, or one for each of so many channels.
    pub(in crate::data) fn expect_channels(&self, channels: usize) -> Result<(), Failure> {
        let count = self.channels.len();
        if count == 1 || count == channels {
            return Ok(());
        }
        Err(Failure::new(format!(
            "`normalize` has {count} means and deviations, but samples have {channels} channels"
        ))
        .help("use one mean and one deviation: `normalize mean=0.5 std=0.5`"))
    }

    fn channel(&self, channel: usize) -> [f32; 2] {
        self.channels[channel.min(self.channels.len() - 1)].map(|it| it as f32)
    }

    /// Writes a picture channel by channel, its pixels taken as 0 to 1.
    pub(in crate::data) fn write(&self, picture: &Raster, values: &mut [f32]) {
        let size = picture.rows * picture.columns;
        for (channel, values) in values.chunks_exact_mut(size).enumerate() {
            let table = self.table(channel);
            let pixels = picture.pixels.iter().skip(channel).step_by(picture.channels);
            values.iter_mut().zip(pixels).for_each(|(value, &it)| *value = table[usize::from(it)]);
        }
    }

    /// The same for pixels that lie channel by channel already.
    pub(in crate::data) fn write_planes(&self, channels: usize, pixels: &[u8], values: &mut [f32]) {
        let size = pixels.len() / channels.max(1);
        let planes = values.chunks_exact_mut(size.max(1)).zip(pixels.chunks_exact(size.max(1)));
        for (channel, (values, pixels)) in planes.enumerate() {
            let table = self.table(channel);
            values.iter_mut().zip(pixels).for_each(|(value, &it)| *value = table[usize::from(it)]);
        }
    }

    /// What each byte becomes.
    fn table(&self, channel: usize) -> [f32; 256] {
        let [factor, offset] = self.channel(channel);
        let mut table = [0.0; 256];
        for (byte, value) in (0u8..=255).zip(&mut table) {
            let pixel = f32::from(byte) / 255.0;
            *value = if [factor, offset] == [1.0, 0.0] { pixel } else { pixel * factor + offset };
        }
        table
    }

    /// Changes numbers that lie channel by channel.
    pub(in crate::data) fn change(&self, channels: usize, values: &mut [f32]) {
        if *self == Self::default() {
            return;
        }
        let size = (values.len() / channels.max(1)).max(1);
        for (channel, values) in values.chunks_exact_mut(size).enumerate() {
            let [factor, offset] = self.channel(channel);
            values.iter_mut().for_each(|value| *value = *value * factor + offset);
        }
    }
}
