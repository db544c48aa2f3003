//! Rows of numbers, or of picture files with their classes or boxes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};

use csv::{ReaderBuilder, StringRecord, Trim};
use netlet_dsl::messages::{Failure, Task};

use super::things::{self, Boxed};
use super::{files, locate};
use crate::data::Target;
use crate::data::reading::{Reading, Stop};
use crate::data::store::{Answers, Collection, Inputs, Store};

/// The columns of a box.
const EDGES: [&str; 4] = ["xmin", "ymin", "xmax", "ymax"];
/// The columns that hold the class of a box, where none is named.
const CLASS: [&str; 3] = ["label", "class", "name"];
/// The most classes that whole numbers stand for.
const MOST_NUMBERED: usize = 100;

/// A file's content: names of columns, and rows with as many fields each.
struct Table {
    path: PathBuf,
    columns: Vec<String>,
    rows: Vec<StringRecord>,
    /// The line of the first row.
    first_line: usize,
}

/// Rows with an answer in a column, the last one unless another is named.
///
/// Answers that are texts are classes. So are whole numbers, if they are all those from 0 on to some
/// number, and each comes twice on an average; other numbers are values. With a column `file`, rows are
/// of pictures, whose paths begin at the CSV file; with `xmin`, `ymin`, `xmax` and `ymax`, of boxes in
/// them.
pub(super) fn csv(
    path: &Path,
    label: Option<&str>,
    reading: &mut Reading<'_>,
) -> Result<Collection, Stop> {
    let path = locate::existing(path)?;
    reading.progress(0)?;
    let table = Table::read(&path)?;
    match table.column("file") {
        Some(file) if EDGES.iter().all(|edge| table.column(edge).is_some()) => {
            table.boxes(file, label, reading)
        }
        Some(file) => table.pictures(file, label, reading),
        None => Ok(table.numbers(label)?),
    }
}

impl Table {
    fn read(path: &Path) -> Result<Self, Failure> {
        let shown = path.display();
        let cannot = |error: &dyn std::fmt::Display| {
            Failure::new(format!("cannot read `{shown}`: {error}"))
                .note("expected rows with as many fields each, parted by commas")
                .help("mend the file")
        };
        let file = File::open(path).map_err(|error| cannot(&error))?;
        let mut builder = ReaderBuilder::new();
        let mut reader = builder.has_headers(false).trim(Trim::All).from_reader(file);
        let rows =
            reader.records().collect::<Result<Vec<_>, _>>().map_err(|error| cannot(&error))?;
        let mut rows = rows.into_iter();
        let first = rows.next().ok_or_else(|| cannot(&"it is empty"))?;
        let mut rows: Vec<StringRecord> = rows.collect();
        // A line of numbers alone is no line of names.
        let is_data = first.iter().all(|field| field.parse::<f64>().is_ok());
        let columns = if is_data {
            let columns = (1..=first.len()).map(|number| format!("column {number}")).collect();
            rows.insert(0, first);
            columns
        } else {
            first.iter().map(str::to_owned).collect()
        };
        if rows.is_empty() {
            return Err(cannot(&"it has no rows beside the names of its columns"));
        }
        let first_line = if is_data { 1 } else { 2 };
        Ok(Self { path: path.to_owned(), columns, rows, first_line })
    }

    fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// The column of the answers.
    fn answers(&self, label: Option<&str>) -> Result<usize, Failure> {
        let Some(label) = label else { return Ok(self.columns.len() - 1) };
        self.column(label).ok_or_else(|| {
            let list: Vec<String> = self.columns.iter().map(|it| format!("`{it}`")).collect();
            Failure::new(format!("`{}` has no column `{label}`", self.path.display()))
                .note(format!("it has {}", list.join(", ")))
                .help("name one of them: `label=NAME`")
        })
    }

    fn title(&self) -> String {
        format!("rows of `{}`", self.path.display())
    }

    fn number<T: std::str::FromStr>(&self, row: usize, column: usize) -> Result<T, Failure> {
        let field = &self.rows[row][column];
        field.parse().map_err(|_| {
            Failure::new(format!("`{}` has a field that is no number", self.path.display()))
                .note(format!(
                    "line {}, column `{}`: `{field}`",
                    row + self.first_line,
                    self.columns[column]
                ))
                .help("fill it in, or leave the row or the column out")
        })
    }

    /// Rows of numbers.
    fn numbers(&self, label: Option<&str>) -> Result<Collection, Failure> {
        let answers = self.answers(label)?;
        let inputs: Vec<usize> = (0..self.columns.len()).filter(|&it| it != answers).collect();
        if inputs.is_empty() {
            return Err(Failure::new(format!("`{}` has one column alone", self.path.display()))
                .note("expected columns of numbers, and one of answers")
                .help("check that fields are parted by commas"));
        }
        let places =
            || (0..self.rows.len()).flat_map(|row| inputs.iter().map(move |&it| (row, it)));
        let values = places().map(|(row, column)| self.number(row, column));
        let values = values.collect::<Result<Vec<f32>, _>>()?;
        let inputs = Inputs::Numbers { shape: vec![inputs.len()], values };
        self.collection(inputs, answers, (0..self.rows.len()).collect())
    }

