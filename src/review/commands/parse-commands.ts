import { isPerson } from '../model/account.ts';
import type { Comment } from '../model/snapshot.ts';

import type { Command } from './command.ts';
import { commands as allCommands } from './index.ts';
import { plain } from './mail-quotes.ts';
import {
  maxCharacters,
  onlyLine,
  parseReply,
  shortAnswer,
  type BlockLine,
  type OwnLine,
  type Reply,
} from './parse-reply.ts';
import { codeSpan } from '../../report/markdown.ts';

/** A command as it stands in a comment, or what may be one and is not heard. */
export type ParsedCommand = (ClearCommand | UnclearCommand) & {
  /** Whether it only looks like the command, so that only somebody who may mean it is answered. */
  alike?: true;
};

interface ClearCommand {
  /** Without the slash, in small letters. */
  name: string;
  /** The rest of the line. */
  rest: string;
}

interface UnclearCommand {
  /** The command that was probably meant. */
  unclear: string;
  /** Why it is not heard, and what to write, in Markdown. */
  words: string;
}

/** Of one comment, so many commands are heard. */
const mostCommands = 10;
/** Nobody says so many different commands at once: that is a list of them. */
const mostNames = 4;

/** Slashes, real ones and letters that look like one. */
const slashes = '/\\u2044\\u2215\\u2571\\u29f8\\uff0f';
const blank = `(?:[\\s\\u00ad\\u200b-\\u200f\\u2060\\ufeff]|&nbsp;)`;
/**
 * What may stand before a command on its line and is not seen: as many spaces as make no code of
 * it.
 */
const margin = new RegExp(`^(?! {4}|\\t| {1,3}\\t)${blank}*`);
const commandLine = new RegExp(
  `^(\\\\?[${slashes}]{1,2}|[\\\\\\uff3c])([ \\t]{0,2})([\\p{L}\\p{M}\\p{N}_]{2,24})(.*)$`,
  'u',
);
const mentionLine = /^[@\uff20]([\p{L}\p{N}_-]{1,50})(?:\[bot\])?([\s,:]+)(.*)$/u;
/** What is before a command between backticks, in bold, in a list and the like. */
const maybe = new RegExp(
  `^(?:&nbsp;|<\\w{1,10}>|\\d{1,9}[.)]|[^\\p{L}\\p{N}${slashes}\\\\\\uff3c@\\uff20]){0,40}[${slashes}\\\\\\uff3c@\\uff20]`,
  'u',
);

/**
 * Whether a comment may have anything that `commandsIn` finds, whoever is the bot and whatever the
 * commands: cheap, and true too often rather than too seldom. What is asked of GitHub only for
 * commands is asked for these.
 */
export const mayHaveCommand = (body: string): boolean =>
  linesOf(body).some((line) => maybe.test(line.slice(0, 200)) || agrees(line));

/** Whether a comment may say one command. As `mayCommand`. */
export const mayNameCommand = (body: string, name: string): boolean =>
  linesOf(body).some(
    (line) => commandLine.exec(line.replace(margin, ''))?.[3]?.toLowerCase() === name,
  );

const linesOf = (body: string): string[] => body.split(/\r\n|\n|\r/);

/**
 * The commands of a comment, and what looks like one. A command is a line of the writer's own text
 * (see `readReply`) that begins with `/name`, or with the bot's name and `agree`, and has nothing
 * behind it but what the command takes. What others wrote is passed over without a word. An edited
 * comment has no commands: others answered what it said before.
 */
