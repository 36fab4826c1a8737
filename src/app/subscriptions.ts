import { timeAt } from '../release/civil-date.ts';
import { parseRepositoryName } from '../review/model/repository-name.ts';
import { UserError } from '../shared/user-error.ts';
import type { StoredSubscription } from '../store/store.ts';
import { readEnvironment } from './env.ts';
import { readNoticeSettings } from './notices/notice-settings.ts';
import { withStore } from './open-store.ts';

/** What an operator enters for a person who asks for mail. */
export type SubscriptionInput = Omit<StoredSubscription, 'id' | 'isConfirmed'>;

/**
 * Adds or changes a subscription.
 * @returns whether its address is confirmed; if not, the person gets mail that asks for it
 * @throws UserError if a value is not valid, or if the App sends no mail
 */
export async function addSubscription(
  input: SubscriptionInput,
  env: NodeJS.ProcessEnv,
): Promise<boolean> {
  const environment = readEnvironment(env);
  if (!readNoticeSettings(environment).mail)
    throw new UserError('There is no mail: set SMTP_URL, MAIL_FROM and PUBLIC_URL.');
  checkInput(input);
  return withStore(environment, (store) => store.subscribe(input, new Date()));
}

/** @returns whether there was a subscription */
export const removeSubscription = (
  repository: string,
  login: string,
  env: NodeJS.ProcessEnv,
): Promise<boolean> =>
  withStore(readEnvironment(env), (store) => store.unsubscribe({ repository, login }));

/** @param repository `owner/name`; undefined for all */
export const listSubscriptions = (
  repository: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<StoredSubscription[]> =>
  withStore(readEnvironment(env), (store) =>
    store.subscriptions(repository === undefined ? {} : { repository }),
  );

function checkInput({ repository, login, address, zone }: SubscriptionInput): void {
  if (!parseRepositoryName(repository))
    throw new UserError(`--repository needs an owner and a name, not ${repository}.`);
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/.test(login))
    throw new UserError(`${login} is not a login of GitHub.`);
  // Only what every mail server understands: no quotes, comments, groups or lists.
  if (!/^[\w.!#$%&'*+/=?^{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*$/.test(address))
    throw new UserError(`${address} is not a mail address.`);
  if (zone !== undefined && !isZone(zone))
    throw new UserError(`${zone} is not a time zone, such as Europe/Berlin.`);
}

function isZone(zone: string): boolean {
  try {
    return timeAt(new Date(0).toISOString(), zone) !== '';
  } catch {
    return false;
  }
}
