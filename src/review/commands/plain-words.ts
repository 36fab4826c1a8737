import { codeSpan } from '../../report/markdown.ts';

/** The beginning of a text that does not consent yet. */
const hesitates =
  /^(?:not|no|never|don['’]?t|later|wait|when|if|once|after|unless|until|maybe|perhaps|almost|should|shall|can|could|will|why|what|how)(?![\p{L}\p{N}])/iu;

export const isQuestion = (text: string): boolean => /\?\W*$/u.test(text);

/** Whether a text after a command is a question, or begins as if it did not consent yet. */
export const mayNotMeanYes = (text: string): boolean => isQuestion(text) || hesitates.test(text);

/** Why a command is refused if its text may not mean yes. */
export const doubtAbout = (written: string): string =>
  `${codeSpan(written.slice(0, 100).toWellFormed())} may not mean yes, so Gatehouse did not run it.`;
