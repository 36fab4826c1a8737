/**
 * The address of the calendar file of a repository.
 * @param publicUrl of the server
 * @param repository `owner/name`
 */
export const trainFeedUrl = (publicUrl: string, repository: string): string =>
  `${publicUrl.replace(/\/+$/, '')}/feeds/train.ics?repository=${encodeURI(repository)}`;
