// Reads a JSON list of texts, and prints the pieces that JupyterLab's editor makes of each, with
// their styles.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const extension = new URL('../../kernel/python/labextension/src/language.js', import.meta.url);
const { StringStream } = createRequire(extension)('@codemirror/language');
const { netlet } = await import(extension);

function pieces(text) {
  const state = netlet.startState(4);
  return text.split('\n').flatMap((line, number) => {
    const found = number > 0 ? [['', '\n']] : [];
    const stream = new StringStream(line, 4, 4);
    while (!stream.eol()) {
      stream.start = stream.pos;
      const style = netlet.token(stream, state);
      found.push([style ?? '', stream.current()]);
    }
    return found;
  });
}

const texts = JSON.parse(readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(texts.map(pieces)));
