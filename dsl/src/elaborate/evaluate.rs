//! Expressions worked out: integers stay exact, and a division that leaves a rest is an error.

use std::collections::BTreeMap;

use super::budget::Budget;
use crate::check::suggest::did_you_mean;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::shape::Shape;
use crate::syntax::ast::{Call, Expr, Expression, Operator, Spanned, Value};

/// What names mean within a block or a network.
pub(crate) type Variables = BTreeMap<String, Value>;

/// What the dimensions of a value are called.
const DIMENSIONS: [&str; 5] = ["channels", "depth", "height", "width", "features"];

/// A place where expressions are worked out.
pub(crate) struct Evaluator<'a> {
    /// Parameters and rounds of repetitions.
    pub(crate) variables: &'a Variables,
    /// What the text may still ask for.
    pub(crate) budget: &'a Budget,
    /// The current value, and how a message speaks of it; `None` where there is none to speak of.
    pub(crate) current: Option<(Option<Shape>, String)>,
    /// The shape of a label's value, an inner `None` where an error hides it.
    pub(crate) label: &'a dyn Fn(&str) -> Option<Option<Shape>>,
    /// Where errors go.
    pub(crate) diagnostics: &'a mut Vec<Diagnostic>,
}

impl Evaluator<'_> {
    /// A call whose arguments are worked out. `None` where one has an error.
    pub(crate) fn call(&mut self, call: &Call) -> Option<Call> {
        // Each argument is copied, bound to its name and written into the layer's text too.
        self.budget.spend(2 * call.arguments.len());
        let mut worked_out = call.clone();
        let mut sound = true;
        for argument in &mut worked_out.arguments {
            match self.value(&argument.value) {
                Some(value) => argument.value = value,
                None => sound = false,
            }
        }
        sound.then_some(worked_out)
    }

    /// A value as it is after working out; a word that is no variable stays one.
    pub(crate) fn value(&mut self, expr: &Expr) -> Option<Expr> {
        self.budget.spend(1);
        let span = expr.span.clone();
        let value = match &expr.value {
            Value::Computed(computed) => return self.expression(&computed.expression, &span),
            Value::Path(path) => self.name(path, &span)?,
            Value::List(items) => {
                let items = items.iter().map(|item| self.value(item)).collect::<Vec<_>>();
                Value::List(items.into_iter().collect::<Option<_>>()?)
            }
            other => other.clone(),
        };
        Some(Spanned { value, span })
    }

    /// An integer.
    pub(crate) fn integer(&mut self, expr: &Expr, what: &str) -> Option<i64> {
        let value = self.value(expr)?;
        match value.value {
            Value::Integer(number) => Some(number),
            found => {
                self.not(&found, &value.span, what);
                None
            }
        }
    }

    /// A condition.
    pub(crate) fn condition(&mut self, expr: &Expr) -> Option<bool> {
        let value = self.value(expr)?;
        match value.value {
            Value::Flag(flag) => Some(flag),
            found => {
                self.not(&found, &value.span, "a condition");
                None
            }
        }
    }

    fn expression(&mut self, expression: &Expression, span: &Span) -> Option<Expr> {
        let at = |value, span: &Span| Some(Spanned { value, span: span.clone() });
        match expression {
            Expression::Value(value) => Some(Spanned { span: span.clone(), ..self.value(value)? }),
            Expression::Shape(dims) => {
                let dims = dims.iter().map(|dim| self.dimension(dim, span)).collect::<Vec<_>>();
                at(Value::Shape(dims.into_iter().collect::<Option<_>>()?), span)
            }
            Expression::Negative(operand, sign) => {
                let value = match self.expression(operand, span)?.value {
                    Value::Integer(number) => number.checked_neg().map(Value::Integer),
                    Value::Real(number) => Some(Value::Real(-number)),
                    other => {
                        self.not(&other, sign, "a number");
                        return None;
                    }
                };
                value.or_else(|| self.overflow(sign)).and_then(|value| at(value, span))
            }
            Expression::Not(operand, sign) => match self.expression(operand, span)?.value {
                Value::Flag(flag) => at(Value::Flag(!flag), span),
                other => {
                    self.not(&other, sign, "a condition");
                    None
                }
            },
            Expression::Binary { operator, span: sign, operands } => {
                let [left, right] = operands.as_ref();
                let left = self.expression(left, span)?.value;
                // What cannot change the result is not looked at.
                match (operator, &left) {
                    (Operator::And, Value::Flag(false)) | (Operator::Or, Value::Flag(true)) => {
                        return at(left, span);
                    }
                    _ => {}
                }
                let right = self.expression(right, span)?.value;
                let value = self.binary(*operator, sign, left, right)?;
                at(value, span)
            }
        }
    }

    fn dimension(&mut self, expression: &Expression, span: &Span) -> Option<u64> {
        let value = self.expression(expression, span)?.value;
        match value {
            Value::Integer(number) if number >= 0 => u64::try_from(number).ok(),
            other => {
                self.not(&other, span, "a dimension");
                None
            }
        }
    }

    fn binary(
        &mut self,
        operator: Operator,
        sign: &Span,
        left: Value,
        right: Value,
    ) -> Option<Value> {
        match (operator, &left, &right) {
            (Operator::And, Value::Flag(left), Value::Flag(right)) => {
                return Some(Value::Flag(*left && *right));
            }
            (Operator::Or, Value::Flag(left), Value::Flag(right)) => {
                return Some(Value::Flag(*left || *right));
            }
            (Operator::And | Operator::Or, ..) => {
                let wrong = if matches!(left, Value::Flag(_)) { right } else { left };
                self.not(&wrong, sign, "a condition");
                return None;
            }
            (_, Value::Integer(left), Value::Integer(right)) => {
                return self.integers(operator, sign, *left, *right);
            }
            (Operator::Equal | Operator::Unequal, ..) => {
                let equal = match (number(&left), number(&right)) {
                    (Some(left), Some(right)) => left == right,
                    _ => left == right,
                };
                return Some(Value::Flag(equal == (operator == Operator::Equal)));
            }
            _ => {}
        }
        match (number(&left), number(&right)) {
            (Some(left), Some(right)) => Some(reals(operator, left, right)),
            (None, _) => {
                self.not(&left, sign, "a number");
                None
            }
            (_, None) => {
                self.not(&right, sign, "a number");
                None
            }
        }
    }

    fn integers(
        &mut self,
        operator: Operator,
        sign: &Span,
        left: i64,
        right: i64,
    ) -> Option<Value> {
        let number = match operator {
            Operator::Plus => left.checked_add(right),
            Operator::Minus => left.checked_sub(right),
            Operator::Times => left.checked_mul(right),
            Operator::Divided | Operator::Modulo if right == 0 => {
                let headline = format!("`{left} {operator} 0` has no value");
                let found = Diagnostic::error(Code::InexactDivision, sign.clone(), headline);
                self.diagnostics.push(found.label("divides by 0"));
                return None;
            }
            Operator::Divided if left.checked_rem(right).is_some_and(|rest| rest != 0) => {
                let rest = left % right;
                let headline = format!("{left} / {right} leaves a rest of {rest}");
                let found = Diagnostic::error(Code::InexactDivision, sign.clone(), headline)
                    .label("a division of whole numbers must be exact")
                    .help(multiples(left, right))
                    .note(format!("to round down on purpose, write `(a - a % {right}) / {right}`"));
                self.diagnostics.push(found);
                return None;
            }
            Operator::Divided => left.checked_div(right),
            Operator::Modulo => left.checked_rem(right),
            _ => return Some(compared(operator, left, right)),
        };
        number.map(Value::Integer).or_else(|| self.overflow(sign))
    }

    /// What a name means: a variable, a dimension of the current value or of a label, or itself.
    fn name(&mut self, path: &str, span: &Span) -> Option<Value> {
        if let Some(value) = self.variables.get(path) {
            // A list of a list and itself grows without end.
            self.budget.spend(4 * size(value));
            return (!self.budget.is_spent()).then(|| value.clone());
        }
        let word = || Some(Value::Path(path.to_owned()));
        let Some((of, dimension)) = path.rsplit_once('.') else { return word() };
        if of == "in" {
            let Some((shape, gives)) = self.current.clone() else {
                let headline = format!("`{path}` has no value here");
                let found = Diagnostic::error(Code::UnknownVariable, span.clone(), headline)
                    .label("no layer stands before this")
                    .help("`in` is the value at a point of a body");
                self.diagnostics.push(found);
                return None;
            };
            return self.dimension_of(shape?, &gives, dimension, span);
        }
        if !DIMENSIONS.contains(&dimension) {
            return word();
        }
        match (self.label)(of) {
            Some(shape) => self.dimension_of(shape?, &format!("`{of}` is"), dimension, span),
            None => word(),
        }
    }

    fn dimension_of(
        &mut self,
        shape: Shape,
        gives: &str,
        dimension: &str,
        span: &Span,
    ) -> Option<Value> {
        let place = match (shape, dimension) {
            (Shape::Features(_), "features") | (Shape::Map(_) | Shape::Volume(_), "channels") => 0,
            (Shape::Matrix(_), "features") => 1,
            (Shape::Map(_), "height") | (Shape::Volume(_), "depth") => 1,
            (Shape::Map(_), "width") | (Shape::Volume(_), "height") => 2,
            (Shape::Volume(_), "width") => 3,
            _ => {
                let headline = format!("{} has no `{dimension}`", shape.in_words());
                let names = match shape {
                    Shape::Features(_) | Shape::Matrix(_) => "`in.features`",
                    Shape::Map(_) => "`in.channels`, `in.height` and `in.width`",
                    Shape::Volume(_) => "`in.channels`, `in.depth`, `in.height` and `in.width`",
                };
                let found = Diagnostic::error(Code::UnknownVariable, span.clone(), headline)
                    .label(format!("{gives} {shape}"))
                    .help(
                        did_you_mean(dimension, DIMENSIONS)
                            .filter(|_| !DIMENSIONS.contains(&dimension))
                            .unwrap_or_else(|| format!("it has {names}")),
                    );
                self.diagnostics.push(found);
                return None;
            }
        };
        i64::try_from(shape.dims()[place]).ok().map(Value::Integer)
    }

    /// Reports a value that is not `wanted`.
    fn not(&mut self, found: &Value, span: &Span, wanted: &str) {
        let Value::Path(name) = found else {
            let headline = format!("expected {wanted}, but found `{found}`");
            let help = match wanted {
                "a condition" => "a condition compares, such as `n > 1`, or is `yes` or `no`",
                "a number of rounds" => "a count is a whole number: `repeat 3 { ... }`",
                "a dimension" => "a dimension is a whole number",
                _ => "numbers can be reckoned with, and nothing else",
            };
            let text = format!("this is `{found}`");
            let found = Diagnostic::error(Code::BadOperand, span.clone(), headline);
            return self.diagnostics.push(found.label(text).help(help));
        };
        let known = self.variables.keys().map(String::as_str);
        let known = known.chain(["in.channels", "in.height", "in.width", "in.features"]);
        let help = did_you_mean(name, known).unwrap_or_else(|| {
            "parameters stand in the parentheses behind the name of a block or a net".to_owned()
        });
        let headline = format!("`{name}` has no value here");
        let found = Diagnostic::error(Code::UnknownVariable, span.clone(), headline)
            .label(format!("expected {wanted}"))
            .help(help);
        self.diagnostics.push(found);
    }

    fn overflow<T>(&mut self, span: &Span) -> Option<T> {
        let headline = "the result is beyond any machine";
        self.diagnostics.push(Diagnostic::error(Code::TooLarge, span.clone(), headline));
        None
    }
}