    /// Rows of pictures.
    fn pictures(
        &self,
        file: usize,
        label: Option<&str>,
        reading: &mut Reading<'_>,
    ) -> Result<Collection, Stop> {
        let answers = self.answers(label)?;
        if answers == file {
            return Err(Failure::new(format!("`{}` has no answers", self.path.display()))
                .note("the column of the answers would be that of the files")
                .help("name the column of the answers: `label=NAME`")
                .into());
        }
        let paths: Vec<PathBuf> = self.rows.iter().map(|row| self.picture(&row[file])).collect();
        let sizes = files::sizes(&paths, reading)?;
        let good = (0..paths.len()).filter(|&it| sizes[it].is_some()).collect();
        Ok(self.collection(Inputs::Files(paths), answers, good)?)
    }

    /// A picture, whose path begins at the file or at the folder `images` beside it.
    fn picture(&self, name: &str) -> PathBuf {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        let direct = folder.join(name);
        let within = folder.join("images").join(name);
        if !direct.exists() && within.exists() { within } else { direct }
    }

    fn collection(
        &self,
        inputs: Inputs,
        answers: usize,
        items: Vec<usize>,
    ) -> Result<Collection, Failure> {
        let (classes, targets) = self.targets(answers)?;
        Ok(Collection {
            title: self.title(),
            task: if classes.is_empty() { Task::Values } else { Task::Class },
            classes,
            palette: Vec::new(),
            store: Store { inputs, answers: Answers::Given(targets) },
            train: items,
            test: None,
        })
    }

    /// The classes, if answers are such, and the answers.
    fn targets(&self, column: usize) -> Result<(Vec<String>, Vec<Target>), Failure> {
        let fields = || self.rows.iter().map(|row| &row[column]);
        let classes = match fields().all(|field| field.parse::<f32>().is_ok()) {
            true => self.numbered(column),
            false => {
                let names: BTreeSet<&str> = fields().collect();
                Some(names.into_iter().map(str::to_owned).collect())
            }
        };
        let Some(classes) = classes else {
            let rows = 0..self.rows.len();
            let value = |row| Ok(Target::Values(vec![self.number(row, column)?]));
            return Ok((Vec::new(), rows.map(value).collect::<Result<_, Failure>>()?));
        };
        let numbers: BTreeMap<&str, usize> =
            classes.iter().enumerate().map(|(number, name)| (name.as_str(), number)).collect();
        let target = |field| {
            let class = numbers.get(field).copied();
            class.map(Target::Class).ok_or_else(|| Failure::new(format!("no class `{field}`")))
        };
        let targets = fields().map(target).collect::<Result<_, _>>()?;
        Ok((classes, targets))
    }

    /// The class names `0`, `1` and so on, if whole numbers are such.
    fn numbered(&self, column: usize) -> Option<Vec<String>> {
        let fields = self.rows.iter().map(|row| &row[column]);
        let found: BTreeSet<&str> = fields.collect();
        let count = found.len();
        let names: Vec<String> = (0..count).map(|number| number.to_string()).collect();
        let fits = (2..=MOST_NUMBERED).contains(&count) && 2 * count <= self.rows.len();
        (fits && names.iter().all(|name| found.contains(name.as_str()))).then_some(names)
    }

    /// Rows of boxes in pictures.
    fn boxes(
        &self,
        file: usize,
        label: Option<&str>,
        reading: &mut Reading<'_>,
    ) -> Result<Collection, Stop> {
        let class = match label {
            Some(_) => self.answers(label)?,
            None => CLASS.iter().find_map(|name| self.column(name)).ok_or_else(|| {
                Failure::new(format!("`{}` has no column of classes", self.path.display()))
                    .note(format!("expected one of {}", CLASS.join(", ")))
                    .help("name it: `label=NAME`")
            })?,
        };
        let edges: Vec<usize> = EDGES.iter().filter_map(|edge| self.column(edge)).collect();
        let mut found: Vec<Boxed> = Vec::new();
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for (number, row) in self.rows.iter().enumerate() {
            let place = *places.entry(&row[file]).or_insert_with(|| {
                let picture = self.picture(&row[file]);
                found.push(Boxed { picture, told_by: self.path.clone(), boxes: Vec::new() });
                found.len() - 1
            });
            let mut place_of = [0.0; 4];
            for (edge, &column) in place_of.iter_mut().zip(&edges) {
                *edge = self.number(number, column)?;
            }
            found[place].boxes.push((row[class].to_owned(), place_of));
        }
        let folder = self.path.parent().unwrap_or(Path::new(""));
        let names = files::class_names(&[folder, folder.parent().unwrap_or(folder)])?;
        // Names of something else are no help.
        let names = names.filter(|names| {
            let has = |row: &StringRecord| names.iter().any(|name| name == &row[class]);
            self.rows.iter().all(has)
        });
        things::collection(self.title(), names, [Some(found), None], reading)
    }
}
