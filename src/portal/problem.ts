import { addressOf } from '../shared/project.ts';

/** A part of a request that cannot be used. */
export interface InvalidParameter {
  name: string;
  reason: string;
}

/** What can be wrong with a request, by its code. */
export const problems = {
  4001: { status: 400, title: 'A parameter is not valid' },
  4003: { status: 403, title: 'Not allowed' },
  4004: { status: 404, title: 'Not found' },
  4029: { status: 429, title: 'Too many requests' },
  5000: { status: 500, title: 'An error of the server' },
} as const;
export type ProblemCode = keyof typeof problems;

/** Thrown when a request cannot be answered, and sent as problem details (RFC 9457). */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly invalid: readonly InvalidParameter[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    detail: string,
    { invalid = [], headers = {} }: Partial<Pick<Problem, 'invalid' | 'headers'>> = {},
  ) {
    super(detail);
    this.code = code;
    this.invalid = invalid;
    this.headers = headers;
  }

  get status(): (typeof problems)[ProblemCode]['status'] {
    return problems[this.code].status;
  }
}

/** @param path of the request */
export const problemDetails = ({ code, message, invalid }: Problem, path: string): object => ({
  type: `${addressOf('api.md')}#problem-${code}`,
  title: problems[code].title,
  status: problems[code].status,
  detail: message,
  instance: path,
  code: String(code),
  ...(invalid.length > 0 && { invalid }),
});