export function parseCommands(
  { body, createdAt, updatedAt, author }: Comment,
  bot: string,
  commands: readonly Command[] = allCommands,
): ParsedCommand[] {
  if (updatedAt > createdAt || !isPerson(author) || !mayHaveCommand(body)) return [];
  const reply = parseReply(body);
  const reader = new Reader(bot.replace(/\[bot\]$/, ''), commands);
  const found = withoutLists(reply, commands).flatMap((line) => reader.saidIn(line));
  const whole = found.some(({ alike }) => !alike) ? undefined : reader.saidByAll(reply);
  const said =
    whole && ('name' in whole || found.length === 0) ? [whole] : found.slice(0, mostCommands);
  const names = new Set(said.map(nameOf));
  const listed = said[0];
  if (names.size > mostNames && listed)
    return [
      unclear(
        nameOf(listed),
        `This comment has ${names.size} different commands, so it reads like a list of them, ` +
          `and none was heard. ${again}`,
      ),
    ];
  if (said.length === 0) said.push(...reader.saidBeyond(reply));
  return said.filter(
    (one, index) =>
      !(
        'unclear' in one &&
        said.findIndex((other) => 'unclear' in other && other.unclear === one.unclear) < index
      ),
  );
}

const nameOf = (said: ParsedCommand): string => ('unclear' in said ? said.unclear : said.name);

const again = 'Write each that you mean on a line of its own, in a new comment.';
const unclear = (name: string, words: string): ParsedCommand => ({
  unclear: name,
  words,
  alike: true,
});

/** How a command is to be written, for who may have meant it. */
function howTo({ name, argumentKind }: Command): string {
  if (argumentKind === 'company')
    return (
      'If you agree, write `/agree`, or `/agree company="Contoso"` with the name of your ' +
      'company if you agree for it, alone on a line of a new comment.'
    );
  return (
    'If you mean it, write ' +
    `${codeSpan(`/${name}`)}${argumentKind === 'nothing' ? ' alone' : ', with a reason after it if you have one,'} ` +
    'on a line of a new comment.'
  );
}

/** Where a line stands that may be somebody else's. */
function placeInDoubt(doubt: NonNullable<OwnLine['doubt']>): string {
  if ('heading' in doubt) return 'in what the line below it makes a heading';
  if ('footer' in doubt)
    return (
      'in a comment that ends like a mail from GitHub, where it may be part of an ' +
      'earlier message'
    );
  return `below ${codeSpan(doubt.below)}, where an answer ends and an earlier message may begin`;
}

/** Reads lines, for a bot and its commands. */
class Reader {
  readonly handle: string;
  readonly commands: readonly Command[];

  constructor(handle: string, commands: readonly Command[]) {
    this.handle = handle;
    this.commands = commands;
  }

  #named = (name: string): Command | undefined => this.commands.find((one) => one.name === name);

  get agree(): Command | undefined {
    return this.#named('agree');
  }

