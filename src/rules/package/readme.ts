import type { Connector } from '../../connector/connector.ts';
import { nameOf, type Operation } from '../../connector/definition.ts';
import type { TextFile } from '../../json/document.ts';
import { safe, type Location } from '../../shared/finding.ts';
import { memoize } from '../../shared/memoize.ts';
import type { Rule } from '../rule.ts';
import { trimEnd } from '../../shared/text.ts';

/** A line of Markdown outside code blocks. */
interface Line {
  /**
   * The text without heading, list and emphasis marks and without surrounding spaces. At most 1000
   * characters.
   */
  text: string;
  /**
   * 1 to 6 for a heading; 7 for a line in bold only, which many readmes use instead; 0 for any
   * other line.
   */
  level: number;
  /** Offsets in the file. */
  start: number;
  end: number;
}

const fence = /^ {0,3}(?:```|~~~)/;
const underline = /^ {0,3}(?:=+|-{2,})\s*$/;
/** A link in Markdown, of which readers see the text. */
const link = /\[([^\][]{1,300})\]\([^()\s]{0,500}\)/g;
const marks = /[*_`#>|]|[\u200b\ufeff]/g;

const placeOf = (file: TextFile, { start, end }: Line): Location => file.span(start, end);

/** The lines of a readme that have text. */
const lines = memoize((file: TextFile): Line[] => {
  const found: Line[] = [];
  let inFence = false;
  const { text } = file;
  let next: string | undefined;
  for (let start = 0; start < text.length;) {
    const end = endOf(text, start);
    const line = next ?? text.slice(start, Math.min(end, start + 1000));
    next =
      end + 1 < text.length ? text.slice(end + 1, Math.min(endOf(text, end + 1), end + 1001)) : '';
    if (fence.test(line)) inFence = !inFence;
    else if (!inFence) {
      const trimmed = line.trim();
      const level = levelOf(trimmed, next);
      const plain = trimmed
        .replace(link, '$1')
        .replace(marks, '')
        .replace(/^(?:[-+•]|\d{1,3}[.)])\s+/, '')
        .trim();
      if (plain !== '')
        found.push({ text: plain, level, start, end: start + line.trimEnd().length });
    }
    start = end + 1;
  }
  return found;
});

/** The level of a trimmed line. The next line can underline it and so make it a heading. */
function levelOf(line: string, next: string): number {
  const hashes = /^#{1,6}/.exec(line)?.[0].length ?? 0;
  if (hashes > 0) return hashes;
  if (underline.test(next) && line !== '' && !line.startsWith('|')) return 2;
  const isBold = line.startsWith('**') && trimEnd(line, /[:.\s]/).endsWith('**');
  return isBold ? 7 : 0;
}

const endOf = (text: string, start: number): number => {
  const end = text.indexOf('\n', start);
  return end < 0 ? text.length : end;
};

/**
 * The sections that a readme must have, with a pattern for the headings that count as each: every
 * class has its own conventions.
 */
const sections: { name: string; pattern: RegExp; needed?: (connector: Connector) => boolean }[] = [
  { name: 'Publisher', pattern: /publisher|author|\bby\b|created|maintain|owner/i },
  {
    name: 'Prerequisites',
    pattern: /pre-?\s?requisit|requirement|before you (begin|start)|what you need/i,
  },
  {
    name: 'Supported Operations',
    pattern:
      /operation|action|trigger|endpoint|function|capabilit|feature|method|supported|\bapi\b/i,
  },
  {
    name: 'Obtaining Credentials',
    pattern:
      /credential|authenticat|authoriz|authoris|obtain|\bkeys?\b|connect|sign|access|token|get(ting)? started|set ?up|log ?in|account|subscription|instruction/i,
    needed: ({ properties }) =>
      properties !== undefined && properties.connectionParameters.length > 0,
  },
  {
    name: 'Known Issues and Limitations',
    pattern: /known|limit|issue|faq|frequently|throttl|constraint|restriction/i,
  },
];

