/**
 * Contractions without their apostrophe, and words that are often joined, with what to write. The
 * dictionary has some of them as rare words, such as `cant`.
 */
export const missingApostrophe: ReadonlyMap<string, readonly string[]> = new Map([
  ...`aren't can't couldn't didn't doesn't don't hadn't hasn't haven't isn't shouldn't that's they're
      they've wasn't weren't what's won't wouldn't you'll you're you've`
    .split(/\s+/)
    .map((word): [string, readonly string[]] => [word.replace("'", ''), [word]]),
  ['whos', ['whose', "who's"]],
  ['publically', ['publicly']],
  ...`a lot, are not, as well, at least, did not, do not, does not, each other, in case, in fact, in order, in spite, is not, no longer, such as, up to, was not, will not`
    .split(', ')
    .map((words): [string, readonly string[]] => [words.replace(' ', ''), [words]]),
]);