  /** What a line of the writer's own says. */
  saidIn({ text, doubt }: OwnLine): ParsedCommand[] {
    const line = text.replace(margin, '');
    const said =
      this.#command(line) ??
      this.#mention(line) ??
      (unwrapped(line) === line ? undefined : this.#agreement(unwrapped(line)));
    if (!said) return [];
    if (!doubt) return [said];
    if (said.alike || 'unclear' in said) return [];
    const command = this.#named(said.name);
    return command
      ? [
          unclear(
            said.name,
            `${codeSpan(`/${said.name}`)} stands ${placeInDoubt(doubt)}, so it was not heard. ` +
              howTo(command),
          ),
        ]
      : [];
  }

  /**
   * What a short answer says that is nothing but a command with something around it, or that says
   * in other words that its writer agrees.
   */
  saidByAll(reply: Reply): ParsedCommand | undefined {
    const answer = shortAnswer(reply);
    const only = answer && onlyLine(answer);
    return (
      (only && this.#alone(only)) ??
      answer?.map((line) => this.#agreeingIn(line)).find((said) => said !== undefined)
    );
  }

  #alone({ kind, text }: BlockLine): ParsedCommand | undefined {
    const whole = text.replace(margin, '');
    const line = withSlash(unwrapped(whole));
    const said = this.#command(line) ?? this.#mention(line);
    const command = said && this.#named(nameOf(said));
    if (!said || !command || said.alike || (kind === 'text' && whole === line)) return undefined;
    if ('name' in said && said.name === 'agree' && kind === 'text') return { ...said, alike: true };
    return unclear(
      nameOf(said),
      'A command is heard as plain text at the beginning of a line, and not indented, in ' +
        `code, bold, quotation marks, lists or headings. ${howTo(command)}`,
    );
  }

  #agreeingIn({ kind, text }: BlockLine): ParsedCommand | undefined {
    const bare = unwrapped(text.replace(margin, ''));
    if (kind !== 'text') return this.#agreement(bare);
    return this.agree && agrees(bare)
      ? unclear(
          'agree',
          `To agree takes the command, so that nobody agrees by accident. ${howTo(this.agree)}`,
        )
      : undefined;
  }

  /** A command in what was not read of a comment that is too long. */
  saidBeyond({ beyond }: Reply): ParsedCommand[] {
    for (const line of beyond) {
      const said = line.length < 200 ? this.#command(line.replace(margin, '')) : undefined;
      if (said && 'name' in said)
        return [
          unclear(
            said.name,
            `Commands are heard in the first ${maxCharacters.toLocaleString('en-US')} ` +
              `characters of a comment; ${codeSpan(`/${said.name}`)} stands below them. ` +
              'If you mean it, write it in a new comment.',
          ),
        ];
    }
    return [];
  }

  #command(line: string): ParsedCommand | undefined {
    const [, slash = '', gap = '', written = '', behind = ''] = commandLine.exec(line) ?? [];
    if (written === '' || /^[-./][^\s]*[\p{L}\p{N}]/u.test(behind)) return undefined;
    const name = written.toLowerCase();
    const rest = tidy(behind);
    const exact = this.#named(name);
    if (exact && slash === '/' && gap === '') {
      const complaint = complaintAbout(exact, rest);
      return complaint === undefined
        ? { name, rest }
        : { unclear: name, words: `${complaint} ${howTo(exact)}` };
    }
    const meant =
      exact ??
      this.commands.find((one) => isSlip(written.normalize('NFKC').toLowerCase(), one.name));
    if (!meant || complaintAbout(meant, rest) !== undefined || (gap !== '' && rest !== ''))
      return undefined;
    return unclear(
      meant.name,
      `${codeSpan(`${slash}${gap}${written}`)} is not a command. ` +
        `Did you mean ${codeSpan(`/${meant.name}`)}? ${howTo(meant)}`,
    );
  }

  /** "@bot agree", and what is near it. */
  #mention(line: string): ParsedCommand | undefined {
    const [, mentioned = '', , asked = ''] = mentionLine.exec(line) ?? [];
    if (mentioned === '') return undefined;
    const [, slash = '', name = '', behind = ''] =
      /^(\/?)([a-z]{2,20})(?![\p{L}\p{M}\p{N}_/.-]+[\p{L}\p{N}])(.*)$/iu.exec(asked) ?? [];
    const command = this.#named(name.toLowerCase());
    const { agree } = this;
    if (mentioned.toLowerCase() === this.handle.toLowerCase()) {
      if (command?.argumentKind === 'company') return { name: command.name, rest: tidy(behind) };
      if (agree && agrees(asked))
        return unclear(
          'agree',
          `To agree takes the command, so that nobody agrees by accident. ${howTo(agree)}`,
        );
      if (
        !command ||
        (tidy(behind) !== '' &&
          (slash === '' || complaintAbout(command, tidy(behind)) !== undefined))
      )
        return undefined;
      return unclear(
        command.name,
        `A command begins with its slash, without a name before it. ${howTo(command)}`,
      );
    }
    const near =
      mentioned
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]/gu, '')
        .startsWith(this.handle.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')) ||
      isSlip(mentioned.toLowerCase(), this.handle.toLowerCase());
    return near && command?.argumentKind === 'company'
      ? unclear(
          'agree',
          `${codeSpan(`@${mentioned}`)} is not ${codeSpan(`@${this.handle}`)}. ${howTo(command)}`,
        )
      : undefined;
  }

  /** The command to agree, between backticks or the like on a line of its own. */
  #agreement(line: string): ParsedCommand | undefined {
    const said = this.#command(line) ?? this.#mention(line);
    const { agree } = this;
    if (!said || !agree || !('name' in said) || said.name !== 'agree') return undefined;
    return unclear(
      'agree',
      `${codeSpan('/agree')} is heard as plain text at the beginning of a line. ${howTo(agree)}`,
    );
  }
}