/** Headings of the template, and of readmes like it, that are not names of operations. */
const notOperation =
  /^(?:actions?|(?:event |webhook )?triggers?|publisher.*|prerequisites?|obtaining credentials|getting started|known issues.*|(?:frequently asked questions|faqs?)\b.*|deploy(?:ment|ing)\b.*|.*documentation|.*\btests?\b.*)$/i;

/** Texts of the template that the author has to replace. */
const placeholders = [
  /^(?:required|optional)\. (?:one paragraph|for independent|it should be the company|any plans|describe actions|explain the authentication|include any|include frequently|how to get started|add instructions)/i,
  /^title$/i,
  /^publisher\s*:\s*publisher.?s name$/i,
  /^(?:operation|question) \d$/i,
  /^(?:description of operation|answer to question) \d\.?$/i,
  /^your connector name$/i,
];

const isPlaceholder = ({ text }: Line): boolean =>
  placeholders.some((pattern) => pattern.test(text));

/** Normalizes a name for comparison: ignores case, spaces and punctuation. */
const loosely = (name: string): string =>
  name.toLowerCase().replace(/[\s!-/:-@[-`{-~\u2010-\u2027]+/g, '');

const shown = ({ raw, visibility }: Operation): boolean =>
  visibility !== 'internal' && raw.deprecated !== true;
const namesOf = ({ id, raw }: Operation): string[] =>
  [id, raw.summary].flatMap((name) =>
    typeof name === 'string' && name.trim() !== '' ? [loosely(name)] : [],
  );

/**
 * Separates a name from the rest of a line: colons, brackets, commas, and dashes between spaces.
 */
const between = /:|\s[-–—]+\s|[()[\]\t,]/;
const unnamed = /[\s!-/:-@[-`{-~\u2010-\u2027]/;

/**
 * Finds the operations that a line of the readme names, with the whole line or with a part of it.
 */
class Names {
  readonly #names: Set<string>;
  /** First letters of the names: comparing them first skips most lines. */
  readonly #initials: Set<string>;

  constructor(operations: readonly Operation[]) {
    this.#names = new Set(operations.flatMap(namesOf));
    this.#initials = new Set([...this.#names].map(initialOf));
  }

  in(line: string): string[] {
    const text = line.slice(0, 200);
    const parts = between.test(text) ? [text, ...text.split(between, 12)] : [text];
    return parts.flatMap((part) => {
      const name = this.#initials.has(initialOf(part)) ? loosely(part) : '';
      return this.#names.has(name) ? [name] : [];
    });
  }
}

/** The first character of a name that is not a space or punctuation. */
function initialOf(text: string): string {
  let at = 0;
  while (at < text.length && unnamed.test(text.charAt(at))) at += 1;
  return text.charAt(at).toLowerCase();
}

function add(groups: Map<number, Line[]>, line: Line): void {
  const group = groups.get(line.level);
  if (group) group.push(line);
  else groups.set(line.level, [line]);
}

/**
 * If a readme names less than this share of the operations, or there are fewer operations, it
 * describes them in some other way and the rule cannot judge it.
 */
const enough = { share: 0.6, operations: 3 };

export const readme: Rule[] = [
  {
    id: 'ReadmeSectionMissing',
    source: 'independent-publishers',
    severity: { certified: 'note', 'independent-publisher': 'warning', custom: 'note' },
    description:
      'The readme has the sections of the template: publisher, prerequisites, supported ' +
      'operations, how to get credentials, known issues and limitations.',
    rationale:
      'The readme becomes the documentation of the connector. Users look for these ' +
      'sections first.',
    *check(connector) {
      const { readme: file } = connector;
      if (!file) return;
      const headings = lines(file).filter(({ level }) => level > 0);
      for (const { name, pattern, needed } of sections) {
        if (needed && !needed(connector)) continue;
        if (!headings.some(({ text }) => pattern.test(text)))
          yield {
            location: file.span(0, 0),
            detail: name,
            message: safe`The readme has no section ${name}. Add one with this heading.`,
          };
      }
    },
  },
  {
    id: 'ReadmePlaceholder',
    severity: 'warning',
    description: 'The readme contains no placeholder text from the template.',
    rationale: 'Users read it on the documentation page, where a placeholder tells them nothing.',
    *check({ readme: file }) {
      if (!file) return;
      for (const pattern of placeholders) {
        const [line, ...others] = lines(file).filter(({ text }) => pattern.test(text));
        if (!line) continue;
        const more = others.length > 0 ? ` (${others.length} more of this kind)` : '';
        yield {
          location: placeOf(file, line),
          detail: line.text,
          message:
            `${safe`${line.text} is placeholder text from the template`}${more}. Replace it ` +
            'with your own text, or remove the section if it is optional.',
        };
      }
    },
  },
  {
    id: 'ReadmeOAuthSetupMissing',
    severity: 'note',
    description:
      'The readme of a connector with OAuth 2.0 explains how to register the app that ' +
      'users sign in with.',
    rationale:
      'Anyone who deploys the connector needs their own client ID and secret, and every ' +
      'service issues them in a different place.',
    attests: 'credentials',
    *check({ readme: file, properties }) {
      if (
        !file ||
        !properties?.connectionParameters.some(({ oAuthSettings }) => oAuthSettings !== undefined)
      )
        return;
      if (
        !/regist|client[\s_-]?(?:id|secret)|oauth|entra|azure ad|azure active directory|(?:create|creating|new|your) (?:an? )?(?:\w+ )?app/i.test(
          file.text,
        )
      ) {
        yield {
          location: file.span(0, 0),
          message:
            'Users sign in with OAuth 2.0, but the readme does not explain how to ' +
            safe`register an app for it. Add a section such as ${'Getting Started'} that ` +
            'does.',
        };
      }
    },
  },
  {
    id: 'ReadmeOperationMissing',
    severity: 'note',
    description: 'If the readme describes operations one by one, it describes all of them.',
    rationale:
      'A missing operation was usually added later. Readers of the documentation page do ' +
      'not learn that it exists.',
    *check({ readme: file, definition }) {
      if (!file || !definition) return;
      const operations = definition.operations.filter(shown);
      if (operations.length < enough.operations) return;
      const described = new Set<string>();
      const names = new Names(operations);
      for (const { text } of lines(file)) for (const name of names.in(text)) described.add(name);
      const left = operations.filter(
        (operation) => !namesOf(operation).some((name) => described.has(name)),
      );
      if (left.length > (1 - enough.share) * operations.length) return;
      for (const operation of left) {
        const { summary } = operation.raw;
        yield {
          at: operation.raw,
          key: 'operationId',
          message:
            'The readme describes other operations but not ' +
            safe`${typeof summary === 'string' ? summary : nameOf(operation)}. Add it.`,
        };
      }
    },
  },
  {
    id: 'ReadmeOperationNotFound',
    severity: 'note',
    description: 'The operations that the readme describes exist.',
    rationale: 'Users search in vain for an operation that was renamed or removed.',
    *check({ readme: file, definition }) {
      if (!file || !definition) return;
      const names = new Names(definition.operations);
      const groups = new Map<number, Line[]>();
      let section = 0; // the level of the section about operations, 0 outside of it
      for (const line of lines(file)) {
        if (line.level === 0 || line.level === 7) continue;
        if (section === 0 || line.level <= section)
          section =
            /supported (?:operations|actions|triggers)|^(?:operations|actions|triggers)$/i.test(
              line.text,
            )
              ? line.level
              : 0;
        else if (!notOperation.test(line.text) && !isPlaceholder(line)) add(groups, line);
      }
      for (const headings of groups.values()) {
        const unknown = headings.filter(({ text }) => names.in(text).length === 0);
        if (
          headings.length < enough.operations ||
          unknown.length > (1 - enough.share) * headings.length
        )
          continue;
        for (const line of unknown)
          yield {
            location: placeOf(file, line),
            detail: line.text,
            message:
              safe`The readme describes ${line.text}, but no operation has this name. Use ` +
              'the name from the definition, or remove the description.',
          };
      }
    },
  },
];
