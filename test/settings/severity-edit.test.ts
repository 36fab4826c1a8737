import { describe, expect, test } from 'vitest';
import { severityEdit } from '../../src/settings/severity-edit.ts';
import { applyEdits } from '../../src/shared/text-edit.ts';

const ids = ['OperationIdNotUnique', 'IconMissing'];

const edited = (text: string): string | undefined => {
  const edit = severityEdit(text, 'IconMissing', 'warning', ids);
  return edit && applyEdits(text, [edit]);
};

describe('a rule becomes a warning', () => {
  test.each([
    ['', 'rules:\n  IconMissing: warning\n'],
    ['# ours\n', '# ours\nrules:\n  IconMissing: warning\n'],
    ['words: [a]', 'words: [a]\nrules:\n  IconMissing: warning\n'],
    ['words: [a]\r\n', 'words: [a]\r\nrules:\r\n  IconMissing: warning\r\n'],
    [
      'rules: # why\n    # the ids\n    OperationIdNotUnique: off\nwords: [a]\n',
      'rules: # why\n    # the ids\n    IconMissing: warning\n    OperationIdNotUnique: off\nwords: [a]\n',
    ],
    [
      'rules: { OperationIdNotUnique: off }\n',
      'rules: { IconMissing: warning, OperationIdNotUnique: off }\n',
    ],
    ['rules:\n  IconMissing: error # later\n', 'rules:\n  IconMissing: warning # later\n'],
    ['rules:\n  "IconMissing": "error"\n', 'rules:\n  "IconMissing": warning\n'],
  ])('in %j', (text, expected) => {
    expect(edited(text)).toBe(expected);
  });

  test.each([
    'ruls: {}\n', // a mistake
    'rules: [\n', // not YAML
    'rules:\n  IconMissing:\n    custom: off\n', // by class
    'rules: &r\n  IconMissing: &s error\n  OperationIdNotUnique: *s\n', // used elsewhere
    'words: [a]\n...\n', // the document has ended
    '{ words: [a] }\n', // not a block
    'rules: {}\n', // no entry to put it next to
  ])('not in %j, which a person edits', (text) => {
    expect(edited(text)).toBeUndefined();
  });
});
