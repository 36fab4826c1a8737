/**
 * The address of the calendar file of a repository.
 * @param publicUrl of the server, without a slash at its end
 * @param repository `owner/name`
 */
export const trainFeedUrl = (publicUrl: string, repository: string): string =>
  `${publicUrl}/feeds/train.ics?repository=${encodeURI(repository)}`;
