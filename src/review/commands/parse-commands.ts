import { isPerson } from '../model/account.ts';
import type { Comment } from '../model/snapshot.ts';

import type { Command } from './command.ts';
import { commands as allCommands } from './index.ts';
import { plain } from './mail-quotes.ts';
import { doubtAbout, isQuestion, mayNotMeanYes } from './plain-words.ts';
import {
  maxCharacters,
  onlyLine,
  parseReply,
  shortAnswer,
  type BlockLine,
  type OwnLine,
  type Reply,
} from './parse-reply.ts';
import { closestMatch } from '../../shared/did-you-mean.ts';
import { codeSpan } from '../../report/markdown.ts';

/** A command in a comment, or something that looks like one and does not count. */
export type ParsedCommand = (ClearCommand | UnclearCommand) & {
  /** Whether it only looks like the command. Then only someone who could mean it gets a reply. */
  alike?: true;
};

interface ClearCommand {
  /** Without the slash, in lower case. */
  name: string;
  /** The rest of the line. */
  rest: string;
}

interface UnclearCommand {
  /** The name of the command that its author probably meant. */
  unclear: string;
  /** Why it does not count and what to write instead, in Markdown. */
  words: string;
  /** Whether there is no such command, but one with a similar name. */
  isUnknown?: true;
}

/** Nobody needs more in one comment. */
const maxCommands = 10;
/** A comment with more different commands is a list of commands, such as `/help` writes. */
const maxNames = 4;

/** Slashes, and characters that look like one. */
const slashes = '/\\u2044\\u2215\\u2571\\u29f8\\uff0f';
const blank = `(?:[\\s\\u00ad\\u200b-\\u200f\\u2060\\ufeff]|&nbsp;)`;
/** Invisible characters before a command on its line: fewer spaces than would make it code. */
const margin = new RegExp(`^(?! {4}|\\t| {1,3}\\t)${blank}*`);
const commandLine = new RegExp(
  `^(\\\\?[${slashes}]{1,2}|[\\\\\\uff3c])([ \\t]{0,2})([\\p{L}\\p{M}\\p{N}_]{2,24})(.*)$`,
  'u',
);
const mentionLine = /^[@\uff20]([\p{L}\p{N}_-]{1,50})(?:\[bot\])?([\s,:]+)(.*)$/u;
/** How maintainers of the model repository start the certification, in both forms that were used. */
const certifyLine = /^\/?(?:\[\[ ?)?certify-connector(?:-test)?(?: ?\|[^\][]{0,200})?(?: ?\]\])?$/i;
/** Matches anything that could begin a command: also in backticks, bold, or a list. */
const commandStart = new RegExp(
  `^(?:&nbsp;|<\\w{1,10}>|\\d{1,9}[.)]|[^\\p{L}\\p{N}${slashes}\\\\\\uff3c@\\uff20]){0,40}[${slashes}\\\\\\uff3c@\\uff20]`,
  'u',
);

/**
 * Whether `parseCommands` might find something in a comment, for any bot and any commands. Cheap;
 * may be true without a command, but never false with one. Decides for which comments we ask GitHub
 * for permissions.
 */
export const mayHaveCommand = (body: string): boolean =>
  linesOf(body).some(
    (line) =>
      commandStart.test(line.slice(0, 200)) || agrees(line) || certifyLine.test(plain(line)),
  );

/** Like `mayHaveCommand`, for one command. */
export const mayNameCommand = (body: string, name: string): boolean =>
  linesOf(body).some(
    (line) => commandLine.exec(line.replace(margin, ''))?.[3]?.toLowerCase() === name,
  );

const linesOf = (body: string): string[] => body.split(/\r\n|\n|\r/);

/**
 * Parses the commands of a comment, and text that looks like one. A command is a line of the
 * author's own text (see `parseReply`) that begins with `/name`, or with a mention of the bot and
 * `agree`, followed only by what the command takes. Text by others is ignored. An edited comment has
 * no commands, because people may have answered its earlier text.
 */
