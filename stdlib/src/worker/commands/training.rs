//! Commands that change how a network has learned, or show it.

use netlet_dsl::messages::{CurveKind, Event, Failure, Report, TrainOptions};

use crate::pictures;
use crate::train::{Trainable, Watch};
use crate::worker::executor::Executor;

impl Executor {
    pub(in crate::worker) fn train(
        &mut self,
        net: String,
        data: &str,
        options: &TrainOptions,
        watch: &mut dyn Watch,
    ) -> Result<Report, Failure> {
        let recovery = self.recovery(&net);
        let (model, dataset) = self.model_and_data(&net, data)?;
        // A process that died has left it.
        if let Some(recovery) = &recovery
            && model.is_new()
            && recovery.path().is_file()
            && let Err(failure) = model.resume(recovery.path())
        {
            let message = format!("an earlier training cannot be taken up: {}", failure.headline);
            watch.show(Event::Warning { message });
        }
        let report = model.train([&net, data], dataset, options, recovery.as_ref(), watch)?;
        Ok(Report::Train(report))
    }

    pub(in crate::worker) fn find_learning_rate(
        &mut self,
        net: String,
        data: String,
        options: &TrainOptions,
        watch: &mut dyn Watch,
    ) -> Result<Option<Report>, Failure> {
        let (model, dataset) = self.model_and_data(&net, &data)?;
        let Some(tried) = model.find_learning_rate(dataset, options, watch)? else {
            return Ok(None);
        };
        let (losses, suggestion) = (tried.losses, tried.suggestion);
        watch.show(Event::Picture(pictures::rates(&net, &losses, suggestion)));
        Ok(Some(Report::LearningRates { net, data, losses, suggestion }))
    }

    pub(in crate::worker) fn set_trainable(
        &mut self,
        net: String,
        part: Option<String>,
        trainable: bool,
    ) -> Result<Report, Failure> {
        let Trainable { values, learning } =
            self.model(&net)?.set_trainable(part.as_deref(), trainable);
        Ok(Report::Trainable { net, part, trainable, values, learning })
    }

    pub(in crate::worker) fn plot(
        &mut self,
        net: String,
        kind: Option<CurveKind>,
        watch: &mut dyn Watch,
    ) -> Result<Report, Failure> {
        let curve = self.model(&net)?.curve();
        if curve.steps() == 0 {
            return Err(Failure::new(format!("`{net}` has not been trained, so it has no curve"))
                .help(format!("train it first: `train {net} on DATA`")));
        }
        watch.show(Event::Picture(pictures::plot(&net, curve, kind)));
        let (loss, epochs) = (curve.losses().to_vec(), curve.epochs().to_vec());
        Ok(Report::Plot { net, loss, epochs })
    }
}
