/**
 * Tells JupyterLab the language of Netlet's cells and files.
 */

import { LanguageSupport, StreamLanguage } from '@codemirror/language';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';

import { netlet } from './language.js';

export default {
  id: 'netlet:language',
  description: 'Colours, indentation and comments of Netlet.',
  autoStart: true,
  requires: [IEditorLanguageRegistry],
  activate(_app, languages) {
    languages.addLanguage({
      name: 'Netlet',
      mime: 'text/x-netlet',
      extensions: ['net'],
      support: new LanguageSupport(StreamLanguage.define(netlet))
    });
  }
};
