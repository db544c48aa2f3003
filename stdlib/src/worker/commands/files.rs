//! Commands that write weights and read them.

use std::fs;
use std::path::Path;

use netlet_dsl::messages::{Event, Failure, Matching, Report};

use crate::train::{Model, Recovery, Watch};
use crate::weights;
use crate::worker::executor::Executor;

impl Executor {
    pub(in crate::worker) fn save(&mut self, net: String, path: &Path) -> Result<Report, Failure> {
        let saved = weights::save(self.model(&net)?.network(0), path)?;
        let path = path.display().to_string();
        Ok(Report::Save { net, path, tensors: saved.tensors, bytes: saved.bytes })
    }

    pub(in crate::worker) fn export(
        &mut self,
        net: String,
        folder: &Path,
        watch: &mut dyn Watch,
    ) -> Result<Report, Failure> {
        let model = self.model(&net)?;
        let saved = weights::save(model.network(0), &folder.join("weights.safetensors"))?;
        if !model.preparation().is_plain() {
            let message = "the crate only brings pictures to the size of the input; the other \
                           transforms of the data, such as `normalize`, are left to you";
            watch.show(Event::Warning { message: message.to_owned() });
        }
        let names = model.class_names().iter().map(|name| format!("{name}\n"));
        let path = folder.join("classes.txt");
        fs::write(&path, names.collect::<String>())
            .map_err(|error| Failure::new(format!("cannot write `{}`: {error}", path.display())))?;
        let path = folder.display().to_string();
        Ok(Report::Export { net, path, tensors: saved.tensors, bytes: saved.bytes })
    }

    /// What a process that died has left is taken up with all trainings; of other files only the
    /// weights are.
    pub(in crate::worker) fn load(
        &mut self,
        net: String,
        path: &Path,
        part: Option<&str>,
        matching: Matching,
        watch: &mut dyn Watch,
    ) -> Result<Report, Failure> {
        let recovery = self.recovery(&net);
        let model = self.model(&net)?;
        let shown = path.display().to_string();
        if part.is_none() && recovery.as_ref().is_some_and(|recovery| recovery.path() == path) {
            let tensors = model.resume(path)?;
            return Ok(Report::Load { net, path: shown, tensors });
        }
        let loaded = weights::load_part(model.network(0), part, path, matching)?;
        model.forget_training();
        keep(model, recovery.as_ref(), watch);
        if let Some(remark) = loaded.remark {
            watch.show(Event::Warning { message: remark.to_owned() });
        }
        Ok(Report::Load { net, path: shown, tensors: loaded.tensors })
    }
}

/// Keeps a network for the case that the process dies. What hinders it is said.
fn keep(model: &mut Model, recovery: Option<&Recovery>, watch: &mut dyn Watch) {
    if let Some(Err(failure)) = recovery.map(|recovery| model.save_recovery(recovery)) {
        watch.show(Event::Warning { message: failure.headline });
    }
}
