"""Reads a JSON list of texts, and prints the pieces that Pygments makes of each, with their kinds."""

import json
import sys

from pygments.lexers import get_lexer_by_name

lexer = get_lexer_by_name("netlet")
found = [
    [(str(kind).removeprefix("Token."), piece) for _, kind, piece in lexer.get_tokens_unprocessed(text)]
    for text in json.load(sys.stdin)
]
json.dump(found, sys.stdout)