export function parseCommands(
  { body, createdAt, updatedAt, author }: Comment,
  bot: string,
  commands: readonly Command[] = allCommands,
): ParsedCommand[] {
  if (updatedAt > createdAt || !isPerson(author) || !mayHaveCommand(body)) return [];
  const reply = parseReply(body);
  const reader = new Reader(bot.replace(/\[bot\]$/, ''), commands);
  const found = withoutLists(reply, commands).flatMap((line) => reader.commandsIn(line));
  const whole = found.some(({ alike }) => !alike) ? undefined : reader.commandOfWhole(reply);
  const commandsFound =
    whole && ('name' in whole || found.length === 0) ? [whole] : found.slice(0, maxCommands);
  const names = new Set(commandsFound.map(commandNameOf));
  const [first] = commandsFound;
  if (names.size > maxNames && first)
    return [
      unclear(
        commandNameOf(first),
        `This comment has ${names.size} different commands, so it looks like a list of commands ` +
          `and Gatehouse ignored all of them. ${writeSeparately}`,
      ),
    ];
  if (commandsFound.length === 0) commandsFound.push(...reader.commandsBeyondLimit(reply));
  // One explanation for each command is enough.
  const explained = new Set<string>();
  return commandsFound.filter((command) => {
    if (!('unclear' in command)) return true;
    if (explained.has(command.unclear)) return false;
    explained.add(command.unclear);
    return true;
  });
}

/** Whether a comment has a command, or something that may be meant as one. */
export const hasCommand = (
  comment: Comment,
  bot: string,
  commands: readonly Command[] = allCommands,
): boolean => parseCommands(comment, bot, commands).length > 0;

/** The name of a command, or of the one that its author probably meant. */
export const commandNameOf = (command: ParsedCommand): string =>
  'unclear' in command ? command.unclear : command.name;

const writeSeparately = 'Write each one that you mean on its own line of a new comment.';
const unclear = (name: string, words: string): ParsedCommand => ({
  unclear: name,
  words,
  alike: true,
});

/** How to write a command, for someone who may have meant it. */
function howTo({ name, usage, argumentKind }: Command): string {
  if (argumentKind === 'action')
    return `If you mean it, write ${codeSpan(usage)} on its own line of a new comment.`;
  if (argumentKind === 'company')
    return (
      'To sign the CLA, write `/agree`, or `/agree company="Contoso"` with the name of your ' +
      'company to sign for it, on its own line of a new comment.'
    );
  if (argumentKind === 'accounts')
    return `If you mean it, write ${codeSpan(`/${name} @login`)} on its own line of a new comment.`;
  return (
    `If you mean it, write ${codeSpan(`/${name}`)}` +
    `${argumentKind === 'nothing' ? '' : ', optionally followed by a reason,'} ` +
    'on its own line of a new comment.'
  );
}

/** Where a line is that may be someone else's. */
function describeDoubt(doubt: NonNullable<OwnLine['doubt']>): string {
  if ('heading' in doubt) return 'in a line that the line below it turns into a heading';
  if ('footer' in doubt)
    return (
      'in a comment that ends like an email from GitHub, where it may be part of an ' +
      'earlier message'
    );
  return `below ${codeSpan(doubt.below)}, where a reply usually ends and an earlier message begins`;
}

const onlyCommandSigns = 'Only the command signs the CLA, so that nobody signs by accident.';

/** Reads lines for a bot and its commands. */
class Reader {
  readonly handle: string;
  readonly commands: readonly Command[];

  constructor(handle: string, commands: readonly Command[]) {
    this.handle = handle;
    this.commands = commands;
  }

  #named = (name: string): Command | undefined =>
    this.commands.find((command) => command.name === name);

  get agree(): Command | undefined {
    return this.#named('agree');
  }

