"""Colours for Netlet wherever Pygments draws code: nbconvert, the console, documentation.

The words are those of `words.json`. What a word is depends on where it stands: `skip` is a keyword
at the beginning of a step, and a name behind `conv`.
"""

import json
from pathlib import Path

from pygments.lexer import RegexLexer, bygroups, default, include, using, words
from pygments.lexers.rust import RustLexer
from pygments.token import (
    Comment,
    Error,
    Keyword,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Whitespace,
)

__all__ = ["NetletLexer"]

_WORDS = json.loads(Path(__file__).with_name("words.json").read_text(encoding="utf-8"))

# Pygments' style for notebooks leaves names plain, but has a colour for keywords of all kinds.
_CALLS = {
    **dict.fromkeys(_WORDS["layers"] + _WORDS["sources"] + _WORDS["transforms"], Keyword.Type),
    **dict.fromkeys(_WORDS["commands"], Keyword),
}

_BLANK = r"[ \t\r\u00a0\ufeff]"
_NAME = r"[A-Za-z][A-Za-z0-9_]*"
_PATH = rf"{_NAME}(?:\.[A-Za-z0-9_]+)*"
_END = r"(?![A-Za-z0-9_])"
# The action of a rule that only looks ahead.
_NOTHING = bygroups()


def _words(kind):
    return words(_WORDS[kind], suffix=_END)


def _call(_lexer, match, _context=None):
    """What is called: a word of the language, or a block, a network or data of one's own."""
    yield match.start(), _CALLS.get(match.group(), Name.Function), match.group()


class NetletLexer(RegexLexer):
    """The language of Netlet."""

    name = "Netlet"
    aliases = ["netlet"]
    filenames = ["*.net"]
    mimetypes = ["text/x-netlet"]

    tokens = {
        # The beginning of an item.
        "root": [
            (rf"((?:%%|:)rust{_END})([\s\S]*)", bygroups(Keyword, using(RustLexer))),
            (
                rf"(net|block)({_BLANK}+)({_NAME})",
                bygroups(Keyword.Declaration, Whitespace, Name.Class),
                "header",
            ),
            (
                rf"(data)({_BLANK}+)({_NAME})({_BLANK}*)(=)(?!=)",
                bygroups(Keyword.Declaration, Whitespace, Name.Variable, Whitespace, Operator),
                "data",
            ),
            (_words("items"), Keyword.Declaration, "inside"),
            include("step"),
            (r"\}", Punctuation),
            default("inside"),
        ],
        # The beginning of a step.
        "body": [
            (r"\}", Punctuation, "#pop"),
            include("step"),
            default("inside"),
        ],
        "step": [
            include("trivia"),
            (r"\n", Whitespace),
            (r"->", Operator),
            (r"[;|]", Punctuation),
            (rf"(skip)({_BLANK}+)({_NAME})", bygroups(Keyword, Whitespace, _call), "inside"),
            (_words("steps"), Keyword, "inside"),
            include("reserved"),
            (_PATH, _call, "inside"),
        ],
        # A source or a transform, where no word begins a step.
        "data": [
            include("trivia"),
            (r"->", Operator, "arrow"),
            (_PATH, _call, "inside"),
            default("#pop"),
        ],
        # An arrow may end its line.
        "arrow": [include("trivia"), (r"\n", Whitespace), default("#pop")],
        # Behind the name of a network or a block.
        "header": [(rf"strict{_END}", Keyword), include("inside")],
        # Behind what is called.
        "inside": [
            (r"(?=[\n;|}]|->)", _NOTHING, "#pop"),
            (r"\{", Punctuation, "body"),
            include("value"),
        ],
        # In brackets, where a line may end anywhere.
        "brackets": [
            (r"[)\]]", Punctuation, "#pop"),
            (r"(?=[{}])", _NOTHING, "#pop"),
            (r"\n", Whitespace),
            include("value"),
        ],
        "value": [
            include("trivia"),
            include("number"),
            (rf"(as)({_BLANK}+)({_NAME})(?!{_BLANK}*=)", bygroups(Keyword, Whitespace, Name.Label)),
            (
                rf"({_NAME})({_BLANK}*)(=)(?!=)",
                bygroups(Name.Attribute, Whitespace, Operator),
            ),
            (rf"cuda:[0-9]+{_END}", Keyword.Constant),
            include("reserved"),
            (rf"(in)((?:\.[A-Za-z0-9_]+)*){_END}", bygroups(Name.Builtin.Pseudo, Name)),
            (_PATH, Name),
            (r'"[^"\n]*"', String.Double),
            (r'"[^"\n]*', Error),
            (r"[(\[]", Punctuation, "brackets"),
            (r"==|!=|<=|>=|->|[-+*/%<>=]", Operator),
            (r"\.\.|[,:;|)\]]", Punctuation),
            (r"\w+|.", Error),
        ],
        "reserved": [
            (rf"(?:yes|no){_END}", Keyword.Constant),
            (rf"(?:and|or|not){_END}", Operator.Word),
            (rf"(else)({_BLANK}+)(if){_END}", bygroups(Keyword, Whitespace, Keyword), "inside"),
            (_words("reserved"), Keyword),
        ],
        "number": [
            # Shapes, and those whose dimensions in brackets are worked out.
            (rf"[0-9]+(?:x[0-9]+)+{_END}", Number),
            (r"(?:[0-9]+|(?<=\))(?:x[0-9]+)*)(?:x[0-9]+)*x(?=\()", Number),
            (rf"(?<=\))(?:x[0-9]+)+{_END}", Number),
            (rf"[0-9]+{_END}(?!\.[0-9])", Number.Integer),
            (rf"[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?{_END}", Number.Float),
        ],
        "trivia": [(rf"{_BLANK}+", Whitespace), (r"#[^\n]*", Comment.Single)],
    }