/** What stands behind a command, without what is not seen. */
const tidy = (rest: string): string =>
  rest
    .replace(/(?:<br\s*\/?>|<!--[^>]*-->|\\)\s*$/i, '')
    .replaceAll('&nbsp;', ' ')
    .replace(new RegExp(`^${blank}+|${blank}+$`, 'g'), '')
    .trim();

/** The first words of what is no consent yet. */
const hesitates =
  /^(?:not|no|never|don['’]?t|later|wait|when|if|once|after|unless|until|maybe|perhaps|almost|should|shall|can|could|will|why|what|how)(?![\p{L}\p{N}])/iu;

/**
 * Why a command cannot be carried out with what stands behind it. What stands behind `/agree` it
 * reads itself, because only some are told.
 */
function complaintAbout({ name, argumentKind }: Command, rest: string): string | undefined {
  const written = codeSpan(
    `/${name}${/^[\p{L}\p{N}["“]/u.test(rest) ? ' ' : ''}${rest}`.slice(0, 100).toWellFormed(),
  );
  if (argumentKind === 'nothing')
    return /^(?:\.|!*)$/.test(rest)
      ? undefined
      : `${codeSpan(`/${name}`)} takes nothing after it, so ${written} was not carried out.`;
  if (argumentKind === 'company')
    return rest.startsWith('?')
      ? `${written} reads like a question, so it was not carried out.`
      : undefined;
  if (/^\[(?:reason|fingerprint)/i.test(rest))
    return `${codeSpan('[reason]')} in the list of commands stands for words of your own.`;
  if (/^[^\p{L}\p{N}]*\?/u.test(rest))
    return `${written} reads like a question, so it was not carried out.`;
  return argumentKind === 'consent' && (/\?\W*$/u.test(rest) || hesitates.test(rest))
    ? `${written} may not mean yes, so it was not carried out.`
    : undefined;
}

/** A line with a real slash where it begins with one that is escaped or looks like one. */
const withSlash = (line: string): string =>
  line.replace(new RegExp(`^\\\\?[${slashes}](?=\\p{L})`, 'u'), '/');

/** A line without what quotes or stresses the whole of it. */
function unwrapped(line: string): string {
  let bare = line.trim();
  for (let times = 0; times < 6; times += 1) {
    const inner = bare
      .replace(/^(?:[-*+]|\d{1,9}[.)]|#{1,6})\s+/, '')
      .replace(/^<(b|strong|i|em|code|kbd|p)>(.*)<\/\1>$/i, '$2');
    const match =
      /^(`{1,3}|\*{1,3}|_{1,3}|["'“”„«»‘’‚[({<])(.+?)(`{1,3}|\*{1,3}|_{1,3}|["'“”«»‘’\])}>])[.!]?$/u.exec(
        inner,
      );
    const next = (
      match && closes(match[1] ?? '', match[3] ?? '') ? (match[2] ?? '') : inner
    ).replace(new RegExp(`^${blank}+|${blank}+$`, 'g'), '');
    if (next === bare) return bare;
    bare = next;
  }
  return bare;
}

/** Whether two marks are a pair. Quotation marks are paired in all ways that languages do. */
const closes = (opening: string, closing: string): boolean =>
  opening === closing ||
  ({ '[': ']', '(': ')', '{': '}', '<': '>' }[opening] ?? '') === closing ||
  (/["'“”„«»‘’‚]/.test(opening) && /["'“”«»‘’]/.test(closing));

/** The words that are enough to agree, with those that may stand around them. */
const agreeing = new Set([
  'agree',
  'agreed',
  'agrees',
  'accept',
  'accepted',
  'sign',
  'signed',
  'consent',
]);
const besides = new Set(
  'i we yes yep ok okay sure have has hereby read the and do to with of in on all its terms conditions cla it this that document documents contributor contributors contribution license licence agreement please fully by my name for myself’ve ve am'.split(
    ' ',
  ),
);
const agreeingElsewhere =
  /^(?:ja,? )?(?:ich (?:stimme (?:dem |der )?(?:cla |vereinbarung )?zu|bin einverstanden)|einverstanden|(?:oui,? )?(?:j['’]accepte|je suis d['’]accord|d['’]accord)|(?:sí,? )?(?:acepto|estoy de acuerdo|de acuerdo)|(?:sim,? )?(?:concordo|aceito)|(?:sì,? )?(?:accetto|sono d['’]accordo|d['’]accordo)|(?:ik )?ga? akkoord|akkoord|zgadzam się|souhlasím|(?:jag )?godkänner|(?:jeg )?(?:accepterer|godtar)|согласен|согласна|я согласен|我同意|同意|同意します|동의합니다)[.!。]*$/u;

/** Whether a line says "I agree", and nothing else. */
function agrees(line: string): boolean {
  if (line.length > 200) return false;
  const words = plain(line)
    .replace(/[.!,;:"“”()`#]/g, ' ')
    .trim();
  if (agreeingElsewhere.test(words)) return true;
  const all = words.split(/\s+/).flatMap((word) => word.split(/['’]/));
  return (
    all.length <= 16 &&
    all.some((word) => agreeing.has(word)) &&
    all.every((word) => agreeing.has(word) || besides.has(word))
  );
}

/**
 * Whether a word is a name with one slip of the fingers: a letter too many, missing, wrong, or two
 * changed over. Of a short name only what is no other word.
 */
function isSlip(word: string, name: string): boolean {
  const [a, b] = [Array.from(word), Array.from(name)];
  if (word === name || Math.abs(a.length - b.length) > 1) return false;
  const first = a.findIndex((letter, at) => letter !== b[at]);
  const before = first < 0 ? a.length : first;
  let behind = 0;
  while (behind < Math.min(a.length, b.length) - before && a.at(-1 - behind) === b.at(-1 - behind))
    behind += 1;
  const [more, less] = [a.slice(before, a.length - behind), b.slice(before, b.length - behind)];
  if (more.length === 2 && less.length === 2) return more[0] === less[1] && more[1] === less[0];
  if (name.length > 4) return more.length <= 1 && less.length <= 1;
  return more.length === 1 && less.length === 0 && more[0] === a[before - 1];
}

/**
 * The lines without those of a list of the commands, such as `/help` gives, however a mail program
 * put it into text: with what they do, or with who may say them, behind them or in the lines below.
 */
function withoutLists({ lines, all }: Reply, commands: readonly Command[]): readonly OwnLine[] {
  const first = lines.find(({ text, at }) => {
    const name = commandLine.exec(text.replace(margin, ''))?.[3]?.toLowerCase();
    const command = commands.find((one) => one.name === name);
    return (
      command !== undefined &&
      isOfList(command, plain(text).slice(command.name.length + 1), all.slice(at + 1, at + 8))
    );
  });
  return first ? lines.filter(({ at }) => at < first.at) : lines;
}

function isOfList(
  { description, allowedRoles }: Command,
  behind: string,
  below: readonly string[],
): boolean {
  const cells = [behind, ...below.map(plain)]
    .map((line) => line.replace(/^(?:\[[^\]]*\]|\||\s)+/, ''))
    .filter((line) => line !== '');
  const [said, whoMay] = [
    plain(description).replaceAll('`', '').slice(0, 16),
    typeof allowedRoles === 'string' ? allowedRoles : allowedRoles.join(', '),
  ];
  return (
    cells
      .slice(0, 3)
      .some(
        (line) =>
          line.replaceAll('`', '').startsWith(said) ||
          line.replaceAll('`', '').startsWith(`${whoMay} ${said.slice(0, 4)}`),
      ) || cells[0] === whoMay
  );
}