/// How many values a value is made of.
fn size(value: &Value) -> usize {
    match value {
        Value::List(items) => 1 + items.iter().map(|item| size(&item.value)).sum::<usize>(),
        _ => 1,
    }
}

/// The numbers next to `left` that `right` divides.
fn multiples(left: i64, right: i64) -> String {
    let below = left - left.rem_euclid(right);
    let near = match below.checked_add(right.abs()) {
        Some(above) if below > 0 => format!("{below} or {above}"),
        Some(above) => above.to_string(),
        None => below.to_string(),
    };
    format!("choose a multiple of {right}, such as {near}")
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Integer(number) => Some(*number as f64),
        Value::Real(number) => Some(*number),
        _ => None,
    }
}

fn reals(operator: Operator, left: f64, right: f64) -> Value {
    Value::Real(match operator {
        Operator::Plus => left + right,
        Operator::Minus => left - right,
        Operator::Times => left * right,
        Operator::Divided => left / right,
        Operator::Modulo => left % right,
        _ => return compared(operator, left, right),
    })
}

fn compared<T: PartialOrd>(operator: Operator, left: T, right: T) -> Value {
    Value::Flag(match operator {
        Operator::Equal => left == right,
        Operator::Unequal => left != right,
        Operator::AtMost => left <= right,
        Operator::AtLeast => left >= right,
        Operator::Below => left < right,
        _ => left > right,
    })
}
