//! What the formatter makes of a text: its lines, with all that can be broken into further ones.

/// A text.
#[derive(Debug)]
pub(super) struct Page<'t> {
    pub(super) lines: Vec<Line<'t>>,
    /// A cell of Rust at the end, as it stands.
    pub(super) rust: Option<&'t str>,
}

/// What stands on lines of its own.
#[derive(Debug)]
pub(super) enum Line<'t> {
    /// At most one of them is printed in a row, and none at the beginning or end of a body.
    Blank,
    Comment(&'t str),
    Chain(Chain<'t>),
}

/// An item, or steps joined by arrows.
#[derive(Debug)]
pub(super) struct Chain<'t> {
    pub(super) links: Vec<Link<'t>>,
}

#[derive(Debug)]
pub(super) struct Link<'t> {
    /// Whether the author has put it on a line of its own.
    pub(super) broken: bool,
    /// Comments on lines of their own before it.
    pub(super) before: Vec<&'t str>,
    pub(super) step: Step<'t>,
    /// The comment at the end of its line.
    pub(super) comment: Option<&'t str>,
}

/// A step, or an item up to its first arrow.
#[derive(Debug, Default)]
pub(super) struct Step<'t> {
    pub(super) parts: Vec<Part<'t>>,
    /// Its width on one line, if it may stand there.
    pub(super) flat: Option<usize>,
}

#[derive(Debug)]
pub(super) struct Part<'t> {
    /// Whether a blank stands before it.
    pub(super) blank: bool,
    pub(super) kind: PartKind<'t>,
}

#[derive(Debug)]
pub(super) enum PartKind<'t> {
    /// What cannot be broken.
    Text(String),
    Group(Group<'t>),
    Body(Body<'t>),
}

/// Inputs, parameters, or a list: values with commas between them.
#[derive(Debug, Default)]
pub(super) struct Group<'t> {
    pub(super) is_list: bool,
    /// The comment behind its bracket.
    pub(super) head: Option<&'t str>,
    pub(super) entries: Vec<Entry<'t>>,
    /// Comments on lines of their own before its end.
    pub(super) tail: Vec<&'t str>,
    pub(super) flat: Option<usize>,
}

#[derive(Debug)]
pub(super) struct Entry<'t> {
    pub(super) before: Vec<&'t str>,
    pub(super) value: Step<'t>,
    pub(super) comment: Option<&'t str>,
}

/// What stands in braces.
#[derive(Debug, Default)]
pub(super) struct Body<'t> {
    /// The comment behind its brace.
    pub(super) head: Option<&'t str>,
    pub(super) branches: Vec<Branch<'t>>,
    /// The steps where there are no branches; else what stands behind the last of them.
    pub(super) lines: Vec<Line<'t>>,
    pub(super) flat: Option<usize>,
}

#[derive(Debug)]
pub(super) struct Branch<'t> {
    /// Comments and blank lines before its bar.
    pub(super) above: Vec<Line<'t>>,
    /// The comment behind its bar.
    pub(super) head: Option<&'t str>,
    pub(super) lines: Vec<Line<'t>>,
}

/// The columns that a text takes.
pub(super) fn width(text: &str) -> usize {
    text.chars().count()
}

impl Page<'_> {
    /// The chains among lines, which are all of them where a body stands on one line.
    pub(super) fn chains<'l, 't>(lines: &'l [Line<'t>]) -> impl Iterator<Item = &'l Chain<'t>> {
        lines.iter().filter_map(|line| match line {
            Line::Chain(chain) => Some(chain),
            _ => None,
        })
    }
}

impl Chain<'_> {
    fn flat(&self) -> Option<usize> {
        let steps = self.links.iter().map(|link| link.step.flat).sum::<Option<usize>>()?;
        Some(steps + " -> ".len() * (self.links.len() - 1))
    }
}

/// The width of chains with `; ` between them.
fn flat(lines: &[Line<'_>]) -> Option<usize> {
    let widths = Page::chains(lines).map(Chain::flat).collect::<Option<Vec<_>>>()?;
    Some(widths.iter().sum::<usize>() + "; ".len() * widths.len().saturating_sub(1))
}

impl Step<'_> {
    /// Works its width out, after that of its parts.
    pub(super) fn measure(&mut self) {
        let widths = self.parts.iter().enumerate().map(|(place, part)| {
            let blank = usize::from(part.blank && place > 0);
            Some(blank + part.flat()?)
        });
        self.flat = widths.sum();
    }
}

impl Part<'_> {
    pub(super) fn flat(&self) -> Option<usize> {
        match &self.kind {
            PartKind::Text(text) => Some(width(text)),
            PartKind::Group(group) => group.flat,
            PartKind::Body(body) => body.flat,
        }
    }
}

impl Group<'_> {
    /// Works its width out, unless comments keep it from standing on one line.
    pub(super) fn measure(&mut self) {
        let commented = self.head.is_some()
            || !self.tail.is_empty()
            || self.entries.iter().any(|it| it.comment.is_some() || !it.before.is_empty());
        let widths = self.entries.iter().map(|entry| entry.value.flat).sum::<Option<usize>>();
        let commas = ", ".len() * self.entries.len().saturating_sub(1);
        self.flat = widths.filter(|_| !commented).map(|widths| widths + commas + 2);
    }
}

impl Body<'_> {
    /// Whether there is nothing between the braces.
    pub(super) fn is_empty(&self) -> bool {
        self.head.is_none()
            && self.branches.is_empty()
            && self.lines.iter().all(|line| matches!(line, Line::Blank))
    }

    /// Works its width out, unless its author has put newlines into it.
    pub(super) fn measure(&mut self, has_newlines: bool) {
        self.flat = match (self.is_empty(), has_newlines) {
            (true, _) => Some("{}".len()),
            (_, true) => None,
            _ if self.branches.is_empty() => flat(&self.lines).map(|width| width + "{  }".len()),
            _ => {
                let branches = self.branches.iter().map(|branch| {
                    let blank = usize::from(!branch.lines.is_empty());
                    Some("| ".len() + blank + flat(&branch.lines)?)
                });
                branches.sum::<Option<usize>>().map(|width| width + "{ }".len())
            }
        };
    }
}
