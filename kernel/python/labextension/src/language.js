/**
 * Netlet for CodeMirror: what each token is, and how far a line is set in.
 *
 * The words are those of the Python package. What a word is depends on where it stands, as in the
 * language: `skip` is a keyword at the beginning of a step, and a name behind `conv`.
 */

import { rust } from '@codemirror/legacy-modes/mode/rust';

import words from '../../netlet/words.json' with { type: 'json' };

const ITEMS = new Set(words.items);
const STEPS = new Set(words.steps);
const RESERVED = new Set(words.reserved);
const COMMANDS = new Set(words.commands);
const CALLS = new Set([...words.layers, ...words.sources, ...words.transforms]);

const BLANKS = /^[ \t\r\u00a0\ufeff]+/;
const WORD = /^[A-Za-z][A-Za-z0-9_]*/;
const PATH = /^(?:\.[A-Za-z0-9_]+)*/;
const KEY = /^[ \t\r\u00a0\ufeff]*=(?!=)/;
const RUST = /^(?:%%|:)rust(?![A-Za-z0-9_])/;
/** Shapes, and what a computed dimension follows: `3x224x224`, `3x` in `3x(c)x2`. */
const SHAPE = /^[0-9]+(?:x[0-9]+)*(?:(?:x[0-9]+)(?![A-Za-z0-9_])|x(?=\())/;
/** What follows a computed dimension. */
const FURTHER = /^(?:(?:x[0-9]+)+(?![A-Za-z0-9_])|(?:x[0-9]+)*x(?=\())/;
const NUMBER = /^[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?(?![A-Za-z0-9_])/;
const DEVICE = /^cuda:[0-9]+(?![A-Za-z0-9_])/;
const OPERATOR = /^(?:->|==|!=|<=|>=|[-+*/%<>=])/;
const SIGN = /^(?:\.\.|[,:;|])/;
const OPENERS = { '}': '{', ')': '(', ']': '[' };

/**
 * A CodeMirror `StreamParser`.
 */
export const netlet = {
  name: 'netlet',

  startState() {
    return {
      /** The open brackets. */
      brackets: [],
      /** Where the next word stands: at the beginning of an item or of a step, or inside. */
      place: 'item',
      /** `header` behind `net` or `block`, `data` behind `data`, or else `other`. */
      item: 'other',
      /** The last token that is no comment. */
      last: '',
      /** Whether that is a bracket that may end a dimension, with nothing behind it yet. */
      behindDimension: false,
      /** The state of Rust's mode, in a cell of Rust. */
      rust: null
    };
  },

  copyState(state) {
    return {
      ...state,
      brackets: [...state.brackets],
      rust: state.rust && rust.copyState(state.rust)
    };
  },

  token(stream, state) {
    if (state.rust) {
      return rust.token(stream, state.rust);
    }
    if (stream.sol() && state.last !== '->') {
      beginLine(state);
    }
    if (stream.match(BLANKS)) {
      state.behindDimension = false;
      return null;
    }
    if (stream.match(/^#.*/)) {
      return 'comment';
    }
    const behindDimension = state.behindDimension;
    state.behindDimension = false;
    const start = stream.pos;
    const style = next(stream, state, behindDimension);
    state.last = stream.string.slice(start, stream.pos);
    return style;
  },

  indent(state, textAfter, context) {
    if (state.rust) {
      return rust.indent(state.rust, textAfter, context);
    }
    const closes = /^\s*[}\])]/.test(textAfter) ? 1 : 0;
    return Math.max(0, state.brackets.length - closes) * context.unit;
  },

  languageData: {
    commentTokens: { line: '#' },
    closeBrackets: { brackets: ['(', '[', '{', '"'] },
    indentOnInput: /^\s*[}\])]$/
  },

  mergeTokens: false
};

function beginLine(state) {
  const open = state.brackets.at(-1);
  if (open === undefined) {
    state.place = 'item';
    state.item = 'other';
  } else if (open === '{') {
    state.place = 'step';
  }
}

/** Takes the token that is next, and gives its style. */
function next(stream, state, behindDimension) {
  if (state.place === 'item' && stream.match(RUST)) {
    state.rust = rust.startState(stream.indentUnit);
    return 'keyword';
  }
  if ((behindDimension && stream.match(FURTHER)) || stream.match(SHAPE) || stream.match(NUMBER)) {
    state.place = 'inside';
    return 'number';
  }
  if (stream.match(/^"[^"]*"/)) {
    state.place = 'inside';
    return 'string';
  }
  if (WORD.test(stream.string.slice(stream.pos))) {
    return word(stream, state);
  }
  const bracket = stream.match(/^[()[\]{}]/);
  if (bracket) {
    followBracket(state, bracket[0]);
    return 'bracket';
  }
  const operator = stream.match(OPERATOR);
  if (operator) {
    const begins = operator[0] === '->' || (operator[0] === '=' && state.item === 'data');
    state.place = begins ? 'step' : 'inside';
    return 'operator';
  }
  const sign = stream.match(SIGN);
  if (sign) {
    followSign(state, sign[0]);
    return 'punctuation';
  }
  stream.match(/^(?:"[^"]*|[\p{L}\p{N}_]+|.)/u);
  state.place = 'inside';
  return 'invalid';
}

/** Takes a word; what it is depends on where it stands. */
function word(stream, state) {
  const { place, last } = state;
  state.place = 'inside';
  if (stream.match(DEVICE)) {
    return 'atom';
  }
  const text = stream.match(WORD)[0];
  const begins = place !== 'inside';
  if (place === 'item') {
    state.item = 'other';
    if (ITEMS.has(text)) {
      state.item = text === 'data' ? 'data' : 'header';
      return 'keyword';
    }
  }
  if ((begins && state.item !== 'data' && STEPS.has(text)) || (last === 'else' && text === 'if')) {
    return 'keyword';
  }
  if (ITEMS.has(last) && state.item !== 'other' && state.brackets.length === 0) {
    return 'variableName.definition';
  }
  if (!begins && stream.match(KEY, false)) {
    return 'attributeName';
  }
  if (text === 'yes' || text === 'no') {
    return 'bool';
  }
  if (RESERVED.has(text)) {
    return 'keyword';
  }
  if (!begins && text === 'strict' && state.item === 'header' && state.brackets.length === 0) {
    return 'keyword';
  }
  stream.match(PATH);
  if (begins || last === 'skip') {
    return called(text);
  }
  if (last === 'as') {
    return 'labelName';
  }
  return 'variableName';
}

/**
 * A word of the language, or what is called by a name of one's own. JupyterLab draws standard names
 * as it does numbers, and special ones in a colour of their own.
 */
function called(text) {
  if (COMMANDS.has(text)) {
    return 'keyword';
  }
  return CALLS.has(text) ? 'variableName.special' : 'variableName.function';
}

function followBracket(state, bracket) {
  const opener = OPENERS[bracket];
  if (opener === undefined) {
    state.brackets.push(bracket);
    state.place = bracket === '{' ? 'step' : 'inside';
    return;
  }
  state.place = 'inside';
  const place = state.brackets.lastIndexOf(opener);
  // A brace closes its own, and with it what was left open inside.
  if (place >= 0 && (bracket === '}' || place + 1 === state.brackets.length)) {
    state.brackets.length = place;
    state.behindDimension = bracket === ')';
  }
}

function followSign(state, sign) {
  if (sign === '|') {
    state.place = 'step';
  } else if (sign === ';') {
    beginLine(state);
  } else {
    state.place = 'inside';
  }
}
