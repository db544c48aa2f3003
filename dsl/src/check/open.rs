//! A network that is built line by line.

use std::sync::{Arc, OnceLock};

use super::{Defined, Definitions, Family};
use crate::diagnostic::{Diagnostic, Severity};
use crate::elaborate::{self, Budget, Elaborated, Watch};
use crate::messages::LineReport;
use crate::network::{Network, Node, NodeId};
use crate::source::Sources;
use crate::summary;
use crate::syntax::ast::{Body, Net, Step};

/// A network that is built line by line, as it stands.
#[derive(Clone, Debug)]
pub struct Open {
    /// Its definition, which has no layers.
    family: Arc<Family>,
    /// The cell that opened it.
    cell: Option<String>,
    lines: Vec<Line>,
    /// The network, as soon as it has a layer.
    pub network: Option<Arc<Network>>,
}

/// A line of layers.
#[derive(Clone, Debug)]
struct Line {
    /// The cell that added it, where the front end has cells.
    cell: Option<String>,
    steps: Arc<Vec<Step>>,
}

/// What a change of an open network comes to.
pub(super) struct Changed {
    /// What the line that was added answers, unless there were errors.
    pub(super) answer: Option<LineReport>,
    /// Everything found wrong.
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl Open {
    /// A network without layers yet, opened by a cell.
    pub(super) fn new(family: Arc<Family>, cell: Option<&str>) -> Self {
        Self { family, cell: cell.map(str::to_owned), lines: Vec::new(), network: None }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.family.name
    }

    /// How many lines it has.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether it has no lines yet.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The same opened anew by the cell that opened it: what other cells have added stays.
    pub(super) fn opened_again(&self, family: Arc<Family>, cell: Option<&str>) -> Option<Self> {
        let same = cell.is_some() && self.cell.as_deref() == cell;
        (same && self.name() == family.name).then(|| Self { family, ..self.clone() })
    }

    /// Takes away what a cell has added, since it is run again. Gives the place where that was.
    pub(super) fn take_lines_of(&mut self, cell: &str) -> Option<usize> {
        let is_of = |line: &Line| line.cell.as_deref() == Some(cell);
        let place = self.lines.iter().position(is_of)?;
        self.lines.retain(|line| !is_of(line));
        Some(place)
    }

    /// Adds a line at a place and works the whole out anew.
    pub(super) fn insert(
        &mut self,
        place: usize,
        cell: Option<&str>,
        steps: &Arc<Vec<Step>>,
        space: &Definitions,
        budget: &Budget,
        watch: Option<&Watch>,
    ) -> Changed {
        let place = place.min(self.lines.len());
        let before = self.lines[..place].iter().map(|line| line.steps.len()).sum::<usize>();
        let cell = cell.map(str::to_owned);
        self.lines.insert(place, Line { cell, steps: Arc::clone(steps) });
        let Elaborated { network, marks, diagnostics } = self.elaborated(space, budget, watch);
        let answer = network.as_ref().and_then(|network| {
            let marks = marks.get(before..=before + steps.len())?;
            let nodes = marks.first()?.nodes..marks.last()?.nodes;
            let currents = marks.iter().filter_map(|mark| mark.current);
            Some(answer(network, nodes, &currents.collect::<Vec<_>>()))
        });
        self.network = network.map(Arc::new);
        Changed { answer, diagnostics }
    }

    /// Works the whole out anew after lines were taken away.
    pub(super) fn refresh(&mut self, space: &Definitions, budget: &Budget) -> Vec<Diagnostic> {
        self.network = None;
        if self.lines.is_empty() {
            return Vec::new();
        }
        let Elaborated { network, diagnostics, .. } = self.elaborated(space, budget, None);
        self.network = network.map(Arc::new);
        diagnostics
    }

    /// Takes the last line back; gives its text, or `None` where there is no line.
    pub(super) fn undo(&mut self, sources: &Sources) -> Option<String> {
        let line = self.lines.pop()?;
        let first = line.steps.first().map_or(0, |step| step.span.start);
        let end = line.steps.last().map_or(first, end_of);
        Some(sources.slice(&(first..end)).to_owned())
    }

    /// Everything wrong with the header alone.
    pub(super) fn header_errors(&self, space: &Definitions, budget: &Budget) -> Vec<Diagnostic> {
        let found = elaborate::network(&self.family, &[], space, budget).diagnostics;
        found.into_iter().filter(|it| it.severity == Severity::Error).collect()
    }

    /// The network as one definition, where it has layers.
    pub(super) fn closed(&self) -> Option<Defined<Family>> {
        let network = self.network.clone()?;
        let steps = self.lines.iter().flat_map(|line| line.steps.iter().cloned());
        let span = self.family.net.span.clone();
        let body = Body { steps: steps.collect(), span };
        let net = Net { body: Some(body), ..self.family.net.as_ref().clone() };
        let family = Family {
            net: Arc::new(net),
            source: network.source.clone(),
            network: OnceLock::from(network),
            ..Family::new(&self.family.net, "")
        };
        Some(Defined { item: Arc::new(family), home: None })
    }

    fn elaborated(
        &self,
        space: &Definitions,
        budget: &Budget,
        watch: Option<&Watch>,
    ) -> Elaborated {
        let lines = self.lines.iter().map(|line| Arc::clone(&line.steps)).collect::<Vec<_>>();
        elaborate::watched(&self.family, &lines, space, budget, watch)
    }
}

/// Where a step ends, with its label.
fn end_of(step: &Step) -> usize {
    step.label.as_ref().map_or(step.span.end, |label| label.span.end.max(step.span.end))
}

/// What a line answers: the shapes from the value before it on, and what its layers have.
fn answer(network: &Network, nodes: std::ops::Range<NodeId>, currents: &[NodeId]) -> LineReport {
    let shapes = currents.iter().map(|&id| network.nodes[id].shape.dims().to_vec());
    let own = nodes.start.max(network.input_count)..nodes.end.max(network.input_count);
    let own = &network.nodes[own];
    let sum = |of: fn(&Node) -> u64| own.iter().map(of).fold(0, u64::saturating_add);
    let last = currents.last().filter(|&&id| id >= network.input_count);
    let field = last.map(|&id| summary::receptive_field(network, id));
    LineReport {
        net: network.name.clone(),
        shapes: shapes.collect(),
        parameters: sum(Node::parameter_count),
        multiply_adds: sum(Node::multiply_adds),
        receptive_field: field.unwrap_or_default(),
    }
}