  /** The command in a line of the author's own text, if there is one. */
  commandsIn({ text, doubt }: OwnLine): ParsedCommand[] {
    const line = text.replace(margin, '');
    const parsed =
      this.#certify(line) ??
      this.#command(line) ??
      this.#mention(line) ??
      (unwrapped(line) === line ? undefined : this.#agreement(unwrapped(line)));
    if (!parsed) return [];
    if (!doubt) return [parsed];
    if (parsed.alike || 'unclear' in parsed) return [];
    const { name } = parsed;
    const command = this.#named(name);
    if (!command) return [];
    const problem = `${codeSpan(`/${name}`)} is ${describeDoubt(doubt)}, so Gatehouse ignored it.`;
    return [unclear(name, `${problem} ${howTo(command)}`)];
  }

  /**
   * Reads a short comment as a whole: it may be only a command with something around it, or consent
   * to the CLA in other words.
   */
  commandOfWhole(reply: Reply): ParsedCommand | undefined {
    const answer = shortAnswer(reply);
    const only = answer && onlyLine(answer);
    return (
      (only && this.#alone(only)) ??
      answer?.map((line) => this.#consentIn(line)).find((command) => command !== undefined)
    );
  }

  #alone({ kind, text }: BlockLine): ParsedCommand | undefined {
    if (kind === 'shown') return undefined;
    const whole = text.replace(margin, '');
    const line = withSlash(unwrapped(whole));
    const parsed = this.#command(line) ?? this.#mention(line);
    const command = parsed && this.#named(commandNameOf(parsed));
    if (!parsed || !command || parsed.alike || (kind === 'text' && whole === line))
      return undefined;
    if ('name' in parsed && parsed.name === 'agree' && kind === 'text')
      return { ...parsed, alike: true };
    return unclear(
      commandNameOf(parsed),
      'A command only works as plain text at the beginning of a line, not indented and not in ' +
        `code, bold, quotation marks, lists or headings. ${howTo(command)}`,
    );
  }

  #consentIn({ kind, text }: BlockLine): ParsedCommand | undefined {
    const bare = unwrapped(text.replace(margin, ''));
    if (kind !== 'text') return this.#agreement(bare) ?? this.#consentInWords(bare);
    return this.#consentInWords(bare);
  }

  #consentInWords(bare: string): ParsedCommand | undefined {
    return this.agree && agrees(bare)
      ? unclear('agree', `${onlyCommandSigns} ${howTo(this.agree)}`)
      : undefined;
  }

  /** The first command in the part of a long comment that is not read. */
  commandsBeyondLimit({ beyond }: Reply): ParsedCommand[] {
    for (const line of beyond) {
      const parsed = line.length < 200 ? this.#command(line.replace(margin, '')) : undefined;
      if (parsed && 'name' in parsed)
        return [
          unclear(
            parsed.name,
            `Gatehouse reads the first ${maxCharacters.toLocaleString('en-US')} characters of a ` +
              `comment; ${codeSpan(`/${parsed.name}`)} is further down. ` +
              'If you mean it, write it in a new comment.',
          ),
        ];
    }
    return [];
  }

  #certify(line: string): ParsedCommand | undefined {
    const command = this.#named('certify-connector');
    return command && certifyLine.test(plain(line))
      ? { name: command.name, rest: '', alike: true }
      : undefined;
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
    const meant = exact ?? this.#similar(written.normalize('NFKC').toLowerCase());
    if (!meant || complaintAbout(meant, rest) !== undefined || (gap !== '' && rest !== ''))
      return undefined;
    return {
      ...unclear(
        meant.name,
        `There is no ${codeSpan(`${slash}${gap}${written}`)}. ` +
          `Did you mean ${codeSpan(`/${meant.name}`)}? ${howTo(meant)}`,
      ),
      isUnknown: true,
    };
  }

  /** The command whose name is so similar to a word that its author probably mistyped it. */
  #similar(word: string): Command | undefined {
    if (commandsOfOthers.has(word)) return undefined;
    return (
      this.commands.find(({ name }) => isTypo(word, name)) ??
      this.#named(
        closestMatch(
          word,
          this.commands.map(({ name }) => name).filter(({ length }) => length >= minLongName),
          maxTypos,
        ) ?? '',
      )
    );
  }

  /** "@bot agree", and what looks like it. */
  #mention(line: string): ParsedCommand | undefined {
    const [, mentioned = '', , request = ''] = mentionLine.exec(line) ?? [];
    if (mentioned === '') return undefined;
    const [, slash = '', name = '', behind = ''] =
      /^(\/?)([a-z]{2,20})(?![\p{L}\p{M}\p{N}_/.-]+[\p{L}\p{N}])(.*)$/iu.exec(request) ?? [];
    const command = this.#named(name.toLowerCase());
    const { agree } = this;
    if (mentioned.toLowerCase() === this.handle.toLowerCase()) {
      if (command?.argumentKind === 'company') return { name: command.name, rest: tidy(behind) };
      if (agree && agrees(request)) return unclear('agree', `${onlyCommandSigns} ${howTo(agree)}`);
      if (
        !command ||
        (tidy(behind) !== '' &&
          (slash === '' || complaintAbout(command, tidy(behind)) !== undefined))
      )
        return undefined;
      return unclear(
        command.name,
        `A command starts with a slash, without a mention before it. ${howTo(command)}`,
      );
    }
    const isNear =
      mentioned
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]/gu, '')
        .startsWith(this.handle.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')) ||
      isTypo(mentioned.toLowerCase(), this.handle.toLowerCase());
    // People also write to the bot that they know from another repository.
    const isOtherBot =
      /(?:bot|cla|policy|service|assistant)/i.test(mentioned) &&
      /^[.!]*$|^\[?company\b/i.test(tidy(behind));
    return command?.argumentKind === 'company' && (isNear || isOtherBot)
      ? unclear(
          'agree',
          `${codeSpan(`@${mentioned}`)} is not ${codeSpan(`@${this.handle}`)}. ${howTo(command)}`,
        )
      : undefined;
  }

  /** `/agree` in backticks or the like, on its own line. */
  #agreement(line: string): ParsedCommand | undefined {
    const parsed = this.#command(line) ?? this.#mention(line);
    const { agree } = this;
    if (!parsed || !agree || !('name' in parsed) || parsed.name !== 'agree') return undefined;
    return unclear(
      'agree',
      `${codeSpan('/agree')} only works as plain text at the beginning of a line. ${howTo(agree)}`,
    );
  }
}

