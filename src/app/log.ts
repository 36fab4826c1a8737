import { pino, type Bindings, type ChildLoggerOptions, type Logger } from 'pino';
import { isObject } from '../json/values.ts';
import type { AppEnvironment } from './env.ts';

export type Log = Logger;

/**
 * Creates the log on stdout: a JSON object per line, or text if a person reads it in a terminal.
 * Each line has the name "gatehouse" once.
 */
export function createLog(
  { logLevel = 'info', logFormat }: Pick<AppEnvironment, 'logLevel' | 'logFormat'>,
  isTerminal = process.stdout.isTTY,
): Log {
  const isPretty = (logFormat ?? (isTerminal ? 'pretty' : 'json')) === 'pretty';
  const log = pino(
    { name: 'gatehouse', level: logLevel },
    isPretty
      ? { write: (line: string) => void process.stdout.write(prettyLine(line)) }
      : pino.destination({ dest: 1, sync: true }),
  );
  // Probot and Octokit give their parts names. A second key `name` would make a line ambiguous.
  // Loggers inherit this function from the one that created them.
  const inherited: { child: NewChild } = Object.getPrototypeOf(log);
  const child: NewChild = function (bindings, options) {
    const unnamed = { ...bindings };
    delete unnamed.name;
    return Reflect.apply(inherited.child, this, [unnamed, options]);
  };
  return Object.assign(log, { child });
}

type NewChild = (this: unknown, bindings: Bindings, options?: ChildLoggerOptions) => Log;

const levelNames = new Map([
  [10, 'trace'],
  [20, 'debug'],
  [30, 'info'],
  [40, 'warn'],
  [50, 'error'],
  [60, 'fatal'],
]);

/** Keys that are in every line, or that are shown in another way. */
const shownElsewhere = new Set(['level', 'time', 'pid', 'hostname', 'name', 'msg', 'err', 'stack']);

/**
 * Formats a line of JSON for people: `16:05:30 warn   message key=value`, without the values that
 * the message has, and the stack of an error below it.
 */
export function prettyLine(line: string): string {
  const fields: unknown = JSON.parse(line);
  if (!isObject(fields)) return line;
  const { time, level, msg, stack } = fieldsOf(fields);
  const details = Object.entries(fields)
    .filter(([key]) => !shownElsewhere.has(key))
    .map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)])
    .filter(([, value = '']) => !msg.includes(value))
    .map(([key, value]) => `${key}=${value}`);
  const clock = new Date(Number(time)).toTimeString().slice(0, 8);
  const levelName = (levelNames.get(Number(level)) ?? String(level)).padEnd(6);
  const text = [clock, levelName, msg, ...details].join(' ').trimEnd();
  return stack === '' ? `${text}\n` : `${text}\n${stack.replace(/^/gm, '    ')}\n`;
}

/** The fields of a line that have a place of their own. */
function fieldsOf(fields: object): { time: unknown; level: unknown; msg: string; stack: string } {
  const values: Readonly<Record<string, unknown>> = { ...fields };
  const { time, level, msg, err } = values;
  const stack = values.stack ?? (isObject(err) ? { ...err }.stack : undefined);
  return {
    time,
    level,
    msg: typeof msg === 'string' ? msg : '',
    stack: typeof stack === 'string' ? stack : '',
  };
}
