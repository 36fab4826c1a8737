/** The words of a list that white space separates. */
export const wordList = (list: string): string[] => list.trim().split(/\s+/);

/**
 * Common mistakes that corrections with one or two edits do not find, in lower case, with what to
 * write, most likely first: contractions without their apostrophe, which the dictionary may have as
 * rare words, such as `cant`; words that are joined; and misspellings of short words, which are
 * similar to many others.
 */
export const commonMistakes: ReadonlyMap<string, readonly string[]> = new Map<
  string,
  readonly string[]
>([
  ...wordList(
    `aren't can't couldn't didn't doesn't don't hadn't hasn't haven't isn't shouldn't that's they're
     they've wasn't weren't what's won't wouldn't you'll you're you've`,
  ).map((word) => [word.replace("'", ''), [word]] as const),
  ['whos', ['whose', "who's"]],
  ...[
    'a lot',
    'are not',
    'as well',
    'at least',
    'did not',
    'do not',
    'does not',
    'each other',
    'in case',
    'in fact',
    'in order',
    'in spite',
    'is not',
    'no longer',
    'such as',
    'up to',
    'use case',
    'use cases',
    'was not',
    'will not',
  ].map((phrase) => [phrase.replaceAll(' ', ''), [phrase]] as const),
  // Nouns without this plural.
  ...wordList(
    `aircrafts criterias datas equipments hardwares informations malwares metadatas phenomenas
     softwares`,
  ).map((word) => [word, [word.slice(0, -1)]] as const),
  ...wordList(
    `chek:check evnt:event frist:first frmo:from fomr:from htis:this hvae:have liat:list
     publically:publicly splited:split supercede:supersede supercedes:supersedes taht:that
     thne:then thsi:this toal:total ture:true tyep:type vist:visit whcih:which whne:when
     wich:which wiht:with witn:with`,
  ).map((pair): readonly [string, readonly string[]] => {
    const [mistake = '', correction = ''] = pair.split(':');
    return [mistake, [correction]];
  }),
]);