/** The text after a command, without what GitHub does not show. */
const tidy = (rest: string): string =>
  rest
    .replace(/(?:<br\s*\/?>|<!--[^>]*-->|\\)\s*$/i, '')
    .replaceAll('&nbsp;', ' ')
    .replace(new RegExp(`^${blank}+|${blank}+$`, 'g'), '')
    .trim();

/** A command and the text after it, as its author wrote them. */
const writtenOf = (name: string, rest: string): string =>
  `/${name}${/^[\p{L}\p{N}["“]/u.test(rest) ? ' ' : ''}${rest}`;

/**
 * Why a command is refused with the text after it, or undefined if it is not. `/agree` checks its
 * text itself, because only people who need to sign get a reply.
 */
function complaintAbout({ name, argumentKind }: Command, rest: string): string | undefined {
  const written = codeSpan(writtenOf(name, rest).slice(0, 100).toWellFormed());
  if (argumentKind === 'nothing')
    return /^(?:\.|!*)$/.test(rest)
      ? undefined
      : `${codeSpan(`/${name}`)} takes nothing after it, so Gatehouse did not run ${written}.`;
  if (argumentKind === 'company')
    return rest.startsWith('?')
      ? `${written} looks like a question, so Gatehouse did not run it.`
      : undefined;
  if (/^\[(?:reason|fingerprint)/i.test(rest))
    return `${codeSpan('[reason]')} is a placeholder in the list of commands: write your own reason.`;
  if (/^[^\p{L}\p{N}]*\?/u.test(rest))
    return `${written} looks like a question, so Gatehouse did not run it.`;
  const isDoubtful =
    argumentKind === 'accounts'
      ? isQuestion(rest)
      : argumentKind === 'consent' && mayNotMeanYes(rest);
  return isDoubtful ? doubtAbout(writtenOf(name, rest)) : undefined;
}

/** Replaces an escaped slash, or a character that looks like one, at the start of a line. */
const withSlash = (line: string): string =>
  line.replace(new RegExp(`^\\\\?[${slashes}](?=\\p{L})`, 'u'), '/');

/** Removes quotation marks and formatting around a whole line. */
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

/** Whether two marks are a pair. Languages pair quotation marks in many ways. */
const closes = (opening: string, closing: string): boolean =>
  opening === closing ||
  ({ '[': ']', '(': ')', '{': '}', '<': '>' }[opening] ?? '') === closing ||
  (/["'“”„«»‘’‚]/.test(opening) && /["'“”«»‘’]/.test(closing));

/** A name of at least this length may have two typos. Words like a shorter name may be others. */
const minLongName = 6;
const maxTypos = 2;

/**
 * Commands of other programs whose names are similar to ours. All other commands of theirs, such as
 * `/azp run`, `/rebase` and `/lgtm`, are not: `similar` finds nothing for them.
 */
const commandsOfOthers: ReadonlySet<string> = new Set([
  'recheck',
  'remerge',
  'unheld',
  'checks',
  'read',
  'redeploy',
  'undeploy',
]);

/** Words that express consent; `besides` has words that may surround them. */
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
  'i we yes yep ok okay sure have has hereby read the and do to with of in on all its terms conditions cla it this that document documents contributor contributors contribution license licence agreement please fully by my name for myself’ve ve am thanks thank now hereby also too here as well happy be comply recheck'.split(
    ' ',
  ),
);
const agreeingElsewhere =
  /^(?:ja,? )?(?:ich (?:stimme (?:dem |der )?(?:cla |vereinbarung )?zu|bin einverstanden)|einverstanden|(?:oui,? )?(?:j['’]accepte|je suis d['’]accord|d['’]accord)|(?:sí,? )?(?:acepto|estoy de acuerdo|de acuerdo)|(?:sim,? )?(?:concordo|aceito)|(?:sì,? )?(?:accetto|sono d['’]accordo|d['’]accordo)|(?:ik )?ga? akkoord|akkoord|zgadzam się|souhlasím|(?:jag )?godkänner|(?:jeg )?(?:accepterer|godtar)|согласен|согласна|я согласен|我同意|同意|同意します|동의합니다)[.!。]*$/u;

/** Whether a line says only "I agree", in one of many ways. */
function agrees(line: string): boolean {
  // Struck-out text is taken back, and a question is no consent.
  if (line.length > 200 || line.includes('~~') || line.includes('?')) return false;
  const words = plain(line)
    .replace(/:[a-z0-9_+-]{1,30}:/g, ' ')
    .replace(/<\/?[a-z][^<>]*>/g, ' ')
    .replace(/[^\p{L}\p{M}\p{N}'’]+/gu, ' ')
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
 * Whether a word is a name with one typo: a letter added, missing or wrong, or two swapped. For a
 * short name only a doubled letter or a swap counts, because other typos may be other words.
 */
function isTypo(word: string, name: string): boolean {
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
 * The lines above a list of commands, such as `/help` writes. Mail programs turn that table into
 * text in different ways: the other columns follow on the same line or on the lines below.
 */
function withoutLists({ lines, all }: Reply, commands: readonly Command[]): readonly OwnLine[] {
  const first = lines.find(({ text, at }) => {
    const name = commandLine.exec(text.replace(margin, ''))?.[3]?.toLowerCase();
    const command = commands.find((candidate) => candidate.name === name);
    return (
      command !== undefined &&
      (command.forms ?? [command]).some((form) =>
        isInList(
          form,
          withoutAction(form, plain(text).slice(command.name.length + 1)),
          all.slice(at + 1, at + 8),
        ),
      )
    );
  });
  return first ? lines.filter(({ at }) => at < first.at) : lines;
}

/** The text behind the name of a command, without the action that a form of it begins with. */
function withoutAction({ usage }: Pick<Command, 'usage'>, behind: string): string {
  const [, action = ''] = /^\/\S+ ([a-z]+)/.exec(usage) ?? [];
  const rest = behind.trimStart();
  return action !== '' && rest.startsWith(action) ? rest.slice(action.length) : behind;
}

function isInList(
  { description, allowedRoles }: Pick<Command, 'description' | 'allowedRoles'>,
  behind: string,
  below: readonly string[],
): boolean {
  const cells = [behind, ...below.map(plain)]
    .map((line) => line.replaceAll('|', ' ').replace(/\s+/g, ' '))
    .map((line) => line.replace(/^(?:\[[^\]]*\]|<[^>]*>|\s)+/, ''))
    .filter((line) => line !== '');
  const start = plain(description).replaceAll('`', '').slice(0, 16);
  const roles = typeof allowedRoles === 'string' ? allowedRoles : allowedRoles.join(', ');
  return (
    cells
      .slice(0, 3)
      .some(
        (line) =>
          line.replaceAll('`', '').startsWith(start) ||
          line.replaceAll('`', '').startsWith(`${roles} ${start.slice(0, 4)}`),
      ) || cells[0] === roles
  );
}
