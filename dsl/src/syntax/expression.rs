//! From the grammar's pairs to expressions, by the precedence of their operators.

use std::sync::{Arc, LazyLock};

use pest::iterators::Pairs;
use pest::pratt_parser::{Assoc, Op, PrattParser};

use super::Rule;
use super::ast::{Computed, Expr, Expression, Operator, Spanned, Value};
use super::tree::{Pair, Tree, presume};
use crate::diagnostic::{Code, Diagnostic};

/// The most operators of one expression, which keeps trees of them shallow.
const MOST_OPERATORS: usize = 100;

/// From the loosest to the tightest.
static PRECEDENCE: LazyLock<PrattParser<Rule>> = LazyLock::new(|| {
    let left = |rule| Op::infix(rule, Assoc::Left);
    PrattParser::new()
        .op(left(Rule::or_word))
        .op(left(Rule::and_word))
        .op(Op::prefix(Rule::not_word))
        .op(left(Rule::equal)
            | left(Rule::unequal)
            | left(Rule::at_most)
            | left(Rule::at_least)
            | left(Rule::below)
            | left(Rule::above))
        .op(left(Rule::plus) | left(Rule::dash))
        .op(left(Rule::times) | left(Rule::divided) | left(Rule::modulo))
        .op(Op::prefix(Rule::minus))
});

impl Tree {
    /// The value that an expression stands for: itself where nothing is to be worked out.
    pub(super) fn expression_value(&mut self, pair: Pair<'_>) -> Expr {
        let text = pair.as_str().trim_end().to_owned();
        let start = self.span(&pair).start;
        let span = start..start + text.len();
        match self.expression(pair) {
            Expression::Value(value) => value,
            expression => {
                let computed = Computed { text, expression: Arc::new(expression) };
                Spanned { value: Value::Computed(computed), span }
            }
        }
    }

    fn expression(&mut self, pair: Pair<'_>) -> Expression {
        match pair.as_rule() {
            Rule::tight | Rule::loose => {
                let span = self.span(&pair);
                let parts = pair.into_inner();
                if parts.len() > 2 * MOST_OPERATORS {
                    let headline = format!("an expression has at most {MOST_OPERATORS} operators");
                    self.diagnostics.push(Diagnostic::error(Code::TooDeep, span.clone(), headline));
                    return Expression::Value(Spanned { value: Value::Integer(1), span });
                }
                self.operators(parts)
            }
            Rule::parenthesis => self.expression(presume(&pair, Rule::loose)),
            Rule::computed_shape => {
                Expression::Shape(pair.into_inner().map(|dim| self.expression(dim)).collect())
            }
            Rule::integer_digits => {
                let span = self.span(&pair);
                let value = Value::Integer(self.integer(pair.as_str(), &span));
                Expression::Value(Spanned { value, span })
            }
            _ => Expression::Value(self.value(pair)),
        }
    }

    fn operators(&mut self, parts: Pairs<'_, Rule>) -> Expression {
        let base = self.base;
        let span = |pair: &Pair<'_>| base + pair.as_span().start()..base + pair.as_span().end();
        PRECEDENCE
            .map_primary(|operand| self.expression(operand))
            .map_prefix(|sign, operand| match (sign.as_rule(), operand) {
                (Rule::not_word, operand) => Expression::Not(Box::new(operand), span(&sign)),
                (_, operand) => negative(operand, span(&sign)),
            })
            .map_infix(|left, sign, right| Expression::Binary {
                operator: operator(sign.as_rule()),
                span: span(&sign),
                operands: Box::new([left, right]),
            })
            .parse(parts)
    }
}

/// A number with its sign is one value.
fn negative(operand: Expression, sign: crate::diagnostic::Span) -> Expression {
    let Expression::Value(Spanned { value, span }) = operand else {
        return Expression::Negative(Box::new(operand), sign);
    };
    let value = match value {
        Value::Integer(number) => Value::Integer(-number),
        Value::Real(number) => Value::Real(-number),
        value => {
            let operand = Expression::Value(Spanned { value, span });
            return Expression::Negative(Box::new(operand), sign);
        }
    };
    Expression::Value(Spanned { value, span: sign.start..span.end })
}

fn operator(rule: Rule) -> Operator {
    match rule {
        Rule::plus => Operator::Plus,
        Rule::dash => Operator::Minus,
        Rule::times => Operator::Times,
        Rule::divided => Operator::Divided,
        Rule::modulo => Operator::Modulo,
        Rule::equal => Operator::Equal,
        Rule::unequal => Operator::Unequal,
        Rule::at_most => Operator::AtMost,
        Rule::at_least => Operator::AtLeast,
        Rule::below => Operator::Below,
        Rule::above => Operator::Above,
        Rule::and_word => Operator::And,
        _ => Operator::Or,
    }
}
