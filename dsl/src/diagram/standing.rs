//! How high up the parts of a row stand, and in which column.

use std::cmp::Reverse;

use super::arrange::{Arranger, COLUMN_GAP, FORK, Fragment, GAP, WIDE_GAP};
use super::figure::Part;

/// How the parts of a row stand to each other.
pub(super) struct Standing<'a> {
    arranger: &'a Arranger<'a>,
    parts: &'a [Part],
    fragments: &'a [Option<Fragment>],
    before: &'a [Vec<usize>],
    /// How high up each part begins.
    pub(super) tops: Vec<i32>,
}

impl<'a> Standing<'a> {
    pub(super) fn new(
        arranger: &'a Arranger<'a>,
        parts: &'a [Part],
        fragments: &'a [Option<Fragment>],
        before: &'a [Vec<usize>],
    ) -> Self {
        Self { arranger, parts, fragments, before, tops: vec![0; parts.len()] }
    }

    fn height(&self, part: usize) -> i32 {
        self.fragments[part].as_ref().map_or(0, |it| it.height)
    }

    fn bottom(&self, part: usize) -> i32 {
        self.tops[part] + self.height(part)
    }

    /// The room between a part and the next one.
    fn gap(&self, from: usize, to: usize) -> i32 {
        let parts_here = self.arranger.uses(self.parts[from].last()) > 1;
        let begins_wide = match &self.parts[to] {
            Part::Branches { .. } => true,
            Part::Skip { via, .. } => !via.is_empty(),
            _ => false,
        };
        if parts_here || begins_wide { WIDE_GAP } else { GAP }
    }

    /// Every part as high as what it takes allows, with room for heads beside them.
    pub(super) fn find_heights(&mut self) {
        let mut heads = vec![Vec::new(); self.parts.len()];
        for (part, sources) in self.before.iter().enumerate() {
            if self.parts[part].is_head()
                && let Some(&source) = sources.last()
            {
                heads[source].push(part);
            }
        }
        let mut free = i32::MIN / 2;
        for part in 0..self.parts.len() {
            if self.parts[part].is_head() {
                continue;
            }
            let ends = self.before[part].iter().map(|&it| self.bottom(it) + self.gap(it, part));
            self.tops[part] = ends.max().unwrap_or(0);
            // A head may have heads in turn.
            let mut waiting = heads[part].clone();
            waiting.reverse();
            let mut is_first = true;
            while let Some(head) = waiting.pop() {
                waiting.extend(heads[head].iter().rev());
                let above = FORK - self.first_height(head) / 2;
                let wanted = self.bottom(part) + above;
                if is_first && wanted < free {
                    self.tops[part] += free - wanted;
                }
                is_first = false;
                self.tops[head] = (self.bottom(part) + above).max(free);
                free = self.bottom(head) + GAP / 2;
            }
        }
    }

    fn first_height(&self, part: usize) -> i32 {
        let fragment = self.fragments[part].as_ref();
        let first = fragment.and_then(|fragment| fragment.places.first());
        first.map_or(0, |place| self.arranger.sizes[place.0].1)
    }

    /// Where each part's way goes down: the longest way at 0, others to its left.
    pub(super) fn columns(&mut self) -> Vec<i32> {
        let mut columns = vec![0; self.parts.len()];
        let mut thread = vec![usize::MAX; self.parts.len()];
        let mut threads: Vec<Vec<usize>> = Vec::new();
        for part in (0..self.parts.len()).rev().filter(|&part| !self.parts[part].is_head()) {
            if thread[part] != usize::MAX {
                continue;
            }
            let mut found = vec![part];
            thread[part] = threads.len();
            let mut at = part;
            loop {
                let sources = self.before[at].iter().copied();
                let free =
                    sources.filter(|&it| thread[it] == usize::MAX && !self.parts[it].is_head());
                // Of several equally long ways the last one, so that inputs stand in their order.
                let next = free.max_by_key(|&it| (self.bottom(it), it));
                let Some(next) = next else { break };
                thread[next] = threads.len();
                found.push(next);
                at = next;
            }
            threads.push(found);
        }
        // Those whose value is used first stand next to the main way, and of them the lowest.
        threads.iter().skip(1).for_each(|thread| self.lower(thread));
        if let Some(beside) = threads.get_mut(1..) {
            let top = |thread: &[usize]| self.tops[thread[thread.len() - 1]];
            beside.sort_by_key(|thread| (self.reach(thread), Reverse(top(thread))));
        }
        let mut taken: Vec<[i32; 4]> = Vec::new();
        for found in &threads {
            let is_main = taken.is_empty();
            let extents = found.iter().filter_map(|&part| {
                let fragment = self.fragments[part].as_ref()?;
                Some([fragment.left, fragment.right, self.tops[part], self.bottom(part)])
            });
            let extents = extents.collect::<Vec<_>>();
            let top = extents.iter().map(|it| it[2]).min().unwrap_or(0) - GAP;
            let bottom = extents.iter().map(|it| it[3]).max().unwrap_or(0) + GAP;
            let end = self.reach(found) + GAP;
            // Boxes keep clear of what stands beside them, and so does the line out of them.
            let meets = |it: &&[i32; 4], end: i32| it[2] < end && it[3] > top;
            let x = if is_main {
                0
            } else if self.is_aside(found) {
                let left = extents.iter().map(|it| it[0]).min().unwrap_or(0);
                let boxes = taken.iter().filter(|it| meets(it, bottom)).map(|it| it[1] - left);
                let lines = taken.iter().filter(|it| meets(it, end)).map(|it| it[1]);
                boxes.chain(lines).max().unwrap_or(0) + COLUMN_GAP
            } else {
                let right = extents.iter().map(|it| it[1]).max().unwrap_or(0);
                let boxes = taken.iter().filter(|it| meets(it, bottom)).map(|it| it[0] - right);
                let lines = taken.iter().filter(|it| meets(it, end)).map(|it| it[0]);
                boxes.chain(lines).min().unwrap_or(0) - COLUMN_GAP
            };
            found.iter().for_each(|&part| columns[part] = x);
            taken.extend(extents.iter().map(|it| [it[0] + x, it[1] + x, it[2], it[3]]));
            if !is_main {
                taken.push([x, x, top + GAP, end - GAP]);
            }
        }
        columns
    }

    fn is_aside(&self, thread: &[usize]) -> bool {
        let is_aside = |&part: &usize| self.arranger.figure.items[self.parts[part].last()].is_aside;
        thread.iter().any(is_aside)
    }

    /// How far down a side column and the line out of it reach.
    fn reach(&self, thread: &[usize]) -> i32 {
        let last = thread[0];
        let users = (0..self.parts.len()).filter(|&it| self.before[it].contains(&last));
        users.map(|it| self.tops[it]).chain([self.bottom(last)]).max().unwrap_or(0)
    }

    /// Brings a side column that comes from nowhere down to where it is used.
    fn lower(&mut self, thread: &[usize]) {
        let (last, first) = (thread[0], thread[thread.len() - 1]);
        let is_used = |part: &usize| {
            thread[1..].iter().all(|it| {
                let users = (0..self.parts.len()).filter(|&user| self.before[user].contains(it));
                users.clone().count() == 1
            }) && *part == last
        };
        if !self.before[first].is_empty() || !is_used(&last) {
            return;
        }
        let users = (0..self.parts.len()).filter(|&it| self.before[it].contains(&last));
        let room = users.map(|it| self.tops[it] - self.gap(last, it) - self.bottom(last)).min();
        let room = room.unwrap_or(0).max(0);
        thread.iter().for_each(|&part| self.tops[part] += room);
    }
}
