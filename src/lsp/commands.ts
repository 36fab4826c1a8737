/** The commands of the server. Code actions and code lenses refer to them. */
export const commands = {
  /** Arguments: the id of a rule or kind of change. */
  explain: 'gatehouse.explain',
  /** Arguments: the URI of an open document. */
  fixAll: 'gatehouse.fixAllInDocument',
  /** Arguments: the URI of the definition, a range in it, and messages. */
  showBreakingChanges: 'gatehouse.showBreakingChanges',
} as const;
