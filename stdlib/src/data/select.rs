//! Which items become samples: the classes that are kept, and the part that is kept for tests.

use netlet_dsl::messages::{Failure, Task};
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::store::{Answers, Collection, Thing};
use super::{IGNORED, Target};

/// The part that is kept for tests where nothing says it.
const SPLIT: f64 = 0.2;

impl Collection {
    /// Keeps these classes, in this order. Pictures that have none of them are left out; pixels of
    /// other classes do not count.
    ///
    /// # Errors
    /// When there is no such class.
    pub(super) fn keep(&mut self, only: &[String]) -> Result<(), Failure> {
        if only.is_empty() {
            return Ok(());
        }
        if self.classes.is_empty() {
            return Err(Failure::new("there are no classes to choose from with `only`")
                .note(format!("the answers of {} are numbers, or there are none", self.title)));
        }
        let mut new = vec![None; self.classes.len()];
        let mut colours = Vec::new();
        for (number, name) in only.iter().enumerate() {
            let class = self.class(name)?;
            if new[class].replace(number).is_some() {
                return Err(Failure::new(format!("`only` names the class `{name}` twice")));
            }
            colours.extend(self.palette.get(class));
        }
        self.classes = only.to_vec();
        self.palette = colours;
        self.renumber(&new);
        let has_class = |&item: &usize| match &self.store.answers {
            Answers::Given(targets) => targets[item] != Target::None,
            Answers::Maps(maps) => maps.has_class(item),
            Answers::Things(things) => !things[item].is_empty(),
        };
        self.train.retain(has_class);
        self.test.iter_mut().for_each(|test| test.retain(has_class));
        Ok(())
    }

    fn class(&self, name: &str) -> Result<usize, Failure> {
        if let Some(class) = self.classes.iter().position(|class| class == name) {
            return Ok(class);
        }
        let like = |class: &&String| strsim::damerau_levenshtein(class, name);
        let nearest = self.classes.iter().min_by_key(like);
        let failure = Failure::new(format!("there is no class `{name}` in {}", self.title));
        let list: Vec<String> = self.classes.iter().map(|class| format!("`{class}`")).collect();
        let failure = failure.note(format!("there are {}", list.join(", ")));
        Err(match nearest.filter(|class| like(class) <= 2.max(name.len() / 3)) {
            Some(class) => failure.help(format!("did you mean `{class}`?")),
            None => failure,
        })
    }

    /// Gives each class its new number; what has none is no answer any more.
    fn renumber(&mut self, new: &[Option<usize>]) {
        match &mut self.store.answers {
            Answers::Given(targets) => targets.iter_mut().for_each(|target| {
                if let Target::Class(class) = target {
                    *target = new[*class].map_or(Target::None, Target::Class);
                }
            }),
            Answers::Maps(maps) => maps.classes.iter_mut().for_each(|class| {
                let number = new.get(usize::from(*class)).copied().flatten();
                *class = number.map_or(IGNORED, |number| number as u8);
            }),
            Answers::Things(things) => things.iter_mut().for_each(|things| {
                let kept = |thing: &Thing| Some(Thing { class: new[thing.class]?, ..*thing });
                *things = things.iter().filter_map(kept).collect();
            }),
        }
    }

    /// Splits off the test part: the source's own unless another is asked for, or a fifth. The same
    /// samples every time, and of each class the same part.
    pub(super) fn split(&mut self, part: Option<f64>) -> Vec<usize> {
        let part = match (part, self.test.take()) {
            (None, Some(test)) => return test,
            (part, test) => {
                self.train.extend(test.unwrap_or_default());
                self.train.sort_unstable();
                part.unwrap_or(SPLIT)
            }
        };
        let mut groups = vec![Vec::new(); self.classes.len().max(1)];
        for item in std::mem::take(&mut self.train) {
            groups[self.class_of(item)].push(item);
        }
        let mut random = StdRng::seed_from_u64(0);
        let mut test = Vec::new();
        for mut group in groups {
            group.shuffle(&mut random);
            let most = group.len().saturating_sub(1);
            let count = ((group.len() as f64 * part).round() as usize).clamp(most.min(1), most);
            test.extend(group.drain(..count));
            self.train.extend(group);
        }
        self.train.sort_unstable();
        test.sort_unstable();
        test
    }

    /// The class by which an item is split; 0 where it has none or several.
    fn class_of(&self, item: usize) -> usize {
        match (&self.store.answers, self.task) {
            (Answers::Given(targets), Task::Class) => match targets[item] {
                Target::Class(class) => class,
                _ => 0,
            },
            (Answers::Things(things), _) => {
                let largest = things[item].iter().max_by(|a, b| a.area().total_cmp(&b.area()));
                largest.map_or(0, |thing| thing.class)
            }
            _ => 0,
        }
    }
}
